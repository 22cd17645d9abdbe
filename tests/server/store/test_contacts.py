"""The log of contacts: kept once, shared by those who have the client in their book, nobody else's, and taken back by who wrote it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from server.store.cipher import Cipher
from server.store.contacts import ContactStore, GivenContact
from server.store.database import Database
from server.store.ledger_store import LedgerStore
from server.store.tables.contact import CONTACTS
from server.store.tables.customer import BOOK
from tests.server.store.bank import NOW, Client, joined, principal
from tools.errors import ConflictError, NotFoundError, UsageError

ANNA, TOM = "demo:1042", "demo:2077"
RM1, RM2 = principal("rm", "rm1"), principal("rm", "rm2")
TODAY = NOW.date()
BOOKED = [(TODAY - timedelta(days=1), -1200)]


def given(key: str = "k1", **more: object) -> GivenContact:
    fields = {"key": key, "action": "call", "outcome": "considering", "happened_on": TODAY, "follow_up_on": TODAY + timedelta(days=7)}
    return GivenContact.model_validate({**fields, "note": "Wants to look at the due date", **more})


@pytest.fixture
def store(database: Database, cipher: Cipher, ledger: LedgerStore) -> ContactStore:
    ledger.add_batch(
        joined(Client("1042", booked=BOOKED).batch(), Client("2077", name="Tom Hughes", booked=BOOKED).batch()), book_login="rm1"
    )
    return ContactStore(database, cipher, lambda: NOW)


def test_a_contact_is_kept_and_read_newest_first(store: ContactStore):
    first = store.log(RM1, ANNA, given())
    store.log(RM1, TOM, given("k2", outcome="no_answer", happened_on=TODAY - timedelta(days=3), follow_up_on=None, note=""))
    assert first.mine
    assert [one.key for one in store.of_clients(RM1)] == ["k1", "k2"]
    (kept,) = store.of_clients(RM1, (ANNA,))
    assert kept.model_dump(exclude={"made_at"}) == first.model_dump(exclude={"made_at"})


def test_the_words_are_sealed(store: ContactStore, database: Database):
    store.log(RM1, ANNA, given())
    with database.reading() as connection:
        assert "due date" not in connection.scalar(select(CONTACTS.c.note))


def test_the_same_act_again_is_one_contact_and_another_is_refused(store: ContactStore):
    assert store.log(RM1, ANNA, given()).key == store.log(RM1, ANNA, given()).key
    assert len(store.of_clients(RM1)) == 1
    with pytest.raises(ConflictError):
        store.log(RM1, ANNA, given(outcome="declined"))
    with pytest.raises(ConflictError):
        store.log(RM1, TOM, given())


def test_who_does_not_have_the_client_neither_logs_nor_reads_nor_takes_back(store: ContactStore):
    store.log(RM1, ANNA, given())
    assert store.of_clients(RM2) == store.of_clients(RM2, (ANNA,)) == store.of_clients(principal("staff", "staff1")) == ()
    said = []
    for customer_id in (ANNA, "demo:9999"):
        with pytest.raises(NotFoundError) as caught:
            store.log(RM2, customer_id, given("k9"))
        said.append(caught.value.message)
    assert said[0] == said[1]
    with pytest.raises(NotFoundError):
        store.take_back(RM2, "k1")
    assert len(store.of_clients(RM1)) == 1


def test_a_colleague_with_the_client_reads_it_and_only_the_writer_takes_it_back(store: ContactStore, database: Database):
    store.log(RM1, ANNA, given())
    with database.writing() as connection:
        connection.execute(BOOK.insert().values(subject=RM2.subject, customer_id=ANNA))
    (seen,) = store.of_clients(RM2)
    assert (seen.note, seen.mine) == ("Wants to look at the due date", False)
    with pytest.raises(NotFoundError):
        store.take_back(RM2, "k1")
    with pytest.raises(ConflictError):
        store.log(RM2, ANNA, given())
    store.take_back(RM1, "k1")
    assert store.of_clients(RM2) == ()
    with pytest.raises(NotFoundError):
        store.take_back(RM1, "k1")


def test_a_client_taken_out_of_the_book_takes_the_log_along(store: ContactStore, database: Database):
    store.log(RM1, ANNA, given())
    with database.writing() as connection:
        connection.execute(update(BOOK).where(BOOK.c.customer_id == ANNA).values(subject=RM2.subject))
    assert store.of_clients(RM1) == ()
    assert len(store.of_clients(RM2)) == 1


@pytest.mark.parametrize(
    "days",
    [
        {"happened_on": TODAY + timedelta(days=1)},
        {"happened_on": TODAY - timedelta(days=91)},
        {"follow_up_on": TODAY - timedelta(days=1)},
        {"follow_up_on": TODAY + timedelta(days=366)},
        {"happened_on": date(1, 1, 1)},
    ],
)
def test_days_that_make_no_sense_are_said(store: ContactStore, days: dict[str, date]):
    with pytest.raises(UsageError) as caught:
        store.log(RM1, ANNA, given(**days))
    assert caught.value.code == "bad_request"
    assert store.of_clients(RM1) == ()
