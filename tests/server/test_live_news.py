"""Live news over a real socket: who hears what, and that a socket that was lost misses nothing and hears nothing twice."""

from datetime import timedelta
from typing import Any

import pytest

from server.store.live_events import NewLiveEvent
from tests.server.book_bank import AS_OF, band, fill_book
from tests.server.chat_bank import ChatBank, Client, greeted


@pytest.fixture
def bank(chat_bank: ChatBank) -> ChatBank:
    return fill_book(chat_bank)


def happen(bank: ChatBank, number: str, before: float, after: float) -> int:
    """A client's score moves, in a transaction as the stream makes it. Gives the number of the change."""
    kind = "score" if band(before) == band(after) else "band"
    event = NewLiveEvent(
        source="demo", customer_id=f"demo:{number}", kind=kind, as_of=AS_OF, score=after, band=band(after), score_before=before,
        band_before=band(before), drivers=("failed_debits", "of_another_version"), driver_values=(2.0, 1.0),
    )  # fmt: skip
    with bank.database.writing() as connection:
        bank.live_events.add(connection, [event])
    return bank.live_events.newest_id()


async def news(client: Client, most: int = 1) -> list[dict[str, Any]]:
    """The next items."""
    found: list[dict[str, Any]] = []
    while len(found) < most:
        frame = await client.receive()
        assert frame["op"] == "news", frame
        found += frame["items"]
    return found


async def test_the_first_frame_says_from_where_on_everything_is_heard(bank, address):
    number = happen(bank, "2", 0.60, 0.75)
    async with greeted(bank, address, "rm1") as client:
        await client.send(op="watch")
        first = await client.receive()
    assert (first["op"], first["last"], first["items"], first["gap"]) == ("news", number, [], False)
    assert first["bands"] == [{"source": "demo", "asOf": "2026-02-28", "healthy": 2, "watchlist": 1, "critical": 1, "tooShort": 0}]


async def test_a_change_reaches_the_manager_with_its_words_and_nobody_else(bank, address):
    async with greeted(bank, address, "rm1") as mine, greeted(bank, address, "rm2", role="rm") as other:
        for client in (mine, other):
            await client.send(op="watch")
            await client.receive()
        number = happen(bank, "3", 0.60, 0.75)
        (item,) = await news(mine)
        assert item.pop("at")
        assert item == {
            "id": number, "customerId": "demo:3", "ref": "3", "name": "Zoë Ünal", "kind": "band", "asOf": "2026-02-28",
            "score": 0.75, "band": "critical", "scoreBefore": 0.6, "bandBefore": "watchlist",
            "drivers": [{"words": "payments that failed", "value": 2.0, "unit": "count"}],
        }  # fmt: skip
        happen(bank, "9", 0.60, 0.75)  # in nobody's book
        await other.send(op="ping", t=1)
        assert await other.receive() == {"op": "pong", "t": 1}


async def test_the_reasons_are_those_that_the_board_shows(bank, address):
    """Where the activity is kept, they are worked out from it; what the change itself names is for where it is not."""
    async with greeted(bank, address, "rm1") as client:
        await client.send(op="watch")
        await client.receive()
        happen(bank, "2", 0.60, 0.75)
        (item,) = await news(client)
        principal = client.account.principal()
    shown = bank.reasons.of(principal, bank.board.rows(principal, ["demo:2"]))["demo:2"]
    assert [driver["words"] for driver in item["drivers"]] == [driver.words for driver in shown]


async def test_coming_back_behind_a_number_hears_each_change_once(bank, address):
    async with greeted(bank, address, "rm1") as client:
        await client.send(op="watch")
        await client.receive()
        first = happen(bank, "1", 0.20, 0.30)
        assert [item["id"] for item in await news(client)] == [first]
    second, third = happen(bank, "2", 0.78, 0.60), happen(bank, "3", 0.62, 0.71)
    async with greeted(bank, address, "rm1") as client:
        await client.send(op="watch", after=first)
        assert [item["id"] for item in await news(client, 2)] == [second, third]
        fourth = happen(bank, "4", 0.21, 0.45)
        assert [item["id"] for item in await news(client)] == [fourth]
        # Asking again on the same socket goes on from there instead.
        await client.send(op="watch", after=third)
        assert [item["id"] for item in await news(client)] == [fourth]


async def test_two_sockets_of_one_manager_hear_the_same(bank, address):
    async with greeted(bank, address, "rm1") as one, greeted(bank, address, "rm1") as two:
        for client in (one, two):
            await client.send(op="watch")
            await client.receive()
        number = happen(bank, "1", 0.20, 0.30)
        assert [item["id"] for item in await news(one)] == [item["id"] for item in await news(two)] == [number]


@pytest.mark.parametrize("gone", ["forgotten", "never given"])
async def test_behind_a_number_that_leads_nowhere_the_page_is_told_to_load_the_board(bank, address, gone):
    first, newest = happen(bank, "1", 0.20, 0.30), happen(bank, "2", 0.60, 0.75)
    if gone == "forgotten":
        assert bank.live_events.forget(bank.time + timedelta(days=1)) == 1
    async with greeted(bank, address, "rm1") as client:
        await client.send(op="watch", after=first - 1 if gone == "forgotten" else newest + 100)
        frame = await client.receive()
    assert (frame["gap"], frame["items"], frame["last"]) == (True, [], newest)


async def test_staff_hear_counts(bank, address):
    async with greeted(bank, address, "staff1", role="staff") as client:
        await client.send(op="watch")
        await client.receive()
        happen(bank, "2", 0.60, 0.75)
        frame = await client.receive()
    assert frame["items"] == []
    assert frame["bands"][0] == {"source": "demo", "asOf": "2026-02-28", "healthy": 2, "watchlist": 1, "critical": 1, "tooShort": 1}


@pytest.mark.parametrize("role", ["customer", "admin"])
async def test_nobody_else_may_listen_and_the_socket_stays_open(bank, address, role):
    async with greeted(bank, address, "somebody", role=role) as client:
        await client.send(op="watch")
        assert (await client.receive())["code"] == "refused"
        await client.send(op="ping", t=2)
        assert (await client.receive())["t"] == 2


@pytest.mark.parametrize("after", [-1, "1", None, 1.5])
async def test_a_number_that_is_none_is_a_bad_frame(bank, address, after):
    async with greeted(bank, address, "rm1") as client:
        await client.send(op="watch", after=after)
        frame = await client.receive()
        if after is None:  # as good as none
            assert frame["op"] == "news"
        else:
            assert frame["code"] == "bad_frame"
