"""A reason of a stress score as it is shown outside of a conversation: the customer's own value, its unit, and the words that follow it."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal

from agent.stress_words import SIGNAL_WORDS, signal_words
from tools.value import Value

#: As `tools.stress.families.family.Unit`, which comes with what computes figures.
InputUnit = Literal["days", "count", "percent", "months", "share"]


class ShownDriver(Value):
    """One reason; `value` is None where nobody kept it. Read together: the value, then the words."""

    name: str
    words: str
    value: float | None
    unit: InputUnit


def shown_drivers(names: Sequence[str], values: Sequence[float | None] = ()) -> tuple[ShownDriver, ...]:
    """Reasons by their names, in their order. One that this version has no words for is left out."""
    # Loaded here: it brings what computes figures, which is loaded after the port is bound.
    from tools.stress.inputs import INPUTS

    units: dict[str, InputUnit] = {each.name: each.unit for each in INPUTS}
    pairs = zip_longest(names, values[: len(names)])
    return tuple(
        ShownDriver(name=name, words=signal_words(name, value), value=value, unit=units[name])
        for name, value in pairs
        if name in SIGNAL_WORDS and name in units
    )
