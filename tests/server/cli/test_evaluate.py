"""`personaforge evaluate twin` writes what it forecasts, then measures it; `personaforge train twin` makes its priors."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from tests.tools.twin.pool import LATER, START, booked
from tools.twin.outlook.outlook import Priors

CUTOFF = "2025-12-31"
#: From the account's days to those of the files: their years have two digits and begin with 19.
_YEARS = 32
_TABLES = {
    "client": "client_id,birth_number,district_id\n1,706213,1\n",
    "account": "account_id,district_id,frequency,date\n",
    "disp": "disp_id,client_id,account_id,type\n",
    "trans": "trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account\n",
}
_KINDS = {"cash_in": "VKLAD", "transfer_in": "PREVOD Z UCTU", "cash_out": "VYBER", "transfer_out": "PREVOD NA UCET"}
NOW, END = "1993-12-31", "1994-03-31"


def day_in_file(day: int) -> str:
    own = date.fromordinal(day)
    return own.replace(year=own.year - _YEARS, day=min(own.day, 28) if own.month == 2 else own.day).strftime("%y%m%d")


def write_bank(folder: Path, numbers: range | list[int], after: int = 0) -> Path:
    """A folder of made-up accounts; `after` is added to every amount booked after the cutoff."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = dict(_TABLES)
    trans = 0
    for number in numbers:
        one = booked(number, LATER)
        tables["account"] += f"{number},1,POPLATEK MESICNE,{day_in_file(one.days[0])}\n"
        tables["disp"] += f"{number},1,{number},OWNER\n"
        balance = 0
        for day, amount, kind in zip(one.days, one.amounts, one.operations, strict=True):
            trans += 1
            moved = amount + (after if day > date.fromisoformat(CUTOFF).toordinal() else 0)
            balance += moved
            tables["trans"] += (
                f"{trans},{number},{day_in_file(day)},{'PRIJEM' if moved > 0 else 'VYDAJ'},{_KINDS[kind]},"
                f"{abs(moved) / 100:.2f},{balance / 100:.2f},,,\n"
            )
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bank(tmp_path_factory.mktemp("bank") / "data", range(1, 31))


@pytest.fixture(scope="module")
def other_future(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bank(tmp_path_factory.mktemp("future") / "data", range(1, 31), after=987_654)


def evaluate(command, data: Path, out: Path, *more: object, horizon: int = 3):
    return command("evaluate", "twin", "--data", data, "--cutoff", NOW, "--horizon", horizon, "--out", out, *more)


def test_one_line_an_account_and_one_object_of_measures(command, bank: Path, tmp_path: Path):
    out = tmp_path / "out.csv"
    ended = evaluate(command, bank, out)
    assert ended.status == 0, ended.err
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["account_id", "cutoff", "horizon_months", "p10", "p50", "p90"]
    assert [row["account_id"] for row in rows] == [str(number) for number in range(1, 31)]
    assert {(row["cutoff"], row["horizon_months"]) for row in rows} == {(NOW, "3")}
    assert all(float(row["p10"]) < float(row["p50"]) < float(row["p90"]) for row in rows)
    (line,) = ended.lines
    told = json.loads(line)
    assert (told["accounts"], told["target"], told["model"]["accounts"]) == (30, END, 30)
    for kind in ("settled", "full"):
        assert set(told[kind]) == {"forecast", "last_balance", "mean_of_history", "net_flow", "ratios"}
        assert told[kind]["forecast"]["mase"] < told[kind]["net_flow"]["mase"]
    assert list(tmp_path.iterdir()) == [out]


def test_nothing_after_the_cutoff_changes_a_byte(command, bank: Path, other_future: Path, tmp_path: Path):
    one, two, again = tmp_path / "1.csv", tmp_path / "2.csv", tmp_path / "3.csv"
    first, second, third = (
        json.loads(evaluate(command, data, out).out) for data, out in ((bank, one), (other_future, two), (bank, again))
    )  # fmt: skip
    assert one.read_bytes() == two.read_bytes() == again.read_bytes()
    assert first["model"] == second["model"]
    assert first == third
    assert first["full"]["forecast"] != second["full"]["forecast"]


def test_the_days_ahead_are_judged_beside_the_baseline_when_asked(command, bank: Path, other_future: Path, tmp_path: Path):
    ended = evaluate(command, bank, tmp_path / "out.csv", "--daily", horizon=1)
    assert ended.status == 0, ended.err
    daily, other = (
        told["daily"] for told in (json.loads(ended.out), json.loads(evaluate(command, other_future, tmp_path / "2.csv", "--daily").out))
    )
    assert [band["days"] for band in daily["bands"]] == [1, 3, 7, 14, 21, 28, 35, None]
    assert all(0 <= band["coverage"] <= 1 and band["width"] >= 1 for band in daily["bands"])
    assert daily["learnt"]["cases"] > 0
    assert daily["learnt"] == other["learnt"]
    assert daily["bands"] != other["bands"]


def test_only_accounts_with_eighty_days_are_forecast(command, tmp_path: Path):
    young = [number for number in range(1, 31) if booked(number).days[0] > START.toordinal() + 60]
    data, out = write_bank(tmp_path / "data", range(1, 31)), tmp_path / "out.csv"
    cutoff = date.fromordinal(START.toordinal() + 139)
    ended = command("evaluate", "twin", "--data", data, "--cutoff", cutoff.replace(year=1993), "--horizon", 1, "--out", out)
    assert ended.status == 0, ended.err
    named = {int(line.split(",")[0]) for line in out.read_text().splitlines()[1:]}
    assert young
    assert not named & set(young)
    assert len(named) == 30 - len(young)


def test_a_handful_of_accounts_follows_the_rule(command, tmp_path: Path):
    told = json.loads(evaluate(command, write_bank(tmp_path / "data", [3, 1, 20]), tmp_path / "out.csv").out)
    assert told["model"]["learned_months"] == 0
    assert [line.split(",")[0] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]] == ["1", "3", "20"]


