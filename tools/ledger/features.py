"""Features of a history: what a bank reads off an account before any model.

How movements count (`tools.ledger.movements`): income is money in from others; spending is money out, less refunds; repayment is
what went to lenders less what was borrowed; saving is what was put aside, on savings accounts or elsewhere. In every month
`net = income - spending - saving - repayment`, which is by how much the current, business and card accounts changed, to the
minor unit. Failed movements count nowhere.
"""

import calendar
from datetime import date

import numpy as np

from tools.ledger.category import CATEGORIES
from tools.ledger.flows import Flow, monthly_minor, recurring_flows
from tools.ledger.history import History
from tools.ledger.money import rounded_minor
from tools.ledger.movements import Column, Movements, Part, daily_balances, movements_of
from tools.ledger.transaction import Transaction
from tools.value import Value

_WINDOW_MONTHS = 6
_RECENT_DAYS = 90
_EVERYDAY = ("current", "business")
_DEPOSITS = {"savings", "fixed_deposit", "recurring_deposit"}


class CategorySpend(Value):
    """Spending in one category; amounts positive, per month over the window of whole months looked at."""

    category: str
    monthly_minor: int
    share: float
    previous_monthly_minor: int | None
    transactions: int


class MonthFlow(Value):
    """One calendar month, all accounts of one currency; `balance_end_minor` over current and business accounts."""

    month: str
    income_minor: int
    spending_minor: int
    saving_minor: int
    repayment_minor: int
    net_minor: int
    balance_end_minor: int
    balance_low_minor: int


class Features(Value):
    """Features of one history in its main currency, as of its business date.

    Averages are over the last whole months, at most six: `window_months` is how many there were (0, and averages of 0, before
    the first whole month has passed). All amounts are minor units; spending and commitments are positive. Internal transfers
    between the customer's own accounts count neither as income nor as spending. Balances are sums at the end of a day over
    current and business accounts; savings are savings accounts and deposits that no account carries. The commitments per month
    are those of `commitments`; subscriptions stand apart, because they can be ended.
    """

    as_of: date
    currency: str
    window_months: int
    months: tuple[MonthFlow, ...]
    balance_minor: int
    savings_minor: int
    overdraft_limit_minor: int
    income_monthly_minor: int
    income: tuple[Flow, ...]
    commitments_monthly_minor: int
    commitments: tuple[Flow, ...]
    subscriptions: tuple[Flow, ...]
    spending_monthly_minor: int
    spend_by_category: tuple[CategorySpend, ...]
    lowest_balance_90d_minor: int | None
    days_negative_90d: int
    failed_debits_90d: int
    penalty_interest_90d: int
    first_booking_on: date | None
    last_booking_on: date | None
    days_of_history: int


def features_of(history: History) -> Features:
    """The features of one history in its main currency (`movements.main_currency`), as of its business date."""
    movements = movements_of(history)
    days = movements.day
    first_day = int(days[0]) if len(days) else history.as_of.toordinal()
    balances = daily_balances(movements, _EVERYDAY, first_day)
    months = _months(movements, balances, first_day)
    window = _whole_months(history.as_of, first_day) if len(days) else []
    flows = recurring_flows(_from_and_to_others(movements), history.as_of)
    recent = days > history.as_of.toordinal() - _RECENT_DAYS
    averaged = [month for month in months if month.month in {_name(number) for number in window}]
    return Features(
        as_of=history.as_of,
        currency=movements.currency,
        window_months=len(window),
        months=months,
        balance_minor=int(balances[-1]),
        savings_minor=_savings(history, movements),
        overdraft_limit_minor=sum(account.overdraft_limit_minor for account in movements.accounts if account.kind in _EVERYDAY),
        income_monthly_minor=_mean([month.income_minor for month in averaged]),
        income=flows.income,
        commitments_monthly_minor=sum(monthly_minor(flow) for flow in flows.commitments),
        commitments=flows.commitments,
        subscriptions=flows.subscriptions,
        spending_monthly_minor=_mean([month.spending_minor for month in averaged]),
        spend_by_category=_spend_by_category(movements, window, first_day),
        lowest_balance_90d_minor=int(balances[-_RECENT_DAYS:].min()) if len(days) else None,
        days_negative_90d=int((balances[-_RECENT_DAYS:] < 0).sum()),
        failed_debits_90d=sum(
            each.status == "failed" and each.amount_minor < 0 for each, late in zip(movements.transactions, recent, strict=True) if late
        ),
        penalty_interest_90d=sum(
            each.status == "booked" and each.category == "penalty_interest"
            for each, late in zip(movements.transactions, recent, strict=True)
            if late
        ),
        first_booking_on=date.fromordinal(first_day) if len(days) else None,
        last_booking_on=date.fromordinal(int(days[-1])) if len(days) else None,
        days_of_history=history.as_of.toordinal() - first_day + 1 if len(days) else 0,
    )


