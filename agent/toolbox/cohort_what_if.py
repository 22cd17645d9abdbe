"""A scenario over clients of a book: how many it hits, who is hit hardest. Sources and currencies are never added up."""

from typing import Literal

from pydantic import Field

from agent.context import Role, RunContext, View
from agent.draft import DraftQuery, DraftTable
from agent.finding import Finding, FindingBuilder
from agent.phrasing import what_if_words
from agent.reply import Column
from agent.toolbox.clients import query_chips, require_words_of_book
from agent.toolbox.horizon import Horizon
from agent.toolbox.scenario_chips import scenario_query
from agent.toolbox.tool import Arguments, Tool
from agent.toolbox.what_if import refusal, sold_products
from tools.errors import UsageError
from tools.ledger.query import Aggregate, CohortQuery
from tools.twin.scenario.cohort import ClientEffect, CohortGroup, CohortWhatIf
from tools.twin.scenario.cohort import cohort_what_if as run_scenario
from tools.twin.scenario.scenario import Change, Scenario

_RM: frozenset[Role] = frozenset({"rm"})
_LISTED = 10
#: Whether more clients fall below zero than without the change.
BookChange = Literal["more", "fewer", "same"]


class CohortWhatIfArguments(Arguments):
    """Which clients, and what would be different for all of them."""

    query: CohortQuery | None = Field(
        default=None, description="Filters over the documented fields; leave out for the whole book. Money in minor units (pence)."
    )
    changes: tuple[Change, ...] = Field(max_length=6, description="The changes, all at the same time. Only what was said.")
    horizon_months: Horizon = 12


def cohort_what_if(wanted: CohortWhatIfArguments, view: View, context: RunContext, made: FindingBuilder) -> Finding:
    """How many clients a scenario hits, and the list of those it hits hardest."""
    query = wanted.query or CohortQuery()
    require_words_of_book(query.where, view, context.said)
    matched = view.run_query(CohortQuery(where=query.where, aggregate=Aggregate(function="count")))
    asked = sum(row.clients for row in matched.groups)
    made.fact("asked", "clients that fit", asked, "count")
    made.fact("searched", "clients in the book", matched.searched, "count")
    made.labels["filtered"] = query.where is not None
    if not wanted.changes or not asked:
        return made.build("empty" if wanted.changes else "nothing")
    twins = view.twins(query)
    currencies = {twin.currency for twin in twins}
    made.currency = currencies.pop() if len(currencies) == 1 else None
    products = sold_products(context)
    try:
        scenario, outlooks = Scenario(changes=wanted.changes), view.outlooks(query)
        found = run_scenario(twins, scenario, wanted.horizon_months, outlooks=outlooks, products=products)
    except UsageError as error:
        return refusal(error, made)
    chips = [
        *query_chips(CohortQuery(where=query.where), context.said, made),
        *scenario_query(wanted.changes, context.said, made, frozenset(products)).chips,
    ]
    made.parts.append(DraftQuery(chips=tuple(chips)))
    _figures(found, asked, made)
    if len(found.groups) > 1:
        made.parts.append(_groups(found.groups, made))
    if found.effects:
        made.parts.append(_most(found.effects[:_LISTED], view, made))
    return made.build("ok" if found.effects else "nobody_hit")


