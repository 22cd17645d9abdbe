"""Everything about plans over one database, with proposals to decide: what tests of plans and of proposals both need."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.context import Principal
from agent.decision import Decision
from agent.record import ProposedChange, TurnRecord
from server.keys import KeyRing
from server.store.audit import AuditChain
from server.store.cipher import Cipher
from server.store.database import Database
from server.store.plans import PlanReader, PlanStore
from server.store.proposals import ProposalStore
from server.store.recorder import StoreRecorder
from server.store.threads import ThreadStore
from tests.server.store.bank import NOW, principal
from tests.server.store.test_runs import record
from tools.twin.goal.goal import ProposedGoal

ANNA, TOM, RM, OTHER_RM = (
    principal("customer", "anna", "demo:1"),
    principal("customer", "tom", "demo:2"),
    principal("rm", "rm1"),
    principal("rm", "rm2"),
)
MADE_ON, BY = date(2026, 3, 31), date(2027, 8, 31)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


class Stores:
    """Everything that has to do with plans, over one database: what a server opens at its start."""

    def __init__(self, database: Database, keyring: KeyRing, anchors: Path, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.cipher = Cipher(database, keyring)
        self.chain = AuditChain(database, self.cipher, keyring, anchors, clock)
        self.threads = ThreadStore(database, self.cipher, clock)
        self.recorder = StoreRecorder(database, self.cipher, self.chain, clock)
        self.reader = PlanReader(database, self.cipher)
        self.plans = PlanStore(database, self.cipher, self.chain, clock)
        self.proposals = ProposalStore(database, self.cipher, self.chain, clock)

    def turn(self, who: Principal, run: str, *changes: ProposedChange) -> str:
        """A committed turn with proposals. Gives its thread."""
        thread = self.threads.create(who.subject).id
        self.recorder.commit(with_proposals(record(run, thread, who.subject, ticket=None), *changes))
        return thread

    def states(self, who: Principal, thread: str) -> list[str]:
        return [one.state for one in self.proposals.proposals(who, thread)]

    def goals(self, customer_id: str = "demo:1") -> list[tuple[str | None, int]]:
        plan = self.reader.current(customer_id)
        return [] if plan is None else [(goal.purpose, goal.amount_minor) for goal in plan.goals]


def with_proposals(turn: TurnRecord, *changes: ProposedChange) -> TurnRecord:
    return turn.model_copy(update={"proposals": changes})


def proposal(number: int = 1, customer_id: str = "demo:1", amount: int = 500_000, **changes: Any) -> ProposedChange:
    goal = ProposedGoal.model_validate({
        "id": f"goal.{number}", "purpose": "CANARY trip", "amount_minor": amount, "by": BY, "made_on": MADE_ON, "currency": "GBP", "plan_version": 0, **changes,
    })  # fmt: skip
    return ProposedChange(
        id=f"proposal.{number}", kind="goal", customer_id=customer_id, payload=goal.model_dump(mode="json"), verb="Save the goal", expires_at=NOW + timedelta(days=14)
    )  # fmt: skip


def act(status: Any = "approved", number: int = 1, key: str = "k1", **more: Any) -> Decision:
    return Decision(proposal=f"proposal.{number}", status=status, key=key, **more)
