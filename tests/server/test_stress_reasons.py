"""Reasons are worked out once for each score, and only for whom there is an activity."""

import pytest

from agent.shown_driver import shown_drivers
from server import stress_reasons
from server.stress_reasons import StressReasons
from tests.server.book_bank import fill_book
from tests.server.chat_bank import ChatBank


@pytest.fixture
def bank(chat_bank: ChatBank) -> ChatBank:
    return fill_book(chat_bank)


@pytest.fixture
def manager(bank: ChatBank):
    account, _, _ = bank.signed_in("rm1")
    return account.principal()


def test_a_client_with_an_activity_has_reasons_and_one_without_has_none(bank, manager):
    found = StressReasons(bank.database).of(manager, bank.board.rows(manager))
    assert set(found) == {"demo:2"}


def test_the_same_score_is_explained_once_and_a_new_one_anew(bank, manager, monkeypatch: pytest.MonkeyPatch):
    reasons, (row,) = StressReasons(bank.database), bank.board.rows(manager, ["demo:2"])
    asked: list[str] = []
    worked_out = StressReasons._worked_out

    def counted(self, principal, rows):
        asked.extend(rows)
        return worked_out(self, principal, rows)

    monkeypatch.setattr(StressReasons, "_worked_out", counted)
    first = reasons.of(manager, [row])
    assert reasons.of(manager, [row]) == first
    assert asked == ["demo:2"]
    reasons.of(manager, [row.model_copy(update={"stress_score": 0.11})])
    assert asked == ["demo:2", "demo:2"]


def test_what_is_kept_is_bounded(bank, manager, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stress_reasons, "MOST_KEPT", 0)
    reasons, rows = StressReasons(bank.database), bank.board.rows(manager, ["demo:2"])
    assert reasons.of(manager, rows) == reasons.of(manager, rows)
    assert len(reasons._kept) == 0


def test_a_score_that_is_none_has_no_reasons(bank, manager):
    (row,) = bank.board.rows(manager, ["demo:2"])
    assert StressReasons(bank.database).of(manager, [row.model_copy(update={"stress_score": None})]) == {}


def test_names_of_another_version_are_left_out():
    shown = shown_drivers(("failed_debits", "of_another_version", "thin_buffer"), (2.0, 1.0))
    assert [(driver.name, driver.value, driver.unit) for driver in shown] == [
        ("failed_debits", 2.0, "count"),
        ("thin_buffer", None, "percent"),
    ]
