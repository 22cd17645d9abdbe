"""All runs of this server: claimed once, worked on whether or not somebody follows, taken up again after a kill."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

from agent.context import Principal
from agent.decision import Decision
from agent.turn import accepted_text
from server.follower import Follower
from server.live_run import Ending, LiveRun
from server.protocol import Event
from server.run_log import RunLog
from server.store.runs import Run
from server.store.threads import RunState
from tools.errors import ConflictError, NotFoundError, RefusedError, UnavailableError, UsageError

#: Runs that one person may start within a minute.
PER_MINUTE = 30
_MINUTE = timedelta(minutes=1)

_log = logging.getLogger(__name__)
T = TypeVar("T")


class KeptRuns(Protocol):
    """Where runs and their events live; `server.store.runs.RunStore`."""

    def claim(self, subject: str, thread_id: str, run_id: str, text: str, decision: Decision | None = None) -> Run:
        """Claim a run id, or give the run that was claimed with the same words."""
        ...

    def run(self, subject: str, run_id: str) -> Run:
        """A run of one's own. Raises NotFoundError."""
        ...

    def unfinished(self) -> tuple[Run, ...]:
        """Runs that a stopped server left behind."""
        ...

    def set_state(self, run_id: str, state: RunState) -> None:
        """Note how far a run is."""
        ...

    def append_events(self, run_id: str, events: Sequence[Mapping[str, Any]], first_seq: int) -> None:
        """Keep events, all or none."""
        ...

    def events_after(self, run_id: str, seq: int) -> tuple[tuple[int, dict[str, Any]], ...]:
        """The kept events later than a number."""
        ...


class Turns(Protocol):
    """What makes answers: the part of the bank that runs need."""

    def name_thread(self, run: Run) -> None:
        """Give the thread of its first run a title."""
        ...

    def run_messages(self, principal: Principal, run: Run) -> AsyncGenerator[dict[str, Any]]:
        """Run one turn and give its messages (`agent/progress.py`)."""
        ...

    def committed_messages(self, run: Run) -> list[dict[str, Any]] | None:
        """The messages of the reply that a run has committed; None when it has committed none."""
        ...

    def principal_of(self, subject: str) -> Principal:
        """Who a run was started by. Raises NotFoundError when the account is gone or disabled."""
        ...


