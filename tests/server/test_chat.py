"""The socket as a browser meets it: a real server on a port, a real client."""

import asyncio
import errno

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from agent.decision import Decision
from server.auth.sessions import CHECK_EVERY
from server.auth.tickets import SignedIn
from server.chat import CHECK_SECONDS
from server.error_codes import recognised
from tests.server.chat_bank import Client, greeted, until


@pytest.fixture
def thread(chat_bank):
    account, _, _ = chat_bank.signed_in("anna")
    return chat_bank.threads.create(account.subject).id


async def test_a_question_is_answered_in_the_order_of_the_wire(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        assert client.ready == {"op": "ready", "proto": "1.0", "principal": {"login": "anna", "name": "Name of anna", "role": "customer"}}
        await client.ask(thread, "r1", "how am I doing?")
        events = await client.events("r1")
    assert [event["type"] for event in events] == [
        "RUN_STARTED", "STEP_STARTED", "STEP_FINISHED", "STEP_STARTED", "STEP_FINISHED",
        "SUBAGENT_STARTED", "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT", "SUBAGENT_FINISHED",
        "STEP_STARTED", "STEP_FINISHED", "STEP_STARTED", "ACTIVITY_SNAPSHOT",
        "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "ACTIVITY_SNAPSHOT",
        "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END", "STEP_FINISHED", "RUN_FINISHED",
    ]  # fmt: skip


async def closing(socket, seconds: float = 10) -> int:
    """The code with which the server closes."""
    async with asyncio.timeout(seconds):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code


async def test_losing_the_socket_loses_no_event_and_repeats_none(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "slow question")
        first = await client.events("r1", most=6)
    chat_bank.go.set()
    resume = [{"runId": "r1", "after": len(first)}]
    async with greeted(chat_bank, address, resume=resume) as client:
        rest = await client.events("r1", after=len(first))
    assert first + rest == [event for _, event in chat_bank.runs.events_after("r1", 0)]
    assert rest[-1]["outcome"] == {"type": "success"}


async def test_the_same_message_again_attaches(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "how am I doing?")
        events = await client.events("r1")
        await client.ask(thread, "r1", "how am I doing?")
        assert await client.events("r1") == events
    assert chat_bank.attempts == ["r1"]


async def test_only_resume_makes_a_run_an_act(chat_bank, address, thread):
    entry = {"interruptId": "proposal.1", "status": "approved", "payload": {"key": "k1"}}
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "how: Approved: Save the goal", resume=[entry])
        await client.events("r1")
        await client.ask(thread, "r2", "how: yes, approve proposal.1")
        await client.events("r2")
        await client.ask(thread, "r1", "how: Approved: Save the goal")
        refused = await client.receive()
    assert chat_bank.decisions == [Decision(proposal="proposal.1", status="approved", key="k1"), None]
    assert (refused["op"], refused["code"], refused["runId"]) == ("error", "run_id_used", "r1")


async def test_two_sockets_follow_one_run(chat_bank, address, thread):
    async with greeted(chat_bank, address) as one, greeted(chat_bank, address) as two:
        await one.ask(thread, "r1", "slow question")
        await one.events("r1", most=1)
        await two.send(op="attach", runId="r1", after=0)
        chat_bank.go.set()
        assert (await two.events("r1"))[-1]["type"] == "RUN_FINISHED"
        await one.send(op="attach", runId="r1", after=3)
        frame = await one.receive()
        while frame["seq"] != 4:
            frame = await one.receive()


async def test_cancel_stops_the_run_and_closing_the_socket_does_not(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "slow question")
        seen = await client.events("r1", most=6)
        await client.send(op="cancel", runId="r1")
        events = seen + await client.events("r1", after=len(seen))
        assert events[-1]["outcome"] == {"type": "cancelled"}
        await client.ask(thread, "r2", "slow question")
        await client.events("r2", most=1)
    chat_bank.go.set()
    async with greeted(chat_bank, address, resume=[{"runId": "r2", "after": 0}]) as client:
        assert (await client.events("r2"))[-1]["outcome"] == {"type": "success"}


