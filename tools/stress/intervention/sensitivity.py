"""How far the comparison hangs on what was assumed: every constant once at each end of what is plausible."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Literal

from tools.stress.intervention.book import Book
from tools.stress.intervention.compare import Interval, compare
from tools.stress.intervention.constants import Constant, Constants
from tools.stress.intervention.policy import Nothing, Policy, Rule
from tools.value import Value

End = Literal["low", "high"]
_ENDS: tuple[End, ...] = ("low", "high")


class Tried(Value):
    """One constant at one end: what the rule gains on nothing, and what the other policy gains on nothing and on the rule."""

    constant: str
    end: End
    value: float
    rule_on_none: Interval
    other_on_none: Interval
    other_on_rule: Interval


def sensitivity(
    other: Policy,
    books: Sequence[Book],
    constants: Constants,
    documented: dict[str, Constant],
    *,
    draws: int,
    seed: int,
    told: Callable[[str], None] | None = None,
) -> tuple[Tried, ...]:
    """Run nothing, the rule and another policy with each constant at its low and at its high end.

    Raises:
        UsageError: as `compare`.
    """
    found: list[Tried] = []
    for name, end in product(documented, _ENDS):
        value = documented[name].low if end == "low" else documented[name].high
        if value == documented[name].value:
            continue
        table = compare([Nothing(), Rule(), other], books, constants.but(**{name: value}), draws=draws, seed=seed)
        rule, learned = table.line("rule"), table.line(other.name)
        found.append(
            Tried(
                constant=name,
                end=end,
                value=value,
                rule_on_none=rule.gain["none"],
                other_on_none=learned.gain["none"],
                other_on_rule=learned.gain["rule"],
            )
        )
        if told is not None:
            told(name)
    return tuple(found)
