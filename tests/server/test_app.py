"""The application as a whole: alive at once, ready when warm, its pages, its description."""

import threading

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.pages import pages_router
from tests.server.chat_bank import browser, greeted, serving, until
from tools.errors import UnavailableError


def test_it_lives_at_once_and_is_ready_when_warm(chat_bank):
    chat_bank.warmed.clear()
    with serving(chat_bank) as address, httpx.Client(base_url=f"http://{address}") as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        cold = client.get("/readyz")
        assert (cold.status_code, cold.json()["code"]) == (503, "starting")
        chat_bank.warmed.set()
        until(lambda: client.get("/readyz").status_code == 200)


def test_what_cannot_be_loaded_is_said_and_the_server_stays(chat_bank, caplog):
    def warm():
        raise UnavailableError("The index is missing. Run `personaforge doctor`.", code="unavailable")

    chat_bank.warm = warm
    with serving(chat_bank) as address, httpx.Client(base_url=f"http://{address}") as client:
        until(lambda: client.get("/readyz").json()["message"].startswith("The index"))
        assert client.get("/healthz").status_code == 200


async def test_a_run_asked_while_it_warms_up_is_answered_afterwards(chat_bank):
    chat_bank.warmed.clear()
    threading.Timer(0.3, chat_bank.warmed.set).start()
    thread = chat_bank.threads.create(chat_bank.signed_in("anna")[0].subject).id
    with serving(chat_bank) as address:
        async with greeted(chat_bank, address) as client:
            await client.ask(thread, "r1", "how am I doing?")
            assert (await client.events("r1"))[-1]["outcome"] == {"type": "success"}


async def test_a_restarted_server_goes_on_with_what_was_left(chat_bank):
    thread = chat_bank.threads.create(chat_bank.signed_in("anna")[0].subject).id
    with pytest.MonkeyPatch.context() as patch, serving(chat_bank) as address:
        patch.setattr("server.app.DRAIN_SECONDS", 0.05)
        async with greeted(chat_bank, address) as client:
            await client.ask(thread, "r1", "slow question")
            first = await client.events("r1", most=6)
    chat_bank.go.set()
    with serving(chat_bank) as address:
        async with greeted(chat_bank, address, resume=[{"runId": "r1", "after": len(first)}]) as client:
            rest = await client.events("r1", after=len(first))
    assert first + rest == [event for _, event in chat_bank.runs.events_after("r1", 0)]
    assert [event["type"] for event in first + rest].count("RUN_STARTED") == 1


def test_the_description_names_every_endpoint_with_a_tag(chat_bank, address):
    found = httpx.get(f"http://{address}/openapi.json").json()
    for path in (
        "/auth/sign-in",
        "/me",
        "/threads",
        "/threads/{thread_id}",
        "/documents/{document}",
        "/customers",
        "/agui/run",
        "/healthz",
    ):
        for operation in found["paths"][path].values():
            assert operation["tags"]
    assert {tag for path in found["paths"].values() for operation in path.values() for tag in operation["tags"]} == {
        tag["name"] for tag in found["tags"]
    }
    assert "/{path}" not in found["paths"]


def test_a_defect_is_an_incident_and_the_connection_stays(chat_bank, address):
    def broken(*_):
        raise KeyError("canary")

    chat_bank.threads.threads = broken
    with browser(chat_bank, address) as client:
        for _ in range(3):
            answer = client.get("/threads")
            assert (answer.status_code, answer.json()["code"]) == (500, "internal")
            assert "incident" in answer.json()["message"]
            assert "canary" not in answer.text
            assert "default-src 'self'" in answer.headers["content-security-policy"]


@pytest.fixture
def built(tmp_path):
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<html>the page</html>")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "main-1a2b.js").write_text("code")
    (tmp_path / "secret.txt").write_text("canary")
    return folder


def pages(folder) -> TestClient:
    app = FastAPI()
    app.include_router(pages_router(folder))
    return TestClient(app)


HTML = {"Accept": "text/html,application/xhtml+xml"}


def test_the_page_is_served_for_every_address_of_its_own(built):
    client = pages(built)
    for path in ("/", "/sign-in", "/book/1042", "/index.html"):
        answer = client.get(path, headers=HTML)
        assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, "<html>the page</html>", "no-cache")
    assert client.head("/", headers=HTML).status_code == 200


def test_what_has_a_hash_in_its_name_is_kept_for_ever(built):
    client = pages(built)
    answer = client.get("/assets/main-1a2b.js")
    assert (answer.text, answer.headers["cache-control"]) == ("code", "public, max-age=31536000, immutable")
    assert "javascript" in answer.headers["content-type"]
    assert client.get("/favicon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/nothing", "/assets/old-9z9z.js", "/api/none"])
def test_what_is_no_file_and_no_page_is_not_found(built, path):
    assert pages(built).get(path, headers={"Accept": "*/*"}).status_code == 404
    assert pages(built).get("/assets/old-9z9z.js", headers=HTML).status_code == 404


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//etc/passwd", "/%00"])
def test_nothing_outside_the_folder_is_served(built, path):
    answer = pages(built).get(path)
    assert answer.status_code == 404
    assert "canary" not in answer.text


def test_without_a_bundle_the_page_says_how_to_build_it(tmp_path):
    answer = pages(tmp_path / "none").get("/", headers=HTML)
    assert answer.status_code == 200
    assert "make install" in answer.text
