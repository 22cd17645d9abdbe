"""The subscriptions of a customer with what they cost in a year, and which became dearer."""

from agent.draft import DraftTable
from agent.finding import Finding, FindingBuilder
from agent.reply import Column
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.twin.insight.subscriptions import Subscription, subscriptions_of

_MOST_ROWS = 12
_COLUMNS = (
    Column(key="name", label="Subscription"),
    Column(key="month", label="A month", align="right"),
    Column(key="year", label="A year", align="right"),
    Column(key="before", label="Price before", align="right", rank=2),
    Column(key="last", label="Last paid", align="right", rank=1),
)


def subscription_list(history: History, features: Features, made: FindingBuilder) -> Finding:
    """All running subscriptions, the dearest first, with their yearly cost and the last rise of a price."""
    found = subscriptions_of(history, features)
    if not found.subscriptions:
        return made.build("no_subscriptions")
    made.fact("count", "subscriptions", len(found.subscriptions), "count")
    monthly = made.money("monthly", "subscriptions a month", found.monthly_minor, period="month")
    yearly = made.money("yearly", "subscriptions a year", found.yearly_minor, period="year", formula="sum of the yearly costs")
    if found.share_of_spending is not None:
        made.fact("share", "subscriptions of all spending", found.share_of_spending * 100, "percent", digits=1)
    rows = tuple(_row(number, one, made) for number, one in enumerate(found.subscriptions[:_MOST_ROWS]))
    risen = [(number, one) for number, one in enumerate(found.subscriptions[:_MOST_ROWS]) if one.rise]
    made.labels.update(
        only_one=len(found.subscriptions) == 1,
        has_share=found.share_of_spending is not None,
        more=len(found.subscriptions) > _MOST_ROWS,
        risen=[number for number, _ in sorted(risen, key=lambda pair: pair[1].rise.on if pair[1].rise else found.as_of, reverse=True)],
        has_risen=bool(risen),
    )
    made.parts.append(DraftTable(title="Subscriptions", columns=_COLUMNS, rows=rows, total=("All", monthly, yearly, "", "")))
    return made.build("subscriptions")


def _row(number: int, one: Subscription, made: FindingBuilder) -> tuple[str, ...]:
    name = made.text(f"name_{number}", one.name or "none", "booking")
    month = made.money(f"month_{number}", "subscription a month", one.monthly_minor, period="month")
    year = made.money(f"year_{number}", "subscription a year", one.yearly_minor, period="year")
    before = "none"
    if one.rise is not None:
        before = made.money(f"before_{number}", "price before", one.rise.before_minor)
        made.money(f"after_{number}", "price since then", one.rise.after_minor)
        made.fact(f"since_{number}", "price since", one.rise.on.isoformat(), "date")
    return name, month, year, before, made.fact(f"last_{number}", "last paid", one.last_on.isoformat(), "date")
