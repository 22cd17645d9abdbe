"""An event from its bytes to committed and scored, against the path that everybody writes first: `personaforge bench stream`.

The naive path takes one event at a time: `json.loads`, a row of pandas, `predict_proba` of XGBoost's scikit-learn wrapper on that row, with
the same trees. It works out no features. Against it stands ours without the database: decoding, activities and scores of whole batches.
`naive_with_commit` adds a row of SQLModel and commits it besides. Against it stands all of ours: check, look up the account, seal the texts,
and in one transaction for each batch write bookings, activities, scores, the rows that queries run over, and news. A bank of 1,000
generated customers, batches of 10,000 events.

Then the same on SQLite banks of 1,000 and 1,000,000 customers with small activities, 1,000 events of 1,000 different customers a batch: cost
for each event, and for looking up one customer's activity and newest score. CPU time of one process; the ways alternate in one run, the
figures are ratios of medians. Customers' keys are in memory beforehand, as they are in a worker that has been running.
"""

import gc
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlmodel import Field, Session, SQLModel

from server.keys import KeyRing
from server.store.cipher import Cipher
from server.store.database import Database
from server.store.engine import open_engine
from server.store.live_events import LiveEvents
from server.store.migrate import migrate
from server.store.set_aside import SetAside
from server.store.stress_record import StressRecord
from server.store.stress_scores import StressScores
from server.store.stress_states import StressStates
from server.stream.in_process import BATCH
from server.stream.ingest import Ingest
from server.stream.message import decode
from server.stream.rescored import Rescored
from server.stream.scorer import ModelScorer
from tools.ledger.transaction import Transaction
from tools.population.generate import generate
from tools.population.spec import PopulationSpec
from tools.stress.activity import Activity, advance, bookings_of, opened, update_many
from tools.stress.inputs import INPUTS, Standing, inputs_matrix
from tools.stress.model.file import shipped_model
from tools.stress.model.model import columns_of

TARGET, FLAT = 60, 1.5
EVENTS, BATCHES = 1000, 5
SMALL, LARGE = 1_000, 1_000_000
NAIVE_EVENTS, SINGLE_ROWS, LOOK_UPS = 20, 300, 200
AS_OF = date(2026, 6, 30)
NOW = datetime(2026, 7, 31, tzinfo=UTC)
CATEGORIES = ("groceries", "dining", "salary", "cash", "utilities", "shopping")


def sample_activities() -> list[Activity]:
    """Half a year of customers of a generated bank: some of them strained, most of them not."""
    bank = generate(PopulationSpec(seed=3, customers=64, as_of=AS_OF, months=7, source="bench"))
    moves: dict[str, list[Transaction]] = {}
    owner = {account.id: account.customer_id for account in bank.accounts}
    for move in bank.transactions:
        moves.setdefault(owner[move.account_id], []).append(move)
    kinds = {account.id: account.kind for account in bank.accounts}
    found: list[Activity] = []
    for customer_id, own in moves.items():
        start = opened(account for account in bank.accounts if account.customer_id == customer_id)
        held = update_many([start], np.zeros(len(own), dtype=np.intp), bookings_of(own, kinds))[0]
        found.append(advance(held, AS_OF.toordinal()))
    return found


def small_activities() -> list[Activity]:
    """Customers with ten bookings each."""
    dice = random.Random(1)
    found: list[Activity] = []
    for _ in range(64):
        days = [AS_OF.toordinal(), *(AS_OF.toordinal() - dice.randrange(180) for _ in range(9))]
        moves = [
            Transaction.model_construct(
                booked_on=date.fromordinal(day),
                amount_minor=dice.randrange(-5_000, 9_000),
                account_id="a",
                category="groceries",
                status="booked",
            )
            for day in days
        ]
        found.append(update_many([opened(())], np.zeros(len(moves), dtype=np.intp), bookings_of(moves, {"a": "current"}))[0])
    return found


