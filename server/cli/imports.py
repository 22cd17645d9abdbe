"""`personaforge import`: real accounts from files."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from server.importers.batch import ImportBatch
    from server.store.importing import ImportCounts

#: Which noun the rows of a file are; other files add to these.
_NOUN_OF_FILE = {"client": "customers", "account": "accounts", "trans": "transactions"}

imports = typer.Typer(help="Import real accounts. Importing the same again adds nothing.", no_args_is_help=True)

Book = Annotated[str, typer.Option("--book", help="Login of the relationship manager whose clients they become.")]
AsJson = Annotated[bool, typer.Option("--json", help="The last line is the counts as JSON.")]


@imports.command()
def berka(
    folder: Annotated[Path, typer.Argument(help="Folder with account, client, disp, trans … as CSV or .asc, plain or gzip.")],
    book: Book,
    as_json: AsJson = False,
) -> None:
    """The Czech bank's files of the PKDD'99 challenge."""
    from server.importers.berka import read_berka

    _import(lambda progress: read_berka(folder, progress), book, as_json)


@imports.command()
def csv(
    file: Annotated[Path, typer.Argument(help="A bank's statement as CSV.")],
    map: Annotated[Path, typer.Option("--map", help="TOML that says which column is what.")],
    book: Book = "rm1",
    as_json: AsJson = False,
) -> None:
    """Any bank's statement, read by a map of its columns."""
    from server.importers.statement import read_statement
    from server.importers.statement_map import load_map

    _import(lambda progress: read_statement(file, load_map(map), progress), book, as_json)


def set_aside(batch: "ImportBatch") -> "ImportCounts":
    """What the importer itself found repeated or rejected, by noun: the rest is counted by the store."""
    from server.store.importing import Counted, ImportCounts

    counts = ImportCounts()
    for file in batch.counts:
        noun = _NOUN_OF_FILE.get(file.file.split(".")[0].lower(), "transactions" if len(batch.counts) == 1 else None)
        if noun:
            more = Counted(read=file.repeated + file.rejected, known=file.repeated, rejected=file.rejected)
            counts += ImportCounts(**{noun: more})
    return counts


def _import(read: "Callable[[Callable[[str, int, int], None]], ImportBatch]", book: str, as_json: bool) -> None:
    from server.cli.opened import open_bank, principal_named
    from server.cli.progress import told

    bank = open_bank()
    principal_named(bank, book)  # before anything is read: a wrong login changes nothing
    with told("Import") as progress:
        batch = read(lambda name, done, _total: progress(name, done))
        counts = bank.ledger.add_batch(batch, book_login=book, left_out=set_aside(batch), progress=progress)
    rejections = bank.ledger.rejections_of(batch.source)
    for row in rejections[:50]:
        print(f"rejected {row.file}{'' if row.line is None else f':{row.line}'}: {row.reason}", file=sys.stderr)
    if len(rejections) > 50:
        print(f"… and {len(rejections) - 50:,} more rejected rows", file=sys.stderr)
    for note in batch.notes:
        print(note, file=sys.stderr)
    bank.audit.append("import", "system", {"source": batch.source, **counts.model_dump()})
    if as_json:
        print(json.dumps(counts.model_dump()))
        return
    for noun, count in counts.model_dump().items():
        print(f"{noun}: {count['read']:,} read, {count['added']:,} added, {count['known']:,} known, {count['rejected']:,} rejected")
