"""Messages of a run become AG-UI events: those of the standard, with our metadata, and nothing else."""

import ag_ui.core
import pytest
from pydantic import TypeAdapter

from server.event_types import AgentEvent
from server.events import events_of, run_cancelled, run_failed, run_started
from tests.server.chat_bank import shown, working

STANDARD = TypeAdapter(ag_ui.core.Event)
OURS = TypeAdapter(AgentEvent)


def told(*messages):
    return [event for message in messages for event in events_of(message, "t1", "r1")]


ALL = [run_started("t1", "r1"), *told(*working("r1"), *shown("a1")), run_cancelled("t1", "r1"), run_failed("No. Try again.", "internal")]


@pytest.mark.parametrize("event", ALL, ids=lambda event: event["type"])
def test_every_event_holds_for_ag_ui_and_for_our_own_models(event):
    # Serialised by alias without empty fields, the models give back the very event: nothing is unknown, renamed or null.
    standard = STANDARD.validate_python(event)
    assert standard.model_dump(mode="json", by_alias=True, exclude_none=True).keys() == event.keys()
    ours = OURS.validate_python(event)
    assert ours.model_dump(mode="json", by_alias=True, exclude_none=True).keys() == event.keys()
    assert None not in event.values()


def test_a_text_block_is_told_sentence_by_sentence_with_its_spans():
    start, first, second, end = told(shown("a1")[1])
    assert start == {"type": "TEXT_MESSAGE_START", "messageId": "r1:b1", "role": "assistant", "metadata": {"section": "persona_simulator"}}
    assert (first["delta"], first["metadata"]) == ("You are doing well. ", {"spans": []})
    assert second["delta"] == "Your account holds £1,240.50."
    assert second["metadata"] == {"spans": [{"start": 19, "end": 28, "kind": "fact", "id": "balance.1.now"}]}
    assert second["delta"][19:28] == "£1,240.50"
    assert end == {"type": "TEXT_MESSAGE_END", "messageId": "r1:b1"}


def test_a_heading_opens_its_block():
    assert told(shown("a1")[3])[0]["metadata"] == {"section": "product_advisor", "heading": "What you can do now"}


def test_other_blocks_and_the_facts_are_snapshots():
    (facts,) = told(shown("a1")[0])
    assert (facts["messageId"], facts["activityType"]) == ("r1:facts", "facts")
    assert facts["content"]["facts"]["balance.1.now"]["value"] == 124_050
    (table,) = told(shown("a1")[2])
    assert (table["messageId"], table["activityType"], table["content"]["title"]) == ("r1:b2", "table", "Balance")


def test_a_tool_is_told_with_its_own_arguments_and_the_number_of_its_figures():
    start, args, end, result = told(*working("r1")[5:7])
    assert start["toolCallId"] == args["toolCallId"] == end["toolCallId"] == result["toolCallId"] == "r1:profile_view.1"
    assert (start["toolCallName"], start["subagentRunId"]) == ("profile_view", "r1:persona_simulator:1")
    assert args["delta"] == '{"months":3}'
    assert (result["content"], result["metadata"]) == ("1 figure", {"ms": 3, "outcome": "ok"})


@pytest.mark.parametrize(
    ("figures", "outcome", "content"), [(5, "ok", "5 figures"), (0, "too_short", "too short"), (0, "failed: KeyError", "failed"), (0, None, "no figures")]
)  # fmt: skip
def test_what_a_tool_brought_in_words(figures, outcome, content):
    message = {"kind": "tool", "id": "x.1", "specialist": "s", "name": "x", "phase": "end", "figures": figures, "outcome": outcome}
    assert told(message)[0]["content"] == content


def test_the_end_says_how_the_answer_came_about():
    finished = shown("a1")[-1]
    (event,) = told({**finished, "fell_back": "timeout"})
    assert event["outcome"] == {"type": "success"}
    assert event["result"] == {
        "verdict": {"outcome": "pass", "rules": [], "figures": 1, "removed": 0, "notices": 0},
        "model": "built-in", "seconds": 0.0, "language": "en", "fellBack": "timeout",
    }  # fmt: skip
    assert "fellBack" not in told(finished)[0]["result"]


def test_specialists_are_described():
    (started,) = told(working("r1")[4])
    assert started["description"]


def test_what_a_message_holds_beyond_the_wire_is_not_passed_on():
    leaky = {"kind": "step", "name": "intake", "phase": "end", "label": "Intake", "draft": "canary", "capability": {"text": "canary"}}
    assert told(leaky) == [{"type": "STEP_FINISHED", "stepName": "intake", "metadata": {"label": "Intake"}}]
    assert told({"kind": "draft", "text": "canary"}) == []
