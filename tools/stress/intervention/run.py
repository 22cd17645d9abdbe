"""A policy on a book through a year: decisions under the guards, logged with their propensities, and what came of them."""

from dataclasses import dataclass

import numpy as np

from tools.stress.intervention.action import ACTIONS, CALL, Bools, Guard, Ints, Reals, Situations
from tools.stress.intervention.book import WEEKS, Book
from tools.stress.intervention.constants import Constants
from tools.stress.intervention.course import Course, costs_of
from tools.stress.intervention.guards import allowed, blocked
from tools.stress.intervention.luck import Luck
from tools.stress.intervention.policy import Policy, explored


@dataclass(frozen=True)
class Decisions:
    """One week's decisions for everybody, shapes (customers,) and (customers, actions).

    Attributes:
        free: what was allowed when each was decided; `chances` the policy's then; `propensity` of what was chosen.
    """

    actions: Ints
    free: Bools
    chances: Reals
    propensity: Reals


@dataclass(frozen=True)
class Outcome:
    """What a year came to, per customer, shape (customers,).

    Attributes:
        critical_weeks, months_below: the strain; `failed` debits that came back.
        contacts: by action, shape (customers, actions); `costs` in critical weeks, with the annoyance of the healthy.
    """

    critical_weeks: Reals
    months_below: Reals
    failed: Reals
    contacts: Ints
    costs: Reals

    @property
    def value(self) -> Reals:
        """The objective, higher is better: minus critical weeks, minus months below zero, minus costs."""
        return -(self.critical_weeks + self.months_below + self.costs)


def decide(
    policy: Policy,
    seen: Situations,
    constants: Constants,
    choice: Reals,
    *,
    floor: float = 0.0,
    guards: tuple[Guard, ...] | None = None,
) -> Decisions:
    """Draw everybody's action. The calls of a week go to those whom the policy wants called most, then to the most strained.

    Whoever comes when all are made chooses again without; so each propensity is that of what was allowed at the time.

    Args:
        choice: one uniform number for each customer.
        floor: part of each decision that is spread evenly over what is allowed.
        guards: others than the policy's own.
    """
    table = blocked(seen, constants)
    free = allowed(table, policy.guards if guards is None else guards)
    actions, chances = _drawn(policy, seen, free, choice, floor)
    order = np.lexsort((-np.nan_to_num(seen.score), -chances[:, CALL]))
    before = np.cumsum(actions[order] == CALL) - (actions[order] == CALL)
    late = np.zeros(len(seen), dtype=np.bool_)
    late[order] = before >= seen.calls_left[order]
    if (late & free[:, CALL]).any():
        without = free.copy()
        without[late, CALL] = False
        again, other = _drawn(policy, seen, without, choice, floor)
        actions, chances = np.where(late, again, actions), np.where(late[:, None], other, chances)
        free = without
    return Decisions(actions, free, chances, chances[np.arange(len(seen)), actions])


def _drawn(policy: Policy, seen: Situations, free: Bools, choice: Reals, floor: float) -> tuple[Ints, Reals]:
    chances = policy.chances(seen, free)
    if floor:
        chances = explored(chances, free, floor)
    reached = np.cumsum(chances, axis=1)
    actions = (choice[:, None] * reached[:, -1:] >= reached).sum(axis=1)
    # Rounding may land on an action without a chance: the last one that has any is meant.
    last: Ints = len(ACTIONS) - 1 - np.argmax(chances[:, ::-1] > 0, axis=1)
    possible = chances[np.arange(len(seen)), actions] > 0
    return np.asarray(np.where(possible, actions, last), dtype=np.int64), chances


def calls_a_week(book: Book, constants: Constants) -> int:
    """How many calls the bank has people for."""
    return max(round(constants.calls_per_customer_week * len(book)), 1)


def run(policy: Policy, book: Book, luck: Luck, constants: Constants, floor: float = 0.0) -> Outcome:
    """The whole year under one policy."""
    course = Course(book, luck, constants)
    calls, costs = calls_a_week(book, constants), np.zeros(len(book))
    for week in range(WEEKS):
        made = decide(policy, course.situations(calls), constants, luck.choice[:, week], floor=floor)
        costs += costs_of(made.actions, course.was_healthy, constants)
        course.advance(made.actions)
    return outcome_of(course, costs)


def outcome_of(course: Course, costs: Reals) -> Outcome:
    """Sum up a finished course."""
    return Outcome(
        critical_weeks=course.critical.sum(axis=1).astype(np.float64),
        months_below=course.below.sum(axis=1) * 12 / 52,
        failed=course.failed.sum(axis=1).astype(np.float64),
        contacts=np.stack([(course.action == action).sum(axis=1) for action in range(len(ACTIONS))], axis=1),
        costs=costs,
    )
