"""Committing a finished turn: reply, notes, proposals and audit record together or not at all, before anything of it is shown."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from agent.record import TurnRecord
from server.store.audit import Anchor, AuditChain
from server.store.cipher import Cipher, FieldKey, place_of
from server.store.database import Database
from server.store.proposals import insert_proposals
from server.store.runs import insert_turn
from server.store.suggestions import insert_suggestions
from server.store.tables.audit import AUDIT_RECORDS
from server.store.tables.conversation import TICKETS, TURNS
from server.store.threads import no_thread, require_thread
from tools.errors import ConflictError

TURN = "turn"


class StoreRecorder:
    """The Recorder of `agent/context.py` over the store."""

    def __init__(self, database: Database, cipher: Cipher, chain: AuditChain, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._chain = chain
        self._clock = clock

    def commit(self, record: TurnRecord) -> str:
        """Store the turn and return its audit record's id. A second call for the run changes nothing and returns the first id.

        Raises:
            NotFoundError: the thread is not the subject's.
            ConflictError: the run was cancelled meanwhile.
        """
        key = self._cipher.key(record.subject)
        # Keys of the customers whom the turn proposes or suggests something about: made before the transaction, which they would wait for.
        keys = self._cipher.keys({each.customer_id for each in (*record.proposals, *record.suggestions)})
        with self._database.writing() as connection:
            known = self._committed(connection, record.run_id)
            if known is not None:
                return known
            anchor, audit_id = self._store(connection, record, key)
            insert_proposals(connection, record, keys, self._clock())
            insert_suggestions(connection, record, keys, self._clock())
        self._chain.publish(anchor)
        return audit_id

    def _store(self, connection: Connection, record: TurnRecord, key: FieldKey) -> tuple[Anchor, str]:
        require_thread(connection, record.subject, record.thread_id)
        held = connection.execute(
            select(TURNS.c.subject, TURNS.c.thread_id, TURNS.c.state).where(TURNS.c.run_id == record.run_id)
        ).one_or_none()
        if held is None:
            words = key.seal(record.text, place_of("turn", record.run_id, "text"))
            insert_turn(connection, record.run_id, record.thread_id, record.subject, words, record.started_at)
        elif (held.subject, held.thread_id) != (record.subject, record.thread_id):
            raise no_thread()
        elif held.state in {"cancelled", "failed"}:
            raise ConflictError("This run was stopped before its reply was ready, so nothing is kept of it. Send the message again.")
        anchor = self._chain.add(connection, TURN, record.subject, record.model_dump(mode="json"), run_id=record.run_id)
        audit_id = connection.execute(select(AUDIT_RECORDS.c.id).where(AUDIT_RECORDS.c.seq == anchor.seq)).scalar_one()
        connection.execute(
            update(TURNS)
            .where(TURNS.c.run_id == record.run_id)
            .values(
                state="committed",
                reply=key.seal(record.reply.model_dump_json(), place_of("turn", record.run_id, "reply")),
                audit_id=audit_id,
            )
        )
        tickets = [
            {
                "id": note.id,
                "reference": note.reference,
                "subject": record.subject,
                "run_id": record.run_id,
                "kind": note.kind,
                "reason": key.seal(note.reason, place_of("ticket", note.id, "reason")),
                "text": key.seal(note.text, place_of("ticket", note.id, "text")),
                "respond_by": note.respond_by,
                "created_at": self._clock(),
            }
            for note in record.notes
        ]
        if tickets:
            connection.execute(insert(TICKETS), tickets)
        return anchor, audit_id

    def _committed(self, connection: Connection, run_id: str) -> str | None:
        return connection.scalar(select(AUDIT_RECORDS.c.id).where(AUDIT_RECORDS.c.run_id == run_id))
