"""One thing worth knowing: its closed kind, its figures, and a key by which it can be dismissed."""

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, get_args

from tools.value import Value

if TYPE_CHECKING:
    from tools.ledger.features import Features
    from tools.ledger.history import History

InsightKind = Literal[
    "below_zero_soon",
    "pay_day_missed",
    "bill_larger_than_balance",
    "duplicate_charge",
    "unusual_charge",
    "goal_off_track",
    "price_rise",
    "fixed_rate_ends",
]
Severity = Literal["high", "medium", "low"]

#: Every kind, the most important first.
KINDS: tuple[InsightKind, ...] = get_args(InsightKind)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


class Insight(Value):
    """Something worth knowing about one customer, as of the history's business date. It has no words: those are made in `agent`.

    | kind | `on` | `amount_minor` | `before_minor` |
    |---|---|---|---|
    | below_zero_soon | about when the balance falls below zero | balance of that day, middle path | balance now |
    | pay_day_missed | when it was expected | what usually comes | - |
    | bill_larger_than_balance | when it is due | the bill | balance expected before it |
    | duplicate_charge | the second charge | each of the charges | - |
    | unusual_charge | the charge | the charge | what is usual there |
    | goal_off_track | when it is wanted | the goal | what counts towards it now |
    | price_rise | since when | the new price | the old price |
    | fixed_rate_ends | the last day of the fixed rate | the instalment | - |

    Attributes:
        key: the same as long as the situation is the same, of its customer only; letters, digits, `_` and one dot.
        probability: share of simulated paths, where it is a forecast or a goal with a day.
        days: from the business date to `on`, or since it; never negative.
        category: key of `categories.toml`, where it has one.
        basis: of an unusual charge: whether `before_minor` is usual at this payee or in this category.
        name: whom it was paid to or what the goal is for. Untrusted text.
        transactions: ids of the bookings it was read from.
    """

    key: str
    kind: InsightKind
    severity: Severity
    customer_id: str
    as_of: date
    currency: str
    on: date | None = None
    days: int | None = None
    amount_minor: int | None = None
    before_minor: int | None = None
    probability: float | None = None
    category: str | None = None
    basis: Literal["payee", "category"] | None = None
    name: str | None = None
    transactions: tuple[str, ...] = ()


def insight(history: "History", features: "Features", kind: InsightKind, severity: Severity, *situation: object, **figures: Any) -> Insight:
    """An insight about the customer of a history. What makes the situation the same one is in `situation`."""
    on: date | None = figures.get("on")
    return Insight(
        key=insight_key(kind, history.customer.id, *situation),
        kind=kind,
        severity=severity,
        customer_id=history.customer.id,
        as_of=features.as_of,
        currency=features.currency,
        days=abs((on - features.as_of).days) if on else None,
        **figures,
    )


def insight_key(kind: InsightKind, customer_id: str, *situation: object) -> str:
    """The key of a situation: it says nothing about the customer to whoever reads it."""
    words = "\x1f".join(str(part) for part in (kind, customer_id, *situation))
    return f"{kind}.{sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def is_insight_key(key: str) -> bool:
    """Whether a text has the form of a key."""
    kind, _, digest = key.partition(".")
    return kind in KINDS and len(digest) == 16 and set(digest) <= set("0123456789abcdef")


def by_importance(insight: Insight) -> tuple[int, int, float, date, str]:
    """Sorts the most important first: by severity, kind, likelihood, then the nearest day."""
    return (
        SEVERITIES.index(insight.severity),
        KINDS.index(insight.kind),
        -(insight.probability or 0.0),
        insight.on or date.max,
        insight.key,
    )
