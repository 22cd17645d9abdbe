"""Twins made by hand, without chance unless asked for: salary on the 25th, rent on the 1st, groceries in between."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.tools.builders import AS_OF, pounds
from tools.twin.twin import CategoryLevel, Commitment, Credit, IncomeStream, Twin


def salary(amount: float = 2000, on: date = date(2027, 4, 25), **changes: Any) -> IncomeStream:
    given: dict[str, Any] = {
        "category": "salary", "amount_minor": pounds(amount), "every_days": 30, "pay_day": on.day, "monthly_minor": pounds(amount), "next_on": on,
        **changes,
    }  # fmt: skip
    return IncomeStream(**given)


def bill(amount: float = 900, on: date = date(2027, 4, 1), category: str = "rent", **changes: Any) -> Commitment:
    given: dict[str, Any] = {
        "category": category, "amount_minor": pounds(amount), "every_days": 30, "due_day": on.day, "monthly_minor": pounds(amount), "next_on": on,
        **changes,
    }  # fmt: skip
    return Commitment(**given)


def instalment(amount: float = 250, owed: float = 6000, **changes: Any) -> Credit:
    given: dict[str, Any] = {"kind": "car_loan", "outstanding_minor": pounds(owed), "instalment_minor": pounds(amount), "due_day": 10}
    return Credit(**given | changes)


def twin(balance: float = 1500, everyday: float = 600, **changes: Any) -> Twin:
    """A customer at the end of March 2027, from whose levels the streams and bills given follow; `everyday` a month on groceries."""
    income = changes.pop("income", (salary(),))
    commitments = changes.pop("commitments", (bill(),))
    given: dict[str, Any] = {
        "customer_id": "demo:1", "as_of": AS_OF, "currency": "GBP", "months_of_history": 12, "persona": "spender", "prior_weight": 0.1,
        "balance_minor": pounds(balance), "savings_minor": 0, "balance_level_minor": pounds(balance),
        "income": income, "income_level_minor": sum(stream.monthly_minor for stream in income), "income_sd_minor": 0,
        "commitments": commitments, "commitments_minor": sum(one.monthly_minor for one in commitments),
        "discretionary": (CategoryLevel(category="groceries", monthly_minor=pounds(everyday)),) if everyday else (), "spending_sd_minor": 0,
        **changes,
    }  # fmt: skip
    return Twin(**given)


_MONEY = st.integers(0, 500_000)
_DAYS = st.integers(1, 28).map(lambda day: date(2027, 4, day))


@st.composite
def any_twin(draw: st.DrawFn) -> Twin:
    """Any customer with a pay day, a bill and a loan, with chance in everything."""
    return twin(
        balance=draw(st.integers(-3_000, 20_000)),
        everyday=draw(st.integers(0, 3_000)),
        income=(
            salary(
                draw(st.integers(0, 5_000)),
                draw(_DAYS),
                sd_minor=draw(_MONEY),
                late_days=draw(st.floats(-3, 5)),
                late_sd_days=draw(st.floats(0, 6)),
            ),
        ),
        commitments=(
            bill(draw(st.integers(0, 3_000)), draw(_DAYS), sd_minor=draw(st.integers(0, 20_000)), delay_sd_days=draw(st.floats(0, 4))),
        ),
        credits=(instalment(draw(st.integers(0, 900)), draw(st.integers(1, 2_000)), rate_bps=draw(st.integers(0, 3_000))),),
        savings_minor=draw(_MONEY),
        saving_minor=draw(st.integers(-50_000, 50_000)),
        investment_minor=draw(st.integers(0, 20_000)),
        spending_sd_minor=draw(_MONEY),
        adjustment_minor=draw(st.integers(-50_000, 50_000)),
        reversion=draw(st.floats(0, 1)),
        overdraft_limit_minor=draw(st.sampled_from([0, 50_000])),
        overdraft_rate_bps=draw(st.sampled_from([0, 3_990])),
        customer_id=draw(st.sampled_from(["demo:1", "demo:2", "berka:1787"])),
    )
