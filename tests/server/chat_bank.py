"""A bank whose runs tell scripted messages, over real stores and accounts; and a server of it on a port of its own."""

import asyncio
import json
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import uvicorn
from websockets.asyncio.client import connect

from agent.context import ClientName
from agent.decision import Decision
from agent.record import ToolCall, TurnRecord
from agent.reply import Column, Reply, Rich, Span, TableBlock, TextBlock, Verdict
from knowledge.catalogue import load_catalogue
from server.app import create_app, server_config
from server.messages.sender import Sender
from server.next_steps import NextSteps
from server.store.audit import AuditChain
from server.store.board import BoardReader
from server.store.cipher import Cipher
from server.store.contacts import ContactStore
from server.store.database import Database
from server.store.engine import open_engine
from server.store.insights import InsightStore
from server.store.live_events import LiveEvents
from server.store.migrate import migrate
from server.store.outgoing import OutgoingMessages
from server.store.recorder import StoreRecorder
from server.store.runs import RunStore
from server.store.set_aside import SetAside
from server.store.stress_scores import StressScores
from server.store.threads import ThreadStore
from server.stress_reasons import StressReasons
from tests.server.auth.memory_accounts import Bank as Accounts
from tools.fact import Fact
from tools.ledger.query import ClientSnapshot

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BALANCE = Fact(id="balance.1.now", label="current account balance", value=124_050, unit="money", as_of=date(2026, 2, 28), source="profile_view", currency="GBP")  # fmt: skip
BLOCKS = (
    TextBlock(id="b1", section="persona_simulator", sentences=(
        Rich(text="You are doing well.", spans=()),
        Rich(text="Your account holds £1,240.50.", spans=(Span(start=19, end=28, kind="fact", id=BALANCE.id),)),
    )),
    TableBlock(id="b2", section="persona_simulator", title="Balance", columns=(Column(key="a", label="Account"),), rows=((Rich(text="Current"),),)),
    TextBlock(id="b3", section="product_advisor", heading="What you can do now", sentences=(Rich(text="Nothing needs to be done."),)),
)  # fmt: skip
REPLY = Reply(language="en", blocks=BLOCKS, verdict=Verdict(outcome="pass", figures=1))


def working(run_id: str) -> list[dict]:
    """What is told before the reply is committed."""
    who = f"{run_id}:persona_simulator:1"
    call = {"name": "profile_view", "arguments": {"months": 3}}
    return [
        {"kind": "step", "name": "intake", "phase": "start"},
        {"kind": "step", "name": "intake", "phase": "end", "label": "Intake", "summary": "English.", "ms": 1},
        {"kind": "step", "name": "supervisor", "phase": "start"},
        {"kind": "step", "name": "supervisor", "phase": "end", "ms": 2, "plan": [{"specialist": "persona_simulator", "calls": [call], "wave": 1}]},
        {"kind": "specialist", "id": who, "name": "persona_simulator", "phase": "start"},
        {"kind": "tool", "id": "profile_view.1", "specialist": who, "name": "profile_view", "phase": "start", "arguments": {"months": 3}},
        {"kind": "tool", "id": "profile_view.1", "specialist": who, "name": "profile_view", "phase": "end", "outcome": "ok", "figures": 1, "ms": 3},
        {"kind": "specialist", "id": who, "name": "persona_simulator", "phase": "end", "ms": 9, "summary": "1 figures"},
        {"kind": "step", "name": "compliance_checker", "phase": "start"},
        {"kind": "step", "name": "compliance_checker", "phase": "end", "label": "Gate: passed", "ms": 4, **REPLY.verdict.model_dump(mode="json")},
        {"kind": "step", "name": "deliver", "phase": "start"},
    ]  # fmt: skip


def shown(audit_id: str) -> list[dict]:
    """What is told once the reply is committed."""
    return [
        {"kind": "facts", "facts": {BALANCE.id: BALANCE.model_dump(mode="json")}},
        *({"kind": "block", "block": block.model_dump(mode="json")} for block in BLOCKS),
        {"kind": "step", "name": "deliver", "phase": "end", "label": "Delivered", "record": audit_id, "ms": 5},
        {"kind": "finished", "verdict": REPLY.verdict.model_dump(mode="json"), "model": "built-in", "fell_back": None, "language": "en", "seconds": 0.0, "record": audit_id},
    ]  # fmt: skip


