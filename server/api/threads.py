"""Conversations: list, open, rename, delete, judge a reply, take a ticket back."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field, StringConstraints

from agent.context import Principal
from server.api.bank import ChatBank, bank_of
from server.auth.principal import principal_of
from server.committed import committed_messages
from server.events import events_of, run_started
from server.protocol import Event
from server.runs import Runs
from server.store.runs import Run
from server.store.threads import Thumb, Turn
from server.telling import Telling
from tools.errors import NotFoundError
from tools.value import Value

_Id = Annotated[str, Path(max_length=100)]
_Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
_Who = Annotated[Principal, Depends(principal_of)]
_Bank = Annotated[ChatBank, Depends(bank_of)]


class ThreadSummary(Value):
    """A conversation, for the list."""

    id: str
    title: str
    updated_at: datetime


class NewThread(Value):
    """What a conversation may be opened with: nothing is needed."""

    title: str = Field(default="", max_length=120)


class OpenedThread(Value):
    """A new conversation."""

    id: str


class Renamed(Value):
    """Another title."""

    title: _Title


class Feedback(Value):
    """A judgement of a reply; no thumb takes it back."""

    thumb: Thumb | None
    words: str | None = Field(default=None, max_length=2000)


class StoredTurn(Value):
    """One turn with the events that showed it: the page builds live, resumed and past turns in one way."""

    run_id: str
    text: str
    at: datetime
    feedback: Feedback | None = None
    events: tuple[dict[str, Any], ...]


class OpenThread(Value):
    """A conversation with its turns."""

    id: str
    title: str
    created_at: datetime
    turns: tuple[StoredTurn, ...]


class Undone(Value):
    """A ticket that was taken back."""

    reference: str


def threads_router() -> APIRouter:
    """The endpoints under /threads and /tickets. They need `app.state.auth`, `bank` and `runs`."""
    router = APIRouter(tags=["conversations"])

    @router.get("/threads")
    def threads(
        who: _Who, bank: _Bank, limit: Annotated[int, Query(ge=1, le=200)] = 200, offset: Annotated[int, Query(ge=0)] = 0
    ) -> list[ThreadSummary]:
        """Your conversations, the last used first."""
        page = bank.threads.threads(who.subject)[offset : offset + limit]
        return [ThreadSummary(id=thread.id, title=thread.title, updated_at=thread.updated_at) for thread in page]

    @router.post("/threads", status_code=201)
    def open_thread(who: _Who, bank: _Bank, given: NewThread | None = None) -> OpenedThread:
        """Open a conversation. It takes the first message as its title."""
        return OpenedThread(id=bank.threads.create(who.subject, given.title if given else "").id)

    @router.get("/threads/{thread_id}")
    def thread(thread_id: _Id, who: _Who, bank: _Bank) -> OpenThread:
        """A conversation with its turns and their events."""
        found = bank.threads.thread(who.subject, thread_id)
        turns = tuple(_stored(turn, who.subject, bank) for turn in bank.threads.turns(who.subject, thread_id))
        return OpenThread(id=found.id, title=found.title, created_at=found.created_at, turns=turns)

    @router.patch("/threads/{thread_id}")
    def rename(thread_id: _Id, given: Renamed, who: _Who, bank: _Bank) -> ThreadSummary:
        """Give a conversation another title."""
        bank.threads.rename(who.subject, thread_id, given.title)
        found = bank.threads.thread(who.subject, thread_id)
        return ThreadSummary(id=found.id, title=found.title, updated_at=found.updated_at)

    @router.delete("/threads/{thread_id}", status_code=204)
    async def delete(thread_id: _Id, who: _Who, bank: _Bank, request: Request) -> None:
        """Delete a conversation with all it holds; an answer that is being made is stopped. Audit records stay."""
        runs: Runs = request.app.state.runs
        await asyncio.to_thread(bank.threads.thread, who.subject, thread_id)
        await runs.cancel_thread(who.subject, thread_id)
        await asyncio.to_thread(bank.threads.delete, who.subject, thread_id)
        await bank.forget_thread(thread_id)

    @router.post("/threads/{thread_id}/turns/{run_id}/feedback")
    def judge(thread_id: _Id, run_id: _Id, given: Feedback, who: _Who, bank: _Bank) -> Feedback:
        """Judge a reply, or take the judgement back."""
        if all(turn.run_id != run_id for turn in bank.threads.turns(who.subject, thread_id)):
            raise NotFoundError("There is no such reply of yours to judge. Open the conversation again and try once more.")
        bank.threads.set_feedback(who.subject, run_id, given.thumb, given.words or "")
        return given

    @router.post("/tickets/{reference}/undo")
    def undo(reference: _Id, who: _Who, bank: _Bank) -> Undone:
        """Take back what was passed to a person."""
        bank.threads.undo_ticket(who.subject, reference)
        return Undone(reference=reference)

    return router


def _stored(turn: Turn, subject: str, bank: ChatBank) -> StoredTurn:
    kept = [event for _, event in bank.runs.events_after(turn.run_id, 0)]
    feedback = None if turn.feedback is None else Feedback(thumb=turn.feedback)
    return StoredTurn(
        run_id=turn.run_id, text=turn.text, at=turn.started_at, feedback=feedback, events=tuple(kept or _told(turn, subject, bank))
    )  # fmt: skip


def _told(turn: Turn, subject: str, bank: ChatBank) -> list[Event]:
    """Events of a turn that was asked at the command line, where nobody kept any: from its record."""
    run = Run(run_id=turn.run_id, thread_id=turn.thread_id, subject=subject, text=turn.text, state=turn.state, started_at=turn.started_at)
    messages = committed_messages(run, bank.threads, bank.audit) if turn.state == "finished" else None
    if messages is None:
        return []
    events = [event for message in messages for event in events_of(message, turn.thread_id, turn.run_id)]
    return Telling().fresh([run_started(turn.thread_id, turn.run_id), *events])
