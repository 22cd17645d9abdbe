import numpy as np

from tests.tools.stress.learn.made import made_cases
from tools.stress.learn.splits import HELD_OUT_SHARE, folds, held_out, later


def groups(cases, mask) -> set[str]:
    return set(cases.ids[mask].tolist())


def test_a_group_is_held_out_as_a_whole_and_about_as_many_as_meant():
    cases = made_cases(groups=600)
    held = held_out(cases)
    assert not groups(cases, held) & groups(cases, ~held)
    assert abs(len(groups(cases, held)) / 600 - HELD_OUT_SHARE) < 0.06


def test_the_same_groups_are_held_out_of_a_larger_set():
    small, large = made_cases(groups=50), made_cases(groups=90)
    assert groups(small, held_out(small)) == groups(large, held_out(large)) & set(small.ids.tolist())


def test_every_group_is_judged_once_and_every_fold_has_events():
    cases = made_cases(groups=60)
    parts = list(folds(cases, 5, seed=0))
    assert np.sum([judged for _, judged in parts], axis=0).tolist() == [1] * len(cases)
    for learned, judged in parts:
        assert not groups(cases, learned) & groups(cases, judged)
        assert cases.label[judged].any()


def test_another_seed_deals_other_folds():
    cases = made_cases(groups=60)
    assert [judged.tolist() for _, judged in folds(cases, 3, 0)] != [judged.tolist() for _, judged in folds(cases, 3, 1)]


def test_in_time_every_learned_outcome_is_over_before_the_judged_cutoff():
    cases = made_cases(groups=60, cutoffs=5)
    parts = later(cases, 3, seed=0)
    assert parts
    for learned, judged in parts:
        assert not groups(cases, learned) & groups(cases, judged)
        assert (cases.cutoffs[learned] + cases.horizon_days).max() <= cases.cutoffs[judged].min()


def test_one_cutoff_has_no_order_in_time():
    assert later(made_cases(groups=60, cutoffs=1), 3, seed=0) == []
