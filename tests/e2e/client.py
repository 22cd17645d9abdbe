"""A person's client over the real wire: signs in by REST, greets the socket with a ticket, asks and follows."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.e2e.served import Served

Event = dict[str, Any]
ENDS = ("RUN_FINISHED", "RUN_ERROR")


class Person:
    """Somebody who is signed in."""

    def __init__(self, server: Served, login: str) -> None:
        self.server, self.login = server, login
        self.rest = httpx.Client(base_url=server.address, timeout=60)
        answer = self.rest.post("/auth/sign-in", json={"login": login, "password": server.bank.passwords[login]})
        assert answer.status_code == 200, answer.text

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.rest.close()

    @property
    def csrf(self) -> dict[str, str]:
        return {"X-CSRF-Token": self.rest.cookies["pf_csrf"]}

    def post(self, path: str, given: Mapping[str, Any] | None = None) -> httpx.Response:
        return self.rest.post(path, json=given or {}, headers=self.csrf)

    def ticket(self) -> str:
        return self.post("/auth/ticket").json()["ticket"]

    def thread(self) -> str:
        return self.post("/threads").json()["id"]

    def history(self, thread_id: str) -> list[dict[str, Any]]:
        return self.rest.get(f"/threads/{thread_id}").json()["turns"]

    @contextmanager
    def raw_socket(self, origin: str | None = None) -> Iterator[ClientConnection]:
        """A socket that has said nothing yet."""
        with connect(f"ws://{self.server.host}/ws", origin=origin or self.server.address, open_timeout=30, close_timeout=2) as socket:
            yield socket

    @contextmanager
    def socket(self, *resume: dict[str, Any]) -> Iterator["Wire"]:
        """A greeted socket that follows the runs of `resume`."""
        with self.raw_socket() as socket:
            wire = Wire(socket)
            wire.send({"op": "hello", "ticket": self.ticket(), "proto": "1.0", "resume": list(resume)})
            ready = wire.receive()
            assert ready["op"] == "ready", ready
            assert ready["principal"]["login"] == self.login
            yield wire


class Wire:
    """Frames on one socket. Holds every run's events to an unbroken sequence as they come."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.last: dict[str, int] = {}

    def send(self, frame: Mapping[str, Any] | str) -> None:
        self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    def receive(self, seconds: float = 60) -> dict[str, Any]:
        return json.loads(self.socket.recv(timeout=seconds))

    def run(self, thread_id: str, text: str, run_id: str | None = None) -> str:
        """Ask; gives the run's id."""
        run_id = run_id or uuid.uuid4().hex
        self.send({"op": "run", "input": run_input(thread_id, text, run_id)})
        return run_id

    def attach(self, run_id: str, after: int) -> None:
        self.last[run_id] = after
        self.send({"op": "attach", "runId": run_id, "after": after})

    def events(self, run_id: str, stop_at: tuple[str, ...] = ENDS) -> list[Event]:
        """The next events of a run, up to the first frame that has one of the kinds in `stop_at`."""
        found: list[Event] = []
        while not any(event["type"] in stop_at for event in found):
            frame = self.receive()
            assert frame["op"] == "events", frame
            if frame["runId"] != run_id:
                continue
            assert frame["seq"] == self.last.get(run_id, 0) + 1, "the sequence has a hole or a repetition"
            self.last[run_id] = frame["seq"] + len(frame["events"]) - 1
            found += frame["events"]
        return found

    def ask(self, thread_id: str, text: str) -> list[Event]:
        """Ask and give every event of the run."""
        return self.events(self.run(thread_id, text))

    def error(self) -> tuple[str, str]:
        """Code and message of the next frame, which is an error."""
        frame = self.receive()
        assert frame["op"] == "error", frame
        return frame["code"], frame["message"]


def run_input(thread_id: str, text: str, run_id: str) -> dict[str, Any]:
    message = {"id": uuid.uuid4().hex, "role": "user", "content": text}
    return {
        "threadId": thread_id, "runId": run_id, "messages": [message], "state": {}, "tools": [], "context": [], "forwardedProps": {},
    }  # fmt: skip


def kinds(events: list[Event]) -> list[str]:
    return [event["type"] for event in events]


def text_of(events: list[Event]) -> str:
    """What a person reads."""
    return "".join(event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT")


def blocks(events: list[Event], kind: str) -> list[dict[str, Any]]:
    """Content of the activities of one type."""
    return [event["content"] for event in events if event["type"] == "ACTIVITY_SNAPSHOT" and event["activityType"] == kind]
