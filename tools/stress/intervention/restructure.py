"""Restructuring: what easier terms would do to one customer's months, worked out on the twin. A person proposes, a person decides."""

from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import Field

from tools.errors import ScenarioError
from tools.twin.daily.daily import next_pay_day
from tools.twin.scenario.annuity import instalment_minor, interest_of_month, months_to_clear
from tools.twin.scenario.due_day import DueDayEffect, due_day_effect
from tools.twin.scenario.scenario import Change
from tools.twin.simulate.schedule import CreditSchedule, Schedule, schedule_of
from tools.twin.simulate.simulate import simulate
from tools.twin.twin import Credit, Twin
from tools.value import Value

Relief = Literal["payment_holiday", "longer_term", "lower_instalments", "due_date_change"]

MONTHS = 12
#: Months without an instalment, months with a half of it, and the share by which a term gets longer.
HOLIDAY_MONTHS = 3
LOWER_MONTHS, LOWER_SHARE = 6, 0.5
#: A term gets longer by a half, five years at most: beyond that the interest outweighs what is won.
LONGER_BY, LONGER_MOST_MONTHS = 0.5, 60
#: A debt that its instalment does not clear, or not within so many months, is not restructured by a formula.
_LONGEST_MONTHS = 480
_PATHS, _SEED = 256, 7
#: Fewer months below zero than this part of a month, or fewer chances than this, is not worth a proposal.
_LEAST_MONTHS, _LEAST_CHANCE = 0.1, 0.05
_DAYS_AFTER_PAY = 2


class Proposal(Value):
    """One way to make the months easier. Money in minor units.

    Attributes:
        credit: which of the twin's credits it changes; None for a change of due days.
        months: how long it lasts; for a longer term by how many months it is longer.
        instalment_before_minor, instalment_minor: of that credit, while it lasts; `after_minor` what is due later on.
        extra_interest_minor: what the customer pays more until the debt is cleared.
        due_day: the new one, for a change of due days, with what it does inside the next month.
        months_below_zero_before, months_below_zero: expected number among the next twelve month ends.
        helps: whether it lowers the months below zero, or the chance of a day below zero, enough to be proposed.
    """

    relief: Relief
    credit: int | None = None
    months: int | None = None
    instalment_before_minor: int | None = None
    instalment_minor: int | None = None
    after_minor: int | None = None
    extra_interest_minor: int = 0
    due_day: int | None = Field(default=None, ge=1, le=31)
    inside_month: DueDayEffect | None = None
    months_below_zero_before: float
    months_below_zero: float
    helps: bool


class Restructuring(Value):
    """What could be proposed, what helps most first; empty where nothing is owed and nothing falls due by the month."""

    customer_id: str
    currency: str
    months: int = MONTHS
    paths: int
    seed: int
    months_below_zero: float
    proposals: tuple[Proposal, ...] = ()


def restructuring(twin: Twin, *, paths: int = _PATHS, seed: int = _SEED) -> Restructuring:
    """Every way to ease one of the customer's credits or to move the due days, each over the same chance as things as they are.

    Args:
        paths: as for `tools.twin.simulate`.

    Raises:
        UsageError: a number of paths out of range.
    """
    base = schedule_of(twin, MONTHS)
    found = simulate([base], paths, seed)
    below = _months_below(found.balance)
    offers = [
        offer
        for place, credit in enumerate(base.credits)
        for ease in (_holiday, _longer, _lower)
        if (offer := ease(place, credit, _months_left(credit.credit, twin))) is not None
    ]
    proposals = [_judged(base, offer, changed, below, paths, seed, found.unplanned) for offer, changed in offers]
    moved = _other_due_day(twin, below)
    return Restructuring(
        customer_id=twin.customer_id,
        currency=twin.currency,
        paths=paths,
        seed=seed,
        months_below_zero=round(below, 2),
        proposals=tuple(sorted([*proposals, *moved], key=_by_help)),
    )


def _by_help(proposal: Proposal) -> tuple[bool, float, float, int]:
    """What helps first; then by months saved, by days saved inside the month, and by what it costs."""
    inside = proposal.inside_month
    saved = 0.0 if inside is None else inside.before.below_zero - inside.after.below_zero
    return (not proposal.helps, proposal.months_below_zero - proposal.months_below_zero_before, -saved, proposal.extra_interest_minor)


