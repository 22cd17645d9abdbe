"""The board in Chromium: news that arrive behind an open page change it, nothing moves under somebody's hands, and a contact is logged."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from server.bank import Bank
from server.store.live_events import NewLiveEvent
from tests.e2e.browser import NARROW, WIDE, Tab, chromium, tab
from tests.e2e.client import Person
from tests.e2e.served import Served
from tools.ledger.query import ClientSnapshot


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def bank(running_server: Served) -> Iterator[Bank]:
    """The served bank, as another process has it."""
    opened = running_server.bank.open()
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def book(bank: Bank) -> dict[str, ClientSnapshot]:
    """The first manager's clients by name."""
    account = bank.accounts.account_of_login("rm1")
    assert account is not None
    principal = account.principal()
    rows = bank.board.rows(principal)
    names = bank.board.names(principal, [row.customer_id for row in rows])
    return {names[row.customer_id].name: row for row in rows}


def becomes_critical(bank: Bank, row: ClientSnapshot, score: float = 0.93) -> int:
    """What the stream writes when a client's score rises. Gives the number of the change."""
    event = NewLiveEvent(
        source=row.source, customer_id=row.customer_id, kind="band", as_of=row.as_of, score=score, band="critical",
        score_before=row.stress_score, band_before=row.stress_band, drivers=("failed_debits",), driver_values=(4.0,),
    )  # fmt: skip
    with bank.database.writing() as connection:
        bank.live_events.add(connection, [event])
    return bank.live_events.newest_id()


def healthy(book: dict[str, ClientSnapshot], nth: int = 0) -> tuple[str, ClientSnapshot]:
    return [(name, row) for name, row in sorted(book.items()) if row.stress_band == "healthy"][nth]


def open_board(opened: Tab) -> None:
    opened.sign_in("rm1")
    opened.page.mouse.move(5, 5)
    opened.page.get_by_role("link", name="Board").click()
    opened.page.mouse.move(5, 5)
    expect(opened.page.get_by_text("Live since")).to_be_visible(timeout=60_000)


def test_a_change_shows_on_an_open_board_and_is_said(browser: Browser, running_server: Served, bank: Bank, book: dict[str, ClientSnapshot]):
    name, row = healthy(book)
    with tab(browser, running_server) as rm:
        open_board(rm)
        expect(rm.page).to_have_title("Board: PersonaForge")
        movers = rm.page.get_by_role("region", name="Movers")
        expect(movers).not_to_contain_text("0.93")
        becomes_critical(bank, row)
        line = movers.get_by_role("row").filter(has_text=name)
        expect(line).to_contain_text("0.93")
        expect(line).to_contain_text("Critical")
        expect(rm.page.get_by_role("status").filter(has_text=f"{name}: healthy to critical.")).to_have_count(1)
        assert not rm.scrolls_sideways()


def test_nothing_moves_under_somebodys_hands(browser: Browser, running_server: Served, bank: Bank, book: dict[str, ClientSnapshot]):
    name, row = healthy(book, 1)
    with tab(browser, running_server) as rm:
        open_board(rm)
        first = rm.page.locator("button.f").first
        first.focus()
        becomes_critical(bank, row, 0.94)
        waiting = rm.page.get_by_text("1 change", exact=True)
        expect(waiting).to_be_visible()
        movers = rm.page.get_by_role("region", name="Movers")
        expect(movers).not_to_contain_text("0.94")
        expect(first).to_be_focused()
        rm.page.get_by_role("button", name="Show", exact=True).click()
        expect(movers.get_by_role("row").filter(has_text=name)).to_contain_text("0.94")
        expect(waiting).to_have_count(0)


