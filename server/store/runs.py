"""Runs and their events: a run id is claimed once, its events are numbered without gaps and kept before they are sent."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.decision import Decision
from server.store.cipher import Cipher, place_of
from server.store.database import Access, Database
from server.store.tables.conversation import RUN_EVENTS, THREADS, TURNS
from server.store.threads import RunState, require_thread
from tools.errors import ConflictError, NotFoundError
from tools.value import Value


class Run(Value):
    """A claimed run: bound to its thread, its owner and the words or the act it answers.

    Attributes:
        decision: what the person did in the interface, for a run that answers that; `text` then names the act.
        new: whether this call claimed it; False when it had been claimed with the same words before (a resent message).
        last_seq: number of its last kept event, 0 for none.
    """

    run_id: str
    thread_id: str
    subject: str
    text: str
    decision: Decision | None = None
    state: RunState
    started_at: datetime
    last_seq: int = 0
    new: bool = False


class RunStore:
    """Runs and events. Methods that take a subject are scoped by it; the others are the server's own bookkeeping."""

    def __init__(self, database: Database, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock

    def claim(self, subject: str, thread_id: str, run_id: str, text: str, decision: Decision | None = None) -> Run:
        """Claim a run id for one message of a thread, or for one act of the person.

        Raises:
            NotFoundError: the thread is not the subject's.
            ConflictError: the id was used for another message, thread or person (`run_id_used`).
        """
        key = self._cipher.key(subject)
        sealed = key.seal(text, place_of("turn", run_id, "text"))
        act = key.seal(decision.model_dump_json(), place_of("turn", run_id, "decision")) if decision else None
        now = self._clock()
        try:
            with self._database.writing(Access(subject=subject)) as connection:
                require_thread(connection, subject, thread_id)
                held = self._claimed(connection, run_id)
                if held is None:
                    insert_turn(connection, run_id, thread_id, subject, sealed, now, act)
        except IntegrityError as error:
            # On PostgreSQL another person's run is invisible here, but its id is taken all the same.
            held = self._find(run_id)
            if held is None:
                raise _used() from error
        if held is None:
            return Run(
                run_id=run_id, thread_id=thread_id, subject=subject, text=text, decision=decision, state="running", started_at=now, new=True
            )
        if (held.subject, held.thread_id, held.text, held.decision) != (subject, thread_id, text, decision):
            raise _used()
        return held

    def run(self, subject: str, run_id: str) -> Run:
        """A run of one's own. Raises NotFoundError for everything else."""
        found = self._find(run_id)
        if found is None or found.subject != subject:
            raise NotFoundError("There is no such run of yours to attach to. Send the message again.")
        return found

    def unfinished(self) -> tuple[Run, ...]:
        """Runs that a stopped server left behind, oldest first: `running` ones start again, `committed` ones only finish telling."""
        query = select(TURNS.c.run_id).where(TURNS.c.state.in_(("running", "committed"))).order_by(TURNS.c.started_at, TURNS.c.run_id)
        with self._database.reading() as connection:
            ids = connection.scalars(query).all()
        return tuple(run for run in map(self._find, ids) if run is not None)

    def set_state(self, run_id: str, state: RunState) -> None:
        """End a run, or mark how far it is. A run that has ended stays as it ended."""
        ended = state in {"finished", "cancelled", "failed"}
        with self._database.writing() as connection:
            connection.execute(
                update(TURNS)
                .where(TURNS.c.run_id == run_id, TURNS.c.state.in_(("running", "committed")))
                .values(state=state, finished_at=self._clock() if ended else None)
            )

    def append_events(self, run_id: str, events: Sequence[Mapping[str, Any]], first_seq: int) -> None:
        """Keep events numbered from `first_seq` on, all or none.

        Raises:
            ConflictError: the number does not follow the last kept one, because somebody else goes on with this run (`run_taken_over`).
            NotFoundError: no such run.
        """
        if not events:
            return
        key = self._cipher.key(self._owner(run_id))
        rows = [
            {"run_id": run_id, "seq": seq, "event": key.seal(_json(event), _place(run_id, seq))}
            for seq, event in enumerate(events, start=first_seq)
        ]
        try:
            with self._database.writing() as connection:
                if self._last_seq(connection, run_id) != first_seq - 1:
                    raise _taken_over()
                connection.execute(insert(RUN_EVENTS), rows)
        except IntegrityError as error:
            raise _taken_over() from error

    def events_after(self, run_id: str, seq: int) -> tuple[tuple[int, dict[str, Any]], ...]:
        """The kept events later than `seq`, with their numbers, in order. Check ownership with `run` first."""
        query = select(RUN_EVENTS.c.seq, RUN_EVENTS.c.event).where(RUN_EVENTS.c.run_id == run_id, RUN_EVENTS.c.seq > seq)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(RUN_EVENTS.c.seq)).all()
        if not rows:
            return ()
        key = self._cipher.key(self._owner(run_id))
        return tuple((row.seq, cast(dict[str, Any], json.loads(key.open(row.event, _place(run_id, row.seq))))) for row in rows)

    def last_seq(self, run_id: str) -> int:
        """Number of the last kept event, 0 for none."""
        with self._database.reading() as connection:
            return self._last_seq(connection, run_id)

    def _owner(self, run_id: str) -> str:
        with self._database.reading() as connection:
            subject = connection.scalar(select(TURNS.c.subject).where(TURNS.c.run_id == run_id))
        if subject is None:
            raise NotFoundError("There is no such run. Send the message again.")
        return subject

    def _find(self, run_id: str) -> Run | None:
        with self._database.reading() as connection:
            return self._claimed(connection, run_id)

    def _claimed(self, connection: Connection, run_id: str) -> Run | None:
        row = connection.execute(select(TURNS).where(TURNS.c.run_id == run_id)).one_or_none()
        if row is None:
            return None
        key = self._cipher.key(row.subject)
        return Run(
            run_id=run_id,
            thread_id=row.thread_id,
            subject=row.subject,
            text=key.open(row.text, place_of("turn", run_id, "text")),
            decision=Decision.model_validate_json(key.open(row.decision, place_of("turn", run_id, "decision"))) if row.decision else None,
            state=row.state,
            started_at=row.started_at,
            last_seq=self._last_seq(connection, run_id),
        )

    def _last_seq(self, connection: Connection, run_id: str) -> int:
        return connection.scalar(select(func.coalesce(func.max(RUN_EVENTS.c.seq), 0)).where(RUN_EVENTS.c.run_id == run_id)) or 0


def insert_turn(
    connection: Connection, run_id: str, thread_id: str, subject: str, sealed: str, at: datetime, decision: str | None = None
) -> None:
    """Add a running turn at the end of its thread; `sealed` is the person's words, `decision` their act, sealed too."""
    # The thread's row is changed first: on PostgreSQL that lock gives two messages of one thread different numbers.
    connection.execute(update(THREADS).where(THREADS.c.id == thread_id).values(updated_at=at))
    number = connection.scalar(select(func.coalesce(func.max(TURNS.c.number), 0)).where(TURNS.c.thread_id == thread_id)) or 0
    connection.execute(
        insert(TURNS).values(
            run_id=run_id,
            thread_id=thread_id,
            subject=subject,
            number=number + 1,
            state="running",
            text=sealed,
            decision=decision,
            started_at=at,
        )
    )


def _json(event: Mapping[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _place(run_id: str, seq: int) -> str:
    return place_of("run_event", f"{run_id}/{seq}", "event")


def _used() -> ConflictError:
    return ConflictError("This run id has been used for another message. Send the message with a new id.", code="run_id_used")


def _taken_over() -> ConflictError:
    return ConflictError("Another server goes on with this run. Attach to it instead of continuing it here.", code="run_taken_over")
