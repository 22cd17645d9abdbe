"""`personaforge evaluate patterns`: the rule beats the naive rule and shuffled labels on banks that it was not set on."""

import json
from pathlib import Path


def test_the_rule_beats_the_largest_transfer_and_shuffled_labels(command, empty_home: Path):
    ended = command("evaluate", "patterns", "--customers", "450", "--seed", "303")
    told = json.loads(ended.out)
    assert (ended.status, told["seeds"], told["customers"]) == (0, [303], 450)
    for pattern in ("money_passed_through", "gambling_heavy"):
        rule = told[pattern]["rule"]
        assert rule["recall"]["total"] == 30
        assert rule["recall"]["low"] > told[pattern]["largest_transfer"]["recall"]["high"]
        assert rule["recall"]["low"] > told[pattern]["shuffled"]["recall"]["high"]
        assert rule["false_alarms"]["high"] < 0.05


def test_the_seed_that_the_limits_were_set_on_cannot_judge_them(command, empty_home: Path):
    assert command("evaluate", "patterns", "--seed", "201").status == 2
    assert command("evaluate", "patterns", "--seed", "-1").status == 2
    assert command("evaluate", "patterns", "--customers", "10").status == 2
