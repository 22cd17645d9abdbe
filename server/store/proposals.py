"""Proposals: kept with the turn that made them, decided by their person once, whatever is sent twice or at the same time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.context import Principal
from agent.decision import Decided, Decision, DecisionOutcome, ProposalState
from agent.record import ProposedChange, TurnRecord
from server.store.audit import AuditChain
from server.store.cipher import Cipher, FieldKey, place_of
from server.store.database import Database, access_of
from server.store.plans import (
    UNDO_MINUTES,
    can_undo,
    changed_meanwhile,
    current_row,
    keep_plan,
    plan_before,
    plan_of,
    undo_until,
    version_of,
)
from server.store.scope import visible_customers
from server.store.tables.plan import PROPOSALS
from tools.errors import ConflictError, MoneyError, NotFoundError, UnavailableError
from tools.ledger.money import minor_units
from tools.twin.forecast.forecast import month_after
from tools.twin.goal.goal import Goal, Plan, ProposedGoal, purpose_key, replaced
from tools.twin.simulate.schedule import LONGEST_MONTHS
from tools.value import Value

_TRIES = 3
_REPEATED: dict[str, DecisionOutcome] = {"approved": "saved", "declined": "declined", "undone": "undone"}
_ALREADY: dict[str, DecisionOutcome] = {"approved": "already_approved", "declined": "already_declined", "undone": "already_undone"}


class StoredProposal(Value):
    """A proposal as it stands. `undo_until` is set while it can still be taken back."""

    id: str
    kind: Literal["goal"]
    customer_id: str
    thread_id: str
    run_id: str
    state: ProposalState
    verb: str
    goal: Goal
    currency: str
    made_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    undo_until: datetime | None
    reason: str | None


@dataclass(frozen=True)
class _Case:
    """One act about one proposal, inside its transaction."""

    connection: Connection
    decision: Decision
    row: RowMapping
    proposed: ProposedGoal
    current: RowMapping | None
    key: FieldKey
    own_key: FieldKey
    now: datetime

    @property
    def state(self) -> ProposalState:
        """As it stands before the act."""
        return _state(self.row, self.now)

    @property
    def plan(self) -> Plan:
        """The current plan."""
        if self.current is not None:
            return plan_of(self.current, self.key)
        return Plan(customer_id=self.row["customer_id"], currency=self.proposed.currency, made_on=self.now.date())


class ProposalStore:
    """Own proposals of the people who sign in. Every method is scoped by the principal."""

    def __init__(self, database: Database, cipher: Cipher, chain: AuditChain, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._chain = chain
        self._clock = clock

    def proposals(self, principal: Principal, thread_id: str | None = None) -> tuple[StoredProposal, ...]:
        """Own proposals, newest first: those that are open, or all of one conversation."""
        wanted = PROPOSALS.c.state == "open" if thread_id is None else PROPOSALS.c.thread_id == thread_id
        found = self._read(principal, wanted)
        return tuple(one for one in found if thread_id is not None or one.state == "open")

    def proposal(self, principal: Principal, proposal_id: str) -> StoredProposal:
        """One of one's own. Raises NotFoundError."""
        found = self._read(principal, PROPOSALS.c.id == proposal_id)
        if not found:
            raise _no_proposal()
        return found[0]

    def decide(self, principal: Principal, decision: Decision, thread_id: str | None = None) -> Decided:
        """Carry out an act; see `agent.context.Desk`. Raises ConflictError when others keep changing the same plan."""
        customer_id = self.proposal(principal, decision.proposal).customer_id
        keys = self._cipher.keys((customer_id, principal.subject))
        for _ in range(_TRIES):
            try:
                return self._decide(principal, decision, thread_id, keys)
            except IntegrityError:  # the same version was made by somebody else at the same time: look again
                continue
        raise changed_meanwhile()

    def _decide(self, principal: Principal, decision: Decision, thread_id: str | None, keys: Mapping[str, FieldKey]) -> Decided:
        anchor = None
        with self._database.writing() as connection:
            wanted = _own(principal, PROPOSALS.c.id == decision.proposal).with_for_update()
            row = connection.execute(wanted).mappings().one_or_none()
            if row is None or thread_id not in {None, row["thread_id"]}:
                raise _no_proposal()
            key = keys[row["customer_id"]]
            current = current_row(connection, row["customer_id"])
            case = _Case(connection, decision, row, _proposed(row, key), current, key, keys[principal.subject], self._clock())
            outcome = _settled(case)
            if outcome is None:
                outcome = _carried_out(case)
                said = {**decision.model_dump(mode="json"), "outcome": outcome, "customer_id": row["customer_id"]}
                anchor = self._chain.add(connection, "proposal", principal.subject, said)
            decided = _decided(case, outcome)
        if anchor is not None:
            self._chain.publish(anchor)
        return decided

    def _read(self, principal: Principal, wanted: ColumnElement[bool]) -> list[StoredProposal]:
        with self._database.reading(access_of(principal)) as connection:
            rows = connection.execute(_own(principal, wanted)).mappings().all()
            current = {row["customer_id"]: current_row(connection, row["customer_id"]) for row in rows}
        found = [self._stored(principal, row, current[row["customer_id"]]) for row in rows]
        return [one for one in found if one is not None]

    def _stored(self, principal: Principal, row: RowMapping, current: RowMapping | None) -> StoredProposal | None:
        """The proposal of a row; None when its customer has been erased."""
        try:
            keys = self._cipher.keys((row["customer_id"], principal.subject))
        except UnavailableError as error:
            if error.code == "erased":
                return None
            raise
        proposed, now = _proposed(row, keys[row["customer_id"]]), self._clock()
        undoable = _made_by(current, row["id"]) and can_undo(current, now) if current is not None else False
        return StoredProposal(
            **{
                name: row[name]
                for name in ("id", "kind", "customer_id", "thread_id", "run_id", "verb", "made_at", "expires_at", "decided_at")
            },
            state=_state(row, now),
            goal=proposed.goal,
            currency=proposed.currency,
            undo_until=undo_until(current) if undoable and current is not None else None,
            reason=keys[principal.subject].open(row["reason"], _place(row["id"], "reason")) or None,
        )


