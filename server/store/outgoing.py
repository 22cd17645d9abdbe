"""Messages that a person approved: kept in the transaction of the approval, handed over later, each by its key and once."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from server.messages.message import Message
from server.messages.waiting import TakenMessage
from server.store.cipher import Cipher, FieldKey, place_of
from server.store.database import Database
from server.store.tables.contact import CONTACTS
from server.store.tables.message import OUTGOING_MESSAGES
from tools.errors import UnavailableError
from tools.value import Value

MessageState = Literal["waiting", "sent", "failed", "withdrawn"]
#: How long one attempt may take before another process may try the same message with the same key.
TAKEN_MINUTES = 10


class MessageStanding(Value):
    """How far a message is. `error` is the code of the last failure."""

    state: MessageState
    send_after: datetime
    settled_at: datetime | None
    error: str | None


class OutgoingMessages:
    """What is on its way. Used by the sender; approvals put messages in by `insert_message`, inside their own transaction."""

    def __init__(self, database: Database, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock

    def take(self, limit: int) -> tuple[TakenMessage, ...]:
        """Messages whose time has come and that nobody else is trying; they are this caller's for `TAKEN_MINUTES`."""
        table, now = OUTGOING_MESSAGES, self._clock()
        free = or_(table.c.taken_until.is_(None), table.c.taken_until <= now)
        due = (table.c.state == "waiting", table.c.send_after <= now, table.c.next_try_at <= now, free)
        until = now + timedelta(minutes=TAKEN_MINUTES)
        # Asked first by reading: whoever looks every few seconds must not hold up others who write.
        with self._database.reading() as connection:
            if connection.execute(select(table.c.id).where(*due).limit(1)).first() is None:
                return ()
        with self._database.writing() as connection:
            rows = connection.execute(
                select(table).where(*due).order_by(table.c.next_try_at, table.c.id).limit(limit).with_for_update(skip_locked=True)
            )
            found = rows.mappings().all()
            connection.execute(update(table).where(table.c.id.in_([row["id"] for row in found])).values(taken_until=until))
        return tuple(taken for row in found if (taken := self._opened(row)) is not None)

    def _opened(self, row: RowMapping) -> TakenMessage | None:
        """The message of a row; one to an erased customer is given up."""
        try:
            key = self._cipher.key(row["customer_id"])
        except UnavailableError as error:
            if error.code != "erased":
                raise
            self.settle(row["id"], "failed", "erased")
            return None
        return TakenMessage(message=Message.model_validate_json(key.open(row["message"], _place(row["id"]))), attempts=row["attempts"])

    def settle(self, key: str, state: Literal["sent", "failed"], error: str | None = None) -> None:
        """Keep how it ended, here and in the log of contacts."""
        settled = {"state": state, "error": error, "taken_until": None, "settled_at": self._clock()}
        with self._database.writing() as connection:
            connection.execute(
                update(OUTGOING_MESSAGES).where(OUTGOING_MESSAGES.c.id == key, OUTGOING_MESSAGES.c.state == "waiting").values(**settled)
            )
            outcome = "sent" if state == "sent" else "undeliverable"
            connection.execute(update(CONTACTS).where(CONTACTS.c.id == key, CONTACTS.c.outcome == "planned").values(outcome=outcome))

    def postpone(self, key: str, until: datetime, error: str) -> None:
        """Try again later."""
        table = OUTGOING_MESSAGES
        later = {"next_try_at": until, "taken_until": None, "attempts": table.c.attempts + 1, "error": error}
        with self._database.writing() as connection:
            connection.execute(update(table).where(table.c.id == key, table.c.state == "waiting").values(**later))


def insert_message(
    connection: Connection, message: Message, customer_id: str, subject: str, key: FieldKey, now: datetime, send_after: datetime
) -> None:
    """Put a message on its way in somebody's transaction. A second one with its key breaks a constraint."""
    connection.execute(
        insert(OUTGOING_MESSAGES).values(
            id=message.key,
            customer_id=customer_id,
            subject=subject,
            channel=message.channel,
            message=key.seal(message.model_dump_json(), _place(message.key)),
            state="waiting",
            send_after=send_after,
            next_try_at=send_after,
            attempts=0,
            made_at=now,
        )
    )


def withdraw_message(connection: Connection, key: str, now: datetime) -> bool:
    """Take a message back in somebody's transaction; False when its time has come."""
    table = OUTGOING_MESSAGES
    mine = (table.c.id == key, table.c.state == "waiting", table.c.send_after > now)
    return bool(connection.execute(update(table).where(*mine).values(state="withdrawn", settled_at=now)).rowcount)


def message_standings(connection: Connection, keys: Sequence[str]) -> dict[str, MessageStanding]:
    """How far messages are, by key."""
    table = OUTGOING_MESSAGES
    rows = connection.execute(
        select(table.c.id, table.c.state, table.c.send_after, table.c.settled_at, table.c.error).where(table.c.id.in_(keys))
    )
    return {row.id: MessageStanding(state=row.state, send_after=row.send_after, settled_at=row.settled_at, error=row.error) for row in rows}


def _place(key: str) -> str:
    return place_of(OUTGOING_MESSAGES.name, key, "message")
