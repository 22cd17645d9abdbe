"""A scripted bank whose first manager has a book of four clients with a month of scores; a fifth client is in nobody's book."""

from datetime import date, timedelta

from sqlalchemy import insert, update

from server.store.cipher import Cipher
from server.store.history_reader import HistoryReader
from server.store.ledger_store import LedgerStore
from server.store.snapshot import SnapshotStore
from server.store.stress_scores import ScoredDay
from server.store.stress_states import StressState, StressStates
from server.store.tables.customer import BOOK
from server.store.tables.snapshot import SNAPSHOTS
from server.store.twins import TwinStore
from server.store.view import StoreView
from tests.server.chat_bank import NOW, ChatBank
from tests.server.store.bank import Client, Summed, joined
from tools.stress.activity import activity_of

AS_OF = date(2026, 2, 28)
TODAY = NOW.date()
#: number: name, score a month ago, score now
BOOKED = {"1": ("Anna Keller", 0.30, 0.20), "2": ("Tom Hughes", 0.55, 0.78), "3": ("Zoë Ünal", 0.45, 0.62), "4": ("Ben Ng", 0.20, 0.21)}


def band(score: float) -> str:
    return "critical" if score >= 0.7 else "watchlist" if score >= 0.4 else "healthy"


def fill_book(chat_bank: ChatBank) -> ChatBank:
    """Give the manager `rm1` a book. Clients see through the views of a real store."""
    cipher = Cipher(chat_bank.database, chat_bank.keys)
    reader = HistoryReader(chat_bank.database, cipher)
    snapshots = SnapshotStore(chat_bank.database, reader, TwinStore(chat_bank.database, cipher, chat_bank.now), Summed())
    booked = [(AS_OF - timedelta(days=day), -1000 - day if day % 2 else 1500) for day in range(60)]
    clients = [Client(number, name, booked=booked) for number, (name, *_) in BOOKED.items()]
    LedgerStore(chat_bank.database, cipher, snapshots.refresh, chat_bank.now).add_batch(
        joined(*(one.batch() for one in clients), Client("9", "Nobody’s", booked=booked).batch())
    )
    account, _, _ = chat_bank.signed_in("rm1", role="rm")
    with chat_bank.database.writing() as connection:
        for number, (_, before, now) in BOOKED.items():
            key = f"demo:{number}"
            connection.execute(insert(BOOK).values(subject=account.subject, customer_id=key))
            connection.execute(update(SNAPSHOTS).where(SNAPSHOTS.c.customer_id == key).values(stress_score=now, stress_band=band(now)))
            days = [(AS_OF - timedelta(days=40), before), (AS_OF, now)]
            chat_bank.stress_scores.keep(
                connection,
                [
                    ScoredDay(customer_id=key, as_of=day, score=score, band=band(score), probability=score / 4, model="m1")
                    for day, score in days
                ],
            )
    for history in reader.histories(["demo:2"]):
        state = StressState(activity_of(history), "GBP")
        with chat_bank.database.writing() as connection:
            StressStates().keep(connection, {"demo:2": state})
    chat_bank.view = lambda principal: StoreView(chat_bank.database, cipher, principal, lambda: TODAY)
    return chat_bank
