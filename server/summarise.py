"""The row that queries run over: one customer's features, stress and forecast in one line."""

from collections.abc import Iterable
from datetime import date
from itertools import islice

from agent.learnt_outlook import LEARNT_MONTHS
from tools.errors import TooShortError
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.query import ClientSnapshot, StressReason
from tools.stress.drivers import explain_stress
from tools.stress.leaving import leaving_risk
from tools.stress.reason import reason_of
from tools.stress.score import WATCHLIST_FROM, StressStatus, stress_status
from tools.twin.fit.fit import fit_twin
from tools.twin.forecast.forecast import BalanceForecast, balance_forecast
from tools.twin.outlook.outlook import Outlook, Priors, outlook
from tools.twin.outlook.panel import panel_of
from tools.twin.scenario.levers import has_variable_rate
from tools.twin.twin import Twin
from tools.value import Value

_MONTHS = 3
#: Accounts that are learnt from, enough for a model of a few hundred splits.
_LEARNT_FROM = 200
#: Fewer paths than a reply's forecast: a book is summarised in one go, and the middle path and a chance to one in a hundred suffice.
_PATHS = 256


class Summariser:
    """How histories are summarised in this bank."""

    def learn(self, histories: Iterable[History]) -> Priors | None:
        """What the past of these customers teaches about each of them; None when they are too few or too young to say."""
        # Loaded here: it brings the learning library, which only an import needs.
        from tools.twin.daily.past_days import learn_days, past_days
        from tools.twin.outlook.calibrate import fit_priors

        # One history at a time: two hundred at once would take much memory.
        found = ((panel, past_days(history)) for history in histories if (panel := panel_of(history)) is not None)
        seen = list(islice(found, _LEARNT_FROM))
        if not seen:
            return None
        panels = [panel for panel, _ in seen]
        priors = fit_priors(panels, date.fromordinal(max(panel.last_day for panel in panels)), LEARNT_MONTHS)
        days = learn_days(case for _, cases in seen for case in cases)
        return priors.model_copy(update={"days": days}) if priors.forests else None

    def summarise(self, history: History, priors: Priors | None) -> "Summary":
        """The summary of one customer."""
        return summarise(history, priors)


class Summary(Value):
    """What is kept of one customer: the row that queries run over, the twin where there is history enough, and its outlook."""

    snapshot: ClientSnapshot
    twin: Twin | None
    outlook: Outlook | None


def summarise(history: History, priors: Priors | None = None) -> Summary:
    """The summary of one customer as of its source's business date; `priors` are what was learnt from that source."""
    features = features_of(history)
    stress = stress_status(history, features)
    kinds = {holding.kind for holding in history.holdings if holding.closed_on is None}
    account_kinds = {account.kind for account in history.accounts}
    loans = [contract for contract in history.contracts if contract.kind in {"loan", "car_loan", "mortgage", "working_capital"}]
    twin: Twin | None = None
    forecast: BalanceForecast | None = None
    learnt: Outlook | None = None
    try:
        twin = fit_twin(history, features)
        panel = panel_of(history) if priors else None
        learnt = outlook(priors, panel, LEARNT_MONTHS) if panel else None
        forecast = balance_forecast(twin, _MONTHS, _PATHS, outlook=learnt)
    except TooShortError:
        pass  # the fields stay empty: too little history is not a figure
    snapshot = ClientSnapshot(
        customer_id=history.customer.id,
        source=history.customer.source,
        as_of=history.as_of,
        currency=features.currency,
        segment=history.customer.segment,
        persona=twin.persona if twin else None,
        joined_on=history.customer.joined_on,
        balance=features.balance_minor,
        savings=features.savings_minor,
        lowest_balance_90d=features.lowest_balance_90d_minor,
        days_negative_90d=features.days_negative_90d,
        overdraft_limit=features.overdraft_limit_minor,
        income_monthly=features.income_monthly_minor,
        spending_monthly=features.spending_monthly_minor,
        net_monthly=features.income_monthly_minor - features.spending_monthly_minor,
        commitments_monthly=features.commitments_monthly_minor,
        loans_outstanding=sum(contract.outstanding_minor or 0 for contract in loans),
        has_mortgage="mortgage" in kinds,
        has_loan=bool(kinds & {"loan", "car_loan", "working_capital"}),
        has_card="card" in kinds or "card" in account_kinds,
        has_savings="savings" in account_kinds or bool(kinds & {"savings", "fixed_deposit", "recurring_deposit"}),
        has_investments=bool(kinds & {"fund", "portfolio", "pension"}),
        has_variable_rate=twin is not None and any(has_variable_rate(credit, twin) for credit in twin.credits),
        fixed_rate_ends_on=_next(history, (contract.fixed_until for contract in history.contracts)),
        matures_on=_next(history, (contract.matures_on for contract in history.contracts)),
        failed_debits_90d=features.failed_debits_90d,
        penalty_interest_90d=features.penalty_interest_90d,
        stress_score=stress.score,
        stress_band=stress.band,
        stress_trend=stress.trend_30d,
        stress_change_30d=_change(stress),
        stress_driver=_main_reason(stress),
        forecast_3m=forecast.months[-1].p50_minor if forecast else None,
        below_zero_3m=forecast.below_zero if forecast else None,
        risk_tolerance=history.profile.risk_tolerance,
        churn_risk=leaving_risk(history).level or history.profile.churn_risk,
        last_contact_on=max((contact.happened_on for contact in history.interactions), default=None),
    )
    return Summary(snapshot=snapshot, twin=twin, outlook=learnt)


def _change(stress: StressStatus) -> float | None:
    if stress.score is None or stress.score_30d_ago is None:
        return None
    return round(stress.score - stress.score_30d_ago, 2)


def _main_reason(stress: StressStatus) -> StressReason | None:
    """What strains this customer most; None for whoever is not strained, as the stream has it."""
    if stress.score is None or stress.score < WATCHLIST_FROM:
        return None
    drivers = explain_stress(stress).drivers
    return reason_of(drivers[0].key) if drivers else None


def _next(history: History, days: Iterable[date | None]) -> date | None:
    """The next of these dates from the business date on, or None."""
    return min((day for day in days if day is not None and day >= history.as_of), default=None)
