"""What the endpoints need of the bank, as a port, and how they get at it."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Protocol

from fastapi import Request

from agent.context import Principal, RunContext, View
from agent.decision import Decided, Decision
from server.auth.auth import Auth
from server.committed import ReadsAudit
from server.next_steps import NextSteps
from server.runs import KeptRuns
from server.settings import Settings
from server.store.board import BoardReader
from server.store.contacts import ContactStore
from server.store.insights import InsightSettings
from server.store.live_events import LiveEvents
from server.store.plans import PlanVersion
from server.store.proposal_kind import StoredProposal
from server.store.set_aside import SetAside
from server.store.stress_scores import StressScores
from server.store.threads import Thread, Thumb, Turn
from server.store.twins import TwinVersion
from server.stress_reasons import StressReasons
from tools.twin.goal.goal import Plan


class KeptThreads(Protocol):
    """Where conversations live; `server.store.threads.ThreadStore`. Every method is scoped by the subject and raises NotFoundError."""

    def create(self, subject: str, title: str = "") -> Thread:
        """Open a thread."""
        ...

    def threads(self, subject: str) -> tuple[Thread, ...]:
        """All of them, the last used first."""
        ...

    def thread(self, subject: str, thread_id: str) -> Thread:
        """One."""
        ...

    def rename(self, subject: str, thread_id: str, title: str) -> None:
        """Another title."""
        ...

    def delete(self, subject: str, thread_id: str) -> None:
        """Delete it with all its turns."""
        ...

    def turns(self, subject: str, thread_id: str) -> tuple[Turn, ...]:
        """Its turns, in order."""
        ...

    def set_feedback(self, subject: str, run_id: str, value: Thumb | None, comment: str = "") -> None:
        """Judge a reply."""
        ...

    def undo_ticket(self, subject: str, ticket: str) -> None:
        """Take a ticket back."""
        ...


class KeptInsights(Protocol):
    """What people want to be told unasked; `server.store.insights.InsightStore`. Every method is scoped by the subject."""

    def dismissed(self, subject: str) -> frozenset[str]:
        """Keys of what is not shown to them."""
        ...

    def dismiss(self, subject: str, key: str) -> None:
        """Do not show one again."""
        ...

    def undo(self, subject: str, key: str) -> None:
        """Show it again."""
        ...

    def settings(self, subject: str, default: InsightSettings) -> InsightSettings:
        """What they have chosen."""
        ...

    def set_settings(self, subject: str, chosen: InsightSettings) -> None:
        """Keep what they choose."""
        ...

    def wanted(self, principal: Principal, kinds: Collection[str], now: datetime) -> frozenset[str]:
        """Which of these kinds somebody wants to be told at a moment."""
        ...


class KeptTwins(Protocol):
    """Stored versions of twins; `server.store.twins.TwinReader`."""

    def versions(self, customer_id: str) -> tuple[TwinVersion, ...]:
        """The versions of one customer's twin, newest first."""
        ...


class KeptPlans(Protocol):
    """Versions of plans and own acts on them; `server.store.plans.PlanStore`. Every method is scoped by the principal."""

    def versions(self, principal: Principal, customer_id: str) -> tuple[PlanVersion, ...]:
        """The versions of a plan, newest first."""
        ...

    def delete_goal(self, principal: Principal, customer_id: str, goal_id: str) -> Plan:
        """Take a goal out."""
        ...

    def undo(self, principal: Principal, customer_id: str, version: int) -> Plan:
        """Take the newest change back."""
        ...


class KeptProposals(Protocol):
    """What waits for an approval; `server.store.proposals.ProposalStore`. Every method is scoped by the principal."""

    def proposals(self, principal: Principal, thread_id: str | None = None) -> tuple[StoredProposal, ...]:
        """Those that are open, or all of one conversation."""
        ...

    def proposal(self, principal: Principal, proposal_id: str) -> StoredProposal:
        """One."""
        ...

    def decide(self, principal: Principal, decision: Decision) -> Decided:
        """Carry out an act."""
        ...


class ChatBank(Protocol):
    """All that the server needs of the bank; `server.bank.Bank`, or a small one of a test."""

    @property
    def settings(self) -> Settings:
        """Settings of this process."""
        ...

    @property
    def auth(self) -> Auth:
        """Accounts and sessions."""
        ...

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""
        ...

    @property
    def threads(self) -> KeptThreads:
        """Conversations."""
        ...

    @property
    def insights(self) -> KeptInsights:
        """What people want to be told unasked."""
        ...

    @property
    def twins(self) -> KeptTwins:
        """Stored versions of twins."""
        ...

    @property
    def plans(self) -> KeptPlans:
        """Versions of plans."""
        ...

    @property
    def proposals(self) -> KeptProposals:
        """What waits for an approval."""
        ...

    @property
    def sender(self) -> Any:
        """What hands over approved messages, a `Sender`: a cached property, as the catalogue."""
        ...

    @property
    def live_events(self) -> LiveEvents:
        """What has just changed about customers."""
        ...

    @property
    def board(self) -> BoardReader:
        """Rows and names of the own book."""
        ...

    @property
    def contacts(self) -> ContactStore:
        """Contacts that managers have logged."""
        ...

    @property
    def stress_scores(self) -> StressScores:
        """Stored scores by day."""
        ...

    @property
    def reasons(self) -> StressReasons:
        """Drivers of scores with the clients' own values."""
        ...

    @property
    def next_steps(self) -> NextSteps:
        """What the bank's policy suggests."""
        ...

    @property
    def set_aside(self) -> SetAside:
        """Events that could not be taken."""
        ...

    @property
    def runs(self) -> KeptRuns:
        """Runs and their events."""
        ...

    @property
    def audit(self) -> ReadsAudit:
        """The records of committed turns."""
        ...

    @property
    def catalogue(self) -> Any:
        """Published documents, a `Catalogue`: pyright does not match the cached property that the bank has with one of a protocol."""
        ...

    def view(self, principal: Principal) -> View:
        """What one principal may read."""
        ...

    def context_for(self, principal: Principal, thread_id: str, run_id: str, text: str) -> RunContext:
        """What one run, or one look-up of a page, may know and do."""
        ...

    def business_dates(self) -> dict[str, date]:
        """The newest booking of each source; empty when there is no bank yet."""
        ...

    def warm(self) -> None:
        """Load everything that a first question needs. Called once, in a thread, after the port is bound."""
        ...

    def catch_up(self) -> None:
        """Work out the figures of customers that have none. Called once, in a thread, after everything is loaded; may take minutes."""
        ...

    def conversation(self) -> AbstractAsyncContextManager[None]:
        """Open the graph with its memory; runs are made inside."""
        ...

    def run_messages(
        self, principal: Principal, thread_id: str, run_id: str, text: str, decision: Decision | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Run one turn and give its messages (`agent/progress.py`)."""
        ...

    async def forget_thread(self, thread_id: str) -> None:
        """Remove a deleted thread's memory."""
        ...


async def bank_of(request: Request) -> ChatBank:
    """The bank that the composition root put on the application."""
    return request.app.state.bank
