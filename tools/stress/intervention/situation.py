"""The situation of one real customer, from what the bank has booked, agreed and logged."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from tools.ledger.features import Features
from tools.ledger.history import History
from tools.stress.intervention.action import Preference, Situation
from tools.stress.intervention.constants import constants
from tools.stress.score import StressStatus
from tools.twin.twin import Twin
from tools.value import Value

ContactKind = Literal["call", "email", "message", "meeting"]

_MONTH, _QUARTER, _HALF_YEAR, _WEEK = 30, 90, 184, 7
#: What each channel of a profile comes to; who likes the app or the branch has nothing against any of the three.
LIKES: dict[str, Preference] = {"sms": "sms", "chat_app": "sms", "email": "email", "phone": "phone"}
#: Flags that say who may be vulnerable, and who is looked after by a person already.
VULNERABLE = frozenset({"bereavement", "vulnerable", "scam_victim", "coercion", "gambling"})
IN_CARE = frozenset({"hardship", "complaint_open"})


class PastContact(Value):
    """A contact that the bank began, or that is on its way. `agreed`: easier terms came of it."""

    customer_id: str
    kind: ContactKind
    on: date
    agreed: bool = False


def situation_of(
    history: History,
    features: Features,
    status: StressStatus,
    twin: Twin | None,
    contacts: Sequence[PastContact],
    today: date,
    calls_left: int,
) -> Situation:
    """What a policy may know of this customer.

    Args:
        twin: None where there is too little history for one.
        contacts: with anybody; only those with this customer count here.
        today: the day of the contacts; figures are as of the history's own business date.
    """
    ago = sorted((today - each.on).days for each in contacts if each.customer_id == history.customer.id and each.on <= today)
    flags = {flag.kind for flag in history.flags if flag.since <= history.as_of and (flag.until is None or flag.until >= history.as_of)}
    due = features.commitments_monthly_minor if twin is None else twin.commitments_minor + twin.instalments_minor
    agreed = [each for each in contacts if each.agreed and each.customer_id == history.customer.id]
    return Situation(
        score=status.score,
        score_30d_ago=status.score_30d_ago,
        failed_debits_30d=_failed(history, _MONTH),
        failed_debits_90d=_failed(history, _QUARTER),
        days_negative_90d=features.days_negative_90d,
        months_covered=round((features.balance_minor + features.savings_minor) / max(due, 1), 2),
        income_share=_income_share(status),
        has_credit=twin is not None and twin.outstanding_minor > 0,
        eased=any((today - each.on).days < _HALF_YEAR for each in agreed),
        consent=history.profile.consent_personalization,
        preference=LIKES.get(history.profile.preferred_channel, "any"),
        vulnerable=bool(flags & VULNERABLE),
        in_care=bool(flags & IN_CARE),
        contacts_30d=sum(days < _MONTH for days in ago),
        contacts_90d=sum(days < _QUARTER for days in ago),
        days_since_contact=ago[0] if ago and ago[0] < _QUARTER else None,
        calls_left=calls_left,
    )


def calls_left(clients: int, contacts: Sequence[PastContact], today: date) -> int:
    """How many calls can still be made this week with a book of so many clients; the first one always can."""
    capacity = max(round(constants().calls_per_customer_week * clients), 1)
    monday = today - timedelta(days=today.weekday())
    return max(capacity - sum(each.kind == "call" and monday <= each.on < monday + timedelta(days=_WEEK) for each in contacts), 0)


def _failed(history: History, days: int) -> int:
    since = history.as_of - timedelta(days=days)
    return sum(move.status == "failed" and move.amount_minor < 0 and move.booked_on > since for move in history.transactions)


def _income_share(status: StressStatus) -> float:
    """Income of the last month as a part of a usual one; as usual where the history cannot say."""
    drop = next((reading.value for reading in status.readings if reading.key == "income_drop_30d"), None)
    return 1.0 if drop is None else max(1 - drop / 100, 0.0)
