"""A suggested contact over HTTP, on the small demo bank: asked for, changed, refused, approved, sent, and whose it is."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server.app import create_app
from server.bank import Bank
from server.messages.sender import Sent
from server.settings import load_settings
from tests.server.api.test_plan import Person, resume, said
from tests.small_bank import SmallBank


class Clock:
    """The bank's own time, which can be moved ahead."""

    def __init__(self, bank_now: datetime) -> None:
        self.at = bank_now

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def clock(prepared_bank: SmallBank) -> Clock:
    now = prepared_bank.open()
    try:
        return Clock(now.now())
    finally:
        now.database.engine.dispose()


@pytest.fixture(scope="module")
def people(prepared_bank: SmallBank, clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Person]]:
    small = prepared_bank.copy(tmp_path_factory.mktemp("contacted") / "home")
    bank = Bank(load_settings(small.environment), now=clock)
    app = create_app(bank)
    with TestClient(app):
        yield {login: Person(app, bank, login, small.passwords[login]) for login in ("rm1", "rm2", "anna")}
    bank.database.engine.dispose()


@pytest.fixture
def manager(people: dict[str, Person]) -> Person:
    return people["rm1"]


def suggested(person: Person) -> dict[str, Any]:
    """An open proposal about the first client of the book whom anything is to be done about."""
    for client in person.bank.view(person.principal).clients():
        person.run(f"What should I do about {client.ref}?")
        open_ones = [one for one in person.get("/proposals") if one["kind"] == "contact"]
        if open_ones:
            return open_ones[0]
    raise AssertionError("nobody in this book is strained")


def card(person: Person, proposal: str) -> dict[str, Any]:
    return next(one for one in person.get(f"/proposals?thread={person.thread}") if one["id"] == proposal)


def test_from_a_question_to_a_message_that_a_person_approved(people: dict[str, Person], manager: Person, clock: Clock):
    found = suggested(manager)
    proposal, bank = found["id"], manager.bank
    assert found["state"] == "open"
    assert "confirm" not in [event.get("stepName") for event in manager.run("yes send it")]
    people["rm2"].post(f"/proposals/{proposal}/decision", {"key": "k", "status": "approved"}, 404)
    people["anna"].post(f"/proposals/{proposal}/decision", {"key": "k", "status": "approved"}, 404)
    refused = manager.run("Approved", resume=resume(proposal, key="bad", text=found["text"] + " We guarantee it, for £5."))
    assert "this text may not go out" in said(refused)
    assert card(manager, proposal)["state"] == "open"
    assert "Approved: " in said(manager.run("Approved", resume=resume(proposal)))
    shown = card(manager, proposal)
    assert shown["state"] == "approved"
    (logged,) = bank.contacts.of_clients(manager.principal)
    assert (logged.outcome, logged.note) == ("planned", shown["text"])
    if shown["channel"] == "call":
        assert shown["message"] is None
        assert logged.follow_up_on is not None
        return
    assert bank.sender.send_due() == Sent()
    clock.at += timedelta(minutes=10)
    assert bank.sender.send_due() == Sent(sent=1)
    assert card(manager, proposal)["message"]["state"] == "sent"
    (file,) = (bank.settings.home / "outbox").iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["body"] == shown["text"]


def test_a_customer_asks_in_vain_for_what_managers_do(people: dict[str, Person]):
    events = people["anna"].run("What should you do about me? Call me or send a message?")
    assert not any(event.get("toolCallName") == "intervention_suggest" for event in events)
    assert not [one for one in people["anna"].get("/proposals") if one["kind"] == "contact"]
