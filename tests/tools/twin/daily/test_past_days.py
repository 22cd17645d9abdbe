"""Learning from past days: no forecast sees what it is judged by, and what was too narrow becomes wider."""

from datetime import date, timedelta

import pytest

from tests.tools.builders import AS_OF, booking, history, pounds, steady
from tools.ledger.past import history_on
from tools.twin.daily.daily_scale import BUILT_IN, DailyScale
from tools.twin.daily.past_days import APART_DAYS, DAYS, LONGEST, PastDays, learn_days, past_days

ORIGIN = date(2027, 2, 20)
FAR = len(DAYS) - 1


def case(number: int, moved: float = 0.0, fell: bool = False, below_zero: float = 0.0, **changes: object) -> PastDays:
    """A forecast of 1,000 give or take 100 on all days, and an outcome so many pounds off."""
    given: dict[str, object] = {
        "key": f"demo:{number}", "origin": ORIGIN, "size_minor": pounds(2000), "scale": DailyScale(own_minor=pounds(10), own_days=180),
        "ranges": ((pounds(900), pounds(1000), pounds(1100)),) * len(DAYS), "balances": (pounds(1000 + moved),) * len(DAYS),
        "below_zero": below_zero, "fell": fell, "left_days": 10, "left_range": (pounds(400), pounds(500)), "left_minor": pounds(500 + moved),
    }  # fmt: skip
    return PastDays.model_validate(given | changes)


def test_without_cases_the_built_in_scale_holds():
    assert learn_days([]) is BUILT_IN
    assert past_days(history([])) == ()
    assert past_days(history(steady(3))) == ()


def test_each_past_day_is_judged_by_the_balances_that_followed():
    found = past_days(history(steady(12)))
    assert found
    assert all((AS_OF - each.origin).days in range(LONGEST, 400) for each in found)
    assert {(AS_OF - each.origin).days % APART_DAYS for each in found} == {LONGEST % APART_DAYS}
    assert all(low <= middle <= high for each in found for low, middle, high in each.ranges)
    assert all(len(each.balances) == len(each.ranges) == len(DAYS) for each in found)


def test_a_forecast_knows_nothing_of_what_it_is_judged_by():
    moves = steady(12)
    plain = past_days(history(moves))
    after = plain[0].origin + timedelta(days=2)
    shocked = past_days(history([*moves, booking(after, -700, "shopping")]))
    assert shocked[0].ranges == plain[0].ranges
    assert shocked[0].balances[FAR] == plain[0].balances[FAR] - pounds(700)
    assert shocked[0].scale == plain[0].scale
    assert shocked[0].left_minor == plain[0].left_minor  # shopping comes out of what is left


def test_a_bill_that_nobody_expected_is_missing_in_what_was_left():
    moves = steady(12)
    plain = past_days(history(moves))
    after = plain[0].origin + timedelta(days=1)
    billed = past_days(history([*moves, booking(after, -5000, "utilities", operation="direct_debit")]))
    assert billed[0].left_minor < plain[0].left_minor - pounds(2000)


def test_bookings_after_the_business_date_teach_nothing():
    held = history(steady(14))
    earlier = history_on(held, AS_OF - timedelta(days=60))
    cut = earlier.model_copy(update={"transactions": held.transactions})
    assert past_days(cut) == past_days(earlier)


def test_the_order_of_customers_does_not_matter():
    cases = [case(number, moved=10.0 * number) for number in range(1, 60)]
    assert learn_days(cases) == learn_days(reversed(cases))


def test_forecasts_that_were_too_narrow_are_stretched_on_the_side_where_they_were():
    calm = learn_days(case(number) for number in range(400))
    low = learn_days(case(number, moved=-900 if number % 4 == 0 else 0) for number in range(400))
    assert low.days[FAR].below > 2 * calm.days[FAR].below
    assert low.days[FAR].above == pytest.approx(calm.days[FAR].above, rel=0.5)
    assert low.sure > calm.sure
    assert (low.cases, low.accounts, low.origins) == (400, 400, 1)


def test_a_few_cases_hardly_move_the_built_in_stretches():
    found = learn_days([case(1, moved=-900), case(2)])
    assert found.days[FAR].below == pytest.approx(0.8, abs=0.35)


def test_nothing_is_learnt_of_falls_from_a_source_where_nobody_fell():
    assert learn_days(case(number, below_zero=0.3) for number in range(200)).lasting == BUILT_IN.lasting


def test_paths_that_fell_more_often_than_accounts_are_made_to_last():
    told_too_often = learn_days(case(number, below_zero=0.4, fell=number % 10 == 0) for number in range(1000))
    told_right = learn_days(case(number, below_zero=0.4, fell=number % 5 < 2) for number in range(1000))
    assert told_too_often.lasting > 1.8
    assert told_right.lasting < 1.05
