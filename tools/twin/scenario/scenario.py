"""What if: changes to a twin's schedule. Each kind of change is a data file in `scenarios/`; they combine."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from tools.value import Value

ChangeKind = Literal[
    "rate_change",
    "job_loss",
    "income_change",
    "new_loan",
    "save_more",
    "spend_less",
    "new_recurring_cost",
    "ended_recurring_cost",
    "one_off_expense",
    "lump_sum_in",
    "product_adoption",
    "end_of_fixed_rate",
    "change_of_due_date",
    "inflation",
]

#: Why a change cannot be worked out (`tools.errors.ScenarioError.problem`).
Problem = Literal[
    "missing",  # a parameter that this kind needs
    "not_taken",  # a parameter that this kind does not know
    "both_given",  # two parameters of which only one can hold
    "out_of_range",
    "unknown_category",
    "unknown_product",
    "more_than_there",  # less is spent there than is to be saved, or less is held than is to be moved
    "nothing_spent_there",
    "no_pay",  # nothing regular comes in that could stop
    "no_fixed_rate",
    "not_simulated",  # a product whose effect on a budget cannot be said
]

#: What a what-if takes for granted. A kind's file uses these; a new one needs words where people read it.
Assumption = Literal[
    "otherwise_as_before",
    "spending_as_before",
    "other_income_continues",
    "duration_assumed",
    "term_assumed",
    "rate_assumed",
    "rise_assumed",
    "loan_spent_at_once",
    "saved_only_from_what_is_there",
    "put_aside_as_before",
    "fixed_rates_hold_until_they_end",
    "savings_rates_follow",
    "no_credit_follows_rates",
    "instalment_clears_by_maturity",
    "instalment_as_agreed",
    "fixed_beyond_horizon",
    "income_does_not_follow_prices",
    "same_things_bought",
    "largest_income_taken_for_pay",
    "month_ends_stay_the_same",
    "product_terms_as_published",
    "mean_savings_rate",
    "money_not_at_once",
    "within_month_dips_not_shown",
    "short_history_uses_typical_customer",
]


class Change(Value):
    """One change of a scenario. Which parameters a kind takes, needs and allows stands in its data file.

    Attributes:
        amount: major units of the customer's currency, positive (an income change may be negative): a month's for recurring changes, once
            for the others.
        percent: of income (income_change, signed), of the category (spend_less), a year (inflation).
        points: percentage points on yearly rates (rate_change, end_of_fixed_rate), signed.
        months: how long it lasts; None for good.
        starts_in_months: 0 from the next month on.
        category: for spend_less and ended_recurring_cost; what a new_recurring_cost is for.
        term_months, rate_percent: of a new loan; rate_percent also after the end of a fixed rate.
        product: id of a published product, for product_adoption.
        due_day: new day of the month, for change_of_due_date.
    """

    kind: ChangeKind
    amount: Decimal | None = None
    percent: float | None = None
    points: float | None = None
    months: int | None = None
    starts_in_months: int = 0
    category: str | None = None
    term_months: int | None = None
    rate_percent: float | None = None
    product: str | None = None
    due_day: int | None = None


class Scenario(Value):
    """Changes that act together. No change at all is the base; the order never matters (see `tools.twin.scenario.levers`)."""

    changes: tuple[Change, ...] = Field(default=(), max_length=6)