def _name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _number(day: int) -> int:
    at = date.fromordinal(day)
    return at.year * 12 + at.month - 1


def _mean(values: list[int]) -> int:
    return rounded_minor(sum(values) / len(values)) if values else 0


def _months(movements: Movements, balances: Column, first_day: int) -> tuple[MonthFlow, ...]:
    """Every calendar month from the first booking to the business date, the running one included."""
    if not len(movements.day):
        return ()
    first, last = _number(first_day), _number(movements.as_of.toordinal())
    totals = np.zeros((len(Part), last - first + 1), dtype=np.int64)
    np.add.at(totals, (movements.part, movements.month - first), movements.amount)
    on_savings = np.zeros(last - first + 1, dtype=np.int64)
    np.add.at(on_savings, movements.month[movements.on_savings] - first, movements.amount[movements.on_savings])
    starts = np.array([max(date(number // 12, number % 12 + 1, 1).toordinal(), first_day) - first_day for number in range(first, last + 1)])
    ends = balances[np.append(starts[1:], len(balances)) - 1]
    lows = np.minimum.reduceat(balances, starts)
    income, spending, repayment = totals[Part.INCOME], -totals[Part.SPENDING], -totals[Part.REPAYMENT]
    # A transfer to an own savings account leaves on one side and arrives on the other: it is put aside once.
    saving = on_savings - totals[Part.SAVING]
    return tuple(
        MonthFlow(
            month=_name(first + at),
            income_minor=int(income[at]),
            spending_minor=int(spending[at]),
            saving_minor=int(saving[at]),
            repayment_minor=int(repayment[at]),
            net_minor=int(income[at] - spending[at] - saving[at] - repayment[at]),
            balance_end_minor=int(ends[at]),
            balance_low_minor=int(lows[at]),
        )
        for at in range(last - first + 1)
    )


def _first_whole_month(first_day: int) -> int:
    """The month of the first booking counts as whole when that was in its first week."""
    return _number(first_day) + (date.fromordinal(first_day).day > 7)


def _whole_months(as_of: date, first_day: int) -> list[int]:
    """The last whole months, at most `_WINDOW_MONTHS`; the running one is whole on its last day."""
    ended = as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]
    last = _number(as_of.toordinal()) - (not ended)
    return list(range(max(_first_whole_month(first_day), last - _WINDOW_MONTHS + 1), last + 1))


def _spend_by_category(movements: Movements, window: list[int], first_day: int) -> tuple[CategorySpend, ...]:
    """Categories with more spent than returned in the window, largest first; `share` is of their sum."""
    if not window:
        return ()
    before = [number - len(window) for number in window]
    known_before = before[0] >= _first_whole_month(first_day)
    spent, counted = _spent(movements, window)
    earlier = _spent(movements, before)[0] if known_before else {}
    total = sum(amount for amount in spent.values() if amount > 0)
    return tuple(
        CategorySpend(
            category=key,
            monthly_minor=rounded_minor(amount / len(window)),
            share=amount / total,
            previous_monthly_minor=rounded_minor(earlier.get(key, 0) / len(window)) if known_before else None,
            transactions=counted[key],
        )
        for key, amount in sorted(spent.items(), key=lambda item: (-item[1], item[0]))
        if amount > 0
    )


def _spent(movements: Movements, months: list[int]) -> tuple[dict[str, int], dict[str, int]]:
    """Amount spent (less money back) and number of booked movements by category in the given months."""
    inside = (movements.part == Part.SPENDING) & (movements.amount != 0) & np.isin(movements.month, months)
    spent: dict[str, int] = {}
    counted: dict[str, int] = {}
    for at in np.flatnonzero(inside):
        key = movements.transactions[at].category
        key = key if key in CATEGORIES else "other"
        spent[key] = spent.get(key, 0) - int(movements.amount[at])
        counted[key] = counted.get(key, 0) + 1
    return spent, counted


def _savings(history: History, movements: Movements) -> int:
    on_accounts = int(daily_balances(movements, ("savings",), movements.as_of.toordinal())[-1])
    return on_accounts + sum(
        holding.value_minor or 0
        for holding in history.holdings
        if holding.kind in _DEPOSITS
        and holding.account_id is None
        and holding.currency == movements.currency
        and holding.opened_on <= movements.as_of
        and (holding.closed_on is None or holding.closed_on > movements.as_of)
    )


def _from_and_to_others(movements: Movements) -> list[Transaction]:
    return [
        transaction
        for transaction, own in zip(movements.transactions, movements.between_own, strict=True)
        if transaction.status == "booked" and not own
    ]
