"""A life that goes on after its window: the same habits, new luck, in periods of four weeks.

What is intended for the window stays as it was drawn, and settling goes through time in order, so the days of the window come out
the same to the byte however far the life goes on; and each period depends on its number alone, so a longer continuation begins
with the shorter one.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from tools.population.chance import drawn_events
from tools.population.dice import Dice
from tools.population.event import Event
from tools.population.intend import intended
from tools.population.lifestyle import Chance
from tools.population.movement import Draft
from tools.population.plan import Plan
from tools.population.window import Window

_PERIOD_DAYS = 28


def going_on(
    plan: Plan, draft: Draft, window: Window, days: int, rates: Mapping[Chance, float], dice_of: Callable[[int], Dice]
) -> tuple[Draft, Window]:
    """The intended movements of `window` and of the `days` after it, and the window of both.

    Args:
        draft: what is intended for `window`, not settled yet. Payments of it that come after the window come in the days after it.
        rates: yearly rates of what happens by chance. No new loan is taken out: there would be no contract of it.
        dice_of: the dice of a period, by its number from 1.
    """
    whole = Window(window.first, window.last + timedelta(days=days))
    lasting = tuple(event for event in plan.events if event.kind not in {"large_purchase", "windfall", "new_loan"})
    chances: Mapping[Chance, float] = {chance: rate for chance, rate in rates.items() if chance != "new_loan"}
    together = draft.copy()
    for number in range(1, -(-days // _PERIOD_DAYS) + 1):
        first = window.last + timedelta(days=1 + (number - 1) * _PERIOD_DAYS)
        period = Window(first, first + timedelta(days=_PERIOD_DAYS - 1))
        dice = dice_of(number)
        new: tuple[Event, ...] = drawn_events(chances, plan.income_minor, dice, period)
        then = intended(plan.model_copy(update={"events": (*lasting, *new)}), period, dice, ongoing=True)
        together.add_later(then, window.number(first))
        lasting = (*lasting, *(event for event in new if event.kind != "large_purchase"))
    return together, whole
