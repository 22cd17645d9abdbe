"""Tools of the risk analyst and the persona simulator over a relationship manager's book."""

from pydantic import Field

from agent.context import ClientName, Role, RunContext, View
from agent.draft import DraftChip, DraftQuery, DraftTable
from agent.finding import Finding, FindingBuilder, sentence_case
from agent.leaving_words import leaving_words
from agent.reply import Column
from agent.toolbox.stated import SAID, UNDERSTOOD, require_known_word, source_of
from agent.toolbox.tool import Arguments, NoArguments, Tool
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.query import (
    FIELDS,
    Aggregate,
    All,
    AnyOf,
    ClientSnapshot,
    CohortQuery,
    Condition,
    Filter,
    Not,
    QueryField,
    QueryResult,
    Scalar,
)
from tools.stress.leaving import leaving_risk
from tools.stress.score import StressStatus

_RM: frozenset[Role] = frozenset({"rm"})
_OPS = {
    "eq": "is",
    "ne": "is not",
    "lt": "below",
    "le": "at most",
    "gt": "above",
    "ge": "at least",
    "between": "between",
    "in": "one of",
    "is_null": "not known",
}
FUNCTION_WORDS = {"count": "number", "sum": "total", "mean": "average", "median": "median", "min": "lowest", "max": "highest"}
#: Shown for every client beside what was asked about, most useful first.
_ALWAYS = ("balance", "stress_band")
_MOST_COLUMNS = 4


class QueryArguments(Arguments):
    """A typed query over the book."""

    query: CohortQuery = Field(
        description="Filters, sort, limit, aggregate and group over the documented fields. Money in minor units (pence)."
    )


def client_lookup(_: NoArguments, history: History, features: Features, status: StressStatus, made: FindingBuilder) -> Finding:
    """One client at a glance."""
    made.fact("segment", "segment", history.customer.segment, "label")
    made.fact("since", "customer since", history.customer.joined_on.isoformat(), "date")
    made.fact("as_of", "accounts as of", history.as_of.isoformat(), "date")
    made.money("balance", "balance", features.balance_minor)
    made.money("income", "income a month", features.income_monthly_minor, period="month", digits=0)
    made.money("spending", "spending a month", features.spending_monthly_minor, period="month", digits=0)
    made.fact("accounts", "accounts", len(history.accounts), "count")
    made.fact("bookings", "bookings", len(history.transactions), "count")
    made.fact("band", "stress band", status.band, "label")
    made.labels.update(one_account=len(history.accounts) == 1, too_short=status.score is None, has_notes=bool(history.notes))
    if history.notes:
        latest = max(history.notes, key=lambda note: (note.written_on, note.id))
        made.text("note", latest.text, "note")
        made.fact("note_on", "note of", latest.written_on.isoformat(), "date")
    _leaving(history, made)
    return made.build("ok")


def _leaving(history: History, made: FindingBuilder) -> None:
    """The risk of leaving with what it rests on; nothing where it is low or the history cannot say."""
    risk = leaving_risk(history)
    made.labels["leaving"] = list[str]()
    if not risk.reasons or risk.level is None:
        return
    made.fact("leaving", "risk of leaving", risk.level, "label")
    for number, reason in enumerate(risk.reasons):
        words = leaving_words(reason.sign, reason.value)
        value = round(reason.value) if reason.unit != "percent" else reason.value
        made.labels["leaving"].append(f"{made.fact(f'leaving_{number}', words, value, reason.unit, digits=0)} {words}")


def cohort_query(wanted: QueryArguments, view: View, context: RunContext, made: FindingBuilder) -> Finding:
    """Clients or figures of the own book that answer a typed query, with the query echoed."""
    result = view.run_query(wanted.query)
    made.fact("matched", "clients found", result.matched, "count")
    made.fact("searched", "clients in the book", result.searched, "count")
    made.labels.update(some=result.matched > 0, all=result.matched == result.searched, cut=result.matched > len(result.clients) > 0)
    currencies = {client.currency for client in result.clients} | {row.currency for row in result.groups}
    made.currency = currencies.pop() if len(currencies) == 1 else None
    by_money = any(FIELDS[sort.field].doc.unit == "money" for sort in wanted.query.sort)
    made.labels["mixed_order"] = by_money and len(result.clients) > 1 and made.currency is None
    require_words_of_book(wanted.query.where, view, context.said)
    made.parts.append(DraftQuery(chips=tuple(query_chips(wanted.query, context.said, made))))
    if wanted.query.aggregate:
        return _aggregate(wanted.query.aggregate, result, made)
    if not result.matched:
        return made.build("empty")
    made.parts.append(_client_table(result, wanted.query, view, made))
    made.fact("shown", "clients shown", len(result.clients), "count")
    return made.build("ok")


