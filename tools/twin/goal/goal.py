"""Goals and the plan they form with what is owed: one version at a time; a changed mind makes the next one."""

from datetime import date

from pydantic import Field

from tools.errors import ConflictError, NotFoundError
from tools.ledger.account import Contract, HoldingKind
from tools.ledger.history import History
from tools.twin.calendar.payment_day import month_step
from tools.twin.scenario.annuity import months_to_clear
from tools.value import Value

#: More goals than anybody keeps in mind; each is simulated whenever the plan is shown.
MOST_GOALS = 12
#: What is not paid off within a hundred years is never paid off.
_NEVER_MONTHS = 1200
_SMALL_WORDS = frozenset({"a", "an", "the", "my", "our", "your", "some"})


class Goal(Value):
    """A sum that somebody wants to have, perhaps by a day.

    Attributes:
        purpose: what it is for, in the person's own words: a text of the outside world.
        by: the day on which it is wanted; None when it may take as long as it takes.
        earmarked_minor: what has been put aside for it alone.
    """

    id: str = Field(min_length=1, max_length=100)
    purpose: str | None = Field(default=None, min_length=1, max_length=120)
    amount_minor: int = Field(gt=0)
    by: date | None = None
    earmarked_minor: int = Field(default=0, ge=0)
    made_on: date


class ProposedGoal(Goal):
    """A goal that waits for its person's approval.

    Attributes:
        currency: of its amounts, that of the plan.
        replaces: id of the goal that it takes the place of.
        plan_version: version of the plan for which its outlook was worked out.
    """

    currency: str
    replaces: str | None = None
    plan_version: int = Field(ge=0)

    @property
    def goal(self) -> Goal:
        """The goal alone; in the place of another one it goes on under that one's id."""
        wanted = self.model_dump(exclude={"currency", "replaces", "plan_version"})
        return Goal.model_validate(wanted | ({"id": self.replaces} if self.replaces else {}))


class Debt(Value):
    """What is owed under one contract. It stands in the plan to be read; only its contract changes it.

    Attributes:
        name: of the holding, a text of the outside world; None where it is not known.
        free_on: when nothing is owed any more at today's instalment and rate; None where there is no instalment, or it covers so little
            more than the interest that this is not within a hundred years.
    """

    kind: HoldingKind
    name: str | None = None
    currency: str
    outstanding_minor: int
    instalment_minor: int
    rate_bps: int
    matures_on: date | None
    free_on: date | None = None


class Plan(Value):
    """One version of what somebody is saving for, first things first. Version 0 is that of somebody who never had a goal.

    What is worked out for a plan carries its version and is void for every other one.
    """

    customer_id: str
    currency: str
    version: int = Field(default=0, ge=0)
    made_on: date
    goals: tuple[Goal, ...] = Field(default=(), max_length=MOST_GOALS)
    debts: tuple[Debt, ...] = ()

    def goal(self, goal_id: str) -> Goal:
        """One goal. Raises NotFoundError."""
        for goal in self.goals:
            if goal.id == goal_id:
                return goal
        raise NotFoundError("There is no such goal in the plan. Load the plan again.")

    def for_purpose(self, purpose: str | None) -> Goal | None:
        """The goal with the same purpose, if there is one: it is the one that a changed mind is about."""
        wanted = purpose_key(purpose)
        return next((goal for goal in self.goals if purpose_key(goal.purpose) == wanted), None)


def purpose_key(purpose: str | None) -> str:
    """By what two purposes are the same: their words without case and without a small word in front ("a trip" is "the trip")."""
    words = (purpose or "").casefold().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in _SMALL_WORDS else words)


def replaced(plan: Plan, goal: Goal, on: date) -> Plan:
    """The next version: with the goal in the place of the one with its id, or behind all others.

    Raises:
        ConflictError: (`plan_full`) the plan holds as many goals as it can.
    """
    known = [one.id for one in plan.goals]
    if goal.id not in known and len(known) >= MOST_GOALS:
        raise ConflictError(f"The plan holds {MOST_GOALS} goals already. Take one out first.", code="plan_full")
    goals = tuple(goal if one.id == goal.id else one for one in plan.goals) if goal.id in known else (*plan.goals, goal)
    return _next(plan, goals, on)


def without(plan: Plan, goal_id: str, on: date) -> Plan:
    """The next version: without one goal. Raises NotFoundError when the plan does not have it."""
    gone = plan.goal(goal_id)
    return _next(plan, tuple(goal for goal in plan.goals if goal != gone), on)


def restored(plan: Plan, before: Plan, on: date) -> Plan:
    """The next version: with the goals of an earlier one. Numbers of versions only grow, so that nothing void becomes valid again."""
    return _next(plan, before.goals, on)


def _next(plan: Plan, goals: tuple[Goal, ...], on: date) -> Plan:
    return plan.model_copy(update={"version": plan.version + 1, "made_on": on, "goals": goals})


def with_debts(plan: Plan, history: History) -> Plan:
    """The plan with what is owed under the customer's contracts, in the plan's currency and in others."""
    owed = [contract for contract in history.contracts if contract.kind in _BORROWED and contract.outstanding_minor]
    names = {holding.id: holding.name for holding in history.holdings}
    debts = tuple(
        Debt(
            kind=contract.kind,
            name=names.get(contract.holding_id),
            currency=contract.currency,
            outstanding_minor=contract.outstanding_minor or 0,
            instalment_minor=contract.instalment_minor,
            rate_bps=contract.rate_bps,
            matures_on=contract.matures_on,
            free_on=_free_on(contract, history.as_of),
        )
        for contract in owed
    )
    return plan.model_copy(update={"debts": debts})


def _free_on(contract: Contract, as_of: date) -> date | None:
    owed, since = contract.outstanding_minor or 0, contract.outstanding_as_of or as_of
    if contract.instalment_minor <= 0:
        return None
    months = months_to_clear(owed, contract.rate_bps, contract.instalment_minor)
    return None if months is None or months > _NEVER_MONTHS else month_step(since, months, contract.due_day or since.day)


_BORROWED = frozenset({"loan", "car_loan", "mortgage", "overdraft", "card", "working_capital", "invoice_finance"})


def expected_by(goal: Goal, on: date) -> int | None:
    """What should be there on a day for the goal to be on track, in minor units: an even pace from the earmarked sum on the day it was
    made to the whole amount on the day it is wanted. None for a goal without a day.
    """
    if goal.by is None:
        return None
    whole, start = goal.amount_minor, min(goal.earmarked_minor, goal.amount_minor)
    days = (goal.by - goal.made_on).days
    if on >= goal.by or days <= 0:
        return whole
    return start + (whole - start) * max((on - goal.made_on).days, 0) // days
