"""A block of twins over many paths, moved on month by month: the one place where the model is computed.

Arrays are float64 that carry whole minor units: exact up to 2**53, and quicker than int64 where rates and spreads are applied.
"""

from collections.abc import Callable

import numpy as np

from tools.twin.simulate.noise import Real
from tools.twin.simulate.terms import Money, Rows, Terms

#: Customers x paths of one block: its seven arrays stay in a core's second-level cache.
BLOCK_NUMBERS = 19_200

_ARRAYS = 7

#: Takes a flow or stock of the month by its name in `Simulation`; what it is given is overwritten soon after.
Keep = Callable[[str, Real], None]


class World:
    """State of a block, each array of shape (customers, paths).

    Attributes:
        balance, savings: at the end of the latest month; `unplanned` of that month.
        spare: free for the caller between two months.
    """

    def __init__(self, terms: Terms, noise: Real, room: Real | None = None) -> None:
        """Begin with what the terms begin with.

        Args:
            noise: (2, months, paths) where all of the block share a bank, (2, months, customers, paths) where each has its own.
            room: memory of an earlier block to use again, from `room_for`.
        """
        shape = (terms.customers, noise.shape[-1])
        size = shape[0] * shape[1]
        arrays = (room_for(size) if room is None else room)[: _ARRAYS * size].reshape(_ARRAYS, *shape)
        self.terms = terms
        self._draws = arrays[:2]
        self._income, self._spending, self.balance, self.savings, self.unplanned, self._flow, self.spare = arrays
        self.balance[...] = terms.start["balance"]
        self.savings[...] = terms.start["savings"]
        self._noise = np.stack([*noise, np.ones(noise.shape[1:])], axis=-2)
        self._weights = _weights(terms)
        self._has = {
            name: [bool(values.any()) for values in terms.monthly[name]]
            for name in ("overdraft_rate", "savings_rate", "saving", "investment", "credit")
        }
        self._draws_on_savings = [bool((saving < 0).any()) for saving in terms.monthly["saving"]]

    def advance(self, month: int, keep: Keep, unplanned: Real | Money | None = None, aim: Real | None = None) -> None:
        """One month of every path: what comes in, what is owed, what is spent, and what is put aside from the rest.

        Args:
            keep: is given every flow and stock of the month; a flow of which nobody has anything is left out.
            unplanned: what is spent beyond the plan; without it the share of the way back to the habitual balance.
            aim: whole balances to end the month with, which says what is unplanned; NaN where there is none.
        """
        self._draw(month)
        if unplanned is None:
            np.subtract(self.balance, self.terms.start["level"], out=self.unplanned)
            self.unplanned *= self.terms.start["reversion"]
            np.rint(self.unplanned, out=self.unplanned)
        else:
            self.unplanned[...] = unplanned
        self._charge(month, keep)
        if aim is not None:
            np.copyto(self.unplanned, self._needed(month, aim), where=~np.isnan(aim))
        self._spending += self.unplanned
        self._swap_negatives()
        self.balance += self._income
        self.balance -= self._spending
        for name, flow in (("income", self._income), ("spending", self._spending), ("unplanned", self.unplanned)):
            keep(name, flow)
        self._put_aside(month, keep)
        keep("balance", self.balance)
        keep("savings", self.savings)

    def _draw(self, month: int) -> None:
        """Income and spending with their chance."""
        # Levels, spreads and noise are such that every product and sum is exact (see `Terms`): no order of adding them up,
        # and so no library, processor or size of a block, gives another figure.
        weights, noise = self._weights[month], self._noise[month]
        if noise.ndim == 2:
            np.matmul(weights, noise, out=self._draws.reshape(len(weights), -1))
        else:
            np.matmul(weights.reshape(2, -1, 1, 3), noise, out=self._draws[:, :, None])
        np.rint(self._draws, out=self._draws)

    def _charge(self, month: int, keep: Keep) -> None:
        """Interest on what the month began with, and what loans bring in or cost."""
        if self._has["overdraft_rate"][month]:
            np.minimum(self.balance, 0, out=self._flow)
            self._flow *= self.terms.monthly["overdraft_rate"][month]
            np.rint(self._flow, out=self._flow)
            self.balance += self._flow
            keep("interest", self._flow)
        if self._has["credit"][month]:
            self.balance += self.terms.monthly["credit"][month]

    def _needed(self, month: int, aim: Real) -> Real:
        """What must be unplanned for the month to end with `aim`: the other way round through `_put_aside`."""
        monthly = self.terms.monthly
        habit = monthly["saving"][month]
        put_aside = np.where(aim > 0, np.maximum(habit, 0) + monthly["investment"][month], 0)
        drawn = np.where(habit < 0, np.maximum(habit, -self.savings), 0)
        return self.balance + self._income - self._spending - (aim + put_aside + drawn)

    def _swap_negatives(self) -> None:
        """A negative draw is money the other way: a refund is income, a clawed-back payment is spending."""
        if self._draws.min() >= 0:
            return
        np.minimum(self._income, 0, out=self._flow)
        np.minimum(self._spending, 0, out=self.spare)
        self._flow += self.spare
        self._draws -= self._flow

    def _put_aside(self, month: int, keep: Keep) -> None:
        """Saving, then investing, from what is there and no more; drawn from savings as far as the month began with any."""
        monthly = self.terms.monthly
        if self._has["savings_rate"][month]:
            np.multiply(self.savings, monthly["savings_rate"][month], out=self.spare)
            np.rint(self.spare, out=self.spare)
            keep("savings_interest", self.spare)
        if self._has["saving"][month]:
            np.maximum(self.balance, 0, out=self._flow)
            np.minimum(self._flow, monthly["saving"][month], out=self._flow)
            if self._draws_on_savings[month]:
                # Savings are not below zero, so that this leaves alone who puts aside.
                np.negative(self.savings, out=self.savings)
                np.maximum(self._flow, self.savings, out=self._flow)
                np.negative(self.savings, out=self.savings)
            self.balance -= self._flow
            self.savings += self._flow
            keep("saving", self._flow)
        if self._has["savings_rate"][month]:
            self.savings += self.spare
        if self._has["investment"][month]:
            np.maximum(self.balance, 0, out=self._flow)
            np.minimum(self._flow, monthly["investment"][month], out=self._flow)
            self.balance -= self._flow
            keep("investment", self._flow)


