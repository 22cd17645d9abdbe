"""Tools of the persona simulator: who somebody is to the bank, what was spent, what was booked, where the balance is heading."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from agent.context import Role
from agent.draft import DraftChart, DraftTable
from agent.finding import Finding, FindingBuilder, sentence_case
from agent.reply import Column
from agent.toolbox.fan_chart import booked, fan_chart, shown
from agent.toolbox.horizon import Horizon, bad_horizon
from agent.toolbox.spare_money import until_pay_day, until_run_out
from agent.toolbox.stated_month import stated_month
from agent.toolbox.subscription_list import subscription_list
from agent.toolbox.tool import Arguments, NoArguments, Tool
from tools.errors import UsageError
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.money import minor_units
from tools.ledger.search import Order, TransactionFilter
from tools.ledger.search import find_transactions as search_history
from tools.twin.forecast.forecast import BalanceForecast
from tools.twin.forecast.forecast import balance_forecast as forecast
from tools.twin.goal.goal import Plan
from tools.twin.outlook.outlook import Outlook
from tools.twin.persona.spending import spending_breakdown as breakdown
from tools.twin.twin import Twin

_BOTH: frozenset[Role] = frozenset({"customer", "rm"})
_SEEN_AS_NORMAL = 0.10


class SpendingArguments(Arguments):
    """What to look at."""

    what: Literal["categories", "subscriptions"] = Field(default="categories", description="Spending by category, or the subscriptions.")
    months: int = Field(default=3, ge=1, le=24, description="How many whole months to average over.")
    category: str | None = Field(default=None, description=f"One of: {', '.join(CATEGORIES)}.")


class SearchArguments(Arguments):
    """What to look for; everything given must hold. Amounts are decimal numbers in the account's currency."""

    text: str | None = Field(default=None, max_length=80, description="Words in the description or the name of the other side.")
    category: str | None = Field(default=None, description=f"One of: {', '.join(CATEGORIES)}.")
    min_amount: Decimal | None = Field(default=None, ge=0)
    max_amount: Decimal | None = Field(default=None, ge=0)
    direction: Literal["in", "out"] | None = None
    from_date: date | None = None
    to_date: date | None = None
    sort: Order = "newest"
    limit: int = Field(default=10, ge=1, le=50)


class ForecastArguments(Arguments):
    """How far to look: some months, until the next pay day (what is safe to spend), or until the money runs out without income."""

    until: Literal["pay_day", "run_out"] | None = Field(
        default=None, description="pay_day: what can be spent until pay day. run_out: how long the money lasts without income."
    )
    horizon_months: Horizon = 6


def profile_view(_: NoArguments, history: History, features: Features, plan: Plan, made: FindingBuilder) -> Finding:
    """The profile and the main figures of a customer."""
    profile, customer = history.profile, history.customer
    made.text("name", customer.name, "profile")
    made.fact("segment", "segment", customer.segment, "label")
    made.fact("joined_on", "customer since", customer.joined_on.isoformat(), "date")
    made.money("balance", "balance of the current accounts", features.balance_minor)
    made.money("savings", "savings", features.savings_minor)
    made.money("income", "income a month", features.income_monthly_minor, period="month", digits=0)
    made.money("spending", "spending a month", features.spending_monthly_minor, period="month", digits=0)
    made.fact("accounts", "accounts", len(history.accounts), "count")
    if profile.risk_tolerance:
        made.fact("risk_tolerance", "risk tolerance", profile.risk_tolerance, "label")
    made.fact("consent", "consent to personal suggestions", profile.consent_personalization, "label")
    rows = [("Balance", made.slot("balance")), ("Savings", made.slot("savings"))]
    rows += [("Income a month", made.slot("income")), ("Spending a month", made.slot("spending"))]
    for number, holding in enumerate(history.holdings[:8]):
        rows.append((sentence_case(holding.kind.replace("_", " ")), made.text(f"holding_{number}", holding.name, "holding")))
    for number, goal in enumerate(profile.goals[:4]):
        rows.append(("Goal", made.text(f"goal_{number}", goal, "profile")))
    for number, goal in enumerate(plan.goals[:4]):
        purpose = f" for {made.text(f'saving_{number}', goal.purpose, 'goal')}" if goal.purpose else ""
        rows.append(("Saving towards", made.money(f"goal_{number}", "amount of a goal", goal.amount_minor) + purpose))
    rows += _contract_rows(history, made)
    columns = (Column(key="what", label="What"), Column(key="value", label="Now", align="right"))
    made.parts.append(DraftTable(title="Profile", columns=columns, rows=tuple(rows)))
    made.labels.update(has_risk_tolerance=profile.risk_tolerance is not None, has_goals=bool(profile.goals or plan.goals))
    return made.build("ok")


