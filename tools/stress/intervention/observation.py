"""What a learned policy reads off situations: one row of numbers each, in a fixed order, scaled to about 0..1."""

import numpy as np

from tools.stress.intervention.action import CONSENTS, PREFERENCES, Reals, Situations

#: The order in which a policy file wants them. No protected attribute is here, and none can be derived from what is.
OBSERVED: tuple[str, ...] = (
    "score",
    "score_change_30d",
    "failed_debits_30d",
    "failed_debits_90d",
    "share_of_days_below_zero",
    "months_covered",
    "income_share",
    "has_credit",
    "eased",
    "consent_yes",
    "consent_limited",
    "prefers_sms",
    "prefers_email",
    "prefers_phone",
    "vulnerable",
    "contacts_30d",
    "contacts_90d",
    "freshness_of_contact",
)
_MOST_FAILED, _MOST_MONTHS, _MOST_CONTACTS, _FADES_DAYS = 5.0, 6.0, 6.0, 30.0


def observed(seen: Situations) -> Reals:
    """The rows of `seen`, shape (customers, len(OBSERVED)). What is unknown is 0: no score, no change, no contact."""
    score = np.nan_to_num(seen.score)
    # exp(-days / 30): 1 for a contact today, 0 for none in memory.
    fresh = np.exp(-np.where(np.isnan(seen.days_since_contact), np.inf, seen.days_since_contact) / _FADES_DAYS)
    columns = (
        score,
        np.nan_to_num(seen.score - seen.score_30d_ago),
        np.minimum(seen.failed_debits_30d / _MOST_FAILED, 1),
        np.minimum(seen.failed_debits_90d / _MOST_FAILED, 1),
        np.minimum(seen.days_negative_90d / 90, 1),
        np.clip(seen.months_covered, -_MOST_MONTHS, _MOST_MONTHS) / _MOST_MONTHS,
        np.minimum(seen.income_share, 2) / 2,
        seen.has_credit,
        seen.eased,
        seen.consent == CONSENTS.index("yes"),
        seen.consent == CONSENTS.index("limited"),
        *(seen.preference == PREFERENCES.index(kind) for kind in ("sms", "email", "phone")),
        seen.vulnerable,
        np.minimum(seen.contacts_30d / _MOST_CONTACTS, 1),
        np.minimum(seen.contacts_90d / _MOST_CONTACTS, 1),
        fresh,
    )
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
