"""SIGKILL in the middle of a reply: after the next start the turn ends, every event is told once, and it is recorded once."""

import contextlib
import uuid

import pytest
from websockets.exceptions import ConnectionClosed

from tests.e2e.client import ENDS, Event, Person, kinds
from tests.e2e.moment import Moment, has_events, in_state, store_of, unfinished, wait_for
from tests.e2e.served import Served

QUESTION = "how am I doing, and which savings account would suit me?"
ATTEMPTS = 8


def killed_in_the_middle(server: Served, person: Person, moment: Moment) -> tuple[str, str, list[Event]]:
    """Ask, and kill the server at the moment. Gives thread, run and the events that the client had received until then."""
    thread, run_id, received = person.thread(), uuid.uuid4().hex, []
    with contextlib.suppress(ConnectionClosed), person.socket() as wire:
        wire.run(thread, QUESTION, run_id)
        wait_for(server, run_id, moment)
        server.kill()
        while True:  # what was under way to the client arrives, then the socket breaks
            received += wire.events(run_id, stop_at=("RUN_STARTED", *ENDS)) if not received else wire.events(run_id)
    return thread, run_id, received


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(has_events(1), id="it had just started"),
        pytest.param(has_events(5), id="the plan was told"),
        pytest.param(has_events(12), id="tools were at work"),
        pytest.param(in_state("committed"), id="the reply was committed and not told"),
    ],
)
def test_killed_in_the_middle_of_a_reply_every_event_comes_once(mortal: Served, moment: Moment):
    with Person(mortal, "anna") as anna:
        for _ in range(ATTEMPTS):
            thread, run_id, received = killed_in_the_middle(mortal, anna, moment)
            in_the_middle = unfinished(mortal, run_id)
            mortal.start()
            if in_the_middle:
                break
        assert in_the_middle, "the server was always faster than the kill"

        # The session outlives the server; the page asks for what it has not got yet.
        with anna.socket({"runId": run_id, "after": len(received)}) as wire:
            wire.last[run_id] = len(received)
            events = received + wire.events(run_id)
        assert kinds(events)[0] == "RUN_STARTED"
        assert events[-1]["outcome"] == {"type": "success"}
        assert_told_once(events)
        (turn,) = anna.history(thread)
        assert turn["events"] == events
        assert_recorded_once(mortal, run_id)
        # The conversation goes on where it was.
        with anna.socket() as wire:
            assert wire.ask(thread, "hello")[-1]["outcome"] == {"type": "success"}


def assert_told_once(events: list[Event]) -> None:
    """Each part is opened once and closed once; a whole run has the same kinds of events."""
    for kind, field in (
        ("STEP_STARTED", "stepName"), ("STEP_FINISHED", "stepName"), ("SUBAGENT_STARTED", "subagentRunId"), ("SUBAGENT_FINISHED", "subagentRunId"),
        ("TOOL_CALL_START", "toolCallId"), ("TOOL_CALL_END", "toolCallId"), ("TOOL_CALL_RESULT", "toolCallId"),
        ("TEXT_MESSAGE_START", "messageId"), ("TEXT_MESSAGE_END", "messageId"), ("ACTIVITY_SNAPSHOT", "messageId"),
    ):  # fmt: skip
        parts = [event[field] for event in events if event["type"] == kind]
        assert len(parts) == len(set(parts)), kind
        assert parts, kind
    assert [event["stepName"] for event in events if event["type"] == "STEP_FINISHED"] == [
        "intake",
        "supervisor",
        "compliance_checker",
        "deliver",
    ]
    assert sum(kind in ENDS for kind in kinds(events)) == 1
    sentences = [(event["messageId"], event["delta"]) for event in events if event["type"] == "TEXT_MESSAGE_CONTENT"]
    assert len(sentences) == len(set(sentences))


def assert_recorded_once(server: Served, run_id: str) -> None:
    """One audit record of the run, one turn, and a chain that holds, also beside the server that is running."""
    with store_of(server) as store:
        assert store.execute("select count(*) from audit_record where run_id = ?", (run_id,)).fetchone() == (1,)
        assert store.execute("select state from turn where run_id = ?", (run_id,)).fetchone() == ("finished",)
        numbers = [seq for (seq,) in store.execute("select seq from run_event where run_id = ? order by seq", (run_id,))]
    assert numbers == list(range(1, len(numbers) + 1))
    bank = server.bank.open()
    report = bank.audit.verify()
    bank.database.engine.dispose()
    assert report.holds, report.problems


def test_a_stop_is_not_a_kill_and_lets_a_short_answer_end(mortal: Served):
    with Person(mortal, "tom") as tom, tom.socket() as wire:
        run_id = wire.run(tom.thread(), QUESTION)
        wire.events(run_id, stop_at=("RUN_STARTED",))
        assert mortal.stop() in {0, -15, 143}
    assert not unfinished(mortal, run_id)
