from dataclasses import replace

import numpy as np
import pytest

from tests.tools.stress.learn.made import made_cases
from tools.stress.learn.scorecard import log_odds, rows, taught


def test_a_signal_counts_from_its_start_to_its_full_strength():
    cases = made_cases(groups=1, cutoffs=1)
    row = rows()[0]
    for value, strength in [(row.start, 0.0), ((row.start + row.full) / 2, 0.5), (row.full, 1.0), (row.full * 9, 1.0), (np.nan, 0.0)]:
        matrix = np.full_like(cases.matrix, np.nan)
        matrix[0, cases.names.index(row.key)] = value
        found = log_odds(replace(cases, matrix=matrix))
        assert found is not None
        assert found[0] == pytest.approx(row.weight * strength)


def test_statements_have_no_scorecard():
    cases = made_cases()
    assert log_odds(replace(cases, names=tuple(f"other_{name}" for name in cases.names))) is None


def test_taught_cases_are_calm_ones_with_one_signal_at_full_strength():
    cases = made_cases(groups=100)
    matrix, label = taught(cases, 0.02, 0.3)
    per_signal = round(0.02 * len(cases))
    assert matrix.shape == (per_signal * len(rows()), len(cases.names))
    for at, row in enumerate(rows()):
        own = slice(at * per_signal, (at + 1) * per_signal)
        assert (matrix[own, cases.names.index(row.key)] >= row.full).all()
        assert label[own] == pytest.approx(0.3 * row.weight)
