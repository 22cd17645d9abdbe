"""How far each stream was read, so that a reader goes on where it, or the one before it, stopped."""

from sqlalchemy import select

from server.store.database import Database
from server.store.tables.stress import STREAM_POSITIONS
from server.store.upsert import put
from tools.value import Value


class StreamPosition(Value):
    """A place in one partition: `position` is the first that was not read, `mark` recognises the partition's beginning."""

    partition: str
    position: int
    mark: str = ""


class StreamPositions:
    """The places of a bank's readers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, stream: str) -> dict[str, StreamPosition]:
        """The places of one stream by partition."""
        with self._database.reading() as connection:
            rows = connection.execute(select(STREAM_POSITIONS).where(STREAM_POSITIONS.c.stream == stream)).all()
        return {row.partition: StreamPosition(partition=row.partition, position=row.position, mark=row.mark) for row in rows}

    def keep(self, stream: str, places: tuple[StreamPosition, ...]) -> None:
        """Go on from these places next time."""
        with self._database.writing() as connection:
            put(connection, STREAM_POSITIONS, [{"stream": stream, **vars(place)} for place in places])
