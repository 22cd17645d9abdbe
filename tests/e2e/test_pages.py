"""The pages in Chromium: sign-in and chat as a customer, a relationship manager and staff use them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import NARROW, SIGNED_OUT, Tab, chromium, tab
from tests.e2e.served import Served

OpenTab = Callable[..., AbstractContextManager[Tab]]
TWO_SPECIALISTS = "how am I doing, and which savings account would suit me?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def new_tab(browser: Browser, running_server: Served) -> OpenTab:
    return partial(tab, browser, running_server)


def test_a_wrong_password_is_said_in_words_and_the_right_one_opens_the_chat(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("anna", "wrong-horse-battery")
        problem = tab.page.get_by_role("alert")
        expect(problem).to_contain_text("bad_credentials")
        expect(tab.page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
        tab.sign_in("anna")
        expect(tab.page.get_by_text("Anna Keller").first).to_be_visible()
        expect(tab.page.get_by_text("demo bank")).to_be_visible()
        expect(tab.page.get_by_text("You are talking to the bank’s AI assistant, not a person.").first).to_be_visible()


@pytest.mark.parametrize(
    ("login", "question", "shown"),
    [
        ("anna", "what did I spend on groceries in the last three months?", "£"),
        ("rm1", "how is Tom Hughes doing?", "Tom Hughes"),
        ("staff1", "what does the complaints policy say?", "complaint"),
    ],
)
def test_each_role_asks_in_its_own_words_and_a_suggestion_is_one_press(new_tab: OpenTab, login: str, question: str, shown: str):
    with new_tab() as tab:
        tab.sign_in(login)
        expect(tab.ask(question)).to_contain_text(shown)
        tab.page.get_by_role("button", name="New conversation").click()
        suggestion = tab.page.locator(".empty .next").get_by_role("button").first
        words = suggestion.inner_text()
        suggestion.click()
        expect(tab.last).to_contain_text(words)
        tab.answered()


def test_a_figure_opens_its_working_and_a_citation_its_passage(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("anna")
        turn = tab.ask(TWO_SPECIALISTS)
        panel = tab.page.get_by_role("complementary", name="How this answer was made")
        for specialist in ("Risk analyst", "Product advisor", "Gate"):
            expect(panel).to_contain_text(specialist)
        figure = turn.locator("button.f").first
        words = figure.inner_text()
        figure.click()
        selected = tab.page.get_by_role("region", name="Selected figure")
        expect(selected).to_contain_text(words)
        expect(selected.locator("code").last).to_have_text("stress_status")
        expect(figure).to_have_attribute("aria-pressed", "true")
        tab.page.keyboard.press("Escape")
        expect(selected).to_have_count(0)

        turn = tab.ask("is my money protected if the bank fails?")
        turn.get_by_role("button", name="Source 1").first.click()
        passage = tab.page.get_by_role("region", name="Source")
        expect(passage.locator("mark").first).to_be_visible()
        expect(passage).to_contain_text("Version")
        passage.get_by_role("button", name="Close").click()
        expect(passage).to_have_count(0)


def test_a_question_about_the_book_shows_how_it_was_understood(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("rm1")
        turn = tab.ask("which of my clients have a negative balance?")
        expect(turn.get_by_role("list", name="Conditions understood from your question")).to_contain_text("£0")
        table = turn.get_by_role("table").first
        expect(table).to_contain_text("Ravi Sharma")
        expect(table).to_contain_text("critical")
        assert table.get_by_role("row").count() >= 3


def test_a_conversation_is_listed_renamed_judged_and_deleted(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("priya")
        turn = tab.ask("what is my balance?")
        threads = tab.page.get_by_role("navigation", name="Conversations")
        expect(threads).to_contain_text("what is my balance?")
        expect(tab.page).to_have_title("what is my balance?: PersonaForge")
        threads.get_by_role("button", name="Rename").click()
        threads.get_by_role("textbox", name="Name of the conversation").fill("My first look")
        threads.get_by_role("button", name="Save").click()
        expect(threads).to_contain_text("My first look")

        turn.get_by_role("button", name="Not useful").click()
        turn.get_by_label("What was missing or wrong?").fill("I wanted last month too")
        turn.get_by_role("button", name="Send", exact=True).click()
        expect(turn).to_contain_text("Noted, with your words.")
        expect(turn.get_by_role("button", name="Not useful")).to_have_attribute("aria-pressed", "true")

        tab.page.reload()
        expect(threads).to_contain_text("My first look")
        expect(tab.answered().get_by_role("button", name="Not useful")).to_have_attribute("aria-pressed", "true")
        threads.get_by_role("button", name="Delete").click()
        threads.get_by_role("button", name="Keep").click()
        threads.get_by_role("button", name="Delete").click()
        threads.get_by_role("button", name="Delete").click()
        expect(threads).not_to_contain_text("My first look")
        expect(tab.page.get_by_role("heading", name="What would you like to know?")).to_be_visible()


def test_the_keyboard_alone_is_enough(new_tab: OpenTab):
    with new_tab() as tab:
        tab.expected.append(SIGNED_OUT)
        tab.open()
        press = tab.page.keyboard.press
        expect(tab.page.get_by_label("Login")).to_be_visible()
        tab.page.get_by_label("Login").focus()
        tab.page.keyboard.type("anna")
        press("Tab")
        tab.page.keyboard.type(tab.server.bank.passwords["anna"])
        press("Enter")
        expect(tab.question).to_be_visible()
        # The first thing that Tab reaches leads past everything else.
        tab.page.evaluate("document.activeElement.blur()")
        press("Tab")
        expect(tab.page.get_by_role("link", name="Go to the conversation")).to_be_focused()
        press("Enter")
        press("/")
        expect(tab.question).to_be_focused()
        tab.page.keyboard.type("what is my balance/income?")
        assert tab.question.input_value().endswith("balance/income?")
        press("Shift+Enter")
        press("Enter")
        turn = tab.answered()
        tab.page.get_by_role("log", name="Conversation").focus()
        press("]")
        expect(turn.locator("button.f").first).to_be_focused()
        press("Enter")
        expect(tab.page.get_by_role("region", name="Selected figure")).to_be_visible()
        press("Escape")
        expect(tab.page.get_by_role("region", name="Selected figure")).to_have_count(0)
        press("k")
        expect(turn.get_by_role("heading").first).to_be_focused()
        press("?")
        settings = tab.page.get_by_role("dialog", name="Settings and keys")
        expect(settings).to_be_visible()
        press("Escape")
        expect(settings).to_have_count(0)
        press("/")
        expect(tab.question).to_be_focused()


def test_a_long_table_fits_a_small_screen_and_the_conversations_are_a_menu(new_tab: OpenTab):
    with new_tab(NARROW, has_touch=True, is_mobile=True) as tab:
        tab.sign_in("rm1")
        assert not tab.scrolls_sideways()
        turn = tab.ask("which of my clients have an income above £500 and savings below £900,000, sorted by stress score?")
        expect(turn.get_by_role("table").first).to_be_visible()
        assert turn.get_by_role("row").count() > 6
        assert not tab.scrolls_sideways()
        turn.locator("button.f").first.click()
        sheet = tab.page.get_by_role("dialog", name="Selected figure")
        expect(sheet).to_be_visible()
        assert not tab.scrolls_sideways()
        sheet.get_by_role("button", name="Close").click()
        tab.page.get_by_role("button", name="Conversations").click()
        menu = tab.page.get_by_role("dialog", name="Conversations")
        expect(menu).to_contain_text("which of my clients")
        assert not tab.scrolls_sideways()


def test_the_dark_scheme_is_dark_and_the_choice_is_kept(new_tab: OpenTab):
    def lightness(tab: Tab) -> int:
        return tab.page.evaluate("""() => { const paint = document.createElement("canvas").getContext("2d");
            paint.fillStyle = getComputedStyle(document.documentElement).backgroundColor === "rgba(0, 0, 0, 0)"
                ? getComputedStyle(document.body).backgroundColor : getComputedStyle(document.documentElement).backgroundColor;
            paint.fillRect(0, 0, 1, 1); const [red, green, blue] = paint.getImageData(0, 0, 1, 1).data; return red + green + blue; }""")

    with new_tab(color_scheme="dark") as tab:
        tab.sign_in("tom")
        assert lightness(tab) < 200
        tab.page.keyboard.press("Escape")
        tab.page.get_by_role("button", name="Tom Hughes").click()
        tab.page.get_by_role("radio", name="Light").check()
        assert lightness(tab) > 600
        tab.page.reload()
        expect(tab.question).to_be_visible()
        assert lightness(tab) > 600


def test_a_question_that_is_too_long_or_empty_is_refused_before_it_is_sent(new_tab: OpenTab):
    with new_tab() as tab:
        tab.sign_in("sam")
        tab.question.press("Enter")
        expect(tab.page.get_by_text("Write a question first.")).to_be_visible()
        tab.question.fill("a" * 4_010)
        expect(tab.page.get_by_text("10 characters too many. Shorten the question to send it.")).to_be_visible()
        tab.question.press("Enter")
        expect(tab.turns).to_have_count(0)
        # Markup in a question is text.
        expect(tab.ask("<img src=x onerror=alert(1)> **bold** what is my balance?").locator("img")).to_have_count(0)
