"""Another due day moves money within the month and never across its end."""

from datetime import date

import pytest

from tests.tools.twin.household import household, rent, tracker
from tools.errors import ScenarioError
from tools.twin.scenario.due_day import due_day_effect, with_due_day
from tools.twin.scenario.scenario import Change
from tools.twin.simulate.schedule import schedule_of


def change(day: int, category: str | None = None) -> Change:
    return Change(kind="change_of_due_date", due_day=day, category=category)


def test_rent_after_pay_day_eases_the_tightest_day():
    found = due_day_effect(household(balance_minor=60_000, savings_minor=0), change(27, "rent"))
    assert found.moved_minor == 90_000
    assert found.after.balance_minor > found.before.balance_minor
    assert found.after.below_zero < found.before.below_zero


def test_only_what_was_named_moves():
    twin = with_due_day(household(credits=(tracker(due_day=4),)), change(28, "rent"))
    assert [bill.due_day for bill in twin.commitments] == [28, 1]
    assert (twin.commitments[0].next_on, twin.credits[0].due_day) == (date(2027, 4, 28), 4)
    assert with_due_day(household(credits=(tracker(due_day=4),)), change(31, "mortgage")).credits[0].due_day == 31


def test_without_a_name_everything_monthly_moves_and_a_yearly_bill_stays():
    yearly = rent(4_000, category="insurance", every_days=365, due_day=None, next_on=date(2027, 8, 15))
    twin = with_due_day(household(commitments=(rent(), yearly)), change(31))
    assert [bill.next_on for bill in twin.commitments] == [date(2027, 4, 30), date(2027, 8, 15)]


def test_a_month_comes_to_the_same():
    twin = household()
    assert schedule_of(with_due_day(twin, change(15)), 12).commitments.tolist() == schedule_of(twin, 12).commitments.tolist()


def test_nothing_due_there_is_said():
    with pytest.raises(ScenarioError, match="Nothing monthly is due"):
        due_day_effect(household(), change(15, "childcare"))
