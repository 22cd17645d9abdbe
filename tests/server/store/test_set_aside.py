"""What could not be taken: kept once, counted, readable for staff, unreadable in the file."""

import pytest
from sqlalchemy import select

from server.store.cipher import Cipher
from server.store.database import Database
from server.store.set_aside import NewSetAside, SetAside
from server.store.tables.stress import SET_ASIDE
from tests.server.store.bank import NOW


@pytest.fixture
def shelf(database: Database, cipher: Cipher) -> SetAside:
    return SetAside(database, cipher, lambda: NOW)


def aside(number: str, code: str = "unknown_account", **more: str) -> NewSetAside:
    return NewSetAside.model_validate(
        {"source": "demo", "event_id": number, "code": code, "reason": "Because.", "text": f"CANARY {number}", **more}
    )


def put(shelf: SetAside, database: Database, *events: NewSetAside) -> None:
    rows = shelf.sealed(events)
    with database.writing() as connection:
        shelf.add(connection, rows)


def test_each_event_is_kept_once_with_its_reason(shelf: SetAside, database: Database):
    put(shelf, database, aside("1"), aside("2"), aside("1"))
    put(shelf, database, aside("1"), aside("1", "differs", subject="demo:7"))
    assert shelf.counts() == {"differs": 1, "unknown_account": 2}
    newest, *_ = shelf.list(2)
    assert (newest.source, newest.event_id, newest.code, newest.reason, newest.text, newest.at) == (
        "demo",
        "1",
        "differs",
        "Because.",
        "CANARY 1",
        NOW,
    )
    assert len(shelf.list(2)) == 2
    put(shelf, database)


def test_texts_are_sealed_and_cut(shelf: SetAside, database: Database):
    put(shelf, database, aside("1", text="CANARY" + "x" * 9000, event_id="7" * 900))
    with database.reading() as connection:
        stored = connection.execute(select(SET_ASIDE)).one()
    assert "CANARY" not in stored.text
    (shown,) = shelf.list()
    assert (len(shown.text or ""), len(shown.event_id)) == (2000, 200)


def test_what_is_said_of_somebody_erased_cannot_be_read_again(shelf: SetAside, database: Database, cipher: Cipher):
    put(shelf, database, aside("1", "differs", subject="demo:7"), aside("2"))
    cipher.erase_subject("demo:7", NOW)
    fresh = SetAside(database, cipher, lambda: NOW)
    assert [(one.event_id, one.text) for one in fresh.list()] == [("2", "CANARY 2"), ("1", None)]
