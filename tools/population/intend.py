"""From a plan to its intended movements: each stream, bill and habit becomes rows, in arrays over all days at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.population.dice import Dice
from tools.population.influence import Influence
from tools.population.movement import Draft, Ints, Rule, Text
from tools.population.plan import Plan, PlannedIncome, PlannedSpending
from tools.population.window import Shift, Window, working_day

_DAYS_A_MONTH = 365.25 / 12
_INVOICE_TERM_DAYS = 30
_WEEKDAY = np.array([0.92, 0.9, 0.93, 0.98, 1.1, 1.2, 0.97])
_FRIDAY = 4
#: Times of day, in minutes: credits before debits before the shops open, so that pay day pays the bills of its day.
_CHARGED_AT, _PAID_AT, _DEBITED_AT, _FETCHED_AT, _SAVED_AT, _SWEPT_AT = 1, 15, 95, 80, 400, 410


@dataclass(frozen=True)
class Intent:
    """What every stream of one customer needs to write its rows."""

    plan: Plan
    window: Window
    dice: Dice
    draft: Draft
    influence: Influence
    months: Ints
    ongoing: bool = False


def intended(plan: Plan, window: Window, dice: Dice, ongoing: bool = False) -> Draft:
    """Every intended movement of `plan` in `window`; `ongoing` where an earlier window's movements reach into this one."""
    days = np.arange(window.days)
    months = ((window.first.month - 1) + _month_index(window, days)) % 12
    intent = Intent(plan, window, dice, Draft(), Influence(plan.events, window), months, ongoing)
    intent.draft.add(Rule.CHARGE, window.due_days(1, "none"), _CHARGED_AT, 0, 0)
    for stream in plan.income:
        _add_income(intent, stream)
    _add_bills(intent)
    _add_loans(intent)
    _add_transfers(intent)
    for habit in plan.spending:
        _add_spending(intent, habit)
    intent.influence.add_events(dice, intent.draft)
    return intent.draft


def _month_index(window: Window, days: Ints) -> Ints:
    """How many calendar months after the window's first month each day lies."""
    starts = [window.number(window.first.replace(year=year, month=month, day=1)) for year, month in window.calendar_months()]
    return np.searchsorted(np.asarray(starts), days, side="right") - 1


def _add_income(intent: Intent, stream: PlannedIncome) -> None:
    {"monthly": _monthly, "weekly": _weekly, "invoices": _invoices, "pass_through": _pass_through}[stream.kind](intent, stream)


def _paid(intent: Intent, stream: PlannedIncome, days: Ints, mean_minor: float) -> Ints:
    """Amounts of payments due on `days`: varied, in season, and as events have them."""
    noise = intent.dice.rng.standard_normal(len(days)) * stream.variation - stream.variation**2 / 2
    inside = np.clip(days, 0, intent.window.days - 1)
    season = np.asarray(stream.season)[intent.months[inside]]
    amounts = mean_minor * np.exp(noise) * season * intent.influence.income(stream.category)[inside]
    return np.rint(amounts).astype(np.int64)


def _credit(intent: Intent, stream: PlannedIncome, days: Ints, minutes: int | Ints, amounts: Ints, what: str) -> None:
    """Book the payments above zero, from a payer each."""
    operation = "salary" if stream.category == "salary" else "transfer_in"
    numbers = [intent.draft.text(Text(f"{what}{payer}", payer, stream.category, operation)) for payer in stream.payers]
    chosen = np.asarray(numbers)[intent.dice.rng.integers(len(numbers), size=len(days))]
    kept = amounts > 0
    moment = minutes if isinstance(minutes, int) else minutes[kept]
    intent.draft.add(Rule.BOOK, days[kept], moment, amounts[kept], chosen[kept])


def _monthly(intent: Intent, stream: PlannedIncome) -> None:
    days = np.asarray(intent.window.due_days(stream.pay_day, "earlier" if stream.pay_day > 2 else "later"), dtype=np.int64)
    amounts = _paid(intent, stream, days, stream.monthly_minor)
    if stream.category == "salary":
        days = intent.influence.delayed(days, "late_salary")
    _credit(intent, stream, days, _PAID_AT, amounts, "SALARY " if stream.category == "salary" else "BANK CREDIT ")


