"""The stress around a customer: worked out from who pays whom, at least three neighbours, and forgotten when it is switched off."""

from datetime import date

import pytest

from server.store.cipher import Cipher
from server.store.database import Database, access_of
from server.store.history_reader import HistoryReader
from server.store.ledger_store import LedgerStore
from server.store.neighbour_stress import NeighbourStress
from server.store.stress_scores import ScoredDay, StressScores
from server.store.tables.network import NEIGHBOUR_STRESS
from tests.server.store.bank import Batch, Client, joined, movement, principal

DAY = date(2026, 3, 31)


def payment(payer: str, payee: str) -> Batch:
    return Batch(transactions=(movement(f"demo:{payer}", f"{payer}to{payee}", DAY, -1000, counterparty_account=f"demo:{payee}"),))


@pytest.fixture
def neighbours(ledger: LedgerStore, database: Database, cipher: Cipher) -> NeighbourStress:
    """demo:1 pays three others; demo:4 is paid by two."""
    people = [Client(number, booked=[(DAY, 100)]).batch() for number in "12345"]
    paid = [payment("1", "2"), payment("1", "3"), payment("1", "4"), payment("5", "4")]
    ledger.add_batch(joined(*people, *paid), book_login="rm1")
    scores = StressScores(database)
    with database.writing() as connection:
        scores.keep(
            connection,
            [
                ScoredDay(customer_id=f"demo:{number}", as_of=DAY, score=score, band="healthy", model="m")
                for number, score in (("1", 0.9), ("2", 0.2), ("3", 0.3), ("4", 0.4), ("5", 0.5))
            ],
        )
    return NeighbourStress(database, HistoryReader(database, cipher), scores)


def test_it_is_the_mean_of_three_or_more_neighbours(neighbours: NeighbourStress):
    assert neighbours.refresh("demo") == 1
    assert neighbours.of(["demo:1", "demo:4", "demo:9"]) == {"demo:1": pytest.approx(0.3)}
    assert neighbours.as_of("demo") == DAY


def test_a_second_refresh_takes_the_place_of_the_first(neighbours: NeighbourStress):
    assert [neighbours.refresh("demo"), neighbours.refresh("demo")] == [1, 1]


def test_it_is_forgotten_when_switched_off(neighbours: NeighbourStress):
    neighbours.refresh("demo")
    neighbours.forget()
    assert neighbours.of(["demo:1"]) == {}
    assert neighbours.as_of("demo") is None


def test_no_person_reads_it(neighbours: NeighbourStress, database: Database):
    """On PostgreSQL row-level security says so; on SQLite no view has a query for it, and the whole table is the bank's."""
    neighbours.refresh("demo")
    with database.reading(access_of(principal("rm", "rm1"))) as connection:
        seen = connection.execute(NEIGHBOUR_STRESS.select()).all()
    assert len(seen) == (1 if database.is_sqlite else 0)
