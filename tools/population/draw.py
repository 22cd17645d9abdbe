"""Drawing a plan from a lifestyle: this customer's income, bills, loans, habits and accounts."""

from dataclasses import dataclass
from datetime import timedelta

from tools.ledger.account import HoldingKind
from tools.ledger.money import exponent
from tools.population.chance import drawn_events
from tools.population.dice import Dice
from tools.population.event import Event
from tools.population.lifestyle import Habit, Income, Lifestyle
from tools.population.loan import TRACKER, loan_from, running_loan
from tools.population.locale import LocalePack
from tools.population.plan import CardHabit, Plan, PlannedAccount, PlannedBill, PlannedIncome, PlannedLoan, PlannedSpending, SavingHabit
from tools.population.window import Window, months_before

_MORTGAGE_BPS = (389, 429, 465, 512)
_LOAN_BPS = (690, 890, 1190, 1490)
_EVEN = (1.0,) * 12
#: How far spending may be scaled to make a plan add up; beyond it, the plan runs a surplus or a deficit.
_LOWEST_SCALE, _HIGHEST_SCALE = 0.3, 3.0
#: Most of the scaling goes into prices: people who earn twice as much do not shop twice as often.
_FEWEST_TIMES, _MOST_TIMES = 0.65, 0.95
_CARD_SHARE_OF_PURCHASES = 0.35


@dataclass(frozen=True)
class Drawing:
    """What every draw for one customer needs."""

    life: Lifestyle
    pack: LocalePack
    dice: Dice
    window: Window


def unit_of(currency: str) -> int:
    """Minor units in a major unit."""
    return 10 ** exponent(currency)


