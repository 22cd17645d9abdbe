"""Whether and when a goal is reached: simulated paths of what counts towards it, and what would help.

What counts towards a goal is savings and current accounts together, less one month of commitments and instalments that is kept back
for bills, less what goals before it need by then (at an even pace until their day; those without a day in full), less what is
earmarked for goals behind it. A path has reached the goal from the first month end on which that is the amount: from then on the
money can be put aside. Everything is whole minor units of the twin's currency.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from tools.errors import UsageError
from tools.ledger.category import CATEGORIES
from tools.ledger.money import exponent, rounded_minor
from tools.twin.forecast.forecast import base_paths, month_after
from tools.twin.goal.goal import Goal, Plan, expected_by
from tools.twin.simulate.schedule import LONGEST_MONTHS, Schedule, schedule_of
from tools.twin.simulate.simulate import Money, simulate
from tools.twin.twin import Twin
from tools.value import Value

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Outlook

#: Share of the paths that makes a goal likely; half of them make it possible.
LIKELY, POSSIBLE = 0.8, 0.5
_PATHS = 512
_SEED = 7
_NEVER = LONGEST_MONTHS + 1
_POINTS = 24
#: Levers are round sums: this share of income or of a category, to ten major units.
_SHARE_OF_INCOME = 0.05
_SHARE_OF_CATEGORY = 0.20

_CAN_WAIT = frozenset(key for key, category in CATEGORIES.items() if category.group == "discretionary" and key != "other")

Status = Literal["reached", "likely", "possible", "unlikely", "out_of_reach", "overdue"]
Months = npt.NDArray[np.int64]


class GoalPoint(Value):
    """What counts towards the goal at one month end: five percentiles in minor units."""

    ends_on: date
    p10_minor: int
    p25_minor: int
    p50_minor: int
    p75_minor: int
    p90_minor: int


class GoalOutlook(Value):
    """What the simulated paths say of one goal of one version of a plan.

    Attributes:
        status: reached (now), likely (8 in 10 by its day), possible (half), unlikely, out_of_reach (not half within `LONGEST_MONTHS`),
            overdue (its day has passed). Without a day, likely means that half of the paths get there.
        probability: share of the paths that have it by its day; None without one.
        months: whole months until that day.
        available_minor: what counts towards it now; `kept_back_minor` and `reserved_minor` (for other goals) are left out of it.
        expected_minor: what should count towards it now (`goal.expected_by`).
        likely_on: when half of the paths have it; `likely_from` and `likely_to` when 1 and 9 in 10, `sure_on` when 8 in 10 have it.
        spare_minor: by how much savings and balance change a month over a year, middle path; negative when they shrink.
        needed_minor: a month from now until its day, by plain division.
        more_minor: a month more than now, so that 8 in 10 of the paths have it by its day; rounded up to whole major units.
        points: what counts towards it over time, at most 24 month ends.
    """

    customer_id: str
    plan_version: int
    twin_version: int
    model: str
    as_of: date
    currency: str
    goal: Goal
    status: Status
    probability: float | None
    months: int | None
    available_minor: int
    kept_back_minor: int
    reserved_minor: int
    expected_minor: int | None
    likely_from: date | None
    likely_on: date | None
    sure_on: date | None
    likely_to: date | None
    spare_minor: int
    needed_minor: int | None
    more_minor: int | None
    points: tuple[GoalPoint, ...]
    paths: int
    seed: int

    @property
    def on_track(self) -> bool | None:
        """Whether as much counts towards it as should by now; None without a day."""
        return None if self.expected_minor is None else self.available_minor >= self.expected_minor


class Lever(Value):
    """One thing that would help, simulated with the same chance as the goal itself.

    Attributes:
        kind: save_more (`amount_minor` more put aside each month), spend_less (that much less in `category` each month), more_time
            (`months` later).
        probability: of reaching it by its day then; None for a goal without one.
        likely_on: when half of the paths have it then.
    """

    kind: Literal["save_more", "spend_less", "more_time"]
    amount_minor: int | None = None
    category: str | None = None
    months: int | None = None
    probability: float | None = None
    likely_on: date | None = None


def kept_back_minor(twin: Twin) -> int:
    """What is not counted towards any goal: one month of commitments and instalments, for bills that fall due before the next income."""
    return twin.commitments_minor + twin.instalments_minor


def available_minor(twin: Twin, plan: Plan, goal_id: str) -> int:
    """What counts towards one goal today."""
    return twin.balance_minor + twin.savings_minor - kept_back_minor(twin) - int(_reserved(plan, goal_id, [twin.as_of])[0])


def goal_outlook(
    twin: Twin, plan: Plan, goal_id: str, outlook: "Outlook | None" = None, *, paths: int = _PATHS, seed: int = _SEED
) -> GoalOutlook:
    """Simulate one goal of a plan.

    Args:
        outlook: what accounts in general teach about this one; the paths are moved as those of the balance forecast are.

    Raises:
        NotFoundError: the plan has no such goal.
        UsageError: (`goal_too_far`) its day is more than `LONGEST_MONTHS` months away; (`other_currency`) the plan is in another
            currency than the accounts; paths beyond 2 to 16,384; or an outlook of another day than the twin's.
    """
    return _Purse(twin, plan, goal_id, outlook, paths, seed).outlook()


def goal_levers(
    twin: Twin, plan: Plan, goal_id: str, outlook: "Outlook | None" = None, *, paths: int = _PATHS, seed: int = _SEED
) -> tuple[Lever, ...]:
    """What would raise the chance of one goal; nothing for one that is reached, or likely by its day. Takes and raises as `goal_outlook`."""
    return _Purse(twin, plan, goal_id, outlook, paths, seed).levers()


def _reserved(plan: Plan, goal_id: str, days: list[date]) -> Months:
    """What other goals take on these days: those before it what they need by then, those behind it what is earmarked for them."""
    place = plan.goals.index(plan.goal(goal_id))
    total = np.zeros(len(days), dtype=np.int64)
    for goal in plan.goals[:place]:
        needed = [expected_by(goal, day) for day in days]
        total += np.array([goal.amount_minor if amount is None else amount for amount in needed], dtype=np.int64)
    return total + sum(goal.earmarked_minor for goal in plan.goals[place + 1 :])


@dataclass(frozen=True)
class _Reach:
    """The first month end on which each path has the amount; 0 is now, `_NEVER` is not within the simulated time."""

    first: Months

    def by(self, months: int) -> float:
        """Share of the paths that have it by then."""
        return int(np.count_nonzero(self.first <= months)) / self.first.size

    def when(self, share: float) -> int | None:
        """The month by which that share of the paths has it."""
        month = int(np.percentile(self.first, 100 * share, method="inverted_cdf"))
        return None if month == _NEVER else month


class _Purse:
    """The simulated money of one twin as it counts towards one goal."""

    def __init__(self, twin: Twin, plan: Plan, goal_id: str, outlook: "Outlook | None", paths: int, seed: int) -> None:
        if plan.currency != twin.currency:
            raise UsageError(
                f"The plan is in {plan.currency} and the accounts are in {twin.currency}. Set the goal in {twin.currency}.",
                code="other_currency",
            )
        self.twin, self.plan, self.goal, self.paths, self.seed = twin, plan, plan.goal(goal_id), paths, seed
        self.days = [twin.as_of, *(month_after(twin.as_of, month) for month in range(1, LONGEST_MONTHS + 1))]
        self.months = _months_until(self.goal.by, self.days)
        self.reserved = _reserved(plan, goal_id, self.days)
        self.now = available_minor(twin, plan, goal_id)
        self.model = f"{twin.model}+{outlook.model}" if outlook else twin.model
        self.schedule = schedule_of(twin, LONGEST_MONTHS)
        # Always simulated to the end: a later day or another amount then meets the same chance.
        simulated = base_paths([self.schedule], paths, seed, [outlook])
        self.unplanned = simulated.unplanned
        self.money = simulated.balance[0] + simulated.savings[0]
        self.available = self.counting(self.money)
        self.reach = self.reached(self.available)

    def counting(self, money: Money) -> Money:
        """What of savings and balance counts towards the goal, shape (paths, months)."""
        return money - kept_back_minor(self.twin) - self.reserved[1:]

    def reached(self, available: Money) -> _Reach:
        """When each path has the amount."""
        enough = available >= self.goal.amount_minor
        first = np.where(enough.any(axis=1), enough.argmax(axis=1) + 1, _NEVER)
        return _Reach(np.zeros_like(first) if self.now >= self.goal.amount_minor else first)

    def day(self, months: int | None) -> date | None:
        """The month end that many months from now."""
        return None if months is None else self.days[months]

    @property
    def probability(self) -> float | None:
        """Of having the amount by the goal's day."""
        return None if self.months is None else self.reach.by(self.months)

    def status(self) -> Status:
        """One word for it; see `GoalOutlook`."""
        if self.now >= self.goal.amount_minor:
            return "reached"
        if self.goal.by is not None and self.goal.by <= self.twin.as_of:
            return "overdue"
        chance = self.probability
        if chance is not None and chance >= POSSIBLE:
            return "likely" if chance >= LIKELY else "possible"
        if self.reach.when(POSSIBLE) is None:
            return "out_of_reach"
        return "likely" if chance is None else "unlikely"

    def outlook(self) -> GoalOutlook:
        """Everything about the goal."""
        goal, twin = self.goal, self.twin
        return GoalOutlook(
            customer_id=twin.customer_id,
            plan_version=self.plan.version,
            twin_version=twin.version,
            model=self.model,
            as_of=twin.as_of,
            currency=twin.currency,
            goal=goal,
            status=self.status(),
            probability=self.probability,
            months=self.months,
            available_minor=self.now,
            kept_back_minor=kept_back_minor(twin),
            reserved_minor=int(self.reserved[0]),
            expected_minor=expected_by(goal, twin.as_of),
            likely_from=self.day(self.reach.when(0.1)),
            likely_on=self.day(self.reach.when(POSSIBLE)),
            sure_on=self.day(self.reach.when(LIKELY)),
            likely_to=self.day(self.reach.when(0.9)),
            spare_minor=self.spare_minor(),
            needed_minor=self.needed_minor(),
            more_minor=self.more_minor(),
            points=self.points(),
            paths=self.paths,
            seed=self.seed,
        )

    def spare_minor(self) -> int:
        """Change of savings and balance a month over a year, middle path."""
        return rounded_minor(float(np.median(self.money[:, 11] - self.twin.balance_minor - self.twin.savings_minor)) / 12)

    def needed_minor(self) -> int | None:
        """What is missing, divided by the months that are left (at least one)."""
        if self.months is None or self.now >= self.goal.amount_minor:
            return None
        return -(-(self.goal.amount_minor - self.now) // max(self.months, 1))

    def more_minor(self) -> int | None:
        """The smallest even sum a month with which 8 in 10 paths get there in time: a path needs what it lacks at its best month end."""
        if not self.months:
            return None
        lacking = np.maximum(self.goal.amount_minor - self.available[:, : self.months], 0)
        each = (-(-lacking // np.arange(1, self.months + 1))).min(axis=1)
        wanted = int(np.percentile(each, 100 * LIKELY, method="inverted_cdf")) if self.now < self.goal.amount_minor else 0
        whole = 10 ** exponent(self.twin.currency)
        return -(-wanted // whole) * whole

    def points(self) -> tuple[GoalPoint, ...]:
        """Month ends up to the goal's day or to where most paths have it."""
        ends = [self.months or 0, self.reach.when(0.9) or self.reach.when(POSSIBLE) or _POINTS]
        last = min(max(6, *ends) if self.reach.when(POSSIBLE) != 0 else max(6, ends[0]), LONGEST_MONTHS)
        step = -(-last // _POINTS)
        shown = list(range(last, 0, -step))[::-1]
        ranked = np.percentile(self.available[:, [month - 1 for month in shown]], (10, 25, 50, 75, 90), axis=0, method="inverted_cdf")
        return tuple(
            GoalPoint(
                ends_on=self.days[month],
                p10_minor=int(p10), p25_minor=int(p25), p50_minor=int(p50), p75_minor=int(p75), p90_minor=int(p90),
            )
            for month, (p10, p25, p50, p75, p90) in zip(shown, ranked.T, strict=True)
        )  # fmt: skip

    def levers(self) -> tuple[Lever, ...]:
        """What would help, each with its effect."""
        if self.status() in {"reached", "overdue"} or (self.months is not None and self.status() == "likely"):
            return ()
        wanted = [lever for lever in (self.save_more(), self.spend_less()) if lever is not None]
        later = self.more_time()
        return (*self.tried(wanted), *((later,) if later else ()))

    def save_more(self) -> Lever | None:
        """Put more aside: what is needed for the goal's day if so much is spent on wishes, else half of that; a share of income without a day."""
        room, more = self.twin.discretionary_minor, self.more_minor()
        usual = (
            _round_sum(room / 2, self.twin.currency)
            if more
            else _round_sum(self.twin.income_level_minor * _SHARE_OF_INCOME, self.twin.currency)
        )
        amount = more if more and more <= room else usual
        return Lever(kind="save_more", amount_minor=amount) if 0 < amount <= room else None

    def spend_less(self) -> Lever | None:
        """Spend less in the largest category of what can wait."""
        levels = [level for level in self.twin.discretionary if level.category in _CAN_WAIT]
        largest = max(levels, key=lambda level: (level.monthly_minor, level.category), default=None)
        amount = 0 if largest is None else _round_sum(largest.monthly_minor * _SHARE_OF_CATEGORY, self.twin.currency)
        if largest is None or amount > largest.monthly_minor:
            return None
        return Lever(kind="spend_less", amount_minor=amount, category=largest.category)

    def more_time(self) -> Lever | None:
        """Wait until 8 in 10 paths have it; a year longer when that is not within the simulated time."""
        if self.months is None:
            return None
        enough = self.reach.when(LIKELY)
        later = self.months + 12 if enough is None else enough
        if not self.months < later <= LONGEST_MONTHS:
            return None
        return Lever(
            kind="more_time",
            months=later - self.months,
            probability=self.reach.by(later),
            likely_on=self.day(self.reach.when(POSSIBLE)),
        )

    def tried(self, levers: list[Lever]) -> list[Lever]:
        """The levers with their effect. What no plan explains stays as in the base: money put aside is not spent after all."""
        if not levers:
            return []
        schedules = [_pulled(self.schedule, lever) for lever in levers]
        unplanned = np.repeat(self.unplanned, len(levers), axis=0)
        found = simulate(schedules, self.paths, self.seed, unplanned)
        reaches = [self.reached(self.counting(found.balance[row] + found.savings[row])) for row in range(len(levers))]
        return [
            lever.model_copy(
                update={
                    "probability": None if self.months is None else reach.by(self.months),
                    "likely_on": self.day(reach.when(POSSIBLE)),
                }
            )
            for lever, reach in zip(levers, reaches, strict=True)
        ]


def _pulled(schedule: Schedule, lever: Lever) -> Schedule:
    amount = lever.amount_minor or 0
    if lever.kind == "spend_less":
        return schedule.changed(discretionary=schedule.discretionary - amount)
    return schedule.changed(adjustment=schedule.adjustment - amount, saving=schedule.saving + amount)


def _months_until(by: date | None, days: list[date]) -> int | None:
    """How many whole months there are until a day."""
    if by is None:
        return None
    if by >= month_after(days[-1], 1):
        raise UsageError(
            f"{by.isoformat()} is more than {LONGEST_MONTHS} months away. Choose a day before that, or none.", code="goal_too_far"
        )
    return max(month for month, day in enumerate(days) if month == 0 or day <= by)


def _round_sum(amount: float, currency: str) -> int:
    """To ten major units, at least ten."""
    step = 10 * 10 ** exponent(currency)
    return max(round(amount / step), 1) * step
