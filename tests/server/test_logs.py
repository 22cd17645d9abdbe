"""Log lines hold ids, codes and times. What people write and who they are cannot get in, by mistake or on purpose."""

import io
import json
import logging

import pytest

from server.logs import FIELDS, configure_logging


@pytest.fixture
def written():
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("info", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(written) -> list[dict]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_of_ours_is_one_line_with_its_fields(written):
    logging.getLogger("server.chat").info("run_finished", extra={"run_id": "r-1", "thread_id": "t-1", "ms": 812.5, "outcome": "pass"})
    (line,) = lines(written)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "server.chat",
        "event": "run_finished",
        "run_id": "r-1",
        "thread_id": "t-1",
        "outcome": "pass",
        "ms": 812.5,
    }


def test_what_is_no_field_is_not_written(written):
    logging.getLogger("server").info("run_started", extra={"login": "canary", "text": "canary", "password": "canary", "run_id": "r"})
    assert "canary" not in written.getvalue()


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    "value",
    [
        "my balance is canary",
        "canary@bank.example",
        'x"canary',
        "canary\r\nat",
        "canary" * 30,
        ["canary"],
        {"canary": 1},
        "cänary",
        b"canary",
    ],
)
def test_no_field_takes_text(written, name, value):
    logging.getLogger("agent.graph").warning("step_failed", extra={name: value})
    (line,) = lines(written)
    assert line[name] == "withheld"
    assert "nary" not in written.getvalue()


@pytest.mark.parametrize("message", ["Customer canary asked", "canary\r\n{}", "run_%s"])
def test_a_sentence_is_no_event(written, message):
    logging.getLogger("tools.stress").info(message, *(["canary"] if "%" in message else []))
    (line,) = lines(written)
    assert line["event"] == "unnamed"
    assert line["place"].startswith("test_logs.py:")
    assert "canary" not in written.getvalue()


def test_of_a_library_only_the_place_is_kept(written):
    logging.getLogger("httpx").warning("POST %s", "http://models/canary")
    (line,) = lines(written)
    assert (line["event"], line["logger"]) == ("library", "httpx")
    assert "canary" not in written.getvalue()


def test_of_an_exception_type_and_places_are_kept(written):
    try:
        try:
            raise OSError("canary path")
        except OSError as error:
            raise ValueError("canary amount") from error
    except ValueError:
        logging.getLogger("server").exception("import_failed")
    (line,) = lines(written)
    assert (line["error"], line["cause"]) == ("ValueError", "OSError")
    assert line["trace"][0].startswith("tests/server/test_logs.py:")
    assert "canary" not in written.getvalue()


def test_requests_are_not_logged_by_the_web_server(written):
    logging.getLogger("uvicorn.access").info('%s - "%s"', "192.0.2.1", "GET /documents?passage=canary")
    logging.getLogger("uvicorn.error").error("started")
    assert [line["logger"] for line in lines(written)] == ["uvicorn.error"]


def test_the_level_is_kept(written):
    logging.getLogger("server").debug("too_much")
    assert lines(written) == []
