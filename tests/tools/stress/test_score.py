"""The score rises with strain and only with strain, and falls again when it passes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, booking, history, steady
from tools.errors import UsageError
from tools.ledger.customer import Profile, ProtectedAttributes
from tools.ledger.features import features_of
from tools.ledger.past import history_on
from tools.ledger.transaction import Transaction
from tools.stress.score import StressStatus, band_of, score_signals, stress_status
from tools.stress.scorecard import Card, scorecard
from tools.stress.signals import Signals

KEYS = sorted(Signals.model_fields)
values = st.one_of(st.none(), st.floats(0, 200))
any_signals = st.builds(Signals, **dict.fromkeys(KEYS, values))


def status_of(moves: list[Transaction], **changes: object) -> StressStatus:
    one = history(moves, **changes)  # type: ignore[arg-type]
    return stress_status(one, features_of(one))


def troubled(since: date, until: date = AS_OF) -> list[Transaction]:
    """Steady until `since`; then no salary, three bounced debits a month and lending apps."""
    moves = [move for move in steady(months=12, as_of=until) if move.category != "salary" or move.booked_on < since]
    day = since
    while day < until:
        moves += [booking(day, -60, "utilities", status="failed", number=f"f{day}"), booking(day, 40, "lending_apps", number=f"l{day}")]
        moves.append(booking(day, -1100, "shopping", number=f"s{day}"))
        day += timedelta(days=10)
    return moves


@given(signals=any_signals, key=st.sampled_from(KEYS), worse=st.floats(0, 200))
def test_worsening_any_one_signal_never_lowers_the_score(signals: Signals, key: str, worse: float):
    before = getattr(signals, key) or 0.0
    assert score_signals(signals.model_copy(update={key: before + worse})) >= score_signals(signals)


@given(signals=any_signals)
def test_a_score_is_between_0_and_1_with_two_decimals(signals: Signals):
    score = score_signals(signals)
    assert 0 <= score <= 1
    assert score == round(score, 2)


@pytest.mark.parametrize("key", KEYS)
def test_every_signal_can_raise_the_score(key: str):
    assert score_signals(Signals.model_validate({key: 200.0})) > score_signals(Signals())


@pytest.mark.parametrize(
    ("score", "band"), [(0.0, "healthy"), (0.394, "healthy"), (0.395001, "watchlist"), (0.40, "watchlist"), (0.69, "watchlist"), (0.70, "critical"), (1.0, "critical")]
)  # fmt: skip
def test_bands_begin_where_they_are_shown_to(score: float, band: str):
    assert band_of(score) == band


def test_a_steady_customer_is_healthy_and_one_in_trouble_is_critical_and_rising():
    calm = status_of(steady(months=12))
    assert (calm.band, calm.trend_30d, calm.trend_90d) == ("healthy", "steady", "steady")
    trouble = status_of(troubled(date(2027, 1, 20)))
    assert trouble.band == "critical"
    assert trouble.trend_90d == "rising"
    assert trouble.score_90d_ago is not None
    assert trouble.score_90d_ago < 0.4


def test_recovery_shows():
    later = AS_OF + timedelta(days=120)
    bad = troubled(date(2027, 1, 20))
    recovered = [
        *bad,
        *(move for move in steady(months=5, as_of=later) if move.booked_on > AS_OF),
        booking(AS_OF + timedelta(days=1), 9000, "salary"),
    ]
    status = status_of(recovered, as_of=later)
    assert status.trend_90d == "falling"
    assert status.band == "healthy"


def test_too_little_history_has_no_score():
    short = status_of([booking(date(2027, 3, 20), 10, "salary")])
    assert (short.score, short.band, short.readings) == (None, "too_short", ())


def test_the_past_knows_nothing_of_what_came_later():
    moves = troubled(date(2027, 1, 20))
    then = AS_OF - timedelta(days=90)
    cut = history_on(history(moves), then)
    assert max(move.booked_on for move in cut.transactions) <= then
    assert stress_status(cut, features_of(cut)).score == status_of(moves).score_90d_ago


def test_no_protected_attribute_and_nothing_of_the_profile_is_a_signal():
    assert {card.key for card in scorecard().cards} == set(KEYS)
    assert not set(KEYS) & (set(ProtectedAttributes.model_fields) | set(Profile.model_fields))


def test_a_scorecard_with_an_unknown_signal_is_refused():
    with pytest.raises(UsageError, match="Name a signal"):
        Card.model_validate({"key": "age", "unit": "count", "from": 0, "to": 1, "weight": 1, "remedy": "restore_income"})
