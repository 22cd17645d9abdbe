"""The goal tool of the persona simulator: whether and when a sum is there, what would help, and a proposal to save it in the plan."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from pydantic import Field

from agent.context import Role, RunContext
from agent.draft import DraftChart, DraftProposal, DraftSeries, DraftTable
from agent.finding import Finding, FindingBuilder
from agent.record import ProposedChange
from agent.reply import Column
from agent.toolbox.fan_chart import BOOKED_MONTHS, ahead, booked, fan_chart
from agent.toolbox.stated import source_of
from agent.toolbox.tool import Arguments, Tool
from tools.errors import MoneyError
from tools.ledger.category import CATEGORIES
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.money import decimal_amount, minor_units
from tools.twin.forecast.forecast import month_after
from tools.twin.goal.goal import MOST_GOALS, Goal, Plan, ProposedGoal, purpose_key, replaced
from tools.twin.goal.goal_outlook import GoalOutlook, Lever, goal_levers, goal_outlook
from tools.twin.goal.past_money import past_money
from tools.twin.outlook.outlook import Outlook
from tools.twin.simulate.schedule import LONGEST_MONTHS
from tools.twin.twin import Twin

_BOTH: frozenset[Role] = frozenset({"customer", "rm"})
#: How long a proposal waits for its person; the accounts move on, and so does what was said of the goal.
_OPEN_DAYS = 14
_VERB = "Save the goal"
#: What a lever is called in the table of what would help.
LEVER_WORDS = {"save_more": "Put more aside each month", "spend_less": "Spend less each month on", "more_time": "Give it more time"}


class GoalArguments(Arguments):
    """What somebody wants to have. A goal with the same purpose is changed."""

    amount: Decimal | None = Field(default=None, gt=0, description="The sum that is wanted, in the account's currency.")
    by: date | None = Field(default=None, description="The day by which it is wanted, only if one was said.")
    purpose: str | None = Field(
        default=None, min_length=1, max_length=120, description="What it is for, in exactly the person's own words."
    )
    earmarked: Decimal | None = Field(default=None, ge=0, description="What is already put aside for it alone.")


def set_goal(
    wanted: GoalArguments,
    history: History,
    features: Features,
    twin: Twin,
    outlook: Outlook | None,
    plan: Plan,
    context: RunContext,
    made: FindingBuilder,
) -> Finding:
    """Whether and when a goal is reached, what would help, and a proposal to save it. Saves nothing itself."""
    purpose = _own_words(wanted.purpose, plan, context)
    known = plan.for_purpose(purpose)
    if wanted.by is not None and (outcome := _bad_day(wanted.by, history.as_of, made)):
        return made.build(outcome)
    if wanted.amount is None and known is None:
        return made.build("ask")
    if known is None and len(plan.goals) >= MOST_GOALS:
        made.fact("goals", "goals in the plan", len(plan.goals), "count")
        return made.build("full")
    try:
        goal = _goal(wanted, purpose, known, history.as_of, plan.currency, context.run_id)
    except MoneyError:
        return made.build("bad_amount")
    found = goal_outlook(twin, replaced(plan, goal, history.as_of), goal.id, outlook)
    _tell(found, wanted, context, made)
    _tell_plan(plan, goal, known, made)
    made.parts.append(_fan(found, past_money(history, features, BOOKED_MONTHS), made))
    levers = goal_levers(twin, replaced(plan, goal, history.as_of), goal.id, outlook)
    if levers:
        made.parts.append(_levers(levers, dated=goal.by is not None, made=made))
    made.labels["helped"] = bool(levers)
    made.labels["unchanged"] = known is not None and _same(known, goal)
    if not made.labels["unchanged"]:
        _propose(
            ProposedGoal(**goal.model_dump(), currency=plan.currency, replaces=known and known.id, plan_version=plan.version), context, made
        )
    return made.build("ok")


def _own_words(purpose: str | None, plan: Plan, context: RunContext) -> str | None:
    """The purpose where it stands in the person's words or in their plan; a planner's own words become nobody's goal."""
    if purpose is None:
        return None
    words = " ".join(purpose.split())
    if plan.for_purpose(words) is not None and purpose_key(words):
        return words
    said = (" ".join(text.casefold().split()) for text in (context.said, *context.earlier))
    return words if any(words.casefold() in text for text in said) else None


