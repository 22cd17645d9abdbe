from tools.stress.monitor.flows import BandFlow, band_flows, move_of


def test_a_move_is_worse_better_or_none():
    assert move_of("healthy", "critical") == "worse"
    assert move_of("critical", "watchlist") == "better"
    assert move_of("healthy", "healthy") == "same"
    assert move_of("too_short", "healthy") == "new"
    assert move_of("healthy", None) == "gone"
    assert move_of("too_short", None) == "same"


def test_flows_add_up_to_everybody():
    found = band_flows(
        {"a": "healthy", "b": "healthy", "c": "critical", "d": "watchlist"},
        {"a": "watchlist", "b": "healthy", "c": "healthy", "e": "healthy"},
    )
    assert (found.worse, found.better, found.same, found.new, found.gone) == (1, 1, 1, 1, 1)
    assert BandFlow(before="healthy", now="watchlist", customers=1) in found.flows
    assert sum(flow.customers for flow in found.flows) == 3
