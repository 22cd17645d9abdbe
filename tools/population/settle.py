"""Settling intended movements in the order of time, so that money is conserved and no limit is broken.

One pass per customer over all of its accounts: balance after = balance before + amount for every booked row; a failed row moves
nothing. Interest follows what UK banks charge and pay: overdraft 39.9 % a year on each day's negative balance, card 24.9 % for
those who pay the minimum, savings 3.1 %; an unpaid instalment costs penalty interest of 2 % of it, booked with the month's charges.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tools.population.loan import interest_of_month
from tools.population.movement import Draft, Ints, Rule, Text
from tools.population.plan import ROLES, Plan
from tools.population.window import Window

_OVERDRAFT_RATE, _CARD_RATE, _SAVINGS_RATE = 0.399, 0.249, 0.031
_PENALTY_OF_INSTALMENT = 0.02
_MINIMUM_SHARE, _MINIMUM_MAJOR = 0.04, 25
_MAIN, _SAVINGS, _CARD = 0, 1, 2
#: Columns of the settled rows.
ACCOUNT, DAY, MINUTE, AMOUNT, BALANCE, TEXT, FAILED = range(7)


@dataclass
class Settled:
    """What was booked, in columns (`ACCOUNT` ... `FAILED`), its texts, and what each loan still owes at the end."""

    rows: Ints
    texts: list[Text]
    balances: dict[str, int]
    loans: list[int]


@dataclass
class _Till:
    """The state of one customer's accounts while the days pass."""

    plan: Plan
    draft: Draft
    unit: int
    balance: list[int]
    limit: list[int]
    owed: list[int]
    rows: list[tuple[int, int, int, int, int, int, int]] = field(default_factory=list[tuple[int, int, int, int, int, int, int]])
    seen: list[int] = field(default_factory=lambda: [0, 0, 0])
    grown: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    penalty: int = 0

    def __post_init__(self) -> None:
        say = self.draft.text
        number = {role: account.external_id for role in ROLES if (account := self.plan.account(role)) is not None}
        main, savings, card = number["main"], number.get("savings"), number.get("card")
        self.to_savings = say(Text("STANDING ORDER TO SAVINGS", "Own savings account", "saving", "standing_order", savings))
        self.swept = say(Text("TRANSFER TO SAVINGS", "Own savings account", "saving", "transfer_out", savings))
        self.from_savings = say(Text("TRANSFER FROM SAVINGS", "Own savings account", "saving", "transfer_in", savings))
        self.saved = say(Text("FROM CURRENT ACCOUNT", "Own current account", "internal_transfer", "transfer_in", main))
        self.fetched = say(Text("TO CURRENT ACCOUNT", "Own current account", "internal_transfer", "transfer_out", main))
        self.card_paid = say(Text("DIRECT DEBIT CREDIT CARD PAYMENT", "Own credit card", "card_repayment", "direct_debit", card))
        self.card_received = say(Text("PAYMENT RECEIVED THANK YOU", "Own current account", "internal_transfer", "transfer_in", main))
        self.overdraft_interest = say(Text("OVERDRAFT INTEREST", "Bank", "overdraft_interest", "interest"))
        self.card_interest = say(Text("INTEREST ON CARD BALANCE", "Bank", "fees", "interest"))
        self.savings_interest = say(Text("INTEREST PAID", "Bank", "interest_received", "interest"))
        self.penalty_interest = say(Text("PENALTY INTEREST UNPAID INSTALMENT", "Bank", "penalty_interest", "interest"))

    def book(self, account: int, day: int, minute: int, amount: int, text: int) -> None:
        """Move money; interest accrues on the balance that stood until today."""
        before = self.balance[account]
        self.grown[account] += before * (day - self.seen[account]) if (before > 0) == (account == _SAVINGS) else 0
        self.seen[account] = day
        self.balance[account] = before + amount
        self.rows.append((account, day, minute, amount, before + amount, text, 0))

    def fail(self, day: int, minute: int, amount: int, text: int) -> None:
        """Record a debit that came back unpaid."""
        self.rows.append((_MAIN, day, minute, amount, self.balance[_MAIN], text, 1))

    def covers(self, account: int, amount: int) -> bool:
        """Whether a (negative) amount stays within the account's limit."""
        return self.balance[account] + amount >= -self.limit[account]

    def accrued(self, account: int, day: int) -> float:
        """Balance x days since the last charge, and start counting anew."""
        before = self.balance[account]
        total = self.grown[account] + (before * (day - self.seen[account]) if (before > 0) == (account == _SAVINGS) else 0)
        self.grown[account], self.seen[account] = 0.0, day
        return total


