"""What is worth knowing about one customer now, computed from the twin and the ledger. At most a handful, each with its figures.

The rules would rather be silent than wrong: a person who is told too much switches all of it off.

| kind | told when |
|---|---|
| below_zero_soon | the balance is not below zero now, and falls below it within 35 days in at least 25 of 100 simulated paths |
| bill_larger_than_balance | a bill due within 14 days and before the next pay day is larger than the balance expected on the day before (middle path; for who is below zero now, with the agreed overdraft) |
| pay_day_missed | salary, pension or benefits that come regularly are 4 days late or more (weekends and the usual lateness on top), for 3 weeks |
| duplicate_charge, unusual_charge | see `tools.twin.insight.charges` |
| goal_off_track | a goal with a day is reached in fewer than 50 of 100 paths, or its day has passed |
| price_rise | the price of a subscription rose within the last 62 days |
| fixed_rate_ends | the fixed rate of a loan or mortgage ends within 180 days |
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil

from tools.errors import PersonaForgeError
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features
from tools.ledger.flows import Flow
from tools.ledger.history import History
from tools.ledger.movements import movements_of
from tools.twin.calendar.payment_day import payment_days
from tools.twin.daily.daily import DailyForecast, bills_until, daily_forecast, next_pay_day
from tools.twin.goal.goal import Plan
from tools.twin.goal.goal_outlook import goal_outlook
from tools.twin.insight.charges import charge_insights
from tools.twin.insight.insight import Insight, by_importance, insight
from tools.twin.insight.subscriptions import subscriptions_of
from tools.twin.outlook.outlook import Outlook
from tools.twin.twin import Twin

BELOW_ZERO_DAYS = 35
BELOW_ZERO_FROM = 0.25
BILL_DAYS = 14
#: Bills below this part of a month are not asked about.
_SMALLEST_BILL = 0.02
LATE_FROM_DAYS = 4
LATE_UNTIL_DAYS = 21
_PAY = frozenset({"salary", "pension", "benefits"})
#: Money of this part of the usual pay that came instead is the pay, from another payer or in another sum.
_INSTEAD = 0.6
OFF_TRACK_BELOW = 0.5
PRICE_RISE_DAYS = 62
#: Fixed rates are told of when a new one can usually be reserved, and with more weight in the last two months.
FIXED_RATE_DAYS = 180
_FIXED_RATE_SOON_DAYS = 60
_BORROWED = frozenset({"loan", "car_loan", "mortgage", "working_capital"})


def insights_of(
    history: History, features: Features, twin: Twin | None, plan: Plan | None = None, outlook: Outlook | None = None
) -> tuple[Insight, ...]:
    """Everything worth knowing, the most important first.

    Args:
        twin: None while the history is too short for one. It is not looked at either when the customer has not agreed to personal
            suggestions: what is left is read off the ledger and the contracts.
        plan: the customer's goals, where there are any.
        outlook: what accounts in general teach about this one; the days ahead and goals are judged with it.
    """
    seen = twin if history.profile.consent_personalization != "no" else None
    found = [
        *(_from_twin(history, features, seen, outlook) if seen else ()),
        *(_goals_off_track(history, features, seen, plan, outlook) if seen and plan else ()),
        *_missed_pay(history, features, twin),
        *charge_insights(history, features),
        *_price_rises(history, features),
        *_fixed_rates(history, features),
    ]
    return tuple(sorted(found, key=by_importance))


def _from_twin(history: History, features: Features, twin: Twin, outlook: Outlook | None) -> Iterator[Insight]:
    forecast = daily_forecast(twin, BELOW_ZERO_DAYS, scale=outlook.daily if outlook else None)
    main = next_pay_day(twin)
    if twin.balance_minor >= 0:  # else it is known already, and no forecast
        yield from _below_zero(history, features, twin, forecast, main[1] if main else None)
    yield from _large_bill(history, features, twin, forecast, main[1] if main else None)


def _below_zero(history: History, features: Features, twin: Twin, forecast: DailyForecast, pay_day: date | None) -> Iterator[Insight]:
    on = forecast.first_below_zero_on
    if on is None or forecast.below_zero < BELOW_ZERO_FROM:
        return
    # One pay period, one situation: the day itself moves with every booking.
    period = pay_day.isoformat() if pay_day else twin.as_of.isoformat()[:7]
    yield insight(
        history,
        features,
        "below_zero_soon",
        "high",
        period,
        on=on,
        amount_minor=next(day.p50_minor for day in forecast.days if day.on == on),
        before_minor=twin.balance_minor,
        probability=forecast.below_zero,
    )


def _large_bill(history: History, features: Features, twin: Twin, forecast: DailyForecast, pay_day: date | None) -> Iterator[Insight]:
    """The first bill that the balance, or below zero the agreed overdraft, does not cover before there is pay again."""
    overdraft = twin.overdraft_limit_minor if twin.balance_minor < 0 else 0
    expected = {twin.as_of: twin.balance_minor, **{day.on: day.p50_minor for day in forecast.days}}
    smallest = _SMALLEST_BILL * max(features.spending_monthly_minor, features.income_monthly_minor)
    for bill in bills_until(twin, twin.as_of + timedelta(days=BILL_DAYS)):
        if pay_day is not None and bill.on >= pay_day:
            return
        before = expected[bill.on - timedelta(days=1)]
        if bill.amount_minor > before + overdraft and bill.amount_minor >= smallest:
            yield insight(
                history,
                features,
                "bill_larger_than_balance",
                "high",
                bill.category,
                bill.on.isoformat()[:7],
                on=bill.on,
                amount_minor=bill.amount_minor,
                before_minor=before,
                category=bill.category,
            )
            return


def _missed_pay(history: History, features: Features, twin: Twin | None) -> Iterator[Insight]:
    for flow in features.income:
        if flow.category not in _PAY:
            continue
        expected = payment_days(flow.last_on, flow.every_days, flow.day_of_month, flow.last_on + timedelta(days=2 * flow.every_days))[1]
        # What falls on a weekend is booked on Monday.
        expected += timedelta(days=8 - expected.isoweekday() if expected.isoweekday() > 5 else 0)
        late = (features.as_of - expected).days
        allowed = LATE_FROM_DAYS + _usual_lateness(flow, twin)
        if allowed <= late <= LATE_UNTIL_DAYS and not _came_otherwise(flow, history, features):
            yield insight(
                history,
                features,
                "pay_day_missed",
                "high",
                flow.account_id,
                flow.category,
                flow.last_on.isoformat(),
                on=expected,
                amount_minor=flow.amount_minor,
                category=flow.category,
                name=flow.name,
            )


def _usual_lateness(flow: Flow, twin: Twin | None) -> int:
    """Two spreads of the lateness of this stream, in whole days."""
    streams = twin.income if twin else ()
    spread = next((one.late_sd_days for one in streams if one.category == flow.category and one.amount_minor == flow.amount_minor), 0.0)
    return ceil(2 * spread)


def _came_otherwise(flow: Flow, history: History, features: Features) -> bool:
    """Whether about as much income came since then that belongs to no other regular income."""
    others = {other.name for other in features.income if other != flow}
    since = flow.last_on + timedelta(days=flow.every_days // 2)
    return any(
        move.booked_on > since
        and move.status == "booked"
        and move.amount_minor >= _INSTEAD * flow.amount_minor
        and move.category in CATEGORIES
        and (CATEGORIES[move.category].group == "income" or move.category == "transfer_in")
        and (move.counterparty or move.description) not in others
        for move in movements_of(history).transactions
    )


def _goals_off_track(history: History, features: Features, twin: Twin, plan: Plan, learnt: Outlook | None) -> Iterator[Insight]:
    for goal in plan.goals:
        if goal.by is None or plan.currency != features.currency:
            continue
        try:
            outlook = goal_outlook(twin, plan, goal.id, learnt)
        except PersonaForgeError:
            continue  # too far away to say anything: nothing to tell unasked
        chance = outlook.probability if outlook.probability is not None else 0.0
        if outlook.status != "reached" and chance < OFF_TRACK_BELOW:
            yield insight(
                history,
                features,
                "goal_off_track",
                "medium",
                goal.id,
                goal.amount_minor,
                goal.by.isoformat(),
                on=goal.by,
                amount_minor=goal.amount_minor,
                before_minor=outlook.available_minor,
                probability=chance,
                name=goal.purpose,
            )


def _price_rises(history: History, features: Features) -> Iterator[Insight]:
    for one in subscriptions_of(history, features).subscriptions:
        rise = one.rise
        if rise and (features.as_of - rise.on).days <= PRICE_RISE_DAYS:
            yield insight(
                history,
                features,
                "price_rise",
                "low",
                rise.transaction_id,
                on=rise.on,
                amount_minor=rise.after_minor,
                before_minor=rise.before_minor,
                category="subscriptions",
                name=one.name,
                transactions=(rise.transaction_id,),
            )


def _fixed_rates(history: History, features: Features) -> Iterator[Insight]:
    for contract in history.contracts:
        ends = contract.fixed_until
        if ends is None or contract.kind not in _BORROWED or not 0 < (ends - features.as_of).days <= FIXED_RATE_DAYS:
            continue
        soon = (ends - features.as_of).days <= _FIXED_RATE_SOON_DAYS
        yield insight(
            history,
            features,
            "fixed_rate_ends",
            "medium" if soon else "low",
            contract.id,
            ends.isoformat(),
            on=ends,
            amount_minor=contract.instalment_minor,
            category="mortgage" if contract.kind == "mortgage" else "loan_repayment",
        )