def _months_below(balance: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    """Expected number of month ends below zero, from shape (1, paths, months)."""
    return float((balance[0] < 0).sum(axis=1).mean())


def _months_left(credit: Credit, twin: Twin) -> int | None:
    """To maturity where a contract says it, else until the instalment has cleared the debt; None where it never does."""
    ends = credit.matures_on
    if ends is not None and ends > twin.as_of:
        return max((ends.year - twin.as_of.year) * 12 + ends.month - twin.as_of.month, 1)
    left = months_to_clear(credit.outstanding_minor, credit.rate_bps, credit.instalment_minor) if credit.instalment_minor else None
    return left if left is not None and left <= _LONGEST_MONTHS else None


class _Offer(Value):
    """Terms of a proposal before it is judged."""

    relief: Relief
    credit: int
    months: int
    before_minor: int
    instalment_minor: int
    after_minor: int
    extra_interest_minor: int


_Offered = tuple[_Offer, CreditSchedule] | None


def _eased(relief: Relief, place: int, credit: CreditSchedule, first: int, lasts: int, left: int) -> _Offered:
    """Instalments of `first` for `lasts` months, then equal ones that clear the debt when `left` months have passed."""
    rate, before = credit.credit.rate_bps, credit.credit.instalment_minor
    owed = credit.opening_minor
    for _ in range(lasts):
        owed += interest_of_month(owed, rate)
        owed -= min(first, owed)
    after = instalment_minor(owed, rate, left - lasts) if owed else 0
    instalments = np.full(len(credit.instalment), after, dtype=np.int64)
    instalments[:lasts] = first
    extra = _total([first] * lasts, after, credit) - _total([], before, credit)
    offer = _Offer(relief=relief, credit=place, months=lasts, before_minor=before, instalment_minor=first, after_minor=after, extra_interest_minor=extra)  # fmt: skip
    return offer, replace(credit, instalment=instalments)


def _total(first: list[int], then: int, credit: CreditSchedule) -> int:
    """All that is paid until nothing is owed."""
    owed, paid = credit.opening_minor, 0
    for month in range(2 * _LONGEST_MONTHS):
        owed += interest_of_month(owed, credit.credit.rate_bps)
        now = min(first[month] if month < len(first) else then, owed)
        owed, paid = owed - now, paid + now
        if not owed:
            break
    return paid


def _holiday(place: int, credit: CreditSchedule, left: int | None) -> _Offered:
    """Nothing due for three months; the end moves by as many."""
    if left is None or left <= HOLIDAY_MONTHS:
        return None
    return _eased("payment_holiday", place, credit, 0, HOLIDAY_MONTHS, left + HOLIDAY_MONTHS)


def _lower(place: int, credit: CreditSchedule, left: int | None) -> _Offered:
    """Half of the instalment for half a year, then what clears the debt when it was to be cleared."""
    if left is None or left <= LOWER_MONTHS:
        return None
    half = round(credit.credit.instalment_minor * LOWER_SHARE)
    return _eased("lower_instalments", place, credit, half, LOWER_MONTHS, left)


def _longer(place: int, credit: CreditSchedule, left: int | None) -> _Offered:
    """Half as many months more, five years at most, all at one lower instalment."""
    if left is None:
        return None
    term = left + min(max(round(left * LONGER_BY), 1), LONGER_MOST_MONTHS)
    made = _eased("longer_term", place, credit, instalment_minor(credit.opening_minor, credit.credit.rate_bps, term), 1, term)
    if made is None or made[0].instalment_minor >= credit.credit.instalment_minor:
        return None
    return made[0].model_copy(update={"months": term - left}), made[1]


def _judged(
    base: Schedule,
    offer: _Offer,
    changed: CreditSchedule,
    below: float,
    paths: int,
    seed: int,
    unplanned: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> Proposal:
    credits = tuple(changed if place == offer.credit else credit for place, credit in enumerate(base.credits))
    after = _months_below(simulate([base.changed(credits=credits)], paths, seed, unplanned).balance)
    return Proposal(
        relief=offer.relief,
        credit=offer.credit,
        months=offer.months,
        instalment_before_minor=offer.before_minor,
        instalment_minor=offer.instalment_minor,
        after_minor=offer.after_minor,
        extra_interest_minor=offer.extra_interest_minor,
        months_below_zero_before=round(below, 2),
        months_below_zero=round(after, 2),
        helps=below - after >= _LEAST_MONTHS,
    )


def _other_due_day(twin: Twin, below: float) -> list[Proposal]:
    """All that falls due by the month on one day shortly after pay; month ends stay as they are, the days between do not."""
    pay = next_pay_day(twin)
    if pay is None:
        return []
    # A due day past the 28th would fall on another day in February; after the month's end it is early in the next month.
    new_day = (pay[1].day + _DAYS_AFTER_PAY - 1) % 28 + 1
    try:
        inside = due_day_effect(twin, Change(kind="change_of_due_date", due_day=new_day))
    except ScenarioError:
        return []
    months = round(below, 2)
    return [
        Proposal(
            relief="due_date_change",
            due_day=new_day,
            inside_month=inside,
            months_below_zero_before=months,
            months_below_zero=months,
            helps=inside.before.below_zero - inside.after.below_zero >= _LEAST_CHANCE,
        )
    ]