def _weekly(intent: Intent, stream: PlannedIncome) -> None:
    offset = (_FRIDAY - intent.window.first.weekday()) % 7
    days = np.arange(offset, intent.window.days, 7)
    _credit(intent, stream, days, _PAID_AT, _paid(intent, stream, days, stream.monthly_minor * 12 / (365.25 / 7)), "FASTER PAYMENT ")


def _invoices(intent: Intent, stream: PlannedIncome) -> None:
    """Invoices issued at random, paid after their term and some more days; those issued before the window pay into it."""
    lead = 0 if intent.ongoing else 2 * _INVOICE_TERM_DAYS
    length = intent.window.days + lead
    count = int(intent.dice.rng.poisson(stream.per_month * length / _DAYS_A_MONTH))
    issued = intent.dice.rng.integers(-lead, intent.window.days, size=count)
    amounts = _paid(intent, stream, issued, stream.monthly_minor / stream.per_month)
    late = np.rint(intent.dice.rng.exponential(stream.late_days, size=count)).astype(np.int64) if stream.late_days else 0
    days = intent.influence.delayed(issued, "late_invoices") + _INVOICE_TERM_DAYS + late
    days = days + np.where((days + intent.window.first.weekday()) % 7 > _FRIDAY, 2, 0)
    _credit(intent, stream, days, intent.dice.rng.integers(540, 1020, size=count), amounts, "BANK CREDIT INVOICE ")


def _pass_through(intent: Intent, stream: PlannedIncome) -> None:
    """Money that comes from strangers and leaves again within hours, nine tenths of it, by transfer or cash."""
    rng = intent.dice.rng
    count = int(rng.poisson(stream.per_month * intent.window.days / _DAYS_A_MONTH))
    days = rng.integers(0, intent.window.days, size=count)
    minutes = rng.integers(540, 1080, size=count)
    amounts = _paid(intent, stream, days, stream.monthly_minor / stream.per_month)
    _credit(intent, stream, days, minutes, amounts, "FASTER PAYMENT ")
    onward = [
        intent.draft.text(Text("TO A R TRADING", "A R TRADING", "transfer_out", "transfer_out")),
        intent.draft.text(Text(f"CASH WITHDRAWAL LINK {intent.plan.city}", "Cash machine", "cash", "cash_out")),
    ]
    step = 10 * intent.dice.unit
    out = (amounts * 0.9 / step).astype(np.int64) * step
    kept = out > 0
    texts = np.asarray(onward)[rng.integers(2, size=count)]
    intent.draft.add(Rule.SPEND, days[kept], minutes[kept] + rng.integers(20, 300, size=count)[kept], -out[kept], texts[kept])


def _add_bills(intent: Intent) -> None:
    for bill in intent.plan.bills:
        shift: Shift = "none" if bill.operation == "card" else "later"
        days = np.asarray(intent.window.due_days(bill.day, shift, bill.months), dtype=np.int64)
        lead = {"direct_debit": "DIRECT DEBIT ", "standing_order": "STANDING ORDER "}.get(bill.operation, "")
        text = intent.draft.text(Text(f"{lead}{bill.payee}", bill.payee, bill.category, bill.operation))
        returned = intent.influence.missed(bill.category)[days] if len(days) else np.zeros(0, dtype=np.bool_)
        rule = Rule.SPEND if bill.operation == "card" else Rule.BILL
        intent.draft.add(rule, days[~returned], _DEBITED_AT, -bill.amount_minor, text)
        intent.draft.add(Rule.RETURNED, days[returned], _DEBITED_AT, -bill.amount_minor, text)


def _add_loans(intent: Intent) -> None:
    for place, loan in enumerate(intent.plan.loans):
        category = "mortgage" if loan.holding == "mortgage" else "loan_repayment"
        name = loan.name.upper()
        paid_out = intent.window.number(loan.starts_on)
        if 0 <= paid_out < intent.window.days:
            text = intent.draft.text(Text(f"{name} PAID OUT", loan.name, "transfer_in", "transfer_in"))
            intent.draft.add(Rule.PAY_OUT, [paid_out], 600, loan.principal_minor, text, place)
        due = np.asarray(intent.window.due_days(loan.due_day, "later"), dtype=np.int64)
        days = due[(due > paid_out + 20) & (due <= intent.window.number(working_day(loan.matures_on, "later")))]
        text = intent.draft.text(Text(f"DIRECT DEBIT {name} REPAYMENT", loan.name, category, "direct_debit"))
        missed = intent.influence.missed(category)[days] if len(days) else np.zeros(0, dtype=np.bool_)
        intent.draft.add(Rule.LOAN, days[~missed], _DEBITED_AT, 0, text, place)
        intent.draft.add(Rule.RETURNED, days[missed], _DEBITED_AT, -loan.instalment_minor, text, place)


