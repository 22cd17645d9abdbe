"""Card inputs read the same off a card account and off a table of statements."""

import numpy as np

from tools.stress.families.card import STATEMENT_INPUTS, statement_columns, statement_matrix

LIMIT = np.array([1000.0])
BILLS = np.array([[900.0, 800.0, 400.0, 200.0, 0.0, -50.0]])
PAID = np.array([[0.0, 40.0, 200.0, 50.0, 0.0, 0.0]])
LATE = np.array([[2.0, 1.0, 0.0, 0.0, 0.0, 0.0]])


def columns() -> dict[str, float]:
    return {name: float(values[0]) for name, values in statement_columns(LIMIT, BILLS, PAID, LATE).items()}


def test_use_is_of_the_limit():
    found = columns()
    assert (found["card_use"], found["card_use_1m"], found["card_use_rise"]) == (90, 80, 70)
    assert found["card_use_5m"] == -5


def test_a_payment_answers_the_bill_of_the_month_before():
    found = columns()
    assert (found["card_paid"], found["card_paid_1m"], found["card_paid_2m"]) == (0, 10, 100)
    assert found["card_paid_4m"] == 100, "nothing owed is a bill that is wholly paid"


def test_lateness_now_at_its_worst_how_often_and_where_it_heads():
    found = columns()
    assert (found["card_late"], found["card_late_worst"], found["card_late_count"], found["card_late_trend"]) == (2, 2, 2, 3)


def test_without_a_limit_use_cannot_be_said():
    found = statement_columns(np.array([0.0]), BILLS, PAID, LATE)
    assert np.isnan(found["card_use"][0])
    assert found["card_paid"][0] == 0


def test_the_matrix_has_the_columns_of_the_registry():
    matrix = statement_matrix(LIMIT, BILLS, PAID, LATE)
    assert matrix.shape == (1, len(STATEMENT_INPUTS))
    assert matrix[0].tolist() == [columns()[each.name] for each in STATEMENT_INPUTS]
