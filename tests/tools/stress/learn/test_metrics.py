from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from tests.tools.stress.learn.made import made_cases
from tools.stress.learn.cases import Cases
from tools.stress.learn.metrics import auc, average_precision, in_top, lead_days, measured_split, precision_at_top

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60)


def few(ids: list[str], cutoffs: list[int], event: list[float]) -> Cases:
    cases = made_cases(groups=1, cutoffs=len(ids))
    return replace(cases, ids=np.array(ids), cutoffs=np.array(cutoffs), event=np.array(event))


@given(PAIRS)
def test_both_measures_are_those_of_scikit_learn(pairs):
    values, label = np.array([float(value) for value, _ in pairs]), np.array([hit for _, hit in pairs])
    if label.all() or not label.any():
        assert np.isnan(auc(values, label))
        return
    assert auc(values, label) == pytest.approx(roc_auc_score(label, values))
    assert average_precision(values, label) == pytest.approx(average_precision_score(label, values))


def test_an_interval_holds_the_value_and_draws_whole_groups():
    cases = made_cases(groups=80)
    values = -cases.matrix[:, cases.names.index("buffer_days")]
    values = np.nan_to_num(values)
    own = measured_split("held_out", cases, {"one_rule": (values, False)}).measures[0]
    apart = replace(cases, ids=np.arange(len(cases)).astype(str))
    each = measured_split("held_out", apart, {"one_rule": (values, False)}).measures[0]
    assert own.auc is not None
    assert each.auc is not None
    assert own.auc.low < own.auc.value == each.auc.value < own.auc.high
    # Cases of one group resemble each other, so drawing groups is less sure than drawing cases.
    assert own.auc.high - own.auc.low > each.auc.high - each.auc.low
    assert own.brier is own.calibration_error is None


def test_all_or_nobody_in_trouble_has_no_measure():
    cases = made_cases(groups=5)
    nobody = replace(cases, event=np.full(len(cases), np.inf))
    row = measured_split("held_out", nobody, {"model": (np.full(len(cases), 0.1), True)}).measures[0]
    assert row.auc is row.ap is row.lead_days is None
    assert row.seen_groups == 0


def test_the_top_is_taken_week_by_week():
    cases = few(["a", "b", "c", "d"], [700, 700, 707, 707], [np.inf] * 4)
    assert in_top(cases, np.array([0.9, 0.8, 0.1, 0.2]), 0.05).tolist() == [True, False, False, True]


def test_precision_counts_only_calls_that_were_made():
    cases = few(["a", "b", "c", "d"], [700, 700, 707, 707], [10.0, np.inf, np.inf, np.inf])
    assert precision_at_top(cases, np.array([0.9, 0.8, 0.1, 0.2])) == (0.5, 0.5)


def test_lead_is_counted_from_the_first_call_to_the_event():
    cases = few(["a", "a", "a", "b"], [700, 714, 728, 728], [50.0, 36.0, 22.0, np.inf])
    assert lead_days(cases, np.array([0.1, 0.2, 0.9, 0.1])) == (50.0, 1)
    assert lead_days(cases, np.array([0.1, 0.2, 0.1, 0.9])) == (50.0, 1)
    later = few(["b", "a", "a", "b"], [700, 700, 714, 714], [np.inf, 50.0, 36.0, np.inf])
    assert lead_days(later, np.array([0.9, 0.1, 0.8, 0.1])) == (36.0, 1)
    assert lead_days(later, np.array([0.9, 0.1, 0.1, 0.8])) == (None, 0)
