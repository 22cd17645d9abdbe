"""Errors of REST calls: `{code, message}`, one sentence with its remedy, and nothing of what went on inside."""

import io
import json
import logging
import sqlite3

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.error_handlers import install_error_handlers
from server.logs import JsonLines
from tools.errors import NotFoundError, TooShortError, UnavailableError

FAILURES = {
    "missing": NotFoundError("There is no such client. Check the reference."),
    "short": TooShortError("Three months are too few. Ask again in spring.", code="three_months"),
    "lost": UnavailableError("A key is missing. Restore it.", code="lost_key"),
    "locked": sqlite3.OperationalError("database is locked (canary)"),
    "defect": KeyError("canary of a customer"),
}


@pytest.fixture
def client():
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/fail/{how}")
    def fail(how: str) -> None:
        raise FAILURES[how]

    @app.get("/count")
    def count(number: int) -> int:
        return number

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def logged():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("server.error_handlers")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [("missing", 404, "not_found"), ("short", 422, "three_months"), ("lost", 503, "lost_key"), ("locked", 503, "store_locked")],
)
def test_a_known_error_keeps_its_code_and_its_sentence(client, how, status, code):
    answer = client.get(f"/fail/{how}")
    assert (answer.status_code, answer.json()["code"], answer.headers["cache-control"]) == (status, code, "no-store")
    assert "canary" not in answer.text
    if how != "locked":
        assert answer.json()["message"] == str(FAILURES[how])


def test_a_defect_is_an_incident_whose_number_is_in_the_log(client, logged):
    answer = client.get("/fail/defect")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    line = json.loads(logged.getvalue())
    assert (line["event"], line["error"]) == ("request_crashed", "KeyError")
    assert f"report incident {line['incident']}." in answer.json()["message"]
    assert any(place.endswith(" fail") for place in line["trace"])
    assert "canary" not in answer.text + logged.getvalue()


def test_addresses_and_methods_that_are_not_there(client):
    assert client.get("/nowhere").json()["code"] == "not_found"
    wrong = client.post("/count")
    assert (wrong.status_code, wrong.json()["code"], wrong.headers["allow"]) == (405, "no_such_method", "GET")


def test_a_wrong_query_is_said_by_its_name(client):
    assert client.get("/count").json()["message"] == "The field number is missing. Add it and send the request again."
    said = client.get("/count?number=canary").json()
    assert said["code"] == "bad_request"
    assert said["message"].startswith("The field number does not hold: ")
    assert "canary" not in said["message"]
