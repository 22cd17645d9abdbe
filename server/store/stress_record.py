"""Activity and score of a customer worked out from the whole history: at an import, and whenever the stream's own are missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from server.store.known_accounts import known, standing_of
from server.store.stress_scores import ScoredDay, Scorer, StressScores
from server.store.stress_states import StressState, StressStates
from tools.ledger.history import History
from tools.ledger.movements import main_currency
from tools.stress.activity import Activity, activities_of, activity_of
from tools.stress.inputs import Standing

_WEEKS = 26


@dataclass(frozen=True, eq=False)
class Restated:
    """What the history of one customer says."""

    customer_id: str
    currency: str
    activity: Activity
    standing: Standing


class StressRecord:
    """States and scores of a bank, and who scores."""

    def __init__(self, states: StressStates, scores: StressScores, scorer: Scorer) -> None:
        self.states = states
        self.scores = scores
        self.scorer = scorer

    def restated(self, history: History) -> Restated:
        """Activity and terms of one customer, from all of the history."""
        currency = main_currency(history)
        accounts = (known(account) for account in history.accounts)
        return Restated(history.customer.id, currency, activity_of(history), standing_of(accounts, currency, history.as_of))

    def scored(self, restated: Sequence[Restated]) -> Sequence[ScoredDay]:
        """Scores as of the last day of each activity."""
        return self.scorer.score(
            [one.customer_id for one in restated], [one.activity for one in restated], [one.standing for one in restated]
        )

    def on_days(self, history: History, days: Sequence[date]) -> Sequence[ScoredDay]:
        """The scores of one customer as of earlier days, from what was booked by each of them."""
        currency = main_currency(history)
        accounts = [known(account) for account in history.accounts]
        standings = [standing_of(accounts, currency, day) for day in days]
        return self.scorer.score([history.customer.id] * len(days), activities_of(history, days), standings)

    def keep(self, connection: Connection, restated: Iterable[Restated], scored: Iterable[ScoredDay]) -> None:
        """Put these in the place of what is kept of the customers, in somebody's transaction."""
        days = {day.customer_id: day for day in scored}
        self.scores.keep(connection, list(days.values()))
        self.states.keep(
            connection,
            {one.customer_id: StressState(one.activity, one.currency, 0, days[one.customer_id].as_of) for one in restated},
        )


def weeks_before(day: date) -> list[date]:
    """One day of each of the last 26 weeks: what a customer's score history begins with."""
    return [day - timedelta(weeks=ago) for ago in range(_WEEKS, 0, -1)]
