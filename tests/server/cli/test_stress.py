"""`personaforge train stress` writes a model with its card; `personaforge evaluate stress` scores, then measures."""

import csv
import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from server.cases.source import open_cases
from tests.server.cli.berka_bank import DAYS, START, write_stressed_bank
from tools.stress.learn.recipe import RECIPES, Recipe
from tools.stress.learn.train import train_model
from tools.stress.model.file import dump_model, load_model

QUICK = Recipe(rule="buffer_days", rule_rises=False, rounds=20, folds=3, parameters={"eta": 0.3, "max_depth": 3})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(RECIPES, "berka", QUICK)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_stressed_bank(tmp_path_factory.mktemp("bank") / "data")


def train(command, data: Path, model: Path):
    return command("train", "stress", "--data", data, "--format", "berka", "--model", model)


def evaluate(command, data: Path, model: Path, out: Path, *more: object):
    return command("evaluate", "stress", "--data", data, "--format", "berka", "--model", model, "--out", out, *more)


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def trained(bank: Path) -> bytes:
    source = open_cases(bank, "berka")
    return train_model(source.with_outcomes(source.cases(source.cutoffs())), "a test", QUICK)


@pytest.fixture
def model(trained: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "model.json"
    file.write_bytes(trained)
    return file


def test_a_model_is_written_with_its_card(command, bank: Path, tmp_path: Path):
    file = tmp_path / "model.json"
    ended = train(command, bank, file)
    assert ended.status == 0, ended.err
    (line,) = ended.lines
    told, loaded = json.loads(line), load_model(file)
    assert (told["model"], told["hash"]) == (loaded.name, loaded.hash)
    assert told["command"] == "personaforge train stress --data data --format berka --model model.json"
    assert (told["groups"], told["label"]) == (60, "penalty_or_negative_90d")
    assert {split["name"] for split in told["splits"]} >= {"cross_validated", "held_out"}
    for split in told["splits"]:
        assert [row["name"] for row in split["measures"]] == ["model", "one_rule", "scorecard", "logistic", "plain_xgboost"]
    assert [each.name for each in tmp_path.iterdir()] == ["model.json"]


def test_scores_are_written_in_the_agreed_columns(command, bank: Path, model: Path, tmp_path: Path):
    out = tmp_path / "scores.csv"
    last = START + timedelta(days=DAYS - 1)
    cutoffs = (last - timedelta(days=150), last - timedelta(days=90))
    ended = evaluate(command, bank, model, out, "--cutoff", cutoffs[0], "--cutoff", cutoffs[1])
    assert ended.status == 0, ended.err
    rows = rows_of(out)
    assert list(rows[0]) == ["id", "cutoff", "score", "label"]
    assert {row["cutoff"] for row in rows} == {str(day) for day in cutoffs}
    assert {row["label"] for row in rows} == {"0", "1"}
    assert all(0 < float(row["score"]) < 1 for row in rows)
    told = json.loads(ended.out)
    assert told["scored"] == told["outcomes"] == len(rows)
    assert told["learned_from"] is False
    assert told["measures"][0]["name"] == "model"
    assert told["measures"][0]["auc"]["value"] > 0.6


def test_figures_on_what_it_learned_from_are_said_to_flatter(command, bank: Path, model: Path, tmp_path: Path):
    ended = evaluate(command, bank, model, tmp_path / "scores.csv")
    assert json.loads(ended.out)["learned_from"] is True
    assert "flatter" in ended.err


def test_an_outcome_that_is_not_there_yet_is_empty(command, bank: Path, model: Path, tmp_path: Path):
    out = tmp_path / "scores.csv"
    told = json.loads(evaluate(command, bank, model, out, "--cutoff", START + timedelta(days=DAYS - 1)).out)
    assert {row["label"] for row in rows_of(out)} == {""}
    assert told["outcome"] == "No outcome is known yet."


def test_scores_are_on_the_disk_before_an_outcome_is_read(
    command, bank: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from server.cases.berka import BerkaCases

    out, seen = tmp_path / "scores.csv", []
    read = BerkaCases.with_outcomes

    def watched(self, cases):
        seen.extend(rows_of(out))
        return read(self, cases)

    monkeypatch.setattr(BerkaCases, "with_outcomes", watched)
    evaluate(command, bank, model, out)
    after = rows_of(out)
    assert seen
    assert {row["label"] for row in seen} == {""}
    assert [(row["id"], row["cutoff"], row["score"]) for row in seen] == [(row["id"], row["cutoff"], row["score"]) for row in after]


def test_nothing_after_the_cutoff_changes_a_score(command, bank: Path, model: Path, tmp_path: Path):
    shorter = write_stressed_bank(tmp_path / "shorter", days=DAYS - 60)
    cutoff = START + timedelta(days=DAYS - 61)
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    evaluate(command, bank, model, one, "--cutoff", cutoff)
    evaluate(command, shorter, model, two, "--cutoff", cutoff)
    assert [row["score"] for row in rows_of(one)] == [row["score"] for row in rows_of(two)]


def test_a_champion_is_not_overwritten_by_what_does_not_beat_it(command, bank: Path, model: Path):
    before = model.read_bytes()
    ended = train(command, bank, model)
    assert ended.status == 1
    assert "The champion stands: AUC 0." in ended.err
    assert "challenger 0." in ended.err
    assert ended.out == ""
    assert model.read_bytes() == before


def test_a_better_challenger_takes_its_place(command, bank: Path, model: Path):
    content = json.loads(model.read_bytes())
    for tree in content["contender"]["booster"]["learner"]["gradient_booster"]["model"]["trees"]:
        tree["split_conditions"] = [
            -value if left < 0 else value for value, left in zip(tree["split_conditions"], tree["left_children"], strict=True)
        ]
    model.write_bytes(dump_model(content))
    ended = train(command, bank, model)
    assert ended.status == 0, ended.err
    assert "of the model that was there" in ended.err
    assert model.read_bytes() != dump_model(content)


def test_what_is_no_model_is_never_overwritten(command, bank: Path, tmp_path: Path):
    precious = tmp_path / "letter.txt"
    precious.write_text("Dear bank")
    ended = train(command, bank, precious)
    assert ended.status == 2
    assert precious.read_text() == "Dear bank"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--format": "csv"}, "berka, uci-credit"),
        ({"--data": "nowhere"}, "nowhere"),
        ({"--cutoff": "1993-02-30"}, "Write it like"),
        ({"--cutoff": "1999-01-01"}, "1993-01-"),
        ({"--cutoff": "1993-01-20"}, "80 days"),
        ({"--model": "nowhere.json"}, "train stress"),
        ({"--out": "nowhere/out.csv"}, "folder that exists"),
        ({"--out": "."}, "folder"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_remedy(
    command, bank: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], words: str
):
    monkeypatch.chdir(tmp_path)
    given = {"--data": str(bank), "--format": "berka", "--model": str(model), "--out": "out.csv", **changed}
    ended = command("evaluate", "stress", *(part for pair in given.items() for part in pair))
    assert ended.status in (1, 2), ended.err
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "out.csv").exists()


def test_a_model_of_another_format_is_refused(command, model: Path, tmp_path: Path):
    table = tmp_path / "clients.csv"
    months = [f"{name}{month}" for name in ("BILL_AMT", "PAY_AMT") for month in range(1, 7)]
    table.write_text(
        ",".join(("ID", "LIMIT_BAL", "PAY_0", *(f"PAY_{month}" for month in range(2, 7)), *months)) + "\n1,1000" + ",0" * 18 + "\n"
    )
    ended = command("evaluate", "stress", "--data", table, "--format", "uci-credit", "--model", model, "--out", tmp_path / "out.csv")
    assert ended.status == 2
    assert "trained on this format" in ended.err


def test_days_of_the_cutoffs_are_whole_weeks_apart(command, bank: Path, model: Path, tmp_path: Path):
    out = tmp_path / "scores.csv"
    evaluate(command, bank, model, out)
    days = sorted({date.fromisoformat(row["cutoff"]) for row in rows_of(out)})
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {7}
    assert days[-1] == START + timedelta(days=DAYS - 91)
