"""Runs outlive whoever follows them: claimed once, kept before they are shown, cancelled, failed, taken up after a kill."""

import asyncio
import errno
from datetime import timedelta

import pytest

from server.app import BankTurns
from server.follower import Follower
from server.runs import Runs
from server.store.threads import ThreadStore
from server.telling import LAST
from tests.server.chat_bank import record_of
from tests.server.test_telling import open_parts
from tools.errors import ConflictError, NotFoundError, RefusedError, UnavailableError, UsageError


async def ready() -> None:
    return


def runs_of(bank, wait=ready) -> Runs:
    return Runs(bank.runs, BankTurns(bank), wait, bank.now)


@pytest.fixture
async def runs(chat_bank):
    runs = runs_of(chat_bank)
    yield runs
    chat_bank.go.set()
    await runs.drain(5)


@pytest.fixture
def anna(chat_bank):
    return chat_bank.add("anna").principal()


@pytest.fixture
def thread(chat_bank, anna):
    return chat_bank.threads.create(anna.subject).id


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


def assert_like_a_whole_run(events: list[dict]) -> None:
    assert [event["type"] for event in events].count("RUN_STARTED") == 1
    assert [event["type"] for event in events if event["type"] in LAST] == ["RUN_FINISHED"]
    assert events[-1]["outcome"] == {"type": "success"}
    assert open_parts(events) == []
    assert [event["messageId"].partition(":")[2] for event in events if event["type"] in ("ACTIVITY_SNAPSHOT", "TEXT_MESSAGE_START")] == [
        "facts", "b1", "b2", "b3",
    ]  # fmt: skip
    assert sum(event["type"] == "TEXT_MESSAGE_CONTENT" for event in events) == 3


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


def _until_committed(bank, principal) -> None:
    from tests.server.chat_bank import until

    threads: ThreadStore = bank.threads
    until(
        lambda: any(turn.audit_id for thread in threads.threads(principal.subject) for turn in threads.turns(principal.subject, thread.id))
    )
