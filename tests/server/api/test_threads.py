"""Conversations over REST, as the page uses them."""

import asyncio

import httpx
import pytest

from server.store.tables.conversation import TICKETS
from tests.server.chat_bank import browser, greeted, record_of
from tools.errors import NotFoundError


@pytest.fixture
def anna(chat_bank, address):
    with browser(chat_bank, address) as client:
        yield client


@pytest.fixture
def tom(chat_bank, address):
    with browser(chat_bank, address, "tom") as client:
        yield client


@pytest.fixture
def subject(chat_bank, anna):
    return chat_bank.store.account_of_login("anna").subject


async def asked(chat_bank, address, thread: str, run_id: str, text: str = "how am I doing?") -> list[dict]:
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, run_id, text)
        return await client.events(run_id)


async def test_a_conversation_holds_its_turns_with_the_events_that_showed_them(chat_bank, address, anna):
    thread = anna.post("/threads").json()["id"]
    events = await asked(chat_bank, address, thread, "r1")
    anna.post(f"/threads/{thread}/turns/r1/feedback", json={"thumb": "up", "words": "Clear."})
    found = anna.get(f"/threads/{thread}").json()
    assert (found["id"], found["title"], found["created_at"]) == (thread, "how am I doing?", "2026-03-02T09:00:00Z")
    (turn,) = found["turns"]
    assert (turn["run_id"], turn["text"], turn["at"]) == ("r1", "how am I doing?", "2026-03-02T09:00:00Z")
    assert turn["events"] == events
    assert turn["feedback"]["thumb"] == "up"


def test_conversations_are_listed_the_last_used_first_page_by_page(chat_bank, anna):
    ids = []
    for number in range(3):
        chat_bank.wait(seconds=1)
        ids.append(anna.post("/threads", json={"title": f"Thread {number}"}).json()["id"])
    listed = anna.get("/threads").json()
    assert [thread["id"] for thread in listed] == ids[::-1]
    assert set(listed[0]) == {"id", "title", "updated_at"}
    assert [thread["title"] for thread in anna.get("/threads?limit=1&offset=1").json()] == ["Thread 1"]
    for wrong in ("limit=0", "limit=201", "offset=-1", "limit=x"):
        assert anna.get(f"/threads?{wrong}").json()["code"] == "bad_request"


def test_a_conversation_is_renamed_and_deleted(chat_bank, anna):
    thread = anna.post("/threads").json()["id"]
    assert anna.patch(f"/threads/{thread}", json={"title": "  Savings "}).json()["title"] == "Savings"
    assert anna.patch(f"/threads/{thread}", json={"title": "  "}).json()["code"] == "bad_request"
    assert anna.delete(f"/threads/{thread}").status_code == 204
    assert anna.get(f"/threads/{thread}").status_code == 404
    assert chat_bank.forgotten == [thread]


async def test_deleting_a_conversation_stops_its_run(chat_bank, address, anna, subject):
    thread = anna.post("/threads").json()["id"]
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "slow question")
        seen = await client.events("r1", most=6)
        assert (await asyncio.to_thread(anna.delete, f"/threads/{thread}")).status_code == 204
        assert (await client.events("r1", after=len(seen)))[-1]["outcome"] == {"type": "cancelled"}
    with pytest.raises(NotFoundError):
        chat_bank.runs.run(subject, "r1")


async def test_what_is_not_yours_does_not_exist(chat_bank, address, anna, tom):
    thread = anna.post("/threads").json()["id"]
    await asked(chat_bank, address, thread, "r1")
    own = tom.post("/threads").json()["id"]
    calls = [
        ("GET", "/threads/{}", None),
        ("PATCH", "/threads/{}", {"title": "Mine"}),
        ("DELETE", "/threads/{}", None),
        ("POST", "/threads/{}/turns/r1/feedback", {"thumb": "down"}),
    ]
    for method, path, given in calls:
        foreign, unknown = (tom.request(method, path.format(name), json=given) for name in (thread, "none"))
        assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content) == (404, foreign.content)
        assert foreign.json()["code"] == "not_found"
    # Her run is not in his thread either.
    assert tom.post(f"/threads/{own}/turns/r1/feedback", json={"thumb": "down"}).status_code == 404
    assert anna.get(f"/threads/{thread}").json()["title"] == "how am I doing?"


async def test_a_judgement_is_taken_back_and_must_be_one(chat_bank, address, anna):
    thread = anna.post("/threads").json()["id"]
    await asked(chat_bank, address, thread, "r1")
    path = f"/threads/{thread}/turns/r1/feedback"
    assert anna.post(path, json={"thumb": "down"}).json() == {"thumb": "down", "words": None}
    assert anna.post(path, json={"thumb": None}).json()["thumb"] is None
    assert anna.get(f"/threads/{thread}").json()["turns"][0]["feedback"] is None
    assert anna.post(path, json={"thumb": "sideways"}).json()["code"] == "bad_request"
    assert anna.post(path, json={"thumb": "up", "words": "x" * 2_001}).json()["code"] == "bad_request"


def test_a_turn_of_the_command_line_is_shown_from_its_record(chat_bank, anna, subject):
    thread = anna.post("/threads").json()["id"]
    chat_bank.runs.claim(subject, thread, "r1", "how am I doing?")
    chat_bank.recorder.commit(record_of("r1", thread, subject, "how am I doing?"))
    chat_bank.runs.set_state("r1", "finished")
    events = anna.get(f"/threads/{thread}").json()["turns"][0]["events"]
    assert (events[0]["type"], events[-1]["type"]) == ("RUN_STARTED", "RUN_FINISHED")
    assert [event["messageId"] for event in events if event["type"] == "TEXT_MESSAGE_START"] == ["r1:b1", "r1:b3"]


def test_a_ticket_is_taken_back_by_its_reference_and_only_by_its_owner(chat_bank, anna, tom, subject):
    row = {"id": "ticket.1", "reference": "T-1", "subject": subject, "run_id": "r1", "kind": "ticket", "reason": "", "text": ""}
    with chat_bank.database.writing() as connection:
        connection.execute(TICKETS.insert().values(**row, respond_by=chat_bank.time, created_at=chat_bank.time))
    foreign, unknown = tom.post("/tickets/T-1/undo"), tom.post("/tickets/T-2/undo")
    assert (foreign.status_code, foreign.text) == (404, unknown.text)
    assert anna.post("/tickets/T-1/undo").json() == {"reference": "T-1"}
    with chat_bank.database.reading() as connection:
        assert connection.execute(TICKETS.select()).one().undone_at == chat_bank.time


def test_every_call_needs_a_session_and_every_change_its_token(address, anna):
    thread = anna.post("/threads").json()["id"]
    with httpx.Client(base_url=f"http://{address}") as nobody:
        for method, path in (("GET", "/threads"), ("POST", "/threads"), ("GET", f"/threads/{thread}"), ("DELETE", f"/threads/{thread}")):
            assert nobody.request(method, path).json()["code"] == "expired"
    del anna.headers["X-CSRF-Token"]
    for method, path in (
        ("POST", "/threads"),
        ("PATCH", f"/threads/{thread}"),
        ("DELETE", f"/threads/{thread}"),
        ("POST", "/tickets/T-1/undo"),
    ):
        assert anna.request(method, path, json={}).json()["code"] == "csrf"
    assert anna.get("/threads").status_code == 200
