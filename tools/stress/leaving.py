"""Whether a customer is on the way to another bank: signs in the bookings, with the customer's own values.

The last 60 days are held against the 120 days before them, so that the customer is only compared with itself. Each sign there is
counts once, pay that no longer arrives twice: no sign is low, one or two are medium, three are high.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from tools.ledger.customer import Level
from tools.ledger.history import History
from tools.ledger.movements import Mask, Movements, daily_balances, movements_of
from tools.ledger.transaction import Transaction
from tools.value import Value

LeavingSign = Literal["pay_stopped", "sent_elsewhere_rising", "bookings_falling", "balance_drained", "debits_moving_away", "complaint_open"]
Unit = Literal["days", "percent", "count"]

#: Days of late and of earlier; both together are the shortest history that can say.
LATE, EARLIER = 60, 120
SHORTEST_DAYS = LATE + EARLIER
#: Pay counts as stopped after so many days without, when there were so many paydays before and so many bookings in the last month.
_PAY_AFTER_DAYS, _PAYDAYS, _STILL_BOOKED = 45, 3, 5
#: Percent of what comes in that goes to own accounts elsewhere, and how many times the earlier share that must be.
_SENT_SHARE, _SENT_RISE = 10.0, 1.5
#: Percent by which bookings have fallen, of at least so many before.
_FALL, _FEWEST_BOOKINGS = 40.0, 40
#: Percent of the balances that is gone, at least half of it to own accounts elsewhere.
_DRAINED, _DRAINED_ELSEWHERE = 50.0, 0.5
#: Percent of the regular debits (as many as that at least, each seen in so many months) that no longer come.
_MOVED, _FEWEST_MOVED, _REGULAR_MONTHS = 30.0, 2, 3

_PAY = {"salary", "pension"}
_AWAY = {"transfer_out", "saving", "investment"}
_DEBITS = {"direct_debit", "standing_order"}
_WEIGHT: dict[LeavingSign, int] = {"pay_stopped": 2}
_HIGH_FROM = 3


class LeavingReason(Value):
    """One sign and the customer's own value: days without pay, percent of income, percent fewer, percent gone, debits, complaints."""

    sign: LeavingSign
    value: float
    unit: Unit


class LeavingRisk(Value):
    """The level and what it rests on; None where the history is shorter than half a year."""

    level: Level | None
    reasons: tuple[LeavingReason, ...] = ()


def leaving_risk(history: History) -> LeavingRisk:
    """The level of one customer as of the history's business date."""
    moves = movements_of(history)
    if not len(moves.day) or history.as_of.toordinal() - int(moves.day[0]) < SHORTEST_DAYS:
        return LeavingRisk(level=None)
    book = _Book(history, moves)
    reasons = tuple(reason for read in _SIGNS if (reason := read(book)) is not None)
    points = sum(_WEIGHT.get(reason.sign, 1) for reason in reasons)
    return LeavingRisk(level="high" if points >= _HIGH_FROM else "medium" if points else "low", reasons=reasons)


class _Book:
    """The bookings of one customer with the two stretches of time that are compared."""

    def __init__(self, history: History, moves: Movements) -> None:
        self.history, self.moves, self.today = history, moves, history.as_of.toordinal()
        self.late = moves.day > self.today - LATE
        self.earlier = (moves.day > self.today - LATE - EARLIER) & ~self.late
        self.elsewhere = _mask(moves, _to_own_elsewhere(history)) & ~moves.between_own

    def total(self, where: Mask) -> int:
        return int(self.moves.amount[where].sum())


def _pay_stopped(book: _Book) -> LeavingReason | None:
    paid = book.moves.day[_mask(book.moves, lambda move: move.category in _PAY and move.amount_minor > 0)]
    if len(np.unique(paid[paid > book.today - SHORTEST_DAYS])) < _PAYDAYS:
        return None
    days = book.today - int(paid.max())
    alive = int((book.moves.day > book.today - 30).sum())
    return LeavingReason(sign="pay_stopped", value=days, unit="days") if days > _PAY_AFTER_DAYS and alive >= _STILL_BOOKED else None


