"""A fan shows what can be read: at most two dozen points at even steps, the last always among them."""

import pytest

from agent.reply import ChartBlock
from agent.toolbox.fan_chart import shown
from tests.fakes import ask, assert_whole


@pytest.mark.parametrize(
    ("months", "points"), [(1, [1]), (24, [*range(1, 25)]), (25, [*range(1, 26, 2)]), (36, [*range(2, 37, 2)]), (120, [*range(5, 121, 5)])]
)
def test_long_times_are_shown_at_even_steps_up_to_their_end(months: int, points: list[int]):
    assert list(shown(range(1, months + 1))) == points


@pytest.mark.parametrize(
    ("tool", "arguments", "before", "beside"),
    [
        ("balance_forecast", {"horizon_months": 120}, ["booked"], []),
        ("what_if", {"horizon_months": 120, "changes": [{"kind": "inflation", "percent": 3}]}, [], ["alternative"]),
        ("set_goal", {"amount": "90000"}, ["booked"], ["target"]),
    ],
)
async def test_the_fans_of_all_tools_are_built_alike(tool: str, arguments: dict[str, object], before: list[str], beside: list[str]):
    told = await ask("customer", (tool, arguments), said="3 90000")
    assert_whole(told)
    chart = next(block for block in told.reply.blocks if isinstance(block, ChartBlock))
    assert [series.role for series in chart.series] == [*before, "low80", "low50", "middle", "high50", "high80", *beside]
    fans = [series for series in chart.series if series.role != "booked"]
    assert len({series.x for series in fans}) == len({series.y[0] for series in fans if series.role != "target"}) == 1
    assert len(fans[0].x) <= 25
    assert all(low <= middle <= high for low, middle, high in zip(fans[0].y, fans[2].y, fans[4].y, strict=True))


async def test_what_was_booked_leads_up_to_today():
    for tool, arguments in (("balance_forecast", {}), ("set_goal", {"amount": "90000"})):
        told = await ask("customer", (tool, arguments), said="90000")
        chart = next(block for block in told.reply.blocks if isinstance(block, ChartBlock))
        past, fan = chart.series[0], chart.series[1]
        assert (past.x[-1], past.y[-1]) == (fan.x[0], fan.y[0])
        # The running month ends today, with what there is today.
        assert past.y[-2] == pytest.approx(past.y[-1], abs=1)
