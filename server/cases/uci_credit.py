"""The UCI table of credit card clients: six statements each, and whether the next payment was missed.

Only id, limit, repayment status, bills and payments are read. Sex, education, marriage and age stand in the same file; no line of
this one looks at them. The outcome is read in a second pass.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from server.importers.rows import delimiter_of, parsed, read_text
from tools.errors import ImportRefused, UsageError
from tools.stress.inputs import STATEMENT_INPUTS
from tools.stress.learn.cases import Cases
from tools.stress.statements import MONTHS, STATEMENTS, Statements, statements_matrix

#: The statements end in September 2005; the label is the payment of October.
CUTOFF = date(2005, 9, 30)
HORIZON_DAYS = 31
_STATUS = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")
_BILLS = tuple(f"BILL_AMT{month}" for month in range(1, MONTHS + 1))
_PAID = tuple(f"PAY_AMT{month}" for month in range(1, MONTHS + 1))
_LABEL = "DEFAULT_PAYMENT_NEXT_MONTH"
#: Copies of the table call the newest status PAY_1.
_ALIASES = {"PAY_1": "PAY_0"}


class UciCreditCases:
    """Cases of the table at `path`, plain or gzip."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def cutoffs(self) -> tuple[date, ...]:
        """The one day that the table knows."""
        return (CUTOFF,)

    def cases(self, cutoffs: Sequence[date]) -> Cases:
        """One case a client."""
        if tuple(cutoffs) != (CUTOFF,):
            raise UsageError(f"This table knows one cutoff, {CUTOFF}. Leave --cutoff out.", code="bad_cutoff")
        ids, columns = _columns(self._path, ("LIMIT_BAL", *_STATUS, *_BILLS, *_PAID))
        limit, rest = columns[:, 0], columns[:, 1:]
        if (limit <= 0).any():
            raise ImportRefused(f"{self._path.name} has a client without a limit: {ids[int(np.argmin(limit))]}. Leave that row out.")
        statements = Statements(limit, rest[:, :MONTHS], rest[:, MONTHS : 2 * MONTHS], rest[:, 2 * MONTHS :])
        registry = (*STATEMENT_INPUTS, *STATEMENTS)
        return Cases(
            source="uci-credit",
            label_name="default_next_month",
            horizon_days=HORIZON_DAYS,
            ids=np.array(ids),
            cutoffs=np.full(len(ids), CUTOFF.toordinal(), dtype=np.int64),
            names=tuple(each.name for each in registry),
            directions=tuple(each.direction for each in registry),
            matrix=statements_matrix(statements),
            event=np.full(len(ids), np.nan),
        )

    def with_outcomes(self, cases: Cases) -> Cases:
        """Default in the next month. A table without that column has no outcome yet."""
        from dataclasses import replace

        if _LABEL not in _header(self._path):
            return cases
        ids, column = _columns(self._path, (_LABEL,))
        came = dict(zip(ids, column[:, 0].tolist(), strict=True))
        label = np.array([came[each] for each in cases.ids.tolist()])
        return replace(cases, event=np.where(label > 0, float(HORIZON_DAYS), np.inf))


def _header(path: Path) -> list[str]:
    first = next(_rows(path), None)
    if first is None:
        raise ImportRefused(f"{path.name} is empty. Give the UCI table of credit card clients as CSV.")
    names = (cell.upper().replace(".", "_").replace(" ", "_") for cell in first[1])
    return [_ALIASES.get(name, name) for name in names]


def _columns(path: Path, wanted: tuple[str, ...]) -> tuple[list[str], NDArray[np.float64]]:
    """Ids, and these columns as numbers, [clients, columns]; nothing else of the file becomes a value.

    Raises:
        ImportRefused: a column is missing, an id comes twice, or a cell is no number.
    """
    header = _header(path)
    missing = [name for name in ("ID", *wanted) if name not in header]
    if missing:
        raise ImportRefused(f"{path.name} has no column {', '.join(missing)}. Give the UCI table of credit card clients.")
    at_id, places = header.index("ID"), [header.index(name) for name in wanted]
    ids: list[str] = []
    values: list[list[float]] = []
    rows = _rows(path)
    next(rows)
    for line, cells in rows:
        try:
            values.append([float(cells[at]) for at in places])
            ids.append(cells[at_id])
        except (ValueError, IndexError):
            raise ImportRefused(f"Line {line} of {path.name} is not one of this table. Correct it or leave it out.") from None
    if len(set(ids)) < len(ids) or not ids:
        raise ImportRefused(f"{path.name} has an id twice, or none. Each client must stand in it once.")
    return ids, np.array(values)


def _rows(path: Path):
    text = read_text(path)
    return parsed(text, delimiter_of(text.lstrip().partition("\n")[0]), path.name)
