"""What is worth knowing: each kind on a case that has it, silence on those that have not, and keys that follow the situation."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.demo.bank import AS_OF as DEMO_DAY
from server.demo.bank import PEOPLE
from server.demo.case import load_case
from tests.tools.builders import AS_OF, booking, history, loan, pounds, steady
from tests.tools.twin.insight.test_subscriptions import charges
from tests.tools.twin.paydays import bill, salary, twin
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.twin.daily.daily_scale import BUILT_IN, DailyScale
from tools.twin.fit.fit import fit_twin
from tools.twin.goal.goal import Goal, Plan
from tools.twin.insight.insight import KINDS, SEVERITIES, Insight, by_importance, insight_key, is_insight_key
from tools.twin.insight.insights import insights_of
from tools.twin.outlook.outlook import HorizonOutlook, Outlook
from tools.twin.twin import Twin


def told(one: History, model: Twin | None = None, plan: Plan | None = None) -> tuple[Insight, ...]:
    return insights_of(one, features_of(one), model, plan)


def kinds(found: tuple[Insight, ...]) -> list[str]:
    return [insight.kind for insight in found]


def with_moves(*more: Transaction, **changes: Any) -> History:
    return history([*steady(), *more], **changes)


def groceries(day: date, amount: float, shop: str = "TESCO STORES", **changes: Any) -> Transaction:
    return booking(day, -amount, "groceries", operation="card", counterparty=shop, **changes)


# -- from the twin ------------------------------------------------------------------------------------------------------------------
def test_a_balance_that_falls_below_zero_is_told_with_day_and_chance():
    one = twin(balance=1000, everyday=900, spending_sd_minor=pounds(200), commitments=(bill(800, date(2027, 4, 20)),))
    (found,) = (insight for insight in told(history(), one) if insight.kind == "below_zero_soon")
    assert (found.on, found.days, found.severity) == (date(2027, 4, 20), 20, "high")
    assert found.probability is not None
    assert found.probability > 0.9
    assert found.before_minor == pounds(1000)
    assert found.amount_minor is not None
    assert found.amount_minor < 0


def test_the_chance_of_days_below_zero_is_the_one_that_past_forecasts_had():
    """Where accounts made their money last, a chance of a half is no longer worth a warning."""
    one = twin(balance=905, everyday=0, commitments=(bill(900, date(2027, 4, 20), sd_minor=pounds(20)),))
    past = Outlook(as_of=one.as_of, horizons=(), learned_months=0, accounts=0, origins=0)
    lasting = DailyScale(learnt=BUILT_IN.model_copy(update={"lasting": 3.0}))

    def chances(daily: DailyScale | None) -> list[float | None]:
        found = insights_of(history(), features_of(history()), one, None, past.model_copy(update={"daily": daily}))
        return [each.probability for each in found if each.kind == "below_zero_soon"]

    assert chances(None) == [pytest.approx(0.4, abs=0.05)]
    assert chances(lasting) == []


def test_a_small_chance_and_a_balance_below_zero_already_are_not_told():
    assert "below_zero_soon" not in kinds(told(history(), twin(balance=3000)))
    assert "below_zero_soon" not in kinds(told(history(), twin(balance=-10)))


def test_a_bill_that_the_balance_does_not_cover_is_told_before_pay_day_only():
    one = twin(balance=500, everyday=0, commitments=(bill(900, date(2027, 4, 8)),))
    (found,) = (insight for insight in told(history(), one) if insight.kind == "bill_larger_than_balance")
    assert (found.on, found.amount_minor, found.before_minor, found.category) == (date(2027, 4, 8), pounds(900), pounds(500), "rent")
    paid = twin(balance=500, everyday=0, income=(salary(2000, date(2027, 4, 5)),), commitments=(bill(900, date(2027, 4, 8)),))
    assert kinds(told(history(), paid)) == []
    far = twin(balance=500, everyday=0, commitments=(bill(900, date(2027, 4, 20)),))
    assert "bill_larger_than_balance" not in kinds(told(history(), far))


def test_below_zero_an_agreed_overdraft_covers_a_bill_and_nothing_else_does():
    one = twin(balance=-100, everyday=0, commitments=(bill(200, date(2027, 4, 8)),))
    assert kinds(told(history(), one)) == ["bill_larger_than_balance"]
    assert kinds(told(history(), one.model_copy(update={"overdraft_limit_minor": pounds(500)}))) == []


def test_one_situation_keeps_its_key_and_the_next_one_has_another():
    one = twin(balance=700, everyday=0)

    def key(model: Twin) -> str:
        return next(insight.key for insight in told(history(), model) if insight.kind == "below_zero_soon")

    later = one.model_copy(update={"balance_minor": pounds(650)})
    assert key(later) == key(one)
    next_period = one.model_copy(update={"income": (salary(on=date(2027, 5, 25)),)})
    assert key(next_period) != key(one)


def test_who_has_not_agreed_to_personal_suggestions_is_told_no_forecast():
    one = history(profile={"consent_personalization": "no"})
    assert told(one, twin(balance=700, everyday=0)) == ()
    doubled = with_moves(groceries(date(2027, 3, 28), 60, number=1), groceries(date(2027, 3, 29), 60, number=2))
    without = doubled.model_copy(update={"profile": one.profile})
    assert kinds(told(without, twin(balance=700))) == ["duplicate_charge"]


def test_a_goal_that_will_not_be_reached_is_told_and_one_that_will_is_not():
    plan = Plan(
        customer_id="demo:1",
        currency="GBP",
        version=1,
        made_on=AS_OF,
        goals=(
            Goal(id="g1", purpose="GOALCANARY a boat", amount_minor=pounds(50_000), by=date(2027, 12, 31), made_on=AS_OF),
            Goal(id="g2", purpose="a lamp", amount_minor=pounds(50), by=date(2027, 12, 31), made_on=AS_OF),
            Goal(id="g3", purpose="some day", amount_minor=pounds(900_000), made_on=AS_OF),
        ),
    )
    (found,) = told(history(), twin(balance=6000), plan)
    assert (found.kind, found.name, found.amount_minor, found.on) == (
        "goal_off_track",
        "GOALCANARY a boat",
        pounds(50_000),
        date(2027, 12, 31),
    )
    assert found.probability is not None
    assert found.probability < 0.5
    changed = plan.model_copy(update={"goals": (plan.goals[0].model_copy(update={"amount_minor": pounds(60_000)}),)})
    assert told(history(), twin(balance=6000), changed)[0].key != found.key
    assert told(history(), None, plan) == ()


def test_a_goal_is_judged_by_what_accounts_in_general_teach_of_this_one():
    lamp = Goal(id="g", purpose="a lamp", amount_minor=pounds(6_500), by=date(2027, 12, 31), made_on=AS_OF)
    plan = Plan(customer_id="demo:1", currency="GBP", version=1, made_on=AS_OF, goals=(lamp,))
    one, model = history(), twin(balance=6000)
    poorer = [HorizonOutlook(months=month, p10_minor=0, p50_minor=pounds(1000), p90_minor=pounds(2000)) for month in range(1, 13)]
    taught = Outlook(as_of=AS_OF, horizons=tuple(poorer), learned_months=12, accounts=40, origins=9)
    off_track = [kinds(insights_of(one, features_of(one), model, plan, outlook)).count("goal_off_track") for outlook in (None, taught)]
    assert off_track == [0, 1]


# -- from the ledger ----------------------------------------------------------------------------------------------------------------
def test_pay_that_has_not_come_is_told_from_the_fourth_working_day_on():
    moves = [move for move in steady() if move.booked_on < date(2027, 3, 20)]
    moves = [move.model_copy(update={"counterparty": "ACME LTD"}) if move.category == "salary" else move for move in moves]
    one = history(moves)
    (found,) = told(one)  # the 25th was a Thursday
    assert (found.kind, found.on, found.days, found.amount_minor, found.name) == (
        "pay_day_missed",
        date(2027, 3, 25),
        6,
        pounds(2500),
        "ACME LTD",
    )
    early = one.model_copy(update={"as_of": date(2027, 3, 28)})
    assert kinds(told(early)) == []
    elsewhere = history([*moves, booking(date(2027, 3, 26), 2400, "salary", counterparty="NEW EMPLOYER", operation="salary")])
    assert kinds(told(elsewhere)) == []
    tardy = fit_twin(history(), features_of(history()))
    (stream,) = tardy.income
    used_to_it = tardy.model_copy(update={"income": (stream.model_copy(update={"late_sd_days": 3.0}),), "balance_minor": pounds(9000)})
    assert "pay_day_missed" not in kinds(told(one, used_to_it))


def test_the_same_charge_within_days_is_told_with_both_bookings():
    first, second = groceries(date(2027, 3, 27), 62.50, number="a"), groceries(date(2027, 3, 28), 62.50, number="b")
    (found,) = told(with_moves(first, second))
    assert (found.kind, found.amount_minor, found.on, found.name) == ("duplicate_charge", pounds(62.50), date(2027, 3, 28), "TESCO STORES")
    assert found.transactions == (first.id, second.id)


@pytest.mark.parametrize(
    "moves",
    [
        [groceries(date(2027, 3, 20), 62.50, number="a"), groceries(date(2027, 3, 28), 62.50, number="b")],  # a week apart
        [groceries(date(2027, 3, 27), 62.50, number="a"), groceries(date(2027, 3, 28), 62.51, number="b")],
        [groceries(date(2027, 3, 27), 62.50, "ALDI", number="a"), groceries(date(2027, 3, 28), 62.50, number="b")],
        [groceries(date(2027, 3, 27), 3.50, number="a"), groceries(date(2027, 3, 28), 3.50, number="b")],  # coffee
        [groceries(date(2027, 3, 27), 62.50, number="a"), groceries(date(2027, 3, 28), 62.50, number="b", status="failed")],
        [groceries(date(2027, 2, 27), 62.50, number="a"), groceries(date(2027, 2, 28), 62.50, number="b")],  # long seen
        [booking(date(2027, 3, day), -100, "cash", operation="cash_out", counterparty="ATM", number=str(day)) for day in (27, 28)],
        [booking(date(2027, 3, day), -100, "transfer_out", operation="transfer_out", counterparty="Tom", number=str(day)) for day in (27, 28)],
        [groceries(date(2027, month, day), 62.50, number=f"{month}{day}") for month in (1, 2, 3) for day in (27, 28)],  # a habit
    ],
)  # fmt: skip
def test_what_only_looks_like_a_duplicate_is_none(moves: list[Transaction]):
    assert kinds(told(with_moves(*moves))) == []


def test_a_duplicate_that_was_given_back_is_settled():
    moves = (groceries(date(2027, 3, 27), 62.50, number="a"), groceries(date(2027, 3, 28), 62.50, number="b"))
    back = booking(date(2027, 3, 30), 62.50, "refunds", counterparty="TESCO STORES", number="back")
    assert kinds(told(with_moves(*moves, back))) == []


def usual_shopping(shop: str = "SHELL") -> list[Transaction]:
    """Two dozen charges between 40 and 52 at one place."""
    return [booking(date(2026, 4, 5) + timedelta(days=14 * at), -40 - at % 13, "transport", counterparty=shop, operation="card", number=f"u{at}") for at in range(24)]  # fmt: skip


def test_a_charge_far_beyond_what_is_usual_at_a_payee_is_told():
    large = booking(date(2027, 3, 24), -410, "transport", counterparty="SHELL", operation="card", number="large")
    (found,) = told(with_moves(*usual_shopping(), large))
    assert (found.kind, found.amount_minor, found.basis, found.transactions) == ("unusual_charge", pounds(410), "payee", (large.id,))
    assert found.before_minor == pytest.approx(pounds(46), abs=pounds(2))


def test_at_a_payee_never_seen_the_category_says_what_is_usual():
    large = booking(date(2027, 3, 24), -900, "transport", counterparty="TYRE HOUSE", operation="card", number="large")
    (found,) = told(with_moves(*usual_shopping(), large))
    assert (found.kind, found.basis, found.name) == ("unusual_charge", "category", "TYRE HOUSE")


def test_large_is_not_unusual_where_it_was_so_before_or_hardly_matters():
    def after(*moves: Transaction) -> list[str]:
        return kinds(told(with_moves(*usual_shopping(), *moves)))

    assert after(booking(date(2027, 3, 24), -95, "transport", counterparty="SHELL", operation="card", number="x")) == []
    before = booking(date(2027, 1, 24), -420, "transport", counterparty="SHELL", operation="card", number="x1")
    assert after(before, booking(date(2027, 3, 24), -410, "transport", counterparty="SHELL", operation="card", number="x2")) == []
    assert after(booking(date(2027, 2, 10), -900, "transport", counterparty="SHELL", operation="card", number="old")) == []


def test_a_yearly_bill_is_no_surprise():
    premiums = [booking(day, -640, "insurance", counterparty="AVIVA", operation="card", number=str(day)) for day in (date(2026, 3, 24), date(2027, 3, 24))]  # fmt: skip
    small = [booking(date(2026, 4, 5) + timedelta(days=20 * at), -20, "insurance", counterparty="PET COVER", operation="card", number=f"p{at}") for at in range(15)]  # fmt: skip
    assert kinds(told(with_moves(*premiums, *small))) == []
    assert kinds(told(with_moves(premiums[1], *small))) == ["unusual_charge"]


def test_a_dearer_subscription_is_told_for_two_months():
    rise = charges("NETFLIX.COM", *[10.99] * 8, 12.99)
    (found,) = told(with_moves(*rise))
    assert (found.kind, found.before_minor, found.amount_minor, found.name) == ("price_rise", 1099, 1299, "NETFLIX.COM")
    assert found.severity == "low"
    assert kinds(told(with_moves(*charges("NETFLIX.COM", *[10.99] * 6, *[12.99] * 4)))) == []


@pytest.mark.parametrize(("days", "expected"), [(0, []), (30, ["medium"]), (137, ["low"]), (181, [])])
def test_the_end_of_a_fixed_rate_is_told_in_good_time(days: int, expected: list[str]):
    contract = loan(kind="mortgage", fixed_until=AS_OF + timedelta(days=days), matures_on=date(2045, 1, 1))
    assert [insight.severity for insight in told(history(contracts=(contract,)))] == expected


# -- all together -------------------------------------------------------------------------------------------------------------------
def test_steady_people_are_told_nothing():
    one = history()
    assert told(one, fit_twin(one, features_of(one))) == ()
    empty = history([])
    assert told(empty) == ()


@pytest.mark.parametrize("name", ["anna", "margaret", "chidi"])
@pytest.mark.parametrize("days_before", [0, 11, 40, 75])
def test_the_steady_people_of_the_demo_bank_raise_no_false_alarm(name: str, days_before: int):
    one = _demo(name, DEMO_DAY - timedelta(days=days_before))
    assert kinds(told(one, fit_twin(one, features_of(one)))) == []


def test_a_salary_that_stopped_in_the_demo_bank_is_noticed():
    found = {kind for days in range(45, 75, 5) for kind in kinds(told(_demo("sam", DEMO_DAY - timedelta(days=days))))}
    assert "pay_day_missed" in found


def _demo(name: str, as_of: date) -> History:
    bank = load_case(PEOPLE / f"{name}.toml", DEMO_DAY, 0)
    return History(
        customer=bank.customers[0],
        profile=bank.profiles[0],
        as_of=as_of,
        accounts=bank.accounts,
        holdings=bank.holdings,
        contracts=bank.contracts,
        transactions=tuple(move for move in sorted(bank.transactions, key=lambda move: move.booked_on) if move.booked_on <= as_of),
    )


def test_the_most_important_stands_first():
    doubled = (groceries(date(2027, 3, 27), 62.50, number="a"), groceries(date(2027, 3, 28), 62.50, number="b"))
    one = with_moves(*doubled, *charges("NETFLIX.COM", *[10.99] * 8, 12.99))
    found = told(one, twin(balance=700, everyday=0))
    assert kinds(found) == ["below_zero_soon", "bill_larger_than_balance", "duplicate_charge", "price_rise"]
    assert list(found) == sorted(found, key=by_importance)
    assert {insight.severity for insight in found} == set(SEVERITIES)


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_bookings_came_in_changes_nothing(random: Random):
    moves = [*steady(), *usual_shopping(), *charges("NETFLIX.COM", *[10.99] * 8, 12.99), groceries(date(2027, 3, 27), 62.50, number="a"), groceries(date(2027, 3, 27), 62.50, number="b")]  # fmt: skip
    shuffled = list(moves)
    random.shuffle(shuffled)
    late = history(moves).model_copy(update={"transactions": tuple(shuffled)})
    assert told(late) == told(history(moves))


def test_keys_belong_to_a_customer_and_have_a_form():
    key = insight_key("price_rise", "demo:1", "tx")
    assert is_insight_key(key)
    assert key != insight_key("price_rise", "demo:2", "tx")
    assert key == insight_key("price_rise", "demo:1", "tx")
    for wrong in (
        "",
        "price_rise",
        "price_rise.",
        "price_rise.xyz",
        f"{key}0",
        f"other.{key.partition('.')[2]}",
        "price_rise./../etc/passwd1",
    ):
        assert not is_insight_key(wrong)
    assert len(set(KINDS)) == len(KINDS)
