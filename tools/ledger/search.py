"""Find bookings in one history: by words, category, amount, date and direction."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from tools.errors import UsageError
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.value import Value

#: Likeness (0-100, rapidfuzz ratio) from which a misspelt word counts as found.
_ALIKE = 80
_SHORTEST_FUZZY = 4

Order = Literal["newest", "oldest", "largest", "smallest"]


class TransactionFilter(Value):
    """What to look for; everything given must hold.

    Attributes:
        text: words to find in description or counterparty, small misspellings allowed.
        category: a key of `categories.toml`.
        min_minor: smallest amount, by size and whatever the direction; `max_minor` likewise.
        direction: money in or out.
        limit: how many to list; sums and counts are over all that match.
    """

    text: str | None = None
    category: str | None = None
    min_minor: int | None = Field(default=None, ge=0)
    max_minor: int | None = Field(default=None, ge=0)
    from_date: date | None = None
    to_date: date | None = None
    direction: Literal["in", "out"] | None = None
    account_id: str | None = None
    sort: Order = "newest"
    limit: int = Field(default=10, ge=1, le=200)

    @model_validator(mode="after")
    def _ordered(self) -> "TransactionFilter":
        if self.min_minor is not None and self.max_minor is not None and self.min_minor > self.max_minor:
            raise UsageError("The smallest amount is above the largest. Swap them.", code="bad_filter")
        if self.from_date and self.to_date and self.from_date > self.to_date:
            raise UsageError("The first day is after the last. Swap them.", code="bad_filter")
        return self


class CurrencyTotal(Value):
    """Sums of what matched in one currency: money in and money out both positive, `net_minor` in minus out. Failed ones count nothing."""

    currency: str
    in_minor: int
    out_minor: int
    net_minor: int
    count: int


class TransactionList(Value):
    """What was found. `transactions` holds at most `filter.limit`; `matched` and `totals` are over all.

    Attributes:
        failed: how many of the matched were failed (they moved no money).
        searched: bookings looked through.
    """

    customer_id: str
    as_of: date
    filter: TransactionFilter
    transactions: tuple[Transaction, ...]
    matched: int
    failed: int
    searched: int
    totals: tuple[CurrencyTotal, ...]


def find_transactions(history: History, wanted: TransactionFilter) -> TransactionList:
    """The bookings of a history that fit, sorted, with their sums per currency."""
    found = [move for move in history.transactions if _fits(move, wanted)]
    return TransactionList(
        customer_id=history.customer.id,
        as_of=history.as_of,
        filter=wanted,
        transactions=tuple(_sorted(found, wanted.sort)[: wanted.limit]),
        matched=len(found),
        failed=sum(move.status == "failed" for move in found),
        searched=len(history.transactions),
        totals=_totals(found),
    )


def _fits(move: Transaction, wanted: TransactionFilter) -> bool:
    size = abs(move.amount_minor)
    return (
        (wanted.category is None or move.category == wanted.category)
        and (wanted.account_id is None or move.account_id == wanted.account_id)
        and (wanted.min_minor is None or size >= wanted.min_minor)
        and (wanted.max_minor is None or size <= wanted.max_minor)
        and (wanted.from_date is None or move.booked_on >= wanted.from_date)
        and (wanted.to_date is None or move.booked_on <= wanted.to_date)
        and (wanted.direction is None or (move.amount_minor > 0) == (wanted.direction == "in"))
        and (wanted.text is None or _reads(move, wanted.text))
    )


def _reads(move: Transaction, text: str) -> bool:
    """Every word of `text` occurs in the booking's words, exactly or (from four letters) nearly."""
    from rapidfuzz.fuzz import ratio

    where = f"{move.description} {move.counterparty or ''}".casefold()
    words = where.split()

    def occurs(word: str) -> bool:
        return word in where or (len(word) >= _SHORTEST_FUZZY and any(ratio(word, other) >= _ALIKE for other in words))

    return all(occurs(word) for word in text.casefold().split())


def _sorted(found: list[Transaction], order: Order) -> list[Transaction]:
    newest_first = found[::-1]
    if order == "oldest":
        return found
    if order == "newest":
        return newest_first
    return sorted(newest_first, key=lambda move: abs(move.amount_minor), reverse=order == "largest")


def _totals(found: list[Transaction]) -> tuple[CurrencyTotal, ...]:
    booked = [move for move in found if move.status == "booked"]
    totals: list[CurrencyTotal] = []
    for currency in sorted({move.currency for move in booked}):
        amounts = [move.amount_minor for move in booked if move.currency == currency]
        came, went = sum(amount for amount in amounts if amount > 0), -sum(amount for amount in amounts if amount < 0)
        totals.append(CurrencyTotal(currency=currency, in_minor=came, out_minor=went, net_minor=came - went, count=len(amounts)))
    return tuple(totals)
