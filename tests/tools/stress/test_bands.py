import pytest

from tools.stress.bands import band_of


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0.0, "healthy"),
        (0.394, "healthy"),
        (0.396, "watchlist"),
        (0.40, "watchlist"),
        (0.694, "watchlist"),
        (0.70, "critical"),
        (1.0, "critical"),
    ],
)
def test_a_band_is_that_of_the_score_as_it_is_shown(score: float, band: str):
    assert band_of(score) == band
