"""One customer as a cash-flow model: levels and spreads per month, all in minor units."""

from datetime import date

from pydantic import Field

from tools.value import Value

#: The form of the model below; recorded with every forecast.
MODEL = "cash-flow-1"


class CategoryLevel(Value):
    """Discretionary spending in one category, per month, without what is committed there."""

    category: str
    monthly_minor: int


class Twin(Value):
    """A fitted, versioned cash-flow model of one customer, as of one business date.

    One month moves the balance of the current accounts by `income - spending - saving - investment - repayment + interest`:

    * income varies around its level; spending is commitments + discretionary + adjustment, follows income by
      `spending_follows_income`, and varies by what is left;
    * `adjustment_minor` corrects the averages so that the expected monthly change is the drift that the balance itself has shown
      (`drift_minor`, shrunk towards nothing unless it is consistent): real balances rarely keep rolling at their mean net flow;
    * of what lies above (below) the habitual level, a share `reversion` is spent (held back) each month.

    Attributes:
        version: counts refits of this customer; the store keeps the versions.
        months_of_history: whole months the fit could use.
        persona: the behaviour persona that lent its priors.
        prior_weight: 0 (own history only) to 1 (persona only).
        investment_minor: part of what is moved away each month that goes into investments.
        balance_level_minor: habitual balance at this point of the month.
        overdraft_rate_bps: nominal yearly rate charged below zero, where a contract says it.
        loan_*: contracts summed, the rate weighted by what is owed.
    """

    customer_id: str
    as_of: date
    version: int = Field(default=1, ge=1)
    model: str = MODEL
    currency: str
    months_of_history: int = Field(ge=0)
    persona: str
    prior_weight: float = Field(ge=0, le=1)
    balance_minor: int
    savings_minor: int
    overdraft_limit_minor: int = Field(default=0, ge=0)
    overdraft_rate_bps: int = Field(default=0, ge=0)
    income_level_minor: int = Field(ge=0)
    income_sd_minor: int = Field(ge=0)
    commitments_minor: int = Field(ge=0)
    discretionary: tuple[CategoryLevel, ...] = ()
    spending_follows_income: float = Field(default=0.0, ge=0, le=1)
    spending_sd_minor: int = Field(ge=0)
    saving_minor: int = 0
    investment_minor: int = Field(default=0, ge=0)
    loan_outstanding_minor: int = Field(default=0, ge=0)
    loan_instalment_minor: int = Field(default=0, ge=0)
    loan_rate_bps: int = Field(default=0, ge=0)
    drift_minor: int = 0
    adjustment_minor: int = 0
    balance_level_minor: int
    reversion: float = Field(default=0.0, ge=0, le=1)

    @property
    def discretionary_minor(self) -> int:
        """Discretionary spending over all categories, per month."""
        return sum(level.monthly_minor for level in self.discretionary)

    @property
    def spending_level_minor(self) -> int:
        """Spending in a month like the average ones: committed and discretionary, without the adjustment."""
        return self.commitments_minor + self.discretionary_minor
