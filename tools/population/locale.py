"""Locale packs: merchants, bills, employers, places and names of one country, as data files."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from tools.errors import UsageError
from tools.ledger.transaction import Operation
from tools.value import Value

FOLDER = Path(__file__).parent / "locales"


class Merchant(Value):
    """Where money is spent. `{city}` and `{ref}` in `text` are filled per customer; `price` scales the category's usual amount."""

    name: str
    text: str
    weight: float = 1.0
    price: float = 1.0


class Shops(Value):
    """The merchants of one spending category, their opening hours and the steps prices come in (major units)."""

    hours: tuple[int, int] = (9, 21)
    round_to: int | None = None
    operation: Operation = "card"
    merchants: tuple[Merchant, ...] = Field(min_length=1)


class BillKind(Value):
    """A monthly direct debit (in `months` only, when given)."""

    category: str
    median: Decimal
    spread: float
    days: tuple[int, ...]
    months: tuple[int, ...] = ()
    operation: Operation = "direct_debit"
    merchants: tuple[str, ...]


class Subscription(Value):
    """A subscription at a fixed price a month."""

    name: str
    price: Decimal
    weight: float


class Contact(Value):
    """One thing that is said between customers and the bank."""

    purpose: str
    direction: Literal["in", "out"]
    channel: Literal["app", "email", "sms", "chat_app", "phone", "branch", "letter"]
    text: str


class Names(Value):
    """Pools of names."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]
    trades: tuple[str, ...]


class LocalePack(Value):
    """Everything local about a synthetic bank. `payers` are the lists that lifestyles name."""

    key: str
    currency: str
    country: str
    language: str
    mail_domain: str
    home_bank: str
    other_banks: tuple[str, ...]
    e_wallets: tuple[str, ...]
    payers: Mapping[str, tuple[str, ...]]
    cities: tuple[tuple[str, str], ...]
    account_names: Mapping[str, str]
    products: Mapping[str, str]
    shops: Mapping[str, Shops]
    bills: Mapping[str, BillKind]
    subscriptions: tuple[Subscription, ...]
    season: Mapping[str, tuple[float, ...]]
    contacts: tuple[Contact, ...]
    names: Names


@cache
def locale_pack(key: str) -> LocalePack:
    """The pack of `locales/<key>.toml`.

    Raises:
        UsageError: there is no such pack.
    """
    path = FOLDER / f"{key}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml") if not file.stem.endswith("_names")))
        raise UsageError(f"There is no locale {key!r}. Use one of: {known}.")
    table = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    names = tomllib.loads((FOLDER / f"{key}_names.toml").read_text("utf-8"))
    payers = {name: table.pop(name) for name in list(table) if name not in LocalePack.model_fields}
    return LocalePack.model_validate({**table, "key": key, "payers": payers, "names": names})
