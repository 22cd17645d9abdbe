"""Whether a twin is at work: learning while its history is short, paused where the customer does not agree to it."""

from typing import Literal

from tools.ledger.customer import Consent
from tools.twin.persona.prior import LEVEL_MONTHS
from tools.twin.twin import Twin

TwinStatus = Literal["active", "learning", "paused"]


def twin_status(twin: Twin | None, consent: Consent) -> TwinStatus:
    """The status of a customer's twin; None is one that has too little history to be fitted.

    Learning ends when levels come from the account alone (`prior.LEVEL_MONTHS` whole months). Limited consent does not pause it: it
    limits what the twin is used for, which is decided where it is used.
    """
    if consent == "no":
        return "paused"
    return "active" if twin is not None and twin.months_of_history >= LEVEL_MONTHS else "learning"
