"""`personaforge simulate` writes a whole table or nothing, and says what is possible."""

import csv
import importlib.util
import json
from decimal import Decimal
from pathlib import Path

import pytest

from server.cli import simulate as simulate_command


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def adds_up(row: dict[str, str]) -> bool:
    money = {name: Decimal(value) for name, value in row.items() if "." in value}
    left = money["balance_before"] + money["income"] + money["loan_paid_out"] + money["interest"]
    paid = money["spending"] + money["savings"] + money["investments"] + money["loan_repayment"]
    return left - paid == money["balance"]


def test_typical_customers_make_a_table_whose_rows_add_up(command, empty_home: Path, tmp_path: Path):
    out = tmp_path / "months.csv"
    ended = command("simulate", "--persona", "saver", "--persona", "spender", "--customers", 40, "--months", 6, "--out", out)
    assert ended.status == 0, ended.err
    told = json.loads(ended.lines[-1])
    assert (told["customers"], told["rows"], told["months"]) == (40, 240, 6)
    assert [group["persona"] for group in told["groups"]] == ["saver", "spender"]
    rows = rows_of(out)
    assert len(rows) == 240
    assert all(map(adds_up, rows))
    required = "customer_id month persona income spending savings investments loan_repayment remaining_loan_balance balance interest"
    assert set(required.split()) <= set(rows[0])
    assert "Simulate" in ended.err
    assert not empty_home.exists()  # made customers need no bank


def test_the_same_seed_writes_the_same_bytes(command, empty_home: Path, tmp_path: Path):
    written: list[bytes] = []
    for seed in (7, 7, 8):
        out = tmp_path / "months.csv"
        assert command("simulate", "--persona", "investor", "--customers", 5, "--seed", seed, "--out", out).status == 0
        written.append(out.read_bytes())
    assert written[0] == written[1] != written[2]


def test_a_mean_over_paths_comes_with_its_range(command, empty_home: Path, tmp_path: Path):
    out = tmp_path / "mean.csv"
    assert command("simulate", "--persona", "spender", "--customers", 3, "--paths", 64, "--out", out).status == 0
    rows = rows_of(out)
    assert all(map(adds_up, rows))
    assert all(Decimal(row["balance_p10"]) <= Decimal(row["balance_p50"]) <= Decimal(row["balance_p90"]) for row in rows)


def test_an_rm_gets_the_own_book_and_a_customer_the_own_twin(command, shared_bank, tmp_path: Path):
    out = tmp_path / "months.csv"
    book = command("simulate", "--as", "rm1", "--months", 3, "--out", out)
    assert book.status == 0, book.err
    clients = {row["customer_id"] for row in rows_of(out)}
    assert len(clients) == json.loads(book.lines[-1])["customers"] > 1
    own = command("simulate", "--as", "anna", "--months", 3, "--out", out)
    assert own.status == 0, own.err
    assert len({row["customer_id"] for row in rows_of(out)}) == 1
    assert len(rows_of(out)) == 3


def test_staff_have_no_book(command, shared_bank, tmp_path: Path):
    ended = command("simulate", "--as", "staff1", "--out", tmp_path / "months.csv")
    assert ended.status == 1
    assert "relationship managers" in ended.err
    assert list(tmp_path.glob("*")) == []


def test_a_scenario_makes_a_dearer_table(command, empty_home: Path, tmp_path: Path):
    scenario = tmp_path / "rent.toml"
    scenario.write_text('[[changes]]\nkind = "new_recurring_cost"\namount = 100\n')
    plain, dearer = tmp_path / "plain.csv", tmp_path / "dearer.csv"
    asked = ("simulate", "--persona", "spender", "--customers", 4, "--months", 1, "--out")
    assert command(*asked, plain).status == 0
    assert command(*asked, dearer, "--scenario", scenario).status == 0
    for before, after in zip(rows_of(plain), rows_of(dearer), strict=True):
        assert Decimal(after["spending"]) - Decimal(before["spending"]) == 100


