"""Words of the signs that a customer may leave: what each is called behind the customer's own value."""

from tools.stress.leaving import LeavingSign

LEAVING_WORDS: dict[LeavingSign, str] = {
    "pay_stopped": "since the last pay arrived here",
    "sent_elsewhere_rising": "of what comes in sent to an account of their own elsewhere",
    "bookings_falling": "fewer bookings than before",
    "balance_drained": "of the balances gone, mostly to an account of their own elsewhere",
    "debits_moving_away": "regular debits no longer here",
    "complaint_open": "open complaints",
}
#: The words behind a single one.
_OF_ONE: dict[LeavingSign, str] = {"complaint_open": "open complaint"}


def leaving_words(sign: LeavingSign, value: float) -> str:
    """What a sign is called behind this value."""
    return _OF_ONE.get(sign, LEAVING_WORDS[sign]) if round(value) == 1 else LEAVING_WORDS[sign]
