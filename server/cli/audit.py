"""`personaforge audit`: the chain of records, verified and exported."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

audit = typer.Typer(help="The audit chain.", no_args_is_help=True)


@audit.command()
def verify(
    replay: Annotated[int, typer.Option("--replay", help="Also run the gate again over this many of the newest turns.")] = 200,
) -> None:
    """Check every link and signature, and that the gate says today what it said then. Exit code 1 when anything differs."""
    from server.cli.opened import open_bank
    from server.replay import replay_turns

    bank = open_bank()
    report = bank.audit.verify()
    print(report.model_dump_json())
    holds = report.holds
    if holds:  # else the records are not what was written, so there is nothing to compare with
        replayed = replay_turns(bank, replay)
        print(replayed.model_dump_json())
        holds = replayed.holds
    if not holds:
        print("The audit chain does not hold. Keep this database as it is and restore a backup elsewhere to compare.", file=sys.stderr)
        sys.exit(1)


@audit.command()
def export(file: Annotated[Path, typer.Argument(help="Where to write, one JSON record a line.")]) -> None:
    """Write the chain (hashes of encrypted records, no personal data) for a third party to verify."""
    from server.cli.opened import open_bank

    bank = open_bank()
    with file.open("w", encoding="utf-8") as out:
        count = 0
        for record in bank.audit.export():
            out.write(json.dumps(record) + "\n")
            count += 1
    print(f"{count:,} records in {file}; verify them with the anchors in {bank.settings.home / 'anchors.jsonl'} and the public keys.")
