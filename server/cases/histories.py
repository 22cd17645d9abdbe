"""Cases of accounts with bookings: inputs off the activity at each cutoff, and the first event in the 90 days after it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tools.errors import TooShortError
from tools.ledger.history import History
from tools.ledger.movements import main_currency
from tools.stress.activity import Activity, activities_of
from tools.stress.inputs import INPUTS, Standing, inputs_matrix, standing_of
from tools.stress.learn.cases import Cases, Source
from tools.stress.model.card import Label

HORIZON_DAYS = 90
WEEK = 7
#: Activities held at a time: each is some thirty kilobytes.
_AT_ONCE = 512


@dataclass(frozen=True)
class Watched:
    """One account or customer: its own id, and what it booked."""

    id: str
    history: History

    @property
    def first_day(self) -> date:
        """Of its bookings."""
        return min(each.booked_on for each in self.history.transactions)


def cases_of(watched: Iterable[Watched], cutoffs: Sequence[date], least_days: int, source: Source, label: Label) -> Cases:
    """A case for each account and cutoff with at least `least_days` of history, in the order of the accounts.

    Raises:
        TooShortError: none has that much.
    """
    ids: list[str] = []
    days: list[int] = []
    activities: list[Activity] = []
    standings: list[Standing] = []
    blocks: list[NDArray[np.float64]] = []
    for one in watched:
        reached = [cutoff for cutoff in cutoffs if (cutoff - one.first_day).days >= least_days]
        activities += activities_of(one.history, reached)
        currency = main_currency(one.history)
        standings += [standing_of(one.history.accounts, currency, cutoff) for cutoff in reached]
        days += [cutoff.toordinal() for cutoff in reached]
        ids += [one.id] * len(reached)
        if len(activities) >= _AT_ONCE:
            blocks.append(inputs_matrix(activities, standings))
            activities, standings = [], []
    blocks.append(inputs_matrix(activities, standings))
    if not ids:
        raise TooShortError(f"No account has {least_days} days of bookings by {max(cutoffs, default=None)}. Choose a later cutoff.")
    return Cases(
        source=source,
        label_name=label,
        horizon_days=HORIZON_DAYS,
        ids=np.array(ids),
        cutoffs=np.array(days, dtype=np.int64),
        names=tuple(each.name for each in INPUTS),
        directions=tuple(each.direction for each in INPUTS),
        matrix=np.concatenate(blocks),
        event=np.full(len(ids), np.nan),
    )


def with_events(cases: Cases, events: Mapping[str, Sequence[date]], last: date) -> Cases:
    """The cases with the days to the first event after each cutoff; NaN where `last` comes before the horizon and nothing happened."""
    days = {name: np.sort(np.array([day.toordinal() for day in found], dtype=np.int64)) for name, found in events.items()}
    nothing = np.empty(0, dtype=np.int64)
    event = np.empty(len(cases))
    for at, (name, cutoff) in enumerate(zip(cases.ids.tolist(), cases.cutoffs.tolist(), strict=True)):
        own = days.get(name, nothing)
        following = own[np.searchsorted(own, cutoff, side="right") :]
        ahead = float(following[0] - cutoff) if len(following) else np.inf
        unsure = np.nan if last.toordinal() < cutoff + HORIZON_DAYS else np.inf
        event[at] = ahead if ahead <= HORIZON_DAYS else unsure
    return replace(cases, event=event)


def weekly(first: date, last: date) -> tuple[date, ...]:
    """Days a week apart, the last one being `last`, none before `first`."""
    days = range(last.toordinal(), first.toordinal() - 1, -WEEK)
    return tuple(date.fromordinal(day) for day in reversed(days))
