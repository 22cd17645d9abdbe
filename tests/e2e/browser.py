"""Chromium as a person uses it, and what no page may do: complain on its console, break its own content policy, scroll sideways."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from tests.e2e.served import Served

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
WIDE, NARROW = (1440, 900), (360, 740)
PATIENCE_MS = 20_000
#: What the browser itself says when the server answers 401 or cannot be reached; tests that provoke it name it.
SIGNED_OUT = "status of 401"
UNREACHABLE = "ERR_CONNECTION_REFUSED"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the system. Closed again by the module that opened it, because Playwright keeps an event loop meanwhile."""
    path = shutil.which("chromium")
    assert path is not None, "the browser tests need chromium on the PATH"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """A page with everything it complained about."""

    page: Page
    server: Served
    #: Parts of complaints that the test provokes.
    expected: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.server.address + path)

    def sign_in(self, login: str, password: str | None = None) -> None:
        """Fill the first page, and wait for the second."""
        self.expected.append(SIGNED_OUT)  # the page asks who is signed in, and nobody is
        self.open()
        self.page.get_by_label("Login").fill(login)
        self.page.get_by_label("Password").fill(password or self.server.bank.passwords[login])
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        if password is None:
            expect(self.question).to_be_visible()

    @property
    def question(self) -> Locator:
        return self.page.get_by_role("textbox", name="Your question")

    @property
    def turns(self) -> Locator:
        return self.page.get_by_role("region", name="Turn")

    @property
    def last(self) -> Locator:
        return self.turns.last

    def ask(self, text: str) -> Locator:
        """Ask and wait for the whole answer. Gives its turn."""
        before = self.turns.count()
        self.question.fill(text)
        self.question.press("Enter")
        expect(self.turns).to_have_count(before + 1)
        return self.answered()

    def answered(self) -> Locator:
        expect(self.last.locator(".verdict")).to_be_visible()
        return self.last

    def noted(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def scrolls_sideways(self) -> bool:
        return self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth")

    def check(self) -> None:
        """No complaint that was not expected, no violation of the content policy, no button without a name."""
        self.complaints += [f"content policy: {each}" for each in self.page.evaluate("window.violations ?? []")]
        unexpected = [each for each in self.complaints if not any(part in each for part in self.expected)]
        assert not unexpected, unexpected
        assert not nameless(self.page)


@contextmanager
def tab(browser: Browser, server: Served, size: tuple[int, int] = WIDE, **options: Any) -> Iterator[Tab]:
    """A fresh profile with one page, checked at the end."""
    context: BrowserContext = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-GB", **options)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(
        "window.violations = []; document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.blockedURI + ' ' + event.violatedDirective))"
    )
    try:
        opened = Tab(context.new_page(), server)
        opened.page.on("console", opened.noted)
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        yield opened
        opened.check()
    finally:
        context.close()


def nameless(page: Page) -> list[str]:
    """What can be pressed or filled and has no accessible name."""
    return page.evaluate("""() => [...document.querySelectorAll("button, a[href], input, textarea, select, [role=button]")]
        .filter((each) => each.checkVisibility())
        .filter((each) => {
            const labelled = (each.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("");
            const labels = [...(each.labels ?? [])].map((label) => label.textContent).join("");
            return !(each.getAttribute("aria-label") || labelled || labels || each.textContent || each.title || "").trim();
        }).map((each) => each.outerHTML.slice(0, 200))""")
