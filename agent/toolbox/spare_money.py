"""What is left to spend until pay day, and how long the money lasts without any income: the two nearest ends of a forecast."""

from agent.draft import DraftTable
from agent.finding import Finding, FindingBuilder
from agent.reply import Column
from tools.twin.daily.safe_to_spend import safe_to_spend
from tools.twin.forecast.runway import MOST_MONTHS, Lasting, runway
from tools.twin.outlook.outlook import Outlook
from tools.twin.twin import Twin

_COLUMNS = (Column(key="what", label="What"), Column(key="amount", label="Amount", align="right"))


def until_pay_day(twin: Twin, outlook: Outlook | None, made: FindingBuilder) -> Finding:
    """What can be spent until the next pay day with everything due paid."""
    found = safe_to_spend(twin, scale=outlook.daily if outlook else None)
    due = "commitments and instalments expected before that day"
    balance = made.money("balance", "balance of the current accounts", found.balance_minor)
    made.fact("until", "next pay day" if found.until_kind == "pay_day" else "end of the month", found.until.isoformat(), "date")
    made.fact("days", "days until then", found.days, "days")
    made.fact("sure", "paths in which the money is enough", found.sure_in, "in_100", formula="share of simulated paths")
    paid = made.money("due", due, found.due_minor, digits=0)
    safe = made.money(
        "safe",
        "safe to spend",
        found.amount_minor,
        digits=0,
        formula="least of balance less everything due, up to that day",
        inputs=("balance", "due"),
    )
    made.money("per_day", "safe to spend a day", found.per_day_minor, digits=0, period="day", inputs=("safe", "days"))
    buffer = made.money("buffer", "kept back", found.buffer_minor, digits=0, formula="a tenth of a mean month’s spending")
    buffered = made.money("buffered", "safe to spend with that kept back", found.buffered_minor, digits=0, inputs=("safe", "buffer"))
    usual = made.money("usual", "usual everyday spending in as many days", found.usual_minor, digits=0)
    made.money("short", "missing for what is due", found.short_minor, digits=0)
    made.labels.update(
        safe=found.outcome != "nothing_safe",
        pay_day=found.until_kind == "pay_day",
        something_due=found.due > 0,
        tight=found.outcome != "nothing_safe" and found.usual_minor > found.amount_minor,
        negative_now=found.balance_minor < 0,
        with_buffer=found.outcome == "ok",
    )
    rows = (
        ("Balance now", balance),
        ("Due before that day", paid),
        ("Safe to spend", safe),
        ("Kept back as a buffer", buffer),
        ("Safe to spend with the buffer", buffered),
        ("Usually spent in that time", usual),
    )
    title = "Until the next pay day" if found.until_kind == "pay_day" else "Until the end of the month"
    made.parts.append(DraftTable(title=title, columns=_COLUMNS, rows=rows))
    return made.build("until_pay_day")


def until_run_out(twin: Twin, made: FindingBuilder) -> Finding:
    """For how many months balance and savings last when no income comes in."""
    found = runway(twin)
    made.money("balance", "balance of the current accounts", found.balance_minor)
    made.money("savings", "savings", found.savings_minor)
    made.fact("sure", "paths in which it lasts at least so long", found.sure_in, "in_100", formula="share of simulated paths")
    made.fact("most", "furthest month looked at", MOST_MONTHS, "months")
    rows = [
        _lasting_row("now", "Spending as now", found.as_now, made),
        _lasting_row("fixed", "Commitments only", found.commitments_only, made),
    ]
    made.labels.update(
        now=_reach(found.as_now.middle_months, found.as_now.middle_beyond),
        now_at_least=_reach(found.as_now.sure_months, found.as_now.sure_beyond),
        fixed=_reach(found.commitments_only.middle_months, found.commitments_only.middle_beyond),
    )
    columns = (
        Column(key="how", label="Without income"),
        Column(key="month", label="A month", align="right", rank=1),
        Column(key="middle", label="Middle path", align="right"),
        Column(key="sure", label="At least", align="right"),
    )
    made.parts.append(DraftTable(title="How long the money lasts", columns=columns, rows=tuple(rows)))
    return made.build("until_run_out")


def _reach(months: int, beyond: bool) -> str:
    """A closed word for how far it goes: `beyond` the furthest month looked at, a number of `months`, or `none` whole."""
    return "beyond" if beyond else ("months" if months else "none")


def _lasting_row(role: str, words: str, lasting: Lasting, made: FindingBuilder) -> tuple[str, str, str, str]:
    spent = "spending and instalments" if lasting.spending == "as_now" else "commitments and instalments"
    monthly = made.money(f"{role}_monthly", f"{spent} a month", lasting.monthly_minor, period="month", digits=0)
    middle = made.fact(f"{role}_middle", f"whole months that {words.lower()} is paid, middle path", lasting.middle_months, "months")
    sure = made.fact(f"{role}_sure", f"whole months that {words.lower()} is paid, at least", lasting.sure_months, "months")
    return (
        words,
        monthly,
        f"more than {middle}" if lasting.middle_beyond else middle,
        f"more than {sure}" if lasting.sure_beyond else sure,
    )
