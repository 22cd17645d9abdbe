import pytest

from tools.errors import UsageError
from tools.stress.network.gain import network_gain, verdict_of


def test_neighbours_help_where_strain_passes_on():
    found = network_gain(contagion=1.5, customers=8000, seed=1)
    assert verdict_of(found) == "gain"
    assert found.gain > 0.01


def test_neighbours_do_not_help_where_it_does_not():
    found = network_gain(contagion=0.0, customers=8000, seed=1)
    assert verdict_of(found) == "no_gain"
    assert abs(found.gain) < 0.01


def test_the_same_seed_measures_the_same():
    assert network_gain(0.5, 2000, 3) == network_gain(0.5, 2000, 3)


def test_too_small_a_network_is_refused():
    with pytest.raises(UsageError, match="1000 customers"):
        network_gain(1.0, 100, 0)
