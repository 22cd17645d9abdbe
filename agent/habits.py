"""What a twin takes somebody's habits for, month by month: every share is a fact, and the words are those of a guess."""

from collections.abc import Sequence
from datetime import date

from agent.finding import Finding, FindingBuilder
from agent.shown_twin import HabitMonth, HabitShare
from tools.twin.evolve.mix import MixPoint, persona_over_time
from tools.twin.forecast.forecast import month_after
from tools.twin.twin import PersonaShare, Twin

_FORMULA = "nearness of spending, saving and investing to typical patterns, all of which add up to the whole"


def habits_of(past: Sequence[Twin], twin: Twin, made: FindingBuilder) -> tuple[tuple[HabitMonth, ...], Finding | None]:
    """The mix at past month ends and now, and the finding that tells the largest share, held against the first of these days.

    Nothing before there is a whole month of bookings: until then a mix is that of the segment, and nobody's own.

    Args:
        past: twins of month ends up to `twin`, as `tools.twin.evolve.mix.past_twins` gives them.
    """
    known = [each for each in (*(one for one in past if one.as_of < twin.as_of), twin) if each.months_of_history]
    if not known:
        return (), None
    points = persona_over_time(known)
    months = tuple(
        HabitMonth(on=point.as_of, shares=tuple(_share(number, point, each, made) for each in point.persona_mix))
        for number, point in enumerate(points)
    )
    first, last = points[0], points[-1]
    now, before = last.persona_mix[0], first.persona_mix[0]
    back = _whole_months(first.as_of, last.as_of)
    made.fact("now", f"habits like those of a {_named(now.persona)}", now.share, "in_100", formula=_FORMULA)
    same = next((each.share for each in first.persona_mix if each.persona == now.persona), 0.0)
    made.fact("before", f"habits like those of a {_named(now.persona)}", same, "in_100", as_of=first.as_of, formula=_FORMULA)
    made.fact("back", "time between the two", back, "months")
    made.labels.update(
        persona_now=_named(now.persona),
        persona_before=_named(before.persona),
        since=back > 0,
        other=before.persona != now.persona,
        same=round(100 * same) == round(100 * now.share),
    )
    return months, made.build("habits")


def _share(number: int, point: MixPoint, each: PersonaShare, made: FindingBuilder) -> HabitShare:
    role = f"{each.persona}_{number}"
    made.fact(role, f"habits like those of a {_named(each.persona)}", each.share, "in_100", as_of=point.as_of, formula=_FORMULA)
    return HabitShare(persona=each.persona, share=each.share, fact=made.identity(role))


def _named(persona: str) -> str:
    return persona.replace("_", "-")


def _whole_months(first: date, last: date) -> int:
    """How many whole months lie between two days."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if month_after(first, months) <= last else months - 1