def _add_transfers(intent: Intent) -> None:
    """Savings after pay day, sweeps, fetching back twice a week, and the card's monthly bill."""
    saving, card = intent.plan.saving, intent.plan.card
    if saving is not None:
        pay = next((stream.pay_day for stream in intent.plan.income if stream.kind == "monthly"), 1)
        days = [day + saving.day for day in intent.window.due_days(pay, "earlier")]
        if saving.monthly_minor:
            intent.draft.add(Rule.SAVE, days, _SAVED_AT, saving.monthly_minor, 0)
        if saving.sweep_above_minor is not None:
            intent.draft.add(Rule.SWEEP, days, _SWEPT_AT, saving.sweep_above_minor, 0)
        intent.draft.add(Rule.FETCH, np.arange(0, intent.window.days, 3), _FETCHED_AT, saving.fetch_below_minor, 0)
    if card is not None:
        intent.draft.add(Rule.CARD_BILL, intent.window.due_days(card.day, "later"), _DEBITED_AT, 0, 0)


def _add_spending(intent: Intent, habit: PlannedSpending) -> None:
    """A habit's purchases: how many each day is Poisson, prices are lognormal, shops by weight."""
    window, rng = intent.window, intent.dice.rng
    weekday = _WEEKDAY[(np.arange(window.days) + window.first.weekday()) % 7]
    rate = habit.per_month / _DAYS_A_MONTH * weekday * np.asarray(habit.season)[intent.months] * intent.influence.spending(habit.category)
    days = np.repeat(np.arange(window.days), rng.poisson(rate))
    shops = habit.shops.merchants
    weights = np.asarray([shop.weight for shop in shops])
    chosen = rng.choice(len(shops), size=len(days), p=weights / weights.sum())
    prices = np.asarray([shop.price for shop in shops])[chosen]
    amounts = _prices(habit.median_minor * prices * np.exp(habit.spread * rng.standard_normal(len(days))), habit, intent.dice)
    texts = np.asarray([intent.draft.text(_shop_text(intent, habit, place)) for place in range(len(shops))])[chosen]
    low, high = habit.shops.hours
    minutes = np.minimum(low * 60 + rng.beta(2, 2, size=len(days)) * (high - low) * 60, 1439).astype(np.int64)
    on_card = rng.random(len(days)) < _card_share(intent.plan, habit)
    for rule, which in ((Rule.SPEND, ~on_card), (Rule.CARD_SPEND, on_card)):
        intent.draft.add(rule, days[which], minutes[which], -amounts[which], texts[which])


def _card_share(plan: Plan, habit: PlannedSpending) -> float:
    return plan.card.share if plan.card is not None and habit.shops.operation == "card" else 0.0


def _shop_text(intent: Intent, habit: PlannedSpending, place: int) -> Text:
    shop = habit.shops.merchants[place]
    branch = f"{1000 + (int(intent.plan.number) * 37 + place * 211) % 8999}"
    return Text(shop.text.format(city=intent.plan.city, ref=branch), shop.name, habit.category, habit.shops.operation)


def _prices(amounts: NDArray[np.float64], habit: PlannedSpending, dice: Dice) -> Ints:
    """Whole minor units: round sums where a category has them, else a third of prices end in 99."""
    step = habit.shops.round_to
    if step is not None:
        return np.maximum(np.rint(amounts / (step * dice.unit)), 1).astype(np.int64) * step * dice.unit
    exact = np.maximum(np.rint(amounts), 1).astype(np.int64)
    priced = (dice.rng.random(len(exact)) < 0.33) & (exact > 3 * dice.unit)
    return np.where(priced, exact - exact % dice.unit + (dice.unit - 1), exact)
