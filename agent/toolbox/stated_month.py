"""What can be said before the bookings can: a month of people in a similar situation, on the income that was stated."""

from agent.draft import DraftTable
from agent.finding import Finding, FindingBuilder
from agent.normal_month import typical_month
from agent.reply import Column
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.twin.evolve.drift import left_over_minor
from tools.twin.fit.persona_twin import stated_twin

_COLUMNS = (Column(key="what", label="A month of similar people"), Column(key="amount", label="Amount", align="right"))


def stated_month(history: History, features: Features, made: FindingBuilder) -> Finding:
    """A typical month beside the balance as it stands.

    Raises:
        UsageError: (`too_short`) no income was stated either.
    """
    twin = stated_twin(history.customer, history.profile, as_of=history.as_of, currency=features.currency)
    rows = typical_month(twin, made)
    made.money("balance", "balance of the current accounts", features.balance_minor, source="profile_view")
    made.labels["negative"] = left_over_minor(twin) < 0
    made.parts.append(
        DraftTable(title="Usual on this income", columns=_COLUMNS, rows=tuple((row.label, made.slot(row.key)) for row in rows))
    )
    return made.build("stated")
