"""Scoring many customers at once with a learned model: from activities to what is stored of a day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from server.store.stress_scores import ScoredDay
from tools.stress.activity import Activity
from tools.stress.bands import band_of
from tools.stress.drivers import drivers_of
from tools.stress.inputs import INPUTS, Standing, days_of_history, inputs_matrix
from tools.stress.model.model import StressModel, columns_of
from tools.stress.network.input import NEIGHBOUR_STRESS
from tools.stress.score import SHORTEST_DAYS

#: Customers to the stress around those of them for whom it is known.
Around = Callable[[Sequence[str]], Mapping[str, float]]
_NAMES = tuple(each.name for each in INPUTS)


class ModelScorer:
    """Scores by one model.

    Drivers are named for watchlist and critical customers only: nobody asks why a score is low, and exact contributions cost more than
    the score itself.
    """

    def __init__(self, model: StressModel, around: Around | None = None) -> None:
        """`around` tells the stress of customers' neighbours to a model that reads it; None where the bank does not look at it."""
        self._model = model
        self._around = around

    def warm_up(self) -> None:
        """Read the paths of the trees, which takes seconds once."""
        self._model.contributions(np.zeros((1, len(self._model.inputs))))

    def score(self, customer_ids: Sequence[str], activities: Sequence[Activity], standings: Sequence[Standing]) -> list[ScoredDay]:
        """The score of each customer as of the last day of the activity, None and `too_short` below 30 days of history."""
        if not activities:
            return []
        matrix = self._matrix(customer_ids, activities, standings)
        probabilities = self._model.probabilities(matrix)
        scores = np.round(self._model.scale.scores(probabilities), 2).tolist()
        days = [
            self._day(customer_id, activity, score, probability)
            for customer_id, activity, score, probability in zip(customer_ids, activities, scores, probabilities.tolist(), strict=True)
        ]
        return self._with_drivers(days, matrix)

    def _matrix(self, customer_ids: Sequence[str], activities: Sequence[Activity], standings: Sequence[Standing]) -> NDArray[np.float64]:
        """The model's inputs of each customer; the stress of neighbours is NaN where it is not known."""
        known = inputs_matrix(activities, standings)
        if NEIGHBOUR_STRESS.name not in self._model.inputs:
            return columns_of(self._model.inputs, known, _NAMES)
        around: Mapping[str, float] = self._around(customer_ids) if self._around is not None else {}
        column = np.array([around.get(one, np.nan) for one in customer_ids], dtype=np.float64)
        return columns_of(self._model.inputs, np.column_stack([known, column]), (*_NAMES, NEIGHBOUR_STRESS.name))

    def _day(self, customer_id: str, activity: Activity, score: float, probability: float) -> ScoredDay:
        as_of = date.fromordinal(activity.last_day)
        if days_of_history(activity) < SHORTEST_DAYS:
            return ScoredDay(customer_id=customer_id, as_of=as_of, score=None, band="too_short", model=self._model.name)
        return ScoredDay(
            customer_id=customer_id,
            as_of=as_of,
            score=score,
            band=band_of(score),
            probability=round(probability, 6),
            model=self._model.name,
        )

    def _with_drivers(self, days: list[ScoredDay], matrix: NDArray[np.float64]) -> list[ScoredDay]:
        """Names the reasons of strained customers' scores, the strongest first, with the customers' own values."""
        strained = [at for at, day in enumerate(days) if day.band in {"watchlist", "critical"}]
        if not strained:
            return days
        for at, drivers in zip(strained, drivers_of(self._model, matrix[strained]), strict=True):
            named = {"drivers": tuple(each.key for each in drivers), "driver_values": tuple(each.value for each in drivers)}
            days[at] = days[at].model_copy(update=named)
        return days
