"""Conversations: threads, turns and feedback of one subject. Whoever does not own a thread gets the answer for one that is not."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from agent.reply import Reply
from server.store.cipher import Cipher, place_of
from server.store.database import Access, Database
from server.store.tables.conversation import FEEDBACK, THREADS, TICKETS, TURNS
from tools.errors import NotFoundError
from tools.value import Value

RunState = Literal["running", "committed", "finished", "cancelled", "failed"]
Thumb = Literal["up", "down"]


class Thread(Value):
    """A conversation, for lists."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: int


class Turn(Value):
    """One exchange. `reply` is None until it was committed, and for ever in a turn that was cancelled or failed."""

    run_id: str
    thread_id: str
    number: int
    state: RunState
    text: str
    reply: Reply | None
    audit_id: str | None
    started_at: datetime
    finished_at: datetime | None
    feedback: Thumb | None = None


class ThreadStore:
    """Threads of the people who sign in. Every method is scoped by the owner's subject."""

    def __init__(self, database: Database, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock

    def create(self, subject: str, title: str = "") -> Thread:
        """Open a new thread."""
        key = self._cipher.key(subject)
        now = self._clock()
        thread = Thread(id=secrets.token_hex(12), title=title, created_at=now, updated_at=now, turns=0)
        sealed = key.seal(title, place_of("thread", thread.id, "title"))
        with self._database.writing(Access(subject=subject)) as connection:
            connection.execute(insert(THREADS).values(id=thread.id, subject=subject, title=sealed, created_at=now, updated_at=now))
        return thread

    def threads(self, subject: str) -> tuple[Thread, ...]:
        """All threads of a subject, the last used first."""
        return self._threads(subject, THREADS.c.subject == subject)

    def thread(self, subject: str, thread_id: str) -> Thread:
        """One thread. Raises NotFoundError when there is none or it is somebody else's."""
        found = self._threads(subject, *_owned(subject, thread_id))
        if not found:
            raise no_thread()
        return found[0]

    def rename(self, subject: str, thread_id: str, title: str) -> None:
        """Give a thread another title. Raises NotFoundError as `thread`."""
        sealed = self._cipher.key(subject).seal(title, place_of("thread", thread_id, "title"))
        with self._database.writing(Access(subject=subject)) as connection:
            changed = connection.execute(update(THREADS).where(*_owned(subject, thread_id)).values(title=sealed))
            _require_one(changed.rowcount)

    def delete(self, subject: str, thread_id: str) -> None:
        """Delete a thread with its turns, their events and feedback. Audit records stay. Raises NotFoundError as `thread`."""
        with self._database.writing(Access(subject=subject)) as connection:
            _require_one(connection.execute(delete(THREADS).where(*_owned(subject, thread_id))).rowcount)

    def turns(self, subject: str, thread_id: str) -> tuple[Turn, ...]:
        """The turns of a thread, in order. Raises NotFoundError as `thread`."""
        key = self._cipher.key(subject)
        query = (
            select(TURNS, FEEDBACK.c.value.label("thumb"))
            .outerjoin(FEEDBACK, (FEEDBACK.c.run_id == TURNS.c.run_id) & (FEEDBACK.c.subject == subject))
            .where(TURNS.c.thread_id == thread_id, TURNS.c.subject == subject)
            .order_by(TURNS.c.number)
        )
        with self._database.reading(Access(subject=subject)) as connection:
            require_thread(connection, subject, thread_id)
            rows = connection.execute(query).all()
        return tuple(
            Turn(
                run_id=row.run_id,
                thread_id=row.thread_id,
                number=row.number,
                state=row.state,
                text=key.open(row.text, place_of("turn", row.run_id, "text")),
                reply=Reply.model_validate_json(key.open(row.reply, place_of("turn", row.run_id, "reply"))) if row.reply else None,
                audit_id=row.audit_id,
                started_at=row.started_at,
                finished_at=row.finished_at,
                feedback=row.thumb,
            )
            for row in rows
        )

    def set_feedback(self, subject: str, run_id: str, value: Thumb | None, comment: str = "") -> None:
        """Judge a reply of one's own, or take the judgement back with None. Raises NotFoundError for another's run."""
        sealed = self._cipher.key(subject).seal(comment, place_of("feedback", run_id, "comment"))
        with self._database.writing(Access(subject=subject)) as connection:
            owned = connection.execute(select(TURNS.c.run_id).where(TURNS.c.run_id == run_id, TURNS.c.subject == subject)).one_or_none()
            if owned is None:
                raise NotFoundError("There is no such reply of yours to judge. Open the conversation again and try once more.")
            connection.execute(delete(FEEDBACK).where(FEEDBACK.c.run_id == run_id, FEEDBACK.c.subject == subject))
            if value is not None:
                connection.execute(insert(FEEDBACK).values(run_id=run_id, subject=subject, value=value, comment=sealed, at=self._clock()))

    def undo_ticket(self, subject: str, ticket: str) -> None:
        """Take back a note of one's own, named by its reference or its id. Doing it twice is doing it once. Raises NotFoundError for another's."""
        with self._database.writing(Access(subject=subject)) as connection:
            changed = connection.execute(
                update(TICKETS)
                .where(or_(TICKETS.c.id == ticket, TICKETS.c.reference == ticket), TICKETS.c.subject == subject)
                .values(undone_at=func.coalesce(TICKETS.c.undone_at, self._clock()))
            )
            if changed.rowcount == 0:
                raise NotFoundError("There is no such ticket of yours. Check the reference in the reply.")

    def _threads(self, subject: str, *wanted: ColumnElement[bool]) -> tuple[Thread, ...]:
        key = self._cipher.key(subject)
        count = select(func.count()).select_from(TURNS).where(TURNS.c.thread_id == THREADS.c.id).scalar_subquery()
        query = select(THREADS, count.label("turns")).where(*wanted).order_by(THREADS.c.updated_at.desc(), THREADS.c.id)
        with self._database.reading(Access(subject=subject)) as connection:
            rows = connection.execute(query).all()
        return tuple(
            Thread(
                id=row.id,
                title=key.open(row.title, place_of("thread", row.id, "title")),
                created_at=row.created_at,
                updated_at=row.updated_at,
                turns=row.turns,
            )
            for row in rows
        )


def require_thread(connection: Connection, subject: str, thread_id: str) -> None:
    """Raises NotFoundError unless the thread is the subject's."""
    if connection.execute(select(THREADS.c.id).where(*_owned(subject, thread_id))).one_or_none() is None:
        raise no_thread()


def no_thread() -> NotFoundError:
    """One answer for a thread that does not exist and one that is not yours."""
    return NotFoundError("There is no such conversation. Start a new one or pick one from the list.")


def _owned(subject: str, thread_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return THREADS.c.id == thread_id, THREADS.c.subject == subject


def _require_one(count: int) -> None:
    if count == 0:
        raise no_thread()
