"""`personaforge evaluate intervention` compares all policies on customers that none was made for; `train intervention` makes one."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from server.intervention.network import shipped_network
from tools.stress.intervention.card import Card

SMALL = ("--customers", 40, "--draws", 5)


def test_the_table_and_the_card(command, tmp_path: Path):
    out = tmp_path / "card.json"
    ended = command("evaluate", "intervention", *SMALL, "--seed", 9, "--out", out)
    assert ended.status == 0, ended.err
    head, columns, *rows, default = ended.lines
    assert head.startswith("40 customers of seed 9, 5 draws")
    assert columns.split()[:3] == ["policy", "value", "critical"]
    policies = ["none", "random", "random_within_guards", "thresholds", "rule", shipped_network().name]
    assert [row.split()[0] for row in rows] == policies
    assert default.startswith("Default: rule (")
    card = Card.model_validate_json(out.read_bytes())
    assert [line.policy for line in card.table.lines] == policies
    assert (card.table.customers, card.table.draws, card.population_seed) == (40, 5, 9)
    assert card.explored.floor > 0
    assert card.constants
    assert not card.sensitivity


def test_a_policy_is_not_judged_on_whom_it_was_learned_on(command):
    learning = shipped_network().learning
    assert learning is not None
    ended = command("evaluate", "intervention", *SMALL, "--seed", learning.population_seed)
    assert (ended.status, ended.out) == (2, "")
    assert "with another seed" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--customers", 5), "Give 20 to"),
        (("--seed", -1), "a seed from 0 on"),
        (("--customers", 40, "--draws", 2), "5 draws"),
        (("--policy", "missing.onnx"), "missing.onnx cannot be read"),
        (("--out", "no/such/folder/card.json"), "no such folder"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(command, arguments: tuple[object, ...], said: str):
    ended = command("evaluate", "intervention", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err


def test_a_file_that_is_no_policy_is_refused(command, tmp_path: Path):
    (tmp_path / "other.onnx").write_bytes(b"no network")
    ended = command("evaluate", "intervention", *SMALL, "--policy", tmp_path / "other.onnx")
    assert ended.status == 2
    assert "personaforge train intervention" in ended.err


def test_learning_without_the_extra_says_what_to_install(command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = importlib.import_module

    def without_torch(name: str, package: str | None = None) -> Any:
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, package)

    monkeypatch.setattr("server.intervention.ppo.import_module", without_torch)
    ended = command("train", "intervention", "--out", tmp_path / "policy.onnx", "--customers", 20, "--rounds", 1)
    assert ended.status != 0
    assert "personaforge[train]" in ended.err
    assert not list(tmp_path.iterdir())
