"""A persona is a data file; a customer's behaviour persona is read off the account."""

from importlib.resources import files
from pathlib import Path

import pytest

from tests.tools.builders import features, pounds
from tools.errors import UsageError
from tools.ledger.category import CATEGORIES
from tools.population.lifestyle import lifestyle, lifestyle_keys
from tools.twin.persona.persona import Persona, assign_persona, behaviours, load_personas, persona_of, personas

LIFE = {"young_professional", "growing_family", "msme_owner", "seasonal_entrepreneur", "high_net_worth", "retired"}
TEST = {"crypto_enthusiast", "shopping_addict", "gambling_addict", "money_mule"}

A_FILE = """
key = "{key}"
kind = "life"
name = "Night nurse"
summary = "Works when others sleep."
[habits]
spending_share = 0.8
income_cv = 0.1
spending_cv = 0.2
[mix]
{mix}
"""


def dropped(folder: Path, key: str = "night_nurse", mix: str = "groceries = [60, 70]\nrent = [30, 40]", name: str | None = None) -> Path:
    (folder / f"{name or key}.toml").write_text(A_FILE.format(key=key, mix=mix), encoding="utf-8")
    return folder


def test_there_is_one_persona_for_each_data_file():
    names = {path.name.removesuffix(".toml") for path in files("tools.twin.persona").joinpath("personas").iterdir()}
    assert set(personas()) == names
    assert set(behaviours()) == {"saver", "spender", "investor", "risk_taker"}
    assert {key for key, persona in personas().items() if persona.kind == "life"} >= LIFE
    assert {key for key, persona in personas().items() if persona.kind == "test"} == TEST


def test_adding_a_persona_is_adding_a_file(tmp_path: Path):
    (nurse,) = load_personas(dropped(tmp_path)).values()
    assert (nurse.key, nurse.name, nurse.risk_affinity) == ("night_nurse", "Night nurse", "balanced")
    assert nurse.spending_shares() == pytest.approx({"groceries": 0.65, "rent": 0.35})


@pytest.mark.parametrize(
    ("mix", "sentence"),
    [
        ("moonshine = [40, 60]\nrent = [40, 60]", r"night_nurse\.toml: no such category: moonshine"),
        ("groceries = [80, 90]\nrent = [30, 40]", "cannot add up to 100 percent"),
        ("groceries = [10, 20]\nrent = [30, 40]", "cannot add up to 100 percent"),
        ("groceries = [70, 60]\nrent = [30, 40]", "from a smaller to a larger percentage"),
        ("groceries = 60", r"mix\.groceries"),
        ("groceries = [", "is not TOML"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_with_its_name(tmp_path: Path, mix: str, sentence: str):
    with pytest.raises(UsageError, match=sentence) as refused:
        load_personas(dropped(tmp_path, mix=mix))
    assert refused.value.code == "bad_persona"


def test_a_file_is_named_like_its_persona(tmp_path: Path):
    with pytest.raises(UsageError, match=r"nurse2\.toml holds the persona 'night_nurse'"):
        load_personas(dropped(tmp_path, name="nurse2"))


def test_an_unknown_persona_is_answered_with_those_there_are():
    with pytest.raises(UsageError, match=r"no persona 'astronaut'\. Use one of: .*saver"):
        persona_of("astronaut")


@pytest.mark.parametrize("persona", behaviours().values(), ids=lambda persona: persona.key)
def test_a_behaviour_lives_within_its_bands(persona: Persona):
    bands, habits = persona.bands, persona.habits
    assert bands is not None
    for (low, high), share in (
        (bands.spending, habits.spending_share),
        (bands.investing, habits.investing_share),
        (bands.repayment, habits.repayment_share),
    ):
        assert low <= share <= high


@pytest.mark.parametrize(
    ("key", "category", "band"),
    [
        ("gambling_addict", "gambling", (30, 40)),
        ("shopping_addict", "shopping", (35, 45)),
        ("crypto_enthusiast", "crypto", (35, 45)),
        ("money_mule", "cash", (30, 40)),
    ],
)
def test_a_test_persona_shows_its_pattern_most(key: str, category: str, band: tuple[float, float]):
    persona = persona_of(key)
    assert persona.mix[category] == band
    assert max(persona.spending_shares(), key=lambda name: persona.spending_shares()[name]) == category


def test_a_money_mule_really_passes_money_on():
    assert {"transfer_in", "transfer_out"} <= set(persona_of("money_mule").mix)


@pytest.mark.parametrize("persona", personas().values(), ids=lambda persona: persona.key)
def test_spending_is_shared_out_whole_over_categories_of_spending(persona: Persona):
    shares = persona.spending_shares()
    assert sum(shares.values()) == pytest.approx(1)
    assert all(CATEGORIES[key].group not in {"income", "saving"} for key in shares)


@pytest.mark.parametrize("key", lifestyle_keys())
def test_the_generator_and_the_twin_speak_of_the_same_people(key: str):
    life, persona = lifestyle(key), persona_of(key)
    assert (life.label, life.summary, life.segment, life.test) == (persona.name, persona.summary, persona.segment, persona.kind == "test")
    assert (life.goals, life.tone, life.risk_tolerance) == (persona.goals, persona.tone, persona.risk_tolerance)


def test_who_keeps_nearly_half_is_a_saver_and_who_spends_all_is_a_spender():
    assert assign_persona(features(spending_monthly_minor=pounds(1300))).persona.key == "saver"
    assert assign_persona(features(spending_monthly_minor=pounds(2450), days_negative_90d=15)).persona.key == "spender"


@pytest.mark.parametrize(
    ("spent", "persona"), [(0.40, "saver"), (0.50, "saver"), (0.59, "saver"), (0.81, "spender"), (0.90, "spender"), (1.2, "spender")]
)
def test_calm_customers_follow_the_rule_of_two_fifths_and_one_fifth(spent: float, persona: str):
    assert assign_persona(features(spending_monthly_minor=pounds(2500 * spent))).persona.key == persona


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