def record_of(run_id: str, thread_id: str, subject: str, text: str) -> TurnRecord:
    call = ToolCall(id="profile_view.1", specialist="persona_simulator", name="profile_view", arguments={"months": 3}, outcome="ok", facts=(BALANCE.id,), seconds=0.003)  # fmt: skip
    return TurnRecord(
        run_id=run_id, thread_id=thread_id, subject=subject, role="customer", text=text, language="en", started_at=NOW, finished_at=NOW,
        calls=(call,), facts=(BALANCE,), reply=REPLY, model="built-in", versions={"wire": "1.0"},
    )  # fmt: skip


class ChatBank(Accounts):
    """Scripted by the person's words:

    `how…`    the whole turn at once;
    `slow…`   works until `go` is set;
    `late…`   commits, then waits for `go` before it shows;
    `fail…`   raises in the middle;   `crash…` raises after committing;   `many…` tells 3,000 steps first.
    """

    def __init__(self, home: Path, template: Path, **settings) -> None:
        super().__init__(home, **settings)
        self.time = NOW
        shutil.copy(template, home / "bank.sqlite")
        self.engine = open_engine(f"sqlite:///{home / 'bank.sqlite'}")
        self.database = Database(self.engine)
        cipher = Cipher(self.database, self.keys)
        self.threads = ThreadStore(self.database, cipher, self.now)
        self.insights = InsightStore(self.database, self.now)
        self.live_events = LiveEvents(self.database, self.now)
        self.board = BoardReader(self.database, cipher)
        self.contacts = ContactStore(self.database, cipher, self.now)
        self.stress_scores = StressScores(self.database)
        self.set_aside = SetAside(self.database, cipher, self.now)
        self.reasons = StressReasons(self.database)
        self.next_steps = NextSteps(self.database, cipher)
        self.sender = Sender(OutgoingMessages(self.database, cipher, self.now), {}, self.now)
        self.runs = RunStore(self.database, cipher, self.now)
        self.audit = AuditChain(self.database, cipher, self.keys, home / "anchors.jsonl", self.now)
        self.recorder = StoreRecorder(self.database, cipher, self.audit, self.now)
        self.catalogue = load_catalogue()
        self.go = threading.Event()
        self.warmed = threading.Event()
        self.warmed.set()
        self.attempts: list[str] = []
        self.decisions: list[Decision | None] = []
        self.forgotten: list[str] = []
        self.failure: Exception = RuntimeError("canary: a secret of the defect")

    def now(self) -> datetime:
        return self.time

    def catch_up(self) -> None:
        pass

    def warm(self) -> None:
        self.warmed.wait(20)

    @asynccontextmanager
    async def conversation(self):
        yield

    def business_dates(self) -> dict[str, date]:
        return {"demo": date(2026, 2, 28)}

    def view(self, principal):
        return BookView(principal)

    async def forget_thread(self, thread_id: str) -> None:
        self.forgotten.append(thread_id)

    async def run_messages(self, principal, thread_id: str, run_id: str, text: str, decision=None) -> AsyncIterator[dict]:
        self.attempts.append(run_id)
        self.decisions.append(decision)
        for at, message in enumerate(working(run_id)):
            if at == 6 and text.startswith("slow"):
                await self._wait()
            if at == 6 and text.startswith("fail"):
                raise self.failure
            yield message
            if at == 0 and text.startswith("many"):
                for number in range(3000):
                    yield {"kind": "step", "name": f"part {number}", "phase": "start"}
                    if number % 500 == 0:
                        await asyncio.sleep(0.06)
        audit_id = await asyncio.to_thread(self.recorder.commit, record_of(run_id, thread_id, principal.subject, text))
        if text.startswith("late"):
            await self._wait()
        for at, message in enumerate(shown(audit_id)):
            if at == 2 and text.startswith("crash"):
                raise self.failure
            yield message

    async def _wait(self) -> None:
        while not self.go.is_set():
            await asyncio.sleep(0.005)

    def signed_in(self, login: str = "anna", **given):
        """Cookies of a session, and its ticket."""
        account = self.store.account_of_login(login) or self.add(login, **given)
        grant = self.auth.sessions.begin(account, self.time)
        names = self.auth.cookies.names
        return account, grant, {names.access: grant.access, names.refresh: grant.refresh, "pf_csrf": self.auth.csrf.token(grant.family)}