def _client_table(result: QueryResult, query: CohortQuery, view: View, made: FindingBuilder) -> DraftTable:
    names = {client.customer_id: client for client in view.clients()}
    asked = [
        name
        for name in (*(condition.field for condition in _conditions(query.where)), *(sort.field for sort in query.sort))
        if name not in {"source", "currency"}
    ]
    fields = [FIELDS[name] for name in dict.fromkeys([*asked, *_ALWAYS])][:_MOST_COLUMNS]
    rows: list[tuple[str, ...]] = []
    for number, client in enumerate(result.clients):
        rows.append((_name(client, names, number, made), *(_value(client, field, number, made) for field in fields)))
    columns = [Column(key="client", label="Client")]
    for rank, field in enumerate(fields):
        align = "left" if field.doc.unit == "label" else "right"
        columns.append(Column.model_validate({"key": field.name, "label": sentence_case(field.doc.label), "align": align, "rank": rank}))
    return DraftTable(title="Clients", columns=tuple(columns), rows=tuple(rows))


def _name(client: ClientSnapshot, names: dict[str, ClientName], number: int, made: FindingBuilder) -> str:
    known = names.get(client.customer_id)
    shown = client.customer_id if known is None else known.name
    return made.text(f"client_{number}", shown, "book", client.customer_id)


def _value(client: ClientSnapshot, field: QueryField, number: int, made: FindingBuilder) -> str:
    value = getattr(client, field.name)
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = value.isoformat() if field.doc.unit == "date" else value
    return made.fact(
        f"{field.name}_{number}",
        field.doc.label,
        shown,
        field.doc.unit,
        currency=client.currency,
        subject=client.customer_id,
        as_of=client.as_of,
        source="cohort_query",
    )


def _aggregate(aggregate: Aggregate, result: QueryResult, made: FindingBuilder) -> Finding:
    made.labels["function"] = FUNCTION_WORDS[aggregate.function]
    field_label = FIELDS[aggregate.field].doc.label if aggregate.field else "clients"
    made.fact("field", "figure asked for", field_label, "label")
    single = len(result.groups) == 1 and result.groups[0].group is None
    rows: list[tuple[str, ...]] = []
    for number, row in enumerate(result.groups):
        clients = made.fact(f"clients_{number}", "clients", row.clients, "count")
        figure = "too few" if row.value is None else _figure(aggregate, row.value, row.currency, number, made)
        group = made.fact(f"group_{number}", "group", row.group, "label") if row.group else ("none" if result.query.group else "all")
        rows.append((group, made.text(f"source_{number}", f"{row.source}, {row.currency}", "source"), clients, figure))
    made.labels["single"] = single and result.groups[0].value is not None
    if not single and rows:
        columns = (
            Column(key="group", label="Group"),
            Column(key="source", label="Source", rank=2),
            Column(key="clients", label="Clients", align="right"),
            Column(key="figure", label=sentence_case(field_label), align="right"),
        )
        made.parts.append(DraftTable(title="By group", columns=columns, rows=tuple(rows)))
    return made.build("figure" if rows else "empty")


def _figure(aggregate: Aggregate, value: float, currency: str, number: int, made: FindingBuilder) -> str:
    role = f"figure_{number}"
    if aggregate.field is None:
        return made.fact(role, "clients", round(value), "count")
    field = FIELDS[aggregate.field]
    label = f"{FUNCTION_WORDS[aggregate.function]} of {field.doc.label}"
    if field.doc.unit == "money":
        return made.money(role, label, round(value), currency=currency, digits=0)
    if field.doc.unit in {"count", "days", "months"}:
        return made.fact(role, label, round(value, 1), "score", digits=1)
    return made.fact(role, label, value, field.doc.unit)


