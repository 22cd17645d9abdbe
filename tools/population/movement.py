"""Movements a plan intends, in columns: one row per intended movement, with the rule by which the bank will settle it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.ledger.transaction import Operation

Ints = NDArray[np.int64]
#: Columns of `Draft.columns`.
DAY, MINUTE, RULE, AMOUNT, TEXT, REF = range(6)


class Rule(IntEnum):
    """What the bank does with an intended movement."""

    BOOK = 0  # money in: always booked
    SPEND = 1  # a purchase or a transfer out: declined at once when the money is not there, which leaves no trace
    BILL = 2  # a direct debit: returned unpaid (a failed transaction) when the money is not there
    RETURNED = 3  # a direct debit that fails whatever the balance
    CARD_SPEND = 4  # a purchase on the credit card: declined above its limit
    SAVE = 5  # a standing order to savings: left out when it would leave nothing
    SWEEP = 6  # what is above the usual balance goes to savings
    FETCH = 7  # what is short comes back from savings
    CARD_BILL = 8  # the monthly card payment, in full or the minimum
    LOAN = 9  # an instalment: a direct debit that lowers what is owed
    CHARGE = 10  # the month's interest and penalties
    PAY_OUT = 11  # a new loan is paid out


class Text(NamedTuple):
    """What a movement says of itself."""

    description: str
    counterparty: str
    category: str
    operation: Operation
    counterparty_account: str | None = None


@dataclass
class Draft:
    """Intended movements of one customer while they are collected."""

    texts: list[Text] = field(default_factory=list[Text])
    _index: dict[Text, int] = field(default_factory=dict[Text, int])
    _chunks: list[Ints] = field(default_factory=list[Ints])

    def text(self, text: Text) -> int:
        """The number of a text, new or known."""
        if text not in self._index:
            self._index[text] = len(self.texts)
            self.texts.append(text)
        return self._index[text]

    def add(
        self, rule: Rule, days: Sequence[int] | Ints, minutes: int | Ints, amounts: int | Ints, texts: int | Ints, ref: int = -1
    ) -> None:
        """Rows of one rule; scalars are repeated. `ref` is the loan's place in the plan."""
        if len(days):
            columns = (days, minutes, int(rule), amounts, texts, ref)
            self._chunks.append(np.stack([np.broadcast_to(np.asarray(column, dtype=np.int64), (len(days),)) for column in columns], axis=1))

    def copy(self) -> "Draft":
        """The same rows; what is added to one is not in the other."""
        return Draft(list(self.texts), dict(self._index), list(self._chunks))

    def add_later(self, other: "Draft", days: int) -> None:
        """The rows of a draft whose first day is `days` after this one's; what lies before its own first day is left out."""
        numbers = np.asarray([self.text(text) for text in other.texts], dtype=np.int64)
        for chunk in other._chunks:
            rows = chunk[chunk[:, DAY] >= 0].copy()
            rows[:, DAY] += days
            # A rule that words its movements itself has no text of its own, and none may be there.
            if len(numbers):
                rows[:, TEXT] = numbers[rows[:, TEXT]]
            self._chunks.append(rows)

    def columns(self, days: int) -> Ints:
        """All rows inside `days`, in the order of time; rows of one minute keep the order in which they were added."""
        if not self._chunks:
            return np.zeros((0, 6), dtype=np.int64)
        rows = np.concatenate(self._chunks)
        rows = rows[(rows[:, DAY] >= 0) & (rows[:, DAY] < days)]
        return rows[np.lexsort((np.arange(len(rows)), rows[:, MINUTE], rows[:, DAY]))]