def test_an_outcome_that_is_not_there_yet_is_said(command, bank: Path, tmp_path: Path):
    told = json.loads(evaluate(command, bank, tmp_path / "out.csv", horizon=6).out)
    assert "no outcome yet" in told["outcome"]
    assert "full" not in told
    assert (tmp_path / "out.csv").exists()


def test_priors_are_made_once_and_used_again(command, bank: Path, tmp_path: Path):
    priors = tmp_path / "priors.json"
    made = command("train", "twin", "--data", bank, "--until", NOW, "--out", priors, "--horizon", 3)
    assert made.status == 0, made.err
    card = json.loads(made.out)
    assert (card["accounts"], card["until"], card["source"]) == (30, NOW, "berka")
    assert "forests" not in card
    assert Priors.model_validate_json(priors.read_bytes()).forests
    with_priors, without = tmp_path / "1.csv", tmp_path / "2.csv"
    assert json.loads(evaluate(command, bank, with_priors, "--priors", priors).out)["model"] == card
    evaluate(command, bank, without)
    assert with_priors.read_bytes() == without.read_bytes()


def test_priors_that_know_the_future_are_refused_before_anything_is_written(command, bank: Path, tmp_path: Path):
    priors = tmp_path / "priors.json"
    command("train", "twin", "--data", bank, "--until", "1994-01-31", "--out", priors, "--horizon", 1)
    ended = evaluate(command, bank, tmp_path / "out.csv", "--priors", priors)
    assert ended.status == 2
    assert "see the future" in ended.err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--cutoff": "1993-02-30"}, "Write it like"),
        ({"--cutoff": "1999-01-01"}, "1993-01-"),
        ({"--cutoff": "1993-01-31"}, "80 days"),
        ({"--horizon": "0"}, "1 to 24"),
        ({"--horizon": "1000"}, "1 to 24"),
        ({"--data": "nowhere"}, "nowhere"),
        ({"--out": "nowhere/out.csv"}, "folder that exists"),
        ({"--out": "."}, "folder"),
        ({"--priors": "nowhere.json"}, "train twin"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_remedy(
    command, bank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], words: str
):
    monkeypatch.chdir(tmp_path)
    given = {"--data": str(bank), "--cutoff": NOW, "--horizon": "3", "--out": "out.csv", **changed}
    ended = command("evaluate", "twin", *(part for pair in given.items() for part in pair))
    assert ended.status in (1, 2), ended.err
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_bank_without_bookings_is_refused(command, tmp_path: Path):
    data = write_bank(tmp_path / "data", [1])
    (data / "trans.csv").write_text(_TABLES["trans"])
    ended = evaluate(command, data, tmp_path / "out.csv")
    assert ended.status == 2
    assert "no booking" in ended.err
