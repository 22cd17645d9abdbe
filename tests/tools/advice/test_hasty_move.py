"""The risk of a hasty move, by its documented rule."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import history, steady
from tools.advice.hasty_move import Means, Move, hasty_risk, means_of
from tools.ledger.features import features_of

MEANS = Means(put_by_minor=1_000_000, left_over_minor=50_000, income_minor=250_000)
AMOUNTS = st.none() | st.integers(1, 10**12)
MOVES = st.builds(Move, kind=st.sampled_from(["gamble", "loan", "pension", "lend"]), amount_minor=AMOUNTS, wholesale=st.booleans(), borrowed=st.booleans(), hurried=st.booleans(), agitated=st.booleans())  # fmt: skip
MONEY = st.integers(-(10**9), 10**9)
SOME_MEANS = st.none() | st.builds(Means, put_by_minor=st.integers(0, 10**9), left_over_minor=MONEY, income_minor=st.integers(0, 10**9))


@pytest.mark.parametrize(
    ("move", "risk"),
    [
        ({"kind": "gamble", "wholesale": True, "hurried": True}, "high"), ({"kind": "gamble", "wholesale": True}, "low"), ({"kind": "gamble", "hurried": True}, "low"),
        ({"kind": "gamble", "amount_minor": 500_000, "hurried": True}, "high"), ({"kind": "gamble", "amount_minor": 60_000, "hurried": True}, "medium"), ({"kind": "gamble", "amount_minor": 50_000, "hurried": True}, "low"),
        ({"kind": "gamble", "amount_minor": 60_000, "hurried": True, "agitated": True}, "high"), ({"kind": "gamble", "borrowed": True, "agitated": True}, "high"),
        ({"kind": "loan", "hurried": True}, "medium"), ({"kind": "loan", "amount_minor": 600_000, "hurried": True}, "medium"), ({"kind": "loan", "amount_minor": 600_001, "hurried": True}, "high"),
        ({"kind": "pension", "hurried": True}, "high"), ({"kind": "lend", "hurried": True}, "medium"), ({"kind": "lend", "wholesale": True, "hurried": True}, "high"),
    ],
)  # fmt: skip
def test_the_rule(move: dict[str, Any], risk: str):
    assert hasty_risk(Move(**move), MEANS) == risk


def test_without_figures_the_words_alone_decide():
    assert hasty_risk(Move(kind="lend", amount_minor=10**9, hurried=True), None) == "medium"


@given(MOVES, SOME_MEANS)
def test_without_haste_there_is_no_risk_and_more_haste_never_lowers_it(move: Move, means: Means | None):
    order = ["low", "medium", "high"]
    calm, hasty, wild = (
        hasty_risk(move.model_copy(update={"hurried": hurried, "agitated": agitated}), means)
        for hurried, agitated in ((False, False), (True, False), (True, True))
    )
    assert calm == "low"
    assert order.index(calm) <= order.index(hasty) <= order.index(wild)


@given(MOVES, SOME_MEANS, st.integers(1, 10**9))
def test_a_larger_amount_is_never_less_risky(move: Move, means: Means | None, more: int):
    if move.amount_minor is not None:
        larger = move.model_copy(update={"amount_minor": move.amount_minor + more})
        order = ["low", "medium", "high"]
        assert order.index(hasty_risk(larger, means)) >= order.index(hasty_risk(move, means))


def test_means_are_those_of_whole_months():
    features = features_of(history(steady(12, salary=2000, rent=800, food=300)))
    found = means_of(features)
    assert found is not None
    assert found.income_minor == features.income_monthly_minor
    assert found.left_over_minor == features.income_monthly_minor - features.spending_monthly_minor
    assert found.buffer_minor * 10 == found.income_minor


def test_before_the_first_whole_month_there_are_none():
    assert means_of(features_of(history([]))) is None
