import time
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tools.ledger.account import Account, Holding
from tools.ledger.customer import Customer, Profile
from tools.ledger.features import Features, features_of
from tools.ledger.history import History
from tools.ledger.movements import NO_CURRENCY, bookings_by_currency
from tools.ledger.transaction import Transaction

AS_OF = date(2026, 6, 30)
CUSTOMER = Customer(id="demo:1", source="demo", external_id="1", name="Anna", joined_on=date(2020, 1, 1))


def account(name: str, kind: str = "current", currency: str = "GBP", **more: Any) -> Account:
    return Account.model_validate(
        {
            "id": f"demo:{name}",
            "source": "demo",
            "external_id": name,
            "customer_id": "demo:1",
            "kind": kind,
            "name": name,
            "currency": currency,
            "opened_on": date(2020, 1, 1),
            **more,
        }
    )


CURRENT = account("main")
SAVINGS = account("pot", "savings")


def booked(day: date, amount: int, category: str = "other", on: str = "main", **more: Any) -> Transaction:
    content = {"account_id": f"demo:{on}", "booked_on": day, "amount_minor": amount, "category": category, "currency": "GBP", **more}
    number = "|".join(str(value) for value in content.values())
    return Transaction.model_validate({"id": f"demo:{number}", "source": "demo", "external_id": number, **content})


def history(
    transactions: Iterable[Transaction] = (), accounts: Iterable[Account] = (CURRENT,), as_of: date = AS_OF, **more: Any
) -> History:
    ordered = sorted(transactions, key=lambda each: each.booked_on)
    return History(
        customer=CUSTOMER, profile=Profile(customer_id="demo:1"), as_of=as_of, accounts=tuple(accounts), transactions=tuple(ordered), **more
    )


def monthly(amount: int, category: str, day: int, months: Iterable[int] = range(1, 7), **more: Any) -> list[Transaction]:
    return [booked(date(2026, month, day), amount, category, **more) for month in months]


def test_a_history_without_accounts_has_no_currency_and_no_figures():
    found = features_of(history(accounts=()))
    assert (found.currency, found.balance_minor, found.window_months, found.days_of_history) == (NO_CURRENCY, 0, 0, 0)
    assert found.lowest_balance_90d_minor is None
    assert (found.months, found.income, found.spend_by_category, found.first_booking_on) == ((), (), (), None)


def test_an_account_without_bookings_has_its_opening_balance():
    found = features_of(history(accounts=[account("main", opening_balance_minor=500), account("pot", "savings", opening_balance_minor=70)]))
    assert (found.currency, found.balance_minor, found.savings_minor) == ("GBP", 500, 70)


def test_one_day_of_history_tells_balances_and_no_averages():
    found = features_of(history([booked(AS_OF, 1000, "salary"), booked(AS_OF, -300, "groceries")]))
    assert (found.balance_minor, found.lowest_balance_90d_minor, found.days_of_history) == (700, 700, 1)
    assert (found.window_months, found.income_monthly_minor, found.spend_by_category) == (0, 0, ())
    assert (found.months[0].month, found.months[0].income_minor, found.months[0].spending_minor) == ("2026-06", 1000, 300)


def test_averages_are_over_whole_months_only():
    # 15 June is not over: what was spent in June is in the months, and not in the averages.
    spent = [*monthly(-30_000, "groceries", 2, range(1, 6)), booked(date(2026, 6, 3), -90_000, "groceries")]
    found = features_of(history([*monthly(200_000, "salary", 1, range(1, 7)), *spent], as_of=date(2026, 6, 15)))
    assert (found.window_months, found.income_monthly_minor, found.spending_monthly_minor) == (5, 200_000, 30_000)
    assert [month.spending_minor for month in found.months][-2:] == [30_000, 90_000]


def test_a_first_month_that_began_late_is_not_whole():
    found = features_of(history([booked(date(2026, 3, 20), -1, "groceries"), booked(date(2026, 5, 2), -200, "groceries")]))
    assert (found.window_months, found.spending_monthly_minor) == (3, 67)


def test_spending_by_category_sums_to_the_spending_and_is_compared_with_the_window_before():
    spent = [booked(date(2025 + (at >= 6), at % 6 + 1 + 6 * (at < 6), 5), -6_000 - 600 * (at >= 6), "dining") for at in range(12)]
    spent += monthly(-3_000, "fuel", 9)
    found = features_of(history([booked(date(2025, 7, 1), 0, "salary"), *spent]))
    dining, fuel = found.spend_by_category
    assert (dining.category, dining.monthly_minor, dining.previous_monthly_minor, dining.transactions) == ("dining", 6_600, 6_000, 6)
    assert (fuel.category, fuel.monthly_minor, fuel.previous_monthly_minor) == ("fuel", 3_000, 0)
    assert dining.monthly_minor + fuel.monthly_minor == found.spending_monthly_minor
    assert round(dining.share + fuel.share, 9) == 1


