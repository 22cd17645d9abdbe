import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.stress.bands import CRITICAL_FROM, WATCHLIST_FROM, band_of
from tools.stress.model.calibrate import CRITICAL_ODDS, WATCHLIST_ODDS, Calibration, Scale, fit_calibration, scale_of

CHANCES = st.floats(0, 1)


def odds(chance: float) -> float:
    return chance / (1 - chance)


def test_bands_begin_at_multiples_of_the_usual_odds():
    scale = scale_of(0.015)
    assert odds(scale.watchlist) / odds(0.015) == pytest.approx(WATCHLIST_ODDS)
    assert odds(scale.critical) / odds(0.015) == pytest.approx(CRITICAL_ODDS)
    scores = scale.scores(np.array([scale.watchlist, scale.critical, 0.015]))
    assert scores[:2] == pytest.approx([WATCHLIST_FROM, CRITICAL_FROM])
    assert [band_of(score) for score in scores] == ["watchlist", "critical", "healthy"]


@given(st.floats(0.001, 0.6), CHANCES, CHANCES)
def test_a_higher_chance_never_has_a_lower_score(base, one, other):
    low, high = scale_of(base).scores(np.array(sorted((one, other))))
    assert 0 <= low <= high <= 1


def test_anchors_in_the_wrong_order_are_refused():
    with pytest.raises(ValidationError):
        Scale(watchlist=0.3, critical=0.2)


def test_a_slope_that_would_turn_the_order_round_is_refused():
    with pytest.raises(ValidationError):
        Calibration(slope=-1, intercept=0)


def test_calibration_finds_the_line_that_made_the_labels():
    rng = np.random.default_rng(1)
    margins = rng.normal(size=40_000)
    label = rng.random(len(margins)) < 1 / (1 + np.exp(-(2 * margins - 1)))
    fitted = fit_calibration(margins, label)
    assert fitted.slope == pytest.approx(2, abs=0.1)
    assert fitted.intercept == pytest.approx(-1, abs=0.1)
    assert fitted.probabilities(margins).mean() == pytest.approx(label.mean(), abs=1e-3)


def test_margins_that_mislead_keep_their_order():
    margins = np.linspace(-1, 1, 200)
    assert fit_calibration(margins, margins < 0).slope > 0


def test_a_handful_of_events_is_not_made_sure():
    label = np.zeros(60, dtype=bool)
    label[-2:] = True
    chances = fit_calibration(np.linspace(-3, 3, 60), label).probabilities(np.array([-3.0, 3.0]))
    assert 1e-4 < chances[0] < chances[1] < 0.95
