"""What the endpoints need of the bank, as a port, and how they get at it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Protocol

from fastapi import Request

from agent.context import Principal, View
from server.auth.auth import Auth
from server.committed import ReadsAudit
from server.runs import KeptRuns
from server.settings import Settings
from server.store.threads import Thread, Thumb, Turn


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

    def business_dates(self) -> dict[str, date]:
        """The newest booking of each source; empty when there is no bank yet."""
        ...

    def warm(self) -> None:
        """Load everything that a first question needs. Called once, in a thread, after the port is bound."""
        ...

    def conversation(self) -> AbstractAsyncContextManager[None]:
        """Open the graph with its memory; runs are made inside."""
        ...

    def run_messages(self, principal: Principal, thread_id: str, run_id: str, text: str) -> AsyncIterator[dict[str, Any]]:
        """Run one turn and give its messages (`agent/progress.py`)."""
        ...

    async def forget_thread(self, thread_id: str) -> None:
        """Remove a deleted thread's memory."""
        ...


async def bank_of(request: Request) -> ChatBank:
    """The bank that the composition root put on the application."""
    return request.app.state.bank
