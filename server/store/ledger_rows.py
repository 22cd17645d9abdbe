"""Between values of the ledger and their rows: which columns are sealed, with whose key, and when two rows say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Table

from server.store.cipher import FieldKey, place_of
from server.store.tables.account import ACCOUNTS, CONTRACTS, HOLDINGS, PARTS
from server.store.tables.customer import CUSTOMERS, PARTIES, PROFILES, PROTECTED
from server.store.tables.note import FLAGS, INTERACTIONS, NOTES
from server.store.tables.transaction import TRANSACTIONS
from tools.ledger.account import Account, Contract, Holding
from tools.ledger.customer import AccountPart, Customer, Party, Profile, ProtectedAttributes
from tools.ledger.note import Flag, Interaction, Note
from tools.ledger.transaction import Transaction


@dataclass(frozen=True)
class Shelf:
    """How the values of one class are kept.

    Attributes:
        key: the columns that identify a row.
        sealed: columns that hold ciphertext.
        derived: fields that we worked out, or that a longer statement may widen; they do not make content different.
        whole: all fields but the key go sealed into one column, so that nothing of it can be queried.
    """

    name: str
    table: Table
    value: type[BaseModel]
    key: tuple[str, ...]
    sealed: tuple[str, ...] = ()
    derived: frozenset[str] = frozenset()
    whole: bool = False

    def key_of(self, value: BaseModel) -> tuple[Any, ...]:
        """The identifying values."""
        fields = vars(value)
        return tuple(fields[name] for name in self.key)

    def row(self, value: BaseModel, key: FieldKey) -> dict[str, Any]:
        """The row of a value, sealed with the key of its subject."""
        fields = dict(vars(value))
        fingerprint = key.fingerprint(self._content(fields))
        place = f"{self.table.name}/{'/'.join([str(fields[name]) for name in self.key])}/"
        if self.whole:
            fields = {name: fields[name] for name in self.key}
            fields["sealed"] = key.seal(value.model_dump_json(), place + "sealed")
        for name in self.sealed:
            text = fields[name]
            if text:
                fields[name] = key.seal(text, place + name)
        fields["fingerprint"] = fingerprint
        return fields

    def fields(self, row: Mapping[str, Any], key: FieldKey) -> dict[str, Any]:
        """The fields of a value again, opened."""
        identity = "/".join(str(row[name]) for name in self.key)
        found = {name: row[name] for name in self.value.model_fields}
        for name in self.sealed:
            if found[name]:
                found[name] = key.open(found[name], place_of(self.table.name, identity, name))
        return found

    def values(self, rows: Sequence[tuple[Mapping[str, Any], FieldKey]]) -> tuple[Any, ...]:
        """Values of many rows, each with the key of its subject. Validated again: a database can be edited by hand."""
        opened = [self.fields(row, key) for row, key in rows]
        return tuple(_ADAPTERS[self.value].validate_python(opened))

    def _content(self, fields: Mapping[str, Any]) -> str:
        # Fields at their default are left out, so that a field added in a later version changes no fingerprint.
        return repr([(name, fields[name]) for name, default in self._told if fields[name] != default])

    @cached_property
    def _told(self) -> tuple[tuple[str, Any], ...]:
        """The fields that make content different, in their order, with their defaults."""
        return tuple((name, field.default) for name, field in self.value.model_fields.items() if name not in self.derived)


CUSTOMER = Shelf("customer", CUSTOMERS, Customer, ("id",), sealed=("name",))
PARTY = Shelf("party", PARTIES, Party, ("id",), sealed=("name",))
PROFILE = Shelf("profile", PROFILES, Profile, ("customer_id",), sealed=("email",))
PROTECTED_ATTRIBUTES = Shelf("protected attributes", PROTECTED, ProtectedAttributes, ("customer_id",), whole=True)
ACCOUNT = Shelf("account", ACCOUNTS, Account, ("id",), sealed=("iban",), derived=frozenset({"opened_on", "opening_balance_minor"}))
PART = Shelf("part in an account", PARTS, AccountPart, ("account_id", "party_id"))
HOLDING = Shelf("holding", HOLDINGS, Holding, ("id",))
CONTRACT = Shelf("contract", CONTRACTS, Contract, ("id",))
NOTE = Shelf("note", NOTES, Note, ("id",), sealed=("author", "text"))
INTERACTION = Shelf("interaction", INTERACTIONS, Interaction, ("id",), sealed=("purpose", "text"))
FLAG = Shelf("flag", FLAGS, Flag, ("customer_id", "kind", "since"))
TRANSACTION = Shelf(
    "transaction",
    TRANSACTIONS,
    Transaction,
    ("id",),
    sealed=("description", "counterparty", "counterparty_account"),
    derived=frozenset({"category"}),
)

_ADAPTERS: dict[type[BaseModel], TypeAdapter[Any]] = {
    shelf.value: TypeAdapter(list[shelf.value])  # pyright: ignore[reportInvalidTypeForm, reportUnknownMemberType] (a type made at run time)
    for shelf in (CUSTOMER, PARTY, PROFILE, ACCOUNT, PART, HOLDING, CONTRACT, NOTE, INTERACTION, FLAG, TRANSACTION)
}


def party_subject(party: Party) -> str:
    """Whose key seals a party's name: its own as a customer, else that of everybody the source names."""
    return party.customer_id or f"source:{party.source}"
