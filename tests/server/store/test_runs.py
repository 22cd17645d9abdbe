"""Threads, turns and runs: owned by one person, claimed once, told once, and committed whole."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from agent.decision import Decision
from agent.record import TakenNote, TurnRecord
from agent.reply import Reply, Rich, TextBlock, Verdict
from server.keys import KeyRing
from server.store.audit import AuditChain
from server.store.cipher import Cipher
from server.store.database import Access, Database
from server.store.recorder import StoreRecorder
from server.store.runs import RunStore
from server.store.tables.conversation import RUN_EVENTS, THREADS, TICKETS, TURNS
from server.store.threads import ThreadStore
from tests.server.store.bank import NOW
from tools.errors import ConflictError, NotFoundError

ANNA, TOM = "s-anna", "s-tom"


@pytest.fixture
def clock():
    seconds = count()
    return lambda: NOW + timedelta(seconds=next(seconds))


@pytest.fixture
def threads(database: Database, cipher: Cipher, clock) -> ThreadStore:
    return ThreadStore(database, cipher, clock)


@pytest.fixture
def runs(database: Database, cipher: Cipher, clock) -> RunStore:
    return RunStore(database, cipher, clock)


@pytest.fixture
def chain(database: Database, cipher: Cipher, keyring: KeyRing, tmp_path: Path, clock) -> AuditChain:
    return AuditChain(database, cipher, keyring, tmp_path / "anchors.jsonl", clock)


@pytest.fixture
def recorder(database: Database, cipher: Cipher, chain: AuditChain, clock) -> StoreRecorder:
    return StoreRecorder(database, cipher, chain, clock)


def record(run_id: str, thread_id: str, subject: str = ANNA, text: str = "How am I doing?", ticket: str | None = "t1") -> TurnRecord:
    block = TextBlock(id="b1", section="risk_analyst", sentences=(Rich(text="CANARY you are doing well."),))
    note = TakenNote(id=ticket or "", kind="ticket", reference="PF-1", reason="asked", text="Call me", respond_by=NOW + timedelta(days=1))
    return TurnRecord(
        run_id=run_id,
        thread_id=thread_id,
        subject=subject,
        role="customer",
        text=text,
        language="en",
        started_at=NOW,
        finished_at=NOW,
        calls=(),
        facts=(),
        reply=Reply(language="en", blocks=(block,), verdict=Verdict(outcome="pass")),
        notes=(note,) if ticket else (),
        model="built-in",
        versions={"wire": "1"},
        case={"drafts": ["CANARY {{f:1}}"]},
    )


def test_threads_are_listed_last_used_first_renamed_and_deleted(threads: ThreadStore, runs: RunStore):
    first, second = threads.create(ANNA, "Savings"), threads.create(ANNA, "Rent")
    assert [thread.title for thread in threads.threads(ANNA)] == ["Rent", "Savings"]
    runs.claim(ANNA, first.id, "r1", "hello")
    assert [(thread.title, thread.turns) for thread in threads.threads(ANNA)] == [("Savings", 1), ("Rent", 0)]
    threads.rename(ANNA, second.id, "Rent and bills")
    assert threads.thread(ANNA, second.id).title == "Rent and bills"
    threads.delete(ANNA, first.id)
    assert [thread.id for thread in threads.threads(ANNA)] == [second.id]


def test_a_thread_of_somebody_else_is_one_that_does_not_exist(threads: ThreadStore, runs: RunStore, recorder: StoreRecorder):
    theirs = threads.create(TOM, "Mine").id
    asks = [
        lambda thread: threads.thread(ANNA, thread),
        lambda thread: threads.turns(ANNA, thread),
        lambda thread: threads.rename(ANNA, thread, "x"),
        lambda thread: threads.delete(ANNA, thread),
        lambda thread: runs.claim(ANNA, thread, f"r-{thread}", "x"),
        lambda thread: recorder.commit(record(f"c-{thread}", thread)),
    ]
    said = set()
    for ask in asks:
        for thread in (theirs, "no-such-thread"):
            with pytest.raises(NotFoundError) as caught:
                ask(thread)
            said.add(caught.value.message)
    assert len(said) == 1
    assert threads.threads(TOM)[0].title == "Mine"
    assert threads.threads(ANNA) == ()


def test_a_run_id_is_claimed_once_and_a_resent_message_finds_its_run(threads: ThreadStore, runs: RunStore):
    thread, other = threads.create(ANNA).id, threads.create(ANNA).id
    first = runs.claim(ANNA, thread, "r1", "hello")
    again = runs.claim(ANNA, thread, "r1", "hello")
    assert (first.new, again.new) == (True, False)
    assert [turn.text for turn in threads.turns(ANNA, thread)] == ["hello"]
    toms = threads.create(TOM).id
    for subject, where, text in ((ANNA, thread, "other words"), (ANNA, other, "hello"), (TOM, toms, "hello")):
        with pytest.raises(ConflictError) as caught:
            runs.claim(subject, where, "r1", text)
        assert caught.value.code == "run_id_used"


def test_a_run_keeps_the_act_it_was_started_with(threads: ThreadStore, runs: RunStore, database: Database):
    """A server that takes it up again carries out the same act, and never reads one out of the words."""
    thread = threads.create(ANNA).id
    decision = Decision(proposal="proposal.1", status="declined", key="k1", reason="CANARY later")
    assert runs.claim(ANNA, thread, "r1", "Declined: Save the goal", decision).decision == decision
    assert runs.claim(ANNA, thread, "r1", "Declined: Save the goal", decision).new is False
    assert runs.unfinished()[0].decision == decision
    assert runs.claim(ANNA, thread, "r2", "Declined: Save the goal").decision is None
    for changed in (None, decision.model_copy(update={"key": "k2"})):
        with pytest.raises(ConflictError) as caught:
            runs.claim(ANNA, thread, "r1", "Declined: Save the goal", changed)
        assert caught.value.code == "run_id_used"
    with database.reading() as connection:
        assert "CANARY" not in str(connection.execute(select(TURNS)).all())


def test_of_many_at_once_one_claims(threads: ThreadStore, runs: RunStore):
    thread = threads.create(ANNA).id
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: runs.claim(ANNA, thread, "r1", "hello").new, range(8)))
        list(pool.map(lambda number: runs.claim(ANNA, thread, f"m{number}", "hello"), range(8)))
    assert sum(claims) == 1
    assert [turn.number for turn in threads.turns(ANNA, thread)] == list(range(1, 10))


def test_a_run_is_attached_to_by_its_owner_only(threads: ThreadStore, runs: RunStore):
    runs.claim(ANNA, threads.create(ANNA).id, "r1", "hello")
    assert runs.run(ANNA, "r1").text == "hello"
    said = set()
    for subject, run_id in ((TOM, "r1"), (TOM, "none")):
        with pytest.raises(NotFoundError) as caught:
            runs.run(subject, run_id)
        said.add(caught.value.message)
    assert len(said) == 1


def test_events_come_back_in_order_each_once_from_any_number(threads: ThreadStore, runs: RunStore):
    runs.claim(ANNA, threads.create(ANNA).id, "r1", "hello")
    runs.append_events("r1", [{"type": "A"}, {"type": "B"}], 1)
    runs.append_events("r1", [{"type": "C", "text": "£5 für dich"}], 3)
    runs.append_events("r1", [], 9)
    assert runs.events_after("r1", 1) == ((2, {"type": "B"}), (3, {"type": "C", "text": "£5 für dich"}))
    assert runs.events_after("r1", 3) == ()
    assert runs.run(ANNA, "r1").last_seq == runs.last_seq("r1") == 3


@pytest.mark.parametrize("first_seq", [1, 2, 4])
def test_events_that_do_not_follow_the_last_are_refused_whole(threads: ThreadStore, runs: RunStore, first_seq: int):
    runs.claim(ANNA, threads.create(ANNA).id, "r1", "hello")
    runs.append_events("r1", [{"n": 1}, {"n": 2}], 1)
    with pytest.raises(ConflictError) as caught:
        runs.append_events("r1", [{"n": "x"}, {"n": "y"}], first_seq)
    assert caught.value.code == "run_taken_over"
    assert runs.last_seq("r1") == 2


def test_what_a_stopped_server_left_is_found_and_what_ended_stays_ended(threads: ThreadStore, runs: RunStore, recorder: StoreRecorder):
    thread = threads.create(ANNA).id
    for run_id in ("running", "committed", "cancelled", "finished"):
        runs.claim(ANNA, thread, run_id, "How am I doing?")
    recorder.commit(record("committed", thread))
    runs.set_state("cancelled", "cancelled")
    runs.set_state("finished", "finished")
    runs.set_state("finished", "running")
    assert [(run.run_id, run.state) for run in runs.unfinished()] == [("running", "running"), ("committed", "committed")]
    assert {turn.run_id: turn.finished_at is not None for turn in threads.turns(ANNA, thread)} == {
        "running": False,
        "committed": False,
        "cancelled": True,
        "finished": True,
    }


def test_a_turn_is_committed_once_with_reply_ticket_and_audit_record(
    threads: ThreadStore, runs: RunStore, recorder: StoreRecorder, chain: AuditChain, database: Database
):
    thread = threads.create(ANNA).id
    runs.claim(ANNA, thread, "r1", "How am I doing?")
    first = recorder.commit(record("r1", thread))
    assert recorder.commit(record("r1", thread, ticket="t2")) == first

    [turn] = threads.turns(ANNA, thread)
    assert (turn.state, turn.audit_id) == ("committed", first)
    assert turn.reply == record("r1", thread).reply
    assert TurnRecord.model_validate(chain.entry(first).payload) == record("r1", thread)
    assert chain.verify().records == 1
    with database.reading() as connection:
        assert connection.scalars(select(TICKETS.c.id)).all() == ["t1"]


def test_a_turn_without_a_claim_is_added_to_its_thread(threads: ThreadStore, recorder: StoreRecorder):
    thread = threads.create(ANNA).id
    recorder.commit(record("r1", thread, text="asked from the terminal"))
    assert [turn.text for turn in threads.turns(ANNA, thread)] == ["asked from the terminal"]


def test_a_commit_that_fails_leaves_nothing_of_the_turn(
    threads: ThreadStore, recorder: StoreRecorder, chain: AuditChain, database: Database
):
    thread = threads.create(ANNA).id
    recorder.commit(record("r1", thread, ticket="same"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        recorder.commit(record("r2", thread, ticket="same"))
    assert [turn.run_id for turn in threads.turns(ANNA, thread)] == ["r1"]
    assert (chain.verify().holds, chain.verify().records) == (True, 1)


def test_a_cancelled_run_commits_nothing(threads: ThreadStore, runs: RunStore, recorder: StoreRecorder, chain: AuditChain):
    thread = threads.create(ANNA).id
    runs.claim(ANNA, thread, "r1", "How am I doing?")
    runs.set_state("r1", "cancelled")
    with pytest.raises(ConflictError):
        recorder.commit(record("r1", thread))
    assert chain.verify().records == 0


def test_feedback_is_the_owners_changed_and_taken_back(threads: ThreadStore, recorder: StoreRecorder):
    thread = threads.create(ANNA).id
    recorder.commit(record("r1", thread))
    for value in ("up", "down", None):
        threads.set_feedback(ANNA, "r1", value, "because")
        assert threads.turns(ANNA, thread)[0].feedback == value
    for run_id in ("r1", "none"):
        with pytest.raises(NotFoundError):
            threads.set_feedback(TOM, run_id, "down")


def test_a_ticket_is_undone_by_its_owner_once(threads: ThreadStore, recorder: StoreRecorder, database: Database):
    recorder.commit(record("r1", threads.create(ANNA).id))
    with pytest.raises(NotFoundError):
        threads.undo_ticket(TOM, "t1")
    threads.undo_ticket(ANNA, "t1")
    with database.reading() as connection:
        first = connection.scalar(select(TICKETS.c.undone_at))
    threads.undo_ticket(ANNA, "t1")
    with database.reading() as connection:
        assert connection.scalar(select(TICKETS.c.undone_at)) == first
        assert first is not None


def test_deleting_a_thread_takes_its_turns_and_events_and_leaves_the_audit(
    threads: ThreadStore, runs: RunStore, recorder: StoreRecorder, chain: AuditChain, database: Database
):
    thread = threads.create(ANNA).id
    runs.claim(ANNA, thread, "r1", "How am I doing?")
    runs.append_events("r1", [{"n": 1}], 1)
    recorder.commit(record("r1", thread))
    threads.delete(ANNA, thread)
    with database.reading() as connection:
        assert [connection.scalar(select(func.count()).select_from(table)) for table in (THREADS, TURNS, RUN_EVENTS)] == [0, 0, 0]
    assert chain.verify().records == 1


def test_no_word_of_a_conversation_is_stored_in_the_open(
    threads: ThreadStore, runs: RunStore, recorder: StoreRecorder, database: Database, tmp_path: Path
):
    thread = threads.create(ANNA, "CANARY title").id
    runs.claim(ANNA, thread, "r1", "CANARY words")
    runs.append_events("r1", [{"text": "CANARY event"}], 1)
    recorder.commit(record("r1", thread, text="CANARY words"))
    threads.set_feedback(ANNA, "r1", "up", "CANARY comment")
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    if not database.is_sqlite:
        with database.reading() as connection:
            stored += repr([connection.execute(select(table)).all() for table in (THREADS, TURNS, RUN_EVENTS, TICKETS)]).encode()
    assert b"CANARY" not in stored


def test_postgresql_hides_other_peoples_conversations_from_a_bare_query(threads: ThreadStore, runs: RunStore, database: Database):
    thread = threads.create(ANNA).id
    runs.claim(ANNA, thread, "r1", "hello")
    runs.append_events("r1", [{"n": 1}], 1)
    expected = 1 if database.is_sqlite else 0  # on SQLite only the methods above scope
    with database.reading(Access(subject=TOM)) as connection:
        for table in (THREADS, TURNS, RUN_EVENTS):
            assert connection.scalar(select(func.count()).select_from(table)) == expected