def _conditions(where: Filter | None) -> list[Condition]:
    match where:
        case None:
            return []
        case Condition():
            return [where]
        case All():
            return [found for part in where.all for found in _conditions(part)]
        case AnyOf():
            return [found for part in where.any for found in _conditions(part)]
        case Not():
            return _conditions(where.negated)


def query_chips(query: CohortQuery, said: str, made: FindingBuilder) -> list[DraftChip]:
    """How a query was understood, one chip a condition."""
    chips = _filter_chips(query.where, said, made, negated=False)
    chips += [
        DraftChip(
            field=sort.field, label=FIELDS[sort.field].doc.label, op="sorted", value="highest first" if sort.descending else "lowest first"
        )
        for sort in query.sort
    ]
    if query.aggregate:
        label = _field_name(query.aggregate.field, made) if query.aggregate.field else "clients"
        chips.append(
            DraftChip(field=query.aggregate.field or "clients", label=FUNCTION_WORDS[query.aggregate.function], op="of", value=label)
        )
    if query.group:
        chips.append(DraftChip(field=query.group, label="by", op="", value=_field_name(query.group, made)))
    return chips


def _filter_chips(where: Filter | None, said: str, made: FindingBuilder, *, negated: bool) -> list[DraftChip]:
    match where:
        case None:
            return []
        case Condition():
            field = FIELDS[where.field]
            op = f"not {_OPS[where.op]}" if negated else _OPS[where.op]
            return [DraftChip(field=where.field, label=field.doc.label, op=op, value=_chip_value(where, field, said, made))]
        case All():
            return [chip for part in where.all for chip in _filter_chips(part, said, made, negated=negated)]
        case AnyOf():
            chips = [chip for part in where.any for chip in _filter_chips(part, said, made, negated=negated)]
            return [chips[0], *(chip.model_copy(update={"label": f"or {chip.label}"}) for chip in chips[1:])]
        case Not():
            return _filter_chips(where.negated, said, made, negated=not negated)


def _chip_value(where: Condition, field: QueryField, said: str, made: FindingBuilder) -> str:
    if where.op == "is_null":
        return ""
    values = where.value if isinstance(where.value, tuple) else (where.value,)
    return " and ".join(_asked(value, field, f"said_{where.field}_{i}_{len(made.facts)}", said, made) for i, value in enumerate(values))


def _asked(value: Scalar, field: QueryField, role: str, said: str, made: FindingBuilder) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        source = UNDERSTOOD if field.doc.unit == "date" else SAID
        return made.fact(role, field.doc.label, value, field.doc.unit, source=source)
    major = float(value) / 100 if field.doc.unit == "money" else float(value)
    source = source_of(major, said)
    if field.doc.unit == "money" and made.currency is None:  # several currencies: the number holds in each client's own
        return made.fact(role, field.doc.label, major, "score", digits=0, source=source)
    return made.fact(role, field.doc.label, value, field.doc.unit, source=source)


def require_words_of_book(where: Filter | None, view: View, said: str) -> None:
    """Words to filter by are those that occur in the book or that the person wrote."""
    for condition in _conditions(where):
        field = FIELDS[condition.field]
        words = [
            value for value in (condition.value if isinstance(condition.value, tuple) else (condition.value,)) if isinstance(value, str)
        ]
        if words and field.doc.unit == "label":
            groups = view.run_query(CohortQuery(aggregate=Aggregate(function="count"), group=condition.field)).groups
            existing = frozenset(row.group for row in groups if row.group)
            for word in words:
                require_known_word(word, field, said, existing)


def _field_name(name: str, made: FindingBuilder) -> str:
    """What a field is called, as a fact: some names hold a number of days, which no sentence may."""
    return made.fact(f"name_{name}_{len(made.facts)}", "field", FIELDS[name].doc.label, "label")


TOOLS: tuple[Tool, ...] = (
    Tool(
        "client_lookup",
        "persona_simulator",
        _RM,
        "read",
        NoArguments,
        "One client at a glance: balance, income, spending, latest note.",
        client_lookup,
    ),
    Tool(
        "cohort_query",
        "risk_analyst",
        _RM,
        "read",
        QueryArguments,
        "Which clients of the book fit a filter, or a figure over them.",
        cohort_query,
    ),
)
