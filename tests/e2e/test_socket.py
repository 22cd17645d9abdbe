"""Conversations over the real server: sign-in, ticket, socket, events; and everything that can be sent wrongly."""

import json
import uuid
from collections.abc import Callable

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.e2e.client import ENDS, Person, Wire, blocks, kinds, run_input, text_of
from tests.e2e.served import Served, until

SignIn = Callable[[str], Person]
TWO_SPECIALISTS = "how am I doing, and which savings account would suit me?"


def opened_and_closed(events: list[dict], opens: str, closes: str, field: str) -> None:
    """Every part is opened once and closed once, in that order."""
    begun = [event[field] for event in events if event["type"] == opens]
    ended = [event[field] for event in events if event["type"] == closes]
    assert sorted(begun) == sorted(ended) == sorted(set(begun))
    for part in begun:
        at = [(event["type"], event.get(field)) for event in events]
        assert at.index((opens, part)) < at.index((closes, part))


def test_a_customer_asks_and_gets_the_events_of_the_wire_in_order(anna: Person):
    thread = anna.thread()
    with anna.socket() as wire:
        events = wire.ask(thread, TWO_SPECIALISTS)

    told = kinds(events)
    assert told[0] == "RUN_STARTED"
    assert told[-1] == "RUN_FINISHED"
    assert [event["stepName"] for event in events if event["type"] == "STEP_STARTED"] == [
        "intake",
        "supervisor",
        "compliance_checker",
        "deliver",
    ]
    for opens, closes, field in (
        ("STEP_STARTED", "STEP_FINISHED", "stepName"),
        ("SUBAGENT_STARTED", "SUBAGENT_FINISHED", "subagentRunId"),
        ("TOOL_CALL_START", "TOOL_CALL_RESULT", "toolCallId"),
        ("TEXT_MESSAGE_START", "TEXT_MESSAGE_END", "messageId"),
    ):
        opened_and_closed(events, opens, closes, field)
    assert {event["name"] for event in events if event["type"] == "SUBAGENT_STARTED"} >= {"risk_analyst", "product_advisor"}
    # Nothing that a person reads comes before the gate, and figures come before the text that shows them.
    gate = next(at for at, event in enumerate(events) if event.get("stepName") == "compliance_checker" and event["type"] == "STEP_FINISHED")
    facts = next(at for at, event in enumerate(events) if event.get("activityType") == "facts")
    assert gate < facts < told.index("TEXT_MESSAGE_START")

    result = events[-1]["result"]
    assert result["verdict"]["outcome"] in {"pass", "repair"}
    assert (result["model"], result["language"]) == ("built-in", "en")
    shown = {span["id"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT" for span in (event.get("metadata") or {}).get("spans", ()) if span["kind"] == "fact"}  # fmt: skip
    assert shown
    assert shown <= set(blocks(events, "facts")[0]["facts"])
    assert "£" in text_of(events)


def test_two_turns_are_one_conversation_and_its_history_has_the_same_events(anna: Person):
    thread = anna.thread()
    with anna.socket() as wire:
        first = wire.ask(thread, "what will my balance look like in three months?")
        second = wire.ask(thread, "and in six months?")
    assert [event["toolCallName"] for event in second if event["type"] == "TOOL_CALL_START"] == ["balance_forecast"]
    arguments = "".join(event["delta"] for event in second if event["type"] == "TOOL_CALL_ARGS")
    assert json.loads(arguments)["horizon_months"] == 6
    history = anna.history(thread)
    assert [turn["text"] for turn in history] == ["what will my balance look like in three months?", "and in six months?"]
    assert [turn["events"] for turn in history] == [first, second]


def test_dropping_the_socket_in_the_middle_loses_nothing(anna: Person):
    thread = anna.thread()
    with anna.socket() as wire:
        run_id = wire.run(thread, TWO_SPECIALISTS)
        before = wire.events(run_id, stop_at=("RUN_STARTED",))
    with anna.socket({"runId": run_id, "after": len(before)}) as wire:
        wire.last[run_id] = len(before)
        after = wire.events(run_id)
    assert before + after == anna.history(thread)[0]["events"]


def test_the_same_run_again_attaches_and_an_id_answers_no_other_message(anna: Person):
    thread = anna.thread()
    with anna.socket() as wire:
        run_id = wire.run(thread, "hello")
        events = wire.events(run_id)
        wire.last.clear()
        wire.run(thread, "hello", run_id)
        assert wire.events(run_id) == events
        wire.run(thread, "something else", run_id)
        code, message = wire.error()
    assert code in {"run_id_used", "duplicate_run"}
    assert message.endswith(".")
    assert len(anna.history(thread)) == 1


def test_a_second_question_waits_for_the_first_and_cancel_ends_it(anna: Person):
    thread = anna.thread()
    with anna.socket() as wire:
        run_id = wire.run(thread, TWO_SPECIALISTS)
        other = wire.run(thread, "hello")
        wire.send({"op": "cancel", "runId": run_id})
        frames = []
        while not any(event["type"] in ENDS for frame in frames for event in frame.get("events", ())):
            frames.append(wire.receive())
        refused = next(frame for frame in frames if frame["op"] == "error")
        assert (refused["code"], refused["runId"]) == ("conflict", other)
        events = [event for frame in frames for event in frame.get("events", ())]
        assert events[-1]["outcome"] == {"type": "cancelled"}
        opened_and_closed(events, "STEP_STARTED", "STEP_FINISHED", "stepName")
        # Nothing of it was committed, and the thread takes the next question.
        assert "TEXT_MESSAGE_START" not in kinds(events)
        assert wire.ask(thread, "hello")[-1]["outcome"] == {"type": "success"}


def test_what_is_not_yours_does_not_exist(signed_in: SignIn, anna: Person):
    tom = signed_in("tom")
    thread = anna.thread()
    with anna.socket() as wire:
        run_id = wire.run(thread, "hello")
        wire.events(run_id)
    with tom.socket() as wire:
        answers = {}
        for whose, thread_id, run in (("anna", thread, run_id), ("nobody", "t-unknown", "r-unknown")):
            wire.run(thread_id, "hello", uuid.uuid4().hex)
            answers[whose] = [wire.error()]
            for op in ({"op": "attach", "after": 0}, {"op": "cancel"}):
                wire.send({**op, "runId": run})
                answers[whose].append(wire.error())
    assert answers["anna"] == answers["nobody"]
    assert {code for code, _ in answers["anna"]} == {"not_found"}
    foreign = [(path, tom.rest.get(path)) for path in (f"/threads/{thread}", "/threads/t-unknown")]
    assert [(answer.status_code, answer.json()["code"]) for _, answer in foreign] == [(404, "not_found")] * 2
    assert foreign[0][1].json()["message"] == foreign[1][1].json()["message"]
    assert tom.rest.get("/customers").status_code == 403


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", "bad_frame"),
        ("[]", "bad_frame"),
        ("", "bad_frame"),
        ('{"op":"fly"}', "bad_frame"),
        ('{"op":"attach","runId":"r"}', "bad_frame"),
        ('{"op":"attach","runId":"../etc","after":0}', "bad_frame"),
        ('{"op":"attach","runId":"r","after":-1}', "bad_frame"),
        ('{"op":"run","input":{}}', "bad_frame"),
    ],
)
def test_a_bad_frame_is_answered_and_the_socket_stays(anna: Person, frame: str, code: str):
    with anna.socket() as wire:
        wire.send(frame)
        told, message = wire.error()
        assert told == code
        assert message.endswith(".")
        wire.send({"op": "ping", "t": 7})
        assert wire.receive() == {"op": "pong", "t": 7}


