"""Patterns that a person should look at: what shows them, what does not, and that more of a figure never hides them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, booking, history, steady
from tools.ledger.transaction import Transaction
from tools.stress.pattern import PatternFigures, pattern_in, pattern_of

QUIET = PatternFigures(passed_on=0, received=0, senders=0, gambled=0, times_gambled=0, lending_uses=0)


def passing(senders: int = 4, kept: float = 0.1, wait: int = 1) -> list[Transaction]:
    """Eight times money from others, of which `kept` stays and the rest leaves after `wait` days."""
    found: list[Transaction] = []
    for place in range(8):
        day = AS_OF - timedelta(days=10 + 9 * place)
        found.append(booking(day, 900, "transfer_in", counterparty=f"Sender {place % senders}", number=f"in{place}"))
        found.append(booking(day + timedelta(days=wait), -900 * (1 - kept), "transfer_out", number=f"out{place}"))
    return found


def gambling(times: int, amount: float) -> list[Transaction]:
    return [booking(AS_OF - timedelta(days=3 * place), -amount, "gambling", number=f"g{place}") for place in range(times)]


def test_a_steady_customer_shows_no_pattern():
    assert pattern_of(history(steady())).pattern is None
    assert pattern_of(history([])).figures == QUIET


def test_money_from_many_that_leaves_again_at_once_passes_through():
    found = pattern_of(history([*steady(salary=600, rent=200, food=200), *passing()]))
    assert found.pattern == "money_passed_through"
    assert found.figures.passed_on == pytest.approx(90)
    assert found.figures.senders == 4


@pytest.mark.parametrize(
    "moves", [passing(senders=1), passing(kept=0.6), passing(wait=5)], ids=["one sender", "money stays", "leaves late"]
)
def test_one_sender_money_that_stays_and_money_that_leaves_late_are_no_passing_through(moves: list[Transaction]):
    assert pattern_of(history([*steady(salary=600, rent=200, food=200), *moves])).pattern is None


def test_little_received_beside_a_salary_is_no_passing_through():
    assert pattern_of(history([*steady(salary=20_000), *passing()])).pattern is None


@pytest.mark.parametrize(("times", "amount", "pattern"), [(28, 50, "gambling_heavy"), (28, 5, None), (5, 300, None)])
def test_gambling_is_heavy_when_it_is_often_and_takes_much_of_income(times: int, amount: float, pattern: str | None):
    assert pattern_of(history([*steady(), *gambling(times, amount)])).pattern == pattern


def test_less_gambling_is_enough_beside_lending_apps():
    moves = [*steady(), *gambling(28, 32)]
    loans = [booking(AS_OF - timedelta(days=20 * place), 10, "lending_apps", number=f"l{place}") for place in range(3)]
    assert pattern_of(history(moves)).pattern is None
    assert pattern_of(history([*moves, *loans])).pattern == "gambling_heavy"


def test_gambling_without_income_is_all_of_it():
    assert pattern_of(history(gambling(12, 5))).figures.gambled == 100


def test_old_gambling_is_forgotten():
    old = [move.model_copy(update={"booked_on": move.booked_on - timedelta(days=100)}) for move in gambling(28, 50)]
    assert pattern_of(history([*steady(), *old])).pattern is None


@given(
    figures=st.builds(
        PatternFigures,
        passed_on=st.floats(0, 100), received=st.floats(0, 100), senders=st.integers(0, 9), gambled=st.floats(0, 100), times_gambled=st.integers(0, 40),
        lending_uses=st.integers(0, 9),
    ),
    field=st.sampled_from(list(PatternFigures.model_fields)),
    more=st.integers(1, 100),
)  # fmt: skip
def test_more_of_a_figure_never_hides_a_pattern(figures: PatternFigures, field: str, more: int):
    raised = figures.model_copy(update={field: getattr(figures, field) + more})
    if pattern_in(figures) is not None:
        assert pattern_in(raised) in {pattern_in(figures), "money_passed_through"}
