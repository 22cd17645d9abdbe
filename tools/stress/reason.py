"""What an input of the stress score is about, in the groups by which people ask for clients."""

from collections.abc import Mapping

from tools.ledger.query import StressReason

_INPUTS_OF: Mapping[StressReason, tuple[str, ...]] = {
    "low_balance": (
        "buffer_days", "lowest_30d", "lowest_90d", "usual_low", "days_below_zero", "days_below_zero_30d", "days_near_zero", "thin_buffer",
        "savings_months", "balance_in_income", "room_in_swings", "low_in_day_swings", "mean_in_day_swings", "low_in_largest_falls",
        "left_after_worst_month",
    ),
    "falling_balance": ("balance_decline", "balance_drops_lately", "balance_slope", "balance_to_usual"),
    "swinging_balance": ("balance_swing", "balance_variation"),
    "spending_above_income": ("month_net", "income_covers"),
    "overdraft": ("overdraft_use", "overdraft_interest"),
    "late_pay": ("late_salary", "late_salaries_lately", "since_income"),
    "irregular_income": ("income_irregularity", "income_days", "income_variation", "cash_income_share"),
    "income_drop": ("income_drop", "income_drop_30d"),
    "fixed_costs": ("commitments_to_income", "repayments_to_income"),
    "late_bills": ("late_utility", "late_utilities_lately"),
    "discretionary_spending": ("discretionary_share",),
    "cash_withdrawals": ("cash_share", "cash_withdrawals_lately", "cash_growth"),
    "failed_payments": ("failed_debits", "failed_debits_lately"),
    "penalty_interest": ("penalty_interest", "penalty_interest_184d", "penalties_lately"),
    "fees": ("fees_share",),
    "lending_apps": ("lending_app_uses", "lending_apps_lately", "borrowed_share"),
    "gambling": ("gambling_share", "gambling_lately"),
    "money_passed_on": ("passed_on",),
}  # fmt: skip
_REASONS: dict[str, StressReason] = {name: reason for reason, names in _INPUTS_OF.items() for name in names}
#: The card's inputs are many, one for each month of statements.
_BEGINNINGS: tuple[tuple[str, StressReason], ...] = (("card_use", "card_debt"), ("card_paid", "card_bills"), ("card_late", "card_bills"))


def reason_of(name: str) -> StressReason | None:
    """The group of an input; None for one that no client may be asked for by (the stress of others)."""
    return _REASONS.get(name) or next((reason for beginning, reason in _BEGINNINGS if name.startswith(beginning)), None)
