"""A made-up household for what-ifs: pay and a side income, rent, a mortgage that is fixed, a variable one, a loan, savings."""

from datetime import date
from typing import Any

from tools.twin.scenario.scenario import Change, Scenario
from tools.twin.twin import CategoryLevel, Commitment, Credit, IncomeStream, Twin

AS_OF = date(2027, 3, 31)


def salary(monthly: int = 250_000, **changes: Any) -> IncomeStream:
    given = {"category": "salary", "amount_minor": monthly, "every_days": 30, "pay_day": 25, "monthly_minor": monthly, "next_on": date(2027, 4, 25)}  # fmt: skip
    return IncomeStream.model_validate(given | changes)


def rent(monthly: int = 90_000, **changes: Any) -> Commitment:
    given = {
        "category": "rent",
        "amount_minor": monthly,
        "every_days": 30,
        "due_day": 1,
        "monthly_minor": monthly,
        "next_on": date(2027, 4, 1),
    }
    return Commitment.model_validate(given | changes)


def tracker(**changes: Any) -> Credit:
    given = {"kind": "mortgage", "outstanding_minor": 12_000_000, "instalment_minor": 73_500, "rate_bps": 459, "follows_rates": True, "matures_on": date(2047, 3, 31)}  # fmt: skip
    return Credit.model_validate(given | changes)


def fixed(until: date = date(2027, 9, 30), **changes: Any) -> Credit:
    return tracker(**{"follows_rates": False, "fixed_until": until, "rate_bps": 219, "instalment_minor": 61_700, **changes})


def household(**changes: Any) -> Twin:
    """2,500 of pay and 200 besides; 900 rent, 60 of subscriptions, 600 groceries, 240 eating out; 3,000 and 5,000 saved."""
    given: dict[str, Any] = {
        "customer_id": "demo:1", "as_of": AS_OF, "currency": "GBP", "months_of_history": 12, "persona": "saver", "prior_weight": 0.1,
        "balance_minor": 300_000, "savings_minor": 500_000, "income_level_minor": 270_000, "income_sd_minor": 8_000,
        "income": (salary(), salary(20_000, category="benefits", pay_day=9, next_on=date(2027, 4, 9))),
        "commitments": (rent(), rent(6_000, category="subscriptions", is_subscription=True)), "commitments_minor": 96_000,
        "discretionary": (CategoryLevel(category="dining", monthly_minor=24_000), CategoryLevel(category="groceries", monthly_minor=60_000)),
        "spending_sd_minor": 15_000, "balance_level_minor": 300_000, "reversion": 0.1, "spending_follows_income": 0.2, **changes,
    }  # fmt: skip
    return Twin.model_validate(given)


def scenario(*changes: dict[str, Any]) -> Scenario:
    return Scenario(changes=tuple(Change.model_validate(change) for change in changes))
