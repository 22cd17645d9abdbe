"""One run at work: a task that no socket owns. It tells events into its log and ends in a state of the store."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Any, Literal

from server.error_codes import recognised
from server.events import Message, events_of, run_cancelled, run_failed, run_started
from server.protocol import Event
from server.run_log import RunLog
from server.store.runs import Run
from server.telling import Telling

Ending = Literal["finished", "cancelled", "failed"]

_log = logging.getLogger(__name__)


class LiveRun:
    """Works on a claimed run until it has ended, or until the server stops: then it stays as it is and is taken up at the next start."""

    def __init__(
        self,
        run: Run,
        *,
        log: RunLog,
        kept: Iterable[Event],
        answer: Callable[[], AsyncGenerator[dict[str, Any]]],
        committed: Callable[[], Awaitable[list[dict[str, Any]] | None]],
        end: Callable[[Ending], Awaitable[None]],
    ) -> None:
        """Put together one attempt.

        Args:
            run: the claimed run.
            log: where events go.
            kept: events of an earlier attempt.
            answer: starts the turn and gives its messages.
            committed: the messages of the reply that this run has committed, or None when it has not.
            end: notes in the store how the run ended.
        """
        self.run = run
        self.log = log
        self._telling = Telling(kept)
        self._answer = answer
        self._committed = committed
        self._end = end
        self._delivering = False
        self._cancelled = False
        self._stopping = False
        # Set once the task is at work: a task that is cancelled before never runs, and would tell nothing.
        self._producing: asyncio.Task[Ending | None] | None = None

    @property
    def has_told_its_end(self) -> bool:
        """Whether the last event is told, and perhaps not kept yet."""
        return self._telling.ended_by is not None

    async def work(self) -> None:
        """Do the run. Raises nothing: what goes wrong is told to those who follow it, and logged."""
        producing = asyncio.create_task(self._produce(), name=f"run {self.run.run_id}")
        writing = asyncio.create_task(self.log.write())
        await asyncio.wait((producing, writing), return_when=asyncio.FIRST_COMPLETED)
        if writing.done():
            # What cannot be kept must not be shown, so there is no point in going on.
            self.stop()
        await asyncio.wait((producing,))
        self.log.close()
        await writing
        ending = producing.result()
        if self.log.failure is not None:
            _log.error("run_not_kept", extra={"run_id": self.run.run_id}, exc_info=self.log.failure)
        elif ending is not None:
            await self._note(ending)

    def cancel(self) -> None:
        """Stop the run for good. A reply that is being committed is not cut in half: the rest takes milliseconds."""
        if not self._delivering:
            self._cancelled = True
            self._interrupt()

    def stop(self) -> None:
        """Leave the run as it is, because the server ends."""
        self._stopping = True
        self._interrupt()

    def _interrupt(self) -> None:
        if self._producing is not None:
            self._producing.cancel()

    async def _note(self, ending: Ending) -> None:
        try:
            await self._end(ending)
        except Exception:  # every event is kept, so the next start knows how the run ended
            _log.exception("run_end_not_noted", extra={"run_id": self.run.run_id})
        else:
            _log.info("run_ended", extra={"run_id": self.run.run_id, "thread_id": self.run.thread_id, "outcome": ending})

    async def _produce(self) -> Ending | None:
        self._producing = asyncio.current_task()
        try:
            if self._cancelled or self._stopping:
                raise asyncio.CancelledError
            return await self._attempt()
        except asyncio.CancelledError:
            if self._stopping:
                return None
            self._tell_end("cancelled", run_cancelled(self.run.thread_id, self.run.run_id))
            return "cancelled"

    async def _attempt(self) -> Ending:
        if self._telling.ended_by is not None:
            return ending_of(self._telling.ended_by)
        self._tell([run_started(self.run.thread_id, self.run.run_id)])
        try:
            if self.run.state != "committed" or not await self._tell_committed():
                async with aclosing(self._answer()) as messages:
                    async for message in messages:
                        self._take(message)
            if self._telling.ended_by is None and not await self._tell_committed():
                raise RuntimeError("the turn ended without an answer")
        except Exception as error:  # a defect or a missing part: the person is told, and what was committed is shown
            return await self._fail(error)
        return "finished"

    async def _fail(self, error: Exception) -> Ending:
        try:
            if await self._tell_committed():
                return "finished"
        except Exception:  # the first error is the one to tell
            _log.exception("committed_reply_not_read", extra={"run_id": self.run.run_id})
        code, message = explained(error, self.run.run_id)
        self._tell_end("interrupted", run_failed(message, code))
        return "failed"

    async def _tell_committed(self) -> bool:
        messages = await self._committed()
        if messages is None:
            return False
        self._telling.again()
        for message in messages:
            self._take(message)
        return True

    def _take(self, message: Message) -> None:
        events = events_of(message, self.run.thread_id, self.run.run_id)
        self._delivering = self._delivering or (message["kind"], message.get("name")) == ("step", "deliver")
        if message["kind"] == "finished":
            self._tell_end("interrupted", *events)
        else:
            self._tell(events)

    def _tell_end(self, outcome: Literal["cancelled", "interrupted"], *last: Event) -> None:
        self.log.tell([*self._telling.closing(outcome), *self._telling.fresh(last)])

    def _tell(self, events: Iterable[Event]) -> None:
        self.log.tell(self._telling.fresh(events))


def ending_of(event: Event) -> Ending:
    """The state that belongs to a run's last event."""
    if event["type"] == "RUN_ERROR":
        return "failed"
    return "cancelled" if event.get("outcome") == {"type": "cancelled"} else "finished"


def explained(error: Exception, run_id: str) -> tuple[str, str]:
    """Code and sentence for a person. A defect is logged and gets an incident number; its own words are never shown."""
    known = recognised(error)
    if known is not None:
        _log.warning("run_failed", extra={"run_id": run_id, "code": known.code})
        return known.code, known.message
    incident = secrets.token_hex(4)
    _log.error("run_crashed", extra={"run_id": run_id, "incident": incident}, exc_info=error)
    return "internal", f"Something went wrong on our side. Send the message again; if it happens again, report incident {incident}."