def _contract_rows(history: History, made: FindingBuilder) -> list[tuple[str, str]]:
    """What is owed or deposited under contract, and the dates people plan by."""
    rows: list[tuple[str, str]] = []
    for number, contract in enumerate(contract for contract in history.contracts if contract.kind != "standing_order"):
        kind = contract.kind.replace("_", " ")
        if contract.outstanding_minor:
            rows.append(
                (
                    f"{sentence_case(kind)}, outstanding",
                    made.money(f"owed_{number}", f"{kind} outstanding", contract.outstanding_minor, currency=contract.currency),
                )
            )
        if contract.fixed_until:
            rows.append(
                (
                    f"{sentence_case(kind)}, rate fixed until",
                    made.fact(f"fixed_{number}", f"{kind} rate fixed until", contract.fixed_until.isoformat(), "date"),
                )
            )
        if contract.matures_on:
            rows.append(
                (f"{sentence_case(kind)}, ends", made.fact(f"ends_{number}", f"{kind} ends", contract.matures_on.isoformat(), "date"))
            )
    return rows[:9]


def spending_breakdown(wanted: SpendingArguments, features: Features, history: History, made: FindingBuilder) -> Finding:
    """Spending by category over whole months, beside the months before; or the subscriptions with their yearly cost."""
    if wanted.what == "subscriptions":
        return subscription_list(history, features, made)
    found = breakdown(history, features, months=wanted.months)
    rows = [row for row in found.categories if wanted.category in {None, row.category}]
    made.fact("months", "whole months looked at", found.months, "months")
    made.money("total", "spending a month", found.monthly_minor, period="month", digits=0)
    made.labels.update(one_category=wanted.category is not None, one_month=found.months == 1)
    if not rows:
        return made.build("empty")
    cells: list[tuple[str, ...]] = []
    for number, row in enumerate(rows[:8]):
        label = CATEGORIES[row.category].label
        amount = made.money(f"spend_{number}", f"{label.lower()} a month", row.monthly_minor, period="month", digits=0)
        share = made.fact(f"share_{number}", f"{label.lower()} of all spending", row.share * 100, "percent", digits=0)
        before = "none"
        if row.previous_monthly_minor is not None:
            before = made.money(
                f"before_{number}", f"{label.lower()} a month, the months before", row.previous_monthly_minor, period="month", digits=0
            )
        cells.append((label, amount, share, before))
    top, previous = rows[0], rows[0].previous_monthly_minor
    made.labels.update(
        top_label=CATEGORIES[top.category].label.lower(),
        up=previous is not None and top.monthly_minor > previous * (1 + _SEEN_AS_NORMAL),
        down=previous is not None and top.monthly_minor < previous * (1 - _SEEN_AS_NORMAL),
        has_before=previous is not None,
    )
    columns = (
        Column(key="category", label="Category"),
        Column(key="month", label="A month", align="right"),
        Column(key="share", label="Share", align="right", rank=1),
        Column(key="before", label="Before", align="right", rank=2),
    )
    made.parts.append(DraftTable(title="Spending by category", columns=columns, rows=tuple(cells)))
    return made.build("ok")


def find_transactions(wanted: SearchArguments, history: History, made: FindingBuilder) -> Finding:
    """Bookings that fit, with their sums."""
    currency = made.currency or "GBP"
    found = search_history(
        history,
        TransactionFilter(
            text=wanted.text,
            category=wanted.category if wanted.category in CATEGORIES else None,
            min_minor=None if wanted.min_amount is None else minor_units(wanted.min_amount, currency),
            max_minor=None if wanted.max_amount is None else minor_units(wanted.max_amount, currency),
            direction=wanted.direction,
            from_date=wanted.from_date,
            to_date=wanted.to_date,
            sort=wanted.sort,
            limit=wanted.limit,
        ),
    )
    made.fact("searched", "bookings looked through", found.searched, "count")
    made.fact("matched", "bookings found", found.matched, "count")
    if not found.matched:
        return made.build("empty")
    total = next((row for row in found.totals if row.currency == currency), None)
    made.labels.update(
        has_out=bool(total and total.out_minor),
        has_in=bool(total and total.in_minor),
        more=found.matched > len(found.transactions),
        order=wanted.sort,
    )
    if total:
        made.money("out", "paid out", total.out_minor)
        made.money("in", "came in", total.in_minor)
    rows: list[tuple[str, ...]] = []
    for number, move in enumerate(found.transactions):
        day = made.fact(f"day_{number}", "booked on", move.booked_on.isoformat(), "date")
        amount = made.money(f"amount_{number}", "amount", move.amount_minor, currency=move.currency)
        words = made.text(f"words_{number}", move.counterparty or move.description or "none", "booking")
        rows.append((day, words, CATEGORIES[move.category].label if move.category in CATEGORIES else "Other", amount))
    columns = (
        Column(key="day", label="Booked"),
        Column(key="words", label="Who"),
        Column(key="category", label="Category", rank=2),
        Column(key="amount", label="Amount", align="right"),
    )
    made.parts.append(DraftTable(title="Bookings", columns=columns, rows=tuple(rows)))
    return made.build("ok")


