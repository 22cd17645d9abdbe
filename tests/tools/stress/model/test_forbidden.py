import pytest

from tools.errors import UsageError
from tools.stress.model.forbidden import check_inputs, is_forbidden
from tools.stress.model.vocabulary import known_inputs


@pytest.mark.parametrize(
    "name",
    "SEX AGE age_years MARRIAGE EDUCATION gender birthDate birth_number customer.sex pronouns nationality postcode post_code2 cityName "
    "region district_id first_name name persona".split(),
)
def test_protected_attributes_and_stand_ins_are_known_however_they_are_written(name):
    assert is_forbidden(name)
    with pytest.raises(UsageError, match="protected") as refused:
        check_inputs(["buffer_days", name])
    assert refused.value.code == "forbidden_input"


@pytest.mark.parametrize("name", ["average_balance", "usage", "card_use", "manageable_debt", "unpaid_bills", "capacity"])
def test_a_word_inside_a_word_is_no_attribute(name):
    assert not is_forbidden(name)


def test_no_input_of_the_registry_is_forbidden():
    check_inputs(known_inputs())
