"""What the levers of a recipe do to a schedule. Pure: the same scenario on the same schedule gives the same bytes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tools.errors import ScenarioError
from tools.ledger.category import CATEGORIES
from tools.ledger.money import decimal_amount, minor_units
from tools.product import Product
from tools.twin.calendar.months_ahead import is_monthly, months_ahead
from tools.twin.forecast.forecast import month_after
from tools.twin.scenario.adoption import adopt
from tools.twin.scenario.recipe import Checked, Lever, checked
from tools.twin.scenario.scenario import Change, Scenario
from tools.twin.scenario.workbench import Applied, Real, Workbench
from tools.twin.simulate.schedule import Schedule
from tools.twin.twin import Credit, Twin

#: What comes in regularly and is nobody's pay.
_NOT_PAY = {"pension", "benefits", "refunds", "interest_received"}

#: Whose months depend on more than the change: when a fix ends, what a product charges.
_MARKS_ITSELF = {"product", "credit_rates", "savings_rate"}

Products = Mapping[str, Product]


def apply(scenario: Scenario, schedule: Schedule, products: Products | None = None) -> Applied:
    """The schedule with all changes of a scenario; the order in which they are named never matters.

    Args:
        products: published products by id, for `product_adoption`.

    Raises:
        ScenarioError: a change that is impossible, or that does not apply to this customer.
    """
    bench = Workbench(schedule)
    for change in scenario.changes:
        found = checked(change)
        bench.note(*found.recipe.assumptions, *found.assumed)
        for lever in found.recipe.levers:
            if _acts(lever, found):
                LEVERS[lever.target](bench, lever, found, products or {})
        _mark(bench, found)
    return bench.finished()


def _acts(lever: Lever, found: Checked) -> bool:
    if lever.unless is not None and getattr(found.change, lever.unless) is not None:
        return False
    return lever.parameter is None or getattr(found.change, lever.parameter) is not None


def _mark(bench: Workbench, found: Checked) -> None:
    if any(lever.when == "lasting" and lever.target not in _MARKS_ITSELF for lever in found.recipe.levers):
        bench.touched |= _span(bench, found.change) > 0


def _span(bench: Workbench, change: Change, *, once: bool = False) -> Real:
    """1 in the months in which a change acts, else 0."""
    month = np.arange(bench.months)
    ends = change.starts_in_months + (1 if once else (change.months or bench.months))
    return ((month >= change.starts_in_months) & (month < ends)).astype(np.float64)


def _minor(bench: Workbench, change: Change) -> int:
    return 0 if change.amount is None else minor_units(change.amount, bench.base.twin.currency)


# -- income ----------------------------------------------------------------------------------------------------------------------
def _income(bench: Workbench, lever: Lever, found: Checked, _: Products) -> None:
    span = _span(bench, found.change)
    if lever.operation == "add":
        bench.extra["income"] += _minor(bench, found.change) * span
    else:
        bench.factor["income"] *= 1 + (found.number("percent") or 0.0) / 100 * span


def _pay(bench: Workbench, _: Lever, found: Checked, __: Products) -> None:
    twin = bench.base.twin
    salary = sum(stream.monthly_minor for stream in twin.income if stream.category == "salary")
    if not salary:
        salary = max((stream.monthly_minor for stream in twin.income if stream.category not in _NOT_PAY), default=0)
        bench.note("largest_income_taken_for_pay")
    if not salary or not twin.income_level_minor:
        raise ScenarioError(
            "Nothing regular comes in that could stop. Ask about a change of income instead.", kind="job_loss", problem="no_pay"
        )
    # Streams of which some payments did not come add up to more than the level; they are scaled down to it in the schedule.
    whole = max(twin.income_level_minor, sum(stream.monthly_minor for stream in twin.income))
    bench.factor["income"] *= 1 - salary / whole * _span(bench, found.change)


# -- spending --------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Spent:
    """What is committed and what is spent freely, in one category or in all: month by month, and in a mean month."""

    committed: Real
    free: Real
    committed_minor: int
    free_minor: int

    @property
    def minor(self) -> int:
        """Both, in a mean month."""
        return self.committed_minor + self.free_minor


def _commitments(bench: Workbench, lever: Lever, found: Checked, _: Products) -> None:
    change, span = found.change, _span(bench, found.change)
    if lever.operation == "add":
        bench.extra["commitments"] += _minor(bench, change) * span
    elif lever.operation == "grow_by_percent":
        bench.factor["commitments"] *= _growth(bench, found)
    else:
        spent = _spent(bench, change)
        stops = lever.operation == "stop"
        _require_there(bench, change, spent.minor, spent.minor if stops else _minor(bench, change))
        less = min(_minor(bench, change), spent.committed_minor)
        bench.extra["commitments"] -= (spent.committed if stops else less) * span
        bench.extra["discretionary"] -= (spent.free if stops else _minor(bench, change) - less) * span


def _discretionary(bench: Workbench, lever: Lever, found: Checked, _: Products) -> None:
    change, span = found.change, _span(bench, found.change)
    if lever.operation == "grow_by_percent":
        bench.factor["discretionary"] *= _growth(bench, found)
        return
    spent = _spent(bench, change)
    if change.category is None:  # what is committed is not what somebody means who wants to spend less on everything
        spent = replace(spent, committed=0 * spent.committed, committed_minor=0)
    if lever.operation == "lower_by_percent":
        _require_there(bench, change, spent.minor, 0)
        part = (found.number("percent") or 0.0) / 100
        bench.extra["discretionary"] -= part * spent.free * span
        bench.extra["commitments"] -= part * spent.committed * span
        return
    _require_there(bench, change, spent.minor, _minor(bench, change))
    less = min(_minor(bench, change), spent.free_minor)
    bench.extra["discretionary"] -= less * span
    bench.extra["commitments"] -= (_minor(bench, change) - less) * span


def _spent(bench: Workbench, change: Change) -> _Spent:
    twin, schedule = bench.base.twin, bench.base
    if change.category is None:
        committed, free = schedule.commitments.astype(np.float64), schedule.discretionary.astype(np.float64)
        return _Spent(committed, free, twin.commitments_minor, twin.discretionary_minor)
    if change.category not in CATEGORIES:
        raise ScenarioError(
            f"There is no category {change.category!r}. Use one of: {', '.join(CATEGORIES)}.",
            kind=change.kind,
            problem="unknown_category",
            parameter="category",
        )
    ahead = months_ahead(twin.as_of, bench.months)
    committed, free = np.zeros(bench.months), np.zeros(bench.months)
    bills = [one for one in twin.commitments if one.category == change.category]
    levels = [level for level in twin.discretionary if level.category == change.category]
    for bill in bills:
        monthly = is_monthly(bill.every_days, bill.due_day)
        falls = None if monthly else ahead.payments(bill.next_on, bill.every_days, bill.due_day)
        committed += ahead.spread(bill.monthly_minor, falls)[: bench.months]
    for level in levels:
        falls = ahead.factors(level.season, whole_years=True) if level.season else None
        free += ahead.spread(level.monthly_minor, falls)[: bench.months]
    return _Spent(committed, free, sum(bill.monthly_minor for bill in bills), sum(level.monthly_minor for level in levels))


def _require_there(bench: Workbench, change: Change, there: int, less_minor: int) -> None:
    """Nobody can spend less than nothing."""
    if not there:
        raise ScenarioError("Nothing is spent there in a normal month. Name another category.", kind=change.kind, problem="nothing_spent_there")  # fmt: skip
    if less_minor > there:
        raise ScenarioError(
            "That is more than is spent there in a normal month. Give a smaller amount.",
            kind=change.kind,
            problem="more_than_there",
            parameter="amount",
            most=float(decimal_amount(there, bench.base.twin.currency)),
        )


def _growth(bench: Workbench, found: Checked) -> Real:
    """Prices compound by twelfths of a year from the month the change starts; when it ends they stay where they are."""
    change = found.change
    elapsed = np.clip(np.arange(bench.months) - change.starts_in_months + 1, 0, change.months)
    return (1 + (found.number("percent") or 0.0) / 100) ** (elapsed / 12)


# -- money put aside, once, and rates --------------------------------------------------------------------------------------------
def _saving(bench: Workbench, _: Lever, found: Checked, __: Products) -> None:
    bench.extra["saving"] += _minor(bench, found.change) * _span(bench, found.change)


def _one_off(bench: Workbench, lever: Lever, found: Checked, _: Products) -> None:
    sign = 1 if lever.operation == "add" else -1
    bench.extra["one_off"] += sign * _minor(bench, found.change) * _span(bench, found.change, once=True)


def _savings_rate(bench: Workbench, _: Lever, found: Checked, __: Products) -> None:
    bench.savings_rate_bps += 100 * (found.number("points") or 0.0) * _span(bench, found.change)


def _credit_rates(bench: Workbench, lever: Lever, found: Checked, _: Products) -> None:
    twin, span, reached = bench.base.twin, _span(bench, found.change), False
    for place, schedule in enumerate(bench.base.credits):
        if lever.reach == "fixed" and not _is_fixed(schedule.credit, twin):
            continue
        month = first_month_reached(schedule.credit, twin, bench.months)
        moves = span * (np.arange(bench.months) >= (bench.months if month is None else month))
        reached |= lever.reach == "fixed" or bool(moves.any())
        bench.touched |= moves > 0
        rates = bench.credit_rates_bps[place]
        if lever.operation == "set":
            rates += moves * (100 * (found.number("rate_percent") or 0.0) - schedule.rate_bps)
        else:
            rates += moves * 100 * (found.number("points") or 0.0)
        if lever.reach == "fixed" and not moves.any():
            bench.note("fixed_beyond_horizon")
    if lever.reach == "fixed" and not reached:
        raise ScenarioError("There is no credit with a fixed rate that ends. Ask about rates in general.", kind="end_of_fixed_rate", problem="no_fixed_rate")  # fmt: skip
    if not reached:
        bench.note("no_credit_follows_rates")


def _is_fixed(credit: Credit, twin: Twin) -> bool:
    return credit.fixed_until is not None and credit.fixed_until >= twin.as_of


def has_variable_rate(credit: Credit, twin: Twin) -> bool:
    """Whether market rates reach it now: said to be variable, or a mortgage whose fix is over or was never agreed."""
    return credit.follows_rates or (credit.kind == "mortgage" and not _is_fixed(credit, twin))


def first_month_reached(credit: Credit, twin: Twin, months: int) -> int | None:
    """The first step of a month in which market rates reach a credit; None when not within `months`.

    A variable rate moves at once, a fixed one in the first month that begins on or after the end of the fix. Other fixed loans
    keep their rate.
    """
    if has_variable_rate(credit, twin):
        return 0
    ends = credit.fixed_until
    if ends is None:
        return None
    return next((month for month in range(months) if month_after(twin.as_of, month) >= ends), None)


# -- credit and products ---------------------------------------------------------------------------------------------------------
def _credit(bench: Workbench, _: Lever, found: Checked, __: Products) -> None:
    rate = round(100 * (found.number("rate_percent") or 0.0))
    bench.draw(_minor(bench, found.change), rate, found.change.term_months or 1, found.change.starts_in_months)


def _product(bench: Workbench, _: Lever, found: Checked, products: Products) -> None:
    adopt(bench, found.change, products.get(found.change.product or ""))


LEVERS: dict[str, Callable[[Workbench, Lever, Checked, Products], None]] = {
    "income": _income,
    "pay": _pay,
    "commitments": _commitments,
    "discretionary": _discretionary,
    "saving": _saving,
    "one_off": _one_off,
    "savings_rate": _savings_rate,
    "credit_rates": _credit_rates,
    "credit": _credit,
    "product": _product,
}
