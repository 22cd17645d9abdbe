"""The same events as Server-Sent Events, for any AG-UI client: POST /agui/run with a RunAgentInput."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import orjson
from ag_ui.core import RunAgentInput
from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from agent.decision import Decision
from server.auth.auth import Auth
from server.auth.failure import SignedOutError
from server.auth.principal import auth_of, signed_in
from server.auth.tickets import SignedIn
from server.events import run_failed
from server.follower import Follower, failure_frame
from server.protocol import Id, Resume
from server.runs import Runs
from tools.errors import UsageError
from tools.value import Value

#: A comment is sent when nothing else was, so that proxies keep the connection; the session is looked at as often.
HEARTBEAT_SECONDS = 3.0


class _Ids(Value):
    """Thread and run as our own clients name them."""

    thread_id: Id
    run_id: Id


def agui_router() -> APIRouter:
    """POST /agui/run. It needs `app.state.auth` and `runs`."""
    router = APIRouter(tags=["wire"])

    @router.post("/agui/run", response_class=StreamingResponse)
    async def run(
        given: RunAgentInput, request: Request, who: Annotated[SignedIn, Depends(signed_in)], auth: Annotated[Auth, Depends(auth_of)]
    ) -> StreamingResponse:
        """Ask in a conversation of yours (POST /threads) and receive the run's events. The same run id again attaches to it."""
        runs: Runs = request.app.state.runs
        ids = _ids(given)
        principal = who.account.principal()
        await runs.start(principal, ids.thread_id, ids.run_id, asked(given), decided(given))
        follower = await runs.follow(await runs.run(principal.subject, ids.run_id), 0)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_lines(follower, who, auth), media_type="text/event-stream", headers=headers)

    return router


def asked(given: RunAgentInput) -> str:
    """What the person wrote last: the text of the last message, which must be a user's.

    Raises:
        UsageError: (`bad_request`) there is none.
    """
    last = given.messages[-1] if given.messages else None
    if last is None or last.role != "user":
        raise UsageError("The last message is not the user's. Send what the person wrote as the last message.", code="bad_request")
    content: Any = last.content
    if isinstance(content, str):
        return content
    return "\n".join(part.text for part in content if part.type == "text")


def decided(given: RunAgentInput) -> Decision | None:
    """The act that a run carries out, or None for a message: `resolved` with our payload and the `status` in it, `cancelled` declines.

    Raises:
        UsageError: (`bad_request`) more than one, or one that does not hold.
    """
    entries = given.resume or []
    if not entries:
        return None
    given_payload: Any = entries[0].payload
    payload: dict[str, Any] = {**given_payload} if isinstance(given_payload, dict) else {}
    status = payload.pop("status", "approved")
    act = {
        "interruptId": entries[0].interrupt_id,
        "status": "declined" if entries[0].status == "cancelled" else status,
        "payload": payload,
    }
    try:
        resume = Resume.model_validate(act)
    except ValidationError:
        resume = None
    if resume is None or len(entries) > 1:
        raise UsageError("The act in `resume` does not hold. Send one, with its key in the payload.", code="bad_request")
    return resume.decision()


def _ids(given: RunAgentInput) -> _Ids:
    try:
        return _Ids(thread_id=given.thread_id, run_id=given.run_id)
    except ValueError:
        raise UsageError(
            "threadId or runId is not one. Use letters, digits, dots, colons, dashes and underscores.", code="bad_request"
        ) from None


async def _lines(follower: Follower, who: SignedIn, auth: Auth) -> AsyncGenerator[bytes]:
    news = asyncio.Event()
    follower.listen(news.set)
    try:
        while not follower.done:
            news.clear()
            if (piece := await follower.take()) is not None:
                yield b"".join(b"id: %d\ndata: %s\n\n" % (seq, orjson.dumps(event)) for seq, event in enumerate(piece.events, piece.seq))
            elif not follower.done:
                yield await _pause(news)
                await _check(who, auth)
        if (failure := failure_frame(follower)) is not None:
            yield _event(run_failed(failure.message, failure.code))
    except SignedOutError as error:
        yield _event(run_failed(error.message, error.code))
    finally:
        follower.unlisten(news.set)


async def _pause(news: asyncio.Event) -> bytes:
    try:
        await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return b": waiting\n\n"
    return b""


async def _check(who: SignedIn, auth: Auth) -> None:
    await asyncio.to_thread(auth.sessions.account, who.family, who.account.subject, auth.now(), active=False)


def _event(event: dict[str, Any]) -> bytes:
    return b"data: %s\n\n" % orjson.dumps(event)
