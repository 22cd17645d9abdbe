"""What a person asks about single bookings is found, summed over all of it, and never mixed across currencies."""

from datetime import date

import pytest

from tests.tools.builders import booking, history, pounds
from tools.errors import UsageError
from tools.ledger.search import TransactionFilter, find_transactions

MOVES = [
    booking(date(2027, 1, 5), -12.50, "dining", description="CAFE NERO LONDON", counterparty="Caffe Nero"),
    booking(date(2027, 2, 5), -45, "groceries", description="TESCO STORES 3344"),
    booking(date(2027, 2, 25), 2500, "salary", description="ACME LTD SALARY"),
    booking(date(2027, 3, 2), -45, "utilities", description="OCTOPUS ENERGY", status="failed"),
    booking(date(2027, 3, 9), -80, "groceries", description="Tesco Extra"),
]


def ids(**wanted: object) -> list[str]:
    found = find_transactions(history(MOVES), TransactionFilter.model_validate(wanted))
    return [move.description for move in found.transactions]


def test_words_are_found_whatever_their_case_and_small_misspellings():
    assert ids(text="tesco") == ["Tesco Extra", "TESCO STORES 3344"]
    assert ids(text="tescoo stores") == ["TESCO STORES 3344"]
    assert ids(text="caffe nero") == ["CAFE NERO LONDON"]
    assert ids(text="aldi") == []


def test_short_words_are_not_guessed():
    assert ids(text="tes") == ["Tesco Extra", "TESCO STORES 3344"]
    assert ids(text="tos") == []


def test_amounts_dates_direction_and_category_narrow_together():
    assert ids(category="groceries", min_minor=5000) == ["Tesco Extra"]
    assert ids(direction="in") == ["ACME LTD SALARY"]
    assert ids(from_date=date(2027, 2, 5), to_date=date(2027, 2, 25), direction="out") == ["TESCO STORES 3344"]
    assert ids(max_minor=1250) == ["CAFE NERO LONDON"]


def test_order():
    assert ids(sort="oldest")[0] == "CAFE NERO LONDON"
    assert ids(sort="newest")[0] == "Tesco Extra"
    assert ids(sort="largest")[0] == "ACME LTD SALARY"
    assert ids(sort="smallest")[0] == "CAFE NERO LONDON"


def test_sums_are_over_all_that_match_and_a_failed_debit_moves_nothing():
    found = find_transactions(history(MOVES), TransactionFilter(direction="out", limit=1))
    assert (len(found.transactions), found.matched, found.failed, found.searched) == (1, 4, 1, 5)
    assert found.totals[0].out_minor == pounds(12.50 + 45 + 80)
    assert found.totals[0].net_minor == -pounds(137.50)


def test_currencies_are_never_added_up():
    moves = [*MOVES, booking(date(2027, 3, 10), -99, "travel", currency="EUR")]
    totals = find_transactions(history(moves), TransactionFilter(direction="out")).totals
    assert [(total.currency, total.out_minor) for total in totals] == [("EUR", pounds(99)), ("GBP", pounds(137.50))]


@pytest.mark.parametrize("wrong", [{"min_minor": 2, "max_minor": 1}, {"from_date": date(2027, 2, 1), "to_date": date(2027, 1, 1)}])
def test_a_range_the_wrong_way_round_is_refused_with_the_remedy(wrong: dict[str, object]):
    with pytest.raises(UsageError, match="Swap them"):
        TransactionFilter.model_validate(wrong)