def settle(plan: Plan, draft: Draft, window: Window, unit: int) -> Settled:
    """Settle every intended movement of one customer."""
    accounts = [plan.account(role) for role in ROLES]
    till = _Till(
        plan,
        draft,
        unit,
        [account.opening_minor if account else 0 for account in accounts],
        [account.limit_minor if account else 0 for account in accounts],
        [loan.outstanding_minor for loan in plan.loans],
    )
    for day, minute, rule, amount, text, ref in draft.columns(window.days).tolist():
        _RULES[rule](till, day, minute, amount, text, ref)
    rows = np.asarray(till.rows, dtype=np.int64).reshape(-1, 7)
    return Settled(rows, draft.texts, dict(zip(ROLES, till.balance, strict=True)), till.owed)


def _book(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001  every rule has one shape
    till.book(_MAIN, day, minute, amount, text)


def _spend(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    if till.covers(_MAIN, amount):
        till.book(_MAIN, day, minute, amount, text)


def _card_spend(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    if till.covers(_CARD, amount):
        till.book(_CARD, day, minute, amount, text)


def _bill(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    if till.covers(_MAIN, amount):
        till.book(_MAIN, day, minute, amount, text)
    else:
        till.fail(day, minute, amount, text)


def _returned(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:
    till.fail(day, minute, amount, text)
    if ref >= 0:
        till.penalty += round(-amount * _PENALTY_OF_INSTALMENT)


def _loan(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    loan = till.plan.loans[ref]
    if till.owed[ref] == 0:
        return
    interest = interest_of_month(till.owed[ref], loan.rate_bps)
    whole = till.owed[ref] + interest
    # The last instalment takes with it what rounding left over.
    payment = whole if whole < loan.instalment_minor * 11 // 10 else loan.instalment_minor
    if till.covers(_MAIN, -payment):
        till.book(_MAIN, day, minute, -payment, text)
        till.owed[ref] += interest - payment
    else:
        _returned(till, day, minute, -payment, text, ref)


def _save(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    if till.balance[_MAIN] - amount >= amount:
        till.book(_MAIN, day, minute, -amount, till.to_savings)
        till.book(_SAVINGS, day, minute, amount, till.saved)


def _sweep(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    step = 50 * till.unit
    spare = (till.balance[_MAIN] - amount) // step * step
    if spare > 0:
        till.book(_MAIN, day, minute, -spare, till.swept)
        till.book(_SAVINGS, day, minute, spare, till.saved)


def _fetch(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    if till.balance[_MAIN] >= amount:
        return
    step = 10 * till.unit
    moved = min((4 * amount - till.balance[_MAIN]) // step, till.balance[_SAVINGS] // step) * step
    if moved > 0:
        till.book(_SAVINGS, day, minute, -moved, till.fetched)
        till.book(_MAIN, day, minute, moved, till.from_savings)


def _card_bill(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    owed = -till.balance[_CARD]
    habit = till.plan.card
    if owed <= 0 or habit is None:
        return
    minimum = min(owed, max(round(owed * _MINIMUM_SHARE), _MINIMUM_MAJOR * till.unit))
    payment = owed if habit.pays == "full" and till.covers(_MAIN, -owed) else minimum
    if not till.covers(_MAIN, -payment):
        till.fail(day, minute, -payment, till.card_paid)
        return
    till.book(_MAIN, day, minute, -payment, till.card_paid)
    till.book(_CARD, day, minute, payment, till.card_received)


def _charge(till: _Till, day: int, minute: int, amount: int, text: int, ref: int) -> None:  # noqa: ARG001
    """The month's interest and penalties; these may go beyond an agreed overdraft, as a bank's own charges do."""
    charges = [
        (_MAIN, round(till.accrued(_MAIN, day) * _OVERDRAFT_RATE / 365), till.overdraft_interest),
        (_SAVINGS, round(till.accrued(_SAVINGS, day) * _SAVINGS_RATE / 365), till.savings_interest),
        (_MAIN, -till.penalty, till.penalty_interest),
    ]
    carried = till.accrued(_CARD, day)
    if till.plan.card is not None and till.plan.card.pays == "minimum":
        charges.append((_CARD, round(carried * _CARD_RATE / 365), till.card_interest))
    till.penalty = 0
    for account, sum_minor, what in charges:
        if sum_minor:
            till.book(account, day, minute, sum_minor, what)


_RULES: dict[int, Callable[[_Till, int, int, int, int, int], None]] = {
    Rule.BOOK: _book,
    Rule.PAY_OUT: _book,
    Rule.SPEND: _spend,
    Rule.BILL: _bill,
    Rule.RETURNED: _returned,
    Rule.CARD_SPEND: _card_spend,
    Rule.SAVE: _save,
    Rule.SWEEP: _sweep,
    Rule.FETCH: _fetch,
    Rule.CARD_BILL: _card_bill,
    Rule.LOAN: _loan,
    Rule.CHARGE: _charge,
}
