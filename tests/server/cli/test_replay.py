"""`personaforge replay` and `personaforge worker`: what a person sees, and what is left when they are stopped."""

import signal
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from server.cli.stopping import Stopping, stopping
from server.demo.bank import AS_OF
from tests.server.cli.conftest import Command
from tests.server.stream.conftest import event
from tests.small_bank import SmallBank


def written(folder: Path, *events: bytes) -> Path:
    file = folder / "events.jsonl"
    file.write_bytes(b"\n".join(events) + b"\n")
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(
        tmp_path, event("r1", AS_OF, "-5.00", account="41042001"), event("r2", AS_OF, "-6", account="41042001"), b"{", event("r3", AS_OF, 1)
    )


def test_a_file_is_replayed_and_what_could_not_be_taken_is_said(own_bank: SmallBank, command: Command, file: Path):
    first = command("replay", "--file", file)
    assert first.status == 0
    assert "4 events: 2 booked, 0 known, 2 set aside (1 unknown_account, 1 unreadable)" in first.err
    again = command("replay", "--file", file, "--rate", "5")
    assert (again.status, "0 events" in again.err) == (0, True)
    bank = own_bank.open()
    assert bank.set_aside.counts() == {"unknown_account": 1, "unreadable": 1}
    bank.database.engine.dispose()


def test_the_demo_bank_lives_on_and_on(own_bank: SmallBank, command: Command):
    first = command("replay", "--days", "3")
    assert first.status == 0
    assert f"lives on from {AS_OF} to {AS_OF + timedelta(days=3)}" in first.err
    assert ", 0 known, 0 set aside" in first.err
    bank = own_bank.open()
    assert bank.business_dates() == {"demo": AS_OF + timedelta(days=3)}
    history = bank.stress_scores.history("demo:1042")
    assert len(history) == 180  # the past was filled, too
    assert history[-1].as_of == AS_OF + timedelta(days=3)
    bank.database.engine.dispose()
    second = command("replay", "--days", "2")
    assert f"from {AS_OF + timedelta(days=3)} to {AS_OF + timedelta(days=5)}" in second.err
    assert ", 0 set aside" in second.err
    assert " 0 booked" not in second.err


def test_a_demo_bank_of_another_seed_does_not_go_on(own_bank: SmallBank, command: Command):
    ended = command("replay", "--seed", "5")
    assert ended.status == 2
    assert "--seed N" in ended.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("--rate", "-1"), "Choose 0 to"), (("--days", "0"), "Choose 1 to"), (("--file", "nowhere.jsonl"), "cannot be read")],
)
def test_wrong_usage_says_what_is_possible(shared_bank: SmallBank, command: Command, arguments: tuple[str, ...], says: str):
    ended = command("replay", *arguments)
    assert ended.status == 2
    assert says in ended.err


def test_before_there_is_a_bank_it_says_so(empty_home: Path, command: Command):
    assert command("replay").status == 1


def test_the_worker_needs_a_folder(shared_bank: SmallBank, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("PERSONAFORGE_STREAM", raising=False)
    ended = command("worker")
    assert (ended.status, "Set PERSONAFORGE_STREAM" in ended.err) == (2, True)
    monkeypatch.setenv("PERSONAFORGE_STREAM", str(tmp_path / "nowhere"))
    assert "correct PERSONAFORGE_STREAM" in command("worker").err


def test_the_worker_takes_what_appears_until_it_is_asked_to_stop(
    own_bank: SmallBank, command: Command, monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path
):
    monkeypatch.setenv("PERSONAFORGE_STREAM", str(tmp_path))

    def ask() -> None:
        time.sleep(3)
        with file.open("ab") as end:
            end.write(event("r4", AS_OF, "-7", account="41042001") + b"\n")
        time.sleep(3)
        signal.raise_signal(signal.SIGTERM)

    asking = threading.Thread(target=ask)
    asking.start()
    ended = command("worker")
    asking.join()
    assert ended.status == 0
    assert "5 events: 3 booked" in ended.err
    assert "Stopped." in ended.err


def test_a_request_to_stop_is_heard_and_the_usual_answer_comes_back():
    usual = signal.getsignal(signal.SIGTERM)
    with stopping() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGTERM)
        assert stop()
        assert stop.wait(60)  # does not wait
        assert signal.getsignal(signal.SIGTERM) == usual  # a second one ends the program
    assert signal.getsignal(signal.SIGTERM) == usual


def test_a_rate_is_kept():
    stop = Stopping()
    began = time.monotonic()
    for done in range(1, 5):
        stop.pace(done, 20)
    assert 0.18 <= time.monotonic() - began < 2
    stop.pace(10**9, 0)
