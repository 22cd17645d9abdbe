"""A run that was broken off, by a stop, a kill or a full disk, is taken up again: each event is told once and in order."""

import asyncio
import errno

import pytest

from tests.server.running import assert_like_a_whole_run, drained, kept, killed, runs_of, state, told, without_ids, without_times
from tools.errors import UnavailableError


async def test_a_full_disk_is_said_and_the_run_goes_on_when_it_is_asked_for_again(chat_bank, runs, anna, thread):
    keep = chat_bank.runs.append_events
    left = 2

    def full(run_id, events, first_seq):
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        keep(run_id, events, first_seq)

    chat_bank.runs.append_events = full
    await runs.start(anna, thread, "r1", "slow question")
    follower = await runs.follow(await runs.run(anna.subject, "r1"), 0)
    seen = asyncio.create_task(drained(follower))
    await asyncio.sleep(0.1)
    chat_bank.go.set()
    shown = await seen
    assert isinstance(follower.failure, OSError)
    assert shown == kept(chat_bank, "r1")
    assert state(chat_bank, anna, "r1") in ("running", "committed")
    chat_bank.runs.append_events = keep
    await asyncio.sleep(0.05)
    await runs.start(anna, thread, "r1", "slow question")
    events = await told(runs, anna, "r1", after=len(shown))
    assert_like_a_whole_run(shown + events)


async def test_stopping_the_server_leaves_a_run_for_the_next_start(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "slow question")
    await asyncio.sleep(0.1)
    await runs.drain(0.05)
    assert state(chat_bank, anna, "r1") == "running"
    first = kept(chat_bank, "r1")
    assert first[-1]["type"] == "TOOL_CALL_END"
    with pytest.raises(UnavailableError):
        await runs.start(anna, thread, "r2", "how am I doing?")
    chat_bank.go.set()
    after = runs_of(chat_bank)
    assert await after.resume_unfinished() == 1
    events = await told(after, anna, "r1")
    assert events[: len(first)] == first
    assert_like_a_whole_run(events)
    await after.drain(5)
    assert state(chat_bank, anna, "r1") == "finished"


async def test_stopping_the_server_lets_a_short_run_end(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "how am I doing?")
    await runs.drain(5)
    assert state(chat_bank, anna, "r1") == "finished"


async def test_killed_at_every_event_and_started_again_each_event_is_told_once_in_order(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r-whole", "how am I doing?")
    whole = await told(runs, anna, "r-whole")
    await runs.drain(5)
    committed_at = [event["type"] for event in whole].index("ACTIVITY_SNAPSHOT")
    cases = [(at, False) for at in range(committed_at + 1)] + [(at, True) for at in range(committed_at, len(whole) + 1)]
    for at, committed in cases:
        run_id = f"r-{at}-{committed}"
        killed(chat_bank, anna, thread, run_id, whole[:at], committed)
    after = runs_of(chat_bank)
    assert await after.resume_unfinished() == len(cases)
    for at, committed in cases:
        run_id = f"r-{at}-{committed}"
        events = await told(after, anna, run_id)
        assert events == kept(chat_bank, run_id)
        assert without_ids(without_times(events), run_id) == without_ids(without_times(whole), "r-whole"), (at, committed)
    await after.drain(5)
    assert {state(chat_bank, anna, f"r-{at}-{committed}") for at, committed in cases} == {"finished"}
    again = runs_of(chat_bank)
    assert await again.resume_unfinished() == 0
    await again.drain(5)


async def test_a_reply_committed_before_its_work_was_kept_is_shown_once_and_not_made_again(chat_bank, runs, anna, thread):
    """The kill fell between the commit and the write of the events before it."""
    await runs.start(anna, thread, "r-whole", "how am I doing?")
    whole = await told(runs, anna, "r-whole")
    await runs.drain(5)
    committed_at = [event["type"] for event in whole].index("ACTIVITY_SNAPSHOT")
    chat_bank.attempts.clear()
    for at in range(committed_at):
        killed(chat_bank, anna, thread, f"r-{at}", whole[:at], True)
    after = runs_of(chat_bank)
    await after.resume_unfinished()
    for at in range(committed_at):
        assert_like_a_whole_run(await told(after, anna, f"r-{at}"))
    await after.drain(5)
    assert chat_bank.attempts == []


async def test_a_run_whose_end_was_kept_is_not_run_again(chat_bank, anna, thread):
    events = [{"type": "RUN_STARTED", "threadId": thread, "runId": "r1"}, {"type": "RUN_FINISHED", "outcome": {"type": "cancelled"}}]
    killed(chat_bank, anna, thread, "r1", events, False)
    runs = runs_of(chat_bank)
    await runs.resume_unfinished()
    await runs.drain(5)
    assert chat_bank.attempts == []
    assert kept(chat_bank, "r1") == events
    assert state(chat_bank, anna, "r1") == "cancelled"


async def test_a_run_of_a_closed_account_ends_with_the_reason(chat_bank, anna, thread):
    killed(chat_bank, anna, thread, "r1", [], False)
    chat_bank.store.set_disabled(anna.subject, chat_bank.time)
    runs = runs_of(chat_bank)
    await runs.resume_unfinished()
    assert (await told(runs, anna, "r1"))[-1]["code"] == "not_found"
    assert chat_bank.attempts == []
    await runs.drain(5)


async def test_attaching_takes_up_a_run_that_was_left_behind(chat_bank, runs, anna, thread):
    killed(chat_bank, anna, thread, "r1", [], False)
    assert (await told(runs, anna, "r1"))[-1]["type"] == "RUN_FINISHED"
    assert chat_bank.attempts == ["r1"]
