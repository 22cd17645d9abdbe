"""Twins are kept with every version, sealed, and seen only by whom they concern."""

from datetime import date

import pytest
from sqlalchemy import select, update

from server.store.cipher import Cipher
from server.store.database import Access, Database
from server.store.ledger_store import LedgerStore
from server.store.tables.twin import OUTLOOKS, TWIN_VERSIONS
from server.store.twins import TwinReader, TwinStore
from server.store.view import StoreView
from tests.server.store.bank import NOW, Batch, Client, joined, movement, principal
from tools.errors import RefusedError, UnavailableError
from tools.ledger.query import CohortQuery, Condition
from tools.twin.outlook.outlook import HorizonOutlook, Outlook

JAN, FEB = date(2026, 1, 10), date(2026, 2, 10)


@pytest.fixture
def bank(ledger: LedgerStore) -> LedgerStore:
    """Two clients of rm1 and one of rm2."""
    ledger.add_batch(joined(Client("1", booked=[(JAN, 1)]).batch(), Client("2", booked=[(JAN, 5)]).batch()), book_login="rm1")
    ledger.add_batch(Client("3", booked=[(JAN, 9)]).batch(), book_login="rm2")
    return ledger


@pytest.fixture
def reader(database: Database, cipher: Cipher) -> TwinReader:
    return TwinReader(database, cipher)


def test_a_booking_makes_the_next_version_and_the_one_before_is_kept(bank: LedgerStore, reader: TwinReader):
    bank.add_batch(Batch(transactions=(movement("demo:1", "more", FEB, 10),)))
    versions = reader.versions("demo:1")
    assert [(one.twin.version, one.twin.as_of, one.twin.balance_minor, one.cause) for one in versions] == [
        (2, FEB, 11, "import"),
        (1, JAN, 1, "import"),
    ]


def test_a_twin_that_says_the_same_is_not_stored_again(bank: LedgerStore, reader: TwinReader, database: Database, cipher: Cipher):
    twin = next(reader.newest(["demo:1"]))
    TwinStore(database, cipher, lambda: NOW).keep([twin.model_copy(update={"version": 7})], "import")
    assert len(reader.versions("demo:1")) == 1


def test_the_newest_come_in_the_order_asked_and_who_has_none_is_left_out(bank: LedgerStore, reader: TwinReader):
    assert [twin.customer_id for twin in reader.newest(["demo:2", "demo:none", "demo:1"])] == ["demo:2", "demo:1"]


def test_a_manager_gets_the_twins_of_the_own_book_that_match(bank: LedgerStore, database: Database, cipher: Cipher):
    view = StoreView(database, cipher, principal("rm", "rm1"), lambda: FEB)
    assert [twin.customer_id for twin in view.twins(CohortQuery(limit=1))] == ["demo:1", "demo:2"]
    rich = CohortQuery(where=Condition(field="balance", op="gt", value=3))
    assert [twin.customer_id for twin in view.twins(rich)] == ["demo:2"]


def test_a_customer_has_no_book_of_twins(bank: LedgerStore, database: Database, cipher: Cipher):
    with pytest.raises(RefusedError):
        StoreView(database, cipher, principal("customer", "one", "demo:1"), lambda: FEB).twins(CohortQuery())


def taught(middle: int) -> Outlook:
    horizon = HorizonOutlook(months=1, p10_minor=middle - 5, p50_minor=middle, p90_minor=middle + 5)
    return Outlook(as_of=JAN, horizons=(horizon,), learned_months=1, accounts=40, origins=9)


def test_an_outlook_is_sealed_and_goes_to_the_manager_whose_client_it_is(
    bank: LedgerStore, reader: TwinReader, database: Database, cipher: Cipher
):
    twins = list(reader.newest(["demo:1", "demo:2", "demo:3"]))
    TwinStore(database, cipher, lambda: NOW).keep(twins, "import", {"demo:1": taught(4711), "demo:3": taught(9)})
    view = StoreView(database, cipher, principal("rm", "rm1"), lambda: FEB)
    assert view.outlooks(CohortQuery()) == {"demo:1": taught(4711)}
    with database.reading() as connection:
        assert not any("4711" in text for text in connection.scalars(select(OUTLOOKS.c.outlook)))
    with pytest.raises(RefusedError):
        StoreView(database, cipher, principal("customer", "one", "demo:1"), lambda: FEB).outlooks(CohortQuery())


def test_an_outlook_goes_with_the_twin_it_was_made_with(bank: LedgerStore, reader: TwinReader, database: Database, cipher: Cipher):
    store, twins = TwinStore(database, cipher, lambda: NOW), list(reader.newest(["demo:1", "demo:2"]))
    store.keep(twins, "import", {"demo:1": taught(1), "demo:2": taught(2)})
    store.keep(twins[:1], "import")
    assert reader.outlooks(["demo:1", "demo:2"]) == {"demo:2": taught(2)}


def test_nothing_of_a_twin_can_be_read_in_the_database(bank: LedgerStore, database: Database):
    with database.reading() as connection:
        stored = connection.scalars(select(TWIN_VERSIONS.c.twin)).all()
    assert len(stored) == 3
    assert not any("balance" in text or "demo" in text for text in stored)


def test_a_twin_moved_to_another_customer_is_not_opened(bank: LedgerStore, reader: TwinReader, database: Database):
    with database.writing() as connection:
        foreign = connection.scalar(select(TWIN_VERSIONS.c.twin).where(TWIN_VERSIONS.c.customer_id == "demo:3"))
        connection.execute(update(TWIN_VERSIONS).where(TWIN_VERSIONS.c.customer_id == "demo:1").values(twin=foreign))
    with pytest.raises(UnavailableError) as caught:
        list(reader.newest(["demo:1"]))
    assert caught.value.code == "damaged_record"


def test_row_level_security_hides_foreign_twins_even_from_a_query_without_a_condition(bank: LedgerStore, database: Database):
    if database.is_sqlite:
        return  # there the queries of the view scope themselves; the tests above hold
    with database.reading(Access(subject="s-one", customer_id="demo:1")) as connection:
        assert connection.scalars(select(TWIN_VERSIONS.c.customer_id)).all() == ["demo:1"]
