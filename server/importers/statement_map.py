"""How to read a bank's statement: a TOML file, one per bank.

source = "northbank"            # names the customers: northbank:<account>; letters, digits, - and _
currency = "GBP"
dates = ["%d/%m/%Y", "%d %b %Y"]  # tried in order, as strptime writes them
decimal = "."                   # or ","
sign = "in_positive"            # or "out_positive": a card statement that writes purchases without a sign
account = "12-34-56 00012345"   # one account for the whole file; or name a column for it below
owner = "Anna Keller"           # the name to show; else "<source> <account>"
account_kind = "current"        # current, savings, business or card
delimiter = ","                 # else found; "tab" for a tab
encoding = "cp1252"             # else found (UTF-8, UTF-16 with a mark, Windows-1250)
skip_rows = 3                   # lines above the header
rules = "uk_statement"          # which category rules apply

[columns]                       # names in the header, compared without case and outer spaces
date = "Date"
description = "Details"         # several are joined: ["Type", "Details"]
amount = "Amount"               # or both of the next two
debit = "Paid out"
credit = "Paid in"
counterparty = "Payee"          # all from here on may be absent
balance = "Balance"
account = "Account number"
reference = "Transaction ID"    # unique per account; else a hash of the row's content tells rows apart
"""

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from tools.errors import ImportRefused
from tools.ledger.account import AccountKind
from tools.ledger.categorise import load_rules
from tools.value import Value

#: Sources whose ids another importer makes.
_TAKEN = {"demo", "berka"}


class StatementColumns(Value):
    """The names of the columns in the header."""

    date: str
    description: tuple[str, ...] = ()
    amount: str | None = None
    debit: str | None = None
    credit: str | None = None
    counterparty: str | None = None
    balance: str | None = None
    account: str | None = None
    reference: str | None = None

    @field_validator("description", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _some_amount(self) -> "StatementColumns":
        if (self.amount is None) == (self.debit is None and self.credit is None):
            raise ValueError("name either the column amount, or debit and credit")
        if self.amount is None and (self.debit is None or self.credit is None):
            raise ValueError("name both columns, debit and credit")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that the header must have."""
        single = (self.date, self.amount, self.debit, self.credit, self.counterparty, self.balance, self.account, self.reference)
        return tuple(name for name in (*single, *self.description) if name)


class StatementMap(Value):
    """See the module for what each key means."""

    source: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    dates: tuple[str, ...] = Field(min_length=1)
    columns: StatementColumns
    decimal: Literal[".", ","] = "."
    sign: Literal["in_positive", "out_positive"] = "in_positive"
    account: str | None = None
    owner: str | None = None
    account_kind: AccountKind = "current"
    delimiter: str | None = None
    encoding: str | None = None
    skip_rows: int = Field(default=0, ge=0)
    rules: str = "uk_statement"

    @field_validator("dates", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("delimiter")
    @classmethod
    def _one_sign(cls, value: str | None) -> str | None:
        if value is not None and value != "tab" and len(value) != 1:
            raise ValueError("delimiter is one sign, or 'tab'")
        return "\t" if value == "tab" else value

    @model_validator(mode="after")
    def _holds(self) -> "StatementMap":
        if (self.account is None) == (self.columns.account is None):
            raise ValueError("give either account for the whole file, or columns.account")
        if self.source in _TAKEN:
            raise ValueError(f"the source {self.source!r} is taken; choose another name")
        load_rules(self.rules)
        return self


def load_map(path: str | Path) -> StatementMap:
    """The map of a TOML file.

    Raises:
        ImportRefused: it cannot be read, is no TOML, or does not hold.
        UsageError: `rules` names no rule set.
    """
    file = Path(path)
    try:
        return StatementMap.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except OSError:
        raise ImportRefused(f"The map {file.name} cannot be read. Check that the file is there.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImportRefused(f"The map {file.name} is no TOML: {error}. Correct it.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = re.sub(r"^Value error, ", "", first["msg"])
        raise ImportRefused(f"The map {file.name} does not hold{f' at {where}' if where else ''}: {what}. Correct it.") from None
