"""balance_forecast: as far ahead as is asked, and what it rests on is said where that changes."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from tests.fakes import PRINCIPALS, FakeView, Told, ask, assert_whole, calls, context_for, take_turn
from tests.people import people
from tests.tools.builders import pounds
from tests.tools.twin.pool import UNTIL, pool
from tools.ledger.account import Contract
from tools.ledger.history import History
from tools.twin.outlook.calibrate import fit_priors
from tools.twin.outlook.outlook import Priors


@cache
def learnt() -> Priors:
    """From the past of forty accounts."""
    return fit_priors(pool(), UNTIL, 6)


class Learnt(FakeView):
    """Has learnt."""

    def priors(self, source: str) -> Priors:
        return learnt()


class Owing(FakeView):
    """Has a mortgage whose rate is fixed for some months."""

    def __init__(self, fixed_until: date) -> None:
        super().__init__(PRINCIPALS["customer"])
        self._fixed_until = fixed_until

    def own_history(self) -> History:
        mortgage = Contract(
            id="demo:m", source="demo", customer_id="demo:1", holding_id="demo:h2", kind="mortgage", currency="GBP",
            principal_minor=pounds(100_000), outstanding_minor=pounds(90_000), instalment_minor=pounds(500), rate_bps=219,
            starts_on=date(2024, 1, 1), fixed_until=self._fixed_until,
        )  # fmt: skip
        return people()["demo:1"].model_copy(update={"contracts": (mortgage,)})


async def forecast(view: FakeView | None = None, **arguments: Any) -> Told:
    if view is None:
        return await ask("customer", ("balance_forecast", arguments), said="where is my balance heading?")
    return await take_turn(context_for("customer", "where is my balance heading?", calls(("balance_forecast", arguments)), view=view))


def text(told: Told) -> str:
    return told.text.replace("\u00a0", " ")


async def test_years_ahead_are_looked_at_as_asked():
    told = await forecast(horizon_months=36)
    assert_whole(told)
    assert "31 March 2030" in text(told)
    assert "past forecasts" not in text(told)


@pytest.mark.parametrize("months", [0, -3, 121, 10_000])
async def test_a_time_out_of_reach_is_answered_with_what_is_possible_and_not_cut(months: int):
    told = await forecast(horizon_months=months)
    assert_whole(told)
    assert told.record.calls[0].outcome == "bad_horizon"
    assert "I can look 1 month to 120 months ahead, not that far." in text(told)


async def test_beyond_what_was_learnt_the_forecast_says_so():
    near, far = [await forecast(Learnt(PRINCIPALS["customer"]), horizon_months=months) for months in (6, 7)]
    beyond = "is known for 6 months ahead; beyond that the range rests on your own cash flow."
    assert beyond not in text(near)
    assert beyond in text(far)
    assert_whole(far)


async def test_a_goal_rests_on_the_same_correction_as_the_forecast_beside_it():
    """What counts towards a goal at a month end is the forecast balance with the savings, less what is left out of both today and then."""
    both = calls(("balance_forecast", {"horizon_months": 6}), ("set_goal", {"amount": "90000", "by": "2029-03-31"}))
    told = await take_turn(context_for("customer", "90000 by March 2029", both, view=Learnt(PRINCIPALS["customer"])))
    plain = await take_turn(context_for("customer", "90000 by March 2029", both))
    assert_whole(told)
    middles = [{fact.id.split(".")[0]: fact.value for fact in one.record.facts if fact.id.endswith(".middle_5")} for one in (told, plain)]
    moved = {tool: middles[0][tool] - middles[1][tool] for tool in ("balance_forecast", "set_goal")}
    assert moved["balance_forecast"] != 0
    assert moved["set_goal"] == pytest.approx(moved["balance_forecast"], abs=pounds(60))


async def test_a_fixed_rate_that_ends_on_the_way_is_said_to_go_on():
    told = await forecast(Owing(date(2027, 8, 31)), horizon_months=6)
    assert_whole(told)
    assert "A rate is fixed until 31 August 2027; this goes on with it" in text(told)
    assert "fixed until" not in text(await forecast(Owing(date(2027, 8, 31)), horizon_months=4))


async def test_no_share_of_paths_is_told_as_certain():
    told = await forecast()
    assert "A month end below zero happens in fewer than 1 in 100 paths." in text(told)
