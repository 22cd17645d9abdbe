"""The pooled model learns from the past of all accounts, and its intervals mean what they say on accounts it has not seen."""

import warnings
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.tools.twin.pool import LATER, UNTIL, booked, pool
from tools.errors import UsageError
from tools.twin.outlook.calibrate import _flat, fit_priors
from tools.twin.outlook.outlook import FEATURES, Forest, Priors, outlooks
from tools.twin.outlook.panel import AccountPanel, month_step


@pytest.fixture(scope="module")
def learned() -> Priors:
    return fit_priors(pool(), UNTIL, 6, seed=3)


def test_the_same_accounts_give_the_same_bytes_in_any_order(learned: Priors):
    assert fit_priors(pool()[::-1], UNTIL, 6, seed=3).model_dump_json() == learned.model_dump_json()


def test_another_seed_deals_other_folds(learned: Priors):
    assert fit_priors(pool(), UNTIL, 6, seed=4).forests != learned.forests


def test_no_booking_after_the_cutoff_changes_a_byte(learned: Priors):
    """The panels reach three months further, and what happens there is absurd."""
    longer = [booked(number).panel(LATER) for number in range(1, 41)]
    known = {panel.key: len(panel.balance) for panel in pool()}

    def absurd(panel: AccountPanel) -> AccountPanel:
        balance = panel.balance.copy()
        balance[known[panel.key] :] = -(10**12)
        return replace(panel, balance=balance)

    assert fit_priors([absurd(panel) for panel in longer], UNTIL, 6, seed=3) == learned


def test_a_hundredfold_unit_gives_a_hundredfold_outlook(learned: Priors):
    hundredfold = fit_priors(pool(factor=100), UNTIL, 6, seed=3)
    small, large = outlooks(learned, pool(), 6), outlooks(hundredfold, pool(factor=100), 6)
    for one, other in zip(small, large, strict=True):
        for near, far in zip(one.horizons, other.horizons, strict=True):
            assert far.p50_minor == pytest.approx(100 * near.p50_minor, rel=1e-3, abs=100)
            assert far.p10_minor == pytest.approx(100 * near.p10_minor, rel=1e-3, abs=100)


def test_the_card_counts_what_was_learned_from(learned: Priors):
    assert (learned.accounts, learned.until, learned.currency, learned.seed) == (40, UNTIL, "GBP", 3)
    assert learned.learned_months == 6
    assert learned.origins > 20
    assert learned.rows > 2_000
    assert [at.months for at in learned.report.horizons] == [1, 2, 3, 4, 5, 6]
    for at in learned.report.horizons:
        assert at.accounts >= 30
        assert at.coverage is not None
        assert 0.7 < at.coverage < 0.95


def test_it_beats_saying_that_the_balance_stays(learned: Priors):
    target = month_step(UNTIL, 3).toordinal()
    truth = np.array([booked(number).panel(LATER).balance[target - booked(number).panel().first_day] for number in range(1, 41)])
    made = outlooks(learned, pool(), 3)
    middle = np.array([one.horizons[-1].p50_minor for one in made])
    last = np.array([panel.balance[-1] for panel in pool()])
    assert np.abs(truth - middle).mean() < 0.95 * np.abs(truth - last).mean()


@pytest.mark.parametrize("accounts", [0, 1, 12])
def test_a_handful_of_accounts_teaches_nothing_and_the_rule_stands_alone(accounts: int):
    priors = fit_priors(pool(accounts), UNTIL, 3)
    assert (priors.accounts, priors.forests, priors.learned_months) == (accounts, (), 0)
    panels = pool(2)
    known = [one.model_copy(update={"accounts": 0}) for one in outlooks(priors, panels, 3)]
    if not accounts:
        assert known == outlooks(None, panels, 3)


def test_accounts_that_are_too_young_teach_nothing():
    until = date(2025, 1, 20)
    young = [booked(number) for number in range(1, 60)]
    opened = [one.panel(until) for one in young if one.days[0] <= until.toordinal()]
    assert fit_priors(opened, until, 3).forests == ()


def test_priors_of_several_currencies_compare_nobody_in_size():
    mixed = [replace(panel, currency="EUR") if at % 2 else panel for at, panel in enumerate(pool(24))]
    assert fit_priors(mixed, UNTIL, 3).currency == ""


@pytest.mark.parametrize("months", [0, 25])
def test_a_horizon_out_of_range_is_refused(months: int):
    with pytest.raises(UsageError, match="1 to 24") as refused:
        fit_priors(pool(2), UNTIL, months)
    assert refused.value.code == "bad_horizon"


def test_flattened_trees_say_what_the_booster_says():
    import json

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        from xgboost import DMatrix, train

    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, len(FEATURES))).round(4).astype(np.float32)
    y = x[:, 0] + np.abs(x[:, 1]) + rng.normal(size=500)
    parameters = {"objective": "reg:quantileerror", "quantile_alpha": 0.9, "base_score": 0.25, "max_depth": 3, "nthread": 1}
    booster = train(parameters, DMatrix(x, label=y), num_boost_round=20)
    trees = [_flat(json.loads(tree)) for tree in booster.get_dump(dump_format="json")]
    flat = (tuple(value for tree in trees for value in tree[part]) for part in range(3))
    forest = Forest(quantile=0.9, intercept=0.25, **dict(zip(("features", "thresholds", "leaves"), flat, strict=True)))  # type: ignore[arg-type]
    np.testing.assert_allclose(forest.predict(x), booster.predict(DMatrix(x)), atol=1e-4)


def test_a_tree_without_a_split_is_its_leaf_everywhere():
    assert _flat({"nodeid": 0, "leaf": 2.5})[2] == [2.5] * 8