def insert_proposals(connection: Connection, record: TurnRecord, keys: Mapping[str, FieldKey], now: datetime) -> None:
    """Keep the proposals of a turn. An open one about the same, of the same person, gives way: a changed mind replaces it."""
    for change in record.proposals:
        about = _about(change, keys[change.customer_id])
        older = (PROPOSALS.c.subject == record.subject, PROPOSALS.c.customer_id == change.customer_id, PROPOSALS.c.about == about)
        connection.execute(update(PROPOSALS).where(*older, PROPOSALS.c.state == "open").values(state="expired"))
        connection.execute(
            insert(PROPOSALS).values(
                id=change.id,
                subject=record.subject,
                customer_id=change.customer_id,
                run_id=record.run_id,
                thread_id=record.thread_id,
                kind=change.kind,
                verb=change.verb,
                payload=keys[change.customer_id].seal(
                    ProposedGoal.model_validate(change.payload).model_dump_json(), _place(change.id, "payload")
                ),
                about=about,
                state="open",
                made_at=now,
                expires_at=change.expires_at,
                reason="",
            )
        )


def _about(change: ProposedChange, key: FieldKey) -> bytes:
    return key.fingerprint(f"{change.kind}:{purpose_key(change.payload.get('purpose'))}")


def _own(principal: Principal, wanted: ColumnElement[bool]) -> Select[Any]:
    """Proposals that are this principal's, about customers that are still theirs to see; newest first."""
    mine = (PROPOSALS.c.subject == principal.subject, PROPOSALS.c.customer_id.in_(visible_customers(principal)))
    return select(PROPOSALS).where(*mine, wanted).order_by(PROPOSALS.c.made_at.desc(), PROPOSALS.c.id)


def _proposed(row: RowMapping, key: FieldKey) -> ProposedGoal:
    return ProposedGoal.model_validate_json(key.open(row["payload"], _place(row["id"], "payload")))


def _state(row: RowMapping, now: datetime) -> ProposalState:
    return "expired" if row["state"] == "open" and now >= row["expires_at"] else row["state"]


def _made_by(current: RowMapping | None, proposal: str) -> bool:
    """Whether the current version of the plan is what approving this proposal made."""
    return current is not None and current["cause"] == "approved" and current["proposal"] == proposal


