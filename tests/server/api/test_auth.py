"""The sign-in endpoints as a browser meets them."""

import asyncio
import io
import logging
import threading
import time
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient
from pyotp.totp import TOTP

from agent.context import Principal
from server.api.auth import auth_router
from server.auth.principal import principal_of, require_role
from server.error_handlers import install_error_handlers
from server.headers import SecurityHeaders
from server.logs import configure_logging
from tests.server.auth.memory_accounts import PASSWORD, Bank


def application(bank: Bank) -> FastAPI:
    app = FastAPI()
    app.state.auth = bank.auth
    app.include_router(auth_router())
    app.add_middleware(SecurityHeaders, secure=bank.settings.secure_cookies)
    install_error_handlers(app)
    probe = APIRouter()

    @probe.get("/me")
    def me(principal: Annotated[Principal, Depends(principal_of)]) -> str:
        return principal.login

    @probe.post("/change")
    def change(principal: Annotated[Principal, Depends(principal_of)]) -> str:
        return principal.login

    @probe.get("/book")
    def book(principal: Annotated[Principal, Depends(require_role("rm", "admin"))]) -> str:
        return principal.login

    app.include_router(probe)
    return app


@pytest.fixture
def bank(tmp_path):
    return Bank(tmp_path)


@pytest.fixture
def browser(bank):
    with TestClient(application(bank)) as client:
        yield client


def sign_in(browser, login="anna", password=PASSWORD, **more):
    return browser.post("/auth/sign-in", json={"login": login, "password": password, **more})


def csrf(browser) -> dict[str, str]:
    return {"X-CSRF-Token": browser.cookies["pf_csrf"]}


def set_cookies(answer) -> dict[str, str]:
    return {line.split("=")[0]: line for line in answer.headers.get_list("set-cookie")}


def test_signing_in_gives_the_principal_and_private_cookies(bank, browser):
    account = bank.add("anna", name="Anna Keller")
    answer = sign_in(browser)
    who = {"subject": account.subject, "login": "anna", "name": "Anna Keller", "role": "customer", "language": "en"}
    assert (answer.status_code, answer.json()) == (200, {"principal": who, "demo": True})
    assert answer.headers["cache-control"] == "no-store"
    cookies = set_cookies(answer)
    assert set(cookies) == {"pf_access", "pf_refresh", "pf_csrf"}
    assert all("SameSite=strict" in line and "Path=/" in line and "Domain" not in line for line in cookies.values())
    assert [name for name, line in cookies.items() if "HttpOnly" in line] == ["pf_access", "pf_refresh"]
    assert "Max-Age=600" in cookies["pf_access"]
    assert f"Max-Age={12 * 3600}" in cookies["pf_refresh"]
    assert browser.get("/me").json() == "anna"


