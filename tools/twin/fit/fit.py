"""Fit a twin to a history: levels and spreads from the account, shrunk towards persona and segment while the history is short.

Each noun has its file: `fit_income`, `fit_commitments`, `fit_spending`, `fit_credit`, `fit_balance`; `evidence` is what they go by
and `prior` what they lean on.
"""

from statistics import fmean

import numpy as np

from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.money import rounded_minor
from tools.ledger.movements import Part
from tools.twin.fit.balance import change_of, reversion_of, spending_spread
from tools.twin.fit.commitments import fit_commitments
from tools.twin.fit.credit import fit_credits, overdraft_rate, savings_rate
from tools.twin.fit.evidence import Evidence, evidence_of, monthly_rate
from tools.twin.fit.income import IncomeFit, fit_income
from tools.twin.fit.spending import fit_spending
from tools.twin.persona.persona import ratios_of
from tools.twin.persona.prior import prior_for
from tools.twin.twin import CategoryLevel, Twin


def fit_twin(history: History, features: Features, version: int = 1) -> Twin:
    """The twin of one customer as of the history's business date, in the history's main currency.

    Raises:
        TooShortError: less than three weeks of bookings, or a single one.
    """
    evidence = evidence_of(history, features)
    saving, investment = _moves(evidence)
    risk = history.profile.risk_tolerance
    prior = prior_for(history.customer.segment, ratios_of(features, investment), len(evidence.months), risk)
    income = fit_income(evidence, prior)
    credits = fit_credits(history, features.currency)
    committed = fit_commitments(evidence, credits, prior)
    discretionary = fit_spending(evidence, committed.commitments, committed.instalments_in_spending_minor, income.level_minor, prior)
    change = change_of(evidence.movements, features.balance_minor)
    chance = change.without(_seasonal_variance(income, discretionary))
    spending = committed.level_minor + sum(level.monthly_minor for level in discretionary)
    follows, spending_variance = spending_spread(
        evidence.months, chance, income.variance, (prior.spending_cv * spending) ** 2, prior.weight
    )
    instalments = sum(credit.instalment_minor for credit in credits)
    drift = rounded_minor(change.drift_minor)
    return Twin(
        customer_id=history.customer.id,
        as_of=history.as_of,
        version=version,
        currency=features.currency,
        segment=history.customer.segment,
        months_of_history=len(evidence.months),
        persona=prior.persona,
        persona_mix=prior.persona_mix,
        prior_weight=round(prior.weight, 4),
        balance_minor=features.balance_minor,
        savings_minor=max(features.savings_minor, 0),
        savings_rate_bps=savings_rate(history),
        overdraft_limit_minor=features.overdraft_limit_minor,
        overdraft_rate_bps=overdraft_rate(history),
        income=income.streams,
        income_level_minor=income.level_minor,
        income_sd_minor=rounded_minor(income.variance**0.5),
        income_season=income.season,
        commitments=committed.commitments,
        commitments_minor=committed.level_minor,
        discretionary=discretionary,
        spending_follows_income=follows,
        spending_sd_minor=rounded_minor(spending_variance**0.5),
        saving_minor=saving,
        investment_minor=investment,
        credits=credits,
        drift_minor=drift,
        adjustment_minor=income.level_minor - spending - saving - investment - instalments - drift,
        balance_level_minor=rounded_minor(change.level_minor),
        reversion=reversion_of(change),
    )


def _seasonal_variance(income: IncomeFit, discretionary: tuple[CategoryLevel, ...]) -> float:
    """How much of a month's change is season, which the schedule foresees and chance therefore must not repeat."""
    seasonal = [(-level.monthly_minor, level.season) for level in discretionary if level.season]
    if income.season:
        seasonal.append((income.level_minor - sum(stream.monthly_minor for stream in income.streams), income.season))
    if not seasonal:
        return 0.0
    return float(np.var(np.sum([amount * np.array(season) for amount, season in seasonal], axis=0)))


def _moves(evidence: Evidence) -> tuple[int, int]:
    """Habitual monthly moves to (or from) savings and into investments; the ledger counts both as saving.

    Without a whole month nothing is taken for a habit that was not seen: what moved in the days there are, told per month.
    """
    movements, months = evidence.movements, evidence.months
    moves = np.flatnonzero(movements.part == Part.SAVING).tolist()
    invested = [at for at in moves if movements.transactions[at].category == "investment"]
    if months:
        put_aside = rounded_minor(fmean(month.saving_minor for month in months))
        numbers = {int(month.month[:4]) * 12 + int(month.month[5:]) - 1 for month in months}
        bought = rounded_minor(-sum(int(movements.amount[at]) for at in invested if int(movements.month[at]) in numbers) / len(months))
    else:
        put_aside = monthly_rate(evidence, int(movements.amount[movements.on_savings].sum() - movements.amount[moves].sum()))
        bought = monthly_rate(evidence, -sum(int(movements.amount[at]) for at in invested))
    investment = min(max(bought, 0), max(put_aside, 0))
    return put_aside - investment, investment
