"""`personaforge replay`: events as they would come from a bank, at a chosen rate."""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.errors import UsageError

if TYPE_CHECKING:
    from server.bank import Bank
    from server.cli.stopping import Stopping
    from server.stream.port import EventSource
    from server.stream.stream import Stream, Totals
    from tools.ledger.transaction import Transaction

_MOST_DAYS = 365
_MOST_RATE = 1_000_000
#: With a rate, so many batches a second: each is one transaction, and one step of the board.
_BATCHES_A_SECOND = 4


def replay(
    rate: Annotated[int, typer.Option("--rate", help="Events a second; 0 for as fast as possible.")] = 0,
    file: Annotated[Path | None, typer.Option("--file", help="Events as JSON lines; without it, from the store.")] = None,
    days: Annotated[int, typer.Option("--days", help="Without a file: how many days the demo bank lives on, 1 to 365.")] = 30,
    seed: Annotated[int | None, typer.Option("--seed", help="Without a file: the seed that the demo bank was made with.")] = None,
) -> None:
    """Feed events through the stream: of a file, or from the store. Stopped with Ctrl-C, the same command goes on where it was."""
    if not 0 <= rate <= _MOST_RATE:
        raise UsageError(f"{rate} events a second cannot be. Choose 0 to {_MOST_RATE}; 0 is as fast as possible.")
    if not 1 <= days <= _MOST_DAYS:
        raise UsageError(f"Cannot go on for {days} days. Choose 1 to {_MOST_DAYS}.")
    from server.cli.opened import open_bank, with_figures
    from server.cli.stopping import stopping
    from server.stream.in_process import BATCH, FileSource

    bank = open_bank()
    bank.require_customers()
    with_figures(bank)
    size = BATCH if rate == 0 else max(1, min(BATCH, rate // _BATCHES_A_SECOND))
    with stopping() as stop:
        if file is not None:
            stream = bank.stream()
            _run(bank, stream, FileSource(file, stream.positions, size), rate, stop)
        else:
            _from_store(bank, days, seed, rate, size, stop)


def _from_store(bank: "Bank", days: int, seed: int | None, rate: int, size: int, stop: "Stopping") -> None:
    stream = bank.stream()
    _past(bank, stream, stop)
    if stop():
        return
    if not bank.is_demo:
        print("Without --file there are no new events of a bank of your own: the scores of its last 180 days are stored.", file=sys.stderr)
        return
    from server.bank import DEMO_SOURCE
    from server.demo.bank import AS_OF
    from server.stream.in_process import MadeSource
    from server.stream.message import encode

    now = bank.business_dates()[DEMO_SOURCE]
    until = max(now, AS_OF) + timedelta(days=days)
    print(f"The demo bank lives on from {now} to {until}.", file=sys.stderr)
    # The demo bank has a calendar of its own, which may be ahead of the one on the wall.
    stream = bank.stream(lambda: until)
    made = (tuple(map(encode, moves)) for moves in _later(bank, now, until, seed))
    _run(bank, stream, MadeSource(made, size), rate, stop)


def _later(bank: "Bank", now: date, until: date, seed: int | None) -> "Iterator[tuple[Transaction, ...]]":
    from server.bank import DEMO_SOURCE
    from server.demo import later
    from server.store.booked import booked, numbers_of

    longer = later.longer_bank(later.customers_of(numbers_of(bank.database, DEMO_SOURCE)), until, seed)
    expected = later.last_bookings(longer)
    later.require_same(expected, booked(bank.database, [move.id for move in expected]))
    # A day that a replay was stopped in is given again: what was taken of it is known.
    return later.later_days(longer, now if now > later.AS_OF else now + timedelta(days=1))


def _past(bank: "Bank", stream: "Stream", stop: "Stopping") -> None:
    from server.cli.progress import told

    missing = {source: stream.past.missing(source) for source in bank.business_dates()}
    if any(missing.values()):
        with told("Scores") as progress:
            for ids in missing.values():
                stream.past.fill(ids, stop, progress)


def _run(bank: "Bank", stream: "Stream", source: "EventSource", rate: int, stop: "Stopping") -> None:
    from server.cli.progress import told
    from server.stream.stream import keep_loaded

    with told("Replay") as progress:

        def tell(totals: "Totals") -> None:
            progress("events", totals.events)
            progress("booked", totals.added)
            progress("set aside", totals.aside.total())
            stop.pace(totals.events, rate)

        behind = set(bank.business_dates())
        keep_loaded()
        totals = stream.run(source, behind, stop, tell)
        progress("clients summarised", stream.settle(behind, stop))
    print(totals, file=sys.stderr)
    if stop():
        print("Stopped. Nothing is lost: the same command goes on where it was.", file=sys.stderr)