def test_whom_a_scenario_does_not_reach_is_counted(command, empty_home: Path, tmp_path: Path):
    scenario = tmp_path / "fixed.toml"
    scenario.write_text('[[changes]]\nkind = "end_of_fixed_rate"\nrate_percent = 6.0\n')
    ended = command("simulate", "--persona", "saver", "--customers", 3, "--out", tmp_path / "t.csv", "--scenario", scenario)
    assert ended.status == 0, ended.err
    assert json.loads(ended.lines[-1])["not_applicable"] == 3


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("[[changes", 2, "not TOML"),
        ("", 2, "no change"),
        ('[[changes]]\nkind = "earthquake"\n', 2, "changes.0.kind"),
        ('[[changes]]\nkind = "new_recurring_cost"\namount = -5\n', 2, "amount"),
    ],
)
def test_a_scenario_that_cannot_be_is_said_and_nothing_is_written(
    command, empty_home: Path, tmp_path: Path, text: str, status: int, words: str
):
    scenario, out = tmp_path / "bad.toml", tmp_path / "t.csv"
    scenario.write_text(text)
    ended = command("simulate", "--persona", "saver", "--out", out, "--scenario", scenario)
    assert (ended.status, ended.out) == (status, "")
    assert words in ended.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--months", "0"), "1 to 120 months"),
        (("--months", "1000"), "1 to 120 months"),
        (("--paths", "0"), "1 to 16384"),
        (("--paths", "99999"), "1 to 16384"),
        (("--customers", "0"), "1 to 10000000"),
        (("--customers", "-3"), "1 to 10000000"),
        (("--seed", "-1"), "from 0 on"),
        (("--income", "0"), "above zero"),
        (("--income", "much"), "1234.50"),
        (("--persona", "nobody"), "Use one of"),
        (("--as", "rm1"), "--as LOGIN for real customers, or --persona"),
        (("--scenario", "none.toml"), "Give a TOML file"),
    ],
)
def test_absurd_wishes_end_with_what_is_possible_and_nothing_written(command, empty_home: Path, tmp_path: Path, arguments, words: str):
    ended = command("simulate", "--persona", "saver", "--out", tmp_path / "t.csv", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err
    assert list(tmp_path.glob("*.csv")) == []


def test_where_it_goes_and_whom_it_is_about_must_be_said(command, empty_home: Path, tmp_path: Path):
    assert "--out" in command("simulate", "--persona", "saver").err
    assert "--persona NAME" in command("simulate", "--out", tmp_path / "t.csv").err


@pytest.mark.parametrize(
    ("name", "words"), [("t.xlsx", "neither CSV nor Parquet"), ("none/t.csv", "folder that exists"), ("d.csv", "folder")]
)
def test_a_file_that_cannot_be_written_is_said_before_the_work(command, empty_home: Path, tmp_path: Path, name: str, words: str):
    (tmp_path / "d.csv").mkdir()
    ended = command("simulate", "--persona", "saver", "--out", tmp_path / name)
    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err


def test_a_run_that_stops_half_way_leaves_the_old_file(command, empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "t.csv"
    out.write_text("old")

    def stops(self: object, block: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate_command.Asked, "_count", stops)
    assert command("simulate", "--persona", "saver", "--out", out).status == 130
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["t.csv"]


def test_parquet_is_written_where_it_can_be_and_the_remedy_said_where_not(command, empty_home: Path, tmp_path: Path):
    out = tmp_path / "t.parquet"
    ended = command("simulate", "--persona", "saver", "--customers", 2, "--months", 2, "--out", out)
    if importlib.util.find_spec("pyarrow") is None:
        assert (ended.status, ended.out) == (1, "")
        assert "personaforge[parquet]" in ended.err
        assert not out.exists()
    else:
        assert ended.status == 0
        assert out.read_bytes()[:4] == out.read_bytes()[-4:] == b"PAR1"
