"""Events are taken once, with all that follows from them, or not at all."""

import random
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from server.store.cipher import Cipher
from server.store.database import Database
from server.store.tables.transaction import TRANSACTIONS
from tests.server.store.bank import Batch, Client, joined, movement
from tests.server.stream.conftest import TODAY, Stream, event
from tools.ledger.account import Account
from tools.ledger.customer import AccountPart, Party
from tools.stress.activity import activity_of

JAN, MAR = date(2026, 1, 10), date(2026, 3, 10)


@pytest.fixture
def bank(stream: Stream) -> Stream:
    """Two customers; the first has 5 months of history, the second one day."""
    stream.ledger.add_batch(joined(Client("1", booked=[(JAN, 100_00), (MAR, -5_00)]).batch(), Client("2", booked=[(MAR, 50_00)]).batch()))
    return stream


def rows(stream: Stream) -> int:
    with stream.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(TRANSACTIONS)) or 0


def everything(stream: Stream) -> Any:
    """All that a batch may change."""
    people = ("demo:1", "demo:2")
    scores = [stream.record.scores.history(one) for one in people]
    return (
        rows(stream), [stream.activity(one).to_bytes() for one in people], scores, [stream.snapshot(one) for one in people],
        stream.news.after(0), stream.shelf.counts(), stream.ledger.business_dates(),
    )  # fmt: skip


def test_an_import_leaves_activity_and_score(bank: Stream):
    assert bank.activity("demo:1") == activity_of(bank.history("demo:1"))
    *weeks, scored = bank.record.scores.history("demo:1", days=183)
    assert (scored.as_of, scored.score, scored.band) == (MAR, 0.1, "healthy")
    assert [day.as_of for day in weeks] == [MAR - timedelta(weeks=ago) for ago in range(26, 0, -1)]
    assert [day.score for day in weeks[-6:]] == [None, None, 0.1, 0.1, 0.1, 0.1]
    assert (bank.snapshot("demo:1").stress_score, bank.snapshot("demo:2").stress_band) == (0.1, "too_short")


def test_an_event_is_booked_scored_and_told(bank: Stream):
    applied = bank.take(event("a", "2026-03-12", "-20.00", status="failed"), event("b", "2026-03-12", -20, status="failed"))
    assert (applied.events, applied.added, applied.known, applied.aside) == (2, 2, 0, {})
    assert applied.moved == {"demo": date(2026, 3, 12)} == bank.ledger.business_dates()
    assert [row.external_id for row in bank.history("demo:1").transactions][-2:] == ["a", "b"]
    assert bank.activity("demo:1") == activity_of(bank.history("demo:1"))
    newest = bank.record.scores.latest(["demo:1"])["demo:1"]
    assert (newest.as_of, newest.score, newest.drivers, newest.driver_values) == (date(2026, 3, 12), 0.6, ("failed_debits",), (2.0,))
    assert (bank.snapshot("demo:1").stress_score, bank.snapshot("demo:1").stress_band) == (0.6, "watchlist")
    (news,) = bank.news.after(0)
    assert (news.customer_id, news.kind, news.score_before, news.score) == ("demo:1", "band", 0.1, 0.6)
    assert (news.band_before, news.band, news.drivers) == ("healthy", "watchlist", ("failed_debits",))


def test_a_small_change_is_no_news_and_a_larger_one_inside_the_band_is(bank: Stream):
    bank.take(event("a", "2026-03-11", -1))
    assert bank.news.after(0) == ()
    bank.take(event("b", "2026-03-11", -1, status="failed"))
    (news,) = bank.news.after(0)
    assert (news.kind, news.score_before, news.score, news.band) == ("score", 0.1, 0.35, "healthy")


def test_the_row_that_queries_run_over_says_trend_and_reason(bank: Stream):
    with bank.database.writing() as connection:
        connection.exec_driver_sql("update client_snapshot set stress_change_30d = 0.01, stress_trend = 'steady'")
    bank.take(event("a", "2026-03-11", -1, status="failed"))
    row = bank.snapshot("demo:1")
    assert (row.stress_band_since, row.stress_change_30d, row.stress_trend, row.stress_driver) == (None, 0.26, "rising", "failed_payments")
    bank.take(event("b", "2026-03-12", -1, status="failed"))
    row = bank.snapshot("demo:1")
    assert (row.stress_band, row.stress_band_since, row.stress_change_30d) == ("watchlist", date(2026, 3, 12), 0.51)
    assert (bank.snapshot("demo:2").stress_change_30d, bank.snapshot("demo:2").stress_trend) == (0.01, "steady")


