"""What would happen: a scenario over one customer's twin, beside how things are."""

from pydantic import Field

from agent.context import Role, RunContext
from agent.draft import DraftChart, DraftProduct, DraftSeries, DraftTable
from agent.finding import Finding, FindingBuilder
from agent.reply import Column
from agent.toolbox.fan_chart import ahead, fan_chart, line, shown
from agent.toolbox.horizon import Horizon, bad_horizon
from agent.toolbox.product_terms import terms_of
from agent.toolbox.risk import no_credit
from agent.toolbox.scenario_answer import answer_labels
from agent.toolbox.scenario_chips import problem_labels, scenario_query
from agent.toolbox.tool import Arguments, Tool
from tools.errors import MoneyError, ScenarioError, UsageError
from tools.ledger.history import History
from tools.product import Product
from tools.stress.score import StressStatus
from tools.twin.outlook.outlook import Outlook
from tools.twin.scenario.scenario import Change, Scenario
from tools.twin.scenario.what_if import Side, WhatIf
from tools.twin.scenario.what_if import what_if as run_scenario
from tools.twin.twin import Twin

_BOTH: frozenset[Role] = frozenset({"customer", "rm"})
_BORROWS = {"new_loan"}


class WhatIfArguments(Arguments):
    """What would be different; everything that the person named belongs into one call."""

    changes: tuple[Change, ...] = Field(
        default=(), max_length=6, description="The changes, all at the same time. Only what was said: defaults are filled in and told."
    )
    horizon_months: Horizon = 12


def what_if(
    wanted: WhatIfArguments,
    history: History,
    twin: Twin,
    outlook: Outlook | None,
    status: StressStatus,
    context: RunContext,
    made: FindingBuilder,
) -> Finding:
    """A scenario beside the base: whether it holds, what it does each month, and how sure that is."""
    products = sold_products(context)
    difficulty = no_credit(history, status)
    if not wanted.changes:
        return made.build("nothing", no_credit=difficulty)
    if difficulty and any(_borrows(change, products) for change in wanted.changes):
        return made.build("help_first", no_credit=True)
    try:
        found = run_scenario(twin, Scenario(changes=wanted.changes), wanted.horizon_months, outlook=outlook, products=products)
    except UsageError as error:
        return refusal(error, made, no_credit=difficulty)
    made.parts.append(scenario_query(wanted.changes, context.said, made, frozenset(products)))
    _figures(found, made)
    made.labels.update(answer_labels(found))
    if found.direction != "same" or found.effect_end.middle_minor:
        made.parts += [_fan(found, own=context.principal.role == "customer", made=made), _table(found, made)]
    for number, change in enumerate(wanted.changes):
        if change.product:
            product = products[change.product]
            terms = terms_of(product, f"p_{number}", made)
            made.parts.append(DraftProduct(product_id=product.id, mode="information", suitable=None, terms=terms))
    return made.build("ok", no_credit=difficulty)


def sold_products(context: RunContext) -> dict[str, Product]:
    """What customers can have today, by id."""
    found = context.catalogue.valid_products(context.now().date(), context.principal.jurisdiction, "customer")
    return {product.id: product for product in found}


def refusal(error: UsageError, made: FindingBuilder, *, no_credit: bool = False) -> Finding:
    """A scenario that cannot be worked out, with what is possible.

    Raises:
        UsageError: `error`, when it is about something else.
    """
    if isinstance(error, ScenarioError | MoneyError):
        problem_labels(error, made)
        return made.build("bad_scenario", no_credit=no_credit)
    return bad_horizon(error, made, no_credit=no_credit)


def _borrows(change: Change, products: dict[str, Product]) -> bool:
    product = products.get(change.product or "")
    return change.kind in _BORROWS or (product is not None and product.product_class == "credit")


def _figures(found: WhatIf, made: FindingBuilder) -> None:
    last = found.months[-1]
    made.money("balance", "balance of the current accounts", found.start_minor)
    made.money("savings", "savings", found.savings_minor)
    made.fact("ends_on", "end of the time looked at", last.ends_on.isoformat(), "date")
    made.fact("horizon", "time looked at", found.horizon_months, "months")
    made.fact("coverage", "paths between low and high", 0.8, "in_100")
    made.fact("paths", "simulated paths", found.paths, "count")
    _side("now", "as things are", found.base, made)
    _side("then", "with the change", found.then, made)
    made.money("effect", "effect on a normal month", abs(found.monthly_effect_minor), period="month", digits=0)
    made.money("missing", "missing in a normal month", abs(found.then.left_over_minor), period="month", digits=0)
    for role, value in (
        ("low", found.effect_end.low_minor),
        ("middle", found.effect_end.middle_minor),
        ("high", found.effect_end.high_minor),
    ):
        made.money(f"effect_{role}", f"effect on the balance at the end, {role}", value, digits=0)
    made.money("effect_total", "effect on balance and savings at the end", abs(found.total_effect_end.middle_minor), digits=0)
    if found.loans:
        _loan(found, made)
    if found.due_day:
        made.money("moved", "due on the new day each month", found.due_day.moved_minor, digits=0)
        for role, day in (("now", found.due_day.before), ("then", found.due_day.after)):
            made.money(f"tight_{role}", "balance on the tightest day of the next month, middle path", day.balance_minor, digits=0)
            made.fact(f"tight_on_{role}", "tightest day of the next month", day.on.isoformat(), "date")
            made.fact(f"tight_below_{role}", "paths with a day below zero in the next month", day.below_zero, "in_100")


