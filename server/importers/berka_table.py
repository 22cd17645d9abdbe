"""The tables of the PKDD'99 bank: their files, their columns under the names people use, and their cells."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from server.importers.rows import BadRowError, Reading, Row, delimiter_of, keyed, parsed, read_text
from tools.errors import ImportRefused, MoneyError
from tools.ledger.money import minor_units

REQUIRED = ("account", "client", "disp", "trans")
OPTIONAL = ("loan", "order", "card", "district")

#: The columns that are read. `status` of a loan is an outcome: it is not among them.
COLUMNS = {
    "account": ("account_id", "frequency", "date"),
    "client": ("client_id", "birth_number", "district_id"),
    "disp": ("disp_id", "client_id", "account_id", "type"),
    "trans": ("trans_id", "account_id", "date", "type", "operation", "amount", "balance", "k_symbol", "bank", "account"),
    "loan": ("loan_id", "account_id", "date", "amount", "duration", "payments"),
    "order": ("order_id", "account_id", "bank_to", "account_to", "amount", "k_symbol"),
    "card": ("card_id", "disp_id", "type", "issued"),
    "district": ("A1", "A2", "A3"),
}
#: Other names of the same columns: Czech, and those of circulating copies.
_ALIASES = {
    "ucet_id": "account_id",
    "cislo_uctu": "account_id",
    "klient_id": "client_id",
    "dispozice_id": "disp_id",
    "okres_id": "district_id",
    "transakce_id": "trans_id",
    "uver_id": "loan_id",
    "prikaz_id": "order_id",
    "karta_id": "card_id",
    "frekvence": "frequency",
    "rodne_cislo": "birth_number",
    "datum": "date",
    "typ": "type",
    "operace": "operation",
    "castka": "amount",
    "zustatek": "balance",
    "banka": "bank",
    "ucet": "account",
    "banka_prijemce": "bank_to",
    "ucet_prijemce": "account_to",
    "delka": "duration",
    "splatky": "payments",
    "vydana": "issued",
    "a1": "A1",
    "a2": "A2",
    "a3": "A3",
}
#: Only where a name means different things in different tables.
_ALIASES_OF = {"district": {"district_id": "A1", "okres_id": "A1", "district_name": "A2", "okres": "A2", "region": "A3", "kraj": "A3"}}


def find_table(folder: Path, name: str) -> Path | None:
    """The file of a table, or None. CSV is preferred to `.asc`, plain to packed."""
    for ending in (".csv", ".asc", ".csv.gz", ".asc.gz"):
        path = folder / f"{name}{ending}"
        if path.is_file():
            return path
    return None


def table_rows(path: Path, name: str, reading: Reading) -> Iterator[Row]:
    """The rows of a table with our column names.

    Raises:
        ImportRefused: the file is empty or lacks a column.
    """
    text = read_text(path)
    delimiter = delimiter_of(text.lstrip().partition("\n")[0])
    rows = parsed(text, delimiter, path.name)
    header = next(rows, None)
    if header is None:
        raise ImportRefused(f"{path.name} is empty. Put the {name} table there.")
    columns = [_column(name, cell) for cell in header[1]]
    missing = [column for column in COLUMNS[name] if column not in columns]
    if missing:
        raise ImportRefused(
            f"{path.name} has no column {', '.join(missing)}. Its first line must name the columns {', '.join(COLUMNS[name])}."
        )
    return keyed(rows, columns, reading)


def _column(table: str, cell: str) -> str:
    name = cell.strip().lower()
    return _ALIASES_OF.get(table, {}).get(name) or _ALIASES.get(name, name)


def number_in(row: Row, column: str) -> str:
    """An id: a whole number, as text.

    Raises:
        BadRowError: it is none.
    """
    text = row.cells[column]
    if not (text.isascii() and text.isdigit()):
        raise BadRowError(f"{column} {text!r} is no number")
    return text.lstrip("0") or "0"


def day_in(row: Row, column: str) -> date:
    """A date written YYMMDD, all of the 1900s; a time after it is left aside.

    Raises:
        BadRowError: it is none.
    """
    text = row.cells[column]
    day = day_of(text.split(" ")[0])
    if day is None:
        raise BadRowError(f"{column} {text!r} is no date YYMMDD" if text else f"{column} is missing")
    return day


def day_of(text: str) -> date | None:
    """The date of YYMMDD, or None."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(1900 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def amount_in(row: Row, column: str) -> int:
    """An amount in haléře.

    Raises:
        BadRowError: it is none.
    """
    try:
        return minor_units(row.cells[column], "CZK")
    except MoneyError:
        raise BadRowError(f"{column} {row.cells[column]!r} is no amount" if row.cells[column] else f"{column} is missing") from None