def test_balances_of_the_row_that_queries_run_over_move_with_the_events(bank: Stream):
    before = bank.snapshot("demo:1").balance
    bank.take(event("a", "2026-03-12", "-20.00"), event("b", "2026-03-11", "5"), event("c", "2026-03-12", "-9", status="failed"))
    assert bank.snapshot("demo:1").balance == before - 15_00


def test_the_same_again_changes_nothing(bank: Stream):
    events = [
        event("a", "2026-03-12", -20, status="failed"),
        event("x", "2026-03-12", 1, account="none"),
        b"{",
        event("b", "2026-03-12", 7),
    ]
    assert bank.take(*events).added == 2
    before = everything(bank)
    again = bank.take(*events)
    assert (again.added, again.known, again.aside, again.moved) == (0, 2, {"unknown_account": 1, "unreadable": 1}, {})
    assert everything(bank) == before
    assert bank.take(*events, *events).known == 4


def test_what_an_import_brought_is_known_to_the_stream_and_the_other_way_round(bank: Stream):
    assert bank.take(event("1-1", MAR, "-5.00", description="CANARY payment 1-1", counterparty="Corner Shop")).known == 1
    bank.take(event("a", "2026-03-12", -20, counterparty="Corner Shop"))
    counts = bank.ledger.add_batch(Batch(transactions=(movement("demo:1", "a", date(2026, 3, 12), -20_00),)))
    assert (counts.transactions.added, counts.transactions.known, counts.transactions.rejected) == (0, 1, 0)
    assert bank.activity("demo:1") == activity_of(bank.history("demo:1"))


def test_other_content_under_a_known_id_is_set_aside_and_the_first_stays(bank: Stream):
    bank.take(event("a", "2026-03-12", -20))
    applied = bank.take(event("a", "2026-03-12", -21), event("b", "2026-03-12", -1), event("b", "2026-03-12", -2))
    assert (applied.added, applied.aside) == (1, {"differs": 2})
    assert [row.amount_minor for row in bank.history("demo:1").transactions][-2:] == [-20_00, -1_00]
    assert [(one.code, one.event_id) for one in bank.shelf.list()] == [("differs", "b"), ("differs", "a")]


@pytest.mark.parametrize(
    ("poison", "code", "says"),
    [
        (event("p", "2026-03-12", 1, account="404"), "unknown_account", "Import the account"),
        (event("p", "2026-03-12", 1, source="elsewhere"), "unknown_account", "Import the account"),
        (event("p", "2026-03-12", 1, currency="EUR"), "wrong_currency", "account's currency"),
        (event("p", TODAY.date() + timedelta(days=1), 1), "future_date", "lies in the future"),
        (event("p", "2024-12-31", 1), "ancient_date", "before the account was opened"),
        (event("p", "1969-12-31", 1), "ancient_date", "before the account was opened"),
        (b"not json at all", "unreadable", "not JSON"),
    ],
)
def test_poison_is_set_aside_alone_with_code_and_sentence(bank: Stream, poison: bytes, code: str, says: str):
    before = rows(bank)
    applied = bank.take(event("a", "2026-03-12", -20), poison, event("b", "2026-03-12", -30))
    assert (applied.added, applied.aside, rows(bank)) == (2, {code: 1}, before + 2)
    (aside,) = bank.shelf.list()
    assert (aside.code, bank.shelf.counts()) == (code, {code: 1})
    assert says in aside.reason
    assert aside.text == poison.decode()
    assert bank.take(poison).aside == {code: 1}
    assert bank.shelf.counts() == {code: 1}


def test_an_event_of_an_account_that_comes_later_can_be_sent_again(bank: Stream):
    assert bank.take(event("a", "2026-03-12", 5, account="3")).aside == {"unknown_account": 1}
    bank.ledger.add_batch(Client("3", booked=[(JAN, 1)]).batch())
    assert bank.take(event("a", "2026-03-12", 5, account="3")).added == 1


def test_an_event_of_somebody_erased_is_set_aside_without_its_content(bank: Stream, cipher: Cipher):
    cipher.erase_subject("demo:2", TODAY)
    applied = bank.take(event("a", "2026-03-12", -20), event("b", "2026-03-12", 5, account="2"))
    assert (applied.added, applied.aside) == (1, {"erased": 1})
    assert [(one.code, one.text) for one in bank.shelf.list()] == [("erased", "")]


def test_texts_are_sealed(bank: Stream):
    bank.take(event("a", "2026-03-12", -20), event("b", "2026-03-12", 1, currency="EUR"))
    with bank.database.reading() as connection:
        stored = connection.exec_driver_sql('select description from "transaction" union all select text from set_aside').scalars().all()
    assert len(stored) == 5
    assert not [text for text in stored if "CANARY" in text]


