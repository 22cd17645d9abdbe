"""Every number has a range and a source."""

import pytest
from pydantic import ValidationError

from tools.stress.intervention.constants import Constant, Constants, constants, documented


def test_each_constant_is_documented_and_each_documented_one_is_used():
    assert set(documented()) == set(Constants.model_fields)


@pytest.mark.parametrize("name", sorted(Constants.model_fields))
def test_the_value_lies_in_its_range_and_both_ends_can_be_tried(name: str):
    row = documented()[name]
    assert getattr(constants(), name) == row.value
    for end in (row.low, row.high):
        assert getattr(constants().but(**{name: end}), name) == end


def test_a_value_outside_its_range_is_refused():
    with pytest.raises(ValidationError):
        Constant(value=2, low=0, high=1, source="assumed: nothing")
    with pytest.raises(ValidationError):
        constants().but(cost_call=-1)


def test_what_is_not_assumed_names_its_source():
    known = [row.source for row in documented().values() if not row.source.startswith("assumed")]
    assert len(known) >= 5
    assert all(any(word in source for word in ("FCA", "FEATURES", "prototype", "NBER")) for source in known)
