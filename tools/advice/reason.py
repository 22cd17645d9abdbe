"""Reasons of a decision: closed codes with the customer's own value and the limit it was held against."""

from typing import Literal

from tools.fact import Unit
from tools.value import Value

Code = Literal[
    # eligibility
    "not_on_sale", "not_for_this_audience", "other_currency", "too_young", "too_old", "age_unknown", "customer_kind", "segment", "income_too_low",
    "history_too_short", "needs_holding", "amount_too_small", "amount_too_large", "term_too_short", "term_too_long", "no_rate_for_amount",
    # affordability
    "instalments_above_limit", "nothing_left_over", "instalments_above_limit_in_stress", "nothing_left_over_in_stress",
    # suitability
    "stress_critical", "stress_unknown", "missed_payments", "flag_hardship", "flag_bereavement", "flag_scam_victim", "flag_coercion",
    "flag_gambling", "no_risk_profile", "risk_above_tolerance", "horizon_unknown", "horizon_too_short", "emergency_fund_too_small",
    "loss_capacity_too_small", "locked_without_emergency_fund", "against_anti_goal",
    # in favour
    "earns_more", "earns_interest", "access_when_needed", "no_regular_fee", "affordable_in_stress", "within_risk_tolerance", "lowest_cost",
    "matches_need",
]  # fmt: skip


class Reason(Value):
    """One reason. `value` is the customer's (or product's) own figure and `limit` what it was held against, both in `unit`."""

    code: Code
    value: float | int | str | None = None
    limit: float | int | str | None = None
    unit: Unit | None = None