def _sent_elsewhere(book: _Book) -> LeavingReason | None:
    late, earlier = (_sent_share(book, span) for span in (book.late, book.earlier))
    if late < _SENT_SHARE or late < _SENT_RISE * earlier:
        return None
    return LeavingReason(sign="sent_elsewhere_rising", value=round(late, 1), unit="percent")


def _sent_share(book: _Book, span: Mask) -> float:
    """Sent to own accounts elsewhere, in percent of what came in; all of it where nothing did."""
    sent = -book.total(span & book.elsewhere)
    came = book.total(span & (book.moves.amount > 0) & ~book.moves.between_own)
    return min(100.0 * sent / came, 100.0) if came > 0 else 100.0 * (sent > 0)


def _bookings_falling(book: _Book) -> LeavingReason | None:
    late, earlier = int(book.late.sum()) / LATE, int(book.earlier.sum()) / EARLIER
    if book.earlier.sum() < _FEWEST_BOOKINGS:
        return None
    fall = 100 * (1 - late / earlier)
    return LeavingReason(sign="bookings_falling", value=round(fall, 1), unit="percent") if fall >= _FALL else None


def _balance_drained(book: _Book) -> LeavingReason | None:
    held = daily_balances(book.moves, ("current", "business", "savings"), book.today - LATE)
    before, now = int(held[0]), int(held[-1])
    gone = before - now
    if before <= 0 or 100 * gone < _DRAINED * before or -book.total(book.late & book.elsewhere) < _DRAINED_ELSEWHERE * gone:
        return None
    return LeavingReason(sign="balance_drained", value=round(min(100 * gone / before, 100), 1), unit="percent")


def _debits_moving_away(book: _Book) -> LeavingReason | None:
    months: dict[str, set[int]] = {}
    for move, earlier, month in zip(book.moves.transactions, book.earlier, book.moves.month, strict=True):
        if earlier and _is_debit(move):
            months.setdefault(move.counterparty or move.description, set()).add(int(month))
    regular = {payee for payee, seen in months.items() if len(seen) >= _REGULAR_MONTHS}
    still = {move.counterparty or move.description for move, late in zip(book.moves.transactions, book.late, strict=True) if late}
    moved = len(regular - still)
    if moved < _FEWEST_MOVED or 100 * moved < _MOVED * len(regular):
        return None
    return LeavingReason(sign="debits_moving_away", value=moved, unit="count")


def _complaint_open(book: _Book) -> LeavingReason | None:
    today = book.history.as_of
    opened = sum(
        flag.kind == "complaint_open" and flag.since <= today and (flag.until is None or flag.until >= today) for flag in book.history.flags
    )
    return LeavingReason(sign="complaint_open", value=opened, unit="count") if opened else None


_SIGNS: tuple[Callable[[_Book], LeavingReason | None], ...] = (
    _pay_stopped, _sent_elsewhere, _bookings_falling, _balance_drained, _debits_moving_away, _complaint_open,
)  # fmt: skip


def _is_debit(move: Transaction) -> bool:
    return move.amount_minor < 0 and (move.operation in _DEBITS or move.category == "subscriptions")


def _to_own_elsewhere(history: History) -> Callable[[Transaction], bool]:
    """Whether a booking goes to an account of the customer's own at another bank: to the own name, or to a bank the profile names."""
    names = tuple(name.casefold() for name in (history.customer.name, *history.profile.other_banks) if name)

    def goes(move: Transaction) -> bool:
        payee = (move.counterparty or move.description).casefold()
        return move.amount_minor < 0 and move.category in _AWAY and any(name in payee for name in names)

    return goes


def _mask(moves: Movements, holds: Callable[[Transaction], bool]) -> Mask:
    return np.fromiter((move.status == "booked" and holds(move) for move in moves.transactions), dtype=np.bool_)