def _bad_day(by: date, as_of: date, made: FindingBuilder) -> str | None:
    made.fact("by", "wanted by", by.isoformat(), "date", source="you said")
    if by <= as_of:
        return "past_day"
    made.fact("longest", "how far ahead this can look", LONGEST_MONTHS // 12, "years")
    return "too_far" if by > month_after(as_of, LONGEST_MONTHS) else None


def _goal(wanted: GoalArguments, purpose: str | None, known: Goal | None, as_of: date, currency: str, run_id: str) -> Goal:
    """The goal as it would be saved: what was not said stays as it was."""

    def minor(amount: Decimal | None, before: int) -> int:
        return before if amount is None else minor_units(amount, currency)

    fresh = f"goal.{hashlib.sha256(f'{run_id}:{purpose_key(purpose)}'.encode()).hexdigest()[:12]}"
    return Goal(
        id=known.id if known else fresh,
        purpose=purpose or (known.purpose if known else None),
        amount_minor=minor(wanted.amount, known.amount_minor if known else 0),
        by=wanted.by or (known.by if known else None),
        earmarked_minor=minor(wanted.earmarked, known.earmarked_minor if known else 0),
        made_on=as_of,
    )


def _same(known: Goal, goal: Goal) -> bool:
    return (known.amount_minor, known.by, known.earmarked_minor) == (goal.amount_minor, goal.by, goal.earmarked_minor)


def _tell(found: GoalOutlook, wanted: GoalArguments, context: RunContext, made: FindingBuilder) -> None:
    """The figures of the outlook."""
    goal = found.goal
    said = source_of(decimal_amount(goal.amount_minor, found.currency), context.said) if wanted.amount is not None else made.tool
    made.money("amount", "amount of the goal", goal.amount_minor, source=said)
    if goal.purpose:
        made.text("purpose", goal.purpose, "goal")
    if goal.by:
        made.fact("by", "wanted by", goal.by.isoformat(), "date", source="you said" if wanted.by else made.tool)
    made.money("kept_back", "kept back for a month of bills", found.kept_back_minor, digits=0)
    made.money("reserved", "kept for other goals", found.reserved_minor, digits=0)
    formula = "savings and current accounts less what is kept back and what other goals take"
    made.money("available", "counts towards it now", found.available_minor, digits=0, formula=formula, inputs=("kept_back", "reserved"))
    made.money("short", "missing before anything counts", max(-found.available_minor, 0), digits=0)
    if found.probability is not None:
        made.fact("probability", "paths that have it in time", found.probability, "in_100", formula="share of simulated paths")
    for role, label, day in (
        ("likely_on", "when a middle path has it", found.likely_on),
        ("from", "when the fastest paths have it", found.likely_from),
        ("to", "when all but the slowest paths have it", found.likely_to),
    ):
        if day is not None:
            made.fact(role, label, day.isoformat()[:7], "month")
    made.money("spare", "left over a month, middle path", found.spare_minor, period="month", digits=0)
    made.money(
        "shrink", "by how much savings and balance shrink a month, middle path", max(-found.spare_minor, 0), period="month", digits=0
    )
    if found.needed_minor is not None:
        made.money("needed", "needed a month until then", found.needed_minor, period="month", digits=0, formula="what is missing, divided by the months left")  # fmt: skip
    if found.more_minor:
        made.money("more", "more a month that makes it likely", found.more_minor, period="month", digits=0)
    made.fact("coverage", "paths between the fastest and the slowest", 0.8, "in_100")
    made.fact("longest", "how far ahead this looks", LONGEST_MONTHS // 12, "years")
    made.fact("paths", "simulated paths", found.paths, "count")
    made.labels.update(
        status=found.status,
        dated=goal.by is not None,
        named=goal.purpose is not None,
        reserves=found.reserved_minor > 0,
        short=found.available_minor < 0,
        shrinking=found.spare_minor < 0,
        gets_there=found.likely_on is not None,
        bounded=found.likely_to is not None,
        needs_more=bool(found.more_minor),
    )


def _tell_plan(plan: Plan, goal: Goal, known: Goal | None, made: FindingBuilder) -> None:
    """What the plan holds beside it, and what it would replace."""
    others = [one for one in plan.goals if one.id != goal.id]
    made.labels.update(replaces=known is not None, others=bool(others), old_dated=known is not None and known.by is not None)
    if known is not None:
        made.money("old_amount", "amount of the goal so far", known.amount_minor)
        if known.by is not None:
            made.fact("old_by", "wanted by so far", known.by.isoformat(), "date")
    if others:
        made.fact("others", "other goals in the plan", len(others), "count")
        made.labels["one_other"] = len(others) == 1
        made.parts.append(DraftTable(title="Other goals in the plan", columns=_GOAL_COLUMNS, rows=tuple(goal_rows(others, made))))


_GOAL_COLUMNS = (
    Column(key="purpose", label="Goal"),
    Column(key="amount", label="Amount", align="right"),
    Column(key="by", label="By", align="right", rank=1),
)


def goal_rows(goals: list[Goal], made: FindingBuilder) -> list[tuple[str, str, str]]:
    """Purpose, amount and day of each goal as cells."""
    rows: list[tuple[str, str, str]] = []
    for number, goal in enumerate(goals):
        purpose = made.text(f"purpose_{number}", goal.purpose, "goal") if goal.purpose else "no name"
        amount = made.money(f"goal_{number}", "amount of a goal", goal.amount_minor)
        by = made.fact(f"by_{number}", "wanted by", goal.by.isoformat(), "date") if goal.by else "no day"
        rows.append((purpose, amount, by))
    return rows


def _fan(found: GoalOutlook, past: Sequence[tuple[str, int]], made: FindingBuilder) -> DraftChart:
    """What counts towards the goal over time, with the goal as a line; before today, what was there less what is left out of it now."""
    left_out = found.kept_back_minor + found.reserved_minor
    days = [point.ends_on for point in found.points]
    x, last = ahead(made, days), len(days) - 1
    ends_on = made.fact("ends_on", "end of what is shown", days[last].isoformat(), "date")
    label = "savings and balance at month end, less what is left out of it now"
    before = booked(made, "available", label, [(month, amount - left_out) for month, amount in past]) if past else None
    return fan_chart(
        made,
        "available",
        "counts towards it",
        [(point.ends_on, point) for point in found.points],
        title="Savings and balance towards the goal",
        sentence=(
            f"From {made.slot('available')} now to {made.slot(f'middle_{last}')} on {ends_on} on the middle path, "
            f"between {made.slot(f'low80_{last}')} and {made.slot(f'high80_{last}')} in {made.slot('coverage')} paths; the goal is {made.slot('amount')}."
        ),
        before=[before] if before else [],
        beside=[DraftSeries(name="goal", role="target", x=x, facts=(made.identity("amount"),) * len(x))],
    )


def _levers(levers: tuple[Lever, ...], *, dated: bool, made: FindingBuilder) -> DraftTable:
    """What would help, each with its effect on the same simulated chance."""
    rows: list[tuple[str, ...]] = []
    for number, lever in enumerate(levers):
        words = LEVER_WORDS[lever.kind] + (f" {CATEGORIES[lever.category].label.lower()}" if lever.category else "")
        if lever.months is not None:
            size = made.fact(f"lever_{number}", "more time", lever.months, "months")
        else:
            size = made.money(f"lever_{number}", "change a month", lever.amount_minor or 0, period="month")
        chance = "none"
        if lever.probability is not None:
            chance = made.fact(f"chance_{number}", "paths that have it in time then", lever.probability, "in_100")
        when = f"not within {made.slot('longest')}"
        if lever.likely_on is not None:
            when = made.fact(f"when_{number}", "when a middle path has it then", lever.likely_on.isoformat()[:7], "month")
        rows.append((words, size, *((chance,) if dated else ()), when))
    columns = (
        Column(key="what", label="What"),
        Column(key="size", label="How much", align="right"),
        *((Column(key="chance", label="In time", align="right"),) if dated else ()),
        Column(key="when", label="Likely by", align="right", rank=1),
    )
    return DraftTable(title="What would help", columns=columns, rows=tuple(rows))


def _propose(goal: ProposedGoal, context: RunContext, made: FindingBuilder) -> None:
    """One proposal, with the particulars exactly as they would be saved."""
    identity = f"proposal.{hashlib.sha256(f'{context.run_id}:{made.call}'.encode()).hexdigest()[:16]}"
    named = f" for {made.slot_of_text('purpose')}" if goal.purpose else ""
    lines = [f"By {made.slot('by')}." if goal.by else "By no particular day: as soon as it is there."]
    if goal.earmarked_minor:
        lines.append(f"Put aside for it already: {made.money('earmarked', 'put aside for it already', goal.earmarked_minor)}.")
    if goal.replaces:
        lines.append(f"It takes the place of the goal of {made.slot('old_amount')} in the plan.")
    made.parts.append(DraftProposal(proposal=identity, title=f"Goal: {made.slot('amount')}{named}", lines=tuple(lines)))
    made.proposals.append(
        ProposedChange(
            id=identity,
            kind="goal",
            customer_id=made.subject or "",
            payload=goal.model_dump(mode="json"),
            verb=_VERB,
            expires_at=context.now() + timedelta(days=_OPEN_DAYS),
        )
    )


TOOLS: tuple[Tool, ...] = (
    Tool(
        "set_goal",
        "persona_simulator",
        _BOTH,
        "propose",
        GoalArguments,
        "Whether and when a sum of money can be saved up, what would help, and a proposal to keep it as a goal.",
        set_goal,
    ),
)
