from dataclasses import replace

import numpy as np

from tests.tools.stress.learn.made import QUICK, made_cases
from tools.stress.learn.baselines import learned, one_rule, unlearned
from tools.stress.learn.metrics import auc


def test_one_rule_ranks_a_low_balance_first_and_the_unknown_last():
    cases = made_cases(groups=1, cutoffs=3)
    matrix = cases.matrix.copy()
    matrix[:, cases.names.index("buffer_days")] = [5.0, np.nan, -2.0]
    found = one_rule(replace(cases, matrix=matrix), QUICK)
    assert np.argsort(-found).tolist() == [2, 0, 1]


def test_baselines_that_learn_tell_chances_and_beat_chance():
    cases, fresh = made_cases(), made_cases(seed=8)
    for values, is_chance in learned(cases, fresh).values():
        assert is_chance
        assert ((values > 0) & (values < 1)).all()
        assert auc(values, fresh.label) > 0.7


def test_a_column_that_is_missing_everywhere_harms_no_baseline():
    cases, fresh = made_cases(), made_cases(seed=8)
    emptied = [replace(each, matrix=np.where(np.arange(len(each.names)) == 3, np.nan, each.matrix)) for each in (cases, fresh)]
    assert set(learned(*emptied)) == {"logistic", "plain_xgboost"}


def test_rules_that_learn_nothing_are_no_chances():
    assert {way: chance for way, (_, chance) in unlearned(made_cases(), QUICK).items()} == {"one_rule": False, "scorecard": False}
