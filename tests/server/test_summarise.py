"""The row that queries run over says the same as the tools do when asked for that customer."""

from datetime import date

import pytest

from agent.learnt_outlook import LEARNT_MONTHS
from server.summarise import Summariser, summarise
from tests.tools.builders import history, loan, steady
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.note import Interaction
from tools.stress.score import stress_status
from tools.twin.daily.daily_scale import own_scale
from tools.twin.daily.past_days import learn_days, past_days
from tools.twin.fit.fit import fit_twin
from tools.twin.forecast.forecast import balance_forecast
from tools.twin.outlook.calibrate import fit_priors
from tools.twin.outlook.outlook import outlook
from tools.twin.outlook.panel import panel_of


def test_the_row_repeats_features_stress_and_forecast_of_the_tools():
    held = history(steady())
    row, features = summarise(held).snapshot, features_of(held)
    assert (row.balance, row.income_monthly, row.spending_monthly) == (
        features.balance_minor,
        features.income_monthly_minor,
        features.spending_monthly_minor,
    )
    assert row.net_monthly == row.income_monthly - row.spending_monthly
    status = stress_status(held, features)
    assert (row.stress_score, row.stress_band) == (status.score, status.band)
    forecast = balance_forecast(fit_twin(held, features), 3, 256)
    assert (row.forecast_3m, row.below_zero_3m) == (forecast.months[-1].p50_minor, forecast.below_zero)
    assert row.as_of == held.as_of


def test_the_outlook_that_moves_the_forecast_is_kept_for_the_months_that_scenarios_look_ahead():
    held = history(steady())
    panel = panel_of(held)
    assert panel is not None
    priors = fit_priors([panel], held.as_of, LEARNT_MONTHS)
    kept = summarise(held, priors)
    assert kept.outlook == outlook(priors, panel, LEARNT_MONTHS)
    assert kept.snapshot.forecast_3m == kept.outlook.horizons[2].p50_minor
    assert summarise(held).outlook is None


def test_what_is_learnt_holds_the_days_ahead_too():
    held = [_renamed(history(steady(14, salary=2000 + 40 * number)), number) for number in range(24)]
    priors = Summariser().learn(iter(held))
    assert priors is not None
    assert priors.forests
    assert priors.days == learn_days(case for one in held for case in past_days(one))
    assert priors.days.accounts == 24
    panel = panel_of(held[0])
    assert panel is not None
    assert outlook(priors, panel, 1).daily == own_scale(panel.balance, priors.days)


def _renamed(one: History, number: int) -> History:
    """The same history as that of another customer."""
    customer = one.customer.model_copy(update={"id": f"demo:{number}"})
    return one.model_copy(update={"customer": customer})


def test_it_is_the_same_each_time():
    held = history(steady())
    assert summarise(held) == summarise(held)


def test_too_little_history_leaves_fields_empty_instead_of_guessing():
    held = history(steady()[-2:])
    row = summarise(held).snapshot
    assert (row.persona, row.forecast_3m, row.below_zero_3m) == (None, None, None)
    assert row.balance == features_of(held).balance_minor


def test_the_last_contact_is_the_newest_one():
    held = history(steady())
    assert summarise(held).snapshot.last_contact_on is None
    contacts = tuple(
        Interaction.model_validate({
            "id": f"i{day}", "customer_id": held.customer.id, "happened_on": date(2027, 1, day), "channel": "phone", "direction": "in", "purpose": "review", "text": "Called.",
        })
        for day in (3, 20, 11)
    )  # fmt: skip
    assert summarise(held.model_copy(update={"interactions": contacts})).snapshot.last_contact_on == date(2027, 1, 20)


@pytest.mark.parametrize(
    ("kind", "fixed_until", "variable"),
    [("mortgage", None, True), ("mortgage", date(2026, 6, 30), True), ("mortgage", date(2030, 6, 30), False), ("car_loan", None, False)],
)
def test_a_mortgage_without_a_fix_in_force_has_a_variable_rate(kind: str, fixed_until: date | None, variable: bool):
    held = history(steady(), contracts=(loan(kind=kind, fixed_until=fixed_until),))
    assert summarise(held).snapshot.has_variable_rate is variable


def test_the_risk_of_leaving_is_read_from_bookings_and_stated_only_where_they_are_too_few():
    assert summarise(history(steady(), profile={"churn_risk": "high"})).snapshot.churn_risk == "low"
    assert summarise(history(steady(months=3), profile={"churn_risk": "high"})).snapshot.churn_risk == "high"
