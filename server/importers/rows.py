"""Rows of a delimited text file, whatever its encoding, line ends, delimiter and compression."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from server.importers.batch import FileCount, RejectedRow, excerpt
from tools.errors import ImportRefused

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",;\t|"

T = TypeVar("T")


class BadRowError(Exception):
    """Why one row cannot be used; caught by the reader of the file, which lists the row and goes on."""


@dataclass
class Row:
    """One data row: cells by column, and where it stood."""

    line: int
    cells: dict[str, str]

    @property
    def text(self) -> str:
        """The row as one line."""
        return ";".join(self.cells.values())


@dataclass
class Reading:
    """The tally of one file while it is read."""

    file: str
    read: int = 0
    kept: int = 0
    repeated: int = 0
    left_out: int = 0
    rejected: list[RejectedRow] = field(default_factory=list[RejectedRow])

    def reject(self, line: int, reason: str, text: str) -> None:
        """Lists a row that cannot be used."""
        self.rejected.append(RejectedRow(self.file, line, reason, excerpt(text)))

    def rejected_by_line(self) -> tuple[RejectedRow, ...]:
        """Rejected rows as they stand in the file: those without the right columns were found first."""
        return tuple(sorted(self.rejected, key=lambda row: row.line))

    def count(self) -> FileCount:
        """The tally as it stands."""
        return FileCount(self.file, self.read, self.kept, self.repeated, len(self.rejected), self.left_out)


def read_text(path: Path, encoding: str | None = None) -> str:
    """The text of a file, unpacked when it ends in `.gz`.

    Without an encoding: by its byte order mark, else UTF-8, else Windows-1250 (Central Europe), else Latin-1, which reads all.

    Raises:
        ImportRefused: it cannot be opened, unpacked, or read in the encoding that was asked for.
    """
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ImportRefused(f"{path.name} cannot be read ({type(error).__name__}). Check that the file is there and whole.") from None
    if encoding:
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            raise ImportRefused(f"{path.name} is not written in {encoding}. Give its encoding, or leave it out to have it found.") from None
    return _decoded(content)


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    for encoding in ("utf-8", "cp1250"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def delimiter_of(line: str) -> str:
    """The delimiter that splits a header line most often."""
    return max(_DELIMITERS, key=line.count)


def parsed(text: str, delimiter: str, name: str, first_line: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Line number (of its last line) and cells of every row that is not blank; `first_line` lines went before.

    Raises:
        ImportRefused: it is no delimited text at all.
    """
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield first_line + reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise ImportRefused(f"{name} is no table after line {reader.line_num} ({error}). Export it again as CSV.") from None


def keyed(rows: Iterator[tuple[int, list[str]]], columns: Sequence[str], reading: Reading) -> Iterator[Row]:
    """Rows with their cells by column; a row with another number of cells is rejected. Empty cells at the end are forgiven."""
    for line, cells in rows:
        reading.read += 1
        while len(cells) > len(columns) and not cells[-1]:
            cells.pop()
        if len(cells) != len(columns):
            reading.reject(line, f"{len(cells)} columns instead of {len(columns)}", ";".join(cells))
            continue
        yield Row(line, dict(zip(columns, cells, strict=True)))


def collect(rows: Iterator[Row], key: Callable[[Row], str], make: Callable[[Row], T | None], reading: Reading) -> dict[str, T]:
    """Records by key, in the order of the file. A row that says the same again is counted, one that contradicts is rejected.

    `make` returns None for a row that is fine and has nothing to keep, and raises `BadRowError` for one that cannot be used.
    """
    found: dict[str, T] = {}
    first: dict[str, Row] = {}
    for row in rows:
        try:
            name = key(row)
            if name in first:
                _repeated(name, row, first[name], reading)
                continue
            made = make(row)
        except BadRowError as error:
            reading.reject(row.line, str(error), row.text)
            continue
        first[name] = row
        if made is None:
            reading.left_out += 1
        else:
            found[name] = made
            reading.kept += 1
    return found


def _repeated(name: str, row: Row, earlier: Row, reading: Reading) -> None:
    if row.cells != earlier.cells:
        raise BadRowError(f"{name} was on line {earlier.line} with other content")
    reading.repeated += 1
