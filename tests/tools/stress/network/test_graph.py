from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import booking, history
from tools.errors import UsageError
from tools.ledger.account import Account
from tools.ledger.customer import Customer
from tools.ledger.history import History
from tools.stress.network.graph import FEWEST_NEIGHBOURS, Payment, PaymentGraph, payments_between

IDS = ("demo:1", "demo:2", "demo:3", "demo:4", "demo:5")


def star(amounts: list[int]) -> PaymentGraph:
    """The first customer pays each of the others."""
    return PaymentGraph(IDS, [Payment(payer=IDS[0], payee=other, amount_minor=each) for other, each in zip(IDS[1:], amounts, strict=True)])


def test_the_stress_around_a_customer_is_the_mean_of_neighbours_equally_close():
    around = star([5000, 5000, 5000, 5000]).neighbour_stress({"demo:2": 0.2, "demo:3": 0.4, "demo:4": 0.6, "demo:5": 0.8})
    assert around[0] == pytest.approx(0.5)


def test_a_larger_payment_is_a_closer_tie_but_not_in_proportion():
    around = star([100_000, 1000, 1000, 1000]).neighbour_stress({"demo:2": 1.0, "demo:3": 0.0, "demo:4": 0.0, "demo:5": 0.0})
    assert 0.25 < around[0] < 0.75


def test_few_neighbours_say_nothing_because_the_mean_would_give_one_of_them_away():
    scores = {"demo:2": 0.9, "demo:3": 0.9}
    assert len(scores) < FEWEST_NEIGHBOURS
    assert np.isnan(star([5000] * 4).neighbour_stress(scores)[0])
    assert np.isnan(star([5000] * 4).neighbour_stress({"demo:1": 0.9})[1])


def test_a_neighbour_without_a_score_leaves_the_mean():
    around = star([5000] * 4).neighbour_stress({"demo:2": 0.3, "demo:3": 0.3, "demo:4": 0.3, "demo:5": None})
    assert around[0] == pytest.approx(0.3)


def test_payments_to_oneself_and_to_strangers_are_no_ties():
    graph = PaymentGraph(IDS, [Payment(payer="demo:1", payee="demo:1", amount_minor=1), Payment(payer="demo:1", payee="x", amount_minor=1)])
    assert graph.neighbours().tolist() == [0, 0, 0, 0, 0]


def test_an_amount_that_is_not_above_zero_is_refused():
    with pytest.raises(UsageError, match="above zero"):
        PaymentGraph(IDS, [Payment(payer="demo:1", payee="demo:2", amount_minor=0)])


@given(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.integers(1, 10**7)), max_size=30), st.randoms())
def test_the_stress_around_lies_within_the_scores_whatever_the_order_of_payments(ties: list[tuple[str, str, int]], shuffle) -> None:
    payments = [Payment(payer=payer, payee=payee, amount_minor=amount) for payer, payee, amount in ties]
    scores = dict(zip(IDS, (0.1, 0.3, 0.5, 0.7, 0.9), strict=True))
    around = PaymentGraph(IDS, payments).neighbour_stress(scores)
    shuffle.shuffle(payments)
    assert np.allclose(around, PaymentGraph(IDS, payments).neighbour_stress(scores), equal_nan=True)
    assert np.all(np.isnan(around) | ((around >= 0.1 - 1e-12) & (around <= 0.9 + 1e-12)))


def banked(number: int, *payments: tuple[str, float]) -> History:
    """A customer with one account and transfers to the accounts named."""
    own = Account(
        id=f"demo:acc{number}", source="demo", external_id=f"acc{number}", customer_id=f"demo:{number}", name="Current", currency="GBP",
        opened_on=date(2020, 1, 1), iban=f"IBAN{number}",
    )  # fmt: skip
    moves = [
        booking(date(2027, 3, day + 1), -amount, "transfer_out", counterparty_account=to, account_id=own.id)
        for day, (to, amount) in enumerate(payments)
    ]
    customer = Customer(id=f"demo:{number}", source="demo", external_id=str(number), name="Ada", joined_on=date(2020, 1, 1))
    return history(moves, customer=customer, accounts=(own,))


def test_payments_are_found_by_the_account_they_went_to_and_added_up():
    found = payments_between([banked(1, ("IBAN2", 10), ("demo:acc2", 5), ("ELSEWHERE", 99)), banked(2, ("IBAN2", 7))])
    assert found == (Payment(payer="demo:1", payee="demo:2", amount_minor=1500),)