class Runs:
    """Starts, follows, cancels and resumes runs. One loop, one instance."""

    def __init__(self, kept: KeptRuns, turns: Turns, ready: Callable[[], Awaitable[None]], now: Callable[[], datetime]) -> None:
        """`ready` returns when turns can be run, or raises why they cannot."""
        self._kept = kept
        self._turns = turns
        self._ready = ready
        self._now = now
        self._live: dict[str, tuple[LiveRun, asyncio.Task[None]]] = {}
        self._starting: dict[tuple[str, str], asyncio.Lock] = {}
        self._started: dict[str, deque[datetime]] = {}
        self._draining = False
        # Threads of our own: a locked database must not use up those in which tools work.
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="runs")

    async def start(self, principal: Principal, thread_id: str, run_id: str, text: str, decision: Decision | None = None) -> Run:
        """Claim the run and begin to work on it. For a run that was claimed before, this is attaching to it.

        Args:
            decision: what the person did in the interface; `text` then names the act, and nothing is read out of it.

        Raises:
            UsageError: the text is empty or too long.
            NotFoundError: the thread is not the principal's.
            ConflictError: the id was used otherwise, or another run of the thread is still at work.
            RefusedError: (`rate`) too many runs in the last minute.
            UnavailableError: the server is stopping.
        """
        words = accepted_text(text)
        if self._draining:
            raise UnavailableError("The bank's server is restarting. Send the message again in a moment.")
        key = (principal.subject, thread_id)
        lock = self._starting.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                return await self._start(principal, thread_id, run_id, words, decision)
        finally:
            if not lock.locked():
                self._starting.pop(key, None)

    async def run(self, subject: str, run_id: str) -> Run:
        """A run of one's own; one that was left unfinished is taken up again. Raises NotFoundError for everything else."""
        run = await self._call(self._kept.run, subject, run_id)
        if run.state in ("running", "committed") and run_id not in self._live and not self._draining:
            await self._resume(run)
        return run

    async def follow(self, run: Run, after: int) -> Follower:
        """Follow a run behind event `after`. Raises UsageError for a number that the run has not reached."""
        live = self._live.get(run.run_id)
        log = None if live is None else live[0].log
        last = max(run.last_seq, 0 if log is None else log.last_seq)
        if after > last:
            raise UsageError(f"The run has {last} events so far. Attach with the number of the last event you have.")
        return Follower(run.run_id, after, log=log, read_kept=partial(self._call, self._kept.events_after, run.run_id))

    async def cancel(self, subject: str, run_id: str) -> None:
        """Stop a run of one's own; one that has ended stays as it ended. Raises NotFoundError."""
        await self._call(self._kept.run, subject, run_id)
        live = self._live.get(run_id)
        if live is not None:
            live[0].cancel()

    async def cancel_thread(self, subject: str, thread_id: str) -> None:
        """Stop the run of a thread and wait for its end."""
        live = self._at_work(subject, thread_id)
        if live is not None:
            live[0].cancel()
            await asyncio.wait((live[1],))

    async def resume_unfinished(self) -> int:
        """Take up every run that a stopped server left behind. Gives their number."""
        left = await self._call(self._kept.unfinished)
        for run in left:
            if run.run_id not in self._live:
                await self._resume(run)
        return len(left)

    async def drain(self, seconds: float) -> None:
        """Take no more runs, give those at work some time, then leave the rest for the next start."""
        self._draining = True
        await self._wait_for_all(seconds)
        for live, _ in self._live.values():
            live.stop()
        await self._wait_for_all(seconds)
        await asyncio.to_thread(self._threads.shutdown)

    async def _start(self, principal: Principal, thread_id: str, run_id: str, text: str, decision: Decision | None) -> Run:
        other = self._at_work(principal.subject, thread_id)
        if other is not None and other[0].has_told_its_end:
            # The person has seen the end already; only its bookkeeping is left.
            await asyncio.wait((other[1],))
        elif other is not None and other[0].run.run_id != run_id:
            raise ConflictError("This conversation is still being answered. Wait for the answer or stop it, then send the message again.")
        if run_id not in self._live:
            self._count(principal.subject)
        run = await self._call(self._kept.claim, principal.subject, thread_id, run_id, text, decision)
        if run.new:
            await self._call(self._turns.name_thread, run)
            self._work_on(run, (), principal)
        elif run.state in ("running", "committed") and run_id not in self._live:
            await self._resume(run)
        return run

    async def _resume(self, run: Run) -> None:
        kept = await self._call(self._kept.events_after, run.run_id, 0)
        try:
            principal: Principal | NotFoundError = await self._call(self._turns.principal_of, run.subject)
        except NotFoundError as gone:
            principal = gone
        if run.run_id not in self._live:
            _log.info("run_resumed", extra={"run_id": run.run_id, "seq": len(kept)})
            self._work_on(run, [event for _, event in kept], principal)

    def _work_on(self, run: Run, kept: Sequence[Event], principal: Principal | NotFoundError) -> None:
        log = RunLog(partial(self._keep, run.run_id), len(kept))
        live = LiveRun(
            run,
            log=log,
            kept=kept,
            answer=partial(self._answer, run, principal),
            committed=partial(self._call, self._turns.committed_messages, run),
            end=partial(self._end, run.run_id),
        )
        task = asyncio.create_task(live.work())
        self._live[run.run_id] = (live, task)
        task.add_done_callback(lambda _: self._live.pop(run.run_id, None))

    async def _answer(self, run: Run, principal: Principal | NotFoundError) -> AsyncGenerator[dict[str, Any]]:
        if isinstance(principal, NotFoundError):
            raise principal
        await self._ready()
        async with aclosing(self._turns.run_messages(principal, run)) as messages:
            async for message in messages:
                yield message

    async def _keep(self, run_id: str, events: Sequence[Event], first_seq: int) -> None:
        await self._call(self._kept.append_events, run_id, events, first_seq)

    async def _end(self, run_id: str, ending: Ending) -> None:
        await self._call(self._kept.set_state, run_id, ending)

    def _at_work(self, subject: str, thread_id: str) -> tuple[LiveRun, asyncio.Task[None]] | None:
        for live in self._live.values():
            if (live[0].run.subject, live[0].run.thread_id) == (subject, thread_id):
                return live
        return None

    def _count(self, subject: str) -> None:
        now = self._now()
        recent = self._started.setdefault(subject, deque())
        while recent and now - recent[0] >= _MINUTE:
            recent.popleft()
        if len(recent) >= PER_MINUTE:
            raise RefusedError(f"You have asked {PER_MINUTE} times within a minute. Wait a moment, then try again.", code="rate")
        recent.append(now)

    async def _wait_for_all(self, seconds: float) -> None:
        tasks = [task for _, task in self._live.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def _call(self, work: Callable[..., T], *given: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *given))