def fill(path: Path, customers: int, activities: Sequence[Activity]) -> None:
    """A bank of so many customers, one account and one booking each, written by SQLite itself."""
    states = [activity.to_bytes() for activity in activities]
    store = sqlite3.connect(path)
    store.execute("pragma synchronous = off")
    store.create_function("state_of", 1, lambda i: states[i % len(states)], deterministic=True)
    store.execute("insert into business_date values ('bench', ?)", (AS_OF.isoformat(),))
    numbered = f"with recursive n(i) as (select 0 union all select i + 1 from n where i < {customers - 1})"
    for into, what in (
        (
            "customer (id, source, external_id, name, kind, segment, joined_on, fingerprint)",
            "'bench:' || i, 'bench', i, '', 'person', 'retail', '2020-01-01', x'00'",
        ),
        (
            "account (id, source, external_id, customer_id, kind, name, currency, opened_on, overdraft_limit_minor, opening_balance_minor, fingerprint)",
            "'bench:' || i, 'bench', i, 'bench:' || i, 'current', 'Current account', 'GBP', '2020-01-01', 0, 0, x'00'",
        ),
        ("account_access (customer_id, account_id)", "'bench:' || i, 'bench:' || i"),
        (
            '"transaction" (id, source, external_id, account_id, booked_on, amount_minor, currency, description, category, operation, status, position, fingerprint)',
            "'bench:0-' || i, 'bench', '0-' || i, 'bench:' || i, '2026-01-01', 100, 'GBP', '', 'other', 'other', 'booked', i, x'00'",
        ),
        (
            "stress_state (customer_id, source, currency, state, bookings, scored_on)",
            f"'bench:' || i, 'bench', 'GBP', state_of(i), 0, '{AS_OF}'",
        ),
        (
            "stress_score (customer_id, as_of, score, band, probability, drivers, driver_values, model)",
            f"'bench:' || i, '{AS_OF}', 0.1, 'healthy', 0.01, '', '[]', 'm'",
        ),
        (
            "client_snapshot (customer_id, source, as_of, currency, segment, joined_on, balance, savings, days_negative_90d, overdraft_limit, income_monthly, "
            "spending_monthly, net_monthly, commitments_monthly, loans_outstanding, has_mortgage, has_loan, has_card, has_savings, has_investments, "
            "failed_debits_90d, penalty_interest_90d, stress_score, stress_band, churn_risk)",
            f"'bench:' || i, 'bench', '{AS_OF}', 'GBP', 'retail', '2020-01-01', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 'healthy', 'low'",
        ),
    ):
        with store:
            store.execute(f"insert into {into} {numbered} select {what} from n")
    store.close()


class BenchBank:
    """What takes events over one bank, and the events for it."""

    def __init__(self, folder: Path, customers: int, activities: Sequence[Activity], batch: int) -> None:
        self.customers, self.batch = customers, batch
        folder.mkdir()
        engine = open_engine(f"sqlite:///{folder / 'bank.db'}")
        migrate(engine, folder)
        fill(folder / "bank.db", customers, activities)
        self.database = Database(engine)
        cipher = Cipher(self.database, KeyRing(folder / "keys"))
        self.scores, self.states = StressScores(self.database), StressStates()
        record = StressRecord(self.states, self.scores, ModelScorer(shipped_model()))
        rescored = Rescored(record, LiveEvents(self.database, lambda: NOW))
        self.ingest = Ingest(self.database, cipher, record, rescored, SetAside(self.database, cipher, lambda: NOW), NOW.date)
        self._dice = random.Random(2)
        self.batches = [self._batch(number) for number in range(BATCHES + 1)]
        cipher.keys(f"bench:{json.loads(body)['account']}" for batch in self.batches for body in batch)
        self.apply(0)

    def _batch(self, number: int) -> list[bytes]:
        """Events whose ids count up, as a bank's do; customers at random, none of them twice before everybody had a turn."""
        dice, turns = self._dice, list[int]()
        while len(turns) < self.batch:
            turns += dice.sample(range(self.customers), min(self.customers, self.batch - len(turns)))
        return [self._event(f"1-{number:04d}-{at:04d}", str(account)) for at, account in enumerate(turns)]

    def _event(self, event_id: str, account: str) -> bytes:
        dice = self._dice
        fields = {
            "source": "bench", "event_id": event_id, "account": account, "booked_on": str(AS_OF), "currency": "GBP",
            "amount": f"{dice.randrange(-9_000, 9_000) / 100:.2f}", "description": "CARD PAYMENT TO CORNER SHOP LONDON", "counterparty": "Corner Shop",
            "category": dice.choice(CATEGORIES), "operation": "card",
        }  # fmt: skip
        return json.dumps(fields).encode()

    def apply(self, number: int) -> None:
        applied = self.ingest.apply(self.batches[number])
        assert applied.added == self.batch, applied

    def look_up(self) -> None:
        """One customer's activity and newest score."""
        customer_id = f"bench:{self._dice.randrange(self.customers)}"
        with self.database.reading() as connection:
            assert self.states.read(connection, [customer_id])
        assert self.scores.latest([customer_id])


