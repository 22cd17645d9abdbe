"""What one contact does, measured by pairs that differ in nothing else."""

import pytest

from tests.tools.stress.intervention.people import STRAINED, book
from tools.stress.intervention.action import Effect
from tools.stress.intervention.constants import Constants, constants
from tools.stress.intervention.effects import cell_of, effect_of
from tools.stress.intervention.luck import luck_of
from tools.stress.intervention.measure import LEAST_PAIRS, measured


def effects_with(given: Constants, draws: int = 12) -> dict[str, Effect]:
    return measured(book(150), (luck_of(book(150), given, seed) for seed in range(draws)), given)


@pytest.fixture(scope="module")
def effects() -> dict[str, Effect]:
    return effects_with(constants())


def test_a_call_does_more_for_the_strained_than_a_message(effects: dict[str, Effect]):
    call, sms = effects["watchlist/credit/call"], effects["watchlist/credit/sms"]
    assert call.strained_weeks_saved > sms.strained_weeks_saved
    assert call.low > 0


def test_a_contact_that_nobody_answers_does_nothing():
    deaf = constants().but(response_sms=0.0, response_email=0.0, response_call=0.0)
    for effect in effects_with(deaf, 6).values():
        assert (effect.strained_weeks_saved, effect.low, effect.high) == (0, 0, 0)


def test_small_cells_are_left_out(effects: dict[str, Effect]):
    assert all(effect.customers >= LEAST_PAIRS for effect in effects.values())
    assert measured(book(20), [luck_of(book(20), constants(), 1)], constants()) == {}


def test_effects_of_a_situation_are_those_of_its_band_and_credit():
    assert cell_of("critical", True, "call") == "critical/credit/call"
    assert effect_of(STRAINED, "none") is None
    assert effect_of(STRAINED.model_copy(update={"score": None}), "call") is None
    shipped = effect_of(STRAINED, "call")
    assert shipped is not None
    assert shipped.low > 0
