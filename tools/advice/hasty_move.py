"""How risky a big move of money is that somebody announces in haste. It advises a pause; it decides and blocks nothing.

The rule. A move has a size: 2 where it takes all or most of what there is, cashes in a pension or gambles with borrowed money, or where
its amount is at least half of what is put by (for a new loan: more than a year of what is left over); 1 where its amount is more than a
month's left-over, and always for a loan on a whim or money lent of unknown amount; else 0. Haste has a degree: one for the wording, one
for the feeling. Without haste, or with size 0, the risk is low; with size 2, or with both degrees, it is high; else medium.
"""

from datetime import timedelta
from typing import Literal

from tools.ledger.features import Features
from tools.ledger.money import rounded_minor
from tools.value import Value

Kind = Literal["gamble", "loan", "pension", "lend"]
Risk = Literal["low", "medium", "high"]
#: How long to sleep on it.
PAUSE_HOURS = 24
#: Share of a month's income to keep for the ups and downs of a month, in per cent.
BUFFER_PERCENT = 10
_MONTHS_OF_A_LOAN = 12


class Move(Value):
    """A move of money as it was announced.

    Attributes:
        amount_minor: as stated, in the customer's main currency; None when no amount was.
        wholesale: all or most of the customer's savings.
        borrowed: with borrowed money.
        hurried: the wording shows haste.
        agitated: the feeling of the message does (euphoric or stressed).
    """

    kind: Kind
    amount_minor: int | None = None
    wholesale: bool = False
    borrowed: bool = False
    hurried: bool = False
    agitated: bool = False


class Means(Value):
    """What the customer has for it: put by (savings, and current accounts above zero), and left over in a mean month before saving."""

    put_by_minor: int
    left_over_minor: int
    income_minor: int

    @property
    def buffer_minor(self) -> int:
        """A tenth of a month's income."""
        return rounded_minor(self.income_minor * BUFFER_PERCENT / 100)


def means_of(features: Features) -> Means | None:
    """The means that features show; None before the first whole month."""
    if not features.window_months:
        return None
    running = features.as_of.strftime("%Y-%m") if (features.as_of + timedelta(days=1)).day != 1 else ""
    whole = [month for month in features.months if month.month != running][-features.window_months :]
    left = sum(month.net_minor + month.saving_minor for month in whole) / max(len(whole), 1)
    return Means(
        put_by_minor=features.savings_minor + max(features.balance_minor, 0),
        left_over_minor=rounded_minor(left),
        income_minor=features.income_monthly_minor,
    )


def hasty_risk(move: Move, means: Means | None) -> Risk:
    """The risk of a move by the rule above; without means by the words alone."""
    haste = move.hurried + move.agitated
    size = _size(move, means)
    if not haste or not size:
        return "low"
    return "high" if size + haste > 2 else "medium"


def _size(move: Move, means: Means | None) -> int:
    if move.wholesale or move.kind == "pension" or (move.kind == "gamble" and move.borrowed):
        return 2
    if move.amount_minor is None:
        return 0 if move.kind == "gamble" else 1
    if means is None:
        return 1
    month = max(means.left_over_minor, 0)
    limit = _MONTHS_OF_A_LOAN * month + 1 if move.kind == "loan" else means.put_by_minor / 2
    if move.amount_minor >= limit:
        return 2
    return 1 if move.kind == "loan" or move.amount_minor > month else 0
