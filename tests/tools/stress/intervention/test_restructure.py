"""Easier terms, worked out on the twin to the minor unit."""

from datetime import date

import pytest

from tests.tools.stress.intervention.people import twin
from tools.stress.intervention.restructure import HOLIDAY_MONTHS, LONGER_MOST_MONTHS, Proposal, restructuring
from tools.twin.scenario.annuity import instalment_minor, repayments
from tools.twin.twin import Credit, Twin

OWED, RATE, LEFT = 1_000_000, 1200, 24


def indebted(**changes: object) -> Twin:
    """Somebody whose loan of 10,000 over two years is more than the month leaves."""
    one = twin(3)
    instalment = instalment_minor(OWED, RATE, LEFT)
    loan = Credit(kind="loan", outstanding_minor=OWED, instalment_minor=instalment, rate_bps=RATE, matures_on=date(2028, 6, 30))
    return one.model_copy(update={"credits": (loan,), "balance_minor": 20_000, "balance_level_minor": 20_000, "reversion": 0.0, **changes})


def by_relief(found: tuple[Proposal, ...]) -> dict[str, Proposal]:
    return {each.relief: each for each in found}


def test_every_way_is_worked_out_and_what_helps_most_comes_first():
    found = restructuring(indebted())
    assert found.months_below_zero > 1
    reliefs = by_relief(found.proposals)
    assert set(reliefs) >= {"payment_holiday", "longer_term", "lower_instalments"}
    helping = [each for each in found.proposals if each.helps]
    assert helping
    assert found.proposals[: len(helping)] == tuple(helping)
    credit = [each.months_below_zero for each in helping if each.credit is not None]
    assert credit == sorted(credit)
    assert all(each.months_below_zero < found.months_below_zero for each in helping if each.credit is not None)


def test_a_holiday_ends_as_many_months_later_and_costs_its_interest():
    holiday = by_relief(restructuring(indebted()).proposals)["payment_holiday"]
    assert holiday.instalment_minor == 0
    owed = OWED
    for _ in range(HOLIDAY_MONTHS):
        owed += round(owed * RATE / 120_000)
    assert holiday.after_minor == instalment_minor(owed, RATE, LEFT)
    before, after = sum(repayments(OWED, RATE, LEFT)), sum(repayments(owed, RATE, LEFT))
    assert holiday.extra_interest_minor == pytest.approx(after - before, abs=LEFT)


def test_a_longer_term_is_lower_each_month_and_dearer_in_all():
    longer = by_relief(restructuring(indebted()).proposals)["longer_term"]
    assert longer.months == LEFT // 2
    assert longer.instalment_minor == longer.after_minor == pytest.approx(instalment_minor(OWED, RATE, 36), abs=1)
    assert longer.instalment_before_minor is not None
    assert longer.instalment_minor < longer.instalment_before_minor
    assert longer.extra_interest_minor > 0


def test_no_term_gets_longer_by_more_than_five_years():
    mortgage = Credit(kind="mortgage", outstanding_minor=20_000_000, instalment_minor=110_000, rate_bps=450, matures_on=date(2052, 6, 30))
    longer = by_relief(restructuring(indebted(credits=(mortgage,))).proposals)["longer_term"]
    assert longer.months == LONGER_MOST_MONTHS


def test_half_instalments_are_made_up_for_by_the_end():
    lower = by_relief(restructuring(indebted()).proposals)["lower_instalments"]
    assert lower.instalment_before_minor is not None
    assert lower.instalment_minor == round(lower.instalment_before_minor / 2)
    assert lower.after_minor > lower.instalment_before_minor


def test_who_owes_nothing_gets_no_easier_instalment():
    found = restructuring(twin(0))
    assert all(each.relief == "due_date_change" for each in found.proposals)


def test_a_debt_that_is_never_cleared_is_left_to_a_person():
    endless = Credit(kind="loan", outstanding_minor=OWED, instalment_minor=5_000, rate_bps=RATE)
    assert all(each.credit is None for each in restructuring(indebted(credits=(endless,))).proposals)


def test_other_due_days_change_the_days_and_not_the_months():
    found = by_relief(restructuring(indebted()).proposals)
    moved = found["due_date_change"]
    assert moved.due_day == 27
    assert moved.months_below_zero == moved.months_below_zero_before
    assert moved.inside_month is not None
    assert moved.extra_interest_minor == 0


def test_the_same_twin_gives_the_same_proposals():
    assert restructuring(indebted()) == restructuring(indebted())
