"""The typed query of a book: fields, filters, sort, limit, aggregate, group. One table of fields feeds every reader.

`ClientSnapshot` is the row that queries run over, one per visible client; each of its fields carries its label, unit and the
words people use for it. The model's tool schema, the parser's vocabulary, the SQL and the help page are all made from it.
Protected attributes are not in it and cannot be added (see `tools.compliance`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, model_validator

from tools.errors import QueryError
from tools.fact import Unit
from tools.ledger.customer import Level, RiskTolerance, Segment
from tools.value import Value

Band = Literal["healthy", "watchlist", "critical", "too_short"]
StressTrend = Literal["rising", "falling", "steady", "unknown"]
#: What strains somebody most, in groups that people ask for (`tools.stress.reason` says which input belongs to which).
StressReason = Literal[
    "low_balance", "falling_balance", "swinging_balance", "spending_above_income", "overdraft", "late_pay", "irregular_income", "income_drop",
    "fixed_costs", "late_bills", "discretionary_spending", "cash_withdrawals", "failed_payments", "penalty_interest", "fees", "lending_apps",
    "gambling", "money_passed_on", "card_debt", "card_bills",
]  # fmt: skip


@dataclass(frozen=True)
class FieldDoc:
    """How a field is shown and spoken of."""

    label: str
    unit: Unit
    words: tuple[str, ...] = ()


class ClientSnapshot(Value):
    """One client as of the business date of its source. Money in minor units of `currency`; None where it cannot be said."""

    customer_id: str
    source: Annotated[str, FieldDoc("source", "label", ("source", "bank"))]
    as_of: date
    currency: Annotated[str, FieldDoc("currency", "label", ("currency",))]
    segment: Annotated[Segment, FieldDoc("segment", "label", ("segment",))]
    persona: Annotated[str | None, FieldDoc("persona", "label", ("persona", "behaviour"))] = None
    joined_on: Annotated[date, FieldDoc("customer since", "date", ("customer since", "joined"))]
    balance: Annotated[int, FieldDoc("balance", "money", ("balance", "current account", "in the account"))]
    savings: Annotated[int, FieldDoc("savings", "money", ("savings", "saved"))]
    lowest_balance_90d: Annotated[int | None, FieldDoc("lowest balance in 90 days", "money", ("lowest balance", "low point"))] = None
    days_negative_90d: Annotated[int, FieldDoc("days below zero in 90 days", "days", ("days overdrawn", "days below zero"))] = 0
    overdraft_limit: Annotated[int, FieldDoc("agreed overdraft", "money", ("overdraft limit", "overdraft"))] = 0
    income_monthly: Annotated[int, FieldDoc("income a month", "money", ("income", "salary", "earn", "turnover"))]
    spending_monthly: Annotated[int, FieldDoc("spending a month", "money", ("spending", "spend", "outgoings"))]
    net_monthly: Annotated[int, FieldDoc("left over a month", "money", ("net", "left over", "surplus"))]
    commitments_monthly: Annotated[int, FieldDoc("commitments a month", "money", ("commitments", "bills", "fixed costs"))]
    loans_outstanding: Annotated[int, FieldDoc("loans outstanding", "money", ("loan", "loans", "debt", "owes", "borrowing"))] = 0
    has_mortgage: Annotated[bool, FieldDoc("has a mortgage", "label", ("mortgage",))] = False
    has_loan: Annotated[bool, FieldDoc("has a loan", "label", ("a loan",))] = False
    has_card: Annotated[bool, FieldDoc("has a credit card", "label", ("credit card", "card"))] = False
    has_savings: Annotated[bool, FieldDoc("has a savings account", "label", ("savings account",))] = False
    has_investments: Annotated[bool, FieldDoc("has investments", "label", ("investments", "fund", "portfolio"))] = False
    has_variable_rate: Annotated[
        bool, FieldDoc("has a variable rate", "label", ("variable rate", "variable mortgage", "variable-rate mortgage", "tracker"))
    ] = False
    fixed_rate_ends_on: Annotated[date | None, FieldDoc("fixed rate ends", "date", ("fixed rate end", "fix ends"))] = None
    matures_on: Annotated[date | None, FieldDoc("next maturity", "date", ("maturity", "matures"))] = None
    failed_debits_90d: Annotated[int, FieldDoc("failed debits in 90 days", "count", ("failed debits", "bounced"))] = 0
    penalty_interest_90d: Annotated[int, FieldDoc("penalty interest in 90 days", "count", ("penalty interest",))] = 0
    stress_score: Annotated[float | None, FieldDoc("stress score", "score", ("stress", "stress score", "risk"))] = None
    stress_band: Annotated[Band, FieldDoc("stress band", "label", ("band", "stress band"))] = "too_short"
    stress_band_since: Annotated[date | None, FieldDoc("in this stress band since", "date", ("in this band since", "band since"))] = None
    stress_trend: Annotated[StressTrend, FieldDoc("stress trend", "label", ("stress trend", "trend"))] = "unknown"
    stress_change_30d: Annotated[
        float | None,
        FieldDoc("change of the stress score in 30 days", "score", ("change of the stress score", "change in stress", "stress change")),
    ] = None
    stress_driver: Annotated[
        StressReason | None,
        FieldDoc("main reason of stress", "label", ("stress driver", "main driver", "driver of stress", "reason of stress")),
    ] = None
    forecast_3m: Annotated[int | None, FieldDoc("balance forecast, 3 months, middle path", "money", ("forecast", "in three months"))] = None
    below_zero_3m: Annotated[
        float | None, FieldDoc("chance of a balance below zero in 3 months", "in_100", ("go negative", "run out", "below zero soon"))
    ] = None
    risk_tolerance: Annotated[RiskTolerance | None, FieldDoc("risk tolerance", "label", ("risk tolerance", "risk profile"))] = None
    churn_risk: Annotated[Level, FieldDoc("risk of leaving", "label", ("churn", "leaving", "attrition"))] = "low"
    last_contact_on: Annotated[date | None, FieldDoc("last contact", "date", ("last contact", "spoken to", "contacted"))] = None


@dataclass(frozen=True)
class QueryField:
    """One queryable field: its name in queries, how it is shown, and its Python type."""

    name: str
    doc: FieldDoc
    annotation: Any

    @property
    def choices(self) -> tuple[str, ...]:
        """The closed list of values, for labels that have one."""
        found = [choice for part in (self.annotation, *get_args(self.annotation)) for choice in get_args(part)]
        return tuple(choice for choice in found if isinstance(choice, str))

    @property
    def is_bool(self) -> bool:
        """True for yes/no fields."""
        return self.annotation is bool

    @property
    def is_number(self) -> bool:
        """True where sums, means and comparisons with numbers make sense."""
        return self.doc.unit in {"money", "days", "count", "score", "in_100", "months", "percent"}


def _fields() -> dict[str, QueryField]:
    found: dict[str, QueryField] = {}
    for name, info in ClientSnapshot.model_fields.items():
        docs = [meta for meta in info.metadata if isinstance(meta, FieldDoc)]
        if docs:
            found[name] = QueryField(name, docs[0], info.annotation)
    return found


FIELDS: dict[str, QueryField] = _fields()

Comparison = Literal["eq", "ne", "lt", "le", "gt", "ge", "between", "in", "is_null"]
Scalar = bool | int | float | str


class Condition(Value):
    """One filter: `balance lt 0`. Dates are ISO strings; `between` and `in` take a tuple; `is_null` takes a bool."""

    field: str
    op: Comparison
    value: Scalar | tuple[Scalar, ...]

    @model_validator(mode="after")
    def _known(self) -> "Condition":
        if self.field not in FIELDS:
            raise QueryError(f"There is no field {self.field!r} to filter on. Use one of: {', '.join(FIELDS)}.")
        if (self.op in {"between", "in"}) != isinstance(self.value, tuple):
            raise QueryError(f"{self.op!r} on {self.field!r} does not fit {self.value!r}. Give a list for between and in, else one value.")
        if self.op == "between" and isinstance(self.value, tuple) and len(self.value) != 2:
            raise QueryError(f"'between' on {self.field!r} needs two values, low and high.")
        return self


class All(Value):
    """Every part holds."""

    all: tuple["Filter", ...]


class AnyOf(Value):
    """At least one part holds."""

    any: tuple["Filter", ...]


class Not(Value):
    """The part does not hold."""

    negated: "Filter"


Filter = Condition | All | AnyOf | Not


class Sort(Value):
    """Order by one field; clients without a value come last."""

    field: str
    descending: bool = True


class Aggregate(Value):
    """One figure over the matching clients, or one per group. `field` is None for a count."""

    function: Literal["count", "sum", "mean", "median", "min", "max"]
    field: str | None = None


class CohortQuery(Value):
    """A question about a book. Without an aggregate it lists clients; with one it gives figures, per group where asked.

    Sums and groups never mix sources or currencies: results are always split by both where there are several.
    """

    where: Filter | None = None
    sort: tuple[Sort, ...] = ()
    limit: int = Field(default=25, ge=1, le=500)
    aggregate: Aggregate | None = None
    group: str | None = None

    @model_validator(mode="after")
    def _known(self) -> "CohortQuery":
        named = [sort.field for sort in self.sort] + [
            name for name in (self.group, self.aggregate.field if self.aggregate else None) if name
        ]
        for name in named:
            if name not in FIELDS:
                raise QueryError(f"There is no field {name!r}. Use one of: {', '.join(FIELDS)}.")
        if (
            self.aggregate
            and self.aggregate.function != "count"
            and (self.aggregate.field is None or not FIELDS[self.aggregate.field].is_number)
        ):
            raise QueryError(f"{self.aggregate.function!r} needs a field that is a number.")
        return self


class GroupRow(Value):
    """One aggregated figure; `value` is None when no client of the group has the field."""

    source: str
    currency: str
    group: str | None
    clients: int
    value: float | None


class QueryResult(Value):
    """What a query found. `matched` counts before the limit; `searched` is the size of the book that was looked at."""

    query: CohortQuery
    matched: int
    searched: int
    clients: tuple[ClientSnapshot, ...] = ()
    groups: tuple[GroupRow, ...] = ()


All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()
Condition.model_rebuild()
CohortQuery.model_rebuild()
