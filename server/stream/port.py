"""The port of the stream: what an event source has to promise, whichever broker it speaks to.

A source gives batches of messages and is told when the effects of one are committed. It promises

- at least once: what was not committed is given again after a restart. `Ingest` knows what it has taken, so nothing counts twice;
- order within a partition. Messages are keyed by account, and a key stays in one partition, so each customer's account is in order;
- to go on: an unreadable message is given like any other, and is set aside by `Ingest` with its reason.

Kafka fits as it is: a batch is what one poll gives, `partition` its topic partition, `position` the offset after the last message,
`commit` a commit of those offsets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from server.store.stream_positions import StreamPosition


@dataclass(frozen=True, slots=True)
class EventBatch:
    """What was read in one go.

    Attributes:
        bodies: the messages as they came, in order.
        positions: where each partition goes on after them.
    """

    bodies: tuple[bytes, ...] = ()
    positions: tuple[StreamPosition, ...] = ()


NOTHING_NEW = EventBatch()


class EventSource(Protocol):
    """A source of events."""

    def batches(self) -> Iterator[EventBatch]:
        """Batches in order. A source that never ends gives `NOTHING_NEW` from time to time, so that its reader can stop or do other work."""
        ...

    def commit(self, batch: EventBatch) -> None:
        """The effects of this batch and of all before it are kept: do not give them again."""
        ...
