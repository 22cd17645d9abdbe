"""Whether the process lives, and whether it can answer questions."""

from typing import Literal

from fastapi import APIRouter, Request

from server.readiness import Readiness
from tools.value import Value


class Alive(Value):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Warm(Value):
    """Questions can be answered."""

    status: Literal["ready"] = "ready"


def health_router() -> APIRouter:
    """GET /healthz and /readyz, for whoever runs the server. They need `app.state.readiness`."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> Alive:
        """Answers as soon as the port is bound."""
        return Alive()

    @router.get("/readyz")
    async def readyz(request: Request) -> Warm:
        """503 with the reason until everything is loaded."""
        readiness: Readiness = request.app.state.readiness
        readiness.require()
        return Warm()

    return router
