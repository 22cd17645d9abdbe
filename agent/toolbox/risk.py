"""Tools of the risk analyst about one customer: the stress score and its reasons."""

from agent.context import Role
from agent.draft import DraftTable
from agent.finding import Finding, FindingBuilder, sentence_case
from agent.reply import Column
from agent.toolbox.tool import NoArguments, Tool
from tools.errors import TooShortError
from tools.ledger.history import History
from tools.stress.drivers import explain_stress as drivers_of
from tools.stress.score import WATCHLIST_FROM, Reading, StressStatus

_BOTH: frozenset[Role] = frozenset({"customer", "rm"})
#: What a signal is called beside its value. Stable wording: reasons are compared over time.
SIGNAL_WORDS = {
    "days_below_zero": "days below zero lately",
    "failed_debits": "payments that failed",
    "penalty_interest": "times charged for being below zero",
    "lending_app_uses": "uses of lending apps",
    "income_drop": "drop of income",
    "late_salary": "days the pay was late",
    "thin_buffer": "missing of a month’s buffer",
    "balance_decline": "fall of the balance in a week",
    "commitments_to_income": "of income goes to commitments",
    "late_utility": "days a utility bill was late",
    "discretionary_share": "of spending is discretionary",
    "cash_share": "of spending is cash",
}
REMEDY_WORDS = {
    "stay_above_zero": "staying above zero",
    "cover_debits_on_due_day": "having the money there on the due day",
    "use_no_lending_apps": "using no lending apps",
    "restore_income": "income coming back",
    "salary_on_time": "pay arriving on time",
    "build_buffer": "building a buffer",
    "stop_balance_decline": "stopping the fall of the balance",
    "lower_commitments": "lower fixed costs",
    "pay_utilities_on_time": "paying utilities on time",
    "spend_less_on_wishes": "spending less on what can wait",
    "take_less_cash": "taking out less cash",
}


def stress_status(_: NoArguments, history: History, status: StressStatus, made: FindingBuilder) -> Finding:
    """Score, band and trend, with the strongest reason."""
    if status.score is None:
        made.fact("days", "days of bookings", status.days_of_history, "days")
        return made.build("too_short")
    made.fact("score", "stress score", status.score, "score", formula=f"{status.model}: additive signals, see the reasons")
    made.fact("band", "stress band", status.band, "label")
    made.labels.update(band=status.band, trend=status.trend_30d, strained=status.score >= WATCHLIST_FROM)
    if status.score_30d_ago is not None:
        made.fact("before", "stress score, thirty days before", status.score_30d_ago, "score")
    drivers = drivers_of(status).drivers
    made.labels["has_driver"] = bool(drivers)
    if drivers:
        _reading(drivers[0], "driver", made)
        made.labels["driver_words"] = SIGNAL_WORDS[drivers[0].key]
    return made.build("ok", no_credit=no_credit(history, status))


def explain_stress(_: NoArguments, history: History, status: StressStatus, made: FindingBuilder) -> Finding:
    """At most four reasons of the score with the customer's own values, and what would ease it."""
    try:
        found = drivers_of(status)
    except TooShortError:
        made.fact("days", "days of bookings", status.days_of_history, "days")
        return made.build("too_short")
    made.fact("score", "stress score", found.score, "score")
    made.fact("band", "stress band", found.band, "label")
    made.labels["band"] = found.band
    if not found.drivers:
        return made.build("nothing_raises")
    raising = sum(reading.contribution for reading in status.readings if reading.contribution > 0)
    rows: list[tuple[str, ...]] = []
    for number, reading in enumerate(found.drivers):
        value = _reading(reading, f"driver_{number}", made)
        share = made.fact(
            f"share_{number}", "share of all that raises the score", 100 * reading.contribution / raising, "percent", digits=0
        )
        rows.append((value, SIGNAL_WORDS[reading.key], share, sentence_case(REMEDY_WORDS[reading.remedy])))
    made.labels.update(first=SIGNAL_WORDS[found.drivers[0].key], remedy=REMEDY_WORDS[found.drivers[0].remedy])
    columns = (
        Column(key="value", label="Value", align="right"),
        Column(key="reason", label="Reason"),
        Column(key="share", label="Share", align="right", rank=2),
        Column(key="eases", label="What would ease it", rank=1),
    )
    made.parts.append(DraftTable(title="Reasons of the stress score", columns=columns, rows=tuple(rows)))
    return made.build("ok", no_credit=no_credit(history, status))


def no_credit(history: History, status: StressStatus) -> bool:
    """Whether this person must not be offered borrowing now: critical stress or a flag (R08)."""
    return status.band == "critical" or any(flag.until is None or flag.until >= history.as_of for flag in history.flags)


def _reading(reading: Reading, role: str, made: FindingBuilder) -> str:
    value = 0.0 if reading.value is None else reading.value
    words = SIGNAL_WORDS[reading.key]
    if reading.unit == "percent":
        return made.fact(role, words, value, "percent", digits=0)
    return made.fact(role, words, round(value), "count")


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
