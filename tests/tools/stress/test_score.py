"""The score rises with strain and only with strain, and falls again when it passes."""

from datetime import date, timedelta

import pytest

from tests.tools.builders import AS_OF, booking, history, steady
from tests.tools.stress.strained import status_of, tight, troubled
from tools.ledger.features import features_of
from tools.ledger.past import history_on
from tools.ledger.transaction import Transaction
from tools.stress.activity import Activity, activity_of, advance, opened, update
from tools.stress.inputs import INPUTS, Standing, inputs_matrix
from tools.stress.model.file import shipped_model
from tools.stress.model.model import columns_of
from tools.stress.score import band_of, stress_status, trend_of


@pytest.mark.parametrize(
    ("score", "band"), [(0.0, "healthy"), (0.394, "healthy"), (0.395001, "watchlist"), (0.40, "watchlist"), (0.69, "watchlist"), (0.70, "critical"), (1.0, "critical")]
)  # fmt: skip
def test_bands_begin_where_they_are_shown_to(score: float, band: str):
    assert band_of(score) == band


@pytest.mark.parametrize(
    ("before", "now", "trend"), [(None, 0.4, "unknown"), (0.4, 0.44, "steady"), (0.4, 0.45, "rising"), (0.45, 0.4, "falling")]
)
def test_a_trend_is_a_change_of_five_points(before: float | None, now: float, trend: str):
    assert trend_of(before, now) == trend


def test_a_steady_customer_is_healthy_and_one_in_trouble_is_critical_and_rising():
    calm = status_of(steady(months=12))
    assert (calm.band, calm.trend_30d, calm.trend_90d) == ("healthy", "steady", "steady")
    trouble = status_of(troubled(date(2027, 1, 20)))
    assert (trouble.band, trouble.trend_90d) == ("critical", "rising")
    assert trouble.score_90d_ago is not None
    assert trouble.score_90d_ago < 0.4


def test_a_score_has_two_decimals_and_its_probability_beside_it():
    trouble = status_of(troubled(date(2027, 1, 20)))
    assert trouble.score == round(trouble.score or 0, 2)
    assert trouble.probability is not None
    assert 0 < trouble.probability < 1
    assert trouble.model == shipped_model().name


@pytest.mark.parametrize(
    "worse",
    [
        [booking(AS_OF - timedelta(days=day), -50, "utilities", status="failed") for day in range(1, 40, 5)],
        [booking(AS_OF - timedelta(days=day), -200, "gambling") for day in range(1, 40, 5)],
        [booking(AS_OF - timedelta(days=day), -300, "cash") for day in range(1, 40, 5)],
        [booking(AS_OF - timedelta(days=day), -150, "insurance") for day in range(1, 40, 5)],
        [booking(AS_OF - timedelta(days=day), -60, "lending_apps") for day in range(1, 40, 5)],
    ],
    ids=["failed debits", "wishes", "cash", "commitments", "lending apps"],
)
def test_each_sign_of_strain_raises_the_score_of_a_tight_customer(worse: list[Transaction]):
    before, now = status_of(tight()).score, status_of([*tight(), *worse]).score
    assert before is not None
    assert now is not None
    assert now > before


def test_late_pay_raises_the_score_and_pay_on_time_lets_it_fall():
    def without(months: set[int]) -> list[Transaction]:
        return [
            move
            for move in tight()
            if move.category != "salary" or (move.booked_on.year, move.booked_on.month) not in {(2027, month) for month in months}
        ]

    on_time, late = status_of(tight()).score, status_of(without({3})).score
    paid_since = [*without({1}), booking(date(2027, 2, 1), 2500, "salary")]
    recovered = status_of(paid_since).score
    assert None not in (on_time, late, recovered)
    assert (late or 0) > (recovered or 0) >= (on_time or 0)


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
    assert (short.score, short.band, short.readings, short.probability) == (None, "too_short", (), None)


def test_a_month_of_history_has_a_score_but_no_trend():
    status = status_of(steady(months=2))
    assert status.score is not None
    assert (status.score_90d_ago, status.trend_90d) == (None, "unknown")


def test_the_past_knows_nothing_of_what_came_later():
    moves = troubled(date(2027, 1, 20))
    then = AS_OF - timedelta(days=90)
    cut = history_on(history(moves), then)
    assert max(move.booked_on for move in cut.transactions) <= then
    assert stress_status(cut, features_of(cut)).score == status_of(moves).score_90d_ago


def test_a_stream_gives_the_score_of_the_batch():
    one = history(troubled(date(2027, 1, 20)))
    streamed: Activity = opened(one.accounts)
    for move in reversed(one.transactions):
        streamed = update(streamed, move, "current")
    model = shipped_model()
    matrix = inputs_matrix([advance(streamed, one.as_of.toordinal()), activity_of(one)], [Standing(), Standing()])
    scores = model.scores(columns_of(model.inputs, matrix, [each.name for each in INPUTS]))
    assert scores[0] == scores[1]
    assert stress_status(one, features_of(one)).score == round(float(scores[0]), 2)


def test_readings_are_the_inputs_of_the_model():
    status = status_of(troubled(date(2027, 1, 20)))
    assert tuple(reading.key for reading in status.readings) == shipped_model().inputs
    assert next(reading.value for reading in status.readings if reading.key == "failed_debits") == 7
