"""A log of one decision per customer, as a bank would keep it, and the truth that only a simulator knows."""

from collections.abc import Iterable

import numpy as np

from tools.stress.intervention.action import Reals, Situations
from tools.stress.intervention.book import WEEKS, Book
from tools.stress.intervention.constants import Constants
from tools.stress.intervention.course import Course, costs_of
from tools.stress.intervention.estimate import Log
from tools.stress.intervention.luck import luck_of
from tools.stress.intervention.policy import Policy
from tools.stress.intervention.run import Decisions, calls_a_week, decide

#: What a decision is judged by: strain and costs of the quarter that begins with it.
AFTER_WEEKS = 13


def logged(policy: Policy, book: Book, constants: Constants, *, seeds: Iterable[int], week: int, floor: float) -> Log:
    """What a bank that runs `policy` with exploration would have on file: the decisions of one week, where there was a choice.

    Before that week and after it the same policy goes on, explored in the same way.
    """
    parts = [_of_one(policy, policy, book, constants, seed, week, floor, floor) for seed in seeds]
    return Log(
        seen=Situations.joined([part.seen for part in parts]),
        free=np.concatenate([part.free for part in parts]),
        actions=np.concatenate([part.actions for part in parts]),
        propensities=np.concatenate([part.propensities for part in parts]),
        rewards=np.concatenate([part.rewards for part in parts]),
    )


def truth(judged: Policy, logging: Policy, book: Book, constants: Constants, *, seeds: Iterable[int], week: int, floor: float) -> float:
    """The mean reward when `judged` makes that week's decision and `logging` all the others: what the estimates are to find."""
    parts = [_of_one(judged, logging, book, constants, seed, week, floor, 0.0) for seed in seeds]
    return float(np.concatenate([part.rewards for part in parts]).mean())


def _of_one(
    judged: Policy, logging: Policy, book: Book, constants: Constants, seed: int, week: int, floor: float, judged_floor: float
) -> Log:
    luck = luck_of(book, constants, seed)
    course, calls = Course(book, luck, constants), calls_a_week(book, constants)
    for now in range(week):
        _step(course, decide(logging, course.situations(calls), constants, luck.choice[:, now], floor=floor))
    # Calls of the judged week are not rationed: a queue would make one customer's decision another one's outcome.
    seen = course.situations(len(book))
    # Whatever it keeps elsewhere, the judged policy decides inside what the log's one was allowed: the log knows no more.
    made = decide(judged, seen, constants, luck.choice[:, week], floor=judged_floor, guards=logging.guards)
    rewards = -_step(course, made)
    for now in range(week + 1, min(week + AFTER_WEEKS, WEEKS)):
        rewards -= _step(course, decide(logging, course.situations(calls), constants, luck.choice[:, now], floor=floor))
    chosen = made.free.sum(axis=1) > 1
    return Log(seen.of(chosen), made.free[chosen], made.actions[chosen], made.propensity[chosen], rewards[chosen])


def _step(course: Course, made: Decisions) -> Reals:
    """One week, and what it cost each customer in strain and contacts."""
    week = course.week
    costs = costs_of(made.actions, course.was_healthy, course.constants)
    course.advance(made.actions)
    return costs + course.burden(week)
