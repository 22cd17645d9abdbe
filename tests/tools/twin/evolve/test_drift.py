"""Drift is told when it is more than noise, most important first."""

from datetime import date

import pytest

from tests.tools.builders import booking, history, months_back, pounds
from tools.errors import UsageError
from tools.ledger.features import features_of
from tools.ledger.past import history_on
from tools.ledger.transaction import Transaction
from tools.twin.evolve.drift import DriftChange, drift_between, left_over_minor
from tools.twin.fit.fit import fit_twin
from tools.twin.twin import CategoryLevel, Credit, PersonaShare, Twin


def a_twin(**changes: object) -> Twin:
    given: dict[str, object] = {
        "customer_id": "demo:1", "as_of": date(2027, 3, 31), "currency": "GBP", "months_of_history": 12, "persona": "saver",
        "persona_mix": (PersonaShare(persona="saver", share=0.7), PersonaShare(persona="spender", share=0.3)),
        "prior_weight": 0.1, "balance_minor": 300_000, "savings_minor": 0, "income_level_minor": 250_000, "income_sd_minor": 5_000,
        "commitments_minor": 90_000, "spending_sd_minor": 10_000, "balance_level_minor": 280_000, "saving_minor": 20_000,
        "discretionary": (CategoryLevel(category="dining", monthly_minor=30_000, sd_minor=4_000),), **changes,
    }  # fmt: skip
    return Twin.model_validate(given)


def labels(found: tuple[DriftChange, ...]) -> list[tuple[str, str, str | None]]:
    return [(each.label, each.direction, each.category) for each in found]


def test_the_same_twin_has_not_drifted():
    assert drift_between(a_twin(), a_twin(version=2)) == ()


def test_less_saving_is_told_with_before_and_after():
    (change,) = drift_between(a_twin(), a_twin(saving_minor=5_000))
    assert (change.label, change.direction, change.before_minor, change.after_minor) == ("saving", "down", 20_000, 5_000)
    assert change.share_of_income == 0.06
    assert change.strength > 1


def test_a_lost_income_comes_first_and_takes_what_is_left_over_with_it():
    found = drift_between(a_twin(), a_twin(income_level_minor=100_000, saving_minor=0))
    assert labels(found)[:3] == [("income", "down", None), ("left_over", "down", None), ("saving", "down", None)]


def test_a_category_is_named_also_when_it_is_new():
    trips = CategoryLevel(category="travel", monthly_minor=40_000, sd_minor=5_000)
    found = drift_between(a_twin(), a_twin(discretionary=(*a_twin().discretionary, trips)))
    assert ("discretionary", "up", "travel") in labels(found)
    assert ("left_over", "down", None) in labels(found)


def test_the_same_change_is_noise_for_who_swings_and_drift_for_who_does_not():
    def eating_out(minor: int, spread: int) -> Twin:
        return a_twin(discretionary=(CategoryLevel(category="dining", monthly_minor=minor, sd_minor=spread),))

    assert ("discretionary", "up", "dining") in labels(drift_between(eating_out(30_000, 3_000), eating_out(38_000, 3_000)))
    assert drift_between(eating_out(30_000, 15_000), eating_out(38_000, 15_000)) == ()


def test_what_is_small_beside_the_income_is_not_mentioned():
    assert drift_between(a_twin(investment_minor=0), a_twin(investment_minor=1_000)) == ()


def test_a_new_loan_is_more_commitment():
    found = drift_between(a_twin(), a_twin(credits=(Credit(kind="loan", outstanding_minor=500_000, instalment_minor=20_000),)))
    assert ("commitments", "up", None) in labels(found)


def test_another_persona_is_told_last_and_only_when_it_is_clear():
    def mix(spender: float) -> Twin:
        shares = (PersonaShare(persona="spender", share=spender), PersonaShare(persona="saver", share=1 - spender))
        return a_twin(persona="spender", persona_mix=shares, saving_minor=0)

    found = drift_between(a_twin(), mix(0.8))
    assert (found[-1].label, found[-1].before_persona, found[-1].after_persona) == ("persona", "saver", "spender")
    close = a_twin(persona_mix=(PersonaShare(persona="saver", share=0.505), PersonaShare(persona="spender", share=0.495)))
    assert "persona" not in {each.label for each in drift_between(close, mix(0.51))}


def test_twins_of_two_customers_or_currencies_are_not_compared():
    for other in (a_twin(customer_id="demo:2"), a_twin(currency="EUR")):
        with pytest.raises(UsageError, match=r"Compare two versions of the same twin"):
            drift_between(a_twin(), other)


def test_left_over_is_before_anything_is_put_aside():
    assert left_over_minor(a_twin()) == 250_000 - 90_000 - 30_000


def test_a_rise_in_pay_and_rent_shows_between_two_fits_of_one_history():
    moves: list[Transaction] = []
    for at, (year, month) in enumerate(months_back(18)):
        late = at >= 10
        moves += [
            booking(date(year, month + 1, 1), -1200 if late else -900, "rent"),
            booking(date(year, month + 1, 12), -600, "groceries"),
            booking(date(year, month + 1, 25), 2900 if late else 2500, "salary"),
        ]
    now = history(moves)
    then = history_on(now, date(2026, 7, 31))
    found = drift_between(fit_twin(then, features_of(then)), fit_twin(now, features_of(now)))
    by_label = {each.label: each for each in found}
    assert (by_label["income"].before_minor, by_label["income"].after_minor) == (pounds(2500), pounds(2900))
    assert (by_label["commitments"].before_minor, by_label["commitments"].after_minor) == (pounds(900), pounds(1200))
