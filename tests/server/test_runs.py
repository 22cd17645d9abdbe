"""Runs outlive whoever follows them: claimed once, kept before they are shown, cancelled, failed."""

import asyncio
from datetime import timedelta

import pytest

from server.follower import Follower
from server.store.threads import ThreadStore
from tests.server.running import drained, kept, runs_of, state, told
from tests.server.test_telling import open_parts
from tools.errors import ConflictError, NotFoundError, RefusedError, UnavailableError, UsageError


async def test_what_is_told_is_what_is_kept_and_the_state_says_how_it_ended(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "how am I doing?")
    events = await told(runs, anna, "r1")
    assert events[-1]["outcome"] == {"type": "success"}
    assert events == kept(chat_bank, "r1")
    await runs.cancel_thread(anna.subject, thread)
    assert state(chat_bank, anna, "r1") == "finished"


async def test_nothing_is_shown_before_it_is_kept(chat_bank, runs, anna, thread):
    keep, order = chat_bank.runs.append_events, []

    def slowly(run_id, events, first_seq):
        keep(run_id, events, first_seq)
        order.append(("kept", first_seq + len(events) - 1))

    chat_bank.runs.append_events = slowly
    await runs.start(anna, thread, "r1", "how am I doing?")
    follower = await runs.follow(await runs.run(anna.subject, "r1"), 0)
    while not follower.done:
        if (piece := await follower.take()) is not None:
            order.append(("shown", piece.seq + len(piece.events) - 1))
        await asyncio.sleep(0)
    last_kept = 0
    for what, seq in order:
        last_kept = seq if what == "kept" else last_kept
        assert seq <= last_kept


async def test_the_same_message_again_is_the_same_run(chat_bank, runs, anna, thread):
    for _ in range(3):
        await runs.start(anna, thread, "r1", "how am I doing?")
    first = await told(runs, anna, "r1")
    await runs.start(anna, thread, "r1", "how am I doing?")
    assert await told(runs, anna, "r1") == first
    assert chat_bank.attempts == ["r1"]


async def test_the_same_message_twice_at_once_is_one_run(chat_bank, runs, anna, thread):
    await asyncio.gather(*(runs.start(anna, thread, "r1", "how am I doing?") for _ in range(5)))
    await told(runs, anna, "r1")
    assert chat_bank.attempts == ["r1"]


async def test_a_used_id_answers_no_other_message(runs, anna, thread):
    await runs.start(anna, thread, "r1", "how am I doing?")
    await told(runs, anna, "r1")
    with pytest.raises(ConflictError):
        await runs.start(anna, thread, "r1", "how is somebody else doing?")


async def test_one_run_of_a_thread_at_a_time(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "slow question")
    with pytest.raises(ConflictError) as caught:
        await runs.start(anna, thread, "r2", "how am I doing?")
    assert "stop it" in caught.value.message
    other = chat_bank.threads.create(anna.subject).id
    await runs.start(anna, other, "r3", "how am I doing?")
    assert (await told(runs, anna, "r3"))[-1]["type"] == "RUN_FINISHED"
    chat_bank.go.set()
    await told(runs, anna, "r1")
    await runs.cancel_thread(anna.subject, thread)
    await runs.start(anna, thread, "r2", "how am I doing?")


async def test_what_is_not_yours_does_not_exist(chat_bank, runs, anna, thread):
    tom = chat_bank.add("tom").principal()
    await runs.start(anna, thread, "r1", "how am I doing?")
    await told(runs, anna, "r1")
    said = set()
    for run_id in ("r1", "unknown"):
        for call in (runs.run, runs.cancel):
            with pytest.raises(NotFoundError) as caught:
                await call(tom.subject, run_id)
            said.add(caught.value.message)
    assert len(said) == 1
    said.clear()
    for thread_id in (thread, "unknown"):
        with pytest.raises(NotFoundError) as caught:
            await runs.start(tom, thread_id, "r2", "how am I doing?")
        said.add(caught.value.message)
    assert len(said) == 1


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \x00 ", "empty"), ("x" * 4_001, "too_long"), ("x" * 50_000, "too_long")])
async def test_an_empty_or_endless_message_is_refused(chat_bank, runs, anna, thread, text, code):
    with pytest.raises(UsageError) as caught:
        await runs.start(anna, thread, "r1", text)
    assert caught.value.code == code
    with pytest.raises(NotFoundError):
        await runs.run(anna.subject, "r1")


async def test_a_flood_of_messages_is_slowed_down(chat_bank, runs, anna):
    for number in range(30):
        thread = chat_bank.threads.create(anna.subject).id
        await runs.start(anna, thread, f"r{number}", "how am I doing?")
    with pytest.raises(RefusedError) as caught:
        await runs.start(anna, chat_bank.threads.create(anna.subject).id, "r30", "how am I doing?")
    assert caught.value.code == "rate"
    chat_bank.time += timedelta(minutes=1)
    await runs.start(anna, chat_bank.threads.create(anna.subject).id, "r31", "how am I doing?")
    await told(runs, anna, "r31")


