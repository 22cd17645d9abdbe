"""Three weeks are enough for a usable twin; less, or one booking, is too short, and odd histories stay sane."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, booking, history, pounds, steady
from tools.errors import TooShortError
from tools.ledger.account import Account
from tools.ledger.customer import Customer
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.twin.fit.fit import fit_twin
from tools.twin.simulate.schedule import schedule_of
from tools.twin.twin import Twin

DAY_21 = date(2027, 3, 21)


def fit(one: History) -> Twin:
    return fit_twin(one, features_of(one))


def three_weeks(**profile: object) -> Twin:
    """The 1st to the 21st: rent, pay on the 5th, food each week, a phone bill."""
    moves = [
        booking(date(2027, 3, 1), -900, "rent", operation="standing_order"),
        booking(date(2027, 3, 5), 2500, "salary", operation="salary"),
        booking(date(2027, 3, 12), -30, "phone_internet", operation="direct_debit"),
        *(booking(date(2027, 3, day), -90, "groceries", operation="card") for day in (4, 11, 18)),
    ]
    return fit(history(moves, as_of=DAY_21, profile=profile))


def test_a_customer_of_three_weeks_has_a_usable_twin():
    twin = three_weeks()
    (salary,) = twin.income
    assert (twin.months_of_history, twin.prior_weight) == (0, 1.0)
    assert (salary.amount_minor, salary.pay_day, salary.next_on) == (pounds(2500), 5, date(2027, 4, 5))
    assert twin.income_level_minor == pounds(2500)
    assert [(each.category, each.amount_minor, each.due_day) for each in twin.commitments] == [
        ("rent", pounds(900), 1), ("phone_internet", pounds(30), 12),
    ]  # fmt: skip
    assert twin.income_sd_minor > 0
    assert twin.spending_sd_minor > 0


def test_three_weeks_of_food_are_told_per_month_and_leave_room_for_what_was_not_seen_yet():
    levels = {level.category: level.monthly_minor for level in three_weeks().discretionary}
    assert pounds(300) < levels["groceries"] < pounds(450)
    assert levels["travel"] > 0
    assert levels["groceries"] > sum(amount for key, amount in levels.items() if key != "groceries") / 2


def test_what_the_customer_declared_and_one_pay_day_count_the_same():
    assert three_weeks(monthly_income_minor=pounds(3000)).income_level_minor == pounds(2750)


def test_before_the_first_pay_the_declared_days_are_the_stream():
    moves = [booking(date(2027, 3, day), -50, "groceries") for day in (1, 8, 15, 20)]
    profile = {"monthly_income_minor": pounds(2400), "salary_day_1": 15, "salary_day_2": 31}
    twin = fit(history(moves, as_of=DAY_21, profile=profile))
    assert [(each.amount_minor, each.pay_day, each.next_on) for each in twin.income] == [
        (pounds(1200), 15, date(2027, 4, 15)), (pounds(1200), 31, date(2027, 3, 31)),
    ]  # fmt: skip
    assert twin.income_level_minor == pounds(2400)


def test_nobody_who_has_lost_a_job_is_given_the_income_of_an_old_form():
    moves = [booking(move.booked_on, -20, "groceries", number=f"g{at}") for at, move in enumerate(steady(months=12))]
    twin = fit(history(moves, profile={"monthly_income_minor": pounds(2400), "salary_day_1": 25}))
    assert twin.income == ()
    assert twin.income_level_minor < pounds(200)


@pytest.mark.parametrize("segment", ["retail", "hni", "msme"])
def test_the_segment_says_what_a_short_history_cannot(segment: str):
    customer = Customer.model_validate(
        {"id": "demo:1", "source": "demo", "external_id": "1", "name": "A", "segment": segment, "joined_on": date(2020, 1, 1)}
    )
    moves = [booking(date(2027, 3, 1), 1000, "other_income"), booking(date(2027, 3, 20), -100, "groceries")]
    twin = fit(history(moves, as_of=DAY_21, customer=customer, profile={"monthly_income_minor": pounds(5000)}))
    assert twin.segment == segment
    assert ("business_costs" in {level.category for level in twin.discretionary}) == (segment == "msme")


def test_one_booking_is_too_short_however_old_and_says_what_is_needed():
    with pytest.raises(TooShortError, match=r"only one booking\. A forecast needs at least 2, over 21 days"):
        fit(history([booking(date(2026, 6, 1), 5000, "other_income")]))


def test_a_day_less_than_three_weeks_is_too_short():
    moves = [booking(AS_OF - timedelta(days=19), -10), booking(AS_OF, -10)]
    with pytest.raises(TooShortError, match="20 days of bookings"):
        fit(history(moves))


def test_months_without_a_booking_count_as_months():
    gap = [move for move in steady(months=12) if move.booked_on < date(2026, 7, 1) or move.booked_on >= date(2027, 2, 1)]
    twin = fit(history(gap))
    assert twin.months_of_history == 12
    assert 0 < twin.income_level_minor < pounds(2500)
    assert twin.income_sd_minor > pounds(500)


def test_another_currency_on_the_account_is_left_out():
    euros = [booking(date(2027, month, 7), -5000, "travel", currency="EUR") for month in (1, 2, 3)]
    one, plain = history([*steady(), *euros]), history(steady())
    assert fit(one).currency == "GBP"
    assert fit(one) == fit(plain)


money = st.integers(-(10**7), 10**7).filter(bool)
kinds = st.sampled_from(["salary", "rent", "groceries", "refunds", "saving", "investment", "loan_repayment", "mortgage", "nonsense"])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 800), money, kinds), min_size=2, max_size=40), st.sampled_from(["retail", "hni", "msme"]))
def test_any_history_gives_a_twin_that_adds_up_or_says_it_is_too_short(rows: list[tuple[int, int, str]], segment: str):
    moves: list[Transaction] = [
        booking(AS_OF - timedelta(days=back), amount / 100, kind, number=str(at)) for at, (back, amount, kind) in enumerate(rows)
    ]
    customer = Customer.model_validate(
        {"id": "demo:1", "source": "demo", "external_id": "1", "name": "A", "segment": segment, "joined_on": date(2020, 1, 1)}
    )
    one = history(moves, customer=customer)
    if features_of(one).days_of_history < 21:
        with pytest.raises(TooShortError, match="needs at least 21"):
            fit(one)
        return
    twin = fit(one)
    planned = twin.income_level_minor - twin.spending_level_minor - twin.saving_minor - twin.investment_minor - twin.instalments_minor
    assert planned - twin.adjustment_minor == twin.drift_minor
    assert sum(each.monthly_minor for each in twin.commitments) <= twin.commitments_minor
    assert all(each.next_on > twin.as_of for each in (*twin.income, *twin.commitments))
    assert sum(each.share for each in twin.persona_mix) == pytest.approx(1, abs=0.001)
    assert schedule_of(twin, 12).income.sum() == 12 * twin.income_level_minor


def test_a_savings_account_alone_is_no_reason_to_fail():
    account = Account.model_validate(
        {"id": "demo:acc", "source": "demo", "external_id": "acc", "customer_id": "demo:1", "kind": "savings", "name": "S",
         "currency": "GBP", "opened_on": date(2020, 1, 1)}
    )  # fmt: skip
    twin = fit(history(steady(months=3), accounts=(account,)))
    assert twin.balance_minor == 0
    assert twin.savings_minor > 0
