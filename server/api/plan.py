"""Plans and proposals: what somebody is saving for with its outlook, what waits for their approval, and their own acts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from agent.contact import Channel
from agent.context import ClientName, Principal
from agent.decision import Act, DecisionOutcome, ProposalState
from agent.learnt_outlook import learnt_outlook
from server.api.bank import ChatBank, bank_of
from server.api.customers import client_of
from server.auth.principal import principal_of, require_role
from server.protocol import Resume, ResumePayload
from server.store.outgoing import MessageStanding
from server.store.plans import PlanVersion
from server.store.proposal_kind import StoredProposal
from server.store.proposed_contact import StoredContact
from server.store.proposed_goal import StoredGoal
from tools.errors import TooShortError, UsageError
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.twin.fit.fit import fit_twin
from tools.twin.goal.goal import Debt, Goal, Plan, with_debts
from tools.twin.goal.goal_outlook import GoalOutlook, Status, goal_outlook, kept_back_minor
from tools.twin.outlook.outlook import Outlook
from tools.twin.twin import Twin
from tools.value import Value

_Who = Annotated[Principal, Depends(principal_of)]
_Customer = Annotated[Principal, Depends(require_role("customer"))]
_Manager = Annotated[Principal, Depends(require_role("rm"))]
_Bank = Annotated[ChatBank, Depends(bank_of)]
_Id = Annotated[str, Path(max_length=100)]


class ShownParticulars(Value):
    """What is shown of a proposal of any kind."""

    id: str
    thread_id: str
    run_id: str
    ref: str | None
    name: str | None
    state: ProposalState
    made_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    undo_until: datetime | None
    reason: str | None
    verb: str


class ShownGoalProposal(ShownParticulars):
    """A proposed goal as it stands; `undo_until` is set while it can still be taken back. `ref` and `name`: an RM's client."""

    kind: Literal["goal"]
    currency: str
    goal: Goal


class ShownContactProposal(ShownParticulars):
    """A proposed contact as it stands; `undo_until` is set while it can still be taken back.

    Attributes:
        text: exactly what would go out, or went out; for a call what it is to be about.
        message: how far the text is once it was approved; None for a call.
    """

    kind: Literal["contact"]
    channel: Channel
    to: str | None
    subject: str | None
    text: str
    follow_up_on: date | None
    message: MessageStanding | None


ShownProposal = Annotated[ShownGoalProposal | ShownContactProposal, Field(discriminator="kind")]


class GivenDecision(ResumePayload):
    """An act about a proposal, outside of a conversation; inside, `resume` of a run says it, so that the answer tells what came of it."""

    status: Act


class DecisionAnswer(Value):
    """What came of an act, and the proposal as it stands now."""

    outcome: DecisionOutcome
    proposal: ShownProposal


class ShownOutlook(Value):
    """What the simulated paths say of a goal; money in minor units. See `tools.twin.goal.goal_outlook.GoalOutlook`."""

    status: Status
    probability: float | None
    available_minor: int
    expected_minor: int | None
    on_track: bool | None
    likely_on: date | None
    likely_from: date | None
    likely_to: date | None
    spare_minor: int
    needed_minor: int | None
    more_minor: int | None


class ShownGoal(Goal):
    """A goal with its outlook, worked out now; none where there is too little history."""

    outlook: ShownOutlook | None


class ShownPlan(Value):
    """A plan as it is now, first things first, with what is owed beside it. Version 0: there never was a goal.

    Attributes:
        available_minor: savings and current accounts less what is kept back for a month of bills.
        undo_version: version whose change can be taken back until `undo_until`.
    """

    version: int
    made_at: datetime | None
    currency: str
    as_of: date
    available_minor: int | None
    kept_back_minor: int | None
    goals: tuple[ShownGoal, ...]
    debts: tuple[Debt, ...]
    versions: tuple[PlanVersion, ...]
    undo_version: int | None
    undo_until: datetime | None


class UndoneVersion(Value):
    """Which version's change to take back."""

    version: int


def plan_router() -> APIRouter:
    """The endpoints under /proposals and those of plans. They need `app.state.auth` and `bank`."""
    router = APIRouter(tags=["plan"])

    @router.get("/proposals")
    def proposals(who: _Who, bank: _Bank, thread: Annotated[str | None, Query(max_length=100)] = None) -> list[ShownProposal]:
        """What waits for your approval, newest first; with `thread`, all that one conversation proposed."""
        found = bank.proposals.proposals(who, thread)
        clients = _clients(who, bank, found)
        return [_shown(one, clients) for one in found]

    @router.post("/proposals/{proposal_id}/decision")
    def decide(proposal_id: _Id, given: GivenDecision, who: _Who, bank: _Bank) -> DecisionAnswer:
        """Approve, decline or undo. The same key again is the same act."""
        payload = ResumePayload.model_validate(given.model_dump(exclude={"status"}))
        decision = Resume(interrupt_id=proposal_id, status=given.status, payload=payload).decision()
        outcome = bank.proposals.decide(who, decision).outcome
        found = bank.proposals.proposal(who, proposal_id)
        return DecisionAnswer(outcome=outcome, proposal=_shown(found, _clients(who, bank, (found,))))

    _add_plans(router)
    return router


