"""Where the changes of a scenario meet: factors and additions per month, put together once, so that their order never matters."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from tools.twin.scenario.annuity import LoanCost, instalment_minor, interest_of_month, loan_cost, months_to_clear, repayments
from tools.twin.scenario.scenario import Assumption
from tools.twin.simulate.schedule import CreditSchedule, Schedule
from tools.twin.twin import Credit

Real = npt.NDArray[np.float64]
Flow = Literal["income", "commitments", "discretionary"]
Extra = Literal["income", "commitments", "discretionary", "saving", "one_off"]

_FLOWS: tuple[Flow, ...] = ("income", "commitments", "discretionary")
_EXTRAS: tuple[Extra, ...] = ("income", "commitments", "discretionary", "saving", "one_off")


@dataclass(frozen=True)
class Applied:
    """A schedule as a scenario changes it.

    Attributes:
        assumptions: closed labels of what was taken for granted, in the order of the changes.
        loans: what each new loan costs from its first to its last repayment.
        touched: months in which a lasting change is in force.
    """

    schedule: Schedule
    assumptions: tuple[Assumption, ...] = ()
    loans: tuple[LoanCost, ...] = ()
    touched: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


class Workbench:
    """Collects what every lever does to one schedule.

    A flow becomes `base * product of the factors + sum of the additions`, never below nothing, rounded once; what is done in
    percent is done to the base, so that a new cost is not scaled by a saving that was named before or after it.
    """

    def __init__(self, base: Schedule) -> None:
        months = base.months
        self.base = base
        self.factor: dict[Flow, Real] = {name: np.ones(months) for name in _FLOWS}
        self.extra: dict[Extra, Real] = {name: np.zeros(months) for name in _EXTRAS}
        self.savings_rate_bps: Real = base.savings_rate_bps.copy()
        self.credit_rates_bps: list[Real] = [credit.rate_bps.copy() for credit in base.credits]
        self.drawn: list[CreditSchedule] = []
        self.loans: list[LoanCost] = []
        self.labels: list[Assumption] = []
        self.touched: npt.NDArray[np.bool_] = np.zeros(months, dtype=np.bool_)

    @property
    def months(self) -> int:
        """Length of the schedule."""
        return self.base.months

    def note(self, *labels: Assumption) -> None:
        """Record what is taken for granted."""
        self.labels += labels

    def draw(self, amount_minor: int, rate_bps: int, term_months: int, starts: int) -> None:
        """A new loan: paid out in month `starts`, repaid from that month's end on."""
        self.loans.append(loan_cost(amount_minor, rate_bps, term_months))
        if starts >= self.months:
            return
        drawn, instalment = np.zeros(self.months, dtype=np.int64), np.zeros(self.months, dtype=np.int64)
        drawn[starts] = amount_minor
        paid = repayments(amount_minor, rate_bps, term_months)[: self.months - starts]
        instalment[starts : starts + len(paid)] = paid
        credit = Credit(kind="loan", outstanding_minor=amount_minor, instalment_minor=self.loans[-1].instalment_minor, rate_bps=rate_bps)
        rates = np.full(self.months, float(rate_bps))
        self.drawn.append(CreditSchedule(credit=credit, opening_minor=0, drawn=drawn, instalment=instalment, rate_bps=rates))
        self.touched[starts : starts + len(paid)] = True

    def finished(self) -> Applied:
        """The schedule with everything done to it; the very same one where nothing was."""
        arrays: dict[str, object] = {}
        for name in _EXTRAS:
            before = getattr(self.base, name)
            after = before * self.factor[name] + self.extra[name] if name in self.factor else before + self.extra[name]
            # Saving and one-off money have a sign; income and spending do not.
            after = np.rint(np.maximum(after, np.minimum(before, 0)) if name in self.factor else after).astype(np.int64)
            if not np.array_equal(after, before):
                arrays[name] = after
        if "income" in arrays:
            arrays["income_spread"] = self._income_spread(arrays["income"])  # pyright: ignore[reportArgumentType]
        rate = np.maximum(self.savings_rate_bps, 0)
        if not np.array_equal(rate, self.base.savings_rate_bps):
            arrays["savings_rate_bps"] = rate
        credits = (*map(self._repriced, self.base.credits, self.credit_rates_bps), *self.drawn)
        if self.drawn or any(after is not before for after, before in zip(credits, self.base.credits, strict=False)):
            arrays["credits"] = credits
        schedule = self.base.changed(**arrays) if arrays else self.base
        return Applied(schedule, tuple(dict.fromkeys(self.labels)), tuple(self.loans), self.touched)

    def _income_spread(self, income: npt.NDArray[np.int64]) -> Real:
        """Chance shrinks with income that is lost (nobody is surprised by pay that stopped); more income varies as before."""
        before = np.maximum(self.base.income, 1)
        return self.base.income_spread * np.clip(income / before, 0, 1)

    def _repriced(self, credit: CreditSchedule, rates_bps: Real) -> CreditSchedule:
        """A running credit at other rates: each month whose rate moved, the instalment is set so that the end stays where it was.

        The months left are those to maturity; where no contract says when that is, those that the old instalment would have
        taken. A loan that its instalment does not clear keeps the instalment.
        """
        rates = np.maximum(rates_bps, 0)
        if np.array_equal(rates, credit.rate_bps):
            return credit
        owed, left = credit.opening_minor, self._months_left(credit)
        instalment, regular = credit.instalment.copy(), None
        in_force = np.concatenate([[float(credit.credit.rate_bps)], rates])
        for month in range(self.months):
            if left is not None and month < left and in_force[month + 1] != in_force[month]:
                regular = instalment_minor(owed, float(rates[month]), left - month)
            instalment[month] = instalment[month] if regular is None else regular
            due = owed + interest_of_month(owed, float(rates[month]))
            owed = due - min(int(instalment[month]), due)
        if left is None:
            self.note("instalment_as_agreed")
        return replace(credit, instalment=instalment, rate_bps=rates)

    def _months_left(self, credit: CreditSchedule) -> int | None:
        ends, as_of = credit.credit.matures_on, self.base.twin.as_of
        if ends is not None and ends > as_of:
            return max((ends.year - as_of.year) * 12 + ends.month - as_of.month, 1)
        return months_to_clear(credit.opening_minor, float(credit.rate_bps[0]), int(credit.instalment[0]))
