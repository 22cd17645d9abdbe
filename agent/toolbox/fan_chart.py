"""The fan of a chart: five and eight of ten simulated paths around the middle one. Every point is a fact."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from agent.draft import DraftChart, DraftSeries
from agent.finding import FindingBuilder
from tools.twin.forecast.forecast import ForecastMonth
from tools.twin.goal.goal_outlook import GoalPoint
from tools.twin.scenario.what_if import Band

#: More points than these are no easier to read.
_MOST_POINTS = 24
#: Month ends of the past that are shown before a fan.
BOOKED_MONTHS = 6
_BANDS = (
    ("low80", "low, 8 in 10", "p10_minor"),
    ("low50", "low, 5 in 10", "p25_minor"),
    ("middle", "middle path", "p50_minor"),
    ("high50", "high, 5 in 10", "p75_minor"),
    ("high80", "high, 8 in 10", "p90_minor"),
)
#: Five percentiles of one month end, in minor units.
Banded = ForecastMonth | Band | GoalPoint
_T = TypeVar("_T")


def shown(months: Sequence[_T]) -> tuple[_T, ...]:
    """All months, or as many as a chart can show at even steps, the last always among them."""
    step = -(-len(months) // _MOST_POINTS)
    return tuple(months[::-1][::step][::-1])


def fan_chart(
    made: FindingBuilder,
    start: str,
    label: str,
    points: Sequence[tuple[date, Banded]],
    *,
    title: str,
    sentence: str,
    before: Sequence[DraftSeries] = (),
    beside: Sequence[DraftSeries] = (),
) -> DraftChart:
    """The chart of one fan.

    Args:
        start: role of the fact that the fan starts from, today.
        label: what is shown, in the labels of its facts.
        points: month ends ahead; the facts of the nth are in roles such as `middle_<n>`.
        before: lines that end where the fan starts; `beside`: lines over the same time.
    """
    x = ahead(made, [day for day, _ in points])
    lines: list[DraftSeries] = []
    for role, name, key in _BANDS:
        facts = [made.identity(start), *line(made, role, f"{label}, {name}", [getattr(point, key) for _, point in points])]
        lines.append(DraftSeries.model_validate({"name": name, "role": role, "x": x, "facts": facts}))
    return DraftChart(
        kind="fan",
        title=title,
        subtitle="simulated paths",
        sentence=sentence,
        currency=made.currency or "GBP",
        today=made.as_of.isoformat(),
        series=(*before, *lines, *beside),
    )


def ahead(made: FindingBuilder, days: Sequence[date]) -> tuple[str, ...]:
    """Today and the days ahead, as a chart has them."""
    return (made.as_of.isoformat(), *(day.isoformat() for day in days))


def booked(made: FindingBuilder, start: str, label: str, months: Sequence[tuple[str, int]]) -> DraftSeries:
    """What was booked at the last month ends, up to the fact of a role, today."""
    last = months[-BOOKED_MONTHS:]
    facts = line(made, "booked", label, [amount for _, amount in last])
    x = (*(month for month, _ in last), made.as_of.isoformat())
    return DraftSeries(name="as booked", role="booked", x=x, facts=(*facts, made.identity(start)))


def line(made: FindingBuilder, role: str, label: str, amounts: Sequence[int]) -> tuple[str, ...]:
    """A fact for each amount in minor units, in roles such as `middle_0`; gives their ids."""
    for number, amount in enumerate(amounts):
        made.money(f"{role}_{number}", label, amount, digits=0)
    return tuple(made.identity(f"{role}_{number}") for number in range(len(amounts)))