def test_without_a_window_before_nothing_is_compared():
    (groceries,) = features_of(history(monthly(-3_000, "groceries", 2))).spend_by_category
    assert groceries.previous_monthly_minor is None


def test_a_refund_is_less_spending_and_not_income():
    found = features_of(history([*monthly(-9_000, "shopping", 1), *monthly(3_000, "refunds", 4)]))
    assert (found.income_monthly_minor, found.spending_monthly_minor) == (0, 6_000)


def test_a_loan_received_is_not_income_and_a_repayment_not_spending():
    found = features_of(history([booked(date(2026, 1, 2), 100_000, "lending_apps"), booked(date(2026, 2, 2), -40_000, "loan_repayment")]))
    assert [month.repayment_minor for month in found.months[:2]] == [-100_000, 40_000]
    assert (found.income_monthly_minor, found.spending_monthly_minor) == (0, 0)


def test_failed_debits_count_and_move_no_money():
    late, old = (
        booked(date(2026, 6, 2), -5_000, "utilities", status="failed"),
        booked(date(2026, 1, 2), -5_000, "utilities", status="failed"),
    )
    found = features_of(history([booked(date(2026, 1, 1), 1_000, "salary"), late, old]))
    assert (found.failed_debits_90d, found.balance_minor, found.spending_monthly_minor) == (1, 1_000, 0)


def test_penalty_interest_is_counted_over_ninety_days():
    found = features_of(history(monthly(-30, "penalty_interest", 15)))
    assert found.penalty_interest_90d == 3


def test_days_below_zero_and_lowest_balance_are_of_the_last_ninety_days():
    movements = [
        booked(date(2026, 1, 1), -9_000, "rent"),
        booked(date(2026, 2, 1), 10_000, "salary"),
        booked(date(2026, 6, 1), -1_500, "rent"),
        booked(date(2026, 6, 11), 2_000, "salary"),
    ]
    found = features_of(history(movements))
    assert (found.days_negative_90d, found.lowest_balance_90d_minor, found.balance_minor) == (10, -500, 1_500)
    assert [month.balance_low_minor for month in found.months] == [-9_000, 1_000, 1_000, 1_000, 1_000, -500]


def test_the_bank_s_reported_balance_is_believed():
    found = features_of(history([booked(date(2026, 6, 1), 100, balance_after_minor=40_100), booked(date(2026, 6, 2), -50)]))
    assert found.balance_minor == 40_050


def test_money_moved_to_own_savings_is_saving_and_neither_income_nor_spending():
    day = date(2026, 5, 5)
    by_category = [booked(day, -500, "internal_transfer"), booked(day, 500, "internal_transfer", "pot")]
    by_account = [
        booked(day, -500, "transfer_out", counterparty_account="pot"),
        booked(day, 500, "transfer_in", "pot", counterparty_account="main"),
    ]
    by_pair = [booked(day, -500, "transfer_out"), booked(day + timedelta(days=1), 500, "transfer_in", "pot")]
    by_name = [booked(day, -500, "saving"), booked(day, 500, "saving", "pot")]
    for moved in (by_category, by_account, by_pair, by_name):
        found = features_of(history([booked(day, 2_000, "salary"), *moved], [CURRENT, SAVINGS]))
        month = found.months[0]
        assert (month.income_minor, month.spending_minor, month.saving_minor, month.net_minor) == (2_000, 0, 500, 1_500)
        assert (found.balance_minor, found.savings_minor) == (1_500, 500)


def test_transfers_between_two_own_current_accounts_cancel_out():
    day = date(2026, 5, 5)
    moved = [booked(day, -500, "transfer_out"), booked(day, 500, "transfer_in", "second")]
    month = features_of(history(moved, [CURRENT, account("second")])).months[0]
    assert (month.income_minor, month.spending_minor, month.saving_minor, month.net_minor) == (0, 0, 0, 0)


def test_a_transfer_from_somebody_else_is_income():
    assert features_of(history([booked(date(2026, 5, 5), 500, "transfer_in")])).months[0].income_minor == 500


