"""Each signal is read off the account and is unknown where the account cannot say."""

from datetime import date, timedelta

from tests.tools.builders import AS_OF, booking, history, steady
from tools.ledger.features import features_of
from tools.ledger.transaction import Transaction
from tools.stress.signals import Signals, signals_of


def signals(moves: list[Transaction], **changes: object) -> Signals:
    one = history(moves, **changes)  # type: ignore[arg-type]
    return signals_of(one, features_of(one))


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def test_a_steady_customer_shows_no_strain():
    calm = signals(steady(months=12))
    assert calm.late_salary is not None
    assert calm.late_salary <= 1
    assert (calm.balance_decline, calm.income_drop, calm.thin_buffer) == (0, 0, 0)
    assert (calm.failed_debits, calm.days_below_zero, calm.lending_app_uses, calm.penalty_interest) == (0, 0, 0, 0)


def test_a_salary_that_has_not_come_is_late_by_the_days_it_is_overdue():
    until_february = [move for move in steady(months=12) if not (move.category == "salary" and move.booked_on.month == 3)]
    assert signals(until_february).late_salary == 3
    later = AS_OF + timedelta(days=10)
    assert signals(until_february, as_of=later).late_salary == 13


def test_a_late_salary_counts_for_sixty_days_and_is_then_forgotten():
    late = [move if move.booked_on != date(2026, 12, 25) else booking(date(2027, 1, 10), 2500, "salary") for move in steady(months=12)]
    assert (signals(late, as_of=date(2027, 1, 31)).late_salary or 0) >= 15
    recovered = signals([move for move in late if move.booked_on <= AS_OF]).late_salary
    assert recovered is not None
    assert recovered <= 1


def test_a_balance_that_melts_is_a_decline_per_week():
    spree = [*steady(months=6), *(booking(days_ago(days), -300, "shopping") for days in range(1, 28, 2))]
    assert (signals(spree).balance_decline or 0) > 5
    assert signals(steady(months=1)).balance_decline is None


def test_lending_apps_count_for_thirty_days():
    moves = [
        *steady(),
        booking(days_ago(5), 200, "lending_apps"),
        booking(days_ago(29), -210, "lending_apps"),
        booking(days_ago(31), 90, "lending_apps"),
    ]
    assert signals(moves).lending_app_uses == 2


def test_wishes_and_cash_are_shares_of_ninety_days():
    moves = [
        *steady(),
        booking(days_ago(10), -1500, "gambling"),
        booking(days_ago(200), -999, "travel"),
        booking(days_ago(3), -600, "cash"),
    ]
    found = signals(moves)
    assert found.discretionary_share is not None
    assert found.cash_share is not None
    assert 19 < found.discretionary_share < 21  # 1,500 of 7,500
    assert 8 < found.cash_share < 11  # 600 of 4,500 + 2,100


def test_half_the_income_gone_is_a_drop_of_half():
    halved = [
        move.model_copy(update={"amount_minor": move.amount_minor // 2})
        if move.category == "salary" and move.booked_on.year == 2027
        else move
        for move in steady(months=12)
    ]
    assert signals(halved).income_drop == 50


def test_the_buffer_is_what_one_month_would_need():
    assert (signals([*steady(months=3), booking(days_ago(1), -3250, "other")]).thin_buffer or 0) > 50


def test_commitments_without_any_income_are_all_of_it():
    bills = [move for move in steady(months=12) if move.category == "rent"]
    assert signals(bills).commitments_to_income == 100
