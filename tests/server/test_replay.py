"""Turns are replayed to the same bytes (I8), and a record that was changed is told."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.record import TurnRecord
from server.bank import Bank
from server.replay import ReplayReport, replay_turns
from server.store.audit import AuditEntry
from tests.server.asking import ask
from tests.small_bank import SmallBank

QUESTIONS = {
    "anna": ("how am I doing, and which savings account would suit me?", "is my money protected if the bank fails?", "what's 15% of 2,400?", "write me a poem"),
    "sam": ("I cannot pay my bills any more", "can I afford a 15k car loan over 5 years?"),
    "rm1": ("which of my clients have a negative balance?", "how is Tom Hughes doing?", "how is nobody at all doing?"),
    "staff1": ("what does the complaints policy say?",),
}  # fmt: skip


@pytest.fixture(scope="module")
def talked(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """A bank with turns of every kind behind it."""
    bank = prepared_bank.copy(tmp_path_factory.mktemp("talked") / "home").open()
    for login, texts in QUESTIONS.items():
        ask(bank, login, *texts)
    return bank


def test_every_recorded_turn_comes_out_byte_for_byte(talked: Bank):
    turns = sum(map(len, QUESTIONS.values()))
    assert replay_turns(talked, 100) == ReplayReport(same=turns)
    assert replay_turns(talked, 3) == ReplayReport(same=3)
    assert replay_turns(talked, 0) == ReplayReport()


def changed(talked: Bank, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None], newest: int = 100) -> ReplayReport:
    """Replay with one change in the record of the turn about two specialists. Gives the report."""
    kept = talked.audit.entries(action="turn", newest=newest)

    def entries(**_: Any) -> tuple[AuditEntry, ...]:
        found = []
        for entry in kept:
            payload = TurnRecord.model_validate(entry.payload).model_dump(mode="json")
            if payload["text"] == QUESTIONS["anna"][0]:
                change(payload)
            found.append(entry.model_copy(update={"payload": payload}))
        return tuple(found)

    monkeypatch.setattr(talked.audit, "entries", entries)
    return replay_turns(talked, newest)


def a_fact(payload: dict[str, Any]) -> None:
    shown = {
        span["id"]
        for block in payload["reply"]["blocks"]
        if block["type"] == "text"
        for each in block["sentences"]
        for span in each["spans"]
    }
    fact = next(each for each in payload["case"]["facts"] if each["id"] in shown and each["unit"] == "money")
    fact["value"] += 100_000


def a_sentence(payload: dict[str, Any]) -> None:
    text = next(block for block in payload["reply"]["blocks"] if block["type"] == "text")
    text["sentences"][0]["text"] += " Returns are guaranteed."


def a_disclosure(payload: dict[str, Any]) -> None:
    payload["reply"]["blocks"] = [block for block in payload["reply"]["blocks"] if block["type"] != "disclosure"]


def the_verdict(payload: dict[str, Any]) -> None:
    payload["reply"]["verdict"]["figures"] += 1


def the_scope(payload: dict[str, Any]) -> None:
    payload["case"]["scope"] = []


@pytest.mark.parametrize("change", [a_fact, a_sentence, a_disclosure, the_verdict, the_scope], ids=lambda change: change.__name__)
def test_a_changed_record_is_told(talked: Bank, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None]):
    report = changed(talked, monkeypatch, change)
    assert len(report.different) == 1
    assert not report.holds
    assert report.same == sum(map(len, QUESTIONS.values())) - 1


def test_a_turn_of_other_documents_rules_or_figures_is_not_judged(talked: Bank, monkeypatch: pytest.MonkeyPatch):
    report = changed(talked, monkeypatch, lambda payload: payload["versions"].update(catalogue="older"))
    assert (report.other_version, report.holds) == (1, True)
    report = changed(talked, monkeypatch, lambda payload: payload["versions"].update(rules="older"))
    assert (report.other_version, report.holds) == (1, True)
    report = changed(talked, monkeypatch, lambda payload: payload["versions"].pop("figures"))
    assert (report.other_version, report.holds) == (1, True)


def test_erased_turns_and_turns_without_a_case_are_counted_apart(talked: Bank, monkeypatch: pytest.MonkeyPatch):
    report = changed(talked, monkeypatch, lambda payload: payload.update(case=None))
    assert (report.without_case, report.holds) == (1, True)
    kept = tuple(entry.model_copy(update={"payload": None}) for entry in talked.audit.entries(action="turn", newest=2))
    monkeypatch.setattr(talked.audit, "entries", lambda **_: kept)
    assert replay_turns(talked, 2) == ReplayReport(erased=len(kept))
