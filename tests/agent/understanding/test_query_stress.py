"""Clients by trend, reason and change of band, in the words that people use."""

from datetime import date
from typing import Any

import pytest

from agent.understanding.query import as_json, parse_query

#: A Wednesday.
TODAY = date(2027, 3, 31)
RISING = {"field": "stress_trend", "op": "eq", "value": "rising"}
FALLING = {"field": "stress_trend", "op": "eq", "value": "falling"}
CRITICAL = {"field": "stress_band", "op": "eq", "value": "critical"}


def because(reason: str) -> dict[str, Any]:
    return {"field": "stress_driver", "op": "eq", "value": reason}


def since(day: str) -> dict[str, Any]:
    return {"field": "stress_band_since", "op": "ge", "value": day}


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("which clients are getting worse", RISING), ("whose stress is rising", RISING), ("clients with rising stress scores", RISING), ("who is doing worse than a month ago", RISING),
        ("clients whose stress score rose", RISING), ("who is deteriorating", RISING), ("clients not getting worse", {**RISING, "op": "ne"}),
        ("who got better lately", FALLING), ("whose stress has fallen", FALLING), ("which of my clients have recovered", FALLING), ("clients whose score is steady", {**RISING, "value": "steady"}),
        ("clients stressed because of lending apps", because("lending_apps")), ("who is struggling due to job loss", because("income_drop")), ("clients in trouble because of failed payments", because("failed_payments")),
        ("clients whose main driver is late pay", because("late_pay")), ("who is strained because of card debt", because("card_debt")), ("who is at risk because of payday loans", because("lending_apps")),
        ("clients whose main problem is gambling", because("gambling")), ("whose main reason of stress is a low balance", because("low_balance")), ("clients driven by fixed costs", because("fixed_costs")),
        ("who is critical because of gambling", {"all": [CRITICAL, because("gambling")]}), ("critical clients with rising stress", {"all": [CRITICAL, RISING]}),
        ("clients who moved to critical since 1 March", {"all": [CRITICAL, since("2027-03-01")]}), ("who slipped into critical since Monday", {"all": [CRITICAL, since("2027-03-29")]}),
        ("who became critical in the last 30 days", {"all": [CRITICAL, since("2027-03-02")]}), ("who entered critical this month", {"all": [CRITICAL, since("2027-03-01")]}),
        ("who moved to the watchlist in the last two weeks", {"all": [{**CRITICAL, "value": "watchlist"}, since("2027-03-18")]}),
        ("whose score went up by more than 0.1", {"field": "stress_change_30d", "op": "gt", "value": 0.1}), ("whose stress fell by at least 10%", {"field": "stress_change_30d", "op": "le", "value": -0.1}),
        ("clients whose stress rose by 0.2 in the last month", {"field": "stress_change_30d", "op": "ge", "value": 0.2}),
        ("who is getting worse and has a balance below 500", {"all": [RISING, {"field": "balance", "op": "lt", "value": 50000}]}), ("customers getting worse with a mortgage", {"all": [RISING, {"field": "has_mortgage", "op": "eq", "value": True}]}),
    ],
)  # fmt: skip
def test_words_become_conditions(words: str, where: dict[str, Any]):
    found = parse_query(words, TODAY)
    assert found.leftover == ()
    assert as_json(found.query)["where"] == where


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("how many clients by main driver", {"aggregate": {"function": "count"}, "group": "stress_driver"}), ("number of clients per trend", {"aggregate": {"function": "count"}, "group": "stress_trend"}),
        ("top 5 by change in stress", {"sort": [{"field": "stress_change_30d"}], "limit": 5}), ("average stress change by segment", {"aggregate": {"function": "mean", "field": "stress_change_30d"}, "group": "segment"}),
        ("how many clients are getting worse by segment", {"where": RISING, "aggregate": {"function": "count"}, "group": "segment"}),
    ],
)  # fmt: skip
def test_the_new_fields_can_be_counted_and_sorted_by(words: str, query: dict[str, Any]):
    found = parse_query(words, TODAY)
    assert found.covered
    assert as_json(found.query) == query


@pytest.mark.parametrize(
    "words", ["clients stressed because of the moon", "who moved to critical since the flood", "clients getting worse than Tom"]
)
def test_what_is_not_understood_is_not_dropped(words: str):
    assert not parse_query(words, TODAY).covered
