"""A simulated table as a file: CSV, or Parquet where pyarrow is installed. The whole file or none of it."""

import csv
import importlib
import importlib.util
import os
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tools.errors import UnavailableError, UsageError
from tools.ledger.money import exponent
from tools.twin.forecast.table import MONEY, RANGE, TableBlock
from tools.twin.simulate.terms import Money

_KEYS = ("customer_id", "month", "ends_on", "persona", "currency")
_FIRST = ("income", "spending", "savings", "investments", "loan_repayment", "remaining_loan_balance", "balance", "interest")
_REST = tuple(column for column in MONEY if column not in _FIRST)
#: Decimal places of money in Parquet: as many as any currency has.
_PLACES = 3

Write = Callable[[TableBlock], None]


def check_file(file: Path) -> None:
    """Whether a table can be written there, before anything is computed.

    Raises:
        UsageError: neither CSV nor Parquet, a folder, or in a folder that is not there (`bad_file`).
        UnavailableError: Parquet without pyarrow (`no_parquet`).
    """
    if file.suffix not in {".csv", ".parquet"}:
        raise UsageError(f"{file.name!r} is neither CSV nor Parquet. Name the file .csv or .parquet.", code="bad_file")
    if file.is_dir():
        raise UsageError(f"{file} is a folder. Give the name of a file.", code="bad_file")
    if not file.parent.is_dir() or not os.access(file.parent, os.W_OK):
        raise UsageError(f"{file} cannot be written. Give a file in a folder that exists and that you may write to.", code="bad_file")
    if file.suffix == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise UnavailableError(
            "Parquet needs pyarrow, which is not installed. Install `personaforge[parquet]`, or name the file .csv.", code="no_parquet"
        )


@contextmanager
def table_file(file: Path, *, ranges: bool = False) -> Generator[Write]:
    """A file to write blocks to. It appears under its name when all is written; after a failure nothing is left of it.

    Args:
        ranges: the blocks have the columns of `RANGE`.

    Raises:
        As `check_file`.
    """
    check_file(file)
    money = (*_FIRST, *_REST, *(RANGE if ranges else ()))
    part = _beside(file)
    try:
        with (_parquet if file.suffix == ".parquet" else _csv)(part, money) as write:
            yield write
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _beside(file: Path) -> Path:
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({type(error).__name__}). Give a file in another folder.", code="bad_file") from None
    os.close(descriptor)
    # Made for its owner alone; a table is as readable as any file that the person makes.
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
    return Path(name)


@contextmanager
def _csv(part: Path, money: tuple[str, ...]) -> Generator[Write]:
    """Money as decimals of its currency: 1234.50."""
    with part.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow((*_KEYS, *money))

        def write(block: TableBlock) -> None:
            keys = (getattr(block, name) for name in _KEYS)
            places = [exponent(currency) for currency in block.currency]
            writer.writerows(zip(*keys, *(_decimals(block.money[column], places) for column in money), strict=True))

        yield write


def _decimals(amounts: Money, places: list[int]) -> list[str]:
    # A float64 shows every amount that a simulation can reach with all its decimals.
    return [f"{amount / 10**place:.{place}f}" for amount, place in zip(amounts.tolist(), places, strict=True)]


@contextmanager
def _parquet(part: Path, money: tuple[str, ...]) -> Generator[Write]:
    """Money as exact decimals with three places, whatever the currency."""
    arrow: Any = importlib.import_module("pyarrow")
    decimal = arrow.decimal128(18, _PLACES)
    kinds = dict(zip(_KEYS, (arrow.string(), arrow.int16(), arrow.date32(), arrow.string(), arrow.string()), strict=True))
    schema = arrow.schema([*kinds.items(), *((column, decimal) for column in money)])
    with importlib.import_module("pyarrow.parquet").ParquetWriter(part, schema) as writer:

        def write(block: TableBlock) -> None:
            scale = np.array([10 ** (_PLACES - exponent(currency)) for currency in block.currency], dtype=np.int64)
            columns = [arrow.array(getattr(block, name), kind) for name, kind in kinds.items()]
            for column in money:
                # A decimal of 128 bits is a whole number in two halves, the lower one first.
                halves = np.empty((len(scale), 2), dtype="<i8")
                halves[:, 0] = block.money[column] * scale
                halves[:, 1] = halves[:, 0] >> 63
                columns.append(arrow.Array.from_buffers(decimal, len(scale), [None, arrow.py_buffer(halves)]))
            writer.write_table(arrow.Table.from_arrays(columns, schema=schema))

        yield write
