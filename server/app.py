"""The web server around a bank: routes, the socket, and what happens at start and stop."""

import asyncio
import importlib
import logging
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI

from agent.context import Principal
from server.agui import agui_router
from server.api.auth import auth_router
from server.api.bank import ChatBank
from server.api.customers import customers_router
from server.api.documents import documents_router
from server.api.health import health_router
from server.api.insights import insights_router
from server.api.me import me_router
from server.api.plan import plan_router
from server.api.stress import stress_router
from server.api.threads import threads_router
from server.api.twin import twin_router
from server.chat import chat_router
from server.committed import committed_messages
from server.error_codes import recognised
from server.error_handlers import install_error_handlers
from server.headers import SecurityHeaders
from server.last_resort import LastResort
from server.pages import pages_router
from server.protocol import LARGEST_FRAME, VERSION
from server.readiness import Readiness
from server.runs import Runs
from server.store.runs import Run
from server.stream.live import LiveHub
from server.stream.live_book import LiveBook
from tools.errors import NotFoundError, PersonaForgeError, UnavailableError

#: How long runs at work get to end when the server stops; what is left goes on at the next start.
DRAIN_SECONDS = 5.0
_TITLE = 60
_TAGS = [
    {"name": "sign-in", "description": "Sign in and out, tickets for the socket, who is signed in."},
    {"name": "conversations", "description": "Threads, their turns, feedback, tickets."},
    {
        "name": "wire",
        "description": "Runs as AG-UI 1.0 events: here as Server-Sent Events, at /ws in our envelope (`personaforge protocol`).",
    },
    {"name": "documents", "description": "Published products and policies."},
    {"name": "book", "description": "A relationship manager's clients."},
    {"name": "insights", "description": "What is worth knowing, told unasked; chosen, held back in quiet hours, and dismissed."},
    {"name": "plan", "description": "Goals with their outlook, and proposals that wait for an approval."},
    {"name": "twin", "description": "A customer's own twin as a page, and what-ifs tried on it."},
    {"name": "stress", "description": "How strained clients are: one in depth, the board of a book, the log of contacts."},
    {"name": "health", "description": "For whoever runs the server."},
]

_log = logging.getLogger(__name__)


def create_app(bank: ChatBank) -> FastAPI:
    """The application. Heavy parts are loaded after the port is bound; until then /readyz is 503 and runs wait."""
    app = FastAPI(
        title="PersonaForge",
        version=VERSION,
        description="A bank's conversational assistant over digital twins of its customers.",
        openapi_tags=_TAGS,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.bank, app.state.auth = bank, bank.auth
    for router in (
        health_router(),
        auth_router(),
        me_router(),
        threads_router(),
        documents_router(),
        customers_router(),
        insights_router(),
        plan_router(),
        twin_router(),
        stress_router(),
    ):
        app.include_router(router)
    for router in (agui_router(), chat_router(), pages_router()):
        app.include_router(router)
    app.add_middleware(LastResort)
    app.add_middleware(SecurityHeaders, secure=bank.settings.secure_cookies)
    install_error_handlers(app)
    return app


def server_config(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """How uvicorn is to serve the application: pings that find dead sockets, and no frame larger than the wire allows."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        ws="websockets-sansio",
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_max_size=LARGEST_FRAME,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


class BankTurns:
    """The bank as `server.runs` needs it."""

    def __init__(self, bank: ChatBank) -> None:
        self._bank = bank

    def name_thread(self, run: Run) -> None:
        """Give the thread of its first run the beginning of the message as its title."""
        if not self._bank.threads.thread(run.subject, run.thread_id).title:
            words = " ".join(run.text.split())
            self._bank.threads.rename(run.subject, run.thread_id, words if len(words) <= _TITLE else f"{words[:_TITLE].rstrip()}…")

    async def run_messages(self, principal: Principal, run: Run) -> AsyncGenerator[dict[str, Any]]:
        """Run one turn."""
        async for message in self._bank.run_messages(principal, run.thread_id, run.run_id, run.text, run.decision):
            yield message

    def committed_messages(self, run: Run) -> list[dict[str, Any]] | None:
        """What a run has committed."""
        return committed_messages(run, self._bank.threads, self._bank.audit)

    def principal_of(self, subject: str) -> Principal:
        """Who a run was started by. Raises NotFoundError when the account is gone or disabled."""
        account = self._bank.auth.store.account(subject)
        if account is None or account.disabled:
            raise NotFoundError("The account that asked is closed. Ask your administrator to enable it.")
        return account.principal()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    bank: ChatBank = app.state.bank
    readiness = app.state.readiness = Readiness()
    runs = app.state.runs = Runs(bank.runs, BankTurns(bank), readiness.wait, bank.now)
    live = app.state.live = LiveHub(bank.live_events, LiveBook(bank.board, bank.reasons, bank.insights, bank.now), bank.now)
    stopping = asyncio.Event()
    sending = asyncio.create_task(bank.sender.run(stopping))
    conversing = asyncio.create_task(_converse(bank, readiness, runs, stopping))
    try:
        yield
    finally:
        await live.close()
        await runs.drain(DRAIN_SECONDS)
        stopping.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(conversing, sending), DRAIN_SECONDS)


async def _converse(bank: ChatBank, readiness: Readiness, runs: Runs, stopping: asyncio.Event) -> None:
    """Load what is heavy, take up the runs that were left behind, and keep the conversation open until the server stops."""
    try:
        await asyncio.to_thread(_load, bank)
        async with bank.conversation():
            readiness.set_ready()
            await _resume(runs)
            # Not waited for when the server stops: what is left is caught up at the next start.
            threading.Thread(target=_catch_up, args=(bank,), daemon=True).start()
            await stopping.wait()
    except Exception as error:  # the server stays up to say what is wrong
        _log.error("not_ready", exc_info=error)
        readiness.set_failed(recognised(error) or _cannot_start())


async def _resume(runs: Runs) -> None:
    try:
        await runs.resume_unfinished()
    except Exception:  # each of them is taken up when somebody asks for it, too
        _log.exception("runs_not_resumed")


def _catch_up(bank: ChatBank) -> None:
    try:
        bank.catch_up()
    except Exception:  # those customers are told that their figures are being worked out
        _log.exception("figures_not_caught_up")


def _load(bank: ChatBank) -> None:
    # The graph's libraries take a second to import: here, so that the loop answers meanwhile.
    importlib.import_module("agent.graph")
    bank.warm()


def _cannot_start() -> PersonaForgeError:
    return UnavailableError("The assistant could not be started. Run `personaforge doctor` to see what is missing.")
