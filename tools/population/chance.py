"""What life has in store: events drawn at a lifestyle's yearly rates, sized by the customer's income."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from tools.population.dice import Dice
from tools.population.event import (
    Event,
    JobLoss,
    LargePurchase,
    LateInvoices,
    LateSalary,
    LendingApps,
    MissedPayments,
    NewLoan,
    SpendingChange,
)
from tools.population.lifestyle import Chance
from tools.population.window import Window

_PURCHASES = ("DFS FURNITURE", "CURRYS ONLINE", "KWIK FIT", "HOWDENS KITCHENS", "TUI UK HOLIDAYS", "APPLE STORE")
#: Events that change a life happen at most once in a window.
_ONCE: frozenset[Chance] = frozenset({"job_loss", "new_loan", "spending_creep", "lending_apps", "missed_payments", "late_invoices"})


def drawn_events(rates: Mapping[Chance, float], income_minor: int, dice: Dice, window: Window) -> tuple[Event, ...]:
    """Events inside the window; their number is Poisson at `rates` a year."""
    found: list[Event] = []
    for chance in sorted(rates):
        count = int(dice.rng.poisson(rates[chance] * window.years))
        for _ in range(min(count, 1) if chance in _ONCE else count):
            on = window.date_of(int(dice.rng.integers(window.days)))
            found.append(_event(chance, on, income_minor, dice))
    return tuple(found)


def _pounds(dice: Dice, income_minor: int, low: float, high: float, step: int) -> Decimal:
    """A share of a month's income between `low` and `high`, in whole steps of major units."""
    return Decimal(max(step, round(income_minor / dice.unit * dice.between(low, high) / step) * step))


def _event(chance: Chance, on: date, income_minor: int, dice: Dice) -> Event:
    length = timedelta(days=int(dice.rng.integers(60, 240)))
    match chance:
        case "job_loss":
            return JobLoss(kind="job_loss", since=on, until=on + length)
        case "late_salary":
            return LateSalary(kind="late_salary", since=on, until=on + timedelta(days=62), days=int(dice.rng.integers(2, 9)))
        case "late_invoices":
            return LateInvoices(kind="late_invoices", since=on, until=on + length, days=int(dice.rng.integers(10, 35)))
        case "large_purchase":
            amount = _pounds(dice, income_minor, 0.15, 0.6, 5)
            return LargePurchase(kind="large_purchase", on=on, amount=amount, description=dice.one(_PURCHASES))
        case "new_loan":
            amount = _pounds(dice, income_minor, 1.0, 3.5, 100)
            return NewLoan(kind="new_loan", on=on, amount=amount, rate_bps=dice.one((790, 1090, 1490)), term_months=dice.one((24, 36, 48)))
        case "spending_creep":
            percent = dice.between(8, 22)
            return SpendingChange(kind="spending_change", since=on, until=on + length, percent=round(percent, 1), creeping=True)
        case "lending_apps":
            amount = _pounds(dice, income_minor, 0.04, 0.12, 10)
            return LendingApps(kind="lending_apps", since=on, until=on + length, per_month=dice.between(0.6, 2.0), amount=amount)
        case "missed_payments":
            return MissedPayments(
                kind="missed_payments", since=on, until=on + timedelta(days=40), category=dice.one(("utilities", "phone_internet"))
            )
