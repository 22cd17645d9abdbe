"""The events as Server-Sent Events, as any AG-UI client reads them."""

import json

import ag_ui.core
import httpx
import pytest
from pydantic import TypeAdapter

from tests.server.chat_bank import browser, greeted

EVENT = TypeAdapter(ag_ui.core.Event)


@pytest.fixture
def thread(chat_bank):
    return chat_bank.threads.create(chat_bank.signed_in("anna")[0].subject).id


def body(thread: str, run_id: str, text: str, **more) -> dict:
    given = {"threadId": thread, "runId": run_id, "state": {}, "tools": [], "context": [], "forwardedProps": {}}
    return {**given, "messages": [{"id": "m1", "role": "user", "content": text}], **more}


def events_in(text: str) -> list[dict]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


def test_the_stream_is_what_was_kept_and_standard(chat_bank, address, thread):
    with browser(chat_bank, address) as client:
        answer = client.post("/agui/run", json=body(thread, "r1", "how am I doing?"))
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (
        200,
        "text/event-stream; charset=utf-8",
        "no-store",
    )
    events = events_in(answer.text)
    assert events == [event for _, event in chat_bank.runs.events_after("r1", 0)]
    for event in events:
        EVENT.validate_python(event)
    assert events[-1]["outcome"] == {"type": "success"}
    numbers = [int(line.removeprefix("id: ")) for line in answer.text.splitlines() if line.startswith("id: ")]
    assert numbers == list(range(1, len(events) + 1))


def test_earlier_messages_and_parts_are_taken_and_only_the_last_is_asked(chat_bank, address, thread):
    messages = [
        {"id": "m1", "role": "user", "content": "slow question"},
        {"id": "m2", "role": "assistant", "content": "An answer."},
        {"id": "m3", "role": "user", "content": [{"type": "text", "text": "how am I"}, {"type": "text", "text": "doing?"}]},
    ]
    with browser(chat_bank, address) as client:
        assert client.post("/agui/run", json=body(thread, "r1", "", messages=messages)).status_code == 200
    account = chat_bank.store.account_of_login("anna")
    assert chat_bank.runs.run(account.subject, "r1").text == "how am I\ndoing?"


async def test_a_lost_stream_loses_nothing_and_the_socket_goes_on_with_it(chat_bank, address, thread, monkeypatch):
    monkeypatch.setattr("server.agui.HEARTBEAT_SECONDS", 0.05)
    _, _, cookies = chat_bank.signed_in("anna")
    headers = {"X-CSRF-Token": cookies["pf_csrf"]}
    async with (
        httpx.AsyncClient(base_url=f"http://{address}", cookies=cookies, headers=headers) as client,
        client.stream("POST", "/agui/run", json=body(thread, "r1", "slow question")) as answer,
    ):
        lines = [line async for line in _until(answer, ": waiting")]
    chat_bank.go.set()
    async with greeted(chat_bank, address, resume=[{"runId": "r1", "after": len(events_in("\n".join(lines)))}]) as client:
        rest = await client.events("r1", after=len(events_in("\n".join(lines))))
    assert events_in("\n".join(lines)) + rest == [event for _, event in chat_bank.runs.events_after("r1", 0)]


async def _until(answer, line_wanted: str):
    async for line in answer.aiter_lines():
        yield line
        if line == line_wanted:
            return


def test_a_session_that_ends_ends_the_stream(chat_bank, address, thread, monkeypatch):
    monkeypatch.setattr("server.agui.HEARTBEAT_SECONDS", 0.05)
    _, grant, cookies = chat_bank.signed_in("anna")
    headers = {"X-CSRF-Token": cookies["pf_csrf"]}
    with (
        httpx.Client(base_url=f"http://{address}", cookies=cookies, headers=headers) as client,
        client.stream("POST", "/agui/run", json=body(thread, "r1", "slow question")) as answer,
    ):
        chat_bank.auth.sessions.end(grant.family, chat_bank.time)
        text = "\n".join(answer.iter_lines())
    assert events_in(text)[-1]["code"] == "expired"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"threadId": "none"}, 404, "not_found"),
        ({"runId": "a b"}, 400, "bad_request"),
        ({"messages": []}, 400, "bad_request"),
        ({"messages": [{"id": "m", "role": "assistant", "content": "x"}]}, 400, "bad_request"),
        ({"messages": [{"id": "m", "role": "user", "content": ""}]}, 422, "empty"),
        ({"messages": "x"}, 422, "bad_request"),
    ],
)
def test_what_cannot_be_asked_is_said(chat_bank, address, thread, change, status, code):
    with browser(chat_bank, address) as client:
        answer = client.post("/agui/run", json={**body(thread, "r1", "how am I doing?"), **change})
    assert answer.json()["code"] == code
    assert answer.status_code in (status, 422)
    assert chat_bank.attempts == []


def test_another_persons_thread_and_an_unknown_one_are_one_answer(chat_bank, address, thread):
    with browser(chat_bank, address, "tom") as client:
        answers = [client.post("/agui/run", json=body(name, "r1", "how is Anna?")) for name in (thread, "none")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}


def test_a_session_and_its_token_are_needed(chat_bank, address, thread):
    asked = body(thread, "r1", "how am I doing?")
    assert httpx.post(f"http://{address}/agui/run", json=asked).json()["code"] == "expired"
    _, _, cookies = chat_bank.signed_in("anna")
    with httpx.Client(base_url=f"http://{address}", cookies=cookies) as client:
        assert client.post("/agui/run", json=asked).json()["code"] == "csrf"
    assert chat_bank.attempts == []
