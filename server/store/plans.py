"""Plans of goals: every version is kept, one is current, and the newest change can be taken back for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.context import Principal
from server.store.audit import AuditChain
from server.store.cipher import Cipher, FieldKey, place_of
from server.store.database import SERVICE, Access, Database, access_of
from server.store.scope import visible_customers
from server.store.tables.customer import CUSTOMERS
from server.store.tables.plan import PLAN_VERSIONS, PROPOSALS
from tools.errors import ConflictError, NotFoundError
from tools.twin.goal.goal import Plan, restored, without
from tools.value import Value

#: How long a change can be taken back, counted from the change.
UNDO_MINUTES = 10

Cause = Literal["approved", "undone", "deleted"]


class PlanVersion(Value):
    """One version of a plan, for the list. `undo_until` is set while the change that made it can be taken back."""

    version: int
    made_at: datetime
    cause: Cause
    goals: int
    current: bool
    undo_until: datetime | None = None


class PlanReader:
    """Reading plans, scoped by an `access` on PostgreSQL; whom to ask about is the view's business."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def current(self, customer_id: str, access: Access = SERVICE) -> Plan | None:
        """The current plan of a customer, or None for one who never had a goal."""
        with self._database.reading(access) as connection:
            row = current_row(connection, customer_id)
        return None if row is None else plan_of(row, self._cipher.key(customer_id))


