"""Simulated for a year, the four behaviours go their own ways (FEATURES 21)."""

from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pytest

from tools.errors import UsageError
from tools.ledger.customer import Consent, Customer, Profile, Segment
from tools.twin.evolve.status import twin_status
from tools.twin.fit.persona_twin import persona_twin, stated_twin
from tools.twin.persona.persona import Persona, persona_of, personas
from tools.twin.persona.prior import segment_priors
from tools.twin.simulate.schedule import schedule_of
from tools.twin.simulate.simulate import Simulation, simulate
from tools.twin.twin import Twin

AS_OF = date(2027, 3, 31)
INCOME = 250_000
SEEDS = (1, 7, 23)
BEHAVIOURS = ("saver", "spender", "investor", "risk_taker")

Path = npt.NDArray[np.float64]


@lru_cache
def year(key: str, seed: int) -> Simulation:
    return simulate([schedule_of(persona_twin(persona_of(key), INCOME, as_of=AS_OF), 12)], 512, seed)


def wealth(key: str, seed: int) -> Path:
    """Current accounts and savings at the start and after each month, in months of income, shape (paths, 13)."""
    world = year(key, seed)
    money = (world.balance[0] + world.savings[0]) / INCOME
    return np.concatenate([np.ones((len(money), 1)), money], axis=1)


def growth(key: str, seed: int) -> float:
    return float(np.mean(wealth(key, seed)[:, -1] - 1))


def steps(key: str, seed: int) -> Path:
    return np.diff(wealth(key, seed), axis=1)


def fluctuation(key: str, seed: int) -> float:
    """Spread of a month's change, in months of income."""
    return float(np.mean(steps(key, seed).std(axis=1)))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_saver_grows_steadily(seed: int):
    assert growth("saver", seed) > 3
    assert np.mean(steps("saver", seed) > 0) > 0.99
    assert min(BEHAVIOURS, key=lambda key: fluctuation(key, seed)) == "saver"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_spender_fluctuates_and_ends_lowest(seed: int):
    assert min(BEHAVIOURS, key=lambda key: growth(key, seed)) == "spender"
    assert fluctuation("spender", seed) > 2 * fluctuation("investor", seed)
    assert 0.25 < np.mean(steps("spender", seed) < 0) < 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_an_investor_grows_moderately_and_invests_every_month(seed: int):
    assert growth("spender", seed) < growth("investor", seed) < growth("saver", seed)
    world = year("investor", seed)
    assert world.investment[0].mean() / INCOME == pytest.approx(0.30, abs=0.01)
    assert (world.investment[0] > 0).mean() > 0.99


@pytest.mark.parametrize("seed", SEEDS)
def test_a_risk_taker_spikes_and_dips(seed: int):
    assert max(BEHAVIOURS, key=lambda key: fluctuation(key, seed)) == "risk_taker"
    best, worst = steps("risk_taker", seed).max(axis=1), steps("risk_taker", seed).min(axis=1)
    assert np.mean(best > 0.5) > 0.9
    assert np.mean(worst < -0.2) > 0.9
    assert np.mean(steps("saver", seed).max(axis=1) > 0.6) < 0.01


@pytest.mark.parametrize("persona", personas().values(), ids=lambda persona: persona.key)
def test_every_persona_lives_by_its_habits(persona: Persona):
    twin = persona_twin(persona, INCOME, as_of=AS_OF)
    assert twin.spending_level_minor == round(persona.habits.spending_share * INCOME)
    assert twin.commitments_minor == round(persona.habits.commitment_share * INCOME)
    assert sum(each.monthly_minor for each in twin.commitments) in {0, twin.commitments_minor}
    assert twin.drift_minor == INCOME - twin.spending_level_minor - twin.saving_minor - twin.investment_minor
    assert (twin.persona, twin.segment) == (persona.key, persona.segment)
    assert schedule_of(twin, 12).income.sum() == 12 * INCOME


def test_a_seasonal_business_earns_in_summer():
    income = schedule_of(persona_twin(persona_of("seasonal_entrepreneur"), INCOME, as_of=AS_OF), 12).income
    assert income[3] > 5 * income[9]


def test_a_loan_is_repaid_by_the_persona_and_without_one_nothing_is():
    saver = persona_of("saver")
    with_loan = persona_twin(saver, INCOME, as_of=AS_OF, loan_minor=50_000)
    assert with_loan.instalments_minor == round(0.05 * INCOME)
    world = simulate([schedule_of(with_loan, 12)], 16, 1)
    assert world.loan[0, 0].min() == 0
    assert world.repayment[0, 0].sum() == 50_000
    assert persona_twin(saver, INCOME, as_of=AS_OF).credits == ()


def new_customer(segment: Segment = "hni", **profile: object) -> Twin:
    customer = Customer(id="demo:9", source="demo", external_id="9", name="Noa", segment=segment, joined_on=AS_OF)
    return stated_twin(customer, Profile.model_validate({"customer_id": "demo:9", **profile}), as_of=AS_OF)


def test_a_new_customer_starts_from_the_profile():
    twin = new_customer(monthly_income_minor=800_000, salary_day_1=28, risk_tolerance="balanced")
    assert (twin.persona, twin.segment, twin.prior_weight, twin.months_of_history) == ("investor", "hni", 1.0, 0)
    assert len(twin.persona_mix) == 4
    assert [(each.amount_minor, each.pay_day) for each in twin.income] == [(800_000, 28)]
    assert twin_status(twin, "yes") == "learning"


@pytest.mark.parametrize("segment", ["retail", "msme", "hni"])
def test_a_new_customer_spends_what_is_usual_in_the_segment_and_not_what_one_persona_would(segment: Segment):
    twin = new_customer(segment, monthly_income_minor=800_000)
    usual = segment_priors()[segment]
    assert twin.spending_level_minor == pytest.approx(usual.spending_share * 800_000, rel=0.001)
    assert twin.spending_sd_minor == pytest.approx(usual.spending_cv * twin.spending_level_minor, rel=0.01)
    put_aside = twin.saving_minor + twin.investment_minor
    assert 0 <= put_aside <= 800_000 - twin.spending_level_minor
    assert twin.drift_minor == 800_000 - twin.spending_level_minor - put_aside


def test_a_new_customer_without_a_stated_income_is_asked_for_it():
    with pytest.raises(UsageError, match="Enter what comes in each month"):
        new_customer(salary_day_1=28)


@pytest.mark.parametrize(
    ("months", "consent", "status"), [(12, "yes", "active"), (3, "limited", "active"), (2, "yes", "learning"), (12, "no", "paused")]
)
def test_a_twin_is_active_learning_or_paused(months: int, consent: Consent, status: str):
    twin = persona_twin(persona_of("saver"), INCOME, as_of=AS_OF).model_copy(update={"months_of_history": months})
    assert twin_status(twin, consent) == status


def test_without_a_twin_there_is_still_something_to_learn():
    assert twin_status(None, "yes") == "learning"


@pytest.mark.parametrize(("income", "owed"), [(0, 0), (-5, 0), (100, -1)])
def test_no_typical_customer_without_income(income: int, owed: int):
    with pytest.raises(UsageError, match="income above zero"):
        persona_twin(persona_of("saver"), income, as_of=AS_OF, loan_minor=owed)
