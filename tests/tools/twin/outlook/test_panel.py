"""A panel knows an account by day, and what it measures as of a day never looks at a later one."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.tools.builders import AS_OF, history, steady
from tests.tools.twin.pool import LATER, UNTIL, booked
from tools.ledger.features import features_of
from tools.twin.outlook.panel import COLUMNS, MONEY, AccountPanel, measure, month_step, panel_from, panel_of, steps_back


def column(panel: AccountPanel, name: str, day: date = UNTIL) -> float:
    return float(measure(panel, [day.toordinal()])[0, COLUMNS.index(name)])


def plain(*moves: tuple[date, int, str], until: date = UNTIL) -> AccountPanel:
    amounts = [amount for _, amount, _ in moves]
    made = panel_from(
        "1", "GBP", [day.toordinal() for day, _, _ in moves], amounts, np.cumsum(amounts).tolist(), [kind for _, _, kind in moves], until
    )  # type: ignore[arg-type]  # fmt: skip
    assert made is not None
    return made


def salaries(months: int, last: int = 1000) -> AccountPanel:
    """Opened with 500, then 1,000 on the 15th of each month of 2025 up to December, the last of them `last`."""
    days = [date(2025, month, 15) for month in range(13 - months, 13)]
    paid = [(day, 1000 if day.month < 12 else last, "transfer_in") for day in days]
    return plain((days[0] - timedelta(days=40), 500, "cash_in"), *paid)


def test_a_day_holds_the_balance_after_its_last_booking_and_the_flows_by_kind():
    day = date(2025, 12, 30)
    panel = plain((day, 1000, "cash_in"), (day, -300, "card"), (UNTIL, -200, "cash_out"), (UNTIL, 5, "interest"))
    assert panel.balance.tolist() == [700, 505]
    assert panel.flows.tolist() == [[1000, 0], [0, 0], [0, 200], [300, 0]]
    assert panel.bookings.tolist() == [2, 2]
    assert panel.last_day == UNTIL.toordinal()


def test_what_is_booked_after_the_cutoff_is_not_in_it():
    assert panel_from("1", "GBP", [UNTIL.toordinal() + 1], [100], [100], ["other"], UNTIL) is None
    before, after = booked(1, UNTIL).panel(), booked(1, LATER).panel()
    assert before.balance.tolist() == after.balance.tolist()
    assert before.flows.tolist() == after.flows.tolist()


@pytest.mark.parametrize("number", range(1, 6))
def test_no_later_day_changes_what_was_known(number: int):
    whole = booked(number).panel()
    for day in range(whole.first_day, UNTIL.toordinal(), 23):
        cut = booked(number).panel(date.fromordinal(day))
        assert measure(whole, [day]).tolist() == measure(cut, [day]).tolist()


def test_all_money_and_nothing_else_grows_with_the_unit():
    days = [UNTIL.toordinal(), UNTIL.toordinal() - 50]
    once, hundredfold = measure(booked(3).panel(), days), measure(booked(3).panel(factor=100), days)
    money = len(MONEY)
    np.testing.assert_allclose(hundredfold[:, :money], 100 * once[:, :money])
    np.testing.assert_allclose(hundredfold[:, money:], once[:, money:])


def test_levels_and_flows_are_what_they_say():
    panel = salaries(6)
    assert column(panel, "balance") == 6500
    assert column(panel, "last_change") == 1000
    assert column(panel, "changes") == 6
    assert column(panel, "change_sum") == 6000
    assert column(panel, "level") == np.mean([6500, 5500, 4500, 3500, 2500, 1500])  # without the 500 of the broken month
    assert column(panel, "low_month") == 5500
    assert column(panel, "other_in") == pytest.approx(1000, rel=0.01)
    assert column(panel, "net") == column(panel, "other_in")


def test_a_windfall_is_what_came_above_the_usual_month():
    assert column(salaries(6), "windfall") == 0
    assert column(salaries(6, last=1500), "windfall") == 500
    assert column(salaries(6, last=400), "windfall") == -600


def test_the_first_day_of_an_account_can_be_measured():
    panel = plain((UNTIL, 1000, "cash_in"))
    measured = measure(panel, [UNTIL.toordinal()])
    assert np.isfinite(measured).all()
    assert column(panel, "windfall") == 0


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 12, 31), -1, date(2025, 11, 30)),
        (date(2025, 9, 30), 1, date(2025, 10, 31)),
        (date(2025, 3, 30), -1, date(2025, 2, 28)),
        (date(2025, 1, 15), -13, date(2023, 12, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_steps_are_whole_calendar_months(day: date, months: int, expected: date):
    assert month_step(day, months) == expected


def test_steps_back_start_with_the_day_itself():
    assert steps_back([UNTIL.toordinal()], 1).tolist() == [[UNTIL.toordinal(), date(2025, 11, 30).toordinal()]]


def test_a_customer_is_the_sum_of_the_current_accounts():
    one = history(steady(months=6))
    panel = panel_of(one)
    assert panel is not None
    assert panel.last_day == AS_OF.toordinal()
    assert panel.balance[-1] == features_of(one).balance_minor
    assert panel.currency == "GBP"
    assert panel_of(history([])) is None
