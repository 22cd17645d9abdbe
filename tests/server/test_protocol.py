"""Frames are taken strictly, and what is wrong with one is said without repeating it."""

import json

import pytest

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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no valid JSON"),
        ("{", "no valid JSON"),
        ('{"op": "ping", "t": NaN}', "no valid JSON"),
        ('{"op": "ping", "t": "\\ud800"}', "no valid JSON"),
        ("[1]", "no JSON object"),
        ("{}", "Accepted are hello, run, attach, cancel and ping."),
        ('{"op": "canary"}', "Accepted are hello, run, attach, cancel and ping."),
        ('{"op": ["ping"]}', "Accepted are hello, run, attach, cancel and ping."),
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
