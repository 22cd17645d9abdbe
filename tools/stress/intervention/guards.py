"""What may not be done, whatever a policy wants: consent, care, vulnerability, need, caps on contact, and who is free to call."""

import numpy as np

from tools.stress.bands import WATCHLIST_FROM
from tools.stress.intervention.action import ACTIONS, CALL, CONSENTS, EMAIL, GUARDS, NONE, SMS, Bools, Guard, Situations
from tools.stress.intervention.constants import Constants

#: The law, not the bank's taste: these hold for every policy, even for one that is only there to be beaten.
LEGAL: tuple[Guard, ...] = ("score_unknown", "in_care", "no_consent", "limited_consent", "vulnerable", "no_capacity")

_CONTACTS = [SMS, EMAIL, CALL]
_SENT = [SMS, EMAIL]


def blocked(seen: Situations, constants: Constants) -> Bools:
    """Which guard takes which action away, shape (customers, guards, actions). Doing nothing is never taken away."""
    table = np.zeros((len(seen), len(GUARDS), len(ACTIONS)), dtype=np.bool_)

    def take(guard: Guard, actions: list[int], where: Bools) -> None:
        table[:, GUARDS.index(guard), actions] |= where[:, None]

    refused, limited = seen.consent == CONSENTS.index("no"), seen.consent == CONSENTS.index("limited")
    # That a debit came back is a service message, which needs no consent; it goes out as the shortest one.
    service = seen.failed_debits_30d > 0
    take("score_unknown", _CONTACTS, np.isnan(seen.score))
    take("in_care", _CONTACTS, seen.in_care)
    take("no_consent", [EMAIL, CALL], refused)
    take("no_consent", [SMS], refused & ~service)
    take("limited_consent", [EMAIL], limited)
    take("vulnerable", _SENT, seen.vulnerable)
    take("no_need", _CONTACTS, ~np.isnan(seen.score) & ~_needy(seen, constants))
    take("too_soon", _CONTACTS, seen.days_since_contact < constants.least_days_between)
    take("monthly_cap", _CONTACTS, seen.contacts_30d >= constants.most_contacts_30d)
    take("quarterly_cap", _CONTACTS, seen.contacts_90d >= constants.most_contacts_90d)
    take("no_capacity", [CALL], seen.calls_left < 1)
    return table


def _needy(seen: Situations, constants: Constants) -> Bools:
    """At least on the watchlist, clearly rising, or a debit failed this month."""
    strained = np.round(seen.score, 2) >= WATCHLIST_FROM
    rising = seen.score - seen.score_30d_ago >= constants.rising_from
    return strained | rising | (seen.failed_debits_30d > 0)


def allowed(table: Bools, guards: tuple[Guard, ...] = GUARDS) -> Bools:
    """What is left when these guards hold, shape (customers, actions)."""
    kept = [GUARDS.index(guard) for guard in guards]
    left = np.logical_not(np.any(table[:, kept], axis=1))
    left[:, NONE] = True
    return left
