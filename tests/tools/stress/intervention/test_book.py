"""A twin's year by week: nothing is lost between months and weeks, and each thing falls when it is due."""

from datetime import date

import numpy as np
import pytest

from tests.tools.stress.intervention.people import AS_OF, book, twin
from tools.errors import UsageError
from tools.stress.intervention.book import WEEKS, Subject, book_of
from tools.twin.simulate.schedule import schedule_of
from tools.twin.simulate.simulate import simulate_course


def test_the_weeks_add_up_to_the_months_of_the_twins_own_simulation():
    subjects = [Subject(twin=twin(number)) for number in range(6)]
    weekly = book_of(subjects, 3)
    schedules = [schedule_of(subject.twin, 12) for subject in subjects]
    monthly = simulate_course(schedules, 3, np.zeros((6, 1, 12), dtype=np.int64))
    # Eleven months are over well before the last week; what the weeks hold lies between eleven months and twelve.
    for row in range(6):
        income = monthly.income[row, 0]
        assert income[:11].sum() <= weekly.income[row].sum() <= income.sum()
        spent = monthly.spending[row, 0]
        assert spent[:11].sum() <= (weekly.commitments[row] + weekly.everyday[row]).sum() <= spent.sum()


def test_pay_and_bills_fall_in_their_own_weeks():
    one = book_of([Subject(twin=twin(1))], 3)
    pay_weeks = [((date(2026, 6 + month, 25) - AS_OF).days - 1) // 7 for month in range(1, 4)]
    assert all(one.income[0, week] > one.income[0].mean() for week in pay_weeks)
    assert np.count_nonzero(one.income[0, : pay_weeks[0] - 1] > one.income[0].mean()) == 0


def test_bills_moved_to_pay_day_are_the_same_bills():
    many = book(20)
    assert np.abs(many.at_pay.sum(axis=1) - many.commitments.sum(axis=1)).max() <= many.due_month.max()
    assert not np.array_equal(many.at_pay, many.commitments)


def test_instalments_come_once_a_month_as_agreed():
    one = book_of([Subject(twin=twin(1))], 3)
    due = one.instalment[0][one.instalment[0] > 0]
    assert set(due.tolist()) == {twin(1).instalments_minor}
    assert len(due) in {11, 12}
    assert not book_of([Subject(twin=twin(0))], 3).instalment.any()


def test_some_of_a_book_keeps_each_customer_whole():
    many = book(20)
    some = many.of(np.array([7, 7, 2]))
    assert some.ids == (many.ids[7], many.ids[7], many.ids[2])
    assert np.array_equal(some.income[1], many.income[7])
    assert some.income.shape == (3, WEEKS)


def test_twins_of_different_days_are_refused():
    later = twin(2).model_copy(update={"as_of": date(2026, 7, 31)})
    with pytest.raises(UsageError, match="same day") as refused:
        book_of([Subject(twin=twin(1)), Subject(twin=later)], 3)
    assert refused.value.code == "bad_book"
