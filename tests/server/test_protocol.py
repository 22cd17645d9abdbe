"""Frames are taken strictly, and what is wrong with one is said without repeating it."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agent.decision import Decision
from server.protocol import Attach, Failure, Gap, Ping, Pong, events_text, frame_text, read_frame
from tools.errors import UsageError

INPUT = {
    "threadId": "t1", "runId": "r1", "messages": [{"id": "m", "role": "user", "content": "How am I doing?"}],
    "state": {}, "tools": [], "context": [], "forwardedProps": {},
}  # fmt: skip


def test_every_frame_of_the_wire_is_read():
    assert read_frame('{"op": "ping", "t": 123}') == Ping(op="ping", t=123)
    assert read_frame('{"op": "attach", "runId": "r1", "after": 0}') == Attach(op="attach", run_id="r1", after=0)
    hello = read_frame('{"op": "hello", "ticket": "x", "proto": "1.0", "resume": [{"runId": "r1", "after": 41}]}')
    assert (hello.resume[0].run_id, hello.resume[0].after) == ("r1", 41)
    assert read_frame(json.dumps({"op": "run", "input": INPUT})).input.messages[0].content == "How am I doing?"
    assert read_frame('{"op": "cancel", "runId": "r1"}').run_id == "r1"


def act(**changes: Any) -> str:
    """A run that carries an act about a proposal."""
    entry = {"interruptId": "proposal.1", "status": "approved", "payload": {"key": "k1"}, **changes}
    return json.dumps({"op": "run", "input": {**INPUT, "resume": [entry]}})


def test_an_act_is_read_and_a_run_without_one_is_a_message():
    assert read_frame(json.dumps({"op": "run", "input": INPUT})).input.resume == ()
    given = read_frame(act(payload={"key": "k1", "amount": "5500.50", "by": "2028-06-30"})).input.resume[0]
    assert given.decision() == Decision(proposal="proposal.1", status="approved", key="k1", amount=Decimal("5500.50"), by=date(2028, 6, 30))
    assert read_frame(act(status="declined", payload={"key": "k", "reason": "later"})).input.resume[0].decision().reason == "later"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "canary"}, "status"), ({"interruptId": "canary canary"}, "interruptId"), ({"payload": {}}, "payload.key"), ({"payload": {"key": ""}}, "payload.key"),
        ({"payload": {"key": "k", "amount": "1e9"}}, "payload.amount"), ({"payload": {"key": "k", "amount": 5}}, "payload.amount"), ({"payload": {"key": "k", "by": "canary"}}, "payload.by"),
        ({"payload": {"key": "k", "reason": "c" * 401}}, "payload.reason"), ({"payload": {"key": "k", "customer": "canary"}}, "payload.customer"),
    ],
)  # fmt: skip
def test_an_act_that_does_not_hold_is_said_by_its_field(changes: dict[str, Any], field: str):
    with pytest.raises(UsageError) as caught:
        read_frame(act(**changes))
    assert f"field input.resume.0.{field} of `run`" in caught.value.message
    assert "canary" not in caught.value.message


def test_one_run_carries_one_act():
    entry = {"interruptId": "proposal.1", "status": "approved", "payload": {"key": "k1"}}
    with pytest.raises(UsageError, match=r"field input\.resume of `run`"):
        read_frame(json.dumps({"op": "run", "input": {**INPUT, "resume": [entry, entry]}}))


@pytest.mark.parametrize("payload", [{"key": "k", "amount": "0"}, {"key": "k", "by": "2027-02-30"}])
def test_an_amount_or_a_day_that_is_none_is_refused(payload: dict[str, str]):
    given = read_frame(act(payload=payload)).input.resume[0]
    with pytest.raises(UsageError) as caught:
        given.decision()
    assert caught.value.code == "bad_request"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no valid JSON"),
        ("{", "no valid JSON"),
        ('{"op": "ping", "t": NaN}', "no valid JSON"),
        ('{"op": "ping", "t": "\\ud800"}', "no valid JSON"),
        ("[1]", "no JSON object"),
        ("{}", "Accepted are hello, run, attach, cancel, ping and watch."),
        ('{"op": "canary"}', "Accepted are hello, run, attach, cancel, ping and watch."),
        ('{"op": ["ping"]}', "Accepted are hello, run, attach, cancel, ping and watch."),
        ('{"op": "ping", "t": "canary"}', "field t of `ping`"),
        ('{"op": "ping", "t": 1, "more": "canary"}', "field more of `ping`"),
        ('{"op": "attach", "run_id": "r1", "after": 0}', "field runId of `attach`"),
        ('{"op": "attach", "runId": "r1", "after": -1}', "field after of `attach`"),
        ('{"op": "attach", "runId": "r1", "after": "1"}', "field after of `attach`"),
        ('{"op": "attach", "runId": "a b", "after": 1}', "field runId of `attach`"),
        ('{"op": "attach", "runId": "' + "r" * 101 + '", "after": 1}', "field runId of `attach`"),
        (json.dumps({"op": "run", "input": {**INPUT, "messages": []}}), "field input.messages of `run`"),
        (json.dumps({"op": "run", "input": {**INPUT, "messages": [{"id": "m", "role": "system", "content": "canary"}]}}), "field input.messages.0.role"),
        (json.dumps({"op": "run", "input": {**INPUT, "principal": "canary"}}), "field input.principal of `run`"),
    ],
)  # fmt: skip
def test_a_bad_frame_is_said_by_its_field_and_never_repeated(text, said):
    with pytest.raises(UsageError) as caught:
        read_frame(text)
    assert caught.value.code == "bad_frame"
    assert said in caught.value.message
    assert "canary" not in caught.value.message


def test_frames_are_sent_without_empty_fields():
    assert frame_text(Failure(code="rate", message="Wait.")) == '{"op":"error","code":"rate","message":"Wait."}'
    assert frame_text(Failure(code="rate", message="Wait.", run_id="r1")).endswith('"runId":"r1"}')
    assert frame_text(Gap(run_id="r1", from_=7)) == '{"op":"gap","runId":"r1","from":7}'
    assert frame_text(Pong(t=1761234567890)) == '{"op":"pong","t":1761234567890}'
    assert json.loads(events_text("r1", 3, [{"type": "X"}])) == {"op": "events", "runId": "r1", "seq": 3, "events": [{"type": "X"}]}
