"""The registry of error codes is complete, and every failure of the outside is said by one of them."""

import ast
import errno
import importlib
import pkgutil
import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

import server.auth
import tools.errors
from server.error_codes import ERROR_CODES, code_of_status, exit_code, meaning_of, recognised
from tools.errors import NotFoundError, PersonaForgeError, QueryError, UnavailableError, UsageError

ROOT = Path(__file__).parents[2]


def tree(kind: type[PersonaForgeError] = PersonaForgeError) -> set[type[PersonaForgeError]]:
    return {kind, *(found for below in kind.__subclasses__() for found in tree(below))}


def codes_raised() -> dict[str, str]:
    """Every literal `code="…"` given to an error, with the file that gives it."""
    found = {}
    for package in ("tools", "knowledge", "agent", "server"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = getattr(node, "func", None)
                name = getattr(called, "id", getattr(called, "attr", ""))
                if not re.search(r"(Error|Refused)$", name):
                    continue
                for word in node.keywords:
                    if word.arg == "code" and isinstance(word.value, ast.Constant):
                        found[word.value.value] = path.relative_to(ROOT).as_posix()
    return found


def test_every_class_of_the_tree_is_listed():
    for module in pkgutil.iter_modules(server.auth.__path__, "server.auth."):
        importlib.import_module(module.name)
    assert len(tree()) > 12
    assert {kind.code for kind in tree()} - ERROR_CODES.keys() == set()


def test_every_code_that_is_raised_anywhere_is_listed():
    raised = codes_raised()
    assert raised["weak_password"] == "server/auth/passwords.py"
    assert {code: path for code, path in raised.items() if code not in ERROR_CODES} == {}


def test_rows_hold_what_their_columns_promise():
    for code, row in ERROR_CODES.items():
        assert row.code == code == code.lower()
        assert 400 <= row.http < 600
        assert row.close is None or row.close in (1002, 1008, 1009, 1011, 1013)
        assert row.exit in (1, 2)
        assert row.remedy[0].isupper()
        assert row.remedy.endswith(".")


def test_the_tree_in_the_docstring_is_the_tree():
    drawn = set(re.findall(r"^(?:[|` ]*-- )?(\w+)(?:  .*)?$", tools.errors.__doc__ or "", re.MULTILINE))
    assert drawn == {kind.__name__ for kind in tree() if kind.__module__ == "tools.errors"}


def test_an_error_is_known_by_its_code_else_by_its_class():
    assert meaning_of(NotFoundError("no")).http == 404
    assert meaning_of(UnavailableError("no", code="lost_key")).remedy.startswith("Restore")
    assert meaning_of(QueryError("no", code="some_new_detail")).code == "bad_query"
    assert meaning_of(PersonaForgeError("no", code="some_new_detail")).code == "internal"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "store_full"),
        (sqlite3.OperationalError("database or disk is full"), "store_full"),
        (OperationalError("insert …", {}, sqlite3.OperationalError("database is locked")), "store_locked"),
        (UsageError("no"), "usage"),
    ],
)
def test_failures_of_disk_and_database_are_recognised_however_wrapped(error: Exception, code: str):
    wrapped = RuntimeError("something")
    wrapped.__cause__ = error
    for shown in (error, wrapped):
        known = recognised(shown)
        assert known is not None
        assert known.code == code


def test_a_defect_stays_a_defect_whatever_happened_before_it():
    defect = KeyError("x")
    defect.__context__ = NotFoundError("no")
    assert recognised(defect) is None
    assert recognised(OSError(errno.EACCES, "no")) is None


@pytest.mark.parametrize(
    ("error", "status"), [(UsageError("no"), 2), (NotFoundError("no"), 1), (KeyError("x"), 1), (OSError(errno.ENOSPC, "full"), 1)]
)
def test_commands_end_with_one_or_two(error: Exception, status: int):
    assert exit_code(error) == status


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_found"), (405, "no_such_method"), (401, "expired"), (418, "usage"), (502, "internal")]
)
def test_a_bare_status_has_a_code(status: int, code: str):
    assert code_of_status(status).code == code