async def test_cancel_ends_the_work_closes_what_is_open_and_says_so(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "slow question")
    await asyncio.sleep(0.1)
    await runs.cancel(anna.subject, "r1")
    events = await told(runs, anna, "r1")
    assert (events[-1]["type"], events[-1]["outcome"]) == ("RUN_FINISHED", {"type": "cancelled"})
    assert open_parts(events) == []
    assert next(event for event in events if event["type"] == "TOOL_CALL_RESULT")["metadata"] == {"outcome": "cancelled"}
    await runs.cancel_thread(anna.subject, thread)
    assert state(chat_bank, anna, "r1") == "cancelled"
    assert all(turn.reply is None for turn in chat_bank.threads.turns(anna.subject, thread))


async def test_cancel_right_after_the_start_counts(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "slow question")
    await runs.cancel(anna.subject, "r1")
    assert (await told(runs, anna, "r1"))[-1]["outcome"] == {"type": "cancelled"}


async def test_a_committed_reply_is_shown_whole_even_when_cancelled(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "late question")
    await asyncio.to_thread(_until_committed, chat_bank, anna)
    await runs.cancel(anna.subject, "r1")
    chat_bank.go.set()
    events = await told(runs, anna, "r1")
    assert events[-1]["outcome"] == {"type": "success"}
    assert sum(event["type"] == "TEXT_MESSAGE_END" for event in events) == 2


async def test_cancelling_what_has_ended_changes_nothing(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "how am I doing?")
    events = await told(runs, anna, "r1")
    await runs.cancel(anna.subject, "r1")
    assert await told(runs, anna, "r1") == events


async def test_a_defect_is_told_with_an_incident_and_none_of_its_words(chat_bank, runs, anna, thread, caplog):
    await runs.start(anna, thread, "r1", "fail please")
    events = await told(runs, anna, "r1")
    assert (events[-1]["type"], events[-1]["code"]) == ("RUN_ERROR", "internal")
    assert "incident" in events[-1]["message"]
    assert "canary" not in str(events)
    assert open_parts(events) == []
    assert "run_crashed" in caplog.text
    await runs.cancel_thread(anna.subject, thread)
    assert state(chat_bank, anna, "r1") == "failed"


async def test_a_missing_part_is_told_with_its_own_sentence(chat_bank, runs, anna, thread):
    chat_bank.failure = UnavailableError("The index is missing. Run `personaforge doctor`.", code="no_index")
    await runs.start(anna, thread, "r1", "fail please")
    last = (await told(runs, anna, "r1"))[-1]
    assert (last["code"], last["message"]) == ("no_index", "The index is missing. Run `personaforge doctor`.")


async def test_a_defect_after_the_commit_still_shows_the_reply(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "crash please")
    crashed = await told(runs, anna, "r1")
    second = chat_bank.threads.create(anna.subject).id
    await runs.start(anna, second, "r2", "how am I doing?")
    whole = await told(runs, anna, "r2")
    assert [event["type"] for event in crashed] == [event["type"] for event in whole]


async def test_runs_wait_until_the_bank_is_warm(chat_bank, anna, thread):
    warm = asyncio.Event()
    runs = runs_of(chat_bank, warm.wait)
    await runs.start(anna, thread, "r1", "how am I doing?")
    await asyncio.sleep(0.1)
    assert [event["type"] for event in kept(chat_bank, "r1")] == ["RUN_STARTED"]
    warm.set()
    assert (await told(runs, anna, "r1"))[-1]["type"] == "RUN_FINISHED"
    await runs.drain(5)


async def test_a_reader_far_behind_is_served_from_the_store_without_a_hole(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "many steps")
    slow = await runs.follow(await runs.run(anna.subject, "r1"), 0)
    quick = await told(runs, anna, "r1")
    assert len(quick) > 3_000
    assert await drained(slow) == quick
    assert await told(runs, anna, "r1", after=2_990) == quick[2_990:]


async def test_what_the_store_no_longer_has_is_a_gap(chat_bank, runs, anna, thread):
    async def cut(after):
        return ((7, {"type": "STEP_STARTED", "stepName": "x"}), (8, {"type": "RUN_ERROR", "message": "x"}))

    piece = await Follower("r1", 2, log=None, read_kept=cut).take()
    assert (piece.seq, piece.lost) == (7, True)


async def test_following_ahead_of_the_run_is_refused(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "how am I doing?")
    await told(runs, anna, "r1")
    with pytest.raises(UsageError):
        await runs.follow(await runs.run(anna.subject, "r1"), 999)


async def test_the_first_message_names_its_thread(chat_bank, runs, anna, thread):
    await runs.start(anna, thread, "r1", "how am\n I doing?")
    await told(runs, anna, "r1")
    assert chat_bank.threads.thread(anna.subject, thread).title == "how am I doing?"
    await runs.cancel_thread(anna.subject, thread)
    await runs.start(anna, thread, "r2", "how will my balance develop?")
    assert chat_bank.threads.thread(anna.subject, thread).title == "how am I doing?"


def _until_committed(bank, principal) -> None:
    from tests.server.chat_bank import until

    threads: ThreadStore = bank.threads
    until(
        lambda: any(turn.audit_id for thread in threads.threads(principal.subject) for turn in threads.turns(principal.subject, thread.id))
    )
