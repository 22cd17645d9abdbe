"""What one run may know and do: its principal, and the ports the server fills. Identity comes only from here (invariant I1)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from tools.ledger.history import History
from tools.ledger.query import ClientSnapshot, CohortQuery, QueryResult
from tools.product import Jurisdiction
from tools.value import Value

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from agent.decision import Decided, Decision
    from agent.record import TurnRecord
    from knowledge.catalogue import Catalogue
    from knowledge.retrieve import Retriever
    from tools.stress.intervention.situation import PastContact
    from tools.stress.monitor.changes import BookChanges
    from tools.stress.monitor.watch import ModelReport
    from tools.twin.goal.goal import Plan
    from tools.twin.outlook.outlook import Outlook, Priors
    from tools.twin.twin import Twin

Role = Literal["customer", "rm", "staff", "admin"]


class Principal(Value):
    """Who is signed in.

    Attributes:
        subject: id of the login account, the key of everything this person owns (threads, tickets, feedback).
        customer_id: the customer this person is, for role customer; else None.
    """

    subject: str
    login: str
    role: Role
    name: str
    customer_id: str | None = None
    jurisdiction: Jurisdiction = "uk"
    language: str = "en"


class ClientName(Value):
    """A client that this RM may speak of: the key, how people refer to it, and its name (untrusted text)."""

    customer_id: str
    ref: str
    name: str


class Resolution(Value):
    """What a reference to a client meant inside one book: exactly one, several (ask), or none (unknown or not yours)."""

    matches: tuple[ClientName, ...]

    @property
    def one(self) -> ClientName | None:
        """The client, when the reference is unambiguous."""
        return self.matches[0] if len(self.matches) == 1 else None


class View(Protocol):
    """What one principal may read. Opened for one principal and unable to read beyond it: every method is scoped by it."""

    @property
    def principal(self) -> Principal:
        """Whose view this is."""
        ...

    def own_history(self) -> History:
        """The signed-in customer's own history. Raises NotFoundError for a principal that is no customer."""
        ...

    def client_history(self, customer_id: str) -> History:
        """A client's history. Raises NotFoundError when it does not exist or is not in this principal's book."""
        ...

    def resolve_client(self, reference: str) -> Resolution:
        """Clients of the own book that `reference` may mean: `berka:1787`, `1042`, an external account, a name or part of one."""
        ...

    def clients(self) -> Sequence[ClientName]:
        """Every client of the own book."""
        ...

    def snapshot(self, customer_id: str) -> ClientSnapshot:
        """The materialised row of one visible customer. Raises NotFoundError as `client_history`."""
        ...

    def run_query(self, query: CohortQuery) -> QueryResult:
        """A typed query over the own book. Raises QueryError, or RefusedError for a customer."""
        ...

    def twins(self, query: CohortQuery) -> "Sequence[Twin]":
        """The stored twins of the clients of the own book that a query matches (all of them, whatever its limit), by customer id.

        Clients without one (too little history) are left out. Raises as `run_query`.
        """
        ...

    def outlooks(self, query: CohortQuery) -> "Mapping[str, Outlook]":
        """What the past of all accounts taught of the clients that `twins` gives for a query, by customer id; of the day of their twins.

        Clients of whom nothing is taught are left out. Raises as `run_query`.
        """
        ...

    def priors(self, source: str) -> "Priors | None":
        """What was learnt from the past of all accounts of one source that this principal sees somebody of; None before that."""
        ...

    def plan(self, customer_id: str) -> "Plan":
        """The current plan of one visible customer, without debts (`tools.twin.goal.goal.with_debts`); version 0 for one who never had a goal.

        Raises NotFoundError as `client_history`.
        """
        ...

    def contacts(self) -> "Sequence[PastContact]":
        """Contacts that the bank began, or that are on their way, with the clients of the own book; nothing for who has none."""
        ...

    def changes(self, days: int) -> "Sequence[BookChanges]":
        """What changed in the `days` days up to the business date of each source: in the own book, for staff in the whole bank without persons.

        Raises RefusedError for everybody else.
        """
        ...

    def business_date(self) -> date:
        """The newest business date among what this principal may see; today's date of the bank for an empty view."""
        ...


class ModelWatch(Protocol):
    """How the stress model does on the bank's own customers, in numbers of groups: no person can be seen through it."""

    def report(self, days: int) -> "ModelReport":
        """Card, drift, calibration over time, flows between bands in the last `days` days and rates of groups, each as of now.

        Raises RefusedError for whoever is not staff.
        """
        ...


class Recorder(Protocol):
    """Commits a finished turn: reply, notes and audit record in one transaction, before anything is shown."""

    def commit(self, record: "TurnRecord") -> str:
        """Store the turn and return the audit record's id. Called once per run; a second call for the run returns the first id."""
        ...


class Desk(Protocol):
    """Where one principal's acts about own proposals are carried out, at once and once. No tool and no model gets at it."""

    def decide(self, decision: "Decision", thread_id: str | None = None) -> "Decided":
        """Carry out an act; repeated with its key it changes nothing more and says the same.

        Args:
            thread_id: the conversation in which it was made; a proposal of another one is not found.

        Raises:
            NotFoundError: there is no such proposal, it is not this principal's, or its customer is not theirs to see any more.
        """
        ...


@dataclass(frozen=True)
class RunContext:
    """Everything a run gets from outside. Frozen: no node, tool or model can change who is asking.

    Attributes:
        now: the clock; tests and replays pass their own.
        model: the chat model that plans and writes where the built-in one does not.
        fallback: the built-in model, used when `model` fails.
        said: the person's words of this turn; `earlier` those of earlier turns of the thread, newest last.
        decision: what the person did in the interface, when this turn is about that and not about words.
        watch: how the stress model does, for staff.
        routing: `hybrid` (built-in understanding first) or `model`.
    """

    principal: Principal
    view: View
    recorder: Recorder
    desk: Desk
    catalogue: "Catalogue"
    retriever: "Retriever"
    model: "BaseChatModel"
    fallback: "BaseChatModel"
    run_id: str
    thread_id: str
    now: Callable[[], datetime]
    routing: Literal["hybrid", "model"] = "hybrid"
    said: str = ""
    earlier: tuple[str, ...] = ()
    decision: "Decision | None" = None
    model_name: str = "built-in"
    model_timeout_seconds: float = 30.0
    watch: "ModelWatch | None" = None
    versions: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def model_is_built_in(self) -> bool:
        """Whether there is no other model than the built-in one."""
        return self.model is self.fallback
