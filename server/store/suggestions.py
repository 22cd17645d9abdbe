"""The log of what policies suggested, with propensities, and of what managers made of it: what off-policy estimates rest on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import orjson
from sqlalchemy import Connection, RowMapping, insert, select, update

from agent.record import MadeSuggestion, TurnRecord
from server.store.cipher import Cipher, FieldKey, place_of
from server.store.database import Database
from server.store.tables.message import SUGGESTIONS
from tools.errors import UnavailableError

Answer = Literal["none", "approved", "edited", "declined", "undone"]


class LoggedSuggestion(MadeSuggestion):
    """A suggestion, and what the manager did with it."""

    subject: str
    made_at: datetime
    answer: Answer
    answered_at: datetime | None


class SuggestionLog:
    """The whole log, for estimates; never used to answer a person's question."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def logged(self, since: datetime) -> tuple[LoggedSuggestion, ...]:
        """Suggestions made since a moment about customers that are still there, oldest first."""
        table = SUGGESTIONS
        with self._database.reading() as connection:
            rows = connection.execute(select(table).where(table.c.made_at >= since).order_by(table.c.made_at, table.c.id)).mappings().all()
        return tuple(found for row in rows if (found := self._opened(row)) is not None)

    def _opened(self, row: RowMapping) -> LoggedSuggestion | None:
        try:
            key = self._cipher.key(row["customer_id"])
        except UnavailableError as error:
            if error.code == "erased":
                return None
            raise
        told = {name: row[name] for name in ("subject", "made_at", "answer", "answered_at")}
        return LoggedSuggestion(**orjson.loads(key.open(row["details"], _place(row["id"]))), **told)


def insert_suggestions(connection: Connection, record: TurnRecord, keys: Mapping[str, FieldKey], now: datetime) -> None:
    """Keep what a turn suggested, in the transaction of the turn."""
    for made in record.suggestions:
        key = keys[made.customer_id]
        connection.execute(
            insert(SUGGESTIONS).values(
                id=made.id,
                customer_id=made.customer_id,
                subject=record.subject,
                policy=made.policy,
                action=made.action,
                propensity=made.propensity,
                situation=key.fingerprint(orjson.dumps(made.situation, option=orjson.OPT_SORT_KEYS).decode()),
                details=key.seal(made.model_dump_json(), _place(made.id)),
                proposal=made.proposal,
                answer="none",
                made_at=now,
            )
        )


def answer_suggestion(connection: Connection, identity: str, answer: Answer, now: datetime) -> None:
    """Keep what came of a suggestion, in the transaction of the act."""
    connection.execute(update(SUGGESTIONS).where(SUGGESTIONS.c.id == identity).values(answer=answer, answered_at=now))


def _place(identity: str) -> str:
    return place_of(SUGGESTIONS.name, identity, "details")
