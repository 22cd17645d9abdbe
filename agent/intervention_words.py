"""Words of suggested contacts: what they are called, what speaks for them and what is in their way. Stable, so that they can be compared."""

from tools.stress.intervention.action import Action, Guard, Reason
from tools.stress.intervention.restructure import Relief

ACTION_WORDS: dict[Action, str] = {
    "none": "leave in peace",
    "sms": "send a short message",
    "email_offer": "offer help by e-mail",
    "call": "call",
}
#: What a button says that approves it.
VERBS: dict[Action, str] = {"none": "", "sms": "Send the message", "email_offer": "Send the e-mail", "call": "Approve the call"}
REASON_WORDS: dict[Reason, str] = {
    "critical_band": "the stress score is critical",
    "watchlist_band": "the stress score is on the watchlist",
    "healthy_band": "the stress score is healthy",
    "score_rising": "the score has risen since a month ago, from",
    "score_falling": "the score has fallen since a month ago, from",
    "debits_failed": "payments that failed in the last month",
    "balance_below_zero": "days below zero lately",
    "income_down": "share of the usual income that came in the last month",
    "buffer_short": "months of regular payments that are covered",
    "credit_could_be_eased": "there are instalments that could be eased",
    "prefers_this_channel": "this is how the customer likes to be reached",
    "call_helps_most": "a call helps most in the simulator",
    "message_is_enough": "a message is enough",
    "nothing_to_be_done": "there is no strain to be eased",
    "no_contact_allowed": "no contact is allowed now",
    "left_in_peace": "a contact now would tire more than it helps",
    "tried_out": "tried out, to learn whether it helps",
}
#: Of one.
SINGULAR: dict[Reason, str] = {"debits_failed": "payment that failed in the last month", "balance_below_zero": "day below zero lately"}
GUARD_WORDS: dict[Guard, str] = {
    "score_unknown": "the history is too short for a score",
    "in_care": "a person looks after it already",
    "no_consent": "the customer wants service messages only",
    "limited_consent": "the customer wants no offers",
    "vulnerable": "the customer may be vulnerable: a person calls",
    "no_need": "there is no need",
    "too_soon": "the last contact was too recent",
    "monthly_cap": "enough contacts this month",
    "quarterly_cap": "enough contacts in the last months",
    "no_capacity": "no call is left this week",
}
RELIEF_WORDS: dict[Relief, str] = {
    "payment_holiday": "no instalments for a while",
    "longer_term": "a longer term with lower instalments",
    "lower_instalments": "lower instalments for a while",
    "due_date_change": "payments due just after pay day",
}
#: What a rule for texts to customers finds wrong, said to the manager who wrote it.
BROKEN_WORDS: dict[str, str] = {
    "empty": "it says nothing",
    "R01": "it speaks of what is to come as certain, or presses to act",
    "R02": "a notice that it needs is missing",
    "R04": "a notice that it needs is missing",
    "R05": "it says in words what something costs",
    "R06": "it speaks for a product that was not checked for this customer",
    "R08": "it brings up borrowing to somebody in difficulty",
    "R13": "it says that a person writes where none does",
    "R15": "it holds data of somebody else",
    "R18": "it holds a figure that no tool worked out for this customer",
    "R19": "it cites what was not looked up",
    "R20": "it holds an address or markup",
}