class PlanStore:
    """The versions of plans, and own acts on them outside of proposals. Each act is in the audit chain.

    A relationship manager reads the plans of the own book, but what stands in one is the client's: only the client takes a goal out or
    undoes that. A manager who is asked to change a plan proposes it in a conversation, where it is kept who asked and who approved.
    """

    def __init__(self, database: Database, cipher: Cipher, chain: AuditChain, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._chain = chain
        self._clock = clock

    def versions(self, principal: Principal, customer_id: str, most: int = 24) -> tuple[PlanVersion, ...]:
        """The versions of a plan, newest first. Raises NotFoundError when it is not this principal's to see."""
        query = select(PLAN_VERSIONS).where(PLAN_VERSIONS.c.customer_id == customer_id).order_by(PLAN_VERSIONS.c.version.desc()).limit(most)
        with self._database.reading(access_of(principal)) as connection:
            require_visible(connection, principal, customer_id)
            rows = connection.execute(query).mappings().all()
        now = self._clock()
        return tuple(
            PlanVersion(
                version=row["version"],
                made_at=row["made_at"],
                cause=row["cause"],
                goals=row["goals"],
                current=row["state"] == "current",
                undo_until=undo_until(row) if row["state"] == "current" and can_undo(row, now) else None,
            )
            for row in rows
        )

    def delete_goal(self, principal: Principal, customer_id: str, goal_id: str) -> Plan:
        """Take a goal out of one's own plan. Raises NotFoundError when there is none of this id, or the plan is somebody else's."""

        def change(_: Connection, row: RowMapping | None, key: FieldKey) -> Plan:
            if row is None:
                raise NotFoundError("There is no such goal in the plan. Load the plan again.")
            return without(plan_of(row, key), goal_id, self._clock().date())

        return self._change(principal, customer_id, "deleted", change)

    def undo(self, principal: Principal, customer_id: str, version: int) -> Plan:
        """Put back the goals of the version before `version` in one's own plan.

        Raises:
            ConflictError: it is not the current version, is older than ten minutes, or was an undoing itself.
            NotFoundError: the plan is somebody else's.
        """

        def change(connection: Connection, row: RowMapping | None, key: FieldKey) -> Plan:
            if row is None or row["version"] != version or not can_undo(row, self._clock()):
                raise changed_meanwhile()
            connection.execute(update(PROPOSALS).where(PROPOSALS.c.id == row["proposal"]).values(state="undone"))
            return plan_before(connection, row, key, self._clock())

        return self._change(principal, customer_id, "undone", change)

    def _change(
        self,
        principal: Principal,
        customer_id: str,
        cause: Cause,
        change: Callable[[Connection, RowMapping | None, FieldKey], Plan],
    ) -> Plan:
        # Keys are made before the transaction, which they would wait for.
        key = self._cipher.keys((customer_id, principal.subject))[customer_id]
        try:
            with self._database.writing() as connection:
                _require_own(connection, principal, customer_id)
                plan = change(connection, current_row(connection, customer_id), key)
                keep_plan(connection, plan, key, cause, self._clock())
                said = {"customer_id": customer_id, "cause": cause, "version": plan.version}
                anchor = self._chain.add(connection, "plan", principal.subject, said)
        except IntegrityError:
            raise changed_meanwhile() from None
        self._chain.publish(anchor)
        return plan


def require_visible(connection: Connection, principal: Principal, customer_id: str) -> None:
    """Raises NotFoundError unless the customer is this principal's to see."""
    if connection.scalar(visible_customers(principal).where(CUSTOMERS.c.id == customer_id)) is None:
        raise _no_plan()


def _require_own(connection: Connection, principal: Principal, customer_id: str) -> None:
    """Raises NotFoundError unless this principal is the customer: a manager sees a client's plan and still cannot act on it."""
    if principal.customer_id != customer_id:
        raise _no_plan()
    require_visible(connection, principal, customer_id)


def _no_plan() -> NotFoundError:
    """One answer for a plan that does not exist, one that is not yours to see and one that is not yours to change."""
    return NotFoundError("There is no such plan of yours. Load the page again.")


def current_row(connection: Connection, customer_id: str) -> RowMapping | None:
    """The row of the current version, or None."""
    wanted = (PLAN_VERSIONS.c.customer_id == customer_id, PLAN_VERSIONS.c.state == "current")
    return connection.execute(select(PLAN_VERSIONS).where(*wanted)).mappings().one_or_none()


def plan_of(row: RowMapping, key: FieldKey) -> Plan:
    """The plan of a row."""
    return Plan.model_validate_json(key.open(row["plan"], _place(row["customer_id"], row["version"])))


def plan_before(connection: Connection, row: RowMapping, key: FieldKey, now: datetime) -> Plan:
    """The next version of a row's plan: with the goals of the version before it."""
    plan = plan_of(row, key)
    before = version_of(connection, plan.customer_id, plan.version - 1, key)
    return restored(plan, before or plan.model_copy(update={"goals": ()}), now.date())


def version_of(connection: Connection, customer_id: str, version: int, key: FieldKey) -> Plan | None:
    """One version of a plan, or None when there is none of this number."""
    wanted = (PLAN_VERSIONS.c.customer_id == customer_id, PLAN_VERSIONS.c.version == version)
    row = connection.execute(select(PLAN_VERSIONS).where(*wanted)).mappings().one_or_none()
    return None if row is None else plan_of(row, key)


def can_undo(row: RowMapping, now: datetime) -> bool:
    """Whether the change that made this version can still be taken back."""
    return row["cause"] != "undone" and now < undo_until(row)


def undo_until(row: RowMapping) -> datetime:
    """When taking back the change that made this version ends."""
    return row["made_at"] + timedelta(minutes=UNDO_MINUTES)


def keep_plan(connection: Connection, plan: Plan, key: FieldKey, cause: Cause, now: datetime, proposal: str | None = None) -> None:
    """Make a plan the current version. A broken constraint means that somebody else made this version first."""
    wanted = (PLAN_VERSIONS.c.customer_id == plan.customer_id, PLAN_VERSIONS.c.state == "current")
    connection.execute(update(PLAN_VERSIONS).where(*wanted).values(state="replaced"))
    connection.execute(
        insert(PLAN_VERSIONS).values(
            customer_id=plan.customer_id,
            version=plan.version,
            state="current",
            cause=cause,
            goals=len(plan.goals),
            plan=key.seal(plan.model_dump_json(), _place(plan.customer_id, plan.version)),
            made_at=now,
            proposal=proposal,
        )
    )


def changed_meanwhile() -> ConflictError:
    """The plan is not what the caller thought."""
    return ConflictError("The plan has changed since, or the time to undo it has passed. Load the plan again.")


def _place(customer_id: str, version: int) -> str:
    return place_of("plan_version", f"{customer_id}/{version}", "plan")
