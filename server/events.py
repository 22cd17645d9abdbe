"""From the messages of a run (`agent/progress.py`) to AG-UI 1.0 events.

Only what a message of ours holds is passed on; nothing of a graph's state, a draft or a model's token has a way through here.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from server.protocol import Event

Message = Mapping[str, Any]


def run_started(thread_id: str, run_id: str) -> Event:
    """The first event of a run."""
    return {"type": "RUN_STARTED", "threadId": thread_id, "runId": run_id}


def run_cancelled(thread_id: str, run_id: str) -> Event:
    """The last event of a run that the person stopped."""
    return {"type": "RUN_FINISHED", "threadId": thread_id, "runId": run_id, "outcome": {"type": "cancelled"}}


def run_failed(message: str, code: str) -> Event:
    """The last event of a run that failed."""
    return {"type": "RUN_ERROR", "message": message, "code": code}


def events_of(message: Message, thread_id: str, run_id: str) -> list[Event]:
    """The events of one message; none for a kind that this version does not know."""
    match message["kind"]:
        case "step":
            return [_step(message)]
        case "specialist":
            return [_specialist(message)]
        case "tool":
            return _tool(message, run_id)
        case "facts":
            content = {"facts": message["facts"], **({"texts": message["texts"]} if message.get("texts") else {})}
            return [{"type": "ACTIVITY_SNAPSHOT", "messageId": f"{run_id}:facts", "activityType": "facts", "content": content}]
        case "block":
            return _block(message["block"], run_id)
        case "finished":
            return [_finished(message, thread_id, run_id)]
        case _:
            return []


def _step(message: Message) -> Event:
    if message["phase"] == "start":
        return {"type": "STEP_STARTED", "stepName": message["name"]}
    return {"type": "STEP_FINISHED", "stepName": message["name"], "metadata": _said(message, *_STEP_FIELDS)}


_STEP_FIELDS = ("label", "summary", "ms", "plan", "record", "outcome", "rules", "figures", "removed", "notices")


def _specialist(message: Message) -> Event:
    if message["phase"] == "start":
        about = _descriptions().get(message["name"])
        started: Event = {"type": "SUBAGENT_STARTED", "subagentRunId": message["id"], "name": message["name"]}
        return started if about is None else {**started, "description": about}
    return {"type": "SUBAGENT_FINISHED", "subagentRunId": message["id"], "metadata": _said(message, "ms", "summary")}


def _tool(message: Message, run_id: str) -> list[Event]:
    # A call's id is unique in its run; AG-UI wants it unique in its thread.
    call = f"{run_id}:{message['id']}"
    if message["phase"] == "start":
        return [
            {"type": "TOOL_CALL_START", "toolCallId": call, "toolCallName": message["name"], "subagentRunId": message["specialist"]},
            {"type": "TOOL_CALL_ARGS", "toolCallId": call, "delta": orjson.dumps(message.get("arguments") or {}).decode()},
            {"type": "TOOL_CALL_END", "toolCallId": call},
        ]
    return [tool_result(call, _brought(message), _said(message, "ms", "outcome"))]


def tool_result(call: str, content: str, metadata: Mapping[str, Any]) -> Event:
    """The end of one use of a tool."""
    return {"type": "TOOL_CALL_RESULT", "toolCallId": call, "messageId": f"{call}:result", "content": content, "metadata": metadata}


def _brought(message: Message) -> str:
    figures = message.get("figures") or 0
    if figures:
        return f"{figures} figure{'s' if figures > 1 else ''}"
    return str(message.get("outcome") or "no figures").replace("_", " ").partition(":")[0]


def _block(block: Mapping[str, Any], run_id: str) -> list[Event]:
    name = f"{run_id}:{block['id']}"
    if block["type"] != "text":
        return [{"type": "ACTIVITY_SNAPSHOT", "messageId": name, "activityType": block["type"], "content": dict(block)}]
    last = len(block["sentences"]) - 1
    sentences: list[Event] = [
        {
            "type": "TEXT_MESSAGE_CONTENT",
            "messageId": name,
            "delta": sentence["text"] + (" " if at < last else ""),
            "metadata": {"spans": list(sentence["spans"])},
        }
        for at, sentence in enumerate(block["sentences"])
    ]
    return [
        {"type": "TEXT_MESSAGE_START", "messageId": name, "role": "assistant", "metadata": _said(block, "section", "heading")},
        *sentences,
        {"type": "TEXT_MESSAGE_END", "messageId": name},
    ]


def _finished(message: Message, thread_id: str, run_id: str) -> Event:
    result = _said(message, "verdict", "model", "seconds", "language")
    if message.get("fell_back"):
        result["fellBack"] = message["fell_back"]
    return {"type": "RUN_FINISHED", "threadId": thread_id, "runId": run_id, "result": result, "outcome": {"type": "success"}}


def _said(message: Message, *names: str) -> dict[str, Any]:
    return {name: message[name] for name in names if message.get(name) is not None}


@cache
def _descriptions() -> dict[str, str]:
    # Imported late: the specialists bring the graph's libraries, which are loaded after the port is bound.
    from agent.specialists import SPECIALISTS

    return {specialist.name: specialist.about for specialist in SPECIALISTS.values()}
