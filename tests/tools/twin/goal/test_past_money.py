"""Past money is what the accounts held, and nothing is made up where that is not known."""

from datetime import date

from tests.tools.builders import AS_OF, booking, history, pounds
from tools.ledger.account import Account, Holding
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.twin.goal.past_money import past_money

SAVINGS = Account(
    id="demo:save", source="demo", external_id="save", customer_id="demo:1", kind="savings", name="Savings", currency="GBP",
    opened_on=date(2020, 1, 1), opening_balance_minor=pounds(500),
)  # fmt: skip


def banked(**more: object) -> History:
    """1,000 and 500 saved at first; 100 comes in February, 40 of it is saved in March."""
    moves = [
        booking(date(2027, 1, 5), -10, "groceries"),
        booking(date(2027, 2, 10), 100, "salary"),
        booking(date(2027, 3, 1), -40, "internal_transfer"),
        booking(date(2027, 3, 1), 40, "internal_transfer", account_id="demo:save"),
    ]
    return history(moves, **more).model_copy(update={"accounts": (*history().accounts, SAVINGS)})


def test_it_is_savings_and_current_accounts_at_each_month_end():
    found = banked()
    expected = (("2027-01", pounds(1490)), ("2027-02", pounds(1590)), ("2027-03", pounds(1590)))
    assert past_money(found, features_of(found), 6) == expected
    assert past_money(found, features_of(found), 2) == expected[1:]


def test_a_deposit_without_bookings_leaves_the_past_unknown():
    bond = Holding(
        id="demo:h", source="demo", customer_id="demo:1", kind="fixed_deposit", name="Bond", currency="GBP", opened_on=AS_OF,
        value_minor=pounds(2000),
    )  # fmt: skip
    found = banked(holdings=(bond,))
    assert past_money(found, features_of(found), 6) == ()


def test_who_has_no_bookings_has_no_past():
    found = history([])
    assert past_money(found, features_of(found), 6) == ()
