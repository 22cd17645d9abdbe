"""What comes up while the bank catches up is told once: not of what an import brought, not again after a restart, and never half."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.store.live_events import LiveEvent, NewLiveEvent
from server.store.plans import PlanReader
from server.stream.catch_up import CatchUp
from server.stream.insight_news import Find, insights_in
from tests.server.store.bank import Batch, Client, joined
from tests.server.stream.conftest import Stream, event
from tools.ledger.account import Contract, Holding
from tools.ledger.history import History
from tools.twin.insight.insight import KINDS, Insight, InsightKind

JAN, MAR = date(2026, 1, 10), date(2026, 3, 10)


def client(number: str) -> Batch:
    return Client(number, booked=[(JAN, 100_00), (MAR, -5_00)]).batch()


@pytest.fixture
def bank(stream: Stream) -> Stream:
    stream.ledger.add_batch(joined(client("1"), client("2")))
    return stream


def found(*kinds: InsightKind) -> Find:
    """Whoever is looked at has insights of these kinds."""

    def find(history: History, summary: object, plan: object) -> Sequence[Insight]:
        customer_id = history.customer.id
        return [
            Insight(key=f"{kind}.{at}", kind=kind, severity="high", customer_id=customer_id, as_of=history.as_of, currency="GBP")
            for at, kind in enumerate(kinds)
        ]

    return find


def catching(bank: Stream, find: Find) -> CatchUp:
    """As a process that has just started has it."""
    return CatchUp(bank.database, bank.record.states, bank.snapshots, bank.news, PlanReader(bank.database, bank.cipher), find)


def told(bank: Stream) -> list[LiveEvent]:
    return [one for one in bank.news.after(0) if one.kind == "insight"]


def test_what_came_up_is_told_once_of_whoever_was_booked_on(bank: Stream):
    bank.take(event("a", "2026-03-11", -1))  # the business date moves for client 2 as well
    assert catching(bank, found("below_zero_soon", "price_rise", "price_rise")).step() == 2
    first, second = told(bank)
    assert (first.customer_id, first.insight, second.insight) == ("demo:1", "below_zero_soon", "price_rise")
    snapshot = bank.snapshot("demo:1")
    assert (first.as_of, first.score, first.band) == (date(2026, 3, 11), snapshot.stress_score, snapshot.stress_band)
    assert (first.score_before, first.band_before, first.drivers) == (first.score, first.band, ())


def test_an_import_brings_no_news(bank: Stream):
    assert catching(bank, found("below_zero_soon")).step() == 0
    bank.ledger.add_batch(Client("3", booked=[(JAN, 1_00)]).batch())
    catching(bank, found("below_zero_soon")).step()
    assert told(bank) == []


def test_the_same_kind_is_told_again_after_30_days_and_not_before(bank: Stream):
    for number, (day, events) in enumerate([("2026-03-11", 1), ("2026-04-10", 1), ("2026-04-11", 2)]):
        bank.take(event(f"a{number}", day, -1))
        while catching(bank, found("below_zero_soon")).step():
            pass
        assert len(told(bank)) == events
    bank.take(event("b", "2026-04-11", -1))
    catching(bank, found("below_zero_soon", "pay_day_missed")).step()
    assert [one.insight for one in told(bank)] == ["below_zero_soon", "below_zero_soon", "pay_day_missed"]


def test_at_most_three_at_once_the_most_important_first(bank: Stream):
    bank.take(event("a", "2026-03-10", -1))
    catching(bank, found(*KINDS)).step()
    assert [one.insight for one in told(bank)] == list(KINDS[:3])


def test_a_stop_in_between_neither_loses_nor_repeats_it(bank: Stream, monkeypatch: pytest.MonkeyPatch):
    bank.take(event("a", "2026-03-10", -1))

    def failing(connection: object, rows: Sequence[NewLiveEvent]) -> None:
        raise OSError("the power went out")

    with monkeypatch.context() as patched:
        patched.setattr(bank.news, "add", failing)
        with pytest.raises(OSError, match="power"):
            catching(bank, found("below_zero_soon")).step()
    assert (told(bank), bank.bookings_since_summary("demo:1")) == ([], 1)
    assert [catching(bank, found("below_zero_soon")).step() for _ in range(2)] == [1, 0]
    assert len(told(bank)) == 1


def test_what_cannot_be_worked_out_does_not_hold_the_summary_up(bank: Stream):
    def broken(history: History, summary: object, plan: object) -> Sequence[Insight]:
        raise ZeroDivisionError

    bank.take(event("a", "2026-03-10", -1))
    assert catching(bank, broken).step() == 1
    assert (told(bank), bank.bookings_since_summary("demo:1")) == ([], 0)


def test_it_is_what_the_list_of_worth_knowing_says_also_without_a_twin(bank: Stream):
    """A client who does not agree to personal suggestions is told of what stands in contracts, as in the list."""
    ends = MAR + timedelta(days=50)
    holding = Holding(id="demo:h4", source="demo", customer_id="demo:4", kind="mortgage", name="Home", currency="GBP", opened_on=JAN)
    mortgage = Contract(
        id="demo:c4", source="demo", customer_id="demo:4", holding_id="demo:h4", kind="mortgage", currency="GBP",
        starts_on=JAN, fixed_until=ends, instalment_minor=900_00,
    )  # fmt: skip
    batch = client("4")
    (profile,) = batch.profiles
    refusing = profile.model_copy(update={"consent_personalization": "no"})
    bank.ledger.add_batch(replace(batch, profiles=(refusing,), holdings=(holding,), contracts=(mortgage,)))
    bank.take(event("a", "2026-03-10", -1, account="4"))
    catching(bank, insights_in).step()
    assert [(one.customer_id, one.insight) for one in told(bank)] == [("demo:4", "fixed_rate_ends")]
