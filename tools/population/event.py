"""Events in a life: what happens to a customer between two dates. Amounts are decimal major units of the account's currency."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tools.value import Value

Positive = Annotated[Decimal, Field(gt=0)]


class Span(Value):
    """Something that holds from one day to another, or for good."""

    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        if self.until is not None and self.until < self.since:
            raise ValueError("`until` lies before `since`")
        return self


class JobLoss(Span):
    """Salary stops; benefits start five weeks later; the customer spends a quarter less."""

    kind: Literal["job_loss"]
    benefits: Positive | None = None


class IncomeChange(Span):
    """Every income changes by `percent` (+5 is a rise, -20 a cut)."""

    kind: Literal["income_change"]
    percent: float = Field(ge=-100, le=500)


class LateSalary(Span):
    """Salaries due in the span come `days` later."""

    kind: Literal["late_salary"]
    days: int = Field(ge=1, le=27)


class LateInvoices(Span):
    """Invoices issued in the span are paid `days` later than usual."""

    kind: Literal["late_invoices"]
    days: int = Field(ge=1, le=180)


class SpendingChange(Span):
    """Spending (of one category, or all) changes by `percent`; with `creeping` it gets there little by little until `until`."""

    kind: Literal["spending_change"]
    percent: float = Field(ge=-100, le=900)
    category: str | None = None
    creeping: bool = False


class Spree(Span):
    """Extra spending in one category (gambling unless said otherwise), `per_week` times of about `amount`."""

    kind: Literal["spree"]
    category: str = "gambling"
    per_week: float = Field(default=4, gt=0, le=100)
    amount: Positive


class LendingApps(Span):
    """Small app loans `per_month` times, each repaid a quarter dearer four weeks later."""

    kind: Literal["lending_apps"]
    per_month: float = Field(default=1, gt=0, le=20)
    amount: Positive


class MissedPayments(Span):
    """Direct debits of one category (or of all) are returned unpaid."""

    kind: Literal["missed_payments"]
    category: str | None = None


class LargePurchase(Value):
    """One large purchase."""

    kind: Literal["large_purchase"]
    on: date
    amount: Positive
    description: str = "LARGE PURCHASE"
    category: str = "shopping"


class Windfall(Value):
    """Money that comes in once."""

    kind: Literal["windfall"]
    on: date
    amount: Positive
    description: str = "BANK TRANSFER RECEIVED"
    category: str = "other_income"


class NewLoan(Value):
    """A loan paid out on a day and repaid in equal instalments from the month after."""

    kind: Literal["new_loan"]
    on: date
    amount: Positive
    rate_bps: int = Field(ge=0, le=10_000)
    term_months: int = Field(ge=2, le=480)
    holding: Literal["loan", "car_loan", "working_capital"] = "loan"


Event = Annotated[
    JobLoss
    | IncomeChange
    | LateSalary
    | LateInvoices
    | SpendingChange
    | Spree
    | LendingApps
    | MissedPayments
    | LargePurchase
    | Windfall
    | NewLoan,
    Field(discriminator="kind"),
]
