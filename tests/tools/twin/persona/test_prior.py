"""Segment, persona, customer: each counts for as much as it should."""

import pytest

from tools.ledger.customer import Segment
from tools.twin.persona.persona import Ratios
from tools.twin.persona.prior import LEVEL_MONTHS, prior_for, segment_priors

SAVER = Ratios(saving_rate=0.45, investing_share=0.0, volatility=0.15, below_zero_share=0.0)


def shares(months: int, ratios: Ratios = SAVER, segment: Segment = "retail", risk: str | None = None) -> dict[str, float]:
    mix = prior_for(segment, ratios, months, risk).persona_mix  # type: ignore[arg-type]
    return {each.persona: each.share for each in mix}


@pytest.mark.parametrize("segment", ["retail", "hni", "msme"])
def test_without_history_a_customer_is_the_mix_of_the_segment(segment: Segment):
    base = segment_priors()[segment]
    prior = prior_for(segment, Ratios(), 0)
    assert {each.persona: each.share for each in prior.persona_mix} == pytest.approx(base.personas, abs=1e-4)
    assert (prior.spending_share, prior.income_cv, prior.spending_cv) == (base.spending_share, base.income_cv, base.spending_cv)
    assert prior.weight == 1


def test_behaviour_takes_over_with_the_months():
    growing = [shares(months)["saver"] for months in (0, 1, 3, 12)]
    assert growing == sorted(growing)
    assert growing[-1] > 0.6


@pytest.mark.parametrize("months", [0, 1, 6, 12])
def test_the_shares_of_a_mix_add_up_with_the_largest_first(months: int):
    found = list(shares(months).values())
    assert sum(found) == pytest.approx(1, abs=0.001)
    assert found == sorted(found, reverse=True)


def test_a_stated_risk_tolerance_moves_the_mix_at_first_and_hardly_later():
    def shift(months: int) -> float:
        return shares(months, risk="very_adventurous")["risk_taker"] - shares(months, risk="very_cautious")["risk_taker"]

    assert shift(0) > 0.1
    assert shift(12) < 0.02


def test_ratios_beyond_all_personas_still_give_a_mix():
    wild = Ratios(saving_rate=-1.0, investing_share=90.0, volatility=400.0, below_zero_share=1.0)
    assert sum(shares(12, wild).values()) == pytest.approx(1, abs=0.001)


def test_the_prior_of_a_level_fades_until_the_third_month():
    prior = prior_for("retail", SAVER, 0)
    weights = [prior.level_weight(months) for months in (0.0, 0.7, 1.0, 2.0, LEVEL_MONTHS, 12.0)]
    assert weights[0] == 1
    assert weights == sorted(weights, reverse=True)
    assert weights[-2:] == [0, 0]
