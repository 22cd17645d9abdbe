"""Fit a twin to a history: levels and spreads from the account, shrunk towards a persona while the history is short."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import accumulate, pairwise
from statistics import fmean, pvariance

from tools.errors import TooShortError
from tools.ledger.account import Contract
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features, MonthFlow
from tools.ledger.flows import monthly_minor
from tools.ledger.history import History
from tools.ledger.money import rounded_minor
from tools.ledger.movements import daily_balances, movements_of
from tools.twin.persona import Persona, assign_persona
from tools.twin.twin import CategoryLevel, Twin
from tools.twin.window import whole_months
from tools.value import Value

SHORTEST_DAYS = 21
#: A persona counts for as much as this many months of own history.
PRIOR_MONTHS = 2.0
#: Share of the distance to the habitual balance that a month closes, where the balance shows no consistent drift.
#: Chosen on Berka accounts with an even number (five pairs of cutoff and horizon in 1993); those with an odd number judged it.
REVERSION = 0.20
#: A mean monthly change must exceed this many standard errors before any of it is rolled forward, over at least a year:
#: on Berka's first year even perfectly regular growth was a season that ended.
DRIFT_ERRORS = 3.0
DRIFT_MONTHS = 12
_LOANS = {"loan", "car_loan", "mortgage", "working_capital", "invoice_finance"}


class _Change(Value):
    """How the balance itself moved from month to month at this point of the month."""

    level_minor: float
    drift_minor: float
    variance: float | None
    consistency: float
    months: int


def fit_twin(history: History, features: Features, version: int = 1) -> Twin:
    """The twin of one customer as of the history's business date.

    Raises:
        TooShortError: less than three weeks of bookings.
    """
    if features.days_of_history < SHORTEST_DAYS or features.first_booking_on is None:
        raise TooShortError(f"There are only {features.days_of_history} days of bookings. A forecast needs at least {SHORTEST_DAYS}.")
    months = whole_months(features)
    invested = _invested(history, features, months)
    persona = assign_persona(features, invested).persona
    weight = PRIOR_MONTHS / (PRIOR_MONTHS + len(months))
    income, income_variance = _income(history, features, months, persona, weight)
    change = _change(history, features)
    follows, spending_variance = _spending_spread(features, months, change, income_variance, persona, weight)
    loans = _loans(history)
    instalment = sum(loan.instalment_minor for loan, _ in loans)
    discretionary, commitments = _spending_levels(features, months, instalment)
    saving, investment = _moves(months, invested)
    planned = income - commitments - sum(level.monthly_minor for level in discretionary) - saving - investment - instalment
    drift = rounded_minor(change.drift_minor)
    return Twin(
        customer_id=history.customer.id,
        as_of=history.as_of,
        version=version,
        currency=features.currency,
        months_of_history=len(months),
        persona=persona.key,
        prior_weight=round(weight, 4),
        balance_minor=features.balance_minor,
        savings_minor=max(features.savings_minor, 0),
        overdraft_limit_minor=features.overdraft_limit_minor,
        overdraft_rate_bps=max((contract.rate_bps for contract in history.contracts if contract.kind == "overdraft"), default=0),
        income_level_minor=income,
        income_sd_minor=rounded_minor(income_variance**0.5),
        commitments_minor=commitments,
        discretionary=discretionary,
        spending_follows_income=follows,
        spending_sd_minor=rounded_minor(spending_variance**0.5),
        saving_minor=saving,
        investment_minor=investment,
        loan_outstanding_minor=sum(owed for _, owed in loans),
        loan_instalment_minor=instalment,
        loan_rate_bps=_weighted_rate(loans),
        drift_minor=drift,
        adjustment_minor=planned - drift,
        balance_level_minor=rounded_minor(change.level_minor),
        reversion=_reversion(change),
    )


def _reversion(change: _Change) -> float:
    """The full share after a year; less before, because the first months of an account are its filling, not its habit."""
    return round(REVERSION * min(change.months / 12, 1.0) ** 2 * (1 - change.consistency), 4)


def _income(history: History, features: Features, months: tuple[MonthFlow, ...], persona: Persona, weight: float) -> tuple[int, float]:
    """Monthly level and variance. What the customer declared is the prior of the level, the persona that of the spread."""
    observed = features.income_monthly_minor
    declared = history.profile.monthly_income_minor
    level = max(rounded_minor((1 - weight) * observed + weight * declared) if declared else observed, 0)
    prior = (persona.income_cv * level) ** 2
    seen = pvariance([month.income_minor for month in months]) if len(months) >= 3 else prior
    return level, (1 - weight) * seen + weight * prior


def _change(history: History, features: Features) -> _Change:
    """Level, drift and variance of the balance a whole number of months back from `as_of`.

    The drift is the mean monthly change, kept by the positive-part James-Stein share `1 - (DRIFT_ERRORS / t)**2` of its
    t-ratio: on real accounts rolling the mean net flow forward is worse than saying that the balance stays.
    """
    balances = _balances_back(history, features)
    changes = [later - earlier for earlier, later in pairwise(balances)]
    level = fmean(balances[-12:])
    if len(changes) < 3:
        return _Change(level_minor=level, drift_minor=0, variance=None, consistency=0, months=len(changes))
    mean = fmean(changes)
    variance = pvariance(changes) * len(changes) / (len(changes) - 1)
    squared_t = mean**2 * len(changes) / variance if variance else 0.0
    kept = max(0.0, 1 - DRIFT_ERRORS**2 / squared_t) if squared_t else float(not variance and mean != 0)
    kept = kept if len(changes) >= DRIFT_MONTHS else 0.0
    return _Change(level_minor=level, drift_minor=kept * mean, variance=variance, consistency=kept, months=len(changes))


def _balances_back(history: History, features: Features) -> list[int]:
    """Balance of the current accounts today and whole months back, oldest first, at most two years, while there were bookings."""
    movements = movements_of(history)
    if not len(movements.day):
        return [features.balance_minor]
    first = int(movements.day[0])
    balances = daily_balances(movements, ("current", "business"), first)
    cuts = accumulate(range(24), lambda day, _: _month_before(day, features.as_of), initial=features.as_of)
    return [int(balances[cut.toordinal() - first]) for cut in cuts if cut.toordinal() >= first][::-1]


def _month_before(day: date, anchor: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    at_end = anchor.day == monthrange(anchor.year, anchor.month)[1]
    return last if at_end else last.replace(day=min(anchor.day, last.day))


def _spending_spread(
    features: Features, months: tuple[MonthFlow, ...], change: _Change, income_variance: float, persona: Persona, weight: float
) -> tuple[float, float]:
    """How far spending follows income, and the variance that is left so that the monthly change varies as the balance did."""
    prior = (persona.spending_cv * features.spending_monthly_minor) ** 2
    incomes, spendings = [month.income_minor for month in months], [month.spending_minor for month in months]
    follows = 0.0
    if len(months) >= 4 and income_variance > 0 and pvariance(incomes) > 0:
        middle, centre = fmean(incomes), fmean(spendings)
        covariance = fmean((earned - middle) * (spent - centre) for earned, spent in zip(incomes, spendings, strict=True))
        follows = min(max((1 - weight) * covariance / pvariance(incomes), 0.0), 1.0)
    if change.variance is None:
        return follows, prior
    seen = max(change.variance - (1 - follows) ** 2 * income_variance, 0.0)
    return round(follows, 4), (1 - weight) * seen + weight * prior


def _spending_levels(features: Features, months: tuple[MonthFlow, ...], instalment: int) -> tuple[tuple[CategoryLevel, ...], int]:
    """Discretionary levels by category and the committed sum. Repayments beyond the contracts we hold are commitments."""
    fixed: dict[str, int] = {}
    for flow in (*features.commitments, *features.subscriptions):
        if flow.category not in CATEGORIES or CATEGORIES[flow.category].group != "credit":
            fixed[flow.category] = fixed.get(flow.category, 0) + monthly_minor(flow)
    committed = min(sum(fixed.values()), max(features.spending_monthly_minor, 0))
    free = {spend.category: max(spend.monthly_minor - fixed.get(spend.category, 0), 0) for spend in features.spend_by_category}
    total = max(features.spending_monthly_minor - committed, 0)
    scale = total / sum(free.values()) if sum(free.values()) else 0.0
    levels = {category: rounded_minor(amount * scale) for category, amount in free.items()}
    levels["other"] = max(levels.get("other", 0) + total - sum(levels.values()), 0)
    found = (CategoryLevel(category=category, monthly_minor=amount) for category, amount in sorted(levels.items()) if amount)
    repaid = rounded_minor(fmean(month.repayment_minor for month in months)) if months else 0
    return tuple(found), committed + max(repaid - instalment, 0)


def _moves(months: tuple[MonthFlow, ...], invested: int) -> tuple[int, int]:
    """Habitual monthly moves to (or from) savings and into investments; the ledger counts both as saving."""
    put_aside = rounded_minor(fmean(month.saving_minor for month in months)) if months else 0
    investment = min(invested, max(put_aside, 0))
    return put_aside - investment, investment


def _invested(history: History, features: Features, months: tuple[MonthFlow, ...]) -> int:
    """Mean of what went into investments in a whole month."""
    names = {month.month for month in months}
    moved = sum(
        move.amount_minor
        for move in history.transactions
        if move.category == "investment"
        and move.status == "booked"
        and move.currency == features.currency
        and move.booked_on.isoformat()[:7] in names
    )
    return max(rounded_minor(-moved / len(months)), 0) if months else 0


def _loans(history: History) -> list[tuple[Contract, int]]:
    """Running loan contracts with what is owed on the history's date; where no source says it, by the annuity schedule."""
    running = [
        contract
        for contract in history.contracts
        if contract.kind in _LOANS
        and contract.instalment_minor > 0
        and (contract.matures_on is None or contract.matures_on > history.as_of)
    ]
    owed = [(contract, _owed(contract, history.as_of)) for contract in running]
    return [(contract, amount) for contract, amount in owed if amount > 0]


def _owed(contract: Contract, as_of: date) -> int:
    if contract.outstanding_minor is not None:
        start, owed = contract.outstanding_as_of or as_of, float(contract.outstanding_minor)
    else:
        start, owed = contract.starts_on, float(contract.principal_minor)
    elapsed = max((as_of.year - start.year) * 12 + as_of.month - start.month, 0)
    for _ in range(elapsed):
        owed = max(owed * (1 + contract.rate_bps / 120_000) - contract.instalment_minor, 0.0)
    return rounded_minor(owed)


def _weighted_rate(loans: list[tuple[Contract, int]]) -> int:
    owed = sum(amount for _, amount in loans)
    return round(sum(loan.rate_bps * amount for loan, amount in loans) / owed) if owed else 0
