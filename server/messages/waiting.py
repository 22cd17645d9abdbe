"""Where approved messages wait until they are handed over, as the sender needs it."""

from datetime import datetime
from typing import Literal, Protocol

from server.messages.message import Message
from tools.value import Value


class TakenMessage(Value):
    """A message that is to be handed over now, with how often that was tried before."""

    message: Message
    attempts: int


class WaitingMessages(Protocol):
    """What is on its way; `server.store.outgoing.OutgoingMessages`."""

    def take(self, limit: int) -> tuple[TakenMessage, ...]:
        """Messages that are due, kept from everybody else for a while."""
        ...

    def settle(self, key: str, state: Literal["sent", "failed"], error: str | None = None) -> None:
        """Keep how one ended."""
        ...

    def postpone(self, key: str, until: datetime, error: str) -> None:
        """Try one again later."""
        ...