class NaiveBooking(SQLModel, table=True):
    id: str = Field(primary_key=True)
    account: str
    amount: float
    score: float


class Naive:
    """One event at a time."""

    def __init__(self, folder: Path) -> None:
        import pandas as pd
        from xgboost import XGBClassifier

        model = shipped_model()
        self._frame, self._classifier, self._columns = pd.DataFrame, XGBClassifier(n_jobs=1), list(model.inputs)
        self._classifier.load_model(bytearray(model.booster))
        self._values = dict.fromkeys(self._columns, 0.5)
        self._engine = open_engine(f"sqlite:///{folder / 'naive.db'}")
        SQLModel.metadata.create_all(self._engine, tables=[NaiveBooking.__table__])

    def score(self, body: bytes) -> tuple[dict[str, Any], float]:
        event = json.loads(body)
        row = self._frame([{**self._values, "failed_debits": float(event["amount"])}], columns=self._columns)
        return event, float(self._classifier.predict_proba(row)[0, 1])

    def commit(self, body: bytes) -> None:
        event, score = self.score(body)
        with Session(self._engine) as session:
            session.add(NaiveBooking(id=event["event_id"], account=event["account"], amount=float(event["amount"]), score=score))
            session.commit()


class InMemory:
    """Decoding, activities and scores of whole batches, without the database."""

    def __init__(self) -> None:
        samples = sample_activities()
        self._activities = [samples[at % len(samples)] for at in range(SMALL)]
        self._scorer = ModelScorer(shipped_model())

    def apply(self, bodies: Sequence[bytes]) -> None:
        moves = [decode(body) for body in bodies]
        accounts = sorted({move.account_id for move in moves})
        place = {account: at for at, account in enumerate(accounts)}
        owner = np.array([place[move.account_id] for move in moves], dtype=np.intp)
        held = self._activities[: len(accounts)]
        held = update_many(held, owner, bookings_of(moves, dict.fromkeys(accounts, "current")))
        self._scorer.score(accounts, held, [Standing()] * len(held))


def cpu(action: Callable[[], Any], times: int) -> float:
    """CPU seconds of one of `times` runs."""
    gc.collect()
    began = time.process_time()
    for _ in range(times):
        action()
    return (time.process_time() - began) / times


