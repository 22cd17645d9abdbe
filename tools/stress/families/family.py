"""What a family of stress inputs is: the channels that a booking adds to, and the inputs read off the windows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.ledger.account import AccountKind
from tools.ledger.category import CategoryGroup
from tools.ledger.movements import Part
from tools.stress.channel import Channel
from tools.stress.families.windows import Windows
from tools.value import Value

Remedy = Literal[
    "stay_above_zero", "cover_debits_on_due_day", "use_no_lending_apps", "restore_income", "salary_on_time", "build_buffer",
    "stop_balance_decline", "lower_commitments", "pay_utilities_on_time", "spend_less_on_wishes", "take_less_cash", "spend_within_income",
    "gamble_less", "lower_card_debt", "pay_card_bill",
]  # fmt: skip
Unit = Literal["days", "count", "percent", "months", "share"]


class Input(Value):
    """One stress input, always relative: no amount of money, nothing about the person.

    Attributes:
        direction: +1 when more of it is more strain, -1 when more of it is less.
        unit: `days` also stands for days of the customer's own spending; `share` is a plain ratio.
        enough: the value that shows no strain: more (or, with direction +1, less) of it is no further relief.
        remedy: what the customer can do about it, None where that is nothing.
    """

    name: str
    family: str
    direction: Literal[1, -1]
    unit: Unit
    enough: float = 0.0
    remedy: Remedy | None = None


class Sort(NamedTuple):
    """All that decides what a booking adds to; `failed` movements move no money."""

    category: str
    group: CategoryGroup
    part: Part
    incoming: bool
    account: AccountKind
    failed: bool = False


class Post(NamedTuple):
    """What one booking adds to one channel: its signed amount times `amount`, plus `counted`."""

    channel: Channel
    amount: Literal[-1, 0, 1]
    counted: Literal[0, 1] = 0


@dataclass(frozen=True)
class Family:
    """One family.

    Attributes:
        posts: the channels that a booking of this sort adds to; each channel belongs to one family.
        inputs: what it reads, in the order of the registry.
        read: one column ([customers], NaN where the history cannot say) for each input, by its name.
    """

    name: str
    posts: Callable[[Sort], tuple[Post, ...]]
    inputs: tuple[Input, ...]
    read: Callable[[Windows], Mapping[str, NDArray[np.float64]]]
