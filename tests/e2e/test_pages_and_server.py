"""The open page while things happen behind it: reload, a session that ends elsewhere, a server that is killed and comes back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import SIGNED_OUT, UNREACHABLE, Tab, chromium, tab
from tests.e2e.client import Person
from tests.e2e.moment import has_events, newest_run, unfinished, wait_for
from tests.e2e.served import Served, until

QUESTION = "how am I doing, and which savings account would suit me?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_stop_ends_the_answer_and_it_can_be_asked_again(browser: Browser, slow_server: Served):
    with tab(browser, slow_server) as chidi:
        chidi.sign_in("chidi")
        chidi.question.fill(QUESTION)
        chidi.question.press("Enter")
        expect(chidi.last).to_have_attribute("aria-busy", "true")
        chidi.page.keyboard.press("Escape")
        expect(chidi.last).to_contain_text("Stopped by you.")
        chidi.last.get_by_role("button", name="Ask again").click()
        expect(chidi.turns).to_have_count(2)
        # The model fails again; the built-in one answers, and the reply says so.
        expect(chidi.answered()).to_contain_text("stress score")
        expect(chidi.page.get_by_role("complementary", name="How this answer was made")).to_contain_text("Built-in model")


def test_a_reload_keeps_the_conversation_also_in_the_middle_of_an_answer(browser: Browser, slow_server: Served):
    with tab(browser, slow_server) as anna:
        anna.sign_in("anna")
        first = anna.ask("what is my balance?").locator(".say").inner_text()
        anna.question.fill(QUESTION)
        anna.question.press("Enter")
        expect(anna.turns).to_have_count(2)
        expect(anna.last).to_have_attribute("aria-busy", "true")
        anna.page.reload()
        expect(anna.turns).to_have_count(2)
        expect(anna.answered()).to_contain_text("stress score")
        assert anna.turns.first.locator(".say").inner_text() == first
        assert anna.last.get_by_text("stress score").count() == 1
        # Another tab of the same person has it too; figures of an answer from the history can be opened.
        anna.last.locator("button.f").first.click()
        expect(anna.page.get_by_role("region", name="Selected figure").locator("code").last).to_have_text("stress_status")


def test_a_session_that_ended_says_so_and_what_was_being_written_is_kept(browser: Browser, running_server: Served):
    with tab(browser, running_server) as tom:
        tom.sign_in("tom")
        tom.ask("what is my balance?")
        tom.question.fill("half a thought")
        cookies = {cookie["name"]: cookie["value"] for cookie in tom.page.context.cookies()}  # type: ignore[typeddict-item]
        ended = tom.page.request.post(f"{running_server.address}/auth/sign-out", headers={"X-CSRF-Token": cookies["pf_csrf"]})
        assert ended.ok
        expect(tom.page.get_by_text("Your session has ended. Sign in again; what you were writing is kept.")).to_be_visible()
        tom.page.get_by_label("Login").fill("tom")
        tom.page.get_by_label("Password").fill(running_server.bank.passwords["tom"])
        tom.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(tom.question).to_have_value("half a thought")
        expect(tom.turns).to_have_count(1)


def test_signing_out_leaves_nothing_of_one_person_for_the_next(browser: Browser, running_server: Served):
    with tab(browser, running_server) as shared:
        shared.sign_in("maria")
        shared.ask("what is my balance?")
        shared.page.get_by_role("button", name="Maria Lopez").click()
        shared.page.get_by_role("button", name="Sign out").click()
        expect(shared.page.get_by_text("You are signed out.")).to_be_visible()
        shared.sign_in("ravi")
        expect(shared.page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
        expect(shared.page.locator("body")).not_to_contain_text("Maria")
        expect(shared.turns).to_have_count(0)


@pytest.mark.slow
def test_the_server_is_killed_under_an_open_page_and_the_answer_arrives_after_all(browser: Browser, mortal: Served):
    with tab(browser, mortal) as chidi:
        chidi.expected += [UNREACHABLE, "WebSocket connection to", SIGNED_OUT]
        chidi.sign_in("chidi")
        before = chidi.ask("what is my balance?").locator(".say").inner_text()
        asked = killed_while_answering(chidi)
        expect(chidi.turns).to_have_count(asked)
        expect(chidi.last).to_have_attribute("aria-busy", "true")
        expect(chidi.page.get_by_text("Connection lost. Your answer continues; it will appear when you are back.").first).to_be_visible()
        mortal.start()
        expect(chidi.answered()).to_contain_text("stress score", timeout=60_000)
        assert chidi.last.get_by_text("stress score").count() == 1
        assert chidi.turns.first.locator(".say").inner_text() == before
        expect(chidi.page.get_by_text("Connection lost.")).to_have_count(0)
        # What the page shows is what is kept.
        with Person(mortal, "chidi") as again:
            (thread,) = again.rest.get("/threads").json()
            assert [turn["events"][-1]["type"] for turn in again.history(thread["id"])] == ["RUN_FINISHED"] * asked


def killed_while_answering(open_tab: Tab) -> int:
    """Ask, and kill the server while it works on the answer. Gives how many turns the page then has."""
    for asked in range(2, 10):
        before = newest_run(open_tab.server)
        open_tab.question.fill(QUESTION)
        open_tab.question.press("Enter")
        run_id = until(lambda before=before: (found := newest_run(open_tab.server)) != before and found, every=0)
        wait_for(open_tab.server, run_id, has_events(2))
        open_tab.server.kill()
        if unfinished(open_tab.server, run_id):
            return asked
        open_tab.server.start()
        open_tab.answered()
    raise AssertionError("the server was always faster than the kill")
