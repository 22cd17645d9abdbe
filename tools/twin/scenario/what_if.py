"""What if: one twin with and without a scenario over the same chance, so that only the scenario makes the difference."""

from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from tools.twin.forecast.forecast import AT_RISK, PERCENTILES, base_paths, month_after
from tools.twin.scenario.annuity import LoanCost
from tools.twin.scenario.due_day import DueDayEffect, due_day_effect
from tools.twin.scenario.levers import Products, apply
from tools.twin.scenario.scenario import Assumption, Scenario
from tools.twin.scenario.workbench import Applied
from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.simulate import Money, Simulation, simulate
from tools.twin.twin import Twin
from tools.value import Value

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Outlook

#: Whether it can be carried. `does_not_hold`: balance and savings together are used up on the middle path, or in half of the paths.
#: `on_reserves`: they last, but the current account alone does not (it falls below zero on the middle path, or in half of the
#: paths), or for good more goes out than comes in. `tight`: either happens in at least 10 in 100 paths.
Verdict = Literal["holds", "tight", "on_reserves", "does_not_hold"]
Direction = Literal["better", "worse", "same"]
_MORE_LIKELY_THAN_NOT = 0.5


class Band(Value):
    """Percentiles over the paths in minor units; nearest rank, so that each is a figure that some path reached."""

    p10_minor: int
    p25_minor: int
    p50_minor: int
    p75_minor: int
    p90_minor: int


class Difference(Value):
    """Scenario less base, path by path: what 8 of 10 paths lie between, and the middle."""

    low_minor: int
    middle_minor: int
    high_minor: int


class WhatIfMonth(Value):
    """One month end with and without the scenario: the balance of the current accounts, and what the scenario does to it."""

    ends_on: date
    base: Band
    scenario: Band
    difference: Difference
    below_zero: float
    below_zero_before: float


class Side(Value):
    """The base or the scenario, over the whole horizon.

    Attributes:
        left_over_minor: what income leaves in a normal month after spending and instalments, before saving.
        instalments_minor: what all credit costs in the dearest month; 0 without credit.
        end: the balance of the current accounts at the last month end; `savings_end_minor` the savings on the middle path.
        total_end_minor: balance and savings together on the middle path.
        lowest_minor: lowest month end of the middle path, reached on `lowest_on`.
        below_zero, below_limit: share of paths with a month end below zero, beyond the agreed overdraft.
        used_up: share of paths with a month end at which balance and savings together are below zero.
        first_month_at_risk: first month end with a chance of at least 10 in 100 to be below zero.
        lasts_months: whole months until balance and savings are used up on the middle path; None when they outlast the horizon.
    """

    left_over_minor: int
    instalments_minor: int
    end: Band
    savings_end_minor: int
    total_end_minor: int
    lowest_minor: int
    lowest_on: date
    below_zero: float
    below_limit: float
    used_up: float
    first_month_at_risk: date | None
    lasts_months: int | None


class WhatIf(Value):
    """What a scenario does to one customer.

    Attributes:
        monthly_effect_minor: mean change of what is left over in a month in which a lasting change is in force.
        effect_end: what the scenario does to the balance by the last month end; `total_effect_end` to balance and savings together.
        loans: what each new loan costs until it is repaid.
        due_day: what another due day does within the next month, for a change of one.
        assumptions: closed labels of what is taken for granted.
    """

    customer_id: str
    as_of: date
    currency: str
    scenario: Scenario
    horizon_months: int
    paths: int
    seed: int
    model: str
    twin_version: int
    start_minor: int
    savings_minor: int
    overdraft_limit_minor: int
    base: Side
    then: Side
    months: tuple[WhatIfMonth, ...]
    monthly_effect_minor: int
    effect_end: Difference
    total_effect_end: Difference
    loans: tuple[LoanCost, ...]
    due_day: DueDayEffect | None
    verdict: Verdict
    direction: Direction
    assumptions: tuple[Assumption, ...]


def what_if(
    twin: Twin,
    scenario: Scenario,
    horizon_months: int = 12,
    paths: int = 1024,
    seed: int = 7,
    outlook: "Outlook | None" = None,
    products: Products | None = None,
) -> WhatIf:
    """Run one twin with and without a scenario.

    Args:
        outlook: what accounts in general teach about this one; it moves the base, and the scenario with it.
        products: published products by id, for `product_adoption`.

    Raises:
        ScenarioError: a change that is impossible or does not apply to this customer.
        UsageError: a horizon beyond 1 to 120 months or paths beyond 2 to 16,384.
    """
    schedule = schedule_of(twin, horizon_months)
    applied = apply(scenario, schedule, products)
    before = base_paths([schedule], paths, seed, [outlook])
    after = before if applied.schedule is schedule else simulate([applied.schedule], paths, seed, before.unplanned)
    effect, total_effect = _difference(after.balance[0] - before.balance[0]), _difference(_total(after) - _total(before))
    left_over = float(_left_over(schedule, before).mean())
    monthly = monthly_effect_minor(applied, schedule, before, after)
    base, then = _side(before, round(left_over)), _side(after, round(left_over) + monthly)
    return WhatIf(
        customer_id=twin.customer_id,
        as_of=twin.as_of,
        currency=twin.currency,
        scenario=scenario,
        horizon_months=horizon_months,
        paths=paths,
        seed=seed,
        model=f"{twin.model}+{outlook.model}" if outlook else twin.model,
        twin_version=twin.version,
        start_minor=twin.balance_minor,
        savings_minor=twin.savings_minor,
        overdraft_limit_minor=twin.overdraft_limit_minor,
        base=base,
        then=then,
        months=_months(before, after, effect),
        monthly_effect_minor=monthly,
        effect_end=effect[-1],
        total_effect_end=total_effect[-1],
        loans=applied.loans,
        due_day=next((due_day_effect(twin, change) for change in scenario.changes if change.kind == "change_of_due_date"), None),
        verdict=_verdict(then, lasting=bool(applied.touched.size and applied.touched[-1])),
        direction=_direction(total_effect[-1], monthly),
        assumptions=_assumptions(twin, applied),
    )


