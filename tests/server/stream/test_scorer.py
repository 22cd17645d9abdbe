"""Scores by the model that this version ships: the same for one customer and for many, with reasons for those who are strained."""

from datetime import date

import numpy as np
import pytest

from server.stream.scorer import ModelScorer
from tools.ledger.transaction import Transaction
from tools.population.generate import generate
from tools.population.spec import PopulationSpec
from tools.stress.activity import Activity, advance, bookings_of, opened, update_many
from tools.stress.bands import band_of
from tools.stress.drivers import MOST
from tools.stress.inputs import INPUT_AT, Standing, inputs_matrix
from tools.stress.model.file import shipped_model

AS_OF = date(2026, 3, 14)


@pytest.fixture(scope="module")
def activities() -> dict[str, Activity]:
    bank = generate(PopulationSpec(seed=3, customers=40, as_of=AS_OF, months=7))
    owner = {account.id: account.customer_id for account in bank.accounts}
    moves: dict[str, list[Transaction]] = {}
    for move in bank.transactions:
        moves.setdefault(owner[move.account_id], []).append(move)
    kinds = {account.id: account.kind for account in bank.accounts}
    found: dict[str, Activity] = {}
    for customer_id, own in moves.items():
        start = opened(account for account in bank.accounts if account.customer_id == customer_id)
        (held,) = update_many([start], np.zeros(len(own), dtype=np.intp), bookings_of(own, kinds))
        found[customer_id] = advance(held, AS_OF.toordinal())
    return found


@pytest.fixture(scope="module")
def scorer() -> ModelScorer:
    return ModelScorer(shipped_model())


def test_many_at_once_score_as_one_by_one(scorer: ModelScorer, activities: dict[str, Activity]):
    ids, held = list(activities), list(activities.values())
    together = scorer.score(ids, held, [Standing()] * len(ids))
    alone = [scorer.score([one], [activities[one]], [Standing()])[0] for one in ids]
    assert together == alone
    assert {day.as_of for day in together} == {AS_OF}
    assert len({day.band for day in together}) > 1


def test_bands_and_reasons_fit_the_scores(scorer: ModelScorer, activities: dict[str, Activity]):
    for day in scorer.score(list(activities), list(activities.values()), [Standing()] * len(activities)):
        assert day.score is not None
        assert day.probability is not None
        assert (day.score, day.band) == (round(day.score, 2), band_of(day.score))
        assert not day.drivers or day.band != "healthy"
        assert len(day.drivers) <= MOST
        row = inputs_matrix([activities[day.customer_id]], [Standing()])[0]
        assert list(day.driver_values) == [row[INPUT_AT[name]] for name in day.drivers]
        assert np.isfinite(row[[INPUT_AT[name] for name in day.drivers]]).all()


def test_a_month_of_history_is_needed(scorer: ModelScorer):
    first = AS_OF.toordinal()
    young = Activity(first + 28, first, opened(()).before, opened(()).cells)
    (short,) = scorer.score(["demo:1"], [young], [Standing()])
    assert (short.score, short.band, short.probability) == (None, "too_short", None)
    (enough,) = scorer.score(["demo:1"], [advance(young, first + 29)], [Standing()])
    assert enough.score is not None
    assert scorer.score([], [], []) == []
