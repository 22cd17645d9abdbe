"""Stress of clients over REST: the board of a book, one client, the log of contacts; for staff numbers and what was set aside."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest

from server.store.live_events import NewLiveEvent
from server.store.set_aside import NewSetAside
from tests.server.book_bank import AS_OF, BOOKED, fill_book
from tests.server.chat_bank import ChatBank, browser


@pytest.fixture
def bank(chat_bank: ChatBank) -> ChatBank:
    return fill_book(chat_bank)


@pytest.fixture
def manager(bank: ChatBank, address: str) -> Iterator[httpx.Client]:
    with browser(bank, address, "rm1", role="rm") as client:
        client.timeout = 60  # the first board loads what computes figures
        yield client


def board(client: httpx.Client, **query: int) -> SimpleNamespace:
    answer = client.get("/stress/board", params=query)
    assert answer.status_code == 200, answer.text
    return SimpleNamespace(**answer.json())


def contact(client: httpx.Client, **more: object) -> httpx.Response:
    return client.post("/stress/contacts", json={"key": "k1", "ref": "2", "action": "call", "outcome": "considering", **more})


def test_the_board_says_who_moved_and_whom_to_turn_to(bank, manager):
    told = board(manager)
    assert (told.clients, told.compared, told.as_of, told.since, told.today) == (4, 4, "2026-02-28", "2026-01-29", "2026-03-02")
    assert told.bands == [{"source": "demo", "as_of": "2026-02-28", "healthy": 2, "watchlist": 1, "critical": 1, "too_short": 0}]
    assert told.flow == [{"band_before": "watchlist", "band": "critical", "clients": 1}]
    # Worse first, then by how far; a move of less than 0.05 is none.
    assert [(one["name"], one["score_before"], one["score"], one["since"]) for one in told.movers] == [
        ("Tom Hughes", 0.55, 0.78, "2026-01-19"), ("Zoë Ünal", 0.45, 0.62, "2026-01-19"), ("Anna Keller", 0.30, 0.20, "2026-01-19"),
    ]  # fmt: skip
    assert [(one["name"], one["cause"], one["urgency"]) for one in told.tasks] == [
        ("Tom Hughes", "became_critical", "now"),
        ("Zoë Ünal", "rising", "this_week"),
    ]
    assert told.tasks_of == 2
    assert board(manager, tasks=1).tasks_of == 2
    assert len(board(manager, tasks=1).tasks) == 1


def test_a_longer_look_back_than_there_are_scores_compares_nobody(manager):
    told = board(manager, days=365)
    assert (told.compared, told.movers, told.flow) == (0, [], [])
    assert [one["cause"] for one in told.tasks] == ["critical", "watchlist"]


def test_the_number_of_the_board_is_that_from_which_news_go_on(bank, manager):
    event = NewLiveEvent(
        source="demo", customer_id="demo:2", kind="score", as_of=AS_OF, score=0.8, band="critical", score_before=0.7, band_before="critical"
    )
    assert board(manager).last == 0
    with bank.database.writing() as connection:
        bank.live_events.add(connection, [event])
    assert board(manager).last == bank.live_events.newest_id() > 0


def test_what_came_up_within_a_day_stands_on_the_board_by_its_kind_as_far_as_it_is_wanted(bank, manager):
    def came_up(customer_id: str, kind: str) -> None:
        event = NewLiveEvent(
            source="demo", customer_id=customer_id, kind="insight", as_of=AS_OF, score=0.8, band="critical", score_before=0.8,
            band_before="critical", insight=kind,
        )  # fmt: skip
        with bank.database.writing() as connection:
            bank.live_events.add(connection, [event])

    now = bank.time
    bank.time = now - timedelta(days=1, seconds=1)
    came_up("demo:2", "goal_off_track")  # too long ago
    bank.time = now
    for customer_id, kind in (("demo:2", "price_rise"), ("demo:9", "pay_day_missed"), ("demo:2", "below_zero_soon")):
        came_up(customer_id, kind)
    told = board(manager).insights
    assert [(one["name"], one["ref"], one["kind"]) for one in told] == [
        ("Tom Hughes", "2", "below_zero_soon"), ("Tom Hughes", "2", "price_rise"),  # demo:9 is in another book
    ]  # fmt: skip
    manager.put("/insights/settings", json={"off": ["price_rise"]})
    assert [one["kind"] for one in board(manager).insights] == ["below_zero_soon"]


def test_one_client_in_depth(bank, manager):
    told = manager.get("/customers/2/stress").json()
    assert (told["name"], told["score"], told["band"], told["probability"], told["model"]) == ("Tom Hughes", 0.78, "critical", 0.195, "m1")
    assert [(point["as_of"], point["score"]) for point in told["history"]] == [("2026-01-19", 0.55), ("2026-02-28", 0.78)]
    assert len(told["transactions"]) == 20
    assert told["transactions"][0]["booked_on"] == "2026-02-28"
    days = [line["booked_on"] for line in told["transactions"]]
    assert days == sorted(days, reverse=True)
    assert all({"name", "words", "value", "unit"} == set(driver) for driver in told["drivers"])


def test_who_is_not_in_the_book_does_not_exist(bank, manager, address):
    foreign, unknown = manager.get("/customers/9/stress"), manager.get("/customers/9999/stress")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    refused = [contact(manager, ref=ref) for ref in ("9", "9999")]
    assert [one.status_code for one in refused] == [404, 404]
    assert refused[0].content == refused[1].content
    with browser(bank, address, "rm2", role="rm") as other:
        assert other.get("/customers/2/stress").content == unknown.content
        assert (board(other).clients, board(other).bands, board(other).tasks) == (0, [], [])


def test_a_logged_contact_takes_the_client_off_the_list_until_its_day(bank, address, manager):
    kept = contact(manager, follow_up_on="2026-03-09", note="Looks at the due date")
    assert (kept.status_code, kept.json()["happened_on"], kept.json()["mine"]) == (200, "2026-03-02", True)
    told = board(manager)
    assert [one["name"] for one in told.tasks] == ["Zoë Ünal"]
    assert [(one["name"], one["outcome"], one["follow_up_on"], one["note"]) for one in told.contacts] == [
        ("Tom Hughes", "considering", "2026-03-09", "Looks at the due date")
    ]
    assert manager.get("/customers/2/stress").json()["contacts"][0]["key"] == "k1"

    bank.time += timedelta(days=7)
    with browser(bank, address, "rm1") as later:
        (due, _) = board(later).tasks
    assert (due["name"], due["cause"], due["step"], due["contact"]["follow_up_on"]) == (
        "Tom Hughes",
        "follow_up_due",
        "follow_up",
        "2026-03-09",
    )


def test_the_same_act_again_changes_nothing_and_it_can_be_taken_back(manager):
    assert contact(manager).json() == contact(manager).json()
    assert contact(manager, outcome="declined").status_code == 409
    assert len(board(manager).contacts) == 1
    assert manager.delete("/stress/contacts/k1").status_code == 204
    assert manager.delete("/stress/contacts/k1").status_code == 404
    assert [one["name"] for one in board(manager).tasks] == ["Tom Hughes", "Zoë Ünal"]


@pytest.mark.parametrize(
    "wrong", [{"follow_up_on": "2026-03-01"}, {"happened_on": "2026-03-03"}, {"outcome": "perhaps"}, {"note": "x" * 501}, {"key": "a b"}]
)
def test_a_contact_that_makes_no_sense_is_refused(manager, wrong):
    answer = contact(manager, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert board(manager).contacts == []


def test_staff_get_numbers_of_the_whole_bank_and_no_names(bank, address, manager):
    contact(manager, note="Of nobody’s business")
    with browser(bank, address, "staff1", role="staff") as staff:
        told = board(staff)
        assert told.bands[0] == {"source": "demo", "as_of": "2026-02-28", "healthy": 2, "watchlist": 1, "critical": 1, "too_short": 1}
        assert (told.clients, told.movers, told.tasks, told.contacts) == (5, [], [], [])
        assert not any(name in staff.get("/stress/board").text for name, *_ in BOOKED.values())
        for path in ("/customers/2/stress", "/customers/9999/stress"):
            assert staff.get(path).status_code == 403
        assert contact(staff).status_code == 403


def test_staff_see_what_was_set_aside_but_not_what_it_said(bank, address, manager):
    event = NewSetAside(
        source="core",
        event_id="e1",
        code="unknown_account",
        reason="There is no account 77. Import it first.",
        text='{"description": "CANARY"}',
    )
    rows = bank.set_aside.sealed([event])
    with bank.database.writing() as connection:
        bank.set_aside.add(connection, rows)
    with browser(bank, address, "staff1", role="staff") as staff:
        answer = staff.get("/stress/set-aside")
        assert answer.json()["counts"] == {"unknown_account": 1}
        (line,) = answer.json()["events"]
        assert (line["source"], line["event_id"], line["reason"]) == ("core", "e1", event.reason)
        assert "CANARY" not in answer.text
    assert manager.get("/stress/set-aside").status_code == 403


@pytest.mark.parametrize("role", ["customer", "admin"])
def test_nobody_else_has_a_board(bank, address, role):
    with browser(bank, address, "somebody", role=role) as client:
        for path in ("/stress/board", "/stress/set-aside", "/customers/2/stress"):
            assert client.get(path).status_code == 403