def _side(role: str, words: str, side: Side, made: FindingBuilder) -> None:
    made.money(f"left_{role}", f"left over in a normal month, {words}", side.left_over_minor, period="month", digits=0)
    made.money(f"instalments_{role}", f"repayments a month, {words}", side.instalments_minor, period="month", digits=0)
    made.money(f"end_{role}", f"balance at the end, middle path, {words}", side.end.p50_minor, digits=0)
    made.money(f"low_{role}", f"balance at the end, low path, {words}", side.end.p10_minor, digits=0)
    made.money(f"high_{role}", f"balance at the end, high path, {words}", side.end.p90_minor, digits=0)
    made.money(f"savings_{role}", f"savings at the end, middle path, {words}", side.savings_end_minor, digits=0)
    made.money(f"total_{role}", f"balance and savings at the end, middle path, {words}", side.total_end_minor, digits=0)
    made.money(f"lowest_{role}", f"lowest month end of the middle path, {words}", side.lowest_minor, digits=0)
    made.fact(f"lowest_on_{role}", f"day of the lowest month end, {words}", side.lowest_on.isoformat(), "date")
    made.fact(f"below_{role}", f"paths with a month end below zero, {words}", side.below_zero, "in_100", formula="share of simulated paths")
    made.fact(f"limit_{role}", f"paths beyond the agreed overdraft, {words}", side.below_limit, "in_100")
    made.fact(f"used_{role}", f"paths that use up balance and savings, {words}", side.used_up, "in_100")
    if side.first_month_at_risk:
        made.fact(f"risk_on_{role}", f"first month end at risk, {words}", side.first_month_at_risk.isoformat(), "date")
    if side.lasts_months is not None:
        made.fact(f"lasts_{role}", f"balance and savings last, {words}", side.lasts_months, "months")


def _loan(found: WhatIf, made: FindingBuilder) -> None:
    loan = found.loans[0]
    made.money("loan", "sum borrowed", loan.drawn_minor)
    made.money("instalment", "repayment a month", loan.instalment_minor, period="month", formula="annuity(amount, yearly rate, months)")
    made.money("interest", "interest over the whole term", loan.interest_minor, formula="all repayments less the sum borrowed")
    made.money("repaid", "all repayments", loan.total_minor)
    made.fact("rate", "yearly rate", loan.rate_bps / 100, "percent")
    made.fact("term", "term", loan.term_months, "months")


def _table(found: WhatIf, made: FindingBuilder) -> DraftTable:
    """Now, then and what lies between, line by line."""

    def money(label: str, role: str, before: int, after: int) -> tuple[str, ...]:
        difference = made.money(f"difference_{role}", f"{label.lower()}, difference", after - before, digits=0)
        return label, made.slot(f"{role}_now"), made.slot(f"{role}_then"), difference

    base, then = found.base, found.then
    rows = [money("Left over in a normal month", "left", base.left_over_minor, then.left_over_minor)]
    if base.instalments_minor or then.instalments_minor:
        rows.append(money("Repayments a month", "instalments", base.instalments_minor, then.instalments_minor))
    rows.append(money("Balance at the end", "end", base.end.p50_minor, then.end.p50_minor))
    if base.savings_end_minor or then.savings_end_minor:
        rows.append(money("Savings at the end", "savings", base.savings_end_minor, then.savings_end_minor))
    points = made.fact("difference_below", "chance of a month end below zero, difference", 100 * (then.below_zero - base.below_zero), "points", digits=0)  # fmt: skip
    rows.append(("Chance of a month end below zero", made.slot("below_now"), made.slot("below_then"), points))
    columns = (
        Column(key="what", label="What"),
        Column(key="now", label="Now", align="right"),
        Column(key="then", label="Then", align="right"),
        Column(key="difference", label="Difference", align="right", rank=1),
    )
    note = f"Middle of the simulated paths; the end is {made.slot('ends_on')}."
    return DraftTable(title="With and without", columns=columns, rows=tuple(rows), note=note)


def _fan(found: WhatIf, *, own: bool, made: FindingBuilder) -> DraftChart:
    """The paths of the scenario as a fan, how things are as the dashed line."""
    months = shown(found.months)
    sentence = (
        f"From {made.slot('balance')} now to {made.slot('end_then')} on {made.slot('ends_on')} on the middle path with the change, "
        f"and to {made.slot('end_now')} without it; {made.slot('coverage')} paths with the change end between "
        f"{made.slot('low_then')} and {made.slot('high_then')}."
    )
    before = line(made, "before", "balance, as things are", [month.base.p50_minor for month in months])
    alternative = DraftSeries(
        name="as you are now" if own else "as things are now",
        role="alternative",
        x=ahead(made, [month.ends_on for month in months]),
        facts=(made.identity("balance"), *before),
    )
    return fan_chart(
        made,
        "balance",
        "balance",
        [(month.ends_on, month.scenario) for month in months],
        title="Balance of the current accounts with the change",
        sentence=sentence,
        beside=[alternative],
    )


TOOLS: tuple[Tool, ...] = (
    Tool(
        "what_if",
        "persona_simulator",
        _BOTH,
        "read",
        WhatIfArguments,
        "What a change would do to the customer's money: rent, job, rates, a loan, saving, prices, a product; several at a time.",
        what_if,
    ),
)