def single_rows(matrix: Any) -> dict[str, float]:
    """One row at a time: ours, XGBoost's in-place prediction, and the scikit-learn wrapper on a frame."""
    import pandas as pd
    from xgboost import XGBClassifier

    model = shipped_model()
    classifier = XGBClassifier(n_jobs=1)
    classifier.load_model(bytearray(model.booster))
    booster, row = classifier.get_booster(), matrix[:1]
    booster.set_param({"nthread": 1})
    frame = pd.DataFrame(row, columns=list(model.inputs))
    assert np.allclose(model.margins(matrix), booster.inplace_predict(matrix, predict_type="margin"), atol=1e-5)
    found: dict[str, list[float]] = {"ours": [], "in place": [], "frame": []}
    for _ in range(5):
        found["ours"].append(cpu(lambda: model.margins(row), SINGLE_ROWS))
        found["in place"].append(cpu(lambda: booster.inplace_predict(row, predict_type="margin", validate_features=False), SINGLE_ROWS))
        found["frame"].append(cpu(lambda: classifier.predict_proba(frame), SINGLE_ROWS // 5))
    ours, in_place, framed = (statistics.median(found[name]) for name in ("ours", "in place", "frame"))
    return {"in_place_over_ours": round(in_place / ours, 1), "frame_over_ours": round(framed / ours, 1)}


def measure(folder: Path) -> dict[str, float]:
    """CPU seconds of the median event, or look-up, of each way."""
    real = BenchBank(folder / "real", SMALL, sample_activities(), BATCH)
    few = BenchBank(folder / "few", SMALL, small_activities(), EVENTS)
    many = BenchBank(folder / "many", LARGE, small_activities(), EVENTS)
    size = sum(file.stat().st_size for file in (folder / "many").glob("bank.db*"))
    print(f"{LARGE:,} customers are {size / 1e6:,.0f} MB", file=sys.stderr)
    naive, memory = Naive(folder), InMemory()
    events = (body for batch in real.batches for body in batch)
    naive.commit(next(events))
    memory.apply(real.batches[0])
    gc.collect()
    gc.freeze()  # as the worker does
    taken: dict[str, list[float]] = {}

    def take(way: str, action: Callable[[], Any], times: int, each: int = 1) -> None:
        taken.setdefault(way, []).append(cpu(action, times) / each)

    for number in range(1, BATCHES + 1):
        take("naive", lambda: naive.score(next(events)), NAIVE_EVENTS)
        take("in_memory", lambda at=number: memory.apply(real.batches[at]), 1, BATCH)
        take("naive_with_commit", lambda: naive.commit(next(events)), NAIVE_EVENTS)
        take("committed", lambda at=number: real.apply(at), 1, BATCH)
        for name, bank in (("few", few), ("many", many)):
            take(f"{name}_event", lambda at=number, bank=bank: bank.apply(at), 1, EVENTS)
            take(f"{name}_lookup", bank.look_up, LOOK_UPS)
    return {way: statistics.median(values) for way, values in taken.items()}


def main() -> None:
    """Measure and print one JSON object."""
    with tempfile.TemporaryDirectory() as name:
        found = measure(Path(name))
    model, activities = shipped_model(), sample_activities()
    matrix = columns_of(model.inputs, inputs_matrix(activities, [Standing()] * len(activities)), tuple(each.name for each in INPUTS))
    ratios = {
        "in_memory_over_naive": round(found["naive"] / found["in_memory"], 1),
        "committed_over_naive_with_commit": round(found["naive_with_commit"] / found["committed"], 1),
        "committed_over_naive": round(found["naive"] / found["committed"], 1),
    }
    flat = {what: round(found[f"many_{what}"] / found[f"few_{what}"], 2) for what in ("event", "lookup")}
    met = min(ratios["in_memory_over_naive"], ratios["committed_over_naive_with_commit"]) >= TARGET and max(flat.values()) <= FLAT
    print(
        json.dumps(
            {
                "benchmark": "stream",
                "microseconds": {way: round(taken * 1e6, 1) for way, taken in found.items()},
                **ratios,
                "million_over_thousand_customers": flat,
                "single_row": single_rows(matrix),
                "target": {"over_naive": TARGET, "million_over_thousand": FLAT},
                "met": met,
            }
        )
    )


if __name__ == "__main__":
    main()