def test_over_https_cookies_are_bound_to_the_host(tmp_path):
    bank = Bank(tmp_path, secure_cookies=True)
    bank.add("anna")
    with TestClient(application(bank), base_url="https://testserver") as browser:
        answer = sign_in(browser)
        cookies = set_cookies(answer)
        assert set(cookies) == {"__Host-pf_access", "__Host-pf_refresh", "pf_csrf"}
        assert all("Secure" in line for line in cookies.values())
        assert browser.get("/me").json() == "anna"
        assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(("login", "password"), [("anna", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_sign_in_is_one_sentence_and_no_cookie(bank, browser, login, password):
    bank.add("anna")
    answer = sign_in(browser, login, password)
    assert answer.status_code == 401
    assert answer.json() == {"code": "bad_credentials", "message": "Login, password or code is not right. Check them and try again."}
    assert answer.headers["cache-control"] == "no-store"
    assert not answer.cookies


def test_an_employee_of_a_real_bank_is_asked_for_a_code(bank, browser):
    bank.is_demo = False
    account = bank.add("rm1", role="rm")
    asked = sign_in(browser, "rm1")
    assert (asked.status_code, asked.json()["code"]) == (401, "code_needed")
    answer = sign_in(browser, "rm1", code=TOTP(account.totp_secret).at(bank.time))
    assert (answer.status_code, answer.json()["demo"]) == (200, False)


def test_a_lock_says_when_to_come_back(bank, browser):
    for _ in range(5):
        sign_in(browser, "nobody")
    answer = sign_in(browser, "nobody")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "locked", "900")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"json": {"login": "anna"}}, "The field password is missing. Add it and send the request again."),
        ({"json": {"login": "anna", "password": "canary-1", "role": "admin"}}, "The field role does not hold"),
        ({"json": {"login": ["anna"], "password": "canary-1"}}, "The field login does not hold"),
        ({"json": {"login": "anna", "password": "canary-1" * 1000}}, "The field password does not hold"),
        ({"content": b'{"login": canary-1', "headers": {"content-type": "application/json"}}, "no valid JSON"),
        ({"content": b'{"login": "anna", "password": "canary-1"}', "headers": {"content-type": "text/plain"}}, "request body"),
        ({}, "request body is missing"),
    ],
)
def test_a_broken_request_is_said_by_its_field_without_its_value(browser, sent, said):
    answer = browser.post("/auth/sign-in", **sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert said in answer.json()["message"]
    assert "canary" not in answer.text


def test_without_a_session_everything_is_expired(browser):
    for answer in (browser.get("/me"), browser.post("/change"), browser.post("/auth/ticket"), browser.post("/auth/refresh")):
        assert (answer.status_code, answer.json()["code"]) == (401, "expired")
    assert browser.post("/auth/sign-out").status_code == 200


def test_what_changes_something_needs_the_header_of_this_session(bank, browser):
    bank.add("anna")
    bank.add("tom")
    sign_in(browser, "tom")
    toms = csrf(browser)
    sign_in(browser, "anna")
    for path in ("/change", "/auth/ticket", "/auth/refresh", "/auth/sign-out"):
        for headers in ({}, {"X-CSRF-Token": "guess"}, toms):
            answer = browser.post(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), path
    assert browser.post("/change", headers=csrf(browser)).json() == "anna"
    assert browser.post("/auth/refresh", headers=csrf(browser)).status_code == 200


def test_another_page_may_not_call_even_with_everything_else_right(bank, browser):
    bank.add("anna")
    sign_in(browser)
    for path in ("/change", "/auth/ticket", "/auth/refresh", "/auth/sign-out", "/auth/sign-in", "/auth/register"):
        answer = browser.post(path, headers={**csrf(browser), "Origin": "http://evil.example"}, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "bad_origin"), path
    assert browser.post("/change", headers={**csrf(browser), "Origin": "http://testserver"}).json() == "anna"


def test_refreshing_replaces_the_cookies_and_the_old_ones_betray_a_thief(bank, browser):
    bank.add("anna")
    sign_in(browser)
    stolen = dict(browser.cookies)
    bank.wait(minutes=11)
    assert browser.get("/me").status_code == 401
    answer = browser.post("/auth/refresh", headers=csrf(browser))
    assert (answer.status_code, answer.json()["principal"]["login"]) == (200, "anna")
    assert browser.get("/me").json() == "anna"

    with TestClient(browser.app, cookies=stolen) as thief:
        assert thief.post("/auth/refresh", headers={"X-CSRF-Token": stolen["pf_csrf"]}).json()["code"] == "expired"
    assert browser.get("/me").status_code == 401
    assert browser.post("/auth/refresh", headers=csrf(browser)).status_code == 401


def test_signing_out_ends_the_session_and_clears_the_cookies(bank, browser):
    bank.add("anna")
    sign_in(browser)
    kept = dict(browser.cookies)
    answer = browser.post("/auth/sign-out", headers=csrf(browser))
    assert answer.json() == {"signed_out": True}
    assert not browser.cookies
    with TestClient(browser.app, cookies=kept) as copy:
        assert copy.get("/me").status_code == 401
        assert copy.post("/auth/refresh", headers={"X-CSRF-Token": kept["pf_csrf"]}).status_code == 401


def test_signing_out_works_after_the_access_token_is_over(bank, browser):
    bank.add("anna")
    sign_in(browser)
    bank.wait(minutes=11)
    refresh = browser.cookies["pf_refresh"]
    assert browser.post("/auth/sign-out", headers=csrf(browser)).status_code == 200
    assert next(iter(bank.store._tokens.values())).revoked
    assert "pf_refresh" not in browser.cookies
    assert refresh


def test_a_ticket_belongs_to_the_session_that_asked_for_it(bank, browser):
    account = bank.add("anna")
    sign_in(browser)
    answer = browser.post("/auth/ticket", headers=csrf(browser)).json()
    assert answer["expires_in"] == 30
    assert bank.auth.tickets.take(answer["ticket"], bank.time).account == account


def test_roles_are_checked(bank, browser):
    bank.add("anna")
    bank.add("rm1", role="rm")
    sign_in(browser, "anna")
    refused = browser.get("/book")
    assert (refused.status_code, refused.json()["code"]) == (403, "refused")
    sign_in(browser, "rm1")
    assert browser.get("/book").json() == "rm1"


def test_a_disabled_account_is_out_within_five_seconds(bank, browser):
    bank.add("anna")
    sign_in(browser)
    assert browser.get("/me").status_code == 200
    bank.auth.registration.disable("anna", bank.time)
    bank.wait(seconds=5)
    assert browser.get("/me").status_code == 401


def test_an_invited_employee_registers_and_is_shown_the_second_factor_once(bank, browser):
    bank.is_demo = False
    invitation = bank.auth.registration.invite("staff", None, "p_admin", bank.time)
    given = {"invitation": invitation, "login": "Staff9", "password": PASSWORD, "name": "Sasha Lind"}
    answer = browser.post("/auth/register", json=given)
    assert (answer.status_code, answer.json()["login"]) == (201, "staff9")
    secret = answer.json()["totp"].partition("secret=")[2].partition("&")[0]
    assert sign_in(browser, "staff9", code=TOTP(secret).at(bank.time)).status_code == 200
    again = browser.post("/auth/register", json={**given, "login": "staff8"})
    assert (again.status_code, again.json()["code"]) == (404, "bad_invitation")


def test_an_invited_customer_has_no_second_factor(bank, browser):
    invitation = bank.auth.registration.invite("customer", "demo:1042", "p_admin", bank.time)
    answer = browser.post("/auth/register", json={"invitation": invitation, "login": "anna", "password": PASSWORD, "name": "Anna"})
    assert answer.json() == {"login": "anna", "totp": None}


async def test_at_most_two_passwords_are_checked_at_once_and_the_server_answers_meanwhile(bank):
    running, most = 0, 0
    lock = threading.Lock()

    def slow(password_hash, password):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return False

    bank.passwords.holds = slow
    transport = httpx.ASGITransport(application(bank))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        logins = [client.post("/auth/sign-in", json={"login": f"login{n}", "password": "x"}) for n in range(8)]
        signing_in = asyncio.gather(*logins)
        await asyncio.sleep(0.02)
        assert (await client.get("/me")).status_code == 401
        assert not signing_in.done()
        assert {answer.status_code for answer in await signing_in} == {401}
    assert most == 2


async def test_a_flood_of_sign_ins_is_turned_away(bank):
    opened = threading.Event()
    bank.passwords.holds = lambda password_hash, password: opened.wait(10) and False
    transport = httpx.ASGITransport(application(bank))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        flood = [asyncio.create_task(client.post("/auth/sign-in", json={"login": f"l{n}", "password": "x"})) for n in range(70)]
        done, waiting = await asyncio.wait(flood, timeout=1)
        assert {(answer.result().status_code, answer.result().json()["code"]) for answer in done} == {(429, "rate")}
        assert len(waiting) == 2 + 64
        opened.set()
        await asyncio.wait(waiting)


def test_the_logs_of_a_whole_visit_hold_nothing_of_the_person(bank, browser):
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("debug", written)
    try:
        bank.add("canary-login", name="Canary Name")
        sign_in(browser, "canary-login", "canary-password-wrong")
        sign_in(browser, "canary-login\r\n{}", PASSWORD)
        sign_in(browser, "canary-login")
        cookies = list(browser.cookies.values())
        browser.get("/me?canary=1")
        ticket = browser.post("/auth/ticket", headers=csrf(browser)).json()["ticket"]
        browser.post("/auth/refresh", headers=csrf(browser))
        browser.post("/auth/sign-out", headers=csrf(browser))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    logged = written.getvalue()
    assert logged
    for secret in ("canary", PASSWORD, ticket, "192.0.2", "testclient", *cookies):
        assert secret.lower() not in logged.lower()


def test_every_answer_says_what_a_page_may_do(browser):
    for answer in (browser.get("/me"), browser.get("/nowhere"), browser.post("/me")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "connect-src 'self' ws://testserver wss://testserver" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in answer.headers
        assert set(answer.json()) == {"code", "message"}


def test_a_host_header_adds_no_directive(browser):
    policy = browser.get("/me", headers={"Host": "x; script-src *"}).headers["content-security-policy"]
    assert "script-src *" not in policy
