"""One event of the topic `financial_transactions`: JSON to a booked movement, and back.

Decoding runs for every event of a bank: the fields are checked by hand where that is quicker, and the value validates itself.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import orjson
from pydantic import ValidationError

from tools.errors import MoneyError
from tools.ledger.categorise import RuleSet, categorise, load_rules, operation_of
from tools.ledger.category import CATEGORIES
from tools.ledger.money import decimal_amount, minor_units
from tools.ledger.transaction import Transaction

#: Longest event, in bytes. A booking is a few hundred.
LONGEST = 32_768
_LONGEST_ID = 200
_REQUIRED = ("source", "event_id", "account", "booked_on", "amount", "currency")
_TEXTS = ("description", "counterparty", "counterparty_account", "category", "operation", "status", "booked_at")
#: Rules by which a source's bookings are categorised; those of British statements where it has none of its own.
_RULES = {"berka": "berka"}
_USUAL_RULES = "uk_statement"


class UnreadableEventError(Exception):
    """An event that is no booking. The message is the sentence that staff read; `source` and `event_id` as far as they could be read."""

    def __init__(self, reason: str, source: str = "", event_id: str = "") -> None:
        super().__init__(reason)
        self.source, self.event_id = source, event_id


def decode(body: bytes) -> Transaction:
    """The booking that an event tells of. What it leaves out (category, operation) is told by the rules of its source.

    Raises:
        UnreadableEventError: no JSON object, a field missing or of the wrong kind, or an amount that is none.
    """
    fields = _object(body)
    try:
        return _transaction(fields)
    except (KeyError, TypeError, ValueError, MoneyError) as error:
        raise UnreadableEventError(_reason(fields, error), _shown(fields.get("source")), _shown(fields.get("event_id"))) from None


def encode(transaction: Transaction) -> bytes:
    """The event of a booking, one line without its end."""
    currency = transaction.currency
    fields: dict[str, Any] = {
        "source": transaction.source,
        "event_id": transaction.external_id,
        "account": transaction.account_id.partition(":")[2],
        "booked_on": transaction.booked_on.isoformat(),
        "amount": str(decimal_amount(transaction.amount_minor, currency)),
        "currency": currency,
        "description": transaction.description,
        "category": transaction.category,
        "operation": transaction.operation,
        "status": transaction.status,
    }
    if transaction.booked_at is not None:
        fields["booked_at"] = transaction.booked_at.isoformat()
    if transaction.counterparty is not None:
        fields["counterparty"] = transaction.counterparty
    if transaction.counterparty_account is not None:
        fields["counterparty_account"] = transaction.counterparty_account
    if transaction.balance_after_minor is not None:
        fields["balance_after"] = str(decimal_amount(transaction.balance_after_minor, currency))
    return orjson.dumps(fields)


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > LONGEST:
        raise UnreadableEventError(f"The event is longer than {LONGEST} bytes. Send one booking in each event.")
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise UnreadableEventError("The event is not JSON. Send one JSON object for each booking.") from None
    if not isinstance(found, dict):
        raise UnreadableEventError("The event is not a JSON object. Send one JSON object for each booking.")
    return cast(dict[str, Any], found)


def _transaction(fields: dict[str, Any]) -> Transaction:
    source, event_id, account, currency = fields["source"], fields["event_id"], fields["account"], fields["currency"]
    for name in (source, event_id, account, currency):
        if type(name) is not str or not name or len(name) > _LONGEST_ID or not name.isprintable():
            raise ValueError(name)
    if ":" in source:
        raise ValueError(source)
    amount = _minor(fields["amount"], currency, "amount")
    balance, description = fields.get("balance_after"), fields.get("description") or ""
    counterparty, category, operation = fields.get("counterparty"), fields.get("category"), fields.get("operation")
    if not operation:
        operation = operation_of(description, amount, rules_of(source))
    if category not in CATEGORIES:
        if category:
            raise ValueError(category)
        category = categorise(description, counterparty, amount, operation, rules_of(source))
    return Transaction.model_validate(
        {
            "id": f"{source}:{event_id}",
            "source": source,
            "external_id": event_id,
            "account_id": f"{source}:{account}",
            "booked_on": _day(fields["booked_on"]),
            "booked_at": _moment(fields.get("booked_at")),
            "amount_minor": amount,
            "currency": currency,
            "balance_after_minor": None if balance is None else _minor(balance, currency, "balance_after"),
            "description": description,
            "counterparty": counterparty,
            "counterparty_account": fields.get("counterparty_account"),
            "category": category,
            "operation": operation,
            "status": fields.get("status") or "booked",
        }
    )


def _reason(fields: dict[str, Any], error: Exception) -> str:
    """Why an event could not be read: looked into only when it could not."""
    try:
        _check(fields)
    except ValueError as found:
        return str(found)
    if isinstance(error, ValidationError):
        name = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        return f"The field `{name}` does not hold. Send one of the values that README lists, or leave it out."
    return str(error) if isinstance(error, ValueError | MoneyError) else _WRONG_KIND


def _check(fields: dict[str, Any]) -> None:
    """Raises ValueError with a sentence for the first field that is missing or of the wrong kind."""
    for name in _REQUIRED:
        if fields.get(name) in (None, ""):
            raise ValueError(f"The field `{name}` is missing. Send it with every event.")
    for name in ("source", "event_id", "account", "currency"):
        value = fields[name]
        # What identifies a row stands in the database as it is: it has to be a name that any database can hold.
        if type(value) is not str or len(value) > _LONGEST_ID or not value.isprintable():
            raise ValueError(f"The field `{name}` is no name. Send up to {_LONGEST_ID} printable characters.")
    if ":" in fields["source"]:
        raise ValueError("The field `source` has a colon in it. Send the name of the source alone.")
    for name in _TEXTS:
        if type(fields.get(name)) not in _TEXT_KINDS:
            raise ValueError(f"The field `{name}` is no text. Send it in quotes, or leave it out.")
    if fields.get("category") and fields["category"] not in CATEGORIES:
        raise ValueError("The field `category` is none of ours. Send one of `tools/ledger/categories.toml`, or leave it out.")


_WRONG_KIND = "A field of the event is of the wrong kind. Send texts in quotes and amounts as decimal numbers."
_TEXT_KINDS = (str, type(None))


@lru_cache
def rules_of(source: str) -> RuleSet:
    """The rules by which bookings of a source are categorised."""
    return load_rules(_RULES.get(source, _USUAL_RULES))


def _minor(amount: Any, currency: str, name: str) -> int:
    if type(amount) not in (str, int, float):
        raise ValueError(f"The field `{name}` is no amount. Send a decimal number such as -12.50.")
    try:
        # The shortest text that gives a float again is the decimal number that was sent.
        return minor_units(amount if type(amount) is str else Decimal(repr(amount)), currency)
    except MoneyError:
        raise ValueError(f"The field `{name}` is no amount of {currency}. Send a decimal number such as -12.50.") from None


def _day(text: Any) -> date:
    return _iso(text, date.fromisoformat, "booked_on", "Send a day as 2026-11-14.")


def _moment(text: Any) -> datetime | None:
    return None if text is None else _iso(text, datetime.fromisoformat, "booked_at", "Send a time as 2026-11-14T09:30:00+00:00.")


def _iso(text: Any, read: Callable[[str], Any], name: str, remedy: str) -> Any:
    try:
        return read(text)
    except (TypeError, ValueError):
        raise ValueError(f"The field `{name}` cannot be read. {remedy}") from None


def _shown(value: Any) -> str:
    return value[:_LONGEST_ID] if isinstance(value, str) and value.isprintable() else ""
