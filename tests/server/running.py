"""Following runs to their end, and stores as a killed server leaves them."""

import asyncio

from server.app import BankTurns
from server.follower import Follower
from server.runs import Runs
from server.telling import LAST
from tests.server.chat_bank import record_of
from tests.server.test_telling import open_parts


async def ready() -> None:
    return


def runs_of(bank, wait=ready) -> Runs:
    return Runs(bank.runs, BankTurns(bank), wait, bank.now)


async def told(runs: Runs, principal, run_id: str, after: int = 0) -> list[dict]:
    """All events of a run, followed to its end."""
    follower = await runs.follow(await runs.run(principal.subject, run_id), after)
    return await drained(follower)


async def drained(follower: Follower) -> list[dict]:
    news, found = asyncio.Event(), []
    follower.listen(news.set)
    async with asyncio.timeout(10):
        while not follower.done:
            news.clear()
            piece = await follower.take()
            if piece is not None:
                found += piece.events
            elif not follower.done:
                await news.wait()
    return found


def kept(bank, run_id: str) -> list[dict]:
    return [event for _, event in bank.runs.events_after(run_id, 0)]


def state(bank, principal, run_id: str) -> str:
    return bank.runs.run(principal.subject, run_id).state


def without_times(events: list[dict]) -> list[dict]:
    """Events as they are in any attempt: durations differ."""
    return [
        {**event, "metadata": {key: value for key, value in event["metadata"].items() if key != "ms"}} if "metadata" in event else event for event in events
    ]  # fmt: skip


def assert_like_a_whole_run(events: list[dict]) -> None:
    assert [event["type"] for event in events].count("RUN_STARTED") == 1
    assert [event["type"] for event in events if event["type"] in LAST] == ["RUN_FINISHED"]
    assert events[-1]["outcome"] == {"type": "success"}
    assert open_parts(events) == []
    assert [event["messageId"].partition(":")[2] for event in events if event["type"] in ("ACTIVITY_SNAPSHOT", "TEXT_MESSAGE_START")] == [
        "facts", "b1", "b2", "b3",
    ]  # fmt: skip
    assert sum(event["type"] == "TEXT_MESSAGE_CONTENT" for event in events) == 3


def killed(bank, principal, thread: str, run_id: str, events: list[dict], committed: bool) -> None:
    """The store as a killed server leaves it."""
    bank.runs.claim(principal.subject, thread, run_id, "how am I doing?")
    bank.runs.append_events(run_id, with_ids(events, run_id), 1)
    if committed:
        bank.recorder.commit(record_of(run_id, thread, principal.subject, "how am I doing?"))


def with_ids(events: list[dict], run_id: str) -> list[dict]:
    return [replaced(event, "r-whole", run_id) for event in events]


def without_ids(events: list[dict], run_id: str) -> list[dict]:
    """Events of any run: its id and its audit record's differ."""
    found = [replaced(event, run_id, "RUN") for event in events]
    return [
        {**event, "metadata": {**event["metadata"], "record": "X"}} if "record" in event.get("metadata", {}) else event for event in found
    ]


def replaced(event: dict, old: str, new: str) -> dict:
    return {key: value.replace(old, new, 1) if isinstance(value, str) and (value == old or value.startswith(f"{old}:")) else value for key, value in event.items()}  # fmt: skip
