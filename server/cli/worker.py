"""`personaforge worker`: the consumer of a bank's stream of events."""

import sys
from typing import TYPE_CHECKING

from tools.errors import UsageError

if TYPE_CHECKING:
    from server.stream.stream import Totals


def worker() -> None:
    """Take events from where PERSONAFORGE_STREAM says, until it is stopped (Ctrl-C or SIGTERM)."""
    from server.cli.opened import open_bank, with_figures
    from server.cli.stopping import stopping
    from server.stream.in_process import FolderSource
    from server.stream.stream import keep_loaded

    bank = open_bank()
    folder = bank.settings.stream
    if folder is None:
        raise UsageError(
            "There is no stream to work on. Set PERSONAFORGE_STREAM to the folder where files of events appear.", code="no_stream"
        )
    bank.require_customers()
    with_figures(bank)
    stream = bank.stream()
    with stopping() as stop:
        source = FolderSource(folder, stream.positions, wait=stop.wait)
        print(f"Watching {folder} for *.jsonl files of events.", file=sys.stderr)
        printed = seen = 0

        def tell(totals: "Totals") -> None:
            # Said once the files are read to their end, not with each batch.
            nonlocal printed, seen
            if printed != totals.events == seen:
                printed = totals.events
                print(totals, file=sys.stderr)
            seen = totals.events

        keep_loaded()
        totals = stream.run(source, set(bank.business_dates()), stop, tell)
    print(f"Stopped. {totals}", file=sys.stderr)
