from datetime import date, timedelta
from pathlib import Path

import pytest

from server.cases.berka import LEAST_DAYS, BerkaCases
from tests.server.cli.berka_bank import DAYS, START, write_stressed_bank
from tools.errors import ImportRefused, UsageError

LAST = START + timedelta(days=DAYS - 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_stressed_bank(tmp_path_factory.mktemp("berka") / "data", accounts=24)


def test_accounts_keep_their_own_numbers(folder: Path):
    assert set(BerkaCases(folder).cases((LAST,)).ids.tolist()) == {str(number) for number in range(1, 25)}


def test_cutoffs_leave_room_for_a_history_and_an_outcome(folder: Path):
    days = BerkaCases(folder).cutoffs()
    assert days[-1] <= LAST - timedelta(days=90)
    assert days[0] >= START + timedelta(days=LEAST_DAYS)


def test_only_accounts_that_fall_below_zero_come_into_trouble(folder: Path):
    source = BerkaCases(folder)
    cases = source.with_outcomes(source.cases(source.cutoffs()))
    assert cases.known.all()
    assert cases.label.any()
    assert {int(name) % 3 for name in cases.ids[cases.label].tolist()} == {0}


def test_penalty_interest_is_trouble_even_where_the_balance_holds(folder: Path, tmp_path: Path):
    fined = write_stressed_bank(tmp_path / "data", accounts=24)
    day = START + timedelta(days=250)
    with (fined / "trans.csv").open("a") as table:
        table.write(f"999999,1,{day:%y%m%d},VYDAJ,VYBER,5.00,50000.00,SANKC. UROK,,\n")
    for data, troubled in ((folder, False), (fined, True)):
        source = BerkaCases(data)
        cases = source.with_outcomes(source.cases((day - timedelta(days=40),)))
        assert bool(cases.label[cases.ids == "1"][0]) is troubled


@pytest.mark.parametrize("cutoff", [START - timedelta(days=1), LAST + timedelta(days=40)])
def test_a_day_outside_the_data_is_refused(folder: Path, cutoff: date):
    with pytest.raises(UsageError, match="outside the data") as refused:
        BerkaCases(folder).cases((cutoff,))
    assert refused.value.code == "bad_cutoff"


def test_a_bank_without_bookings_is_refused(tmp_path: Path):
    empty = write_stressed_bank(tmp_path / "data", accounts=1, days=0)
    with pytest.raises(ImportRefused, match="no booking"):
        BerkaCases(empty).cutoffs()
