from datetime import date
from typing import Any

import pytest

from agent.understanding.query import as_json, merged, parse_query
from tools.ledger.query import FIELDS, CohortQuery

TODAY = date(2027, 3, 31)


def where(text: str) -> Any:
    parsed = parse_query(text, TODAY)
    assert parsed.covered, parsed.leftover
    return as_json(parsed.query).get("where")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("which of my clients have a negative balance?", ("balance", "lt", 0)),
        ("clients with a balance below 1,000", ("balance", "lt", 100000)),
        ("more than 20k in savings", ("savings", "gt", 2000000)),
        ("income of at least 3k a month", ("income_monthly", "ge", 300000)),
        ("clients earning 3k+", ("income_monthly", "ge", 300000)),
        ("balance between 1,000 and 5,000", ("balance", "between", [100000, 500000])),
        ("income of between 50 and 60k", ("income_monthly", "between", [5000000, 6000000])),
        ("stress score above 0.7", ("stress_score", "gt", 0.7)),
        ("failed debits of at least 2", ("failed_debits_90d", "ge", 2)),
        ("who is not overdrawn", ("balance", "ge", 0)),
        ("customers without a mortgage", ("has_mortgage", "eq", False)),
        ("clients who have no savings", ("savings", "le", 0)),
        ("who spends more than they earn", ("net_monthly", "lt", 0)),
        ("clients likely to leave", ("churn_risk", "eq", "high")),
        ("clients I have not contacted for six months", ("last_contact_on", "lt", "2026-09-30")),
        ("whose fixed rate ends this year", ("fixed_rate_ends_on", "between", ["2027-03-31", "2027-12-31"])),
        ("customers who joined after 2025", ("joined_on", "ge", "2026-01-01")),
    ],
)  # fmt: skip
def test_one_condition(text: str, expected: tuple[str, str, Any]) -> None:
    field, op, value = expected

    assert where(text) == {"field": field, "op": op, "value": value}


def test_and_or_and_negation() -> None:
    assert where("retail clients with a loan or a credit card") == {
        "all": [
            {"field": "segment", "op": "eq", "value": "retail"},
            {"any": [{"field": "has_loan", "op": "eq", "value": True}, {"field": "has_card", "op": "eq", "value": True}]},
        ]
    }
    assert where("clients not critical or on the watchlist") == {
        "all": [{"field": "stress_band", "op": "ne", "value": "critical"}, {"field": "stress_band", "op": "ne", "value": "watchlist"}]
    }


def test_a_currency_that_is_said_narrows_the_question() -> None:
    assert {"field": "currency", "op": "eq", "value": "CZK"} in where("clients with a balance above 10,000 crowns")["all"]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("top 5 clients by savings", {"sort": [{"field": "savings"}], "limit": 5}),
        ("the 3 lowest balances", {"sort": [{"field": "balance", "descending": False}], "limit": 3}),
        ("who earns the most", {"sort": [{"field": "income_monthly"}]}),
        ("how many clients do I have", {"aggregate": {"function": "count"}}),
        ("average income by segment", {"aggregate": {"function": "mean", "field": "income_monthly"}, "group": "segment"}),
        ("median savings", {"aggregate": {"function": "median", "field": "savings"}}),
        ("number of clients per stress band", {"aggregate": {"function": "count"}, "group": "stress_band"}),
    ],
)
def test_sort_limit_aggregate_group(text: str, shape: dict[str, Any]) -> None:
    parsed = parse_query(text, TODAY)

    assert parsed.covered, parsed.leftover
    assert as_json(parsed.query) == shape


@pytest.mark.parametrize(
    ("text", "leftover"),
    [
        ("which left-handed clients have a negative balance", "left-handed"),
        ("clients with a low balance", "low"),
        ("clients with savings of 15.000", "15"),
        ("clients born before 1960 with a loan", "1960"),
        ("10 poorest clients", "poorest"),
        ("clients without a loan and card", "and"),
        ("female clients with a loan", "female"),
    ],
)
def test_what_is_not_accounted_for_stops_the_query(text: str, leftover: str) -> None:
    parsed = parse_query(text, TODAY)

    assert not parsed.covered
    assert any(leftover in word for word in parsed.leftover), parsed.leftover


def test_every_figure_of_the_field_table_can_be_asked_for_by_its_label() -> None:
    for name, field in FIELDS.items():
        if field.doc.unit == "money":
            assert where(f"clients with {field.doc.label} above 500")["field"] == name


def test_a_follow_up_narrows_and_a_new_value_replaces() -> None:
    earlier = {"where": {"all": [{"field": "balance", "op": "lt", "value": 0}, {"field": "segment", "op": "eq", "value": "retail"}]}}
    now = CohortQuery.model_validate({"where": {"field": "segment", "op": "eq", "value": "msme"}})

    found = merged(earlier, now)

    assert found is not None
    assert as_json(found)["where"] == {
        "all": [{"field": "balance", "op": "lt", "value": 0}, {"field": "segment", "op": "eq", "value": "msme"}]
    }
