"""What a twin adds to the pages, in Chromium: a goal to approve, what is worth knowing, "My twin"."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.browser import NARROW, Tab, chromium, tab
from tests.e2e.served import Served

OpenTab = Callable[..., AbstractContextManager[Tab]]
TRIP = "when could I have 5,000 for a trip?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def new_tab(browser: Browser, running_server: Served) -> OpenTab:
    return partial(tab, browser, running_server)


def propose(tab: Tab) -> Locator:
    """Ask for a goal. Gives its card, which stays the last one while decisions follow."""
    tab.ask(TRIP)
    return tab.page.locator("section.proposal").last


def open_twin(tab: Tab) -> None:
    tab.page.get_by_role("link", name="My twin").click()
    expect(tab.page.get_by_role("heading", name="A normal month")).to_be_visible()


def test_a_goal_is_approved_where_it_was_proposed_and_can_be_taken_back(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("anna")
        card = propose(tab)
        expect(card.get_by_role("status")).to_contain_text("Awaiting your approval, until")
        card.get_by_role("button", name="Save the goal").click()
        expect(card.get_by_role("status")).to_contain_text("Approved by you")
        expect(card.get_by_role("status")).to_be_focused()
        expect(tab.last).to_contain_text("Approved: Save the goal")
        expect(card.get_by_role("button", name="Save the goal")).to_have_count(0)

        tab.page.reload()
        expect(card.get_by_role("status")).to_contain_text("Undo until")
        open_twin(tab)
        goals = tab.page.get_by_role("region", name="Goals")
        expect(goals).to_contain_text("of £5,000")
        tab.page.get_by_role("link", name="Chat").click()
        card.get_by_role("button", name="Undo").click()
        expect(card.get_by_role("status")).to_contain_text("Nothing is saved")
        open_twin(tab)
        expect(goals).to_contain_text("No goals yet.")


def test_a_goal_is_declined_with_a_reason_or_changed_before_it_is_approved(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("maria")
        card = propose(tab)
        card.get_by_role("button", name="Decline").click()
        expect(card.get_by_label("Why not?")).to_be_focused()
        card.get_by_label("Why not?").fill("Not this year")
        card.get_by_role("button", name="Decline").click()
        expect(card.get_by_role("status")).to_have_text("Declined: Not this year")

        card = propose(tab)
        card.get_by_role("button", name="Edit").click()
        card.get_by_label("Amount in GBP").fill("0")
        expect(card.get_by_role("button", name="Save the goal")).to_be_disabled()
        card.get_by_label("Amount in GBP").fill("6500")
        card.get_by_role("button", name="Save the goal").click()
        expect(card.get_by_role("status")).to_contain_text("Approved by you")
        open_twin(tab)
        goals = tab.page.get_by_role("region", name="Goals")
        expect(goals).to_contain_text("of £6,500")
        goals.get_by_role("button", name="Remove the goal").click()
        expect(goals).to_contain_text("Goal removed. Undo until")
        goals.get_by_role("button", name="Undo").click()
        expect(goals).to_contain_text("of £6,500")


def test_what_is_worth_knowing_is_asked_about_and_put_aside(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("priya")
        worth = tab.page.get_by_role("region", name="Worth knowing")
        expect(worth).to_contain_text("31 March 2027")
        worth.locator("button.f").first.click()
        expect(tab.page.get_by_role("region", name="Selected figure")).to_be_visible()
        tab.page.keyboard.press("Escape")

        worth.get_by_role("button", name="Dismiss").click()
        expect(worth).to_contain_text("Dismissed.")
        worth.get_by_role("button", name="Undo").click()
        expect(worth).to_contain_text("31 March 2027")
        worth.get_by_role("button", name="Ask about it").click()
        expect(tab.last).to_contain_text("What happens when my fixed rate ends?")
        tab.answered()

        tab.page.get_by_role("button", name="New conversation").click()
        worth.get_by_role("button", name="Dismiss").click()
        expect(worth).to_contain_text("Dismissed.")
        tab.page.reload()
        expect(tab.page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
        expect(worth).to_have_count(0)


def test_quiet_hours_hold_back_what_is_worth_knowing_until_it_is_asked_for(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("rm1")
        book = tab.page.get_by_role("region", name="In your book")
        expect(book.get_by_role("listitem").first).to_be_visible()
        now = tab.page.evaluate("new Date().getHours()")
        tab.page.get_by_role("button", name="Helen Marsh").click()
        settings = tab.page.get_by_role("dialog", name="Settings and keys")
        settings.get_by_role("switch", name="Quiet hours").check()
        settings.get_by_label("To", exact=True).select_option(str((now + 3) % 24))
        with tab.page.expect_response(
            lambda answer: answer.request.method == "PUT" and f'"quiet_from":{(now + 22) % 24}' in (answer.request.post_data or "")
        ):
            settings.get_by_label("From", exact=True).select_option(str((now + 22) % 24))
        expect(settings.get_by_label("From", exact=True)).to_have_value(str((now + 22) % 24))
        settings.get_by_role("button", name="Close").click()
        tab.page.reload()
        expect(book).to_contain_text("Held back until")
        book.get_by_role("button", name="Show them now").click()
        expect(book.get_by_role("listitem").first).to_be_visible()


def test_my_twin_fits_a_small_screen_and_answers_its_sliders(new_tab: OpenTab):
    with new_tab(NARROW, has_touch=True, is_mobile=True) as tab:
        tab.sign_in("sam")
        open_twin(tab)
        assert not tab.scrolls_sideways()
        expect(tab.page.get_by_role("list").filter(has_text="inside").first).to_be_visible()
        what_if = tab.page.get_by_role("region", name="What if")
        expect(what_if).to_contain_text("Move a slider")
        slider = what_if.get_by_role("slider").last
        slider.focus()
        for _ in range(10):
            slider.press("ArrowLeft")
        expect(what_if.get_by_role("img")).to_be_visible()
        expect(what_if).to_contain_text("Simulated from your account history")
        assert not tab.scrolls_sideways()
        what_if.locator("button.f").first.click()
        sheet = tab.page.get_by_role("dialog", name="Selected figure")
        expect(sheet.locator("code").last).to_have_text("what_if")
        sheet.get_by_role("button", name="Close").click()
        what_if.get_by_role("button", name="Reset").click()
        expect(what_if).to_contain_text("Move a slider")

        tab.page.go_back()
        expect(tab.question).to_be_visible()
        tab.page.go_forward()
        tab.page.get_by_role("button", name="Conversations").click()
        tab.page.get_by_role("dialog", name="Conversations").get_by_role("button", name="Settings and keys").click()
        expect(tab.page.get_by_role("switch", name="End of a fixed rate")).to_be_visible()


def test_a_reloaded_twin_stays_where_it_is_and_asks_in_the_chat(new_tab: OpenTab):
    with new_tab(color_scheme="dark") as tab:
        tab.sign_in("tom")
        tab.open("/twin")
        expect(tab.page).to_have_title("My twin: PersonaForge")
        open_twin(tab)
        figure = tab.page.get_by_role("main").locator("button.f").first
        figure.click()
        expect(tab.page.get_by_role("dialog", name="Selected figure")).to_be_visible()
        tab.page.keyboard.press("Escape")
        expect(figure).to_be_focused()
        tab.page.get_by_role("button", name="Ask about it in chat").click()
        expect(tab.answered()).to_contain_text("What will my balance be in twelve months?")


def test_a_twin_that_cannot_be_read_says_so_and_is_read_again(new_tab: OpenTab):
    with new_tab() as tab:
        tab.expected += ["status of 503", "status of 422"]
        tab.sign_in("tom")
        broken = {"code": "unavailable", "message": "The twins are being worked out. Try again in a minute."}
        tab.page.route("**/me/twin", lambda route: route.fulfill(status=503, json=broken))
        tab.page.get_by_role("link", name="My twin").click()
        expect(tab.page.get_by_role("alert")).to_contain_text("Try again in a minute. unavailable")
        expect(tab.page.get_by_role("heading", name="Goals")).to_be_visible()
        too_short = {"code": "too_short", "message": "There is less than three weeks of history. Come back later."}
        tab.page.unroute("**/me/twin")
        tab.page.route("**/me/twin", lambda route: route.fulfill(status=422, json=too_short))
        tab.page.get_by_role("button", name="Try again").click()
        expect(tab.page.get_by_text("Come back later.")).to_be_visible()
        expect(tab.page.get_by_role("alert")).to_have_count(0)
        tab.page.unroute("**/me/twin")
        tab.page.reload()
        expect(tab.page.get_by_role("heading", name="A normal month")).to_be_visible()


def test_nothing_scrolls_sideways_at_320_pixels_in_large_text(new_tab: OpenTab):
    with new_tab((320, 700)) as tab:
        tab.sign_in("tom")
        tab.page.evaluate("""localStorage.setItem("pf.preferences", '{"theme":"system","text":"large","singleKeys":true}')""")
        tab.page.reload()
        propose(tab)
        assert not tab.scrolls_sideways()
        tab.page.get_by_role("button", name="Edit").click()
        assert not tab.scrolls_sideways()
        open_twin(tab)
        slider = tab.page.get_by_role("slider").last
        slider.focus()
        slider.press("Home")
        expect(tab.page.get_by_role("region", name="What if").get_by_role("img")).to_be_visible()
        assert not tab.scrolls_sideways()
