"""The socket: one signed-in person's frames in, the events of the runs they follow out. Losing it loses nothing."""

import asyncio
import logging
from collections import deque

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from agent.context import Principal
from server.auth.auth import Auth
from server.auth.csrf import check_origin
from server.auth.failure import SignedOutError
from server.auth.tickets import SignedIn
from server.error_codes import ERROR_CODES, meaning_of, recognised
from server.follower import Follower, failure_frame, frames_of
from server.live_run import explained
from server.protocol import (
    LARGEST_FRAME,
    VERSION,
    AnyClientFrame,
    Attach,
    Cancel,
    Failure,
    Hello,
    Person,
    Ping,
    Pong,
    Ready,
    Run,
    Watch,
    frame_text,
    read_frame,
)
from server.runs import Runs
from server.stream.live import LiveHub, Watcher
from server.stream.news import news_of
from tools.errors import PersonaForgeError, RefusedError, UsageError

HELLO_SECONDS = 10.0
#: Shorter than `Sessions.CHECK_EVERY` adds up to: a session that ended closes its sockets within five seconds.
CHECK_SECONDS = 1.5
BAD_FRAMES = 5
_WAITING = 256
_FOLLOWED = 64

_log = logging.getLogger(__name__)


class _Close(Exception):
    """The socket is to be closed, after saying why."""

    def __init__(self, error: PersonaForgeError) -> None:
        super().__init__(error.code)
        self.error = error
        self.status = ERROR_CODES[error.code].close or 1008


def chat_router() -> APIRouter:
    """The socket under /ws. It needs `app.state.auth`, `runs` and `live`."""
    router = APIRouter()

    @router.websocket("/ws")
    async def chat(websocket: WebSocket) -> None:
        auth: Auth = websocket.app.state.auth
        try:
            check_origin(websocket.headers.get("origin"), websocket.headers.get("host"), auth.origins)
        except RefusedError as error:
            await websocket.send_denial_response(JSONResponse({"code": error.code, "message": error.message}, status_code=403))
            return
        await websocket.accept()
        await ChatSocket(websocket, auth, websocket.app.state.runs, websocket.app.state.live).serve()

    return router