def test_a_page_that_was_away_catches_up(browser: Browser, running_server: Served, bank: Bank, book: dict[str, ClientSnapshot]):
    name, row = healthy(book, 2)
    with tab(browser, running_server) as rm:
        rm.expected += ["WebSocket connection to", "ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED"]
        open_board(rm)
        rm.page.context.set_offline(True)
        rm.page.evaluate("dispatchEvent(new Event('offline'))")
        becomes_critical(bank, row, 0.95)
        rm.page.context.set_offline(False)
        expect(rm.page.get_by_role("region", name="Movers").get_by_role("row").filter(has_text=name)).to_contain_text(
            "0.95", timeout=60_000
        )
        expect(rm.page.get_by_text("Live since")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_contact_is_logged_shown_and_taken_back(browser: Browser, running_server: Served, size: tuple[int, int]):
    with tab(browser, running_server, size) as rm:
        open_board(rm)
        button = rm.page.get_by_role("button", name="Log a contact with").first
        name = (button.get_attribute("aria-label") or "").removeprefix("Log a contact with ")
        button.click()
        dialog = rm.page.get_by_role("dialog", name=f"Log a contact with {name}")
        dialog.get_by_label("What came of it?").select_option("considering")
        dialog.get_by_role("button", name="In a week").click()
        dialog.get_by_label("Note").fill("Looks at the due date")
        dialog.get_by_role("button", name="Log the contact").click()
        expect(rm.page.get_by_text("Logged. You come back to it on")).to_be_visible()
        log = rm.page.get_by_role("region", name="Contacts logged")
        expect(log).to_contain_text("Looks at the due date")
        expect(rm.page.get_by_role("region", name="Today’s list").get_by_role("button", name=f"Log a contact with {name}")).to_have_count(0)
        assert not rm.scrolls_sideways()
        log.get_by_role("button", name="Undo").first.click()
        expect(log).to_contain_text("Undone. The contact is no longer logged.")
        expect(log).not_to_contain_text("Looks at the due date")


def test_a_score_opens_how_it_came_about_and_a_name_asks(browser: Browser, running_server: Served):
    with tab(browser, running_server) as rm:
        open_board(rm)
        row = rm.page.get_by_role("region", name="Today’s list").get_by_role("row").filter(has=rm.page.locator("button.f")).first
        name = row.get_by_role("rowheader").get_by_role("button").inner_text()
        row.locator("button.f").click()
        panel = rm.page.get_by_role("complementary", name=f"Client: {name}")
        expect(panel.get_by_role("heading", name="What raises the score")).to_be_visible()
        expect(panel.get_by_role("table", name="Last bookings").get_by_role("row").first).to_be_visible()
        row.get_by_role("rowheader").get_by_role("button").click()
        expect(rm.turns).to_have_count(1)
        expect(rm.answered()).to_contain_text(name)


def test_staff_see_numbers_and_customers_no_board(browser: Browser, running_server: Served, book: dict[str, ClientSnapshot]):
    with tab(browser, running_server) as staff:
        staff.sign_in("staff1")
        staff.page.get_by_role("link", name="Board").click()
        expect(staff.page.get_by_role("heading", name="The bank by band")).to_be_visible()
        expect(staff.page.get_by_role("heading", name="Events set aside")).to_be_visible()
        expect(staff.page.get_by_role("region", name="Clients by band")).to_contain_text("Critical")
        words = staff.page.locator("main").inner_text()
        assert not [name for name in book if name in words]
    with tab(browser, running_server) as anna:
        anna.sign_in("anna")
        expect(anna.page.get_by_role("link", name="Board")).to_have_count(0)
        anna.open("/board")
        expect(anna.question).to_be_visible()


def test_the_wire_outside_of_a_browser(running_server: Served, bank: Bank, book: dict[str, ClientSnapshot]):
    """Two managers and one change: the one who has the client hears it once, also after coming back; the other never."""
    _, row = healthy(book, 3)
    with Person(running_server, "rm1") as rm, Person(running_server, "rm2") as other:
        with rm.socket() as wire, other.socket() as elsewhere:
            wire.send({"op": "watch"})
            start = wire.receive()["last"]
            elsewhere.send({"op": "watch"})
            elsewhere.receive()
            number = becomes_critical(bank, row)
            heard = wire.receive()
            assert [item["id"] for item in heard["items"]] == [number]
            assert date.fromisoformat(heard["items"][0]["asOf"]) == row.as_of
            elsewhere.send({"op": "ping", "t": 1})
            assert elsewhere.receive()["op"] == "pong"
        with rm.socket() as again:
            again.send({"op": "watch", "after": start})
            assert [item["id"] for item in again.receive()["items"]] == [number]