def balance_forecast(
    wanted: ForecastArguments, history: History, twin: Twin | None, outlook: Outlook | None, features: Features, made: FindingBuilder
) -> Finding:
    """Where the balance of the current accounts is heading, as a range of simulated paths; or its two nearest ends.

    While there are too few bookings for any of them, a typical month on the stated income, said to be no forecast.
    """
    if twin is None:
        return stated_month(history, features, made)
    if wanted.until is not None:
        return until_pay_day(twin, outlook, made) if wanted.until == "pay_day" else until_run_out(twin, made)
    try:
        found = forecast(twin, wanted.horizon_months, outlook=outlook)
    except UsageError as error:
        return bad_horizon(error, made)
    last = found.months[-1]
    made.money("balance", "balance of the current accounts", found.start_minor)
    made.money("p50_end", "balance at the end, middle path", last.p50_minor, digits=0)
    made.money("p10_end", "balance at the end, low path", last.p10_minor, digits=0)
    made.money("p90_end", "balance at the end, high path", last.p90_minor, digits=0)
    made.fact("coverage", "paths between low and high", 0.8, "in_100")
    made.fact("ends_on", "end of the forecast", last.ends_on.isoformat(), "date")
    made.fact("horizon", "horizon", found.horizon_months, "months")
    made.fact("paths", "simulated paths", found.paths, "count")
    made.fact("below_zero", "paths with a month end below zero", found.below_zero, "in_100", formula="share of simulated paths")
    if found.first_month_at_risk:
        made.fact("at_risk_on", "first month end at risk", found.first_month_at_risk.isoformat(), "date")
    made.fact("learnt", "how far ahead past forecasts were looked at", found.calibrated_months, "months")
    fixed = [credit.fixed_until for credit in twin.credits if credit.fixed_until and credit.fixed_until <= last.ends_on]
    if fixed:
        made.fact("fixed_until", "a rate is fixed until", min(fixed).isoformat(), "date")
    low = min(found.months, key=lambda month: month.p50_minor)
    made.labels.update(
        flagged=bool(history.flags),
        at_risk=found.first_month_at_risk is not None,
        rising=last.p50_minor > found.start_minor,
        negative_now=found.start_minor < 0,
        short_history="short_history_uses_typical_customer" in found.assumptions,
        ends_below_zero=low.p50_minor < 0,
        beyond_learnt=0 < found.calibrated_months < found.horizon_months,
        fixed_rate_kept="fixed_rate_kept" in found.assumptions,
    )
    made.parts.append(_fan(found, features, made))
    return made.build("ok")


def _fan(found: BalanceForecast, features: Features, made: FindingBuilder) -> DraftChart:
    """Booked month ends, today, then the paths ahead."""
    sentence = (
        f"From {made.slot('balance')} now to {made.slot('p50_end')} on {made.slot('ends_on')} on the middle path; "
        f"between {made.slot('p10_end')} and {made.slot('p90_end')} in {made.slot('coverage')} paths."
    )
    past = [(month.month, month.balance_end_minor) for month in features.months]
    return fan_chart(
        made,
        "balance",
        "balance",
        [(month.ends_on, month) for month in shown(found.months)],
        title="Balance of the current accounts",
        sentence=sentence,
        before=[booked(made, "balance", "balance at month end", past)],
    )


TOOLS: tuple[Tool, ...] = (
    Tool(
        "profile_view",
        "persona_simulator",
        _BOTH,
        "read",
        NoArguments,
        "Profile, holdings, goals and main figures of the customer.",
        profile_view,
    ),
    Tool(
        "spending_breakdown",
        "persona_simulator",
        _BOTH,
        "read",
        SpendingArguments,
        "What is spent by category a month, and what subscriptions cost.",
        spending_breakdown,
    ),
    Tool(
        "find_transactions",
        "persona_simulator",
        _BOTH,
        "read",
        SearchArguments,
        "Find bookings by words, category, amount, date, direction.",
        find_transactions,
    ),
    Tool(
        "balance_forecast",
        "persona_simulator",
        _BOTH,
        "read",
        ForecastArguments,
        "Where the balance is heading, what is safe to spend until pay day, how long money lasts without income.",
        balance_forecast,
    ),
)
