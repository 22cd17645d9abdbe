"""Importing: once, completely, with everything that could not be taken listed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.store.database import Database
from server.store.importing import Counted, ImportCounts
from server.store.ledger_store import LedgerStore
from server.store.reconciling import differences_of
from server.store.tables.transaction import TRANSACTIONS
from tests.server.store.bank import Batch, Client, Unread, joined, movement
from tools.errors import UsageError

JAN, FEB = date(2026, 1, 10), date(2026, 2, 10)


def two_clients() -> Batch:
    anna = Client("1042", "Anna Keller", booked=[(JAN, 100_00), (FEB, -40_00)]).batch()
    tom = Client("2077", "Tom Hughes", booked=[(JAN, 5_00)]).batch()
    return joined(anna, tom)


def test_the_first_import_adds_everything_and_the_same_again_nothing(ledger: LedgerStore):
    first = ledger.add_batch(two_clients(), book_login="rm1")
    again = ledger.add_batch(two_clients(), book_login="rm1")

    assert first == ImportCounts(
        customers=Counted(read=2, added=2), accounts=Counted(read=2, added=2), transactions=Counted(read=3, added=3)
    )
    assert again == ImportCounts(
        customers=Counted(read=2, known=2), accounts=Counted(read=2, known=2), transactions=Counted(read=3, known=3)
    )


def test_other_content_under_a_known_id_is_rejected_and_the_rest_is_taken(ledger: LedgerStore, database: Database):
    ledger.add_batch(two_clients())
    forged = movement("demo:1042", "1042-0", JAN, 999_99)
    fresh = movement("demo:1042", "1042-9", FEB, -1_00)

    counts = ledger.add_batch(Batch(transactions=(forged, fresh)))

    assert counts.transactions == Counted(read=2, added=1, rejected=1)
    assert [(row.text, row.reason) for row in ledger.rejections_of("demo")] == [("demo:1042-0", "differs from what is booked")]
    with database.reading() as connection:
        assert connection.scalar(select(TRANSACTIONS.c.amount_minor).where(TRANSACTIONS.c.id == "demo:1042-0")) == 100_00


def test_a_row_that_stands_twice_in_one_batch_is_added_once(ledger: LedgerStore):
    row = movement("demo:1042", "x", JAN, 1)
    counts = ledger.add_batch(replace(Client("1042").batch(), transactions=(row, row, row.model_copy(update={"amount_minor": 2}))))
    assert counts.transactions == Counted(read=3, added=1, known=1, rejected=1)


def test_movements_without_their_account_or_in_a_foreign_currency_are_rejected(ledger: LedgerStore):
    lost = movement("demo:404", "a", JAN, 1)
    foreign = movement("demo:1042", "b", JAN, 1, currency="EUR")
    counts = ledger.add_batch(replace(Client("1042").batch(), transactions=(lost, foreign)))
    assert counts.transactions == Counted(read=2, rejected=2)
    assert [row.reason for row in ledger.rejections_of("demo")] == ["its account is not known", "its currency is not the account's"]


def test_what_the_importer_could_not_read_is_listed_with_its_line_and_counted(ledger: LedgerStore):
    unread = Unread("trans.csv", 17, "the amount is no number", "1;2;x")
    left_out = ImportCounts(transactions=Counted(read=3, known=2, rejected=1))
    counts = ledger.add_batch(replace(two_clients(), rejected=(unread,), notes=("No loans were in the folder.",)), left_out=left_out)
    assert counts.transactions == Counted(read=6, added=3, known=2, rejected=1)
    [listed] = ledger.rejections_of("demo")
    assert (listed.file, listed.line, listed.reason, listed.text) == ("trans.csv", 17, "the amount is no number", "1;2;x")


def test_an_unknown_book_is_said_before_anything_is_written(ledger: LedgerStore, database: Database):
    with pytest.raises(UsageError, match="no relationship manager with the login 'nobody'") as caught:
        ledger.add_batch(two_clients(), book_login="nobody")
    assert caught.value.code == "unknown_login"
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(TRANSACTIONS)) == 0


def test_an_import_that_broke_off_is_completed_by_running_it_again(ledger: LedgerStore):
    class Broken(Exception):
        pass

    def breaks(step: str, done: int) -> None:
        if step == "transaction":
            raise Broken

    with pytest.raises(Broken):
        ledger.add_batch(two_clients(), progress=breaks)
    assert ledger.business_dates() == {}
    counts = ledger.add_batch(two_clients())
    assert counts.transactions == Counted(read=3, known=3)
    assert ledger.business_dates() == {"demo": FEB}


def test_the_business_date_is_the_latest_booking_and_never_moves_back(ledger: LedgerStore):
    ledger.add_batch(two_clients())
    ledger.add_batch(Batch(transactions=(movement("demo:1042", "old", date(2025, 12, 1), 1),)))
    assert ledger.business_dates() == {"demo": FEB}


def test_an_earlier_statement_moves_the_beginning_of_a_known_account_back(ledger: LedgerStore, database: Database):
    ledger.add_batch(Client("7", opened=date(2025, 6, 1)).batch())
    counts = ledger.add_batch(
        Client("7", opened=date(2025, 6, 1)).batch().__class__(accounts=Client("7", opened=date(2025, 1, 1)).batch().accounts)
    )
    assert counts.accounts == Counted(read=1, known=1)


def test_reported_balances_that_do_not_add_up_are_recorded(ledger: LedgerStore, database: Database):
    first = movement("demo:1042", "1", JAN, 100, balance_after_minor=100)
    second = movement("demo:1042", "2", FEB, 50, balance_after_minor=149)
    ledger.add_batch(replace(Client("1042").batch(), transactions=(first, second)))
    with database.reading() as connection:
        [difference] = differences_of(connection, ["demo:1042"])
    assert (difference.transaction_id, difference.computed_minor, difference.reported_minor, difference.difference_minor) == (
        "demo:2",
        150,
        149,
        -1,
    )


def test_no_word_of_a_customer_stands_in_the_database_file(ledger: LedgerStore, database: Database, tmp_path: Path):
    ledger.add_batch(replace(two_clients(), rejected=(Unread("f", 1, "r", "CANARY"),)))
    if database.is_sqlite:
        stored = b"".join(path.read_bytes() for path in tmp_path.glob("bank.sqlite*"))
    else:
        with database.reading() as connection:
            stored = repr(connection.execute(select(TRANSACTIONS)).all()).encode()
    assert b"CANARY" not in stored
    assert b"Corner Shop" not in stored
    assert b"Keller" not in stored
    assert b"@example.org" not in stored