def test_an_empty_and_an_endless_message_are_refused_in_words(anna: Person):
    thread = anna.thread()
    with anna.socket() as wire:
        for text, code in ((" \n", "empty"), ("a" * 50_000, "too_long"), ("a" * 4_001, "too_long")):
            wire.run(thread, text)
            told, message = wire.error()
            assert told == code
            assert message.count(".") <= 2
        assert wire.ask(thread, "hello")[-1]["type"] == "RUN_FINISHED"
    assert len(anna.history(thread)) == 1
    with anna.raw_socket() as socket:
        socket.send("x" * 200_000)
        with pytest.raises(ConnectionClosed) as closed:
            list(socket)  # to the end, whatever it still says
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


def closing(wire: Wire) -> tuple[str, int]:
    """Why the server closes the socket: the code it says, and the number of the close frame."""
    code, _ = wire.error()
    with pytest.raises(ConnectionClosed) as closed:
        wire.receive(10)
    assert closed.value.rcvd is not None
    return code, closed.value.rcvd.code


def test_a_ticket_holds_once_and_only_a_hello_with_one_opens_the_socket(anna: Person):
    ticket = anna.ticket()
    hello = {"op": "hello", "ticket": ticket, "proto": "1.0", "resume": []}
    with anna.raw_socket() as socket:
        Wire(socket).send(hello)
        assert Wire(socket).receive()["op"] == "ready"
    for first, expected in (
        (hello, ("bad_ticket", 1008)),
        ({**hello, "ticket": "made-up"}, ("bad_ticket", 1008)),
        ({**hello, "proto": "9.9"}, ("bad_protocol", 1002)),
        ({"op": "ping", "t": 1}, ("no_hello", 1008)),
    ):
        with anna.raw_socket() as socket:
            wire = Wire(socket)
            wire.send(first)
            assert closing(wire) == expected


