"""One scenario over many twins: who is hit, how hard, and how many more would run out of money. Never summed across currencies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tools.errors import ScenarioError
from tools.twin.forecast.forecast import AT_RISK, base_paths
from tools.twin.scenario.levers import Products, apply
from tools.twin.scenario.recipe import checked
from tools.twin.scenario.scenario import Assumption, Scenario
from tools.twin.scenario.what_if import monthly_effect_minor
from tools.twin.scenario.workbench import Applied
from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.simulate import Money, simulate
from tools.twin.twin import Twin
from tools.value import Value

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Outlook

#: Twins simulated at a time, so that memory does not grow with the book.
BLOCK = 256


class ClientEffect(Value):
    """What the scenario does to one client.

    Attributes:
        monthly_effect_minor: mean change of what is left over in a month in which a lasting change is in force.
        total_effect_minor: change of balance and savings together at the last month end, middle of the paths.
        end_minor: balance at the last month end on the middle path with the scenario; `end_before_minor` without.
        below_zero: chance of a month end below zero with the scenario; `below_zero_before` without.
        falls_below: whether the middle path has a month end below zero with the scenario; `fell_below` without.
    """

    customer_id: str
    currency: str
    monthly_effect_minor: int
    total_effect_minor: int
    end_minor: int
    end_before_minor: int
    below_zero: float
    below_zero_before: float
    falls_below: bool
    fell_below: bool


class CohortGroup(Value):
    """Clients of one source and currency.

    Attributes:
        clients: those with a twin; `affected` of them feel the scenario; to `not_applicable` it does not apply (no pay to lose, no
            fixed rate that ends).
        below_zero, below_zero_before: how many fall below zero on the middle path.
        at_risk, at_risk_before: how many have a chance of at least 10 in 100 of a month end below zero.
        monthly_effect_minor: median over the affected; None where nobody is.
    """

    source: str
    currency: str
    clients: int
    affected: int
    not_applicable: int
    below_zero: int
    below_zero_before: int
    at_risk: int
    at_risk_before: int
    monthly_effect_minor: int | None


class CohortWhatIf(Value):
    """A scenario over a book.

    Attributes:
        effects: those of the affected clients, hardest hit first.
        assumptions: hold for all of them.
    """

    scenario: Scenario
    horizon_months: int
    paths: int
    groups: tuple[CohortGroup, ...]
    effects: tuple[ClientEffect, ...]
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True)
class _Case:
    """One client's schedule, with the scenario and without; `applied` is None where it does not apply."""

    schedule: Schedule
    applied: Applied | None
    outlook: "Outlook | None"


def cohort_what_if(
    twins: Sequence[Twin],
    scenario: Scenario,
    horizon_months: int = 12,
    paths: int = 256,
    seed: int = 7,
    outlooks: "Mapping[str, Outlook] | None" = None,
    products: Products | None = None,
) -> CohortWhatIf:
    """Run every twin with and without a scenario. A client's figures do not depend on who else is in the cohort.

    Args:
        outlooks: what accounts in general teach, by customer id; as in `what_if`.
        products: published products by id, for `product_adoption`.

    Raises:
        ScenarioError: a change that is impossible for anybody.
        UsageError: a horizon beyond 1 to 120 months, paths beyond 2 to 16,384, or an outlook of another day than its twin's.
    """
    taught = outlooks or {}
    for change in scenario.changes:
        checked(change)
    effects: list[ClientEffect] = []
    skipped: list[Twin] = []
    assumed: list[tuple[Assumption, ...]] = []
    for at in range(0, len(twins), BLOCK):
        cases = [_case(twin, scenario, horizon_months, taught.get(twin.customer_id), products) for twin in twins[at : at + BLOCK]]
        skipped += [case.schedule.twin for case in cases if case.applied is None]
        assumed += [case.applied.assumptions for case in cases if case.applied]
        effects += _effects([case for case in cases if case.applied is not None], paths, seed)
    return CohortWhatIf(
        scenario=scenario,
        horizon_months=horizon_months,
        paths=paths,
        groups=_groups(effects, skipped),
        effects=tuple(sorted(filter(_is_affected, effects), key=_hardest)),
        assumptions=tuple(label for label in assumed[0] if all(label in labels for labels in assumed)) if assumed else (),
    )


