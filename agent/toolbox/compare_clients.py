"""Clients of the own book side by side, and in what they differ most."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from agent.context import ClientName, Role, View
from agent.draft import DraftTable
from agent.finding import Finding, FindingBuilder
from agent.learnt_outlook import learnt_outlook
from agent.reply import Column
from agent.toolbox.tool import Arguments, Tool
from tools.errors import TooShortError
from tools.fact import Unit
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.stress.score import stress_status
from tools.twin.fit.fit import fit_twin
from tools.twin.forecast.forecast import balance_forecast
from tools.twin.twin import Twin

_RM: frozenset[Role] = frozenset({"rm"})
_HORIZON_MONTHS = 6
_MOST = 4
_DIFFERENCES = 2
#: What is compared: label of the figure, heading of its column, and the sentence part that names it.
_MONEY = {
    "balance": ("balance of the current accounts", "Balance", "the balance"),
    "savings": ("savings", "Savings", "savings"),
    "income": ("income a month", "Income", "income a month"),
    "spending": ("spending a month", "Spending", "spending a month"),
    "left": ("left over a month", "Left over", "what is left over a month"),
    "debts": ("debts", "Debts", "debts"),
    "forecast": ("balance ahead, middle path", "Balance ahead", "where the balance is heading"),
}
_FIRST = ("balance", "savings", "income", "spending")
_SECOND = ("left", "debts", "forecast")


class CompareClientsArguments(Arguments):
    """Which clients to put side by side, as the RM named them."""

    clients: tuple[str, ...] = Field(
        min_length=2, max_length=_MOST, description="Two to four clients: names, customer numbers or source:account."
    )


@dataclass(frozen=True)
class _Compared:
    """One client's figures in minor units; what its history is too short for is missing."""

    client: ClientName
    history: History
    currency: str
    money: dict[str, int]
    band: str
    persona: str | None


def compare_clients(wanted: CompareClientsArguments, view: View, made: FindingBuilder) -> Finding:
    """Money, debts, stress, outlook and persona of two to four clients side by side."""
    chosen: list[ClientName] = []
    for reference in wanted.clients:
        found = view.resolve_client(reference)
        if not found.matches:
            return made.build("not_found")
        if found.one is None:
            return _which(found.matches, made)
        chosen.append(found.one)
    distinct = list({client.customer_id: client for client in chosen}.values())
    if len(distinct) < 2:
        made.text("client_0", distinct[0].name, "book", distinct[0].customer_id)
        return made.build("same_client")
    compared = [_compared(client, view) for client in distinct]
    for number, one in enumerate(compared):
        _figures(one, number, made)
    made.fact("horizon", "time looked ahead", _HORIZON_MONTHS, "months")
    made.parts += [_table("Money", _FIRST, compared, made), _outlook(compared, made)]
    one_currency = len({one.currency for one in compared}) == 1
    made.labels.update(
        one_currency=one_currency,
        differences=tuple(_differences(compared, made)) if one_currency else (),
        short=any("forecast" not in one.money for one in compared),
        standing=tuple(_standing(one, number, made) for number, one in enumerate(compared) if one.persona),
    )
    return made.build("ok")


def _which(matches: tuple[ClientName, ...], made: FindingBuilder) -> Finding:
    for number, match in enumerate(matches[:5]):
        made.text(f"match_{number}", f"{match.name} ({match.ref})", "book", match.customer_id)
    return made.build("ambiguous")


def _compared(client: ClientName, view: View) -> _Compared:
    history = view.client_history(client.customer_id)
    features = features_of(history)
    money = {
        "balance": features.balance_minor,
        "savings": features.savings_minor,
        "income": features.income_monthly_minor,
        "spending": features.spending_monthly_minor,
        "left": features.income_monthly_minor - features.spending_monthly_minor,
    }
    twin: Twin | None = None
    try:
        twin = fit_twin(history, features)
        money["debts"] = twin.outstanding_minor
        money["forecast"] = balance_forecast(twin, _HORIZON_MONTHS, outlook=learnt_outlook(view, history)).months[-1].p50_minor
    except TooShortError:
        pass  # those cells say that there is too little history
    return _Compared(
        client=client,
        history=history,
        currency=features.currency,
        money=money,
        band=stress_status(history, features).band,
        persona=twin.persona if twin else None,
    )