def _add_plans(router: APIRouter) -> None:
    @router.get("/me/plan")
    def own(who: _Customer, bank: _Bank) -> ShownPlan:
        """Your goals with their outlook, and what you owe."""
        return _own_plan(who, bank)

    @router.delete("/me/plan/goals/{goal_id}")
    def delete(goal_id: _Id, who: _Customer, bank: _Bank) -> ShownPlan:
        """Take a goal out of your own plan; nobody else can. It can be put back for ten minutes."""
        bank.plans.delete_goal(who, who.customer_id or "", goal_id)
        return _own_plan(who, bank)

    @router.post("/me/plan/undo")
    def undo(given: UndoneVersion, who: _Customer, bank: _Bank) -> ShownPlan:
        """Take back the newest change of your plan, for ten minutes."""
        bank.plans.undo(who, who.customer_id or "", given.version)
        return _own_plan(who, bank)

    @router.get("/customers/{ref}/plan")
    def of_client(ref: _Id, who: _Manager, bank: _Bank) -> ShownPlan:
        """The plan of one client of your book, to be read; any other client is not found.

        Taking a goal out is the client's own act, under /me/plan. A manager who is asked for it proposes the change in a conversation,
        where it is kept who asked, who approved and when.
        """
        view = bank.view(who)
        return _plan(view.client_history(client_of(view, ref).customer_id), who, bank)


def _own_plan(who: Principal, bank: ChatBank) -> ShownPlan:
    return _plan(bank.view(who).own_history(), who, bank)


def _plan(history: History, who: Principal, bank: ChatBank) -> ShownPlan:
    view = bank.view(who)
    plan = with_debts(view.plan(history.customer.id), history)
    versions = bank.plans.versions(who, history.customer.id)
    current = next((one for one in versions if one.current), None)
    twin = _twin(history)
    learnt = learnt_outlook(view, history) if plan.goals else None
    kept_back = None if twin is None else kept_back_minor(twin)
    undoable = current is not None and current.undo_until is not None
    return ShownPlan(
        version=plan.version,
        made_at=current.made_at if current else None,
        currency=plan.currency,
        as_of=history.as_of,
        available_minor=None if twin is None or kept_back is None else twin.balance_minor + twin.savings_minor - kept_back,
        kept_back_minor=kept_back,
        goals=tuple(ShownGoal(**goal.model_dump(), outlook=_outlook(twin, plan, goal, learnt)) for goal in plan.goals),
        debts=plan.debts,
        versions=versions,
        undo_version=current.version if current and undoable else None,
        undo_until=current.undo_until if current else None,
    )


def _twin(history: History) -> Twin | None:
    try:
        return fit_twin(history, features_of(history))
    except TooShortError:
        return None


def _outlook(twin: Twin | None, plan: Plan, goal: Goal, learnt: Outlook | None) -> ShownOutlook | None:
    if twin is None:
        return None
    try:
        found: GoalOutlook = goal_outlook(twin, plan, goal.id, learnt)
    except UsageError:  # the accounts are in another currency than the plan by now: there is no honest figure
        return None
    return ShownOutlook(**{name: getattr(found, name) for name in ShownOutlook.model_fields})


def _clients(who: Principal, bank: ChatBank, found: tuple[StoredProposal, ...]) -> Mapping[str, ClientName]:
    """The clients that a relationship manager's proposals are about; nobody for anyone else."""
    if who.role != "rm" or not found:
        return {}
    return {client.customer_id: client for client in bank.view(who).clients()}


def _shown(found: StoredProposal, clients: Mapping[str, ClientName]) -> ShownGoalProposal | ShownContactProposal:
    client = clients.get(found.customer_id)
    return _SHOWN[type(found)](found, {"ref": client.ref if client else None, "name": client.name if client else None})


def _shown_goal(found: StoredGoal, told: Mapping[str, Any]) -> ShownGoalProposal:
    return ShownGoalProposal(**found.model_dump(exclude={"customer_id", "goal"}), **told, goal=found.goal)


def _shown_contact(found: StoredContact, told: Mapping[str, Any]) -> ShownContactProposal:
    contact = found.contact.model_dump(include={"to", "subject", "text", "follow_up_on"})
    shared = found.model_dump(exclude={"customer_id", "contact", "message"})
    return ShownContactProposal(**shared, **told, **contact, channel=found.contact.channel, message=found.message)


_SHOWN: dict[type[StoredProposal], Callable[[Any, Mapping[str, Any]], ShownGoalProposal | ShownContactProposal]] = {
    StoredGoal: _shown_goal,
    StoredContact: _shown_contact,
}
