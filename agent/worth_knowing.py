"""What is shown unasked: insights put into words, checked by the same gate as every reply. What the gate does not pass is not shown."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from agent.checked import checked
from agent.context import ClientName, View
from agent.finding import Finding, FindingBuilder, sentence_case
from agent.reply import Block
from agent.shown_insight import ShownInsight, WorthKnowing
from agent.told import facts_of
from agent.toolbox.risk import no_credit
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.stress.score import stress_status
from tools.twin.insight.insight import Insight, InsightKind
from tools.twin.insight.insights import BELOW_ZERO_DAYS

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

#: More at a time is not read.
MOST = 3
#: From this chance on a shortfall is called likely.
_LIKELY_FROM = 0.5
#: What is shown with each kind: the label of its amount and of what it is compared with.
_AMOUNTS: dict[InsightKind, tuple[str, str]] = {
    "below_zero_soon": ("balance on that day, middle path", "balance of the current accounts"),
    "pay_day_missed": ("usual payment", ""),
    "bill_larger_than_balance": ("amount due", "balance expected before it, middle path"),
    "duplicate_charge": ("amount of each charge", ""),
    "unusual_charge": ("amount", "usual amount"),
    "goal_off_track": ("amount of the goal", "what counts towards it now"),
    "price_rise": ("price now", "price before"),
    "fixed_rate_ends": ("instalment", ""),
}
#: The tool that tells more about each kind: the source of its figures, beside which the notices of that tool stand.
_SOURCES: dict[InsightKind, str] = {
    "below_zero_soon": "balance_forecast",
    "pay_day_missed": "find_transactions",
    "bill_larger_than_balance": "balance_forecast",
    "duplicate_charge": "find_transactions",
    "unusual_charge": "find_transactions",
    "goal_off_track": "set_goal",
    "price_rise": "spending_breakdown",
    "fixed_rate_ends": "profile_view",
}


def worth_knowing(
    insights: Sequence[Insight],
    history: History,
    features: Features,
    view: View,
    catalogue: "Catalogue",
    on: date,
    *,
    client: ClientName | None = None,
    most: int = MOST,
) -> WorthKnowing:
    """Say the first `most` insights about the customer of a history to the principal of a view.

    Args:
        on: today's date of the bank, for what is published.
        client: the customer by name, for an RM.
    """
    chosen = tuple(insights)[:most]
    if not chosen:
        return WorthKnowing()
    try:
        return _checked(chosen, history, features, view, catalogue, on, client)
    except Exception:  # whatever goes wrong in saying it, nobody is shown what was not checked
        return WorthKnowing()


def _checked(
    chosen: tuple[Insight, ...],
    history: History,
    features: Features,
    view: View,
    catalogue: "Catalogue",
    on: date,
    client: ClientName | None,
) -> WorthKnowing:
    strained = no_credit(history, stress_status(history, features))
    findings = [
        _finding(number, insight, history, client).model_copy(update={"no_credit": strained}) for number, insight in enumerate(chosen)
    ]
    reply, facts = checked(findings, view, catalogue, on)
    if reply.verdict.outcome != "pass":  # a sentence left out could turn the meaning of an insight round
        return WorthKnowing()
    shown = tuple(
        ShownInsight(key=one.key, kind=one.kind, severity=one.severity, on=one.on, block=_block_of(number, reply.blocks))
        for number, one in enumerate(chosen)
    )
    return WorthKnowing(insights=shown, blocks=reply.blocks, facts=facts_of(reply.blocks, facts.values()))


def _block_of(number: int, blocks: Sequence[Block]) -> str:
    """The text block of the section with this number."""
    return next(block.id for block in blocks if block.type == "text" and block.id.startswith(f"s{number}."))


def _finding(number: int, insight: Insight, history: History, client: ClientName | None) -> Finding:
    """The figures of one insight as facts, and whom it names as a text of the outside world."""
    made = FindingBuilder(f"worth_knowing.{number}", _SOURCES[insight.kind], insight.as_of, insight.customer_id, insight.currency)
    amount, before = _AMOUNTS[insight.kind]
    if insight.amount_minor is not None:
        made.money("amount", amount, insight.amount_minor)
    if insight.before_minor is not None:
        made.money("before", before, insight.before_minor)
    if insight.probability is not None:
        made.fact("chance", "share of simulated paths", insight.probability, "in_100", formula="share of simulated paths")
    if insight.on is not None:
        made.fact("on", "day", insight.on.isoformat(), "date")
    if insight.days is not None:
        made.fact("days", "days from the business date", insight.days, "days")
    if insight.name:
        made.text("name", insight.name, "booking")
    label = CATEGORIES[insight.category].label if insight.category in CATEGORIES else "Payment"
    made.labels.update(
        kind=insight.kind,
        basis=insight.basis,
        what=_in_a_sentence(insight, label),
        What=sentence_case(label),
        likely=(insight.probability or 0.0) >= _LIKELY_FROM,
        named=bool(insight.name),
        overdue=insight.on is not None and insight.on <= insight.as_of,
    )
    _particulars(insight, history, made)
    if client is not None:
        made.text("client", client.name, "book", client.customer_id)
    # The figures are those of the tool; the words are those of what is told unasked.
    return made.build("ok", client=client).model_copy(update={"tool": "worth_knowing"})


def _in_a_sentence(insight: Insight, label: str) -> str:
    if insight.kind == "fixed_rate_ends":
        return "mortgage" if insight.category == "mortgage" else "loan"
    return label.lower()


def _particulars(insight: Insight, history: History, made: FindingBuilder) -> None:
    """What one kind says besides."""
    if insight.kind == "below_zero_soon":
        made.fact("horizon", "days looked ahead", BELOW_ZERO_DAYS, "days")
    if insight.kind == "duplicate_charge":
        first = next(move.booked_on for move in history.transactions if move.id == insight.transactions[0])
        made.fact("first_on", "first charge", first.isoformat(), "date")
        made.labels["same_day"] = first == insight.on
