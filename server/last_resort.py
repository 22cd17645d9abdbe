"""Answers an unforeseen exception and keeps the connection. The framework answers too, but raises again, and the server then hangs up."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_Handler = Callable[[Request, Exception], Awaitable[Response]]


class LastResort:
    """The innermost layer, so that its answer gets the same headers as any other."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def noticing(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, noticing)
        except Exception as error:  # logged with its incident number by the handler
            if started:
                # Half an answer cannot be taken back: hanging up is what tells the client.
                raise
            app: FastAPI = scope["app"]
            handler = cast("_Handler", cast("dict[Any, Any]", app.exception_handlers)[Exception])
            await (await handler(Request(scope, receive), error))(scope, receive, send)
