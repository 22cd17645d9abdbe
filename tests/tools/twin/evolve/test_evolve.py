"""A twin fed booking by booking is the twin fitted to all of them, exactly, and its state does not grow."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, booking, history, loan, pounds, steady
from tools.errors import TooShortError, UsageError
from tools.ledger.account import Account
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.twin.evolve.evolve import WINDOW_MONTHS, Told, TwinState, begin, on_day, told, twin_from, update
from tools.twin.fit.fit import fit_twin
from tools.twin.twin import Twin

ACCOUNTS = tuple(
    Account.model_validate(
        {"id": f"demo:{name}", "source": "demo", "external_id": name, "customer_id": "demo:1", "kind": kind, "name": name,
         "currency": "GBP", "opened_on": date(2020, 1, 1), "opening_balance_minor": 100_000}
    )
    for name, kind in (("acc", "current"), ("pot", "savings"))
)  # fmt: skip


def fed(state: TwinState, bookings: list[Transaction]) -> TwinState:
    for each in bookings:
        state = update(state, each)
    return on_day(state, AS_OF)


def refit(one: History) -> Twin:
    return fit_twin(one, features_of(one))


def varied(rows: list[tuple[int, int, str, bool]]) -> list[Transaction]:
    """Bookings so many days before `AS_OF`, on the current account or the pot; every third one with the balance as reported."""
    found: list[Transaction] = []
    for at, (back, amount, category, on_pot) in enumerate(rows):
        account = "demo:pot" if on_pot else "demo:acc"
        found.append(booking(AS_OF - timedelta(days=back), amount / 100, category, number=f"{at:03d}", account_id=account))
    return sorted(found, key=lambda move: move.booked_on)


def reported(bookings: list[Transaction]) -> list[Transaction]:
    """The same with the balances that the bank would report in this order."""
    balances = {account.id: account.opening_balance_minor for account in ACCOUNTS}
    told: list[Transaction] = []
    for each in bookings:
        balances[each.account_id] += each.amount_minor
        told.append(each.model_copy(update={"balance_after_minor": balances[each.account_id]}))
    return told


categories = st.sampled_from(["salary", "rent", "groceries", "subscriptions", "internal_transfer", "investment", "loan_repayment"])
rows = st.lists(
    st.tuples(st.integers(0, 700), st.integers(-300_000, 300_000).filter(bool), categories, st.booleans()), min_size=2, max_size=50
)


@settings(max_examples=60, deadline=None)
@given(rows=rows, seed=st.integers(0, 999), with_balances=st.booleans(), share=st.floats(0, 1))
def test_one_by_one_in_any_order_of_a_day_and_twice_is_the_same_as_all_at_once(
    rows: list[tuple[int, int, str, bool]], seed: int, with_balances: bool, share: float
):
    bookings = reported(varied(rows)) if with_balances else varied(rows)
    whole = history(bookings, accounts=ACCOUNTS)
    cut = bookings[int(share * (len(bookings) - 1))].booked_on
    early = [each for each in bookings if each.booked_on < cut]
    late = [each for each in bookings if each.booked_on >= cut]
    draw = Random(seed)
    draw.shuffle(late)
    late.sort(key=lambda move: move.booked_on)
    repeated = [each for each in late for _ in range(draw.choice((1, 1, 2)))]
    state = fed(begin(whole.model_copy(update={"transactions": tuple(early), "as_of": cut})), repeated)
    assert state == begin(whole)
    if features_of(whole).days_of_history >= 21:
        assert twin_from(state) == refit(whole)


def test_a_shuffled_month_of_real_life_changes_nothing():
    whole = history(steady(months=14), contracts=(loan(),))
    start = begin(whole.model_copy(update={"transactions": whole.transactions[:40], "as_of": whole.transactions[39].booked_on}))
    late = list(whole.transactions[40:])
    assert twin_from(fed(start, late)) == twin_from(fed(start, late[::-1])) == refit(whole)


def test_a_booking_changes_the_twin_and_its_repetition_does_not():
    state = begin(history(steady()))
    holiday = booking(AS_OF, -1200, "travel")
    once = update(state, holiday)
    assert twin_from(once).balance_minor == twin_from(state).balance_minor - pounds(1200)
    assert update(once, holiday) == once


def test_the_state_keeps_two_years_and_the_money_of_the_years_before():
    long = history(steady(months=60))
    state = begin(long)
    assert min(each.booked_on for each in state.history.transactions) >= date(2025, 3, 1)
    assert len(state.history.transactions) <= 4 * (WINDOW_MONTHS + 1)
    assert features_of(state.history).balance_minor == features_of(long).balance_minor
    assert (twin_from(state).income_level_minor, twin_from(state).drift_minor) == (refit(long).income_level_minor, refit(long).drift_minor)


def test_years_of_streaming_end_in_the_state_that_a_new_beginning_has():
    moves = reported(steady(months=40))
    first = history(moves[:60], as_of=moves[59].booked_on)
    assert fed(begin(first), moves[60:]) == begin(history(moves))


def test_a_booking_before_the_window_is_not_counted_again():
    state = begin(history(steady(months=40)))
    assert update(state, booking(date(2024, 1, 10), -300, "groceries", number="late")) == state


def test_an_account_it_does_not_know_is_refused_with_the_remedy():
    with pytest.raises(UsageError, match=r"demo:new is not one of this twin's\. Begin the twin anew"):
        update(begin(history(steady())), booking(AS_OF, -5, "dining", account_id="demo:new"))


def test_a_state_may_be_younger_than_a_twin_can_be():
    state = begin(history([], as_of=date(2027, 3, 1)))
    with pytest.raises(TooShortError):
        twin_from(state)
    grown = fed(state, [booking(date(2027, 3, day), -20, "groceries") for day in (2, 9, 16)])
    assert twin_from(grown, version=3).version == 3


def test_a_stated_income_moves_a_young_twin_and_hardly_an_old_one():
    said = Told(monthly_income_minor=pounds(5000), salary_day_1=25)

    def moved(months: int) -> int:
        state = begin(history(steady(months=months)))
        return twin_from(told(state, said)).income_level_minor - twin_from(state).income_level_minor

    assert moved(1) > pounds(1000) > pounds(250) > moved(12) > 0


def test_a_stated_risk_tolerance_moves_the_mix_of_a_young_twin():
    state = begin(history(steady(months=1)))
    shares = [
        {each.persona: each.share for each in twin_from(told(state, Told(risk_tolerance=risk))).persona_mix}["risk_taker"]
        for risk in ("very_cautious", "very_adventurous")
    ]
    assert shares[0] < shares[1]


def test_a_goal_is_kept_and_moves_no_money():
    state = begin(history(steady()))
    after = told(state, Told(goals=("a trip",), savings_goal_minor=pounds(5000)))
    assert after.history.profile.goals == ("a trip",)
    assert after.history.profile.savings_goal_minor == pounds(5000)
    assert twin_from(after) == twin_from(state)


def test_what_was_not_said_stays():
    state = begin(history(steady(), profile={"goals": ("a trip",), "salary_day_1": 25}))
    assert told(state, Told(monthly_income_minor=1)).history.profile.goals == ("a trip",)
    assert told(state, Told()) == state
