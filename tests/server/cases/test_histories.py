from datetime import date, timedelta

import numpy as np
import pytest

from server.cases.histories import Watched, cases_of, weekly, with_events
from tests.tools.builders import AS_OF, booking, history
from tools.errors import TooShortError

FIRST = AS_OF - timedelta(days=200)


def watched(name: str = "a", first: date = FIRST, days: int = 200, later: int = 0) -> Watched:
    """An account that spends every day; `later` is added to what it spends in the last hundred days."""
    moves = [booking(first + timedelta(days=day), -10 - (later if day > 100 else 0)) for day in range(days)]
    return Watched(name, history(moves))


def made(*found: Watched, cutoffs: tuple[date, ...], least: int = 80):
    return cases_of(found, cutoffs, least, "berka", "penalty_or_negative_90d")


def test_a_case_for_each_account_and_cutoff_that_is_old_enough():
    cutoffs = (FIRST + timedelta(days=79), FIRST + timedelta(days=80), FIRST + timedelta(days=120))
    cases = made(watched("a"), watched("b", first=FIRST + timedelta(days=30), days=100), cutoffs=cutoffs)
    assert cases.ids.tolist() == ["a", "a", "b"]
    assert cases.cutoffs.tolist() == [cutoffs[1].toordinal(), cutoffs[2].toordinal(), cutoffs[2].toordinal()]
    assert not cases.known.any()


def test_nothing_after_the_cutoff_changes_an_input():
    cutoff = (FIRST + timedelta(days=100),)
    assert made(watched(later=9999), cutoffs=cutoff).matrix.tobytes() == made(watched(), cutoffs=cutoff).matrix.tobytes()


def test_what_came_before_the_cutoff_does():
    cutoff = (FIRST + timedelta(days=150),)
    assert made(watched(later=9999), cutoffs=cutoff).matrix.tobytes() != made(watched(), cutoffs=cutoff).matrix.tobytes()


def test_young_accounts_alone_are_too_short():
    with pytest.raises(TooShortError, match="80 days"):
        made(watched(), cutoffs=(FIRST + timedelta(days=10),))


@pytest.mark.parametrize(
    ("event", "last", "ahead"),
    [
        (1, 200, 1.0),
        (90, 200, 90.0),
        (91, 200, np.inf),
        (0, 200, np.inf),
        (-5, 200, np.inf),
        (91, 89, np.nan),
        (30, 89, 30.0),
        (None, 90, np.inf),
        (None, 89, np.nan),
    ],
)
def test_an_event_counts_from_the_day_after_the_cutoff_to_the_ninetieth(event: int | None, last: int, ahead: float):
    cutoff = FIRST + timedelta(days=100)
    cases = made(watched(), cutoffs=(cutoff,))
    events = {} if event is None else {"a": [cutoff + timedelta(days=event)]}
    found = with_events(cases, events, cutoff + timedelta(days=last)).event
    assert np.array_equal(found, [ahead], equal_nan=True)


def test_the_first_of_several_events_counts():
    cutoff = FIRST + timedelta(days=100)
    events = {"a": [cutoff + timedelta(days=days) for days in (40, 7, -3)], "b": [cutoff + timedelta(days=1)]}
    assert with_events(made(watched(), cutoffs=(cutoff,)), events, AS_OF).event.tolist() == [7.0]


def test_weeks_end_on_the_last_day():
    days = weekly(date(2026, 1, 1), date(2026, 1, 20))
    assert days == (date(2026, 1, 6), date(2026, 1, 13), date(2026, 1, 20))