class ChatSocket:
    """One open socket: a task reads, one writes at the client's pace, one looks whether the session still holds."""

    def __init__(self, websocket: WebSocket, auth: Auth, runs: Runs, live: LiveHub) -> None:
        self._websocket = websocket
        self._auth = auth
        self._runs = runs
        self._live = live
        self._watcher: Watcher | None = None
        self._replies: deque[str] = deque()
        self._followers: dict[str, Follower] = {}
        self._news = asyncio.Event()
        self._bad = 0

    async def serve(self) -> None:
        """Serve until either side closes."""
        try:
            who, hello = await self._greet()
            await self._serve(who, hello)
        except _Close as closing:
            await self._close(closing)
        except WebSocketDisconnect:
            pass
        finally:
            for follower in self._followers.values():
                follower.unlisten(self._news.set)
            self._unwatch()

    async def _greet(self) -> tuple[SignedIn, Hello]:
        try:
            frame = read_frame(await asyncio.wait_for(self._receive(), HELLO_SECONDS))
        except TimeoutError:
            raise _Close(_no_hello()) from None
        except UsageError as error:
            raise _Close(error) from None
        if not isinstance(frame, Hello):
            raise _Close(_no_hello())
        if frame.proto != VERSION:
            raise _Close(UsageError(f"This server speaks version {VERSION} of the wire. Reload the page.", code="bad_protocol"))
        try:
            return await asyncio.to_thread(self._auth.tickets.take, frame.ticket, self._auth.now()), frame
        except PersonaForgeError as error:
            raise _Close(error) from None

    async def _serve(self, who: SignedIn, hello: Hello) -> None:
        principal = who.account.principal()
        self._reply(frame_text(Ready(proto=VERSION, principal=Person(login=principal.login, name=principal.name, role=principal.role))))
        for point in hello.resume:
            await self._guarded(Attach(op="attach", run_id=point.run_id, after=point.after), who, principal)
        tasks = [asyncio.create_task(part) for part in (self._read(who, principal), self._write(), self._watch(who))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def _read(self, who: SignedIn, principal: Principal) -> None:
        while True:
            text = await self._receive()
            try:
                frame = read_frame(text)
            except UsageError as error:
                self._count_bad(error)
                continue
            await self._guarded(frame, who, principal)

    async def _guarded(self, frame: AnyClientFrame, who: SignedIn, principal: Principal) -> None:
        """Do what a frame asks. What goes wrong is said in a frame, unless it ends the session."""
        run_id = frame.input.run_id if isinstance(frame, Run) else getattr(frame, "run_id", None)
        try:
            await self._obey(frame, who, principal)
        except SignedOutError as error:
            raise _Close(error) from None
        except PersonaForgeError as error:
            self._say(Failure(code=error.code, message=error.message, run_id=run_id))
        except Exception as error:  # a defect in one request must not take the socket and what it follows with it
            code, message = explained(error, run_id or "none")
            self._say(Failure(code=code, message=message, run_id=run_id))

    async def _obey(self, frame: AnyClientFrame, who: SignedIn, principal: Principal) -> None:
        match frame:
            case Ping():
                self._say(Pong(t=frame.t))
            case Run():
                await asyncio.to_thread(self._auth.sessions.account, who.family, principal.subject, self._auth.now())
                given = frame.input
                decision = given.resume[0].decision() if given.resume else None
                await self._runs.start(principal, given.thread_id, given.run_id, given.messages[0].content, decision)
                await self._follow(principal, given.run_id, 0)
            case Attach():
                await self._follow(principal, frame.run_id, frame.after)
            case Cancel():
                await self._runs.cancel(principal.subject, frame.run_id)
            case Watch():
                await self._hear(principal, frame.after)
            case Hello():
                self._count_bad(UsageError("This socket has been greeted. Send run, attach, cancel, ping or watch.", code="bad_frame"))

    async def _hear(self, principal: Principal, after: int | None) -> None:
        """Hear live news from here on, instead of from where it was asked for before."""
        watcher = await self._live.watch(principal, after, self._news.set)
        self._unwatch()
        self._watcher = watcher

    def _unwatch(self) -> None:
        if self._watcher is not None:
            self._live.leave(self._watcher)

    async def _follow(self, principal: Principal, run_id: str, after: int) -> None:
        run = await self._runs.run(principal.subject, run_id)
        if run_id not in self._followers and len(self._followers) >= _FOLLOWED:
            raise UsageError(f"This socket follows {_FOLLOWED} runs. Read the history of the conversation instead.", code="usage")
        follower = await self._runs.follow(run, after)
        if known := self._followers.pop(run_id, None):
            known.unlisten(self._news.set)
        follower.listen(self._news.set)
        self._followers[run_id] = follower
        self._news.set()

    async def _write(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._replies:
                await self._websocket.send_text(self._replies.popleft())
            for follower in tuple(self._followers.values()):
                await self._write_some(follower)
            if self._watcher is not None and (heard := await self._watcher.take()) is not None:
                await self._websocket.send_text(frame_text(news_of(heard)))

    async def _write_some(self, follower: Follower) -> None:
        """Send one piece of a run, so that a long one does not keep the others waiting."""
        piece = await follower.take()
        for text in frames_of(follower, piece) if piece else ():
            await self._websocket.send_text(text)
        if not follower.done:
            if piece is not None:
                self._news.set()
            return
        if (failure := failure_frame(follower)) is not None:
            await self._websocket.send_text(frame_text(failure))
        follower.unlisten(self._news.set)
        if self._followers.get(follower.run_id) is follower:
            del self._followers[follower.run_id]

    async def _watch(self, who: SignedIn) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await asyncio.to_thread(
                    self._auth.sessions.account, who.family, who.account.subject, self._auth.now(), active=False
                )  # fmt: skip
            except SignedOutError as error:
                raise _Close(error) from None
            except Exception as error:  # a busy database says nothing about the session; the next look will
                if recognised(error) is None:
                    _log.exception("session_not_checked")

    async def _receive(self) -> str:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1006))
        # A binary frame is none of ours: it is read as an empty text, which is a bad frame.
        text = message.get("text") or ""
        if len(text) > LARGEST_FRAME or len(text.encode("utf-8", "surrogatepass")) > LARGEST_FRAME:
            raise _Close(UsageError(f"The frame is larger than {LARGEST_FRAME // 1024} kB. Send a smaller one.", code="frame_too_big"))
        return text

    def _count_bad(self, error: UsageError) -> None:
        self._bad += 1
        if self._bad >= BAD_FRAMES:
            raise _Close(error)
        self._say(Failure(code=error.code, message=error.message))

    def _say(self, frame: Pong | Failure) -> None:
        self._reply(frame_text(frame))

    def _reply(self, text: str) -> None:
        if len(self._replies) >= _WAITING:
            raise _Close(
                RefusedError("This connection does not take what it asked for. Connect again; nothing is lost.", code="slow_reader")
            )
        self._replies.append(text)
        self._news.set()

    async def _close(self, closing: _Close) -> None:
        row = meaning_of(closing.error)
        try:
            async with asyncio.timeout(1):
                while self._replies:
                    await self._websocket.send_text(self._replies.popleft())
                await self._websocket.send_text(frame_text(Failure(code=closing.error.code, message=closing.error.message)))
                await self._websocket.close(closing.status, row.code)
        except (WebSocketDisconnect, RuntimeError, TimeoutError):
            # The client is gone already, or takes nothing more.
            return


def _no_hello() -> RefusedError:
    return RefusedError("The first frame was no hello within ten seconds. Ask for a ticket, then send hello with it.", code="no_hello")