def _settled(case: _Case) -> DecisionOutcome | None:
    """What is to be said where nothing is to be done any more; None for an act that can be carried out."""
    state, act = case.state, case.decision.status
    if state == act and case.row["decided_key"] == case.decision.key:
        return _REPEATED[act]
    if act == "undone" and state != "undone":
        return None if state == "approved" else "not_approved"
    if state == "expired":
        return "expired"
    return _ALREADY.get(state)


def _carried_out(case: _Case) -> DecisionOutcome:
    match case.decision.status:
        case "approved":
            return _approve(case)
        case "declined":
            reason = case.own_key.seal(case.decision.reason, _place(case.row["id"], "reason"))
            _decide_row(case, reason=reason)
            return "declined"
        case "undone":
            return _undo(case)


def _approve(case: _Case) -> DecisionOutcome:
    goal = _as_approved(case)
    if goal is None:
        return "bad_goal"
    if _is_overtaken(case):
        return "overtaken"
    try:
        plan = replaced(case.plan, goal, case.now.date())
    except ConflictError:
        return "overtaken"
    keep_plan(case.connection, plan, case.key, "approved", case.now, case.row["id"])
    _decide_row(case)
    return "saved"


def _undo(case: _Case) -> DecisionOutcome:
    if case.current is None or not _made_by(case.current, case.row["id"]) or not can_undo(case.current, case.now):
        return "too_late"
    plan = plan_before(case.connection, case.current, case.key, case.now)
    keep_plan(case.connection, plan, case.key, "undone", case.now, case.row["id"])
    _decide_row(case)
    return "undone"


def _decide_row(case: _Case, **more: Any) -> None:
    decided = {"state": case.decision.status, "decided_at": case.now, "decided_key": case.decision.key, **more}
    case.connection.execute(update(PROPOSALS).where(PROPOSALS.c.id == case.row["id"]).values(**decided))


def _as_approved(case: _Case) -> Goal | None:
    """The goal with what the person changed before approving; None when that is no amount, or a day that cannot be looked at."""
    goal, decision = case.proposed.goal, case.decision
    try:
        amount = goal.amount_minor if decision.amount is None else minor_units(decision.amount, case.proposed.currency)
    except MoneyError:
        return None
    by = decision.by or goal.by
    if by is not None and not goal.made_on < by <= month_after(goal.made_on, LONGEST_MONTHS):
        return None
    return goal.model_copy(update={"amount_minor": amount, "by": by})


def _is_overtaken(case: _Case) -> bool:
    """Whether the goal would not do to the plan what its proposal said: take the place of the goal that it named, as that was then."""
    same = case.plan.for_purpose(case.proposed.purpose)
    if case.proposed.replaces is None or same is None:
        return (same is None) != (case.proposed.replaces is None)
    then = version_of(case.connection, case.row["customer_id"], case.proposed.plan_version, case.key)
    return then is None or same not in then.goals or same.id != case.proposed.replaces


def _decided(case: _Case, outcome: DecisionOutcome) -> Decided:
    current = current_row(case.connection, case.row["customer_id"])
    plan = Plan(customer_id=case.row["customer_id"], currency=case.proposed.currency, made_on=case.now.date())
    plan = plan if current is None else plan_of(current, case.key)
    saved = next((goal for goal in plan.goals if goal.id == case.proposed.goal.id), None) if outcome == "saved" else None
    undoable = outcome == "saved" and current is not None and _made_by(current, case.row["id"]) and can_undo(current, case.now)
    return Decided(
        outcome=outcome,
        goal=saved or case.proposed.goal,
        currency=case.proposed.currency,
        customer_id=case.row["customer_id"],
        plan_version=plan.version,
        goals=len(plan.goals),
        undo_minutes=UNDO_MINUTES if undoable else None,
        undo_until=undo_until(current) if undoable and current is not None else None,
    )


def _place(proposal: str, column: str) -> str:
    return place_of("proposal", proposal, column)


def _no_proposal() -> NotFoundError:
    """One answer for a proposal that does not exist and one that is not yours."""
    return NotFoundError("There is no such proposal of yours. Load the conversation again.")
