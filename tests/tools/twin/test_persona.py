"""A persona is behaviour read off the account, one data file each."""

from importlib.resources import files

from tests.tools.builders import features, pounds
from tools.twin.persona import assign_persona, personas


def test_there_is_one_persona_for_each_data_file():
    names = {path.name.removesuffix(".toml") for path in files("tools.twin").joinpath("personas").iterdir()}
    assert set(personas()) == names == {"saver", "spender", "investor", "risk_taker"}


def test_who_keeps_nearly_half_is_a_saver_and_who_spends_all_is_a_spender():
    assert assign_persona(features(spending_monthly_minor=pounds(1300))).persona.key == "saver"
    assert assign_persona(features(spending_monthly_minor=pounds(2450), days_negative_90d=15)).persona.key == "spender"


def test_a_quarter_of_the_income_into_investments_makes_an_investor():
    assert assign_persona(features(spending_monthly_minor=pounds(1500)), invested_monthly_minor=pounds(600)).persona.key == "investor"


def test_wild_months_and_long_spells_below_zero_make_a_risk_taker():
    calm = features()
    wild = calm.model_copy(
        update={
            "days_negative_90d": 30,
            "months": tuple(flow.model_copy(update={"net_minor": (-1) ** at * pounds(2500)}) for at, flow in enumerate(calm.months)),
        }
    )
    assert assign_persona(wild).persona.key == "risk_taker"


def test_without_income_the_shares_are_unknown_and_not_guessed():
    match = assign_persona(features(income_monthly_minor=0))
    assert match.ratios.saving_rate is None
    assert match.ratios.volatility is None