def test_deposits_that_no_account_carries_are_savings():
    def deposit(number: str, **more: Any) -> Holding:
        given = {
            "id": f"demo:h{number}",
            "source": "demo",
            "customer_id": "demo:1",
            "kind": "fixed_deposit",
            "name": "Fixed",
            "currency": "GBP",
        }
        return Holding.model_validate({**given, "opened_on": date(2026, 1, 1), "value_minor": 900, **more})

    held = (deposit("1"), deposit("2", account_id="demo:pot"), deposit("3", closed_on=AS_OF), deposit("4", opened_on=date(2027, 1, 1)))
    assert features_of(history(accounts=[CURRENT, SAVINGS], holdings=held)).savings_minor == 900


def test_the_main_currency_is_the_one_with_most_bookings_and_the_others_can_be_counted():
    euro = [booked(AS_OF, -7_000, "travel", "euro", currency="EUR")]
    told = history([*monthly(1_000, "salary", 1), *euro], [account("euro", currency="EUR"), CURRENT])
    found = features_of(told)
    assert (found.currency, found.balance_minor) == ("GBP", 6_000)
    assert bookings_by_currency(told) == {"EUR": 1, "GBP": 6}


def test_a_thousand_movements_take_a_few_milliseconds():
    kinds = ["groceries", "rent", "salary", "dining", "utilities", "subscriptions", "transfer_in", "cash"]
    many = [
        booked(AS_OF - timedelta(days=at % 540), 5_000 - 10 * at, kinds[at % len(kinds)], description=f"shop {at % 40} ref {at}")
        for at in range(1000)
    ]
    told = history(many)
    features_of(told)
    seconds = min(_timed(told) for _ in range(5))
    assert seconds < 0.025  # 5 ms on an idle machine; the machines of tests are not idle


def _timed(told: History) -> float:
    start = time.perf_counter()
    features_of(told)
    return time.perf_counter() - start


CATEGORIES = [
    "salary",
    "refunds",
    "groceries",
    "rent",
    "saving",
    "internal_transfer",
    "loan_repayment",
    "fees",
    "transfer_in",
    "cash",
    "no such",
]


@st.composite
def bookings(draw: st.DrawFn) -> list[Transaction]:
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 500),
                st.integers(-(10**10), 10**10),
                st.sampled_from(CATEGORIES),
                st.sampled_from(["main", "second", "pot", "card"]),
                st.sampled_from(["booked", "booked", "failed"]),
            ),
            max_size=40,
        )
    )
    return [
        booked(AS_OF - timedelta(days=back), amount, category, on, status=status, description=str(at))
        for at, (back, amount, category, on, status) in enumerate(rows)
    ]


ALL_ACCOUNTS = [CURRENT, account("second"), SAVINGS, account("card", "card")]


@given(bookings())
def test_every_minor_unit_is_in_exactly_one_month_and_one_part(movements: list[Transaction]):
    months = features_of(history(movements, ALL_ACCOUNTS)).months
    everyday = sum(each.amount_minor for each in movements if each.status == "booked" and each.account_id != SAVINGS.id)
    assert sum(month.net_minor for month in months) == everyday
    for month in months:
        assert month.net_minor == month.income_minor - month.spending_minor - month.saving_minor - month.repayment_minor


@given(bookings())
def test_without_a_card_each_month_ends_where_the_last_one_ended_plus_its_net(movements: list[Transaction]):
    without_card = [each for each in movements if each.account_id != "demo:card"]
    found = features_of(history(without_card, ALL_ACCOUNTS[:3]))
    balance = 0
    for month in found.months:
        balance += month.net_minor
        assert month.balance_end_minor == balance
        assert month.balance_low_minor <= month.balance_end_minor
    assert found.balance_minor == balance


@given(bookings(), st.permutations(ALL_ACCOUNTS))
def test_the_order_of_accounts_does_not_matter(movements: list[Transaction], accounts: list[Account]):
    assert features_of(history(movements, accounts)) == features_of(history(movements, ALL_ACCOUNTS))


@given(bookings(), bookings())
def test_the_future_is_never_seen(movements: list[Transaction], later: list[Transaction]):
    as_of = AS_OF - timedelta(days=501)
    moved = [each.model_copy(update={"booked_on": each.booked_on - timedelta(days=501)}) for each in movements]
    not_yet = account("later", "savings", opened_on=AS_OF, opening_balance_minor=10**9)
    told: Features = features_of(history(moved, ALL_ACCOUNTS, as_of))
    assert features_of(history([*moved, *later], [*ALL_ACCOUNTS, not_yet], as_of)) == told
