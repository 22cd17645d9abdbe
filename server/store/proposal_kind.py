"""What a kind of proposal has to say: how it is kept, what an act about it does, and how it stands afterwards. One module a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, RowMapping, update

from agent.decision import Decided, Decision, DecisionOutcome, ProposalState
from agent.record import ProposedChange
from server.store.cipher import FieldKey, place_of
from server.store.tables.plan import PROPOSALS
from tools.product import Product
from tools.value import Value


class StoredProposal(Value):
    """A proposal as it stands. `undo_until` is set while it can still be taken back."""

    id: str
    customer_id: str
    thread_id: str
    run_id: str
    state: ProposalState
    verb: str
    made_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    undo_until: datetime | None
    reason: str | None


@dataclass(frozen=True)
class Standing:
    """A row of a proposal that is read, inside a transaction.

    Attributes:
        key: of the customer.
    """

    connection: Connection
    row: RowMapping
    key: FieldKey
    now: datetime

    @property
    def state(self) -> ProposalState:
        """As it stands now."""
        return "expired" if self.row["state"] == "open" and self.now >= self.row["expires_at"] else self.row["state"]

    @property
    def customer_id(self) -> str:
        """Whom it is about."""
        return self.row["customer_id"]

    @property
    def payload(self) -> str:
        """The particulars as JSON."""
        return self.key.open(self.row["payload"], place(self.row["id"], "payload"))


@dataclass(frozen=True)
class Case(Standing):
    """One act about one proposal, inside its transaction.

    Attributes:
        own_key: of the one who decides.
        products: the catalogue by product id.
    """

    decision: Decision
    own_key: FieldKey
    products: Callable[[], Mapping[str, Product]]

    def decide(self, **more: Any) -> None:
        """Keep that the proposal is decided."""
        decided = {"state": self.decision.status, "decided_at": self.now, "decided_key": self.decision.key, **more}
        self.connection.execute(update(PROPOSALS).where(PROPOSALS.c.id == self.row["id"]).values(**decided))


class ProposalKind(Protocol):
    """One kind of proposal. Every method works inside the transaction of its argument."""

    def kept(self, change: ProposedChange) -> str:
        """The particulars as they are stored, checked."""
        ...

    def about(self, change: ProposedChange) -> str:
        """What it is about: an open proposal about the same gives way to a newer one."""
        ...

    def approve(self, case: Case) -> DecisionOutcome:
        """Do what was approved, and keep that it is decided; or leave all as it is and say why."""
        ...

    def approved(self, case: Case) -> DecisionOutcome:
        """What approving said, for the same act once more."""
        ...

    def declined(self, case: Case) -> None:
        """Take note that it was declined."""
        ...

    def undo(self, case: Case) -> DecisionOutcome:
        """Take back what was approved, while that is possible."""
        ...

    def decided(self, case: Case, outcome: DecisionOutcome) -> Decided:
        """What is so after the act."""
        ...

    def stored(self, standing: Standing, told: Mapping[str, Any]) -> StoredProposal:
        """The proposal as it stands; `told` is what all kinds have."""
        ...


def place(proposal: str, column: str) -> str:
    """Where a sealed value of a proposal stands."""
    return place_of("proposal", proposal, column)
