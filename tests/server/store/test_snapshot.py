"""The rows that queries run over follow the ledger."""

from datetime import date

import pytest
from sqlalchemy import delete, update

from server.store.cipher import Cipher
from server.store.database import Database
from server.store.history_reader import HistoryReader
from server.store.ledger_store import LedgerStore, no_progress
from server.store.snapshot import SnapshotStore
from server.store.tables.snapshot import SNAPSHOTS
from server.store.tables.twin import PRIORS
from server.store.twins import TwinStore
from server.store.view import StoreView
from tests.server.store.bank import NOW, Batch, Client, Summed, joined, movement, principal
from tools.errors import UnavailableError
from tools.ledger.query import CohortQuery
from tools.twin.outlook.outlook import CalibrationReport, HorizonOutlook, Outlook, Priors

JAN, FEB = date(2026, 1, 10), date(2026, 2, 10)
_PRIORS = Priors(
    source="demo", currency="GBP", until=JAN, seed=0, accounts=40, origins=9, rows=300, learned_months=1, change_per_income=0.5,
    typical_minor=1, forests=(), report=CalibrationReport(horizons=(), allowance=1),
)  # fmt: skip


@pytest.fixture
def snapshots(database: Database, cipher: Cipher) -> SnapshotStore:
    return SnapshotStore(database, HistoryReader(database, cipher), TwinStore(database, cipher, lambda: NOW), Summed())


@pytest.fixture
def rm(ledger: LedgerStore, database: Database, cipher: Cipher) -> StoreView:
    ledger.add_batch(joined(Client("1", booked=[(JAN, 1)]).batch(), Client("2", booked=[(JAN, 5)]).batch()), book_login="rm1")
    return StoreView(database, cipher, principal("rm", "rm1"), lambda: FEB)


def test_an_import_renews_whom_it_touches_and_everybody_of_the_source_when_its_date_moves(ledger: LedgerStore, rm: StoreView):
    ledger.add_batch(Batch(transactions=(movement("demo:1", "a", JAN, 10),)))
    assert [rm.snapshot(f"demo:{number}").balance for number in (1, 2)] == [11, 5]
    ledger.add_batch(Batch(transactions=(movement("demo:1", "b", FEB, 10),)))
    assert [(rm.snapshot(f"demo:{number}").balance, rm.snapshot(f"demo:{number}").as_of) for number in (1, 2)] == [(21, FEB), (5, FEB)]


def test_a_client_without_a_row_is_said_found_and_summarised(database: Database, snapshots: SnapshotStore, rm: StoreView):
    with database.writing() as connection:
        connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.customer_id == "demo:1"))
    with pytest.raises(UnavailableError) as caught:
        rm.snapshot("demo:1")
    assert caught.value.code == "not_summarised"
    assert snapshots.behind() == ("demo:1",)
    snapshots.refresh(snapshots.behind(), no_progress)
    assert (rm.snapshot("demo:1").balance, snapshots.behind()) == (1, ())


def test_everybody_of_a_source_that_an_earlier_version_summarised_is_behind(database: Database, snapshots: SnapshotStore, rm: StoreView):
    with database.writing() as connection:
        connection.execute(delete(PRIORS))
    assert snapshots.behind() == ("demo:1", "demo:2")


def test_a_source_is_behind_as_long_as_what_was_learnt_from_it_is_not_used(database: Database, cipher: Cipher, rm: StoreView):
    twins = TwinStore(database, cipher, lambda: NOW)
    horizon = HorizonOutlook(months=1, p10_minor=1, p50_minor=2, p90_minor=3)
    outlook = Outlook(as_of=JAN, horizons=(horizon,), learned_months=1, accounts=40, origins=9)
    store = SnapshotStore(database, HistoryReader(database, cipher), twins, Summed(outlook=outlook))
    with database.writing() as connection:
        connection.execute(update(PRIORS).values(priors=_PRIORS.model_dump_json()))
    assert store.behind() == ("demo:1", "demo:2")
    store.refresh(store.behind(), no_progress)
    assert (rm.outlooks(CohortQuery()), store.behind()) == ({"demo:1": outlook, "demo:2": outlook}, ())


def test_everybody_is_summarised_anew_with_progress(database: Database, cipher: Cipher, rm: StoreView):
    doubled = SnapshotStore(database, HistoryReader(database, cipher), TwinStore(database, cipher, lambda: NOW), Summed(2))
    told: list[tuple[str, int]] = []
    doubled.refresh_all(lambda step, done: told.append((step, done)))
    assert [rm.snapshot(f"demo:{number}").balance for number in (1, 2)] == [2, 10]
    assert told == [("clients summarised", 2)]
