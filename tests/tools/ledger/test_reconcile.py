from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tools.ledger.account import Account
from tools.ledger.reconcile import in_balance_order, reconcile, running_balances
from tools.ledger.transaction import Transaction

DAY = date(2026, 3, 1)
ACCOUNT = Account(
    id="bank:1",
    source="bank",
    external_id="1",
    customer_id="bank:1",
    name="Current",
    currency="GBP",
    opened_on=DAY,
    opening_balance_minor=1000,
)


def booked(number: int, amount: int, reported: int | None = None, day: date = DAY, **more: str) -> Transaction:
    return Transaction.model_validate(
        {
            "id": f"bank:t{number}",
            "source": "bank",
            "external_id": f"t{number}",
            "account_id": "bank:1",
            "booked_on": day,
            "amount_minor": amount,
            "currency": "GBP",
            "balance_after_minor": reported,
            **more,
        }
    )


def test_the_balance_runs_from_the_opening_balance():
    assert running_balances(ACCOUNT, [booked(1, 500), booked(2, -200)]).tolist() == [1500, 1300]


def test_an_account_without_movements_has_no_running_balance_and_no_difference():
    assert running_balances(ACCOUNT, []).tolist() == []
    assert reconcile(ACCOUNT, []) == ()


def test_movements_of_other_accounts_are_skipped():
    assert running_balances(ACCOUNT, [booked(1, 500), booked(2, 900, account_id="bank:2")]).tolist() == [1500]


def test_a_failed_debit_moves_no_money():
    assert running_balances(ACCOUNT, [booked(1, -700, status="failed"), booked(2, -100)]).tolist() == [1000, 900]


def test_where_the_bank_reports_another_balance_the_running_one_goes_on_from_it():
    movements = [booked(1, 500, 1500), booked(2, -200, 1310), booked(3, -10), booked(4, -100, 1200)]
    assert running_balances(ACCOUNT, movements).tolist() == [1500, 1310, 1300, 1200]
    (difference,) = reconcile(ACCOUNT, movements)
    assert (difference.transaction_id, difference.computed_minor, difference.reported_minor) == ("bank:t2", 1300, 1310)
    assert difference.difference_minor == 10


def test_the_order_within_a_day_follows_the_reported_balances():
    movements = [booked(1, -300, 1200), booked(2, 500, 1500), booked(3, -50, 1150)]
    assert [transaction.external_id for transaction in in_balance_order(movements, 1000)] == ["t2", "t1", "t3"]


def test_money_out_and_back_is_a_detour_before_the_movement_that_stays():
    movements = [booked(1, 50, 1050), booked(2, 100, 1100), booked(3, -100, 1000)]
    ordered = in_balance_order(movements, 1000)
    assert [transaction.external_id for transaction in ordered] == ["t2", "t3", "t1"]
    assert reconcile(ACCOUNT, ordered) == ()


def test_without_reported_balances_the_given_order_stays():
    movements = [booked(1, -300, day=DAY + timedelta(days=1)), booked(2, 500), booked(3, -50)]
    assert [transaction.external_id for transaction in in_balance_order(movements, 1000)] == ["t2", "t3", "t1"]


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.one_of(st.none(), st.integers(-(10**10), 10**10))), max_size=40))
def test_every_minor_unit_is_either_booked_or_a_recorded_difference(rows: list[tuple[int, int | None]]):
    movements = [booked(at, amount, reported) for at, (amount, reported) in enumerate(rows)]
    running = running_balances(ACCOUNT, movements)
    differences = sum(difference.difference_minor for difference in reconcile(ACCOUNT, movements))
    last = int(running[-1]) if rows else ACCOUNT.opening_balance_minor
    assert last == ACCOUNT.opening_balance_minor + sum(amount for amount, _ in rows) + differences


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_reported_balances_put_a_shuffled_day_back_without_differences_where_each_step_is_told(amounts: list[int], random):
    balance, movements = 1000, list[Transaction]()
    for at, amount in enumerate(amounts):
        balance += amount * 10_000 + 7**at  # distinct enough that no two balances are reached in two ways
        movements.append(booked(at, amount * 10_000 + 7**at, balance))
    shuffled = random.sample(movements, len(movements))
    assert reconcile(ACCOUNT, in_balance_order(shuffled, 1000)) == ()
