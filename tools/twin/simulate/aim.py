"""Where paths are moved to: month ends with percentiles that something else than the model knows better.

A target is what the 10th, 50th and 90th percentile of a month end shall be, in minor units; NaN where there is none.
"""

from collections.abc import Sequence

import numpy as np

from tools.twin.simulate.noise import Real, noise_bank, normal_scores
from tools.twin.simulate.schedule import Schedule
from tools.twin.simulate.terms import Money, Rows, Terms, terms_of
from tools.twin.simulate.world import World, blocks_of

#: A single course is ranked among so many paths of the same twin.
_RANKED_AMONG = 255


def aimed(balance: Money | Real, savings: Money | Real, targets: Real) -> Real:
    """Whole balances in the order of the given ones whose 10th, 50th and 90th percentiles are the targets.

    Two halves of normal curves rather than stretched balances: many paths may share one balance (at zero, when all that is left is
    saved), and nothing can be stretched there. Who saved more stands higher.
    """
    found = np.empty(len(balance))
    found[np.lexsort((savings, balance))] = _in_order(targets, len(balance))
    return found


def _in_order(targets: Real, count: int) -> Real:
    """So many balances with these percentiles, ascending."""
    scores = normal_scores(count)
    low, middle, high = (float(scores[-(-count * percent // 100) - 1]) for percent in (10, 50, 90))
    p10, p50, p90 = targets.tolist()
    below = (p50 - p10) / (middle - low) if middle > low else 0.0
    above = (p90 - p50) / (high - middle) if high > middle else 0.0
    return np.rint(p50 + np.where(scores < middle, below, above) * (scores - middle))


def aims_of_month(world: World, targets: Real) -> Real:
    """For a block of customers after a month, where each of its paths is moved to: (customers, paths), NaN without a target.

    Args:
        targets: of the month, shape (customers, 3).
    """
    aims = np.full(world.balance.shape, np.nan)
    for row in np.flatnonzero(~np.isnan(targets[:, 0])):
        aims[row] = aimed(world.balance[row], world.savings[row], targets[row])
    return aims


def course_aims(schedules: Sequence[Schedule], balance: Money, savings: Money, targets: Real, seed: int) -> Real:
    """For one course of events of each customer, the month ends of the same rank among the targets as it has among many paths.

    Args:
        balance, savings: of the courses, shape (customers, 1, months).
        targets: shape (customers, months, 3).

    Returns:
        Whole balances, shape (customers, 1, months); NaN without a target.
    """
    terms, aims = terms_of(schedules), np.full(balance.shape, np.nan)
    taught = ~np.isnan(targets[:, :, 0])
    for rows in blocks_of(terms, _RANKED_AMONG):
        if not np.any(taught[rows]):
            continue
        world = _paths_of(terms, rows, seed)
        last = int(np.flatnonzero(np.any(taught[rows], axis=0))[-1])
        for month in range(last + 1):
            world.advance(month, _drop)
            for at, row in enumerate(rows):
                if taught[row, month]:
                    place = _place(world.balance[at], world.savings[at], int(balance[row, 0, month]), int(savings[row, 0, month]))
                    aims[row, 0, month] = _in_order(targets[row, month], _RANKED_AMONG + 1)[place]
    return aims


def _place(balances: Real, savings: Real, balance: int, saved: int) -> int:
    """How many paths stand lower; of those that stand equal, half."""
    equal = balances == balance
    lower = np.count_nonzero(balances < balance) + np.count_nonzero(equal & (savings < saved))
    return int(lower + np.count_nonzero(equal & (savings == saved)) // 2)


def _paths_of(terms: Terms, rows: Rows, seed: int) -> World:
    return World(terms.of(rows), noise_bank(terms.months, _RANKED_AMONG, seed, int(terms.bank[rows[0]])))


def _drop(_: str, __: Real) -> None:
    """Keep nothing: only the state of the world is looked at."""