def _figures(one: _Compared, number: int, made: FindingBuilder) -> None:
    known: dict[str, Any] = {"subject": one.client.customer_id, "as_of": one.history.as_of}
    made.text(f"client_{number}", one.client.name, "book", one.client.customer_id)
    for key, amount in one.money.items():
        made.money(f"{key}_{number}", _MONEY[key][0], amount, currency=one.currency, digits=0, **known)
    for key, word in (("band", one.band), ("persona", one.persona)):
        if word is not None:
            unit: Unit = "label"
            made.fact(f"{key}_{number}", {"band": "stress band", "persona": "persona"}[key], word, unit, **known)


def _table(title: str, keys: tuple[str, ...], compared: list[_Compared], made: FindingBuilder) -> DraftTable:
    rows = tuple((_name(number, made), *(_cell(key, one, number, made) for key in keys)) for number, one in enumerate(compared))
    columns = [Column(key="client", label="Client")]
    columns += [Column(key=key, label=_MONEY[key][1], align="right", rank=rank) for rank, key in enumerate(keys)]
    return DraftTable(title=title, columns=tuple(columns), rows=rows)


def _outlook(compared: list[_Compared], made: FindingBuilder) -> DraftTable:
    table = _table("Outlook", _SECOND, compared, made)
    rows = tuple((*row, made.slot(f"band_{number}")) for number, row in enumerate(table.rows))
    columns = (*table.columns, Column(key="band", label="Stress band", rank=1))
    return table.model_copy(update={"rows": rows, "columns": columns, "note": f"The balance ahead is that in {made.slot('horizon')}, on the middle path."})  # fmt: skip


def _name(number: int, made: FindingBuilder) -> str:
    return "{{t:" + made.identity(f"client_{number}") + "}}"


def _cell(key: str, one: _Compared, number: int, made: FindingBuilder) -> str:
    return made.slot(f"{key}_{number}") if key in one.money else "too short"


def _standing(one: _Compared, number: int, made: FindingBuilder) -> dict[str, str]:
    """Who somebody is by stress band and behaviour, for one sentence each."""
    band = "" if one.band == "too_short" else made.slot(f"band_{number}")
    return {"name": _name(number, made), "band": band, "persona": made.slot(f"persona_{number}")}


def _differences(compared: list[_Compared], made: FindingBuilder) -> list[dict[str, str]]:
    """What differs most, measured against the mean size of the figures; whoever lacks one is left out of it."""
    found: list[tuple[float, dict[str, str]]] = []
    for key, (_, _, words) in _MONEY.items():
        held = [(one.money[key], number) for number, one in enumerate(compared) if key in one.money]
        size = sum(abs(amount) for amount, _ in held) / max(len(held), 1)
        (low, lowest), (high, highest) = min(held, default=(0, 0)), max(held, default=(0, 0))
        if len(held) > 1 and high > low:
            slots = {"high": _name(highest, made), "high_value": made.slot(f"{key}_{highest}")}
            slots |= {"low": _name(lowest, made), "low_value": made.slot(f"{key}_{lowest}"), "words": words}
            found.append(((high - low) / size, slots))
    return [slots for _, slots in sorted(found, key=lambda item: -item[0])[:_DIFFERENCES]]


TOOLS: tuple[Tool, ...] = (
    Tool(
        "compare_clients",
        "persona_simulator",
        _RM,
        "read",
        CompareClientsArguments,
        "Two to four clients of the book side by side: money, debts, stress, outlook, persona.",
        compare_clients,
    ),
)
