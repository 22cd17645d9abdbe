"""Drift: what really changed between two versions of one customer's twin, most important first, as closed labels."""

from collections.abc import Callable
from typing import Literal

from tools.errors import UsageError
from tools.twin.twin import Twin
from tools.value import Value

DriftLabel = Literal["income", "commitments", "discretionary", "saving", "investment", "left_over", "persona"]
Direction = Literal["up", "down", "changed"]

#: A change counts when it exceeds this many standard errors of the two means,
_ERRORS = 2.0
#: this share of the larger of the two levels,
_LEAST_CHANGE = 0.05
#: and this share of income (of the larger level, where there is no income).
_LEAST_OF_INCOME = 0.02
#: How many months a level is the mean of.
_LEVEL_MONTHS = 6
#: How much more of another persona a customer must have become before the name of the nearest one counts as changed.
_LEAST_SHIFT = 0.10


class DriftChange(Value):
    """One thing that changed.

    Attributes:
        category: for `discretionary`.
        before_minor, after_minor: monthly levels; None for `persona`. A negative saving is money taken from savings.
        before_persona, after_persona: for `persona`.
        strength: the change over the smallest one that counts; 1 and more.
        share_of_income: the change over the later income, 0 for `persona` or without income.
    """

    label: DriftLabel
    direction: Direction
    category: str | None = None
    before_minor: int | None = None
    after_minor: int | None = None
    before_persona: str | None = None
    after_persona: str | None = None
    strength: float
    share_of_income: float = 0.0


def left_over_minor(twin: Twin) -> int:
    """What a normal month leaves after spending and repayments, before anything is put aside."""
    return twin.income_level_minor - twin.spending_level_minor - twin.instalments_minor


def drift_between(before: Twin, after: Twin) -> tuple[DriftChange, ...]:
    """What changed from one version to a later one by more than noise: amounts by their share of income, then the persona.

    A level is a mean of at most six months, so its standard error is the spread of a month over the root of their number; a change
    must exceed `_ERRORS` errors of the difference and be worth mentioning.

    Raises:
        UsageError: twins of two customers or in two currencies.
    """
    if before.customer_id != after.customer_id or before.currency != after.currency:
        raise UsageError("These are twins of two customers or in two currencies. Compare two versions of the same twin.")
    found = [change for label, level, spread in _LEVELS if (change := _change(label, None, level, spread, before, after))]
    for category in sorted({each.category for twin in (before, after) for each in twin.discretionary}):
        change = _change("discretionary", category, _level_of(category), _spread_of(category), before, after)
        if change:
            found.append(change)
    found.sort(key=lambda change: (-abs((change.after_minor or 0) - (change.before_minor or 0)), change.label, change.category or ""))
    persona = _persona_change(before, after)
    return (*found, persona) if persona else tuple(found)


_Level = Callable[[Twin], float]


def _level_of(category: str) -> _Level:
    return lambda twin: sum(each.monthly_minor for each in twin.discretionary if each.category == category)


def _spread_of(category: str) -> _Level:
    return lambda twin: sum(each.sd_minor for each in twin.discretionary if each.category == category)


def _of_payments(twin: Twin) -> float:
    return sum(each.sd_minor**2 for each in twin.commitments) ** 0.5


def _of_month(twin: Twin) -> float:
    return (twin.income_sd_minor**2 * (1 - twin.spending_follows_income) ** 2 + twin.spending_sd_minor**2) ** 0.5


_LEVELS: tuple[tuple[DriftLabel, _Level, _Level], ...] = (
    ("income", lambda twin: twin.income_level_minor, lambda twin: twin.income_sd_minor),
    ("commitments", lambda twin: twin.commitments_minor + twin.instalments_minor, _of_payments),
    ("saving", lambda twin: twin.saving_minor, lambda twin: abs(twin.saving_minor) * 0.1),
    ("investment", lambda twin: twin.investment_minor, lambda twin: twin.investment_minor * 0.1),
    ("left_over", left_over_minor, _of_month),
)


def _change(label: DriftLabel, category: str | None, level: _Level, spread: _Level, before: Twin, after: Twin) -> DriftChange | None:
    was, now = round(level(before)), round(level(after))
    income = max(before.income_level_minor, after.income_level_minor)
    noise = (_error(spread(before), before) ** 2 + _error(spread(after), after) ** 2) ** 0.5
    larger = max(abs(was), abs(now))
    least = max(_ERRORS * noise, _LEAST_CHANGE * larger, _LEAST_OF_INCOME * (income or larger), 1.0)
    if abs(now - was) < least:
        return None
    return DriftChange(
        label=label,
        category=category,
        direction="up" if now > was else "down",
        before_minor=was,
        after_minor=now,
        strength=round(abs(now - was) / least, 2),
        share_of_income=round(abs(now - was) / after.income_level_minor, 4) if after.income_level_minor else 0.0,
    )


def _error(spread: float, twin: Twin) -> float:
    return spread / min(max(twin.months_of_history, 1), _LEVEL_MONTHS) ** 0.5


def _persona_change(before: Twin, after: Twin) -> DriftChange | None:
    was = {each.persona: each.share for each in before.persona_mix}
    now = {each.persona: each.share for each in after.persona_mix}
    shift = now.get(after.persona, 1.0) - was.get(after.persona, 0.0)
    if before.persona == after.persona or shift < _LEAST_SHIFT:
        return None
    return DriftChange(
        label="persona",
        direction="changed",
        before_persona=before.persona,
        after_persona=after.persona,
        strength=round(shift / _LEAST_SHIFT, 2),
    )
