"""Many twins, summarised while they are simulated: what is kept does not grow with the number of paths or of customers."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from tools.twin.simulate.aim import aims_of_month
from tools.twin.simulate.noise import Real, noise_bank
from tools.twin.simulate.schedule import Schedule
from tools.twin.simulate.simulate import checked_terms
from tools.twin.simulate.terms import Money, Rows, Terms
from tools.twin.simulate.world import BLOCK_NUMBERS, Keep, World, blocks_of, room_for

PERCENTILES = (10, 25, 50, 75, 90)
#: Customers that are laid out, simulated and handed out together.
AT_ONCE = 2_048
#: Flows that are added up over the paths; what is spent and what is saved up follow from the identities.
_SUMMED = ("income", "balance", "interest", "savings_interest", "saving", "investment")


@dataclass(frozen=True)
class SummaryBlock:
    """Summaries of some customers; money in minor units.

    Attributes:
        schedules: whose, in the order they came in.
        percentiles: of the balance at month ends, nearest rank as in `PERCENTILES`, int64 of shape (customers, months, 5).
        mean: of each flow and stock of `Simulation` over the paths, float64 of shape (customers, months), by its name there.
        below_zero, below_limit: share of paths that end a month below zero, or beyond the agreed overdraft; (customers, months).
        ever_below_zero, ever_below_limit: share of paths that end at least one month so; (customers,).
    """

    schedules: tuple[Schedule, ...]
    percentiles: Money
    mean: dict[str, Real]
    below_zero: Real
    below_limit: Real
    ever_below_zero: Real
    ever_below_limit: Real


def summaries(
    schedules: Iterable[Schedule],
    paths: int,
    seed: int,
    *,
    changed: Callable[[Schedule], Schedule] | None = None,
    targets: Callable[[Schedule], Real] | None = None,
    threads: int = 1,
    at_once: int = AT_ONCE,
) -> Iterator[SummaryBlock]:
    """Simulate any number of schedules of one length; memory stays that of `at_once` customers.

    The figures are those of `simulate`: neither the order of customers nor `at_once` nor `threads` changes any of them.

    Args:
        changed: a scenario. Its summaries are given instead, over the same chance and with what the base did not plan.
        targets: where the paths of the base are moved to, shape (months, 3) (see `tools.twin.simulate.aim`).

    Raises:
        UsageError: as `simulate`.
    """
    remaining = iter(schedules)
    rooms: deque[Real] = deque()
    with ThreadPoolExecutor(threads) as pool:
        while chunk := tuple(islice(remaining, at_once)):
            base, after = checked_terms(chunk, paths), chunk if changed is None else tuple(map(changed, chunk))
            moved = None if targets is None else np.stack([targets(schedule) for schedule in chunk])
            gathered = _Gathered(base, None if changed is None else checked_terms(after, paths), moved, paths, seed, rooms)
            blocks = blocks_of(base, paths)
            for _ in pool.map(gathered.take, blocks) if threads > 1 else map(gathered.take, blocks):
                pass  # each fills its own rows
            yield gathered.block(after)


class _Gathered:
    """The summaries of one chunk, filled block by block; months along the first axis, customers along the second."""

    def __init__(self, base: Terms, after: Terms | None, targets: Real | None, paths: int, seed: int, rooms: deque[Real]) -> None:
        self.base, self.after, self.targets, self.paths, self.seed, self.rooms = base, after, targets, paths, seed, rooms
        self.terms = after or base
        shape = (base.months, base.customers)
        self.ranks = [-(-paths * percent // 100) - 1 for percent in PERCENTILES]
        self.ones = np.ones(paths)
        self.sums = {name: np.zeros(shape) for name in _SUMMED}
        self.percentiles = np.empty((*shape, len(PERCENTILES)))
        self.below_zero, self.below_limit = np.zeros(shape), np.zeros(shape)
        self.ever_below_zero, self.ever_below_limit = np.zeros(base.customers), np.zeros(base.customers)

    def take(self, rows: Rows) -> None:
        """Simulate one block and keep its summaries."""
        noise = noise_bank(self.terms.months, self.paths, self.seed, int(self.terms.bank[rows[0]]))
        room = self.rooms.pop() if self.rooms else room_for(max(BLOCK_NUMBERS, self.paths))
        world = World(self.terms.of(rows), noise, room)
        targets = None if self.targets is None else self.targets[rows]
        before = _Before(self.base.of(rows), noise, targets, changed=self.after is not None)
        sums = {name: np.zeros((self.terms.months, len(rows))) for name in _SUMMED}
        ever = np.zeros((2, *world.balance.shape), dtype=np.bool_)
        for month in range(self.terms.months):
            world.advance(month, self._adder(sums, month), *before.advance(month))
            below = world.balance < 0
            if below.any():
                beyond = world.balance < world.terms.start["limit"]
                self.below_zero[month, rows], self.below_limit[month, rows] = _counted(below), _counted(beyond)
                ever[0] |= below
                ever[1] |= beyond
            np.copyto(world.spare, world.balance)
            world.spare.sort(axis=1)
            self.percentiles[month, rows] = world.spare[:, self.ranks]
        self.ever_below_zero[rows], self.ever_below_limit[rows] = _counted(ever[0]), _counted(ever[1])
        for name, found in sums.items():
            self.sums[name][:, rows] = found
        self.rooms.append(room)

    def _adder(self, sums: dict[str, Real], month: int) -> Keep:
        def keep(name: str, values: Real) -> None:
            if name in sums:
                # Sums of whole numbers are exact, so that their order does not matter.
                np.vecdot(values, self.ones, out=sums[name][month])

        return keep

    def block(self, schedules: Sequence[Schedule]) -> SummaryBlock:
        """The finished summaries."""
        sums = {name: values.T for name, values in self.sums.items()}
        sums |= {name: values.T.astype(np.float64) * self.paths for name, values in self.terms.loans.items()}
        start = {name: self.terms.start[name] * self.paths for name in ("balance", "savings")}
        before = np.concatenate([start["balance"], sums["balance"][:, :-1]], axis=1)
        sums["spending"] = before - sums["balance"] + sums["income"] + sums["drawn"] + sums["interest"]
        sums["spending"] -= sums["saving"] + sums["investment"] + sums["repayment"]
        sums["savings"] = start["savings"] + (sums["saving"] + sums["savings_interest"]).cumsum(axis=1)
        return SummaryBlock(
            schedules=tuple(schedules),
            percentiles=self.percentiles.transpose(1, 0, 2).astype(np.int64),
            mean={name: values / self.paths for name, values in sums.items()},
            below_zero=self.below_zero.T / self.paths,
            below_limit=self.below_limit.T / self.paths,
            ever_below_zero=self.ever_below_zero / self.paths,
            ever_below_limit=self.ever_below_limit / self.paths,
        )


class _Before:
    """What a block is held against, moved on month by month: paths by the model, and those moved to their targets."""

    def __init__(self, terms: Terms, noise: Real, targets: Real | None, *, changed: bool) -> None:
        self.targets = None if targets is None or np.isnan(targets).all() else targets
        self.model = World(terms, noise) if changed or self.targets is not None else None
        self.moved = World(terms, noise) if changed and self.targets is not None else None

    def advance(self, month: int) -> tuple[Real | None, Real | None]:
        """What the summarised paths spend unplanned in a month, and where that takes them instead; see `World.advance`."""
        if self.model is None:
            return None, None
        self.model.advance(month, _drop)
        if self.targets is None:
            return self.model.unplanned, None
        aims = aims_of_month(self.model, self.targets[:, month])
        if self.moved is None:
            return self.model.unplanned, aims
        self.moved.advance(month, _drop, self.model.unplanned, aims)
        return self.moved.unplanned, None


def _counted(found: npt.NDArray[np.bool_]) -> Real:
    """How many of each row are true."""
    return np.bitwise_count(np.packbits(found, axis=1)).sum(axis=1).astype(np.float64)


def _drop(_: str, __: Real) -> None:
    """Keep nothing: of the base, only what it did not plan is needed."""
