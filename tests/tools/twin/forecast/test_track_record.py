"""Past forecasts are held against what came, without knowing it."""

from datetime import date

from tests.tools.builders import AS_OF, booking, history, pounds, steady
from tools.twin.forecast.track_record import AHEAD_MONTHS, track_record


def test_a_steady_customer_ends_inside_the_bands():
    judged = track_record(history(steady(15, salary=1500)))
    assert len(judged) >= 8
    assert judged[-1].ends_on == AS_OF
    assert sum(each.inside for each in judged) >= 0.7 * len(judged)


def test_a_shock_nobody_could_know_ends_outside():
    shocked = track_record(history([*steady(15, salary=1500), booking(date(2027, 2, 14), -9000, "shopping")]))
    assert not shocked[-1].inside
    assert shocked[-1].balance_minor < shocked[-1].low_minor - pounds(5000)


def test_a_band_knows_nothing_of_what_came_after_it_was_made():
    moves = steady(15)
    plain, shocked = track_record(history(moves)), track_record(history([*moves, booking(date(2027, 3, 2), -9000, "shopping")]))
    assert [(each.low_minor, each.high_minor) for each in plain] == [(each.low_minor, each.high_minor) for each in shocked]


def test_a_young_customer_has_no_record_yet():
    assert track_record(history(steady(AHEAD_MONTHS))) == ()
    assert track_record(history([])) == ()
