import numpy as np
import pytest

from tools.stress.families.card import STATEMENT_INPUTS
from tools.stress.model.forbidden import is_forbidden
from tools.stress.statements import MONTHS, STATEMENTS, Statements, statements_matrix

NAMES = [each.name for each in (*STATEMENT_INPUTS, *STATEMENTS)]


def read(status=(0,) * MONTHS, billed=(500.0,) * MONTHS, paid=(100.0,) * MONTHS, limit=1000.0) -> dict[str, float]:
    """The inputs of one cardholder; months run from the newest back."""
    one = Statements(np.array([limit]), *(np.array([months], dtype=float) for months in (status, billed, paid)))
    return dict(zip(NAMES, statements_matrix(one)[0].tolist(), strict=True))


def test_no_name_comes_twice_and_none_is_protected():
    assert len(set(NAMES)) == len(NAMES)
    assert not any(is_forbidden(name) for name in NAMES)


def test_lateness_counts_the_months_that_were_late():
    found = read(status=(2, 1, 0, -1, -2, 3))
    assert found["card_late_worst"] == 3
    assert found["times_two_months_late"] == 2
    assert found["months_late_in_all"] == 6
    assert (found["months_unused"], found["months_paid_in_full"], found["months_minimum_paid"]) == (1, 1, 1)
    assert found["months_since_late"] == 0
    assert found["late_change"] == 1


def test_an_old_delay_weighs_less_than_a_new_one():
    assert read(status=(2, 0, 0, 0, 0, 0))["months_late_recent"] > read(status=(0, 0, 0, 0, 0, 2))["months_late_recent"] > 0


def test_who_was_never_late_has_been_on_time_all_months():
    assert read(status=(-1,) * MONTHS)["months_since_late"] == MONTHS


def test_a_payment_answers_the_bill_of_the_month_before():
    found = read(billed=(0.0, 400.0, 0.0, 0.0, 0.0, 0.0), paid=(100.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    assert found["card_paid"] == 25
    assert found["lowest_payment_to_bill"] == 0.25
    assert found["bills_paid_in_full"] == 0
    assert found["months_without_bill"] == 5


def test_use_is_relative_to_the_limit():
    assert read(limit=1000.0)["utilisation_most"] == 2 * read(limit=2000.0)["utilisation_most"] == 0.5


def test_debt_that_grows_has_a_rising_trend():
    assert read(billed=(600, 500, 400, 300, 200, 100))["utilisation_trend"] == pytest.approx(0.1)
    assert read(billed=(100, 200, 300, 400, 500, 600))["utilisation_trend"] == pytest.approx(-0.1)


def test_a_row_does_not_depend_on_the_others():
    rng = np.random.default_rng(0)
    many = Statements(
        rng.uniform(1e4, 1e5, 20),
        rng.integers(-2, 4, (20, MONTHS)).astype(float),
        *(rng.uniform(-100, 9e4, (20, MONTHS)) for _ in range(2)),
    )
    alone = [statements_matrix(Statements(many.limit[[at]], many.status[[at]], many.billed[[at]], many.paid[[at]]))[0] for at in range(20)]
    assert np.allclose(statements_matrix(many), np.array(alone), equal_nan=True, rtol=1e-12)
