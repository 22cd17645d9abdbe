"""Handing over approved messages: after the time to undo, tried again with patience, once per key as far as the receiver honours it.

A process that dies between handing a message over and noting it down leaves it to be tried again with the same key: a receiver that
keeps keys (a folder, a webhook that honours `Idempotency-Key`, a mail server that knows the Message-ID) takes it once.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from server.messages.message import Channel, Message, Messenger
from server.messages.waiting import TakenMessage, WaitingMessages
from tools.errors import PersonaForgeError, RefusedError

#: Minutes until the next attempt; when all are used up, the message has failed and its manager is told.
PATIENCE_MINUTES = (1, 5, 15, 60, 240, 720)
AT_ONCE = 20
POLL_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Sent(NamedTuple):
    """What came of one round."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0


class Sender:
    """Sends what is due. Several at once, in one process or in many, do not get in each other's way."""

    def __init__(self, waiting: WaitingMessages, messengers: Mapping[Channel, Messenger], clock: Callable[[], datetime]) -> None:
        self._waiting = waiting
        self._messengers = messengers
        self._clock = clock

    def send_due(self) -> Sent:
        """Try everything that is due now, once each."""
        sent = failed = postponed = 0
        for taken in self._waiting.take(AT_ONCE):
            ended = self._tried(taken)
            sent, failed, postponed = sent + (ended == "sent"), failed + (ended == "failed"), postponed + (ended == "later")
        return Sent(sent, failed, postponed)

    async def run(self, stopping: asyncio.Event) -> None:
        """Send what is due every few seconds until `stopping`."""
        while not stopping.is_set():
            try:
                await asyncio.to_thread(self.send_due)
            except PersonaForgeError as error:  # the store fails for a while: nothing is lost, the next round tries again
                _log.warning("messages_not_sent", extra={"code": error.code})
            except Exception:
                _log.exception("messages_not_sent")
            try:
                await asyncio.wait_for(stopping.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

    def _tried(self, taken: TakenMessage) -> Literal["sent", "failed", "later"]:
        message = taken.message
        try:
            self._messenger(message).send(message)
        except RefusedError as error:
            self._waiting.settle(message.key, "failed", error.code)
            return "failed"
        except PersonaForgeError as error:
            return self._later(taken, error.code)
        except Exception:  # one message that cannot be handed over must not hold up the others
            _log.exception("message_not_sent")
            return self._later(taken, "not_delivered")
        self._waiting.settle(message.key, "sent")
        return "sent"

    def _messenger(self, message: Message) -> Messenger:
        return self._messengers[message.channel]

    def _later(self, taken: TakenMessage, code: str) -> Literal["failed", "later"]:
        if taken.attempts >= len(PATIENCE_MINUTES):
            self._waiting.settle(taken.message.key, "failed", code)
            return "failed"
        until = self._clock() + timedelta(minutes=PATIENCE_MINUTES[taken.attempts])
        self._waiting.postpone(taken.message.key, until, code)
        return "later"
