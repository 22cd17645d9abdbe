"""Events that could not be taken: kept with code and sentence, once however often they are delivered, for staff to look at."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, select

from server.store.cipher import Cipher, place_of
from server.store.database import Database
from server.store.tables.stress import SET_ASIDE
from server.store.upsert import put_absent
from tools.errors import UnavailableError
from tools.value import Value

SetAsideCode = Literal["unknown_account", "wrong_currency", "future_date", "ancient_date", "differs", "unreadable", "erased"]
#: Whose key seals the text of an event of nobody we know.
NOBODY = "source:set_aside"
_LONGEST_TEXT = 2000
_LONGEST_ID = 200


class NewSetAside(Value):
    """An event that was not taken. `text` is what was delivered, `subject` the customer it speaks of or `NOBODY`."""

    source: str
    event_id: str
    code: SetAsideCode
    reason: str
    subject: str = NOBODY
    text: str


class SetAsideEvent(Value):
    """An event that was not taken, as staff see it. `text` is None when the customer it speaks of has been erased."""

    id: int
    source: str
    event_id: str
    code: SetAsideCode
    reason: str
    text: str | None
    at: datetime


class SetAside:
    """The shelf of events that were not taken."""

    def __init__(self, database: Database, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock

    def sealed(self, events: Sequence[NewSetAside]) -> list[dict[str, object]]:
        """The rows of these events. Makes keys where subjects have none: call it before opening a transaction that writes."""
        keys = self._cipher.keys(event.subject for event in events) if events else {}
        at = self._clock()
        rows: list[dict[str, object]] = []
        for event in events:
            key, text = keys[event.subject], event.text[:_LONGEST_TEXT]
            mark = key.fingerprint("\x1f".join((event.code, event.source, event.event_id, event.text)))
            rows.append(
                {
                    "fingerprint": mark,
                    "source": event.source[:_LONGEST_ID],
                    "event_id": event.event_id[:_LONGEST_ID],
                    "code": event.code,
                    "reason": event.reason,
                    "subject": event.subject,
                    "text": key.seal(text, _place(mark)),
                    "at": at,
                }
            )
        return rows

    def add(self, connection: Connection, rows: Sequence[dict[str, object]]) -> None:
        """Keep sealed rows in somebody's transaction; what is kept already stays as it is."""
        put_absent(connection, SET_ASIDE, rows, ("fingerprint",))

    def counts(self) -> dict[str, int]:
        """How many events there are of each code."""
        with self._database.reading() as connection:
            rows = connection.execute(select(SET_ASIDE.c.code, func.count()).group_by(SET_ASIDE.c.code).order_by(SET_ASIDE.c.code))
            return {row[0]: row[1] for row in rows}

    def list(self, limit: int = 100) -> tuple[SetAsideEvent, ...]:
        """The newest events, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(SET_ASIDE).order_by(SET_ASIDE.c.id.desc()).limit(limit)).all()
        return tuple(
            SetAsideEvent(
                id=row.id, source=row.source, event_id=row.event_id, code=row.code, reason=row.reason, at=row.at,
                text=self._opened(row.subject, row.text, bytes(row.fingerprint)),
            )
            for row in rows
        )  # fmt: skip

    def _opened(self, subject: str, sealed: str, mark: bytes) -> str | None:
        try:
            return self._cipher.key(subject).open(sealed, _place(mark))
        except UnavailableError as error:
            if error.code == "erased":
                return None
            raise


def _place(mark: bytes) -> str:
    return place_of("set_aside", mark.hex(), "text")
