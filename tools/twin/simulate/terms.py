"""The schedules of many twins as arrays: what the simulation of a block computes with."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from tools.errors import UsageError
from tools.twin.simulate.noise import Real, bank_of
from tools.twin.simulate.schedule import Schedule

Money = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

#: Largest amount of a month, five billion with two decimals: with more, a draw would no longer be exact.
MOST_MONTHLY_MINOR = 5 * 10**11
#: Above it a float64 no longer tells whole numbers apart.
_EXACT = 2.0**53
#: How far a draw gets from its level: two spreads of less than five standard deviations each (see `noise_bank`).
_FARTHEST = 10.0
#: A nominal yearly rate in basis points, for one month.
_YEARLY = 120_000


@dataclass(frozen=True)
class Terms:
    """What schedules say, before chance; all of one length.

    Levels and spreads are whole minor units and noise has ten binary places, so that every draw is an exact float64.

    Attributes:
        bank: which noise each customer gets, shape (customers,).
        start: per customer, float64 of shape (customers, 1).
        monthly: per month, float64 of shape (months, customers, 1).
        loans: all loans of each customer summed, int64 of shape (months, customers): `drawn`, `repayment`, `loan_interest`, `loan`.
            They are paid as agreed, so that chance does not touch them.
    """

    bank: npt.NDArray[np.int64]
    start: dict[str, Real]
    monthly: dict[str, Real]
    loans: dict[str, Money]

    @property
    def customers(self) -> int:
        """How many."""
        return len(self.bank)

    @property
    def months(self) -> int:
        """How many."""
        return len(self.monthly["income"])

    def of(self, rows: Rows) -> "Terms":
        """Those of some customers."""
        return Terms(
            bank=self.bank[rows],
            start={name: values[rows] for name, values in self.start.items()},
            monthly={name: values[:, rows] for name, values in self.monthly.items()},
            loans={name: values[:, rows] for name, values in self.loans.items()},
        )


def terms_of(schedules: Sequence[Schedule]) -> Terms:
    """Lay out schedules of the same length.

    Raises:
        UsageError: amounts so large that they could not be added up exactly.
    """
    months = schedules[0].months
    twins = [schedule.twin for schedule in schedules]

    def start(name: str) -> Real:
        return np.array([*map(attrgetter(name), twins)], dtype=np.float64)[:, None]

    def monthly(name: str) -> Real:
        # One long array is laid out several times faster than many short ones are stacked.
        flat = np.concatenate([*map(attrgetter(name), schedules)])
        return np.ascontiguousarray(flat.reshape(len(schedules), months).T, dtype=np.float64)[:, :, None]

    one_off, income_spread, loans = monthly("one_off"), monthly("income_spread"), loans_of(schedules)
    terms = Terms(
        bank=np.array([bank_of(twin.customer_id) for twin in twins], dtype=np.int64),
        start={
            "balance": start("balance_minor"),
            "savings": start("savings_minor"),
            "level": start("balance_level_minor"),
            "reversion": start("reversion"),
            "limit": -start("overdraft_limit_minor"),
        },
        monthly={
            "income": monthly("income") + np.maximum(one_off, 0),
            "income_spread": np.rint(income_spread),
            "spending": sum(map(monthly, ("commitments", "discretionary", "adjustment")), np.maximum(-one_off, 0)),
            "spending_spread": np.rint(monthly("spending_spread")),
            "followed": np.rint(start("spending_follows_income") * income_spread),
            "saving": monthly("saving"),
            "investment": monthly("investment"),
            "credit": (loans["drawn"] - loans["repayment"]).astype(np.float64)[:, :, None],
            "savings_rate": monthly("savings_rate_bps") / _YEARLY,
            "overdraft_rate": monthly("overdraft_rate_bps") / _YEARLY,
        },
        loans=loans,
    )
    _require_exact(terms)
    return terms


def _require_exact(terms: Terms) -> None:
    flows = [values for name, values in terms.monthly.items() if not name.endswith("_rate")]
    largest = max(float(np.abs(values).max()) for values in flows)
    moved = sum((np.abs(values).sum(axis=0) for values in flows), _FARTHEST * 2 * terms.monthly["income_spread"].sum(axis=0))
    moved = moved + _FARTHEST * terms.monthly["spending_spread"].sum(axis=0)
    grown = (1 + terms.monthly["overdraft_rate"] + terms.monthly["savings_rate"]).prod(axis=0)
    reach = (moved + sum(np.abs(terms.start[name]) for name in ("balance", "savings", "level"))) * grown
    if largest > MOST_MONTHLY_MINOR or reach.max() >= _EXACT:
        raise UsageError(
            f"Amounts of {max(largest, reach.max() / terms.months):.0f} minor units a month are too large to simulate. "
            f"Use at most {MOST_MONTHLY_MINOR} a month, and fewer months or lower rates where balances grow beyond {_EXACT:.0f}."
        )


def loans_of(schedules: Sequence[Schedule]) -> dict[str, Money]:
    """All loans of each customer summed, month by month, shape (months, customers)."""
    months = schedules[0].months
    found = [(row, credit) for row, schedule in enumerate(schedules) for credit in schedule.credits]
    table = {name: np.zeros((months, len(schedules)), dtype=np.int64) for name in ("drawn", "repayment", "loan_interest", "loan")}
    if not found:
        return table
    rows = np.array([row for row, _ in found])
    drawn, instalment, rate = (
        np.stack([getattr(credit, name) for _, credit in found], axis=1) for name in ("drawn", "instalment", "rate_bps")
    )
    owed = np.array([credit.opening_minor for _, credit in found], dtype=np.int64)
    for month in range(months):
        owed = owed + drawn[month]
        interest = np.rint(owed * rate[month] / _YEARLY).astype(np.int64)
        repayment = np.minimum(instalment[month], owed + interest)
        owed = owed + interest - repayment
        for values, flow in zip(table.values(), (drawn[month], repayment, interest, owed), strict=True):
            np.add.at(values[month], rows, flow)
    return table