def monthly_effect_minor(applied: Applied, schedule: Schedule, before: Simulation, after: Simulation, row: int = 0) -> int:
    """Mean change of what is left over a month, over the months in which a lasting change is in force; 0 where there is none."""
    if applied.schedule is schedule or not applied.touched.any():
        return 0
    change = _left_over(applied.schedule, after, row) - _left_over(schedule, before, row)
    return round(float(change[applied.touched].mean()))


def _left_over(schedule: Schedule, world: Simulation, row: int = 0) -> npt.NDArray[np.float64]:
    """Expected income less spending less repayments, month by month, chance and one-off money left out."""
    return (schedule.income - schedule.commitments - schedule.discretionary - world.repayment[row, 0]).astype(np.float64)


def _total(world: Simulation) -> Money:
    return world.balance[0] + world.savings[0]


def ranked(values: Money, percentiles: tuple[int, ...] = PERCENTILES) -> Money:
    """Percentiles over paths (axis 0), nearest rank: shape (percentiles, months)."""
    return np.percentile(values, percentiles, axis=0, method="inverted_cdf").astype(np.int64)


def _bands(balance: Money) -> list[Band]:
    names = [f"p{percentile}_minor" for percentile in PERCENTILES]
    return [Band.model_validate(dict(zip(names, month, strict=True))) for month in ranked(balance).T.tolist()]


def _difference(paired: Money) -> list[Difference]:
    rows = ranked(paired, (10, 50, 90)).T.tolist()
    return [Difference(low_minor=low, middle_minor=middle, high_minor=high) for low, middle, high in rows]


def _months(before: Simulation, after: Simulation, effect: list[Difference]) -> tuple[WhatIfMonth, ...]:
    as_of = before.schedules[0].twin.as_of
    pairs = zip(_bands(before.balance[0]), _bands(after.balance[0]), effect, strict=True)
    return tuple(
        WhatIfMonth(
            ends_on=month_after(as_of, month + 1),
            base=base,
            scenario=scenario,
            difference=difference,
            below_zero=share(after.balance[0, :, month] < 0),
            below_zero_before=share(before.balance[0, :, month] < 0),
        )
        for month, (base, scenario, difference) in enumerate(pairs)
    )


def _side(world: Simulation, left_over_minor: int) -> Side:
    twin, balance, total = world.schedules[0].twin, world.balance[0], _total(world)
    middle, middle_total = ranked(balance, (50,))[0], ranked(total, (50,))[0]
    lowest = int(middle.argmin())
    risky = np.flatnonzero((balance < 0).mean(axis=0) >= AT_RISK)
    empty = np.flatnonzero(middle_total < 0)
    return Side(
        left_over_minor=left_over_minor,
        instalments_minor=int(world.repayment[0, 0].max()),
        end=_bands(balance[:, -1:])[0],
        savings_end_minor=int(ranked(world.savings[0], (50,))[0, -1]),
        total_end_minor=int(middle_total[-1]),
        lowest_minor=int(middle[lowest]),
        lowest_on=month_after(twin.as_of, lowest + 1),
        below_zero=share((balance < 0).any(axis=1)),
        below_limit=share((balance < -twin.overdraft_limit_minor).any(axis=1)),
        used_up=share((total < 0).any(axis=1)),
        first_month_at_risk=month_after(twin.as_of, int(risky[0]) + 1) if risky.size else None,
        lasts_months=int(empty[0]) if empty.size else None,
    )


def share(paths: npt.NDArray[np.bool_] | np.bool_) -> float:
    """How much of the paths holds, exactly."""
    return int(np.count_nonzero(paths)) / np.size(paths)


def _verdict(then: Side, *, lasting: bool) -> Verdict:
    if then.lasts_months is not None or then.used_up >= _MORE_LIKELY_THAN_NOT:
        return "does_not_hold"
    if then.lowest_minor < 0 or then.below_zero >= _MORE_LIKELY_THAN_NOT or (lasting and then.left_over_minor < 0):
        return "on_reserves"
    return "tight" if then.below_zero >= AT_RISK else "holds"


def _direction(total: Difference, monthly: int) -> Direction:
    moved = total.middle_minor or monthly
    return "same" if moved == 0 else ("better" if moved > 0 else "worse")


def _assumptions(twin: Twin, applied: Applied) -> tuple[Assumption, ...]:
    found: list[Assumption] = [*applied.assumptions, "within_month_dips_not_shown"]
    if twin.saving_minor or twin.investment_minor:
        found.append("put_aside_as_before")
    if twin.prior_weight > 0.25:
        found.append("short_history_uses_typical_customer")
    return tuple(dict.fromkeys(found))
