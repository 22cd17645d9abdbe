"""On generated customers whom nothing was made for, the default and the learned policy beat nothing, chance and thresholds."""

import pytest

from server.intervention.network import shipped_policy
from server.intervention.subjects import generated_subjects
from tools.stress.intervention.book import book_of
from tools.stress.intervention.compare import Comparison, compare
from tools.stress.intervention.constants import constants
from tools.stress.intervention.policy import Nothing, Random, Thresholds, default_policy


@pytest.fixture(scope="module")
def table() -> Comparison:
    book = book_of(generated_subjects(150, 61), 1)
    return compare([Nothing(), Random(), Thresholds(), default_policy(), shipped_policy()], [book], constants(), draws=10, seed=70)


@pytest.mark.parametrize("other", ["none", "random", "thresholds"])
@pytest.mark.parametrize("policy", [default_policy().name, shipped_policy().name])
def test_it_beats(table: Comparison, policy: str, other: str):
    assert table.line(policy).gain[other].low > 0


def test_the_learned_policy_did_not_learn_to_do_nothing(table: Comparison):
    contacts = table.line(shipped_policy().name).contacts
    assert contacts["call"] > 0.1
    assert sum(contacts.values()) < 4