class BookView:
    """The book of `rm1` has two clients; everybody else has none."""

    def __init__(self, principal) -> None:
        self.principal = principal

    def business_date(self) -> date:
        return date(2026, 3, 2)

    def clients(self):
        if self.principal.login != "rm1":
            return ()
        return tuple(
            ClientName(customer_id=f"demo:{number}", ref=number, name=name) for number, name in (("1042", "Anna"), ("2077", "Tom"))
        )

    def snapshot(self, customer_id: str) -> ClientSnapshot:
        return ClientSnapshot(
            customer_id=customer_id, source="demo", as_of=date(2026, 2, 28), currency="GBP", segment="retail", joined_on=date(2020, 1, 1),
            balance=124_050, savings=0, income_monthly=250_000, spending_monthly=200_000, net_monthly=50_000, commitments_monthly=90_000,
        )  # fmt: skip


@contextmanager
def serving(bank: ChatBank) -> Iterator[str]:
    """The bank behind a real uvicorn on a free port. Gives `host:port`."""
    server = uvicorn.Server(server_config(create_app(bank), "127.0.0.1", 0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, 20)
    try:
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


def until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


class Client:
    """A browser's socket."""

    def __init__(self, socket) -> None:
        self.socket = socket

    async def send(self, **frame) -> None:
        await self.socket.send(json.dumps(frame))

    async def receive(self, seconds: float = 10) -> dict:
        return json.loads(await asyncio.wait_for(self.socket.recv(), seconds))

    async def ask(self, thread_id: str, run_id: str, text: str, **more) -> None:
        messages = [{"id": f"{run_id}-m", "role": "user", "content": text}]
        given = {
            "threadId": thread_id,
            "runId": run_id,
            "messages": messages,
            "state": {},
            "tools": [],
            "context": [],
            "forwardedProps": {},
            **more,
        }
        await self.send(op="run", input=given)

    async def events(self, run_id: str, after: int = 0, most: int | None = None) -> list[dict]:
        """The events of a run until its end or until there are `most`; every number is checked."""
        found: list[dict] = []
        while not (found and found[-1]["type"] in ("RUN_FINISHED", "RUN_ERROR")) and (most is None or len(found) < most):
            frame = await self.receive()
            if frame["op"] == "events" and frame["runId"] == run_id:
                assert frame["seq"] == after + len(found) + 1
                found += frame["events"]
            else:
                assert frame["op"] != "error", frame
        return found


@asynccontextmanager
async def greeted(bank: ChatBank, address: str, login: str = "anna", resume=(), role: str = "customer", **options):
    """A socket that has said hello."""
    account, grant, _ = bank.signed_in(login, role=role)
    from server.auth.tickets import SignedIn

    ticket = bank.auth.tickets.issue(SignedIn(account=account, family=grant.family), bank.time)
    async with connect(f"ws://{address}/ws", **options) as socket:
        client = Client(socket)
        client.account, client.grant = account, grant
        await client.send(op="hello", ticket=ticket, proto="1.0", resume=list(resume))
        client.ready = await client.receive()
        yield client


def browser(bank: ChatBank, address: str, login: str = "anna", **given) -> httpx.Client:
    """A signed-in browser for the REST calls."""
    _, _, cookies = bank.signed_in(login, **given)
    return httpx.Client(base_url=f"http://{address}", cookies=cookies, headers={"X-CSRF-Token": cookies["pf_csrf"]})


def make_template(path: Path) -> Path:
    """An empty, migrated store to copy."""
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine, path.parent / "backups")
    engine.dispose()
    return path
