"""The customers of a simulation: what their twins expect week by week, and how they want to be dealt with."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np
from pydantic import Field

from tools.errors import UsageError
from tools.ledger.customer import Consent
from tools.stress.intervention.action import CONSENTS, PREFERENCES, Bools, Ints, Preference, Reals
from tools.twin.calendar.payment_day import payment_days
from tools.twin.daily.daily import credit_days
from tools.twin.forecast.forecast import month_after
from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.simulate import simulate_course
from tools.twin.twin import Twin
from tools.value import Value

#: A year of whole weeks; the last one of a month that is cut off is not simulated.
WEEKS = 52
_MONTHS = 12
_DAYS = 7 * WEEKS


class Manner(Value):
    """How a customer may and likes to be dealt with."""

    consent: Consent = "yes"
    preference: Preference = "any"
    vulnerable: bool = False


class Subject(Value):
    """One customer of a simulation."""

    twin: Twin
    manner: Manner = Field(default_factory=Manner)


@dataclass(frozen=True)
class Book:
    """Customers as arrays. Money in whole minor units: flows of shape (customers, WEEKS), stocks of shape (customers,).

    Attributes:
        income, commitments, everyday, saving: what the twin's simulation brings in each week, chance included, without the way
            back to the habitual balance; `saving` is the habit, negative when savings are drawn on.
        at_pay: the bills as they would fall if each were due when pay comes.
        expected: the same, income less everything that goes out, before chance.
        instalment: of all credit, as agreed, in the week it is due; `owed` and `monthly_rate` of all credit together.
        level: the habitual balance; `reversion` the share of the distance to it that a month closes.
        income_month, due_month: income, and commitments with instalments, of a mean month.
    """

    ids: tuple[str, ...]
    income: Ints
    commitments: Ints
    at_pay: Ints
    everyday: Ints
    saving: Ints
    instalment: Ints
    expected: Ints
    balance: Ints
    savings: Ints
    limit: Ints
    owed: Ints
    monthly_rate: Reals
    level: Ints
    reversion: Reals
    income_month: Ints
    due_month: Ints
    consent: Ints
    preference: Ints
    vulnerable: Bools

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, rows: Ints) -> "Book":
        """Some of the customers, in this order; one may be there several times."""
        parts = {field.name: getattr(self, field.name)[rows] for field in fields(self) if field.name != "ids"}
        return Book(ids=tuple(self.ids[int(row)] for row in rows.tolist()), **parts)


def book_of(subjects: Sequence[Subject], seed: int) -> Book:
    """One course of events for each customer: months from the twin's own simulation, laid on the days they fall on.

    Args:
        seed: of the twins' chance, as for `simulate_course`.

    Raises:
        UsageError: nobody to simulate (`bad_paths`), or twins of different days (`bad_book`).
    """
    twins = [subject.twin for subject in subjects]
    if len({twin.as_of for twin in twins}) > 1:
        raise UsageError("The twins of one book must be of the same day. Simulate those of another day by themselves.", code="bad_book")
    schedules = [schedule_of(twin, _MONTHS) for twin in twins]
    # Without the way back to the habitual balance: that depends on the course itself, and so it happens there.
    drawn = simulate_course(schedules, seed, np.zeros((len(twins), 1, _MONTHS), dtype=np.int64))
    rows = [_Row(schedule, drawn.income[at, 0], drawn.spending[at, 0]) for at, schedule in enumerate(schedules)]
    manners = [subject.manner for subject in subjects]

    def stock(values: Sequence[int]) -> Ints:
        return np.array(values, dtype=np.int64)

    return Book(
        ids=tuple(twin.customer_id for twin in twins),
        income=np.stack([row.income for row in rows]),
        commitments=np.stack([row.commitments for row in rows]),
        at_pay=np.stack([row.at_pay for row in rows]),
        everyday=np.stack([row.everyday for row in rows]),
        saving=np.stack([row.saving for row in rows]),
        instalment=np.stack([row.instalment for row in rows]),
        expected=np.stack([row.expected for row in rows]),
        balance=stock([twin.balance_minor for twin in twins]),
        savings=stock([twin.savings_minor for twin in twins]),
        limit=stock([twin.overdraft_limit_minor for twin in twins]),
        owed=stock([twin.outstanding_minor for twin in twins]),
        monthly_rate=np.array([_rate(twin) for twin in twins]),
        level=stock([twin.balance_level_minor for twin in twins]),
        reversion=np.array([twin.reversion for twin in twins]),
        income_month=stock([twin.income_level_minor for twin in twins]),
        due_month=stock([twin.commitments_minor + twin.instalments_minor for twin in twins]),
        consent=stock([CONSENTS.index(manner.consent) for manner in manners]),
        preference=stock([PREFERENCES.index(manner.preference) for manner in manners]),
        vulnerable=np.array([manner.vulnerable for manner in manners]),
    )


def _rate(twin: Twin) -> float:
    """Monthly rate of all credit together, weighted with what is owed."""
    owed = sum(credit.outstanding_minor for credit in twin.credits)
    return sum(credit.outstanding_minor * credit.rate_bps for credit in twin.credits) / owed / 120_000 if owed else 0.0


class _Row:
    """The weeks of one customer."""

    def __init__(self, schedule: Schedule, income: Ints, spending: Ints) -> None:
        twin = schedule.twin
        self._as_of = twin.as_of
        self._ends = [(month_after(twin.as_of, month + 1) - twin.as_of).days for month in range(_MONTHS)]
        bills = np.minimum(schedule.commitments, spending)
        comes, goes, even = self._pay_days(twin), self._due_days(twin), np.zeros(self._ends[-1], dtype=np.int64)
        habit = schedule.saving + schedule.investment
        self.income = self._weeks(income, comes)
        self.commitments, self.at_pay = self._weeks(bills, goes), self._weeks(bills, comes)
        self.everyday = self._weeks(spending - bills, even)
        # What is put aside leaves with the pay.
        self.saving = self._weeks(habit, comes)
        self.instalment = self._instalments(twin)
        self.expected = (
            self._weeks(schedule.income, comes)
            - self._weeks(schedule.commitments, goes)
            - self._weeks(schedule.discretionary + schedule.adjustment, even)
            - self.saving
            - self.instalment
        )

    def _pay_days(self, twin: Twin) -> Ints:
        last = self._as_of + timedelta(days=self._ends[-1])
        found = [(stream.amount_minor, payment_days(stream.next_on, stream.every_days, stream.pay_day, last)) for stream in twin.income]
        rest = twin.income_level_minor - sum(stream.monthly_minor for stream in twin.income)
        return self._weights(found, rest)

    def _due_days(self, twin: Twin) -> Ints:
        last = self._as_of + timedelta(days=self._ends[-1])
        found = [(bill.amount_minor, payment_days(bill.next_on, bill.every_days, bill.due_day, last)) for bill in twin.commitments]
        rest = twin.commitments_minor - sum(bill.monthly_minor for bill in twin.commitments)
        return self._weights(found, rest)

    def _weights(self, payments: Sequence[tuple[int, tuple[date, ...]]], even_minor: int) -> Ints:
        """How much of a month falls on each of its days, up to a factor."""
        days = np.full(self._ends[-1], max(even_minor, 0) * _MONTHS // self._ends[-1], dtype=np.int64)
        for amount, dates in payments:
            for day in dates:
                days[max((day - self._as_of).days, 1) - 1] += amount
        return days

    def _weeks(self, months: Ints, weights: Ints) -> Ints:
        """Monthly amounts on their days and then by week: to the minor unit, each month's days add up to the month."""
        days = np.zeros(self._ends[-1], dtype=np.int64)
        for month, (begin, end) in enumerate(zip([0, *self._ends], self._ends, strict=False)):
            part = weights[begin:end]
            part = part if part.any() else np.ones(end - begin, dtype=np.int64)
            reached = np.rint(months[month] * (np.cumsum(part) / part.sum())).astype(np.int64)
            days[begin:end] = np.diff(reached, prepend=0)
        return days[:_DAYS].reshape(WEEKS, 7).sum(axis=1)

    def _instalments(self, twin: Twin) -> Ints:
        weeks = np.zeros(WEEKS, dtype=np.int64)
        for credit in twin.credits:
            for day in credit_days(credit, twin.as_of, twin.as_of + timedelta(days=_DAYS)):
                weeks[((day - twin.as_of).days - 1) // 7] += credit.instalment_minor
        return weeks
