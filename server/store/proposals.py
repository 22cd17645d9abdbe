"""Proposals: kept with the turn that made them, decided by their person once, whatever is sent twice or at the same time."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.context import Principal
from agent.decision import Decided, Decision, DecisionOutcome
from agent.record import ProposedChange, TurnRecord
from agent.reply import ProposalKind as KindName
from server.store.audit import AuditChain
from server.store.cipher import Cipher, FieldKey
from server.store.database import Database, access_of
from server.store.plans import changed_meanwhile
from server.store.proposal_kind import Case, ProposalKind, Standing, StoredProposal, place
from server.store.proposed_contact import ContactKind
from server.store.proposed_goal import GoalKind
from server.store.scope import visible_customers
from server.store.tables.plan import PROPOSALS
from tools.errors import NotFoundError, UnavailableError
from tools.product import Product

_TRIES = 3
_ALREADY: dict[str, DecisionOutcome] = {"approved": "already_approved", "declined": "already_declined", "undone": "already_undone"}
_KINDS: dict[KindName, ProposalKind] = {"goal": GoalKind(), "contact": ContactKind()}
_TOLD = ("id", "customer_id", "thread_id", "run_id", "verb", "made_at", "expires_at", "decided_at")


def _no_products() -> Mapping[str, Product]:
    return {}


class ProposalStore:
    """Own proposals of the people who sign in. Every method is scoped by the principal."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        chain: AuditChain,
        clock: Callable[[], datetime],
        products: Callable[[], Mapping[str, Product]] = _no_products,
    ) -> None:
        """`products` gives the catalogue, whose names a text to a customer may not push."""
        self._database = database
        self._cipher = cipher
        self._chain = chain
        self._clock = clock
        self._products = products

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
            row = self._row(connection, principal, decision, thread_id)
            kind = _KINDS[row["kind"]]
            case = self._case(connection, row, decision, keys, principal)
            outcome = _settled(case, kind)
            if outcome is None:
                outcome = _carried_out(case, kind)
                said = {**decision.model_dump(mode="json"), "outcome": outcome, "customer_id": row["customer_id"]}
                anchor = self._chain.add(connection, "proposal", principal.subject, said)
                row = self._row(connection, principal, decision, thread_id)
            decided = kind.decided(self._case(connection, row, decision, keys, principal), outcome)
        if anchor is not None:
            self._chain.publish(anchor)
        return decided

    def _row(self, connection: Connection, principal: Principal, decision: Decision, thread_id: str | None) -> RowMapping:
        wanted = _own(principal, PROPOSALS.c.id == decision.proposal).with_for_update()
        row = connection.execute(wanted).mappings().one_or_none()
        if row is None or thread_id not in {None, row["thread_id"]}:
            raise _no_proposal()
        return row

    def _case(
        self, connection: Connection, row: RowMapping, decision: Decision, keys: Mapping[str, FieldKey], principal: Principal
    ) -> Case:
        return Case(
            connection=connection,
            row=row,
            key=keys[row["customer_id"]],
            now=self._clock(),
            decision=decision,
            own_key=keys[principal.subject],
            products=self._products,
        )

    def _read(self, principal: Principal, wanted: ColumnElement[bool]) -> list[StoredProposal]:
        self._cipher.key(principal.subject)  # made before the transaction, if it must be
        with self._database.reading(access_of(principal)) as connection:
            rows = connection.execute(_own(principal, wanted)).mappings().all()
            found = [self._stored(connection, principal, row) for row in rows]
        return [one for one in found if one is not None]

    def _stored(self, connection: Connection, principal: Principal, row: RowMapping) -> StoredProposal | None:
        """The proposal of a row; None when its customer has been erased."""
        try:
            keys = self._cipher.keys((row["customer_id"], principal.subject))
        except UnavailableError as error:
            if error.code == "erased":
                return None
            raise
        standing = Standing(connection=connection, row=row, key=keys[row["customer_id"]], now=self._clock())
        reason = keys[principal.subject].open(row["reason"], place(row["id"], "reason")) or None
        told = {**{name: row[name] for name in _TOLD}, "state": standing.state, "reason": reason}
        return _KINDS[row["kind"]].stored(standing, told)


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
                payload=keys[change.customer_id].seal(_KINDS[change.kind].kept(change), place(change.id, "payload")),
                about=about,
                state="open",
                made_at=now,
                expires_at=change.expires_at,
                reason="",
            )
        )


def _about(change: ProposedChange, key: FieldKey) -> bytes:
    return key.fingerprint(f"{change.kind}:{_KINDS[change.kind].about(change)}")


def _own(principal: Principal, wanted: ColumnElement[bool]) -> Select[Any]:
    """Proposals that are this principal's, about customers that are still theirs to see; newest first."""
    mine = (PROPOSALS.c.subject == principal.subject, PROPOSALS.c.customer_id.in_(visible_customers(principal)))
    return select(PROPOSALS).where(*mine, wanted).order_by(PROPOSALS.c.made_at.desc(), PROPOSALS.c.id)


def _settled(case: Case, kind: ProposalKind) -> DecisionOutcome | None:
    """What is to be said where nothing is to be done any more; None for an act that can be carried out."""
    state, act = case.state, case.decision.status
    if state == act and case.row["decided_key"] == case.decision.key:
        return kind.approved(case) if act == "approved" else act
    if act == "undone" and state != "undone":
        return None if state == "approved" else "not_approved"
    if state == "expired":
        return "expired"
    return _ALREADY.get(state)


def _carried_out(case: Case, kind: ProposalKind) -> DecisionOutcome:
    match case.decision.status:
        case "approved":
            return kind.approve(case)
        case "declined":
            case.decide(reason=case.own_key.seal(case.decision.reason, place(case.row["id"], "reason")))
            kind.declined(case)
            return "declined"
        case "undone":
            return kind.undo(case)


def _no_proposal() -> NotFoundError:
    """One answer for a proposal that does not exist and one that is not yours."""
    return NotFoundError("There is no such proposal of yours. Load the conversation again.")