def test_a_failure_half_way_leaves_the_bank_as_it_was(bank: Stream, monkeypatch: pytest.MonkeyPatch):
    before = everything(bank)

    def broken(*_: Any) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(bank.news, "add", broken)
    with pytest.raises(RuntimeError):
        bank.take(event("a", "2026-03-12", -20, status="failed"), b"{")
    assert everything(bank) == before


def test_joint_owners_share_the_booking(bank: Stream):
    both = Batch(
        parties=(Party(id="demo:P2", source="demo", external_id="P2", name="Ben", customer_id="demo:2"),),
        parts=(AccountPart(account_id="demo:1", party_id="demo:P2", part="joint"),),
    )
    bank.ledger.add_batch(both)
    bank.snapshots.refresh(["demo:1", "demo:2"], lambda *_: None)
    bank.take(event("a", "2026-03-12", -20, status="failed"))
    for one in ("demo:1", "demo:2"):
        assert bank.activity(one) == activity_of(bank.history(one))
        assert bank.record.scores.latest([one])[one].score == 0.35


def second_account(opened_on: date) -> Batch:
    account = Account(
        id="demo:1s", source="demo", external_id="1s", customer_id="demo:1", kind="savings", name="Saver", currency="GBP",
        opened_on=opened_on, opening_balance_minor=700_00,
    )  # fmt: skip
    return Batch(accounts=(account,))


def test_an_account_counts_from_the_day_it_is_opened(bank: Stream):
    bank.ledger.add_batch(second_account(date(2026, 3, 20)))
    assert bank.activity("demo:1") == activity_of(bank.history("demo:1"))
    bank.take(event("a", "2026-03-19", 1))
    assert bank.activity("demo:1") == activity_of(bank.history("demo:1"))
    bank.take(event("b", "2026-03-25", 1, account="2"))  # another customer moves the business date
    assert len(bank.history("demo:1").accounts) == 2
    assert bank.activity("demo:1") == activity_of(bank.history("demo:1"))


def test_a_customer_of_another_version_is_worked_out_from_the_history(bank: Stream, database: Database):
    with database.writing() as connection:
        connection.exec_driver_sql("delete from stress_state")
    assert set(bank.snapshots.behind()) == {"demo:1", "demo:2"}
    bank.take(event("a", "2026-03-12", -20), event("b", "2026-03-14", -20, account="2"))
    for one in ("demo:1", "demo:2"):
        assert bank.activity(one) == activity_of(bank.history(one))
    assert bank.snapshots.behind() == ()


def test_shuffled_repeated_and_late_events_leave_what_a_batch_leaves(bank: Stream):
    dice = random.Random(5)
    first = date(2025, 3, 1)
    told = [
        event(
            f"e{number}", first + timedelta(days=dice.randrange(450)), str(dice.randrange(-50_000, 50_000) / 100),
            account=dice.choice("12"), status=dice.choice(["booked", "booked", "failed"]),
            category=dice.choice(["groceries", "salary", "cash", "gambling", "lending_apps", "utilities"]),
        )
        for number in range(300)
    ]  # fmt: skip
    sent = told + dice.sample(told, 200)
    dice.shuffle(sent)
    added = 0
    while sent:
        size = dice.randrange(1, 60)
        chunk, sent = sent[:size], sent[size:]
        added += bank.take(*chunk).added
    assert added == 300
    for one in ("demo:1", "demo:2"):
        assert bank.activity(one).to_bytes() == activity_of(bank.history(one)).to_bytes()
        assert bank.snapshot(one).balance == sum(row.amount_minor for row in bank.history(one).transactions if row.status == "booked")


def test_a_booking_that_comes_while_a_summary_is_made_is_not_lost(bank: Stream, monkeypatch: pytest.MonkeyPatch):
    made = bank.record.scored
    waiting = [event("late", "2026-03-12", -20, status="failed")]

    def overtaken(restated: Any) -> Any:
        if waiting:
            bank.take(waiting.pop())
        return made(restated)

    monkeypatch.setattr(bank.record, "scored", overtaken)
    bank.snapshots.refresh(["demo:1", "demo:2"], lambda *_: None)
    assert bank.activity("demo:1") == activity_of(bank.history("demo:1"))
    assert bank.snapshot("demo:1").stress_score == 0.35
    assert bank.bookings_since_summary("demo:1") == 0


def test_nothing_is_nothing(bank: Stream):
    before = everything(bank)
    assert bank.take().events == 0
    assert bank.take(orjson.dumps({})).aside == {"unreadable": 1}
    assert everything(bank)[0] == before[0]
