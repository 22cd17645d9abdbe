"""A twin that evolves: a bounded state that each booking, and each thing the customer says, moves on.

`twin_from(state)` depends on which bookings the state has seen and not on how they came: fed one by one, in any order within a day,
with repetitions, a state gives exactly the twin of `begin` on a history with all of them. For a history of at most `WINDOW_MONTHS`
whole months that is exactly `fit_twin` of the history; of a longer one the older bookings live on in the opening balances alone, so
that the state does not grow.
"""

from bisect import insort
from collections import defaultdict
from datetime import date

from pydantic import Field

from tools.errors import UsageError
from tools.ledger.account import Account
from tools.ledger.customer import RiskTolerance
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.reconcile import in_balance_order, running_balances
from tools.ledger.transaction import Transaction
from tools.twin.calendar.payment_day import month_step
from tools.twin.fit.fit import fit_twin
from tools.twin.twin import Twin
from tools.value import Value

#: Whole months of bookings kept besides the running one: as far as any part of the fit looks back.
WINDOW_MONTHS = 24


class TwinState(Value):
    """What a fit needs of one customer: profile, accounts with their balance at the start of the window, contracts, bookings in it.

    Bookings are kept by day and id. Notes, contacts and flags play no part in a twin and are not kept.
    """

    history: History


class Told(Value):
    """What a customer said; None leaves it as it is.

    What it does to the twin: a stated income (and pay days) is the prior of the income level and, before the first pay was seen,
    the stream itself; a risk tolerance moves the persona mix while the history is short. Goals, anti-goals and the savings goal are
    kept for plans and advice and move no money: a wish is not behaviour, the twin changes when the account does.
    """

    monthly_income_minor: int | None = Field(default=None, ge=0)
    salary_day_1: int | None = Field(default=None, ge=1, le=31)
    salary_day_2: int | None = Field(default=None, ge=1, le=31)
    risk_tolerance: RiskTolerance | None = None
    goals: tuple[str, ...] | None = None
    anti_goals: tuple[str, ...] | None = None
    savings_goal_minor: int | None = Field(default=None, ge=0)


def begin(history: History) -> TwinState:
    """The state of a customer whose bookings so far are those of the history."""
    known: dict[str, Transaction] = {}
    for transaction in history.transactions:
        if transaction.booked_on <= history.as_of:
            known.setdefault(transaction.id, transaction)
    kept = history.model_copy(
        update={"transactions": tuple(sorted(known.values(), key=_by_day)), "notes": (), "interactions": (), "flags": ()}
    )
    return TwinState(history=_within_window(kept))


def update(state: TwinState, transaction: Transaction) -> TwinState:
    """The state after one more booking. The same booking again changes nothing.

    One that is older than the window changes nothing either: whether it is a repetition can no longer be told, and the opening
    balance holds what was booked then.

    Raises:
        UsageError: a booking on an account the state does not know.
    """
    history = state.history
    if all(account.id != transaction.account_id for account in history.accounts):
        raise UsageError(f"Account {transaction.account_id} is not one of this twin's. Begin the twin anew from the customer's history.")
    if transaction.booked_on < _window_start(history.as_of) or any(each.id == transaction.id for each in history.transactions):
        return state
    bookings = list(history.transactions)
    insort(bookings, transaction, key=_by_day)
    grown = state.model_copy(update={"history": history.model_copy(update={"transactions": tuple(bookings)})})
    return on_day(grown, transaction.booked_on)


def on_day(state: TwinState, as_of: date) -> TwinState:
    """The state on a later business date, also when nothing was booked; an earlier one changes nothing."""
    history = state.history
    if as_of <= history.as_of:
        return state
    return state.model_copy(update={"history": _within_window(history.model_copy(update={"as_of": as_of}))})


def told(state: TwinState, said: Told) -> TwinState:
    """The state after the customer said something; see `Told` for what it does."""
    changes = said.model_dump(exclude_none=True)
    profile = state.history.profile.model_copy(update=changes)
    return state.model_copy(update={"history": state.history.model_copy(update={"profile": profile})})


def twin_from(state: TwinState, version: int = 1) -> Twin:
    """The twin of a state.

    Raises:
        TooShortError: less than three weeks of bookings, or a single one.
    """
    history = state.history.model_copy(update={"transactions": _in_order(state.history)})
    return fit_twin(history, features_of(history), version)


def _by_day(transaction: Transaction) -> tuple[date, str]:
    return transaction.booked_on, transaction.id


def _window_start(as_of: date) -> date:
    return month_step(as_of, -WINDOW_MONTHS, 1)


def _within_window(history: History) -> History:
    """The history without what was booked before the window; the accounts open with what stood on them then."""
    start = _window_start(history.as_of)
    if not history.transactions or history.transactions[0].booked_on >= start:
        return history
    older = [each for each in history.transactions if each.booked_on < start]
    return history.model_copy(
        update={
            "accounts": tuple(_opening(account, older) for account in history.accounts),
            "transactions": tuple(each for each in history.transactions if each.booked_on >= start),
        }
    )


def _opening(account: Account, older: list[Transaction]) -> Account:
    own = in_balance_order((each for each in older if each.account_id == account.id), account.opening_balance_minor)
    if not own:
        return account
    return account.model_copy(update={"opening_balance_minor": int(running_balances(account, own)[-1])})


def _in_order(history: History) -> tuple[Transaction, ...]:
    """By day, and within a day, account by account, in the order of the balances that the bank reported."""
    by_account: dict[str, list[Transaction]] = defaultdict(list)
    for transaction in history.transactions:
        by_account[transaction.account_id].append(transaction)
    ordered: list[Transaction] = []
    for account in sorted(history.accounts, key=lambda account: account.id):
        ordered += in_balance_order(by_account[account.id], account.opening_balance_minor)
    return tuple(sorted(ordered, key=lambda transaction: transaction.booked_on))
