"""Money from others that leaves again at once is passed on, and nothing else is."""

from datetime import timedelta

from tests.tools.builders import AS_OF, booking, history, steady
from tools.ledger.transaction import Transaction
from tools.stress.activity import activity_of
from tools.stress.inputs import Standing, inputs_of


def passed_on(*moves: tuple[int, float, str]) -> float | None:
    """Percent passed on by a steady customer with these movements: days before the business date, amount, category."""
    added: list[Transaction] = [
        booking(AS_OF - timedelta(days=ago), amount, category, number=f"{at}") for at, (ago, amount, category) in enumerate(moves)
    ]
    return inputs_of(activity_of(history([*steady(), *added])), Standing())["passed_on"]


def test_what_leaves_within_two_days_is_passed_on():
    assert passed_on((10, 1000, "transfer_in"), (8, -950, "transfer_out")) == 95
    assert passed_on((10, 1000, "transfer_in"), (9, -400, "cash"), (8, -500, "crypto")) == 90


def test_what_leaves_later_or_before_is_not():
    assert passed_on((10, 1000, "transfer_in"), (7, -950, "transfer_out")) == 0
    assert passed_on((10, 1000, "transfer_in"), (11, -950, "transfer_out")) == 0


def test_the_same_money_leaves_once():
    assert passed_on((10, 500, "transfer_in"), (9, 500, "transfer_in"), (9, -500, "transfer_out")) == 50


def test_pay_that_is_spent_is_nobody_elses_money():
    assert passed_on((10, 1000, "salary"), (9, -900, "transfer_out")) == 0
    assert passed_on() == 0
