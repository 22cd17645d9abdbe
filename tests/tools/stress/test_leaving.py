"""The level of leaving: each sign raises it, a steady customer is low, and what comes back lowers it again."""

from datetime import date, timedelta

import pytest

from tests.tools.builders import AS_OF, booking, history, steady
from tools.ledger.history import History
from tools.ledger.note import Flag
from tools.ledger.transaction import Transaction
from tools.stress.leaving import leaving_risk

Moves = list[Transaction]
BILLS = ("Power", "Water", "Phone", "Gym")


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def coffee(until: int = 0) -> Moves:
    """A small payment every third day, up to so many days ago."""
    return [booking(ago(day), -3, "dining", number=f"c{day}") for day in range(until, 364, 3)]


def bills(gone: int = 0) -> Moves:
    """Four direct debits a month; the first `gone` of them end before the last 60 days."""
    return [
        booking(ago(day), -20, "utilities", operation="direct_debit", counterparty=payee, number=f"{payee}{day}")
        for place, payee in enumerate(BILLS)
        for day in range(5, 364, 30)
        if place >= gone or day > 60
    ]


def sent(amount: float, days: range, payee: str = "ADA at Pennine Bank") -> Moves:
    return [booking(ago(day), -amount, "transfer_out", counterparty=payee, number=f"s{day}") for day in days]


def without_pay() -> Moves:
    return [move for move in steady() if move.category != "salary" or move.booked_on < ago(60)]


def signs(moves: Moves, **changes: object) -> list[str]:
    return [reason.sign for reason in leaving_risk(history([*coffee(), *bills(), *moves], **changes)).reasons]


def level(held: History) -> str | None:
    return leaving_risk(held).level


def test_a_steady_customer_is_low_for_no_reason():
    found = leaving_risk(history([*steady(), *coffee(), *bills()]))
    assert (found.level, found.reasons) == ("low", ())


def test_half_a_year_is_needed():
    assert level(history(steady(months=5))) is None
    assert level(history([])) is None


def test_pay_that_stops_while_bookings_go_on_is_a_sign_with_its_days():
    found = leaving_risk(history([*without_pay(), *coffee(), *bills()]))
    assert found.level == "medium"
    assert [(reason.sign, reason.unit) for reason in found.reasons] == [("pay_stopped", "days")]
    assert found.reasons[0].value > 45


def test_pay_that_comes_back_lowers_the_level():
    moves = [*without_pay(), *coffee(), *bills()]
    assert level(history(moves)) == "medium"
    assert level(history([*moves, booking(ago(3), 2500, "salary")])) == "low"


def test_pay_of_an_account_that_sleeps_is_not_called_stopped():
    assert "pay_stopped" not in [
        reason.sign for reason in leaving_risk(history([m for m in without_pay() if m.booked_on < ago(31)])).reasons
    ]


def test_more_money_to_an_own_account_elsewhere_is_a_sign():
    assert signs([*steady(), *sent(400, range(5, 60, 15))]) == ["sent_elsewhere_rising"]


@pytest.mark.parametrize(
    "moves",
    [sent(400, range(5, 180, 15)), sent(20, range(5, 60, 15)), sent(400, range(5, 60, 15), "Cornerstone Roofing")],
    ids=["as ever", "little", "somebody else"],
)
def test_money_sent_as_ever_or_little_or_to_somebody_else_is_none(moves: Moves):
    assert signs([*steady(), *moves]) == []


def test_a_bank_that_the_profile_names_is_elsewhere_too():
    moves = [*steady(), *sent(400, range(5, 60, 15), "PENNINE BANK 4471")]
    assert signs(moves) == []
    assert signs(moves, profile={"other_banks": ("Pennine Bank",)}) == ["sent_elsewhere_rising"]


def test_fewer_bookings_are_a_sign_and_their_return_takes_it_away():
    assert [reason.sign for reason in leaving_risk(history([*steady(), *coffee(until=60), *bills()])).reasons] == ["bookings_falling"]
    assert signs(steady()) == []


def test_balances_drained_to_an_account_elsewhere_are_a_sign():
    assert "balance_drained" in signs([*steady(), *sent(9500, range(10, 11))])
    assert "balance_drained" not in signs([*steady(), *sent(9500, range(10, 11), "Cornerstone Roofing")])


def test_debits_that_move_away_are_counted():
    found = leaving_risk(history([*steady(), *coffee(), *bills(gone=2)]))
    assert [(reason.sign, reason.value) for reason in found.reasons] == [("debits_moving_away", 2)]
    assert leaving_risk(history([*steady(), *coffee(), *bills(gone=1)])).level == "low"


def test_an_open_complaint_is_a_sign_until_it_is_closed():
    flag = Flag(customer_id="demo:1", kind="complaint_open", since=ago(20))
    assert signs(steady(), flags=(flag,)) == ["complaint_open"]
    assert signs(steady(), flags=(flag.model_copy(update={"until": ago(2)}),)) == []


def test_signs_add_up_to_high():
    assert level(history([*without_pay(), *coffee(), *bills(gone=3)])) == "high"
