"""Signals of financial strain, read off a history. Each grows with strain; each is behaviour of the account, nothing about the person."""

from datetime import date, timedelta
from itertools import pairwise
from statistics import median

import numpy as np

from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.movements import Movements, Part, daily_balances, movements_of
from tools.value import Value

_WISHES = {"dining", "entertainment", "shopping", "travel", "gambling", "crypto"}
_SALARY = {"salary", "pension"}
_CURRENT = ("current", "business")
_LATEST_DAYS = 60


class Signals(Value):
    """What strain shows in; None where the history cannot say.

    Attributes:
        late_salary: days by which the latest salaries (or the one now due) came later than usual; the worst of 60 days.
        balance_decline: percent a week by which the mean balance of the last 28 days is below that of the 28 days before.
        lending_app_uses: bookings to or from lending apps in 30 days.
        late_utility: as `late_salary`, for utility bills.
        discretionary_share: eating out, entertainment, shopping, travel, gambling and crypto-assets as percent of income, 90 days.
        cash_share: cash withdrawals as percent of spending, 90 days.
        failed_debits: debits that bounced in 90 days.
        days_below_zero: days that ended below zero in 90 days.
        penalty_interest: charges of penalty interest in 90 days.
        commitments_to_income: commitments as percent of income, per month; 100 when there is no income to pay them from.
        income_drop: percent by which the income of the last 90 days is below that of the 90 days before.
        thin_buffer: percent of one month's spending that balance and savings do not cover.
    """

    late_salary: float | None = None
    balance_decline: float | None = None
    lending_app_uses: float | None = None
    late_utility: float | None = None
    discretionary_share: float | None = None
    cash_share: float | None = None
    failed_debits: float | None = None
    days_below_zero: float | None = None
    penalty_interest: float | None = None
    commitments_to_income: float | None = None
    income_drop: float | None = None
    thin_buffer: float | None = None


def signals_of(history: History, features: Features) -> Signals:
    """The signals of one customer as of the history's business date, in its main currency."""
    movements = movements_of(history)
    income, spending = _between(movements, Part.INCOME, 90, 0), -_between(movements, Part.SPENDING, 90, 0)
    return Signals(
        late_salary=_days_late(_dates(movements, _SALARY), history.as_of),
        balance_decline=_weekly_decline(movements, features),
        lending_app_uses=_count(movements, "lending_apps", 30),
        late_utility=_days_late(_dates(movements, {"utilities"}), history.as_of),
        discretionary_share=_percent(_spent_on(movements, _WISHES), income),
        cash_share=_percent(_spent_on(movements, {"cash"}), spending),
        failed_debits=features.failed_debits_90d,
        days_below_zero=features.days_negative_90d,
        penalty_interest=features.penalty_interest_90d,
        commitments_to_income=_committed(features),
        income_drop=_income_drop(movements, income, features),
        thin_buffer=_thin_buffer(features),
    )


def _percent(part: float, whole: float) -> float | None:
    return round(max(100 * part / whole, 0.0), 2) if whole > 0 else None


def _between(movements: Movements, part: Part, first_days_ago: int, last_days_ago: int) -> int:
    """Signed sum of what plays this part, of bookings from less than `first_days_ago` to at least `last_days_ago` days back."""
    age = movements.as_of.toordinal() - movements.day
    inside = (age < first_days_ago) & (age >= last_days_ago) & (movements.part == part)
    return int(movements.amount[inside].sum())


def _spent_on(movements: Movements, categories: set[str]) -> int:
    since = movements.as_of - timedelta(days=90)
    return -sum(
        move.amount_minor
        for move in movements.transactions
        if move.booked_on > since and move.category in categories and move.status == "booked" and move.amount_minor < 0
    )


def _count(movements: Movements, category: str, days: int) -> float:
    since = movements.as_of - timedelta(days=days)
    return sum(move.category == category and move.booked_on > since for move in movements.transactions)


def _dates(movements: Movements, categories: set[str]) -> list[date]:
    """Days of the booked movements of these categories with the payee (or payer) seen most often."""
    by_payee: dict[str, set[date]] = {}
    for move in movements.transactions:
        if move.category in categories and move.status == "booked":
            by_payee.setdefault(move.counterparty or move.description, set()).add(move.booked_on)
    return max((sorted(days) for days in by_payee.values()), key=len, default=list[date]())


def _days_late(days: list[date], as_of: date) -> float | None:
    """Worst excess over the usual gap among gaps that ended in the last 60 days and the one still open."""
    if len(days) < 4:
        return None
    usual = median((later - earlier).days for earlier, later in pairwise(days))
    recent = [(later - earlier).days for earlier, later in pairwise([*days, as_of]) if (as_of - later).days <= _LATEST_DAYS]
    return float(max([gap - usual for gap in recent] + [0.0]))


def _weekly_decline(movements: Movements, features: Features) -> float | None:
    """Relative to the earlier mean, or to a week's spending where that is more: ten pounds fewer on a nearly empty account is little."""
    if features.days_of_history < 56:
        return None
    today = movements.as_of.toordinal()
    balances = daily_balances(movements, _CURRENT, today - 55)
    before, after = float(np.mean(balances[:28])), float(np.mean(balances[28:]))
    base = max(before, features.spending_monthly_minor / 4.35, 1.0)
    return round(max(100 * (before - after) / base / 4, 0.0), 2)


def _committed(features: Features) -> float | None:
    if features.income_monthly_minor > 0:
        return round(100 * features.commitments_monthly_minor / features.income_monthly_minor, 2)
    return 100.0 if features.commitments_monthly_minor > 0 else None


def _income_drop(movements: Movements, income: int, features: Features) -> float | None:
    earlier = _between(movements, Part.INCOME, 180, 90)
    if features.days_of_history < 180 or earlier <= 0:
        return None
    return round(max(100 * (earlier - income) / earlier, 0.0), 2)


def _thin_buffer(features: Features) -> float | None:
    if features.spending_monthly_minor <= 0:
        return None
    covered = (features.balance_minor + max(features.savings_minor, 0)) / features.spending_monthly_minor
    return round(100 * min(max(1 - covered, 0.0), 1.0), 2)
