"""`personaforge evaluate network`: gain and control, as one JSON object."""

import json
from pathlib import Path


def test_gain_and_control_are_told_with_intervals(command, empty_home: Path):
    ended = command("evaluate", "network", "--customers", "4000", "--seed", "2")
    told = json.loads(ended.out)
    assert (ended.status, told["seed"]) == (0, 2)
    assert told["gain"]["contagion"] > 0 == told["control"]["contagion"]
    for name in ("gain", "control"):
        assert told[name]["gain_low"] <= told[name]["gain"] <= told[name]["gain_high"]
        assert told[name]["verdict"] in {"gain", "no_gain"}
    assert told["control"]["verdict"] == "no_gain"


def test_too_small_a_network_and_a_wrong_seed_are_wrong_usage(command, empty_home: Path):
    assert command("evaluate", "network", "--customers", "10").status == 2
    assert command("evaluate", "network", "--seed", "-1").status == 2
