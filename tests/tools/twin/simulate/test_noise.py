"""Noise is normal, differs from bank to bank, and is the same for the same question."""

import numpy as np
import pytest

from tools.twin.simulate import noise
from tools.twin.simulate.noise import BANKS, noise_bank


def test_noise_has_the_shape_of_the_normal():
    found = noise_bank(6, 1024, 7, 0)
    assert found.shape == (2, 6, 1024)
    assert abs(found.mean()) < 0.01
    assert found.std() == pytest.approx(1, abs=0.01)
    assert np.quantile(found, 0.95) == pytest.approx(1.645, abs=0.03)
    assert np.isfinite(found).all()


def test_there_are_enough_banks_that_a_population_is_not_lucky_together():
    assert BANKS >= 32
    first = np.stack([noise_bank(3, 64, 7, bank)[0, 0] for bank in range(BANKS)])
    apart = np.corrcoef(first)[~np.eye(BANKS, dtype=bool)]
    assert np.abs(apart).mean() < 0.2


def test_the_same_bank_comes_again_and_nobody_can_change_it(monkeypatch: pytest.MonkeyPatch):
    first = noise_bank(3, 200, 7, 5)
    monkeypatch.setattr(noise, "_KEPT_NUMBERS", 0)  # so that it is made anew
    again = noise_bank(3, 200, 7, 5)
    assert again is not first
    assert again.tobytes() == first.tobytes() != noise_bank(3, 200, 8, 5).tobytes()
    with pytest.raises(ValueError, match="read-only"):
        again[0, 0, 0] = 1


def test_whole_amounts_times_noise_add_up_exactly():
    found = noise_bank(12, 1024, 7, 3)
    assert np.array_equal(np.rint(found * 1024), found * 1024)
    assert np.abs(found).max() < 4.8