def _weights(terms: Terms) -> Real:
    """What income noise, spending noise and one are multiplied with, (months, 2 x customers, 3): incomes first, then spendings."""
    monthly, nothing = terms.monthly, np.zeros_like(terms.monthly["income"])
    income = np.concatenate([monthly["income_spread"], nothing, monthly["income"]], axis=2)
    spending = np.concatenate([monthly["followed"], monthly["spending_spread"], monthly["spending"]], axis=2)
    return np.concatenate([income, spending], axis=1)


def room_for(numbers: int = BLOCK_NUMBERS) -> Real:
    """Memory for a block of so many customers x paths."""
    return np.empty(_ARRAYS * numbers)


def blocks_of(terms: Terms, paths: int) -> list[Rows]:
    """The customers in blocks that fit the cache. Those of a block share a bank and, as far as it goes, what there is to compute."""
    monthly = terms.monthly
    has = [(monthly[name] != 0).any(axis=(0, 2)) for name in ("investment", "savings_rate", "overdraft_rate")]
    order = np.lexsort((*has, terms.bank))
    cuts = np.flatnonzero(np.diff(terms.bank[order])) + 1
    most = max(BLOCK_NUMBERS // paths, 1)
    # Even parts: a small rest would cost nearly as much as a full block.
    return [part for one in np.split(order, cuts) for part in np.array_split(one, -(-len(one) // most))]
