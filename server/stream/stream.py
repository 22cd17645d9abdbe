"""The stream of one bank: its parts, and the loop that reads a source and does what follows."""

import gc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from server.store.cipher import Cipher
from server.store.database import Database
from server.store.history_reader import HistoryReader
from server.store.live_events import LiveEvents
from server.store.plans import PlanReader
from server.store.set_aside import SetAside
from server.store.snapshot import SnapshotStore
from server.store.stream_positions import StreamPositions
from server.store.stress_record import StressRecord
from server.stream.catch_up import CatchUp
from server.stream.day_end import DayEnd
from server.stream.ingest import Applied, Ingest
from server.stream.past import PastScores
from server.stream.port import EventSource
from server.stream.rescored import Rescored

#: Transactions of a day's end between two batches, so that events of a large bank are not held up by it.
_STEPS_BETWEEN = 4


@dataclass
class Totals:
    """What a run has done so far."""

    events: int = 0
    added: int = 0
    known: int = 0
    aside: Counter[str] = field(default_factory=Counter[str])
    rescored: int = 0
    summarised: int = 0

    def add(self, applied: Applied) -> None:
        """Count one batch."""
        self.events += applied.events
        self.added += applied.added
        self.known += applied.known
        self.aside.update(applied.aside)

    def __str__(self) -> str:
        aside = ", ".join(f"{count:,} {code}" for code, count in sorted(self.aside.items()))
        return (
            f"{self.events:,} events: {self.added:,} booked, {self.known:,} known, "
            f"{self.aside.total():,} set aside{f' ({aside})' if aside else ''}; {self.rescored:,} scores by the day alone"
        )


class Stream:
    """Takes the events of a source, one batch after the other, and keeps the bank up with them."""

    def __init__(self, ingest: Ingest, day_end: DayEnd, catch_up: CatchUp, past: PastScores, positions: StreamPositions) -> None:
        self.ingest, self.day_end, self.catch_up, self.past, self.positions = ingest, day_end, catch_up, past, positions

    def run(self, source: EventSource, behind: set[str], stopped: Callable[[], bool], told: Callable[[Totals], None]) -> Totals:
        """Read until the source ends or `stopped()`; a batch that was begun is finished.

        Args:
            behind: sources whose customers may have scores older than the business date.
            told: called after each batch with the totals so far.
        """
        totals = Totals()
        for batch in source.batches():
            if batch.bodies:
                applied = self.ingest.apply(batch.bodies)
                totals.add(applied)
                behind.update(applied.moved)
            # Committed only now: before this, a crash gives the batch again, and all of it is known.
            source.commit(batch)
            totals.rescored += self._end_days(behind, _STEPS_BETWEEN)
            if not batch.bodies and not behind:
                totals.summarised += self.catch_up.step()
            told(totals)
            if stopped():
                break
        return totals

    def settle(self, behind: set[str], stopped: Callable[[], bool]) -> int:
        """Score everybody as of the business date, and summarise whoever was booked on. Returns how many were summarised."""
        done = 0
        while behind and not stopped():
            self._end_days(behind, _STEPS_BETWEEN)
        while not stopped() and (found := self.catch_up.step()):
            done += found
        return done

    def _end_days(self, behind: set[str], steps: int) -> int:
        done = 0
        for _ in range(steps):
            if not behind:
                break
            found = self.day_end.step(source := min(behind))
            if not found:
                behind.discard(source)
            done += found
        return done


def keep_loaded() -> None:
    """What this process has loaded by now stays for good: the collector need not walk all of it again after every few thousand events."""
    gc.collect()
    gc.freeze()


def open_stream(
    database: Database,
    cipher: Cipher,
    record: StressRecord,
    snapshots: SnapshotStore,
    news: LiveEvents,
    shelf: SetAside,
    today: Callable[[], date],
) -> Stream:
    """The stream of a bank; `today` is the day after which nothing can have been booked yet."""
    record.scorer.warm_up()
    rescored = Rescored(record, news)
    return Stream(
        Ingest(database, cipher, record, rescored, shelf, today),
        DayEnd(database, record, rescored),
        CatchUp(database, record.states, snapshots, news, PlanReader(database, cipher)),
        PastScores(database, HistoryReader(database, cipher), record),
        StreamPositions(database),
    )