def draw_plan(
    life: Lifestyle, pack: LocalePack, dice: Dice, window: Window, number: str, joint: bool, events: tuple[Event, ...] = ()
) -> Plan:
    """The plan of one customer. `events` are told; others come by the lifestyle's chances.

    Spending is scaled so that, over a year, income covers commitments, saving and spending and leaves the drawn margin.
    """
    draw = Drawing(life, pack, dice, window)
    drawn = dice.one(pack.cities)[0]
    city = (life.city or drawn).upper()
    income = tuple(found for found in (_income(draw, stream) for stream in life.income) if found)
    earned = sum(stream.monthly_minor for stream in income if stream.kind != "pass_through")
    housing, mortgage = _housing(draw)
    bills = (*housing, *_bills(draw, city), *_subscriptions(draw))
    loans = (*mortgage, *_loans(draw, earned))
    saving, savings_opening = _saving(draw, earned)
    aside = saving.monthly_minor if saving else 0
    margin = dice.between(*life.margin) * earned
    fixed = sum(bill.amount_minor * (len(bill.months) or 12) // 12 for bill in bills) + sum(loan.instalment_minor for loan in loans)
    card = _card(draw)
    chances = drawn_events(life.chances, earned, dice, window)
    return Plan(
        number=number,
        currency=pack.currency,
        city=city,
        income=income,
        bills=bills,
        loans=loans,
        saving=saving,
        card=card,
        spending=_spending(draw, earned - fixed - aside - margin),
        events=(*events, *chances),
        accounts=_accounts(draw, number, joint, earned, savings_opening if saving else None, card is not None),
    )


def _income(draw: Drawing, stream: Income) -> PlannedIncome | None:
    if not draw.dice.yes(stream.share):
        return None
    named = (stream.payer,) if stream.payer else draw.pack.payers[stream.payers]
    payers = named if stream.kind in {"invoices", "pass_through"} else (draw.dice.one(named),)
    return PlannedIncome(
        kind=stream.kind,
        category=stream.category,
        payers=payers,
        monthly_minor=draw.dice.minor(stream.monthly),
        pay_day=draw.dice.one(stream.pay_days),
        variation=stream.variation,
        season=stream.season or _EVEN,
        per_month=stream.per_month,
        late_days=stream.late_days,
    )


def _housing(draw: Drawing) -> tuple[tuple[PlannedBill, ...], tuple[PlannedLoan, ...]]:
    """A rent, or a mortgage, or neither."""
    home, dice = draw.life.housing, draw.dice
    luck = dice.rng.random()
    if luck < home.rent_share:
        payee = home.rent_payer or dice.one(draw.pack.payers["landlords"])
        amount = dice.minor(home.rent)
        rounded = amount if home.rent.spread == 0 else round(amount / (5 * dice.unit)) * 5 * dice.unit
        day = home.rent_day or dice.one((1, 3, 5))
        return (PlannedBill(payee=payee, category="rent", amount_minor=rounded, day=day, operation="standing_order"),), ()
    if luck >= home.rent_share + home.mortgage_share:
        return (), ()
    rate = dice.one(_MORTGAGE_BPS) if home.rate_bps is None else home.rate_bps
    paid, left = int(dice.rng.integers(12, 120)), int(dice.rng.integers(180, 360))
    loan = running_loan("mortgage", draw.window.first, dice.minor(home.mortgage), rate, paid, left, home.due_day or dice.one((1, 4, 10)))
    ends = months_before(draw.window.last, -int(dice.rng.integers(2, 40)))
    # The same luck decides, so that no later draw moves: whose luck is last among those with a mortgage has no fix.
    variable = luck >= home.rent_share + home.mortgage_share * (1 - home.variable_share)
    changes: dict[str, object] = {"fixed_until": home.fixed_until or (None if variable else ends)}
    if variable and home.fixed_until is None:
        changes["name"] = TRACKER
    if home.instalment is not None:
        changes["instalment_minor"] = dice.exact(home.instalment)
    return (), (loan.model_copy(update=changes),)


def _bills(draw: Drawing, city: str) -> tuple[PlannedBill, ...]:
    """The lifestyle's direct debits; payees differ, so that each is paid once a month."""
    found: list[PlannedBill] = []
    for key in draw.life.bills:
        kind = draw.pack.bills[key]
        payee, day = draw.dice.one(kind.merchants).replace("{city}", city), draw.dice.one(kind.days)
        luck = float(draw.dice.rng.lognormal(0, kind.spread))
        fixed = draw.life.bill_amounts.get(key)
        amount = draw.dice.exact(fixed) if fixed is not None else round(float(kind.median) * luck * draw.dice.unit)
        found.append(
            PlannedBill(payee=payee, category=kind.category, amount_minor=amount, day=day, months=kind.months, operation=kind.operation)
        )
    return tuple(found)


def _subscriptions(draw: Drawing) -> tuple[PlannedBill, ...]:
    offers, dice = draw.pack.subscriptions, draw.dice
    low, high = draw.life.subscriptions
    if draw.life.subscription_names is not None:
        chosen = [offer for offer in offers if offer.name in draw.life.subscription_names]
    else:
        weights = [offer.weight for offer in offers]
        shares = [weight / sum(weights) for weight in weights]
        count = int(dice.rng.integers(low, high + 1))
        chosen = [offers[int(index)] for index in dice.rng.choice(len(offers), size=count, replace=False, p=shares)]
    return tuple(
        PlannedBill(
            payee=offer.name,
            category="subscriptions",
            amount_minor=dice.exact(offer.price),
            day=int(dice.rng.integers(1, 27)),
            operation="card",
        )
        for offer in chosen
    )


def _loans(draw: Drawing, earned: int) -> tuple[PlannedLoan, ...]:
    """Loans that run when the window begins."""
    credit, dice, today = draw.life.credit, draw.dice, draw.window.first
    wanted: list[tuple[HoldingKind, float, float]] = [("loan", credit.loan_share, 2.2), ("car_loan", credit.car_loan_share, 3.0)]
    found: list[PlannedLoan] = []
    for holding, share, months_of_income in wanted:
        if dice.yes(share):
            owed = max(dice.unit * 500, round(earned * months_of_income * dice.between(0.4, 1.2)))
            paid, left = int(dice.rng.integers(3, 30)), int(dice.rng.integers(14, 48))
            found.append(running_loan(holding, today, owed, dice.one(_LOAN_BPS), paid, left, dice.one((2, 9, 16))))
    return tuple(found)


def _saving(draw: Drawing, earned: int) -> tuple[SavingHabit | None, int]:
    """The saving habit and what the savings account holds at the start."""
    habit, dice = draw.life.saving, draw.dice
    saves, share, months = dice.yes(habit.share), dice.between(*habit.of_income), habit.opening_months * dice.between(0.4, 1.6)
    if not saves:
        return None, 0
    step = 5 * dice.unit
    monthly = dice.exact(habit.monthly) if habit.monthly is not None else max(step, round(earned * share / step) * step)
    opening = dice.exact(habit.opening) if habit.opening is not None else round(earned * months)
    sweep = round(earned * dice.between(1.3, 2.2)) if habit.sweep else None
    return SavingHabit(
        monthly_minor=monthly, day=int(dice.rng.integers(1, 5)), sweep_above_minor=sweep, fetch_below_minor=round(earned * 0.05)
    ), opening


def _card(draw: Drawing) -> CardHabit | None:
    credit, dice = draw.life.credit, draw.dice
    has, revolves, day = dice.yes(credit.card_share), dice.yes(credit.revolver_share), dice.one((6, 11, 18))
    return CardHabit(share=_CARD_SHARE_OF_PURCHASES, pays="minimum" if revolves else "full", day=day) if has else None


def _spending(draw: Drawing, affordable_minor: float) -> tuple[PlannedSpending, ...]:
    """The lifestyle's habits, scaled so that a month costs `affordable_minor` on average."""
    habits = [(category, habit) for category, habit in draw.life.spending.items() if draw.dice.yes(habit.share)]
    tilts = draw.dice.rng.lognormal(0, 0.18, size=len(habits))
    expected = sum(_monthly(draw, category, habit) * tilt for (category, habit), tilt in zip(habits, tilts, strict=True))
    scale = min(max(affordable_minor / expected, _LOWEST_SCALE), _HIGHEST_SCALE) if expected else 1.0
    times = min(max(scale**0.3, _FEWEST_TIMES), _MOST_TIMES)
    return tuple(
        PlannedSpending(
            category=category,
            per_month=habit.per_month * times,
            spread=habit.spread,
            season=_season(draw, category, habit),
            median_minor=max(1, round(float(habit.median) * draw.dice.unit * float(tilt) * scale / times)),
            shops=draw.pack.shops[category],
        )
        for (category, habit), tilt in zip(habits, tilts, strict=True)
    )


def _season(draw: Drawing, category: str, habit: Habit) -> tuple[float, ...]:
    return tuple(habit.season) or tuple(draw.pack.season.get(category, _EVEN))


def _monthly(draw: Drawing, category: str, habit: Habit) -> float:
    """Expected cost of a habit in a month, in minor units: times x mean price x mean season."""
    shops = draw.pack.shops[category].merchants
    price = sum(shop.weight * shop.price for shop in shops) / sum(shop.weight for shop in shops)
    mean = float(habit.median) * draw.dice.unit * 2.718281828 ** (habit.spread**2 / 2)
    return habit.per_month * mean * price * sum(_season(draw, category, habit)) / 12


def _accounts(draw: Drawing, number: str, joint: bool, earned: int, savings: int | None, card: bool) -> tuple[PlannedAccount, ...]:
    life, dice, names = draw.life, draw.dice, draw.pack.account_names
    has_overdraft, months = dice.yes(life.credit.overdraft_share), life.opening_months * dice.between(0.5, 1.5)
    overdraft = dice.exact(dice.one(life.credit.overdraft)) if has_overdraft and life.credit.overdraft else 0
    opening = dice.exact(life.opening) if life.opening is not None else round(earned * months)
    kind = "business" if life.kind == "business" else "current"
    name = names["joint"] if joint and kind == "current" else names[kind]
    found = [PlannedAccount(role="main", kind=kind, name=name, external_id=f"4{number}001", opening_minor=opening, limit_minor=overdraft)]
    if savings is not None:
        found.append(
            PlannedAccount(role="savings", kind="savings", name=names["savings"], external_id=f"4{number}002", opening_minor=savings)
        )
    if card:
        limit = max(5, round(earned * 1.2 / (100 * dice.unit))) * 100 * dice.unit
        found.append(
            PlannedAccount(role="card", kind="card", name=names["card"], external_id=f"4{number}003", opening_minor=0, limit_minor=limit)
        )
    return tuple(found)


def with_new_loans(plan: Plan, unit: int) -> Plan:
    """The plan with the loans that its events take out."""
    new = [
        loan_from(event.holding, event.on, int(event.amount * unit), event.rate_bps, event.term_months, min(event.on.day, 26))
        for event in plan.events
        if event.kind == "new_loan"
    ]
    return plan.model_copy(update={"loans": (*plan.loans, *new)})


def opened_before(dice: Dice) -> timedelta:
    """How long before the window a customer joined."""
    return timedelta(days=int(dice.rng.integers(120, 5200)))
