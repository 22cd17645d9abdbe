"""Many twins over many paths and months at once. Money is conserved: every movement is a whole minor unit and is counted once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.errors import UsageError
from tools.twin.simulate.noise import Real, noise_bank, own_noise
from tools.twin.simulate.schedule import Schedule
from tools.twin.simulate.terms import Money, Rows, Terms, terms_of
from tools.twin.simulate.world import Keep, World, blocks_of

LEAST_PATHS, MOST_PATHS = 2, 16_384
_FLOWS = ("income", "spending", "saving", "investment", "interest", "savings_interest", "balance", "savings", "unplanned")


@dataclass(frozen=True)
class Simulation:
    """Monthly flows and balances, int64 minor units, each of shape (customers, paths, months); loans (customers, 1, months).

    In every path and month, exactly:

        balance = previous balance + income + drawn - spending - saving - investment - repayment + interest
        savings = previous savings + saving + savings_interest   (never below zero)
        loan    = previous loan + drawn + loan_interest - repayment   (never below zero; no repayment without a loan)

    `interest` is the current account's (negative below zero); `saving` is negative when savings are drawn on. `unplanned` is the
    part of spending that no plan explains (return to the habitual balance); a scenario is run with that of its base.
    """

    schedules: tuple[Schedule, ...]
    income: Money
    spending: Money
    saving: Money
    investment: Money
    interest: Money
    savings_interest: Money
    balance: Money
    savings: Money
    unplanned: Money
    drawn: Money
    repayment: Money
    loan_interest: Money
    loan: Money


def simulate(schedules: Sequence[Schedule], paths: int, seed: int, unplanned: Money | None = None, aims: Real | None = None) -> Simulation:
    """Simulate every schedule from its twin's own `as_of`. A customer's chance depends on its id and the seed only.

    Args:
        unplanned: of the base, when the schedules are those of a scenario (shape as `Simulation.unplanned`).
        aims: whole balances with which the months of the paths must end, NaN where there are none (the same shape): what is
            missing or over is booked as unplanned.

    Raises:
        UsageError: no schedules, different lengths, a number of paths out of range, or amounts too large to add up.
    """
    terms = checked_terms(schedules, paths)
    table = _empty(terms, paths)
    for rows in blocks_of(terms, paths):
        block = terms.of(rows)
        world = World(block, noise_bank(terms.months, paths, seed, int(block.bank[0])))
        for month in range(terms.months):
            given = None if unplanned is None else unplanned[rows, :, month]
            world.advance(month, _keeper(table, month, rows), given, None if aims is None else aims[rows, :, month])
    return _finished(schedules, terms, table)


def simulate_course(schedules: Sequence[Schedule], seed: int, unplanned: Money | None = None, aims: Real | None = None) -> Simulation:
    """One course of events for each customer: a single path whose chance is shared with nobody.

    Args:
        unplanned, aims: as for `simulate`.

    Raises:
        UsageError: as `simulate`.
    """
    terms = checked_terms(schedules)
    table = _empty(terms, 1)
    world = World(terms, own_noise([schedule.twin.customer_id for schedule in schedules], terms.months, seed))
    for month in range(terms.months):
        given = None if unplanned is None else unplanned[:, :, month]
        world.advance(month, _keeper(table, month, slice(None)), given, None if aims is None else aims[:, :, month])
    return _finished(schedules, terms, table)


def _empty(terms: Terms, paths: int) -> dict[str, Money]:
    return {name: np.zeros((terms.months, terms.customers, paths), dtype=np.int64) for name in _FLOWS}


def _keeper(table: dict[str, Money], month: int, rows: Rows | slice) -> Keep:
    def keep(name: str, values: Real) -> None:
        table[name][month, rows] = values

    return keep


def _finished(schedules: Sequence[Schedule], terms: Terms, table: dict[str, Money]) -> Simulation:
    return Simulation(
        schedules=tuple(schedules),
        **{name: values.transpose(1, 2, 0) for name, values in table.items()},
        **{name: values.T[:, None] for name, values in terms.loans.items()},
    )


def checked_terms(schedules: Sequence[Schedule], paths: int = LEAST_PATHS) -> Terms:
    """The terms of schedules that can be simulated together. Raises as `simulate`."""
    months = schedules[0].months if schedules else 0
    if not schedules or not LEAST_PATHS <= paths <= MOST_PATHS or {len(schedule.income) for schedule in schedules} != {months}:
        raise UsageError(
            f"Cannot simulate {len(schedules)} schedules over {paths} paths. "
            f"Give at least one schedule, all of the same length, and {LEAST_PATHS} to {MOST_PATHS} paths.",
            code="bad_paths",
        )
    return terms_of(schedules)
