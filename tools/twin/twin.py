"""One customer as a cash-flow model: income streams, commitments, discretionary spending, saving and credit, in minor units."""

from datetime import date

from pydantic import Field

from tools.ledger.account import HoldingKind
from tools.ledger.customer import Segment
from tools.value import Value

#: The form of the model below; recorded with every forecast and every stored version.
MODEL = "cash-flow-2"


class IncomeStream(Value):
    """Money that comes in again and again from one side.

    Attributes:
        category: `salary`, `pension`, `benefits`, `business_income` or `other_income`.
        amount_minor: one payment; `sd_minor` its spread.
        every_days: distance between two; `pay_day` the usual day of the month for monthly ones.
        late_days: mean days after the pay day, `late_sd_days` their spread.
        monthly_minor: what it comes to in a mean month.
        next_on: when the next one is expected, after the twin's `as_of`.
    """

    category: str
    amount_minor: int = Field(ge=0)
    sd_minor: int = Field(default=0, ge=0)
    every_days: int = Field(ge=1)
    pay_day: int | None = Field(default=None, ge=1, le=31)
    late_days: float = 0.0
    late_sd_days: float = Field(default=0.0, ge=0)
    monthly_minor: int = Field(ge=0)
    next_on: date


class Commitment(Value):
    """Money that goes out again and again to one side: rent, a bill, a subscription. Repayments of credit are in `Credit`.

    Attributes: as `IncomeStream`; `due_day` is the day of the month on which it is usually booked, `delay_days` the mean days after it.
    """

    category: str
    amount_minor: int = Field(ge=0)
    sd_minor: int = Field(default=0, ge=0)
    every_days: int = Field(ge=1)
    due_day: int | None = Field(default=None, ge=1, le=31)
    delay_days: float = 0.0
    delay_sd_days: float = Field(default=0.0, ge=0)
    monthly_minor: int = Field(ge=0)
    next_on: date
    is_subscription: bool = False


class CategoryLevel(Value):
    """Discretionary spending in one category without what is committed there.

    Attributes:
        monthly_minor: mean month; `sd_minor` the spread of a month.
        season: twelve factors, January first, with mean 1; empty where the history is too short to say.
    """

    category: str
    monthly_minor: int = Field(ge=0)
    sd_minor: int = Field(default=0, ge=0)
    season: tuple[float, ...] = ()


class Credit(Value):
    """One running loan or mortgage. What is owed never goes below zero, and nothing is repaid when nothing is owed.

    Attributes:
        rate_bps: nominal yearly rate; interest is charged monthly.
        follows_rates: whether a change of market rates reaches it at once (variable rate).
        fixed_until: until when it does not, for a fixed rate.
    """

    kind: HoldingKind
    outstanding_minor: int = Field(gt=0)
    instalment_minor: int = Field(ge=0)
    rate_bps: int = Field(default=0, ge=0)
    follows_rates: bool = False
    fixed_until: date | None = None
    matures_on: date | None = None
    due_day: int | None = Field(default=None, ge=1, le=31)


class PersonaShare(Value):
    """How much of a behaviour persona a customer is; the shares of a mix add up to 1."""

    persona: str
    share: float = Field(ge=0, le=1)


class Twin(Value):
    """A fitted, versioned cash-flow model of one customer, as of one business date.

    One month moves the balance of the current accounts by `income - spending - saving - investment - repayment + interest`:

    * income is its streams in the months they fall in, the rest evenly, and varies around that;
    * spending is commitments + discretionary (with its season) + adjustment, follows income by `spending_follows_income`, and
      varies by what is left;
    * `adjustment_minor` corrects the averages so that the expected monthly change is the drift that the balance itself has shown
      (`drift_minor`, shrunk towards nothing unless it is consistent): real balances rarely keep rolling at their mean net flow;
    * of what lies above (below) the habitual level, a share `reversion` is spent (held back) each month.

    Attributes:
        version: counts the updates of this customer's twin; the store keeps the versions.
        months_of_history: whole months the fit could use.
        persona: the behaviour persona nearest to the customer; `persona_mix` how much of each.
        prior_weight: 0 (own history only) to 1 (segment and persona only).
        savings_rate_bps: yearly rate paid on savings, where a contract says it.
        income_level_minor: a mean month, streams and the rest; `income_sd_minor` the spread of a month.
        income_season: twelve factors, January first, with mean 1, of the income that comes outside its streams; empty as in
            `CategoryLevel`.
        commitments_minor: a mean month of all commitments, those in `commitments` and those without a rhythm of their own.
        saving_minor: habitual monthly move to savings (negative: from them); `investment_minor` into investments.
        balance_level_minor: habitual balance at this point of the month.
        overdraft_rate_bps: nominal yearly rate charged below zero, where a contract says it.
    """

    customer_id: str
    as_of: date
    version: int = Field(default=1, ge=1)
    model: str = MODEL
    currency: str
    segment: Segment = "retail"
    months_of_history: int = Field(ge=0)
    persona: str
    persona_mix: tuple[PersonaShare, ...] = ()
    prior_weight: float = Field(ge=0, le=1)
    balance_minor: int
    savings_minor: int
    savings_rate_bps: int = Field(default=0, ge=0)
    overdraft_limit_minor: int = Field(default=0, ge=0)
    overdraft_rate_bps: int = Field(default=0, ge=0)
    income: tuple[IncomeStream, ...] = ()
    income_level_minor: int = Field(ge=0)
    income_sd_minor: int = Field(ge=0)
    income_season: tuple[float, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    commitments_minor: int = Field(ge=0)
    discretionary: tuple[CategoryLevel, ...] = ()
    spending_follows_income: float = Field(default=0.0, ge=0, le=1)
    spending_sd_minor: int = Field(ge=0)
    saving_minor: int = 0
    investment_minor: int = Field(default=0, ge=0)
    credits: tuple[Credit, ...] = ()
    drift_minor: int = 0
    adjustment_minor: int = 0
    balance_level_minor: int
    reversion: float = Field(default=0.0, ge=0, le=1)

    @property
    def discretionary_minor(self) -> int:
        """Discretionary spending over all categories, in a mean month."""
        return sum(level.monthly_minor for level in self.discretionary)

    @property
    def spending_level_minor(self) -> int:
        """Spending in a mean month: committed and discretionary, without the adjustment."""
        return self.commitments_minor + self.discretionary_minor

    @property
    def outstanding_minor(self) -> int:
        """What is owed on all credit."""
        return sum(credit.outstanding_minor for credit in self.credits)

    @property
    def instalments_minor(self) -> int:
        """What all credit costs each month, as agreed."""
        return sum(credit.instalment_minor for credit in self.credits)
