"""Contacts a bank can make, what a policy may know when it chooses one, and what it says about its choice."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from pydantic import Field

from tools.ledger.customer import Consent
from tools.ledger.query import Band
from tools.value import Value

Bools = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: 0 do nothing, 1 a short message, 2 an offer by e-mail, 3 a call by a person.
Action = Literal["none", "sms", "email_offer", "call"]
ACTIONS: tuple[Action, ...] = get_args(Action)
NONE, SMS, EMAIL, CALL = range(len(ACTIONS))

#: How a customer likes to be reached, as far as an action can follow it.
Preference = Literal["sms", "email", "phone", "any"]
PREFERENCES: tuple[Preference, ...] = get_args(Preference)
#: The action that suits a preference; any suits them all.
SUITED: dict[Preference, Action] = {"sms": "sms", "email": "email_offer", "phone": "call"}

#: Why an action is out, in the order in which they are told.
Guard = Literal[
    "score_unknown",  # too little history for a score
    "in_care",  # a person already looks after it: hardship, a complaint, a proposal that waits for an answer
    "no_consent",  # only service messages
    "limited_consent",  # no offers
    "vulnerable",  # a person calls, nothing is sent by machine
    "no_need",  # healthy, not rising, and no debit failed
    "too_soon",  # the last contact was days ago
    "monthly_cap",
    "quarterly_cap",
    "no_capacity",  # nobody is free to call this week
]
GUARDS: tuple[Guard, ...] = get_args(Guard)

#: What speaks for an action; the wording is stable, so that the same situation is always explained in the same words.
Reason = Literal[
    "critical_band",
    "watchlist_band",
    "healthy_band",
    "score_rising",
    "score_falling",
    "debits_failed",
    "balance_below_zero",
    "income_down",
    "buffer_short",
    "credit_could_be_eased",
    "prefers_this_channel",
    "call_helps_most",
    "message_is_enough",
    "nothing_to_be_done",
    "no_contact_allowed",
    "left_in_peace",
    "tried_out",
]


class Situation(Value):
    """What a policy may know of one customer in one week.

    Attributes:
        score: stress score now, None when the history is too short; `score_30d_ago` likewise.
        days_negative_90d: days on which the current accounts ended below zero.
        months_covered: balance and savings, in months of commitments and instalments; negative when overdrawn.
        income_share: income of the last 30 days as a part of a usual month, 1.0 as usual.
        vulnerable: any open flag of vulnerability, bereavement, coercion, scam or gambling.
        in_care: hardship or a complaint is open, or an earlier proposal still waits for its answer.
        contacts_30d: contacts that the bank began, of any kind; `days_since_contact` None when there was none in 90 days.
        eased: an easier instalment or other due days were agreed within half a year.
        calls_left: calls that can still be made this week by who would make this one.
    """

    score: float | None
    score_30d_ago: float | None = None
    failed_debits_30d: int = Field(default=0, ge=0)
    failed_debits_90d: int = Field(default=0, ge=0)
    days_negative_90d: int = Field(default=0, ge=0)
    months_covered: float = 0.0
    income_share: float = Field(default=1.0, ge=0)
    has_credit: bool = False
    eased: bool = False
    consent: Consent = "yes"
    preference: Preference = "any"
    vulnerable: bool = False
    in_care: bool = False
    contacts_30d: int = Field(default=0, ge=0)
    contacts_90d: int = Field(default=0, ge=0)
    days_since_contact: int | None = Field(default=None, ge=0)
    calls_left: int = Field(default=1, ge=0)


class Effect(Value):
    """What one such contact did in the simulator: strained weeks saved per customer over the half year after it, 95 in 100 sure.

    Attributes:
        strained_weeks_saved: mean; negative when it did harm. `low` and `high` are the ends of the interval.
        customers: how many simulated pairs it rests on.
    """

    strained_weeks_saved: float
    low: float
    high: float
    customers: int = Field(ge=1)


class Alternative(Value):
    """One action beside the others: whether it may be taken, what is in its way, how likely the policy is to take it."""

    action: Action
    blocked_by: tuple[Guard, ...] = ()
    propensity: float = Field(ge=0, le=1)
    effect: Effect | None = None


class Suggestion(Value):
    """What a policy suggests to a person, who decides.

    Attributes:
        reasons: closed labels, the weightiest first.
        propensity: with which probability the policy suggests this here; logged, so that policies can be judged from the log.
        blocked: every guard that took an action away, in the order of `GUARDS`.
        alternatives: all four actions in their order.
    """

    action: Action
    band: Band
    reasons: tuple[Reason, ...]
    propensity: float = Field(gt=0, le=1)
    policy: str
    blocked: tuple[Guard, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class Situations:
    """Many situations as arrays of shape (customers,), named as in `Situation`; NaN where it holds None.

    `consent` counts 0 no, 1 limited, 2 yes; `preference` is the place in `PREFERENCES`.
    """

    score: Reals
    score_30d_ago: Reals
    failed_debits_30d: Ints
    failed_debits_90d: Ints
    days_negative_90d: Ints
    months_covered: Reals
    income_share: Reals
    has_credit: Bools
    eased: Bools
    consent: Ints
    preference: Ints
    vulnerable: Bools
    in_care: Bools
    contacts_30d: Ints
    contacts_90d: Ints
    days_since_contact: Reals
    calls_left: Ints

    def __len__(self) -> int:
        return len(self.score)

    def of(self, rows: Bools) -> "Situations":
        """Those of some customers."""
        return Situations(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @classmethod
    def joined(cls, parts: Sequence["Situations"]) -> "Situations":
        """One after the other."""
        return cls(**{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)})


CONSENTS: tuple[Consent, ...] = ("no", "limited", "yes")


def situations_of(situation: Situation) -> Situations:
    """One situation as arrays of length one."""
    values = situation.model_dump()
    values["consent"] = CONSENTS.index(situation.consent)
    values["preference"] = PREFERENCES.index(situation.preference)
    kinds = {"score", "score_30d_ago", "months_covered", "income_share", "days_since_contact"}

    def column(name: str) -> npt.NDArray[np.generic]:
        value = values[name]
        if name in kinds:
            return np.array([np.nan if value is None else float(value)])
        return np.array([value], dtype=np.bool_ if isinstance(value, bool) else np.int64)

    return Situations(**{field.name: column(field.name) for field in fields(Situations)})  # pyright: ignore[reportArgumentType]
