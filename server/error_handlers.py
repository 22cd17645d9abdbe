"""Every failure of a REST call as `{code, message}`: one sentence with its remedy, and never the text of an unexpected exception."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from server.error_codes import ERROR_CODES, code_of_status, meaning_of, recognised
from tools.errors import PersonaForgeError

_log = logging.getLogger(__name__)


def install_error_handlers(app: FastAPI) -> None:
    """Answer errors of our tree, of validation and of routing, and anything unforeseen with an incident number."""
    app.add_exception_handler(PersonaForgeError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _unforeseen)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PersonaForgeError)
    row = meaning_of(error)
    if row.http >= 500 and row.code != "starting":  # a start is no failure, and is asked for again and again
        _log.error("request_failed", extra={"code": row.code}, exc_info=error)
    seconds = getattr(error, "retry_after_seconds", None)
    return _answer(row.http, error.code, error.message, headers=None if seconds is None else {"Retry-After": str(seconds)})


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    row = ERROR_CODES["bad_request"]
    return _answer(row.http, row.code, _sentence(error.errors()))


async def _framework(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    row = code_of_status(error.status_code)
    message = f"{_TITLES.get(row.code, 'This request cannot be served.')} {row.remedy}"
    return _answer(error.status_code, row.code, message, headers=error.headers)


async def _unforeseen(_request: Request, error: Exception) -> JSONResponse:
    known = recognised(error)
    if known is not None:
        return await _ours(_request, known)
    incident = secrets.token_hex(4)
    _log.error("request_crashed", extra={"incident": incident}, exc_info=error)
    message = f"Something went wrong on our side. Try again; if it happens again, report incident {incident}."
    return _answer(500, "internal", message)


_TITLES = {
    "not_found": "There is nothing at this address.",
    "no_such_method": "This address does not answer that method.",
    "refused": "This is not allowed.",
}


def _sentence(errors: Sequence[Any]) -> str:
    """The first problem by the name of its field. The value is not repeated: it may be a password."""
    first = errors[0]
    if first["type"] == "json_invalid":
        return "The request body is no valid JSON. Correct it and send it again."
    # The first part of the location says body, query or path, which says nothing to the reader.
    name = ".".join(str(part) for part in first["loc"][1:]) or "request body"
    if first["type"] == "missing":
        return f"The field {name} is missing. Add it and send the request again."
    return f"The field {name} does not hold: {_lower_first(first['msg'])}. Correct it and send the request again."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _answer(status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})
