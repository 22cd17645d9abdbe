import pytest

from tools.stress.monitor.groups import group_rates


def test_rates_by_group_and_the_ratio_of_lowest_to_highest():
    group = {f"{at}": "young" if at < 100 else "old" for at in range(200)}
    critical = {f"{at}": at % 10 == 0 if at < 100 else at % 5 == 0 for at in range(200)}
    found = group_rates("age", group, critical)
    assert [(rate.group, rate.critical.share) for rate in found.rates] == [("old", 0.2), ("young", 0.1)]
    assert found.ratio == pytest.approx(0.5)


def test_a_small_group_has_no_rate_and_leaves_the_ratio():
    group = {f"{at}": "few" if at < 10 else "many" for at in range(100)}
    found = group_rates("age", group, dict.fromkeys(group, True))
    assert found.rates[0].critical.share is None
    assert found.ratio is None
