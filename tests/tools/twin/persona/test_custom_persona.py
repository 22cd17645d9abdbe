"""A persona of one's own from percentages that add up to 100."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from tools.errors import UsageError
from tools.twin.fit.persona_twin import persona_twin
from tools.twin.persona.custom_persona import custom_persona


def test_the_percentages_become_the_mix_exactly():
    mine = custom_persona("Me", {"Rent": 40, "groceries": Decimal("35.5"), "Eating out": 24.5})
    assert (mine.kind, mine.name) == ("own", "Me")
    assert mine.spending_shares() == pytest.approx({"rent": 0.40, "groceries": 0.355, "dining": 0.245})


def test_it_can_be_simulated_like_any_other():
    twin = persona_twin(custom_persona("Me", {"travel": 100}), 200_000, as_of=date(2027, 3, 31))
    assert [(level.category, level.monthly_minor) for level in twin.discretionary] == [("travel", 170_000)]


@pytest.mark.parametrize(
    ("name", "percentages", "sentence"),
    [
        ("Me", {"rent": 60, "groceries": 37}, r"add up to 97, not to 100\. Change them until they do"),
        ("Me", {"rent": 60.5, "groceries": 40}, r"add up to 100\.5, not to 100"),
        ("Me", {}, "add up to 0, not to 100"),
        ("Me", {"rent": 120, "groceries": -20}, r"'groceries' has -20 percent\. Give a share of 0 or more"),
        ("Me", {"rent": float("nan"), "groceries": 100}, "'rent' has nan percent"),
        ("Me", {"rent": 50, "Rent": 50}, r"'Rent' is given twice\. Give each category once"),
        ("Me", {"moonshine": 100}, "no category 'moonshine'"),
        ("  ", {"rent": 100}, r"has no name\. Give it one"),
    ],
)
def test_what_does_not_add_up_is_refused_with_the_reason(name: str, percentages: Mapping[str, float], sentence: str):
    with pytest.raises(UsageError, match=sentence):
        custom_persona(name, percentages)


def test_three_thirds_written_with_two_decimals_are_a_whole():
    assert custom_persona("Me", {"rent": 33.33, "groceries": 33.33, "dining": 33.33}).name == "Me"