def _figures(found: CohortWhatIf, asked: int, made: FindingBuilder) -> None:
    groups = found.groups
    seen = sum(group.clients for group in groups)
    counts = {
        "looked_at": ("clients with history enough to simulate", seen),
        "too_short": ("clients with too little history", asked - seen),
        "not_applicable": ("clients to whom it does not apply", sum(group.not_applicable for group in groups)),
        "affected": ("clients who feel it", sum(group.affected for group in groups)),
        "below_then": ("clients whose middle path falls below zero, with the change", sum(group.below_zero for group in groups)),
        "below_now": ("clients whose middle path falls below zero, as things are", sum(group.below_zero_before for group in groups)),
        "risk_then": ("clients with a notable chance of a month end below zero, with the change", sum(group.at_risk for group in groups)),
        "risk_now": (
            "clients with a notable chance of a month end below zero, as things are",
            sum(group.at_risk_before for group in groups),
        ),
        "shown": ("clients shown", min(len(found.effects), _LISTED)),
    }
    for role, (label, count) in counts.items():
        made.fact(role, label, count, "count")
    made.fact("more_below", "more clients below zero", counts["below_then"][1] - counts["below_now"][1], "count")
    made.fact("horizon", "time looked at", found.horizon_months, "months")
    made.fact("paths", "simulated paths a client", found.paths, "count")
    made.fact("at_risk_from", "chance from which a client counts as at risk", 0.1, "in_100")
    single = len(groups) == 1 and groups[0].monthly_effect_minor not in (None, 0)
    if single:
        _effect_of(groups[0], 0, made)
    made.labels.update(
        single=single,
        worse=single and (groups[0].monthly_effect_minor or 0) < 0,
        change=_book_change(counts["below_now"][1], counts["below_then"][1]),
        some_too_short=asked > seen,
        some_not_applicable=counts["not_applicable"][1] > 0,
        several_groups=len(groups) > 1,
        cut=len(found.effects) > _LISTED,
        one_affected=counts["affected"][1] == 1,
        one_at_risk=counts["risk_then"][1] == 1,
        one_too_short=asked - seen == 1,
        one_not_applicable=counts["not_applicable"][1] == 1,
        assumptions=tuple(words for label in found.assumptions if (words := what_if_words("assumptions", label))),
    )


def _book_change(before: int, after: int) -> BookChange:
    return "same" if after == before else ("more" if after > before else "fewer")


def _effect_of(group: CohortGroup, number: int, made: FindingBuilder) -> str:
    value = group.monthly_effect_minor
    if value is None:
        return "none"
    label = "effect on a normal month, median of those who feel it"
    made.money(f"size_{number}", f"{label}, size", abs(value), currency=group.currency, period="month", digits=0)
    return made.money(f"effect_{number}", label, value, currency=group.currency, period="month", digits=0)


def _groups(groups: tuple[CohortGroup, ...], made: FindingBuilder) -> DraftTable:
    rows: list[tuple[str, ...]] = []
    for number, group in enumerate(groups):
        rows.append(
            (
                made.text(f"source_{number}", f"{group.source}, {group.currency}", "source"),
                made.fact(f"affected_{number}", "clients who feel it", group.affected, "count"),
                _effect_of(group, number, made),
                made.fact(f"now_{number}", "middle path below zero, as things are", group.below_zero_before, "count"),
                made.fact(f"then_{number}", "middle path below zero, with the change", group.below_zero, "count"),
            )
        )
    columns = (
        Column(key="source", label="Source"),
        Column(key="affected", label="Feel it", align="right"),
        Column(key="effect", label="A month", align="right", rank=1),
        Column(key="now", label="Below zero now", align="right", rank=2),
        Column(key="then", label="Below zero then", align="right"),
    )
    return DraftTable(title="By source and currency", columns=columns, rows=tuple(rows))


def _most(effects: tuple[ClientEffect, ...], view: View, made: FindingBuilder) -> DraftTable:
    names = {client.customer_id: client.name for client in view.clients()}
    rows: list[tuple[str, ...]] = []
    for number, effect in enumerate(effects):
        own = {"subject": effect.customer_id}
        money = own | {"currency": effect.currency, "digits": 0}
        rows.append(
            (
                made.text(f"client_{number}", names.get(effect.customer_id, effect.customer_id), "book", effect.customer_id),
                made.money(f"client_effect_{number}", "effect on a normal month", effect.monthly_effect_minor, period="month", **money),
                made.money(f"client_end_{number}", "balance at the end, middle path, with the change", effect.end_minor, **money),
                made.fact(
                    f"client_now_{number}", "chance of a month end below zero, as things are", effect.below_zero_before, "in_100", **own
                ),
                made.fact(f"client_then_{number}", "chance of a month end below zero, with the change", effect.below_zero, "in_100", **own),
            )
        )
    columns = (
        Column(key="client", label="Client"),
        Column(key="effect", label="A month", align="right"),
        Column(key="end", label="Balance then", align="right", rank=2),
        Column(key="now", label="Below zero now", align="right", rank=1),
        Column(key="then", label="Below zero then", align="right"),
    )
    return DraftTable(title="Who feels it most", columns=columns, rows=tuple(rows))


TOOLS: tuple[Tool, ...] = (
    Tool(
        "cohort_what_if",
        "persona_simulator",
        _RM,
        "read",
        CohortWhatIfArguments,
        "What a change would do to all clients of the book, or to those that fit a filter: how many it hits, and whom hardest.",
        cohort_what_if,
    ),
)
