"""The simulated year: money is conserved, luck is common, and a contact does what it should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.stress.intervention.people import book, nobody
from tools.stress.intervention.action import CALL, NONE, SMS
from tools.stress.intervention.book import WEEKS
from tools.stress.intervention.constants import constants
from tools.stress.intervention.course import Course, costs_of
from tools.stress.intervention.luck import luck_of


def course(count: int = 60, seed: int = 1, **changed: float) -> Course:
    given = constants().but(**changed)
    return Course(book(count), luck_of(book(count), given, seed), given)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), weeks=st.integers(1, WEEKS), chooser=st.integers(0, 1000))
def test_no_money_appears_or_vanishes_whatever_is_done(seed: int, weeks: int, chooser: int):
    one, rng = course(seed=seed), np.random.default_rng(chooser)
    for _ in range(weeks):
        before = {name: getattr(one, name).copy() for name in ("balance", "savings", "arrears", "owed")}
        flows = one.advance(rng.integers(0, 4, size=60))
        out = flows.bills_paid + flows.instalment_paid + flows.everyday + flows.caught_up
        wealth = before["balance"] + before["savings"] + flows.income - out + flows.interest
        assert np.array_equal(one.balance + one.savings, wealth)
        assert np.array_equal(one.savings, before["savings"] + flows.put_aside)
        unpaid = flows.bills_due - flows.bills_paid + flows.instalment_due - flows.instalment_paid
        assert np.array_equal(one.arrears, before["arrears"] + unpaid - flows.caught_up)
        assert np.array_equal(one.owed, before["owed"] + flows.interest_on_credit - flows.instalment_due)
        assert min(one.savings.min(), one.arrears.min(), one.owed.min(), flows.everyday.min(), flows.bills_paid.min()) >= 0


def test_nobody_spends_beyond_the_agreed_overdraft():
    one = course(seed=5, overdraft_rate=0.0)
    for _ in range(WEEKS):
        one.advance(nobody(one.book))
        assert (one.balance >= -one.book.limit).all()
    assert one.below.any()
    assert one.failed.any()


def test_the_same_luck_gives_the_same_year():
    first, second = course(seed=9), course(seed=9)
    for _ in range(20):
        first.advance(nobody(first.book))
        second.advance(nobody(second.book))
    assert np.array_equal(first.balance, second.balance)
    assert np.array_equal(first.score, second.score)
    other = course(seed=10)
    for _ in range(20):
        other.advance(nobody(other.book))
    assert not np.array_equal(first.balance, other.balance)


def test_a_contact_changes_nobody_elses_year():
    quiet, called = course(seed=4), course(seed=4)
    actions = nobody(called.book)
    actions[7] = CALL
    for week in range(30):
        quiet.advance(nobody(quiet.book))
        called.advance(actions if week == 5 else nobody(called.book))
    others = np.arange(60) != 7
    assert np.array_equal(quiet.balance[others], called.balance[others])
    assert np.array_equal(quiet.strain[others], called.strain[others])


def test_a_fork_goes_its_own_way():
    one = course(seed=4)
    for _ in range(8):
        one.advance(nobody(one.book))
    fork, kept = one.fork(), one.balance.copy()
    for _ in range(8):
        fork.advance(nobody(one.book))
    assert np.array_equal(one.balance, kept)
    assert (one.week, fork.week) == (8, 16)


def test_calls_lower_strain_where_they_are_made_in_time():
    saved = 0.0
    for seed in range(6):
        one = course(seed=seed)
        for _ in range(10):
            one.advance(nobody(one.book))
        called, left = one.fork(), one
        called.advance(np.full(60, CALL))
        left.advance(nobody(one.book))
        for _ in range(20):
            called.advance(nobody(one.book))
            left.advance(nobody(one.book))
        saved += sum((left.burden(week) - called.burden(week)).sum() for week in range(10, 31))
    assert saved > 0


def test_contacts_tire_so_that_the_tenth_works_less_than_the_first():
    one = course(seed=2)
    for _ in range(10):
        one.advance(np.full(60, SMS))
    assert one.fatigue.min() > 1
    rested = one.fatigue.copy()
    for _ in range(6):
        one.advance(nobody(one.book))
    assert one.fatigue == pytest.approx(rested / 2)


def test_an_easier_instalment_is_paid_later_not_forgiven():
    one = course(seed=3, eases_call=1.0, receptive_mean=0.99, response_call=1.8, most_response=1.0, strain_start=3.0, ease_weeks=26)
    other = course(seed=3, strain_start=3.0)
    one.advance(np.full(60, CALL))
    other.advance(nobody(other.book))
    for _ in range(25):
        one.advance(nobody(one.book))
        other.advance(nobody(other.book))
    eased = one.moved & (one.book.owed > 0)
    assert eased.any()
    assert (one.owed[eased] > other.owed[eased]).all()


def test_moved_due_days_neither_forgive_nor_double_a_bill():
    one = course(seed=3, eases_call=1.0, receptive_mean=0.99, response_call=1.8, most_response=1.0, strain_start=3.0, expenses_yearly=0.0)
    billed = nobody(one.book)
    for week in range(WEEKS):
        flows = one.advance(np.full(60, CALL if week == 3 else NONE))
        billed = billed + flows.bills_due
    assert one.moved.any()
    agreed = np.maximum(one.book.at_pay.sum(axis=1), one.book.commitments.sum(axis=1))
    least = np.minimum(one.book.at_pay.sum(axis=1), one.book.commitments.sum(axis=1))
    assert (billed <= agreed).all()
    assert (billed >= least).all()


def test_strain_shows_when_it_comes_and_fades_when_it_passes():
    one = course(seed=6, income_losses_yearly=0.0, expenses_yearly=0.0, sprees_yearly=0.0, score_error=0.0)
    for _ in range(8):
        one.advance(nobody(one.book))
    calm = one.strain[:, 7].copy()
    hit = one.fork()
    hit.balance = np.minimum(hit.balance, -hit.book.limit)
    hit.savings = nobody(one.book)
    for _ in range(4):
        hit.advance(nobody(one.book))
    shown = hit.strain[:, 11].copy()
    assert (shown >= calm - 0.05).all()
    assert shown.mean() > calm.mean() + 0.1
    hit.balance, hit.arrears = hit.balance + 5_000_000, nobody(one.book)
    for _ in range(26):
        hit.advance(nobody(one.book))
    assert hit.strain[:, 37].mean() < shown.mean() - 0.1


def test_what_contacts_cost():
    healthy = np.array([True, False, True, False, False])
    costs = costs_of(np.array([0, 1, 1, 2, 3]), healthy, constants())
    assert costs == pytest.approx([0, 0.02, 0.12, 0.02, 0.3])
