"""Typical customers live by their persona; the same arguments make the same customers."""

from datetime import date
from statistics import median

import numpy as np
import pytest

from tools.errors import UsageError
from tools.twin.fit.typical import typical_customers
from tools.twin.simulate.schedule import schedule_of
from tools.twin.simulate.simulate import simulate_course
from tools.twin.twin import Twin

AS_OF = date(2027, 3, 31)


def some(*keys: str, count: int = 400, seed: int = 7) -> list[Twin]:
    return list(typical_customers(keys, count, 250_000, AS_OF, seed))


def test_personas_take_turns_and_incomes_differ_around_the_middle():
    made = some("saver", "spender")
    assert [twin.persona for twin in made[:3]] == ["saver", "spender", "saver"]
    assert len({twin.customer_id for twin in made}) == 400
    assert median(twin.income_level_minor for twin in made) == pytest.approx(250_000, rel=0.05)


def test_some_owe_and_others_do_not_and_only_those_who_owe_repay():
    made = some("spender")
    owing = [bool(twin.credits) for twin in made]
    assert 0.3 < np.mean(owing) < 0.5
    course = simulate_course([schedule_of(twin, 12) for twin in made], 7)
    assert ((course.repayment.sum(axis=(1, 2)) > 0) == owing).all()
    assert course.loan.min() >= 0


def test_the_same_arguments_make_the_same_customers():
    assert some("saver", count=20) == some("saver", count=20)
    assert some("saver", count=20) != some("saver", count=20, seed=8)


def test_who_is_unknown_or_earns_nothing_cannot_be_made():
    with pytest.raises(UsageError, match="There is no persona 'nobody'"):
        some("nobody")
    with pytest.raises(UsageError, match="income above zero"):
        list(typical_customers(["saver"], 1, 0, AS_OF, 7))
