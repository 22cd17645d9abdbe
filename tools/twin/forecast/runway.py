"""Runway: for how many months balance and savings last when nothing comes in any more."""

from datetime import date
from typing import Literal

import numpy as np

from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.simulate import simulate
from tools.twin.twin import Twin
from tools.value import Value

#: Five years; whoever lasts longer is not told a number of months.
MOST_MONTHS = 60
#: In this part of all paths the money lasts at least as long as said.
SURE_IN = 0.8

Spending = Literal["as_now", "commitments_only"]


class Lasting(Value):
    """How many whole months everything due is paid: on the middle path, and at least in 8 of 10 paths.

    Attributes:
        monthly_minor: spending and instalments of a mean month.
        middle_months, sure_months: at most 60; `middle_beyond` and `sure_beyond` when the money lasts longer than that.
    """

    spending: Spending
    monthly_minor: int
    middle_months: int
    middle_beyond: bool
    sure_months: int
    sure_beyond: bool


class Runway(Value):
    """How long what is there lasts without any income. No overdraft is used, no credit taken, nothing put aside."""

    customer_id: str
    as_of: date
    currency: str
    balance_minor: int
    savings_minor: int
    as_now: Lasting
    commitments_only: Lasting
    paths: int
    seed: int
    sure_in: float = SURE_IN


def runway(twin: Twin, paths: int = 512, seed: int = 7) -> Runway:
    """Simulate the twin without income until balance and savings together are used up."""
    return Runway(
        customer_id=twin.customer_id,
        as_of=twin.as_of,
        currency=twin.currency,
        balance_minor=twin.balance_minor,
        savings_minor=twin.savings_minor,
        as_now=_lasting(twin, "as_now", paths, seed),
        commitments_only=_lasting(twin, "commitments_only", paths, seed),
        paths=paths,
        seed=seed,
    )


def _lasting(twin: Twin, spending: Spending, paths: int, seed: int) -> Lasting:
    schedule = _without_income(twin, spending)
    # Who has no income does not go back to a habitual balance: nothing unplanned is saved or spent.
    nothing = np.zeros((1, paths, MOST_MONTHS), dtype=np.int64)
    found = simulate([schedule], paths, seed, nothing)
    wealth = found.balance[0] + found.savings[0]
    covered = np.logical_and.accumulate(wealth >= 0, axis=1).sum(axis=1)
    # Nearest rank: a whole number of months that a path lasted.
    sure, middle = (int(value) for value in np.percentile(covered, (100 * (1 - SURE_IN), 50), method="inverted_cdf"))
    spent = twin.commitments_minor + (twin.discretionary_minor if spending == "as_now" else 0)
    return Lasting(
        spending=spending,
        monthly_minor=spent + twin.instalments_minor,
        middle_months=middle,
        middle_beyond=middle >= MOST_MONTHS,
        sure_months=sure,
        sure_beyond=sure >= MOST_MONTHS,
    )


def _without_income(twin: Twin, spending: Spending) -> Schedule:
    """The twin's schedule with nothing coming in and nothing put aside.

    The correction of the averages goes too: it makes a month come out as the balance did, and that month had an income.
    """
    usual = schedule_of(twin, MOST_MONTHS)
    whole = np.zeros_like(usual.income)
    rate = np.zeros_like(usual.income_spread)
    changed = usual.changed(
        income=whole, income_spread=rate, adjustment=whole, saving=whole, investment=whole, one_off=whole, overdraft_rate_bps=rate
    )
    if spending == "as_now":
        return changed
    level = twin.spending_level_minor
    part = twin.commitments_minor / level if level else 0.0
    return changed.changed(discretionary=whole, spending_spread=usual.spending_spread * part)
