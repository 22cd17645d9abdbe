"""Many twins over many paths and months at once. Money is conserved: every movement is a whole minor unit and is counted once."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from tools.errors import UsageError
from tools.twin.noise import BANKS, Real, noise_bank
from tools.twin.twin import Twin

Money = npt.NDArray[np.int64]

LONGEST_MONTHS = 120
MOST_PATHS = 16_384


@dataclass(frozen=True)
class Simulation:
    """Monthly flows and balances, int64 minor units, each of shape (customers, paths, months).

    In every path and month, exactly:

        balance = previous balance + income - spending - saving - investment - repayment + interest
        savings = previous savings + saving            (never below zero)
        loan    = previous loan + loan_interest - repayment   (never below zero; no repayment without a loan)

    `interest` is the current account's (negative below zero); `saving` is negative when savings are drawn on.
    """

    twins: tuple[Twin, ...]
    income: Money
    spending: Money
    saving: Money
    investment: Money
    repayment: Money
    interest: Money
    loan_interest: Money
    balance: Money
    savings: Money
    loan: Money


def simulate(twins: Sequence[Twin], horizon_months: int, paths: int, seed: int) -> Simulation:
    """Simulate every twin `horizon_months` ahead from its own `as_of`.

    A customer's paths depend on its twin, its id and the seed only, not on who is simulated with it. Memory is about
    80 bytes x customers x paths x months: pass large books in blocks.

    Raises:
        UsageError: no twins, or a horizon or number of paths out of range.
    """
    if not twins or not 1 <= horizon_months <= LONGEST_MONTHS or not 2 <= paths <= MOST_PATHS:
        raise UsageError(
            f"Cannot simulate {len(twins)} twins over {horizon_months} months and {paths} paths. "
            f"Give at least one twin, 1 to {LONGEST_MONTHS} months and 2 to {MOST_PATHS} paths."
        )
    noise = np.stack([noise_bank(horizon_months, paths, seed, crc32(twin.customer_id.encode()) % BANKS) for twin in twins])
    world = _World(twins, paths, horizon_months)
    for month in range(horizon_months):
        world.advance(month, noise[:, 0, month], noise[:, 1, month])
    return world.result()


def _column(twins: Sequence[Twin], name: str) -> Real:
    return np.array([getattr(twin, name) for twin in twins], dtype=np.float64)[:, None]


def _whole(values: Real) -> Money:
    return np.rint(values).astype(np.int64)


class _World:
    """State and parameters of all twins as columns; `advance` moves them by one month."""

    def __init__(self, twins: Sequence[Twin], paths: int, months: int) -> None:
        self.twins = tuple(twins)
        self.p = {name: _column(twins, name) for name in Twin.model_fields if isinstance(getattr(twins[0], name), int | float)}
        self.p["spending_level_minor"] = _column(twins, "spending_level_minor")
        shape = (len(twins), paths)
        self.balance, self.savings, self.loan = (
            np.broadcast_to(_whole(self.p[name]), shape).copy() for name in ("balance_minor", "savings_minor", "loan_outstanding_minor")
        )
        names = ("income", "spending", "saving", "investment", "repayment", "interest", "loan_interest", "balance", "savings", "loan")
        self.table = {name: np.zeros((*shape, months), dtype=np.int64) for name in names}

    def advance(self, month: int, income_noise: Real, spending_noise: Real) -> None:
        """One month of every path: what comes in, what is owed, what is spent, and what is put aside from the rest."""
        p = self.p
        surprise = p["income_sd_minor"] * income_noise
        wanted_income = _whole(p["income_level_minor"] + surprise)
        wanted_spending = _whole(
            p["spending_level_minor"]
            + p["adjustment_minor"]
            + p["spending_follows_income"] * surprise
            + p["spending_sd_minor"] * spending_noise
            + p["reversion"] * (self.balance - p["balance_level_minor"])
        )
        # A negative draw is money the other way: a refund is income, a clawed-back payment is spending.
        income = np.maximum(wanted_income, 0) + np.maximum(-wanted_spending, 0)
        spending = np.maximum(wanted_spending, 0) + np.maximum(-wanted_income, 0)
        interest = _whole(np.minimum(self.balance, 0) * p["overdraft_rate_bps"] / 120_000)
        loan_interest = _whole(self.loan * p["loan_rate_bps"] / 120_000)
        repayment = np.minimum(_whole(p["loan_instalment_minor"]), self.loan + loan_interest)
        left = self.balance + income - spending - repayment + interest
        saving = self._saving(left)
        investment = np.minimum(_whole(p["investment_minor"]), np.maximum(left - saving, 0))
        self.balance = left - saving - investment
        self.savings = self.savings + saving
        self.loan = self.loan + loan_interest - repayment
        flows = (income, spending, saving, investment, repayment, interest, loan_interest, self.balance, self.savings, self.loan)
        for array, flow in zip(self.table.values(), flows, strict=True):
            array[:, :, month] = flow

    def _saving(self, left: Money) -> Money:
        """The habitual move to savings, as far as there is money for it; a habit of drawing on savings ends with them."""
        habit = _whole(self.p["saving_minor"])
        return np.where(habit >= 0, np.minimum(habit, np.maximum(left, 0)), -np.minimum(-habit, self.savings))

    def result(self) -> Simulation:
        """The finished table."""
        return Simulation(twins=self.twins, **self.table)