async def test_a_ping_comes_back_also_while_a_run_works(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "slow question")
        await client.events("r1", most=6)
        await client.send(op="ping", t=123)
        assert await client.receive() == {"op": "pong", "t": 123}


async def test_bursts_are_few_frames(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "many steps")
        frames = 0
        last = ""
        while last != "RUN_FINISHED":
            frame = await client.receive()
            frames += 1
            last = frame["events"][-1]["type"]
    assert frames < 60


async def test_a_reader_that_takes_nothing_holds_no_run_up_and_loses_nothing(chat_bank, address, thread):
    # Sixteen buffered frames, and no reading until the run is over: the events wait in the store.
    async with greeted(chat_bank, address, max_queue=1) as client:
        await client.ask(thread, "r1", "many steps")
        await asyncio.to_thread(until, lambda: chat_bank.runs.last_seq("r1") > 3_000)
        events = await client.events("r1")
    assert events == [event for _, event in chat_bank.runs.events_after("r1", 0)]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_frame"),
        ('{"op": "shout"}', "bad_frame"),
        (b"\x00\x01", "bad_frame"),
        ('{"op": "hello", "ticket": "x", "proto": "1.0", "resume": []}', "bad_frame"),
        ('{"op": "attach", "runId": "unknown", "after": 0}', "not_found"),
        ('{"op": "cancel", "runId": "unknown"}', "not_found"),
    ],
)
async def test_a_wrong_frame_is_answered_and_the_socket_stays(chat_bank, address, frame, code):
    async with greeted(chat_bank, address) as client:
        await client.socket.send(frame)
        answer = await client.receive()
        assert (answer["op"], answer["code"]) == ("error", code)
        assert answer["message"].endswith(".")
        await client.send(op="ping", t=1)
        assert (await client.receive())["op"] == "pong"


async def test_five_bad_frames_close_the_socket(chat_bank, address):
    async with greeted(chat_bank, address) as client:
        for _ in range(5):
            await client.socket.send("{")
        assert await closing(client.socket) == 1008


async def test_a_frame_that_is_too_large_closes_the_socket(chat_bank, address):
    async with greeted(chat_bank, address) as client:
        await client.socket.send(" " * (64 * 1024 + 1))
        assert await closing(client.socket) == 1009


async def test_a_message_of_fifty_thousand_characters_is_refused_by_its_length(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "x" * 50_000)
        answer = await client.receive()
        assert (answer["code"], answer["runId"]) == ("too_long", "r1")
        await client.ask(thread, "r2", "")
        assert (await client.receive())["code"] == "empty"


async def test_a_second_run_of_a_thread_is_refused_while_the_first_works(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "slow question")
        await client.events("r1", most=6)
        await client.ask(thread, "r2", "how am I doing?")
        answer = await client.receive()
        assert (answer["code"], answer["runId"]) == ("conflict", "r2")


async def test_what_is_not_yours_does_not_exist(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "how am I doing?")
        await client.events("r1")
    async with greeted(chat_bank, address, "tom", resume=[{"runId": "r1", "after": 0}]) as client:
        answers = [await client.receive()]
        for frame in (
            {"op": "attach", "runId": "r1", "after": 0},
            {"op": "cancel", "runId": "r1"},
            {"op": "attach", "runId": "none", "after": 0},
        ):
            await client.send(**frame)
            answers.append(await client.receive())
        assert {(answer["op"], answer["code"], answer["message"]) for answer in answers} == {
            ("error", "not_found", "There is no such run of yours to attach to. Send the message again.")
        }
        await client.ask(thread, "r9", "how is Anna doing?")
        foreign = await client.receive()
        await client.ask("none", "r9", "how is Anna doing?")
        unknown = await client.receive()
        assert foreign == unknown
        assert foreign["code"] == "not_found"


