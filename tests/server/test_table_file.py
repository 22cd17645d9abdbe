"""A table appears under its name when it is whole; money has the decimals of its currency."""

import csv
from pathlib import Path

import pytest

from server.table_file import check_file, table_file
from tests.tools.twin.simulate.test_simulate import a_twin
from tools.errors import UsageError
from tools.twin.forecast.table import TableBlock, course_table
from tools.twin.simulate.schedule import schedule_of


def a_block(*currencies: str) -> TableBlock:
    twins = [a_twin(customer_id=f"demo:{code}", currency=code, balance_minor=-5) for code in currencies]
    (block,) = course_table([schedule_of(twin, 1) for twin in twins], 7)
    return block


def test_amounts_have_the_decimals_of_their_currency(tmp_path: Path):
    with table_file(tmp_path / "t.csv") as write:
        write(a_block("GBP", "JPY", "KWD"))
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as handle:
        assert [row["balance_before"] for row in csv.DictReader(handle)] == ["-0.05", "-5", "-0.005"]


def test_nothing_is_there_before_all_is_written_and_nothing_after_a_failure(tmp_path: Path):
    file = tmp_path / "t.csv"

    def stops_half_way() -> None:
        with table_file(file) as write:
            write(a_block("GBP"))
            assert not file.exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stops_half_way()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["t", "t.txt", "none/t.csv", "."])
def test_what_cannot_be_written_is_said_with_what_can(tmp_path: Path, name: str):
    with pytest.raises(UsageError, match=r"Name the file|Give"):
        check_file(tmp_path / name)
