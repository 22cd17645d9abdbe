"""The table of a simulation: one row for each customer and month, for any book or population, in blocks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from tools.twin.forecast.forecast import month_after, targets_of
from tools.twin.simulate.aim import course_aims
from tools.twin.simulate.noise import Real
from tools.twin.simulate.schedule import Schedule
from tools.twin.simulate.simulate import Simulation, simulate_course
from tools.twin.simulate.summary import AT_ONCE, PERCENTILES, SummaryBlock, summaries
from tools.twin.simulate.terms import Money

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Outlook

Changed = Callable[[Schedule], Schedule]
#: What accounts in general teach, by customer id.
Outlooks = Mapping[str, "Outlook"]

#: What comes in and goes out in a month, as the table calls it, by the name in `Simulation`.
_FLOWS = {
    "income": "income", "spending": "spending", "savings": "saving", "investments": "investment", "interest": "interest",
    "loan_paid_out": "drawn", "loan_repayment": "repayment", "loan_interest": "loan_interest", "savings_interest": "savings_interest",
}  # fmt: skip
#: Means of these are rounded; the mean spending and the stocks follow from them, so that every row adds up.
MONEY = (
    "balance_before", "income", "spending", "savings", "investments", "loan_paid_out", "loan_repayment", "interest", "balance",
    "savings_interest", "savings_balance", "loan_interest", "remaining_loan_balance",
)  # fmt: skip
#: Columns of a mean over paths, beside those of `MONEY`: percentiles of the balance.
RANGE = ("balance_p10", "balance_p50", "balance_p90")


@dataclass(frozen=True)
class TableBlock:
    """Rows of some customers, by customer and month.

    In every row, exactly:

        balance = balance_before + income + loan_paid_out - spending - savings - investments - loan_repayment + interest

    Attributes:
        customer_id, persona, currency, ends_on: one entry for each row.
        month: 1 for the first step of a month after the twin's `as_of`.
        money: int64 minor units by column: `MONEY`, and `RANGE` where the rows are means.
    """

    customer_id: list[str]
    month: list[int]
    ends_on: list[date]
    persona: list[str]
    currency: list[str]
    money: dict[str, Money]


def course_table(
    schedules: Iterable[Schedule],
    seed: int,
    *,
    changed: Changed | None = None,
    outlooks: Outlooks | None = None,
    at_once: int = AT_ONCE,
) -> Iterator[TableBlock]:
    """One course of events for each customer, as its account might show it.

    Args:
        changed: a scenario; the rows are those with it, over the same chance as without.
        outlooks: month ends move to where they stand among those of the outlook as they stood among the paths of the model.

    Raises:
        UsageError: as `simulate`; or an outlook of another day than its twin's.
    """
    remaining, taught = iter(schedules), outlooks or {}
    while chunk := tuple(islice(remaining, at_once)):
        course = _course(chunk, seed, np.stack([targets_of(one, taught.get(one.twin.customer_id)) for one in chunk]))
        if changed is not None:
            chunk = tuple(map(changed, chunk))
            course = simulate_course(chunk, seed, course.unplanned)
        yield _block(chunk, {column: getattr(course, name)[:, 0] for column, name in _FLOWS.items()})


def _course(schedules: Sequence[Schedule], seed: int, targets: Real) -> Simulation:
    course = simulate_course(schedules, seed)
    if np.isnan(targets).all():
        return course
    return simulate_course(schedules, seed, course.unplanned, course_aims(schedules, course.balance, course.savings, targets, seed))


def mean_table(
    schedules: Iterable[Schedule],
    paths: int,
    seed: int,
    *,
    changed: Changed | None = None,
    outlooks: Outlooks | None = None,
    at_once: int = AT_ONCE,
) -> Iterator[TableBlock]:
    """The mean over many paths of each customer, with the range in which 8 of 10 month ends lie.

    Args:
        changed: as for `course_table`.
        outlooks: the paths are moved as those of `balance_forecast` are.

    Raises:
        UsageError: as `course_table`.
    """

    def targets(schedule: Schedule) -> Real:
        return targets_of(schedule, (outlooks or {}).get(schedule.twin.customer_id))

    for block in summaries(schedules, paths, seed, changed=changed, targets=targets if outlooks else None, at_once=at_once):
        flows = {column: _rounded(block, name) for column, name in _FLOWS.items()}
        ranges = {column: block.percentiles[:, :, PERCENTILES.index(int(column[-2:]))] for column in RANGE}
        yield _block(block.schedules, flows, ranges)


def _rounded(block: SummaryBlock, name: str) -> Money:
    """Whole minor units of a mean flow: each month takes up what the months before were rounded by."""
    return np.diff(np.rint(block.mean[name].cumsum(axis=1)), axis=1, prepend=0).astype(np.int64)


def _block(schedules: Sequence[Schedule], flows: dict[str, Money], ranges: dict[str, Money] | None = None) -> TableBlock:
    months, twins = schedules[0].months, [schedule.twin for schedule in schedules]
    left_out = ("spending", "savings", "investments", "loan_repayment")
    moved = sum(flows[column] for column in ("income", "loan_paid_out", "interest")) - sum(flows[column] for column in left_out)
    owed = np.array([sum(credit.opening_minor for credit in schedule.credits) for schedule in schedules])[:, None]
    balance = np.array([twin.balance_minor for twin in twins])[:, None] + np.cumsum(moved, axis=1)
    stocks = {
        "balance_before": balance - moved,
        "balance": balance,
        "savings_balance": np.array([twin.savings_minor for twin in twins])[:, None]
        + np.cumsum(flows["savings"] + flows["savings_interest"], axis=1),
        "remaining_loan_balance": owed + np.cumsum(flows["loan_paid_out"] + flows["loan_interest"] - flows["loan_repayment"], axis=1),
    }
    found = {**flows, **stocks, **(ranges or {})}
    days = {twin.as_of: [month_after(twin.as_of, month) for month in range(1, months + 1)] for twin in twins}
    return TableBlock(
        customer_id=[twin.customer_id for twin in twins for _ in range(months)],
        month=list(range(1, months + 1)) * len(twins),
        ends_on=[day for twin in twins for day in days[twin.as_of]],
        persona=[twin.persona for twin in twins for _ in range(months)],
        currency=[twin.currency for twin in twins for _ in range(months)],
        money={column: found[column].ravel() for column in (*MONEY, *(RANGE if ranges else ()))},
    )