async def test_the_first_frame_is_a_hello_with_a_ticket_that_holds_once(chat_bank, address):
    account, grant, _ = chat_bank.signed_in("anna")
    ticket = chat_bank.auth.tickets.issue(SignedIn(account=account, family=grant.family), chat_bank.time)
    hello = {"op": "hello", "ticket": ticket, "proto": "1.0", "resume": []}
    for first, code, status in (
        ({"op": "ping", "t": 1}, "no_hello", 1008),
        ({**hello, "ticket": "guess"}, "bad_ticket", 1008),
        ({**hello, "proto": "0.9"}, "bad_protocol", 1002),
        (hello, None, None),
        (hello, "bad_ticket", 1008),
    ):
        async with connect(f"ws://{address}/ws") as socket:
            client = Client(socket)
            await client.send(**first)
            answer = await client.receive()
            if code is None:
                assert answer["op"] == "ready"
            else:
                assert (answer["op"], answer["code"]) == ("error", code)
                assert await closing(socket) == status


async def test_who_says_nothing_is_sent_away(chat_bank, address, monkeypatch):
    monkeypatch.setattr("server.chat.HELLO_SECONDS", 0.1)
    async with connect(f"ws://{address}/ws") as socket:
        assert (await Client(socket).receive())["code"] == "no_hello"
        assert await closing(socket) == 1008


async def test_another_page_does_not_get_a_socket(chat_bank, address):
    for origin in ("http://evil.example", "null", f"https://{address}.evil.example"):
        with pytest.raises(InvalidStatus) as caught:
            await connect(f"ws://{address}/ws", origin=origin)
        assert caught.value.response.status_code == 403
    async with connect(f"ws://{address}/ws", origin=f"http://{address}") as socket:
        assert socket.state.name == "OPEN"


@pytest.mark.parametrize("how", ["signed out", "disabled"])
async def test_a_session_that_ends_closes_its_sockets_within_five_seconds(chat_bank, address, monkeypatch, how):
    monkeypatch.setattr("server.chat.CHECK_SECONDS", 0.1)
    async with greeted(chat_bank, address) as client, greeted(chat_bank, address, "tom") as other:
        if how == "signed out":
            chat_bank.auth.sessions.end(client.grant.family, chat_bank.time)
        else:
            chat_bank.store.set_disabled(client.account.subject, chat_bank.time)
            chat_bank.wait(seconds=3)
        assert (await client.receive())["code"] == "expired"
        assert await closing(client.socket) == 1008
        await other.send(op="ping", t=1)
        assert (await other.receive())["op"] == "pong"


def test_the_look_at_a_session_comes_soon_enough():
    assert CHECK_EVERY.total_seconds() + CHECK_SECONDS < 5


async def test_a_signed_out_person_starts_nothing(chat_bank, address, thread):
    async with greeted(chat_bank, address) as client:
        chat_bank.auth.sessions.end(client.grant.family, chat_bank.time)
        await client.ask(thread, "r1", "how am I doing?")
        assert (await client.receive())["code"] == "expired"
        assert await closing(client.socket) == 1008
    assert chat_bank.attempts == []


async def test_a_defect_in_one_request_is_an_incident_and_the_socket_stays(chat_bank, address, thread, caplog):
    def broken(*_):
        raise KeyError("canary")

    chat_bank.runs.claim = broken
    async with greeted(chat_bank, address) as client:
        await client.ask(thread, "r1", "how am I doing?")
        answer = await client.receive()
        assert (answer["code"], "incident" in answer["message"], "canary" in answer["message"]) == ("internal", True, False)
        await client.send(op="ping", t=1)
        assert (await client.receive())["op"] == "pong"


async def test_a_full_disk_is_said_on_the_socket_and_nothing_is_lost(chat_bank, address, thread):
    keep = chat_bank.runs.append_events

    def full(run_id, events, first_seq):
        raise OSError(errno.ENOSPC, "No space left on device")

    async with greeted(chat_bank, address) as client:
        chat_bank.runs.append_events = full
        await client.ask(thread, "r1", "how am I doing?")
        answer = await client.receive()
        assert (answer["op"], answer["code"], answer["runId"]) == ("error", recognised(OSError(errno.ENOSPC, "")).code, "r1")
        chat_bank.runs.append_events = keep
        await asyncio.sleep(0.1)
        await client.ask(thread, "r1", "how am I doing?")
        assert (await client.events("r1"))[-1]["outcome"] == {"type": "success"}
