"""Proposals to keep a goal in a customer's plan."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import RowMapping

from agent.decision import DecidedGoal, DecisionOutcome
from agent.record import ProposedChange
from server.store.plans import UNDO_MINUTES, can_undo, current_row, keep_plan, plan_before, plan_of, undo_until, version_of
from server.store.proposal_kind import Case, Standing, StoredProposal
from tools.errors import ConflictError, MoneyError
from tools.ledger.money import minor_units
from tools.twin.forecast.forecast import month_after
from tools.twin.goal.goal import Goal, Plan, ProposedGoal, purpose_key, replaced
from tools.twin.simulate.schedule import LONGEST_MONTHS


class StoredGoal(StoredProposal):
    """A proposed goal as it stands."""

    kind: Literal["goal"] = "goal"
    goal: Goal
    currency: str


class GoalKind:
    """Goals: approved, they make a new version of the plan, which can be undone while it is the newest."""

    def kept(self, change: ProposedChange) -> str:
        """The goal as JSON."""
        return ProposedGoal.model_validate(change.payload).model_dump_json()

    def about(self, change: ProposedChange) -> str:
        """Its purpose."""
        return purpose_key(change.payload.get("purpose"))

    def approve(self, case: Case) -> DecisionOutcome:
        """Make a version of the plan with the goal."""
        proposed, plan = _proposed(case), _plan(case)
        goal = _as_approved(case, proposed)
        if goal is None:
            return "bad_goal"
        if _is_overtaken(case, proposed, plan):
            return "overtaken"
        try:
            plan = replaced(plan, goal, case.now.date())
        except ConflictError:
            return "overtaken"
        keep_plan(case.connection, plan, case.key, "approved", case.now, case.row["id"])
        case.decide()
        return "saved"

    def approved(self, case: Case) -> DecisionOutcome:
        """It was saved."""
        del case
        return "saved"

    def declined(self, case: Case) -> None:
        """Nothing else hangs on it."""

    def undo(self, case: Case) -> DecisionOutcome:
        """Put back the goals of the version before."""
        current = current_row(case.connection, case.customer_id)
        if current is None or not _made_by(current, case.row["id"]) or not can_undo(current, case.now):
            return "too_late"
        plan = plan_before(case.connection, current, case.key, case.now)
        keep_plan(case.connection, plan, case.key, "undone", case.now, case.row["id"])
        case.decide()
        return "undone"

    def decided(self, case: Case, outcome: DecisionOutcome) -> DecidedGoal:
        """The goal, and the plan that is valid now."""
        proposed, plan = _proposed(case), _plan(case)
        current = current_row(case.connection, case.customer_id)
        saved = next((goal for goal in plan.goals if goal.id == proposed.goal.id), None) if outcome == "saved" else None
        undoable = outcome == "saved" and current is not None and _made_by(current, case.row["id"]) and can_undo(current, case.now)
        return DecidedGoal(
            outcome=outcome,
            goal=saved or proposed.goal,
            currency=proposed.currency,
            customer_id=case.customer_id,
            plan_version=plan.version,
            goals=len(plan.goals),
            undo_minutes=UNDO_MINUTES if undoable else None,
            undo_until=undo_until(current) if undoable and current is not None else None,
        )

    def stored(self, standing: Standing, told: Mapping[str, Any]) -> StoredGoal:
        """The goal as it was proposed, and until when the plan can be put back."""
        proposed, current = _proposed(standing), current_row(standing.connection, standing.customer_id)
        undoable = current is not None and _made_by(current, standing.row["id"]) and can_undo(current, standing.now)
        until = undo_until(current) if undoable and current is not None else None
        return StoredGoal(**told, goal=proposed.goal, currency=proposed.currency, undo_until=until)


def _proposed(standing: Standing) -> ProposedGoal:
    return ProposedGoal.model_validate_json(standing.payload)


def _plan(case: Case) -> Plan:
    """The current plan."""
    current = current_row(case.connection, case.customer_id)
    if current is not None:
        return plan_of(current, case.key)
    return Plan(customer_id=case.customer_id, currency=_proposed(case).currency, made_on=case.now.date())


def _made_by(current: RowMapping | None, proposal: str) -> bool:
    """Whether the current version of the plan is what approving this proposal made."""
    return current is not None and current["cause"] == "approved" and current["proposal"] == proposal


def _as_approved(case: Case, proposed: ProposedGoal) -> Goal | None:
    """The goal with what the person changed before approving; None when that is no amount, or a day that cannot be looked at."""
    goal, decision = proposed.goal, case.decision
    try:
        amount = goal.amount_minor if decision.amount is None else minor_units(decision.amount, proposed.currency)
    except MoneyError:
        return None
    by = decision.by or goal.by
    if by is not None and not goal.made_on < by <= month_after(goal.made_on, LONGEST_MONTHS):
        return None
    return goal.model_copy(update={"amount_minor": amount, "by": by})


def _is_overtaken(case: Case, proposed: ProposedGoal, plan: Plan) -> bool:
    """Whether the goal would not do to the plan what its proposal said: take the place of the goal that it named, as that was then."""
    same = plan.for_purpose(proposed.purpose)
    if proposed.replaces is None or same is None:
        return (same is None) != (proposed.replaces is None)
    then = version_of(case.connection, case.customer_id, proposed.plan_version, case.key)
    return then is None or same not in then.goals or same.id != proposed.replaces
