"""Another due day: month ends stay as they are, so the effect is looked for among the days of the next month."""

from datetime import date

from tools.errors import ScenarioError
from tools.twin.calendar.payment_day import month_step
from tools.twin.calendar.rhythm import whole_months_between
from tools.twin.daily.daily import daily_forecast
from tools.twin.scenario.scenario import Change
from tools.twin.twin import Commitment, Credit, Twin
from tools.value import Value

_DAYS = 31


class TightestDay(Value):
    """The day of the next month on which the balance is lowest on the middle path; `below_zero` in how many paths any day is."""

    on: date
    balance_minor: int
    below_zero: float


class DueDayEffect(Value):
    """The tightest day as things are and with the new due day; `moved_minor` is what falls due on it each month."""

    before: TightestDay
    after: TightestDay
    moved_minor: int


def due_day_effect(twin: Twin, change: Change) -> DueDayEffect:
    """What moving monthly payments does within a month: those of the change's category, or all of them.

    Raises:
        ScenarioError: nothing monthly is due there.
    """
    moved = with_due_day(twin, change)
    return DueDayEffect(before=_tightest(twin), after=_tightest(moved), moved_minor=_due_minor(twin, change.category))


def with_due_day(twin: Twin, change: Change) -> Twin:
    """The twin with another due day. Raises ScenarioError as `due_day_effect`."""
    if change.due_day is None or not _due_minor(twin, change.category):
        raise ScenarioError("Nothing monthly is due there. Name another category.", kind=change.kind, problem="nothing_spent_there")
    day = change.due_day
    return twin.model_copy(
        update={
            "commitments": tuple(_moved(bill, day, twin.as_of) if _falls(bill, change.category) else bill for bill in twin.commitments),
            "credits": tuple(
                credit.model_copy(update={"due_day": day}) if _repays(credit, change.category) else credit for credit in twin.credits
            ),
        }
    )


def _due_minor(twin: Twin, category: str | None) -> int:
    bills = sum(bill.monthly_minor for bill in twin.commitments if _falls(bill, category))
    return bills + sum(credit.instalment_minor for credit in twin.credits if _repays(credit, category))


def _falls(bill: Commitment, category: str | None) -> bool:
    return whole_months_between(bill.every_days, bill.due_day) == 1 and category in {None, bill.category}


def _repays(credit: Credit, category: str | None) -> bool:
    return category in {None, "mortgage" if credit.kind == "mortgage" else "loan_repayment"}


def _moved(bill: Commitment, day: int, as_of: date) -> Commitment:
    this_month = month_step(as_of, 0, day)
    return bill.model_copy(update={"due_day": day, "next_on": this_month if this_month > as_of else month_step(as_of, 1, day)})


def _tightest(twin: Twin) -> TightestDay:
    found = daily_forecast(twin, _DAYS)
    lowest = min(found.days, key=lambda day: day.p50_minor)
    return TightestDay(on=lowest.on, balance_minor=lowest.p50_minor, below_zero=found.below_zero)
