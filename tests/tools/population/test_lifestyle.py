"""Lifestyles and locales are data: every file holds, and an override says where it does not fit."""

import pytest

from tools.errors import UsageError
from tools.ledger.category import category
from tools.population.lifestyle import lifestyle, lifestyle_keys
from tools.population.locale import locale_pack
from tools.population.spec import DEFAULT_MIX


@pytest.mark.parametrize("key", lifestyle_keys())
def test_every_lifestyle_fits_the_british_pack(key: str) -> None:
    life, pack = lifestyle(key), locale_pack("uk")
    assert set(life.spending) <= set(pack.shops)
    assert set(life.bills) <= set(pack.bills)
    assert all(stream.payers in pack.payers for stream in life.income)
    assert all(category(name) for name in (*life.spending, *(stream.category for stream in life.income)))


def test_test_personas_are_only_a_trace_of_the_default_mix() -> None:
    share = sum(part for key, part in DEFAULT_MIX.items() if lifestyle(key).test)
    assert 0 < share < 0.01


def test_an_override_replaces_only_what_it_names() -> None:
    life = lifestyle("saver", {"saving": {"sweep": False}})
    assert not life.saving.sweep
    assert life.saving.share == lifestyle("saver").saving.share


def test_a_told_level_is_exact() -> None:
    rent = lifestyle("young_professional", {"housing": {"rent": {"median": 795}}}).housing.rent
    assert (rent.median, rent.spread) == (795, 0)


def test_what_does_not_fit_is_said_with_its_field() -> None:
    with pytest.raises(UsageError, match="no lifestyle 'astronaut'"):
        lifestyle("astronaut")
    with pytest.raises(UsageError, match=r"saving\.shre"):
        lifestyle("saver", {"saving": {"shre": 1}})
    with pytest.raises(UsageError, match="no locale 'xx'"):
        locale_pack("xx")
