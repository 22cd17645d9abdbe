"""What learning goes by. An earlier attempt learned to do nothing, because a contact's worth was lost in everybody's luck."""

import importlib
from typing import Any

import numpy as np
import pytest

from server.intervention.ppo import Settings, learn, simulated_year
from tests.tools.stress.intervention.people import book
from tools.errors import UnavailableError
from tools.stress.intervention.action import CALL, NONE
from tools.stress.intervention.constants import constants


class Always:
    """Draws one action wherever it is allowed."""

    def __init__(self, action: int) -> None:
        self._action = action

    def act(self, rows, free, choice, /):
        return np.where(free[:, self._action], self._action, NONE), np.zeros(len(rows))


def test_doing_nothing_earns_exactly_nothing_whatever_the_luck():
    for seed in (1, 2):
        batch, calls = simulated_year(Always(NONE), book(60), constants(), 0.0, seed)
        assert not np.stack(batch.rewards).any()
        assert calls == 0


def test_helping_earns_more_than_nothing_although_it_costs():
    earned = [np.stack(simulated_year(Always(CALL), book(120), constants(), 0.0, seed)[0].rewards).sum() for seed in range(4)]
    assert sum(earned) > 0


def test_the_price_of_a_call_is_paid_for_each_call():
    free, _ = simulated_year(Always(CALL), book(60), constants(), 0.0, 1)
    dear, calls = simulated_year(Always(CALL), book(60), constants(), 0.5, 1)
    made = np.stack(dear.actions) == CALL
    assert np.stack(free.rewards) - np.stack(dear.rewards) == pytest.approx(0.5 * made)
    assert calls == pytest.approx(made.mean())


def test_what_guards_forbid_is_never_drawn():
    batch, _ = simulated_year(Always(CALL), book(60), constants(), 0.0, 1)
    actions, free = np.stack(batch.actions), np.stack(batch.free)
    assert np.take_along_axis(free, actions[..., None], axis=2).all()


def test_without_the_extra_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch):
    real = importlib.import_module

    def without_torch(name: str, package: str | None = None) -> Any:
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, package)

    monkeypatch.setattr("server.intervention.ppo.import_module", without_torch)
    with pytest.raises(UnavailableError, match=r"personaforge\[train\]"):
        learn([book(20)], constants(), Settings(rounds=1), 1, lambda *_: None)
