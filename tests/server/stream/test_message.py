"""An event says one booking; what does not is unreadable, with a sentence that names the field and never repeats it."""

from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.stream.message import LONGEST, UnreadableEventError, decode, encode
from tests.server.stream.conftest import event
from tools.ledger.transaction import Transaction


def test_a_booking_is_read():
    told = event(
        "7", "2026-03-01", "-12.50", booked_at="2026-03-01T09:30:00Z", counterparty="Tesco", counterparty_account="9", category="groceries",
        operation="card", status="booked", balance_after="100.00", unknown_field=1,
    )  # fmt: skip
    assert decode(told) == Transaction(
        id="demo:7", source="demo", external_id="7", account_id="demo:1", booked_on=date(2026, 3, 1),
        booked_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC), amount_minor=-1250, currency="GBP", balance_after_minor=10000,
        description="CANARY payment 7", counterparty="Tesco", counterparty_account="9", category="groceries", operation="card",
    )  # fmt: skip


@pytest.mark.parametrize(("sent", "minor"), [("12.50", 1250), (12.5, 1250), (-0.07, -7), (3, 300), ("1e2", 10000), (0.29, 29), (1.1, 110)])
def test_amounts_are_exact_as_text_and_as_number(sent: str | float, minor: int):
    assert decode(event("7", "2026-03-01", sent)).amount_minor == minor


def test_what_is_left_out_is_told_by_the_rules_of_the_source():
    read = decode(event("7", "2026-03-01", -20, description="DIRECT DEBIT OCTOPUS ENERGY"))
    assert (read.category, read.operation, read.status) == ("utilities", "direct_debit", "booked")


@given(
    st.integers(-(10**12), 10**12),
    st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.sampled_from(["booked", "failed"]),
)
def test_what_is_written_is_read_again(amount: int, day: date, description: str, status: str):
    booking = Transaction.model_validate(
        {
            "id": "demo:x/1", "source": "demo", "external_id": "x/1", "account_id": "demo:4", "booked_on": day, "amount_minor": amount,
            "currency": "GBP", "description": description, "category": "dining", "operation": "card", "status": status,
            "booked_at": datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC), "balance_after_minor": -amount,
        }
    )  # fmt: skip
    read = decode(encode(booking))
    assert read == booking
    # Fingerprints are made of the fields as they are written: the zone has to be the same one.
    assert repr(read.booked_at) == repr(booking.booked_at)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"a": "' + b"x" * LONGEST + b'"}', "longer than"),
        (event("", "2026-03-01", 1), "`event_id` is missing"),
        (event("7", "", 1), "`booked_on` is missing"),
        (event("7", "2026-02-30", 1), "`booked_on` cannot be read"),
        (event("7", "2026-03-01", "twelve"), "`amount` is no amount"),
        (event("7", "2026-03-01", True), "`amount` is no amount"),
        (event("7", "2026-03-01", "0.001"), "`amount` is no amount of GBP"),
        (event("7", "2026-03-01", "1e20"), "`amount` is no amount"),
        (event("7", "2026-03-01", 1, balance_after=[]), "`balance_after` is no amount"),
        (event("7\x00", "2026-03-01", 1), "`event_id` is no name"),
        (event("7" * 300, "2026-03-01", 1), "`event_id` is no name"),
        (event("7", "2026-03-01", 1, source="a:b"), "a colon"),
        (event("7", "2026-03-01", 1, account=5), "`account` is no name"),
        (event("7", "2026-03-01", 1, description=5), "`description` is no text"),
        (event("7", "2026-03-01", 1, booked_at="noon"), "`booked_at` cannot be read"),
        (event("7", "2026-03-01", 1, category="yachts"), "`category` is none of ours"),
        (event("7", "2026-03-01", 1, operation="smoke signal"), "`operation` does not hold"),
        (event("7", "2026-03-01", 1, status="pending"), "`status` does not hold"),
    ],
)
def test_what_is_no_booking_says_why(body: bytes, says: str):
    with pytest.raises(UnreadableEventError) as caught:
        decode(body)
    sentence = str(caught.value)
    assert says in sentence
    assert sentence.endswith(".")
    assert "CANARY" not in sentence


def test_an_unreadable_event_is_known_by_its_id_where_that_can_be_read():
    with pytest.raises(UnreadableEventError) as caught:
        decode(event("7", "2026-03-01", "x"))
    assert (caught.value.source, caught.value.event_id) == ("demo", "7")
    with pytest.raises(UnreadableEventError) as caught:
        decode(orjson.dumps({"source": 5, "event_id": "a\nb"}))
    assert (caught.value.source, caught.value.event_id) == ("", "")
