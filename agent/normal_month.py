"""A normal month as rows of facts: of a twin's own account, or of people in a similar situation while the account says too little."""

from collections.abc import Iterable

from agent.finding import FindingBuilder
from agent.shown_twin import NormalMonthKey, NormalMonthRow
from tools.twin.evolve.drift import left_over_minor
from tools.twin.persona.prior import segment_priors
from tools.twin.twin import Twin

#: How many standard deviations either side hold 8 in 10 of a normal distribution.
_EIGHT_IN_TEN = 1.2816
_LABELS: dict[NormalMonthKey, str] = {
    "income": "Coming in",
    "commitments": "Commitments",
    "spending": "Spending",
    "left_over": "Left over",
}
#: Where the figures come from: not from a forecast, so that no notice of one stands beside them.
_USUAL = "typical_month"
_STATED = "profile_view"


def own_month(twin: Twin, made: FindingBuilder) -> tuple[NormalMonthRow, ...]:
    """What the account itself says; between low and high it lies in 8 of 10 months."""
    of_payments = _root(each.sd_minor for each in twin.commitments)
    of_free = _root(each.sd_minor for each in twin.discretionary)
    of_month = (twin.income_sd_minor**2 * (1 - twin.spending_follows_income) ** 2 + twin.spending_sd_minor**2) ** 0.5
    spreads: dict[NormalMonthKey, float] = {
        "income": twin.income_sd_minor,
        "commitments": of_payments,
        "spending": of_free,
        "left_over": of_month,
    }
    return tuple(_row(key, amount, spreads[key], made) for key, amount in _amounts(twin).items())


def typical_month(twin: Twin, made: FindingBuilder) -> tuple[NormalMonthRow, ...]:
    """What a stated twin says: the income is what was stated, the rest what is usual on it; 8 of 10 similar people lie between.

    People differ from each other far more than the months of one of them, so that the spread is the segment's between customers.
    """
    apart = segment_priors()[twin.segment].between_cv
    amounts = _amounts(twin)
    spent = amounts["commitments"] + amounts["spending"]
    of: dict[NormalMonthKey, int] = {
        "income": 0,
        "commitments": amounts["commitments"],
        "spending": amounts["spending"],
        "left_over": spent,
    }
    return tuple(_row(key, amount, abs(of[key]) * apart, made, _STATED if key == "income" else _USUAL) for key, amount in amounts.items())


def _amounts(twin: Twin) -> dict[NormalMonthKey, int]:
    """Minor units, outgoings negative; the last is the sum of the others."""
    return {
        "income": twin.income_level_minor,
        "commitments": -(twin.commitments_minor + twin.instalments_minor),
        "spending": -twin.discretionary_minor,
        "left_over": left_over_minor(twin),
    }


def _row(key: NormalMonthKey, amount: int, spread: float, made: FindingBuilder, source: str | None = None) -> NormalMonthRow:
    label = _LABELS[key]
    made.money(key, label.lower(), amount, period="month", digits=0, **({"source": source} if source else {}))
    wide = round(_EIGHT_IN_TEN * spread)
    return NormalMonthRow(
        key=key, label=label, amount_minor=amount, low_minor=amount - wide, high_minor=amount + wide, fact=made.identity(key)
    )


def _root(spreads: Iterable[int]) -> float:
    return sum(spread**2 for spread in spreads) ** 0.5