def test_another_page_gets_no_socket_and_no_ticket(anna: Person):
    with pytest.raises(InvalidStatus) as refused, anna.raw_socket(origin="http://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    assert anna.rest.post("/auth/ticket", headers={**anna.csrf, "Origin": "http://evil.example"}).json()["code"] == "bad_origin"
    assert anna.rest.post("/auth/ticket").json()["code"] == "csrf"


def test_signing_out_closes_the_socket_and_takes_the_ticket_with_it(signed_in: SignIn):
    ravi = signed_in("ravi")
    ticket = ravi.ticket()
    with ravi.socket() as wire:
        assert ravi.post("/auth/sign-out").status_code == 200
        assert closing(wire) == ("expired", 1008)
    with ravi.raw_socket() as socket:
        wire = Wire(socket)
        wire.send({"op": "hello", "ticket": ticket, "proto": "1.0", "resume": []})
        assert closing(wire)[1] == 1008


def test_the_same_events_come_as_server_sent_events(anna: Person):
    thread, run_id = anna.thread(), uuid.uuid4().hex
    with anna.rest.stream("POST", "/agui/run", json=run_input(thread, "is my money protected?", run_id), headers=anna.csrf) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = list(answer.iter_lines())
    sent = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert [int(line.removeprefix("id: ")) for line in lines if line.startswith("id: ")] == list(range(1, len(sent) + 1))
    with anna.socket() as wire:
        wire.attach(run_id, 0)
        assert wire.events(run_id) == sent
    assert blocks(sent, "citation")
    assert anna.rest.post("/agui/run", json=run_input("t-unknown", "hello", uuid.uuid4().hex), headers=anna.csrf).status_code == 404


def test_a_relationship_manager_sees_the_own_book_and_nobody_elses(signed_in: SignIn):
    rm1, rm2 = signed_in("rm1"), signed_in("rm2")
    book = {client["name"] for client in rm1.rest.get("/customers").json()}
    assert {"Anna Keller", "Tom Hughes"} <= book
    assert not book & {client["name"] for client in rm2.rest.get("/customers").json()}
    with rm2.socket() as wire:
        thread = rm2.thread()
        foreign = text_of(wire.ask(thread, "how is Tom Hughes doing?"))
        unknown = text_of(wire.ask(thread, "how is Xaver Quibble doing?"))
    assert foreign.replace("Tom Hughes", "X") == unknown.replace("Xaver Quibble", "X")
    assert "£" not in foreign


def test_feedback_rename_and_delete_over_rest(anna: Person):
    thread = anna.thread()
    with anna.socket() as wire:
        run_id = wire.run(thread, "hello")
        wire.events(run_id)
    given = anna.post(f"/threads/{thread}/turns/{run_id}/feedback", {"thumb": "down", "words": "too short"})
    assert given.status_code < 300
    assert anna.history(thread)[0]["feedback"]["thumb"] == "down"
    assert anna.rest.patch(f"/threads/{thread}", json={"title": "Saved"}, headers=anna.csrf).status_code < 300
    assert next(each["title"] for each in anna.rest.get("/threads").json() if each["id"] == thread) == "Saved"
    assert anna.rest.delete(f"/threads/{thread}", headers=anna.csrf).status_code < 300
    assert anna.rest.get(f"/threads/{thread}").status_code == 404


def test_a_complaint_leaves_a_ticket_that_can_be_undone(signed_in: SignIn):
    maria = signed_in("maria")
    with maria.socket() as wire:
        events = wire.ask(maria.thread(), "I want to speak to a human please")
    reference = blocks(events, "escalation")[0]["reference"]
    assert maria.post(f"/tickets/{reference}/undo").status_code == 200
    assert maria.post(f"/tickets/{reference}/undo").status_code in {200, 409}
    assert maria.post("/tickets/UNKNOWN/undo").status_code == 404


def test_public_addresses_need_no_session_and_all_others_do(running_server: Served):
    with httpx.Client(base_url=running_server.address, timeout=30) as nobody:
        assert [
            nobody.get(path, headers={"Accept": "text/html"}).status_code for path in ("/healthz", "/readyz", "/openapi.json", "/")
        ] == [200] * 4
        for path in ("/me", "/threads", "/customers", "/customers/1042", "/documents/easy-saver"):
            answer = nobody.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "expired"), path


def test_the_log_of_the_server_has_no_words_of_people(anna: Person, running_server: Served):
    with anna.socket() as wire:
        wire.ask(anna.thread(), "LOGCANARY what is my balance?")
    lines = until(lambda: [json.loads(line) for line in running_server.log.read_text().splitlines() if line.startswith("{")])
    assert any(line["event"] == "run_ended" for line in lines)
    log = running_server.log.read_text()
    assert not [word for word in ("LOGCANARY", "Keller", "£", running_server.bank.passwords["anna"]) if word in log]
