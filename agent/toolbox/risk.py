"""Tools of the risk analyst about one customer: the stress score and its reasons."""

from agent.context import Principal, Role
from agent.draft import DraftTable
from agent.finding import Finding, FindingBuilder, sentence_case
from agent.reply import Column
from agent.stress_words import REMEDY_WORDS, signal_words
from agent.toolbox.tool import NoArguments, Tool
from tools.errors import TooShortError
from tools.ledger.history import History
from tools.stress.drivers import explain_stress as drivers_of
from tools.stress.families.family import Unit
from tools.stress.families.settings import settings
from tools.stress.move import what_moves
from tools.stress.pattern import DAYS, pattern_of
from tools.stress.score import WATCHLIST_FROM, Reading, StressStatus

_BOTH: frozenset[Role] = frozenset({"customer", "rm"})


def stress_status(_: NoArguments, history: History, status: StressStatus, principal: Principal, made: FindingBuilder) -> Finding:
    """Score, band and trend, with the strongest reason."""
    _look_at(history, principal, made)
    if status.score is None:
        made.fact("days", "days of bookings", status.days_of_history, "days")
        return made.build("too_short")
    made.fact("score", "stress score", status.score, "score", formula=f"{status.model}: learnt from past accounts, see the reasons")
    made.fact("band", "stress band", status.band, "label")
    made.labels.update(band=status.band, trend=status.trend_30d, strained=status.score >= WATCHLIST_FROM)
    if status.score_30d_ago is not None:
        made.fact("before", "stress score, thirty days before", status.score_30d_ago, "score")
    drivers = drivers_of(status).drivers
    made.labels["has_driver"] = bool(drivers)
    if drivers:
        _reading(drivers[0], "driver", made)
        made.labels["driver_words"] = signal_words(drivers[0].key, drivers[0].value)
    return made.build("ok", no_credit=no_credit(history, status))


def explain_stress(_: NoArguments, history: History, status: StressStatus, principal: Principal, made: FindingBuilder) -> Finding:
    """At most four reasons of the score with the customer's own values, and what would ease it."""
    _look_at(history, principal, made)
    try:
        found = drivers_of(status)
    except TooShortError:
        made.fact("days", "days of bookings", status.days_of_history, "days")
        return made.build("too_short")
    made.fact("score", "stress score", found.score, "score")
    made.fact("band", "stress band", found.band, "label")
    made.labels["band"] = found.band
    if not found.drivers:
        return made.build("nothing_raises", no_credit=no_credit(history, status))
    rows: list[tuple[str, ...]] = []
    for number, reading in enumerate(found.drivers):
        value = _reading(reading, f"driver_{number}", made)
        share = made.fact(f"share_{number}", "share of all that raises the score", reading.share, "percent", digits=0)
        eases = sentence_case(REMEDY_WORDS[reading.remedy]) if reading.remedy else "—"
        rows.append((value, signal_words(reading.key, reading.value), share, eases))
    made.labels["first"] = signal_words(found.drivers[0].key, found.drivers[0].value)
    _moves(status, made)
    columns = (
        Column(key="value", label="Value", align="right"),
        Column(key="reason", label="Reason"),
        Column(key="share", label="Share", align="right", rank=2),
        Column(key="eases", label="What would ease it", rank=1),
    )
    made.parts.append(DraftTable(title="Reasons of the stress score", columns=columns, rows=tuple(rows)))
    return made.build("ok", no_credit=no_credit(history, status))


def no_credit(history: History, status: StressStatus) -> bool:
    """Whether this person must not be offered borrowing now: critical stress, a flag, or heavy gambling (R08)."""
    flagged = any(flag.until is None or flag.until >= history.as_of for flag in history.flags)
    return status.band == "critical" or flagged or pattern_of(history).pattern == "gambling_heavy"


def _look_at(history: History, principal: Principal, made: FindingBuilder) -> None:
    """A pattern in the bookings with its figures, for employees alone: no customer is told of a suspicion."""
    found = pattern_of(history)
    pattern = found.pattern if principal.role == "rm" else None
    made.labels["pattern"] = pattern or "none"
    if pattern is None:
        return
    figures = found.figures
    made.fact("pattern_days", "days looked at", DAYS, "days")
    if pattern == "gambling_heavy":
        made.fact("gambled", "share of income gambled", figures.gambled, "percent", digits=0)
        made.fact("times_gambled", "times gambled", figures.times_gambled, "count")
        return
    made.fact("pass_days", "days until it counts as passed on", settings().passing_days, "days")
    made.fact("passed_on", "share of money received that left again", figures.passed_on, "percent", digits=0)
    made.fact("received", "money received from others, of all income", figures.received, "percent", digits=0)
    made.fact("senders", "different senders", figures.senders, "count")


def _reading(reading: Reading, role: str, made: FindingBuilder) -> str:
    return _value(role, reading.key, reading.unit, 0.0 if reading.value is None else reading.value, made)


def _value(role: str, key: str, unit: Unit, value: float, made: FindingBuilder) -> str:
    if unit in {"percent", "share"}:
        return made.fact(role, signal_words(key, value), value if unit == "percent" else 100 * value, "percent", digits=0)
    return made.fact(role, signal_words(key, value), round(value), "count")


def _moves(status: StressStatus, made: FindingBuilder) -> None:
    """The smallest single change that would bring the score into the next better band, or nearest to it."""
    found = what_moves(status)
    made.labels.update(reach=found.reach if found.moves else "nothing")
    if not found.moves:
        return
    first = found.moves[0]
    _value("move_from", first.key, first.unit, first.value, made)
    _value("move_to", first.key, first.unit, first.to, made)
    made.fact("move_score", "stress score then", first.score, "score")
    made.fact("move_band", "stress band then", first.band, "label")
    made.labels.update(move=REMEDY_WORDS[first.remedy], move_words=signal_words(first.key, first.value))


TOOLS: tuple[Tool, ...] = (
    Tool(
        "stress_status", "risk_analyst", _BOTH, "read", NoArguments, "How the customer is doing: stress score, band, trend.", stress_status
    ),
    Tool(
        "explain_stress",
        "risk_analyst",
        _BOTH,
        "read",
        NoArguments,
        "Why the stress score is what it is, and what would ease it.",
        explain_stress,
    ),
)
