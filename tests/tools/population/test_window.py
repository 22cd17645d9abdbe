"""Due days: clamped to the month, moved off weekends as banks do."""

from datetime import date

from tools.population.window import Window, months_before, working_day


def test_months_before_clamps_to_the_end_of_the_month() -> None:
    assert months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
    assert months_before(date(2026, 8, 31), -6) == date(2027, 2, 28)


def test_salaries_come_before_a_weekend_and_debits_after_it() -> None:
    saturday = date(2026, 11, 14)
    assert working_day(saturday, "earlier") == date(2026, 11, 13)
    assert working_day(saturday, "later") == date(2026, 11, 16)
    assert working_day(saturday, "none") == saturday
    assert working_day(date(2026, 11, 15), "earlier") == date(2026, 11, 13)


def test_a_window_covers_whole_months_up_to_its_last_day() -> None:
    window = Window.back_from(date(2026, 11, 14), 18)
    assert window.first == date(2025, 5, 15)
    assert window.date_of(window.days - 1) == window.last
    assert len(window.due_days(20, "none")) == 18
    assert [window.date_of(day) for day in window.due_days(31, "none", (2,))] == [date(2026, 2, 28)]
