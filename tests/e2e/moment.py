"""Moments of a run as its store shows them from outside, at which a server can be killed."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from tests.e2e.served import Served

Moment = Callable[[sqlite3.Connection, str], bool]


def has_events(least: int) -> Moment:
    """The store holds so many events of the run."""
    return lambda store, run_id: store.execute("select count(*) from run_event where run_id = ?", (run_id,)).fetchone()[0] >= least


def in_state(state: str) -> Moment:
    """The run has come so far."""
    return lambda store, run_id: store.execute("select state from turn where run_id = ?", (run_id,)).fetchone() == (state,)


@contextmanager
def store_of(server: Served) -> Iterator[sqlite3.Connection]:
    """The server's database, read from outside."""
    with closing(sqlite3.connect(f"file:{server.bank.home / 'bank.db'}?mode=ro", uri=True, timeout=5)) as store:
        yield store


def wait_for(server: Served, run_id: str, moment: Moment) -> None:
    """Return as soon as it has come, without a pause in between."""
    with store_of(server) as store:
        end = time.monotonic() + 60
        while not moment(store, run_id):
            assert time.monotonic() < end, "the moment never came"


def newest_run(server: Served) -> str | None:
    """The run that was started last."""
    with store_of(server) as store:
        found = store.execute("select run_id from turn order by started_at desc limit 1").fetchone()
    return found and found[0]


def unfinished(server: Served, run_id: str) -> bool:
    with store_of(server) as store:
        return in_state("running")(store, run_id) or in_state("committed")(store, run_id)
