"""A run that was killed and done again tells every event once, wherever it was killed and however often."""

from hypothesis import given
from hypothesis import strategies as st

from server.events import events_of, run_cancelled, run_started
from server.telling import Telling, event_key
from tests.server.chat_bank import shown, working

WHOLE = [run_started("t", "r"), *(event for message in [*working("r"), *shown("a")] for event in events_of(message, "t", "r"))]


def open_parts(events) -> list[tuple[str, str]]:
    """What was begun and not ended, by an account of its own."""
    begun = []
    for event in events:
        name = next((event[key] for key in ("stepName", "toolCallId", "subagentRunId", "messageId") if key in event), None)
        kind = {"TOOL": "tool", "TEXT": "text", "STEP": "step", "SUBA": "specialist"}.get(event["type"][:4])
        if kind and event["type"].endswith(("_START", "_STARTED")):
            begun.append((kind, name))
        elif event["type"] in ("TOOL_CALL_RESULT", "TEXT_MESSAGE_END", "STEP_FINISHED", "SUBAGENT_FINISHED"):
            begun.remove((kind, name))
    return begun


def test_the_first_attempt_tells_everything_once():
    telling = Telling()
    assert telling.fresh(WHOLE) == WHOLE
    assert telling.fresh(WHOLE) == []
    assert telling.ended_by == WHOLE[-1]


@given(st.lists(st.integers(0, len(WHOLE)), max_size=4))
def test_killed_anywhere_and_done_again_the_log_is_that_of_a_run_that_was_not_killed(kills):
    kept = []
    for kill in kills:
        # Each attempt does the whole run again; what it could keep before it was killed goes on the log.
        kept += Telling(kept).fresh(WHOLE)[:kill]
    kept += Telling(kept).fresh(WHOLE)
    assert kept == WHOLE


def test_a_repeated_part_is_told_as_often_as_it_happens():
    again = [{"type": "STEP_STARTED", "stepName": "x"}, {"type": "STEP_FINISHED", "stepName": "x"}] * 2
    assert Telling().fresh(again) == again
    assert Telling(again[:2]).fresh(again) == again[2:]


@given(st.integers(0, len(WHOLE) - 1))
def test_closing_ends_every_open_part_once(at):
    telling = Telling(WHOLE[:at])
    end = run_cancelled("t", "r")
    log = [*WHOLE[:at], *telling.closing("cancelled"), *telling.fresh([end])]
    assert open_parts(log) == []
    assert log[-1] == end
    assert telling.closing("cancelled") == []


@given(st.integers(0, len(WHOLE)))
def test_an_attempt_that_goes_another_way_leaves_nothing_open_and_ends_nothing_twice(at):
    other = [dict(event) for event in WHOLE]
    for event in other:
        for key in ("subagentRunId", "toolCallId"):
            if key in event:
                event[key] = event[key].replace("persona_simulator", "risk_analyst").replace("profile_view", "stress_status")
    telling = Telling(WHOLE[:at])
    log = [*WHOLE[:at], *telling.fresh(other[:-1]), *telling.closing("interrupted"), *telling.fresh(other[-1:])]
    assert open_parts(log) == []
    assert [event for event in log if event["type"].startswith("TEXT")] == [event for event in WHOLE if event["type"].startswith("TEXT")]
    assert [event["type"] for event in log].count("RUN_FINISHED") == 1


def test_an_end_without_its_beginning_is_not_told():
    assert (
        Telling().fresh([event for event in WHOLE if event["type"] in ("TOOL_CALL_RESULT", "TEXT_MESSAGE_CONTENT", "STEP_FINISHED")]) == []
    )


def test_nothing_is_told_after_the_end():
    telling = Telling([run_started("t", "r"), run_cancelled("t", "r")])
    assert telling.fresh(WHOLE) == []


def test_however_a_run_ends_it_ends_once():
    assert event_key({"type": "RUN_ERROR", "message": "x"}) == event_key(run_cancelled("t", "r"))
