"""Killing a replay again and again: real processes, SIGKILL, and the question whether the stream left what a batch would have left.

`python -m tests.e2e.stream_crash FOLDER` does it at full size: 100,000 shuffled, repeated and late events and 50 kills.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from server.bank import Bank
from server.demo.bank import AS_OF, demo_bank
from server.settings import load_settings
from server.store.history_reader import HistoryReader
from server.store.tables.stress import STRESS_SCORES, STRESS_STATES
from server.store.tables.transaction import TRANSACTIONS
from server.stream.message import encode
from tools.stress.activity import activity_of, advance

COMMAND = (sys.executable, "-c", "from server.cli import main; main()")
#: The bank's business date before the events: far enough back that none of them lies in the future.
BEFORE = timedelta(days=240)
#: Events a second: batches of a thousand, so that there are many moments to be killed at.
RATE = "4000"
_PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Report:
    """What was sent, how often the reader was killed, and what is left."""

    events: int
    unique: int
    kills: int
    booked: int
    set_aside: int
    customers: int
    activities_as_batch: int
    scores_of_the_business_date: int

    @property
    def holds(self) -> bool:
        """Nothing was lost, nothing counted twice, nobody left behind."""
        whole = self.customers == self.activities_as_batch == self.scores_of_the_business_date
        return whole and self.booked == self.unique and self.set_aside == 0


def prepare(home: Path, customers: int) -> None:
    """A demo bank as it was some months ago."""
    bank = Bank(load_settings({"PERSONAFORGE_HOME": str(home)}))
    bank.ledger.add_batch(demo_bank(as_of=AS_OF - BEFORE, customers=customers))
    bank.database.engine.dispose()


def write_events(file: Path, customers: int, days: int, count: int, dice: random.Random) -> int:
    """What those customers did in the days after: `count` events, some of them repeated, in any order. Returns how many are unique."""
    longer = demo_bank(as_of=AS_OF - BEFORE, customers=customers, days_beyond=days)
    unique = [encode(move) for move in longer.transactions if move.booked_on > AS_OF - BEFORE]
    assert len(unique) < count, "there must be room for repeated ones"
    events = unique + dice.choices(unique, k=count - len(unique))
    dice.shuffle(events)
    file.write_bytes(b"\n".join(events))
    return len(unique)


def crash_run(home: Path, file: Path, unique: int, kills: int, dice: random.Random) -> Report:
    """Replay `file`, killing the process `kills` times at a random moment after it has taken something more, then to the end."""
    before = _booked(home)
    for _ in range(kills):
        _killed(home, file, dice)
    done = _replay(home, file, subprocess.PIPE)
    _, said = done.communicate()
    assert done.returncode == 0, said.decode()
    return _report(home, len(file.read_bytes().splitlines()), unique, kills, before)


def _replay(home: Path, file: Path, stderr: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PERSONAFORGE_HOME": str(home)}
    return subprocess.Popen(
        [*COMMAND, "replay", "--rate", RATE, "--file", str(file)], env=environment, stdout=subprocess.DEVNULL, stderr=stderr
    )


def _killed(home: Path, file: Path, dice: random.Random) -> None:
    taken, until = _booked(home), time.monotonic() + _PATIENCE_SECONDS
    process = _replay(home, file, subprocess.DEVNULL)
    try:
        while _booked(home) == taken:
            assert process.poll() is None, "the events were over before the kills"
            assert time.monotonic() < until, "nothing was taken"
            time.sleep(0.005)
        time.sleep(dice.random() * 0.1)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _booked(home: Path) -> int:
    """The number of the newest booking, read from outside."""
    with closing(sqlite3.connect(f"file:{home / 'bank.db'}?mode=ro", uri=True, timeout=15)) as store:
        return store.execute('select max(position) from "transaction"').fetchone()[0]


def _report(home: Path, events: int, unique: int, kills: int, before: int) -> Report:
    bank = Bank(load_settings({"PERSONAFORGE_HOME": str(home)}))
    with bank.database.reading() as connection:
        booked = connection.scalar(select(func.count()).select_from(TRANSACTIONS)) or 0
        ids = list(connection.scalars(select(STRESS_STATES.c.customer_id)))
        kept = bank.stress.states.read(connection, ids)
        on = bank.business_dates()["demo"]
        scored = connection.scalar(select(func.count()).select_from(STRESS_SCORES).where(STRESS_SCORES.c.as_of == on)) or 0
    same = sum(
        advance(kept[history.customer.id], on.toordinal()).to_bytes() == activity_of(history).to_bytes()
        for history in HistoryReader(bank.database, bank.cipher).histories(ids)
    )
    aside = sum(bank.set_aside.counts().values())
    bank.database.engine.dispose()
    return Report(events, unique, kills, booked - before, aside, len(ids), same, scored)


def main(folder: Path) -> None:
    """The full size."""
    dice = random.Random(20261121)
    home, file, customers = folder / "home", folder / "events.jsonl", 200
    prepare(home, customers)
    unique = write_events(file, customers, 230, 100_000, dice)
    began = time.monotonic()
    report = crash_run(home, file, unique, 50, dice)
    sys.stdout.write(json.dumps({**asdict(report), "holds": report.holds, "seconds": round(time.monotonic() - began)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