def _case(twin: Twin, scenario: Scenario, months: int, outlook: "Outlook | None", products: Products | None) -> _Case:
    schedule = schedule_of(twin, months)
    try:
        return _Case(schedule, apply(scenario, schedule, products), outlook)
    except ScenarioError:
        return _Case(schedule, None, outlook)


def _effects(cases: list[_Case], paths: int, seed: int) -> Iterator[ClientEffect]:
    if not cases:
        return
    before = base_paths([case.schedule for case in cases], paths, seed, [case.outlook for case in cases])
    after = simulate([case.applied.schedule for case in cases if case.applied], paths, seed, before.unplanned)
    middle, middle_before = _middle(after.balance), _middle(before.balance)
    below, below_before = ((world.balance < 0).any(axis=2).mean(axis=1) for world in (after, before))
    total = _middle((after.balance + after.savings - before.balance - before.savings)[:, :, -1:])[:, 0]
    for row, case in enumerate(cases):
        twin, applied = case.schedule.twin, case.applied
        if applied is not None:
            yield ClientEffect(
                customer_id=twin.customer_id,
                currency=twin.currency,
                monthly_effect_minor=monthly_effect_minor(applied, case.schedule, before, after, row),
                total_effect_minor=int(total[row]),
                end_minor=int(middle[row, -1]),
                end_before_minor=int(middle_before[row, -1]),
                below_zero=float(below[row]),
                below_zero_before=float(below_before[row]),
                falls_below=bool((middle[row] < 0).any()),
                fell_below=bool((middle_before[row] < 0).any()),
            )


def _middle(balance: Money) -> Money:
    """The middle path at each month end, nearest rank: shape (customers, months)."""
    rank = (balance.shape[1] + 1) // 2 - 1
    return np.partition(balance, rank, axis=1)[:, rank]


def _is_affected(effect: ClientEffect) -> bool:
    return bool(effect.monthly_effect_minor or effect.total_effect_minor or effect.end_minor != effect.end_before_minor)


def _hardest(effect: ClientEffect) -> tuple[float, int, int, str]:
    return effect.below_zero_before - effect.below_zero, effect.monthly_effect_minor, effect.total_effect_minor, effect.customer_id


def _groups(effects: Sequence[ClientEffect], skipped: Sequence[Twin]) -> tuple[CohortGroup, ...]:
    keys = sorted({_key(one) for one in (*effects, *skipped)})
    return tuple(_group(key, [one for one in effects if _key(one) == key], sum(_key(one) == key for one in skipped)) for key in keys)


def _key(one: ClientEffect | Twin) -> tuple[str, str]:
    return one.customer_id.partition(":")[0], one.currency


def _group(key: tuple[str, str], effects: Sequence[ClientEffect], skipped: int) -> CohortGroup:
    hit = [effect for effect in effects if _is_affected(effect)]

    def count(found: Iterable[bool]) -> int:
        return sum(found)

    return CohortGroup(
        source=key[0],
        currency=key[1],
        clients=len(effects) + skipped,
        affected=len(hit),
        not_applicable=skipped,
        below_zero=count(effect.falls_below for effect in effects),
        below_zero_before=count(effect.fell_below for effect in effects),
        at_risk=count(effect.below_zero >= AT_RISK for effect in effects),
        at_risk_before=count(effect.below_zero_before >= AT_RISK for effect in effects),
        monthly_effect_minor=round(float(np.median([effect.monthly_effect_minor for effect in hit]))) if hit else None,
    )
