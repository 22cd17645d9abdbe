"""Every input that may be a reason belongs to a group that clients can be asked for by."""

from typing import get_args

import pytest

from tools.ledger.query import StressReason
from tools.stress.inputs import INPUTS
from tools.stress.network.input import NEIGHBOUR_STRESS
from tools.stress.reason import reason_of


@pytest.mark.parametrize("name", [each.name for each in INPUTS])
def test_every_input_has_a_group(name: str):
    assert reason_of(name) in get_args(StressReason)


def test_every_group_has_an_input():
    assert {reason_of(each.name) for each in INPUTS} == set(get_args(StressReason))


def test_nobody_is_asked_for_by_the_stress_of_others():
    assert reason_of(NEIGHBOUR_STRESS.name) is None
    assert reason_of("no_such_input") is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [("card_use_3m", "card_debt"), ("card_late_worst", "card_bills"), ("borrowed_share", "lending_apps"), ("lowest_90d", "low_balance")],
)
def test_groups_are_what_people_mean(name: str, reason: str):
    assert reason_of(name) == reason
