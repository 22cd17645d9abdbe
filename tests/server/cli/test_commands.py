"""The smaller commands as somebody new to them uses them."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from server.auth.passwords import Passwords
from server.store.audit import verify_exported
from server.types_file import typescript
from tests.small_bank import SmallBank


def test_help_lists_every_command_and_loads_nothing_heavy():
    code = "import sys\ntry:\n    from server.cli import main; main(['--help'])\nfinally:\n    print([m for m in ('langgraph', 'numpy', 'pandas', 'chromadb', 'onnxruntime', 'xgboost', 'sqlalchemy') if m in sys.modules], file=sys.stderr)"  # fmt: skip
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"})
    assert ended.returncode == 0, ended.stderr
    for name in ("serve", "ask", "chat", "import", "seed", "user", "audit", "protocol", "doctor"):
        assert re.search(rf"^\W*{name}\b", ended.stdout, re.MULTILINE), name
    assert ended.stderr.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [("fly",), ("user", "add"), ("serve", "--port", "many"), ("serve", "--port", "99999"), ("audit", "verify", "--replay", "x")],
)
def test_wrong_usage_ends_with_two(command, empty_home: Path, arguments):
    ended = command(*arguments)
    assert ended.status == 2
    assert "Traceback" not in ended.err


def test_a_setting_that_does_not_hold_is_named_without_its_value(command, empty_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PERSONAFORGE_DATABASE_URL", "mysql://root:hunter2@db/bank")
    ended = command("user", "list")
    assert ended.status == 2
    assert "PERSONAFORGE_DATABASE_URL" in ended.err
    assert "hunter2" not in ended.err


def test_seeding_twice_changes_nothing(command, own_bank: SmallBank):
    ended = command("seed")
    assert ended.status == 0
    assert "there already; nothing was changed" in ended.err


def test_a_described_customer_is_added_with_a_login_of_its_own(command, own_bank: SmallBank, tmp_path: Path):
    bad = tmp_path / "bad.toml"
    bad.write_text("[customer]\nname = 3\n")
    ended = command("seed", "--case", bad)
    assert ended.status == 2
    assert "bad.toml" in ended.err
    assert command("seed", "--case", tmp_path / "none.toml").status == 2


def test_accounts_are_added_listed_disabled_and_given_new_passwords(command, own_bank: SmallBank):
    added = command("user", "add", "helen", "--role", "rm", "--name", "Helen Shaw")
    assert added.status == 0
    login, password = added.lines[0].split()
    assert login == "helen"
    assert len(password) >= 12
    assert "Helen Shaw" in command("user", "list").out
    bank = own_bank.open()
    assert Passwords().holds(stored(bank, "helen"), password)

    renewed = command("user", "password", "helen").lines[0].split()[1]
    assert not Passwords().holds(stored(bank, "helen"), password)
    assert Passwords().holds(stored(bank, "helen"), renewed)

    assert command("user", "disable", "helen").out == "helen is disabled.\n"
    assert command("ask", "--as", "helen", "hello").status == 1
    assert "(disabled)" in command("user", "list").out
    assert command("user", "enable", "helen").status == 0
    assert {"user_added", "password_changed", "user_disabled", "user_enabled"} <= {entry.action for entry in bank.audit.entries()}
    assert renewed not in json.dumps([entry.payload for entry in bank.audit.entries()])


def stored(bank, login: str) -> str:
    return bank.accounts.account_of_login(login).password_hash


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("add", "anna", "--role", "rm", "--name", "Another"), 1, "login"),
        (("add", "x", "--role", "rm", "--name", "Short"), 2, "3 to 40"),
        (("add", "boss", "--role", "king", "--name", "King"), 2, "customer, rm, staff or admin"),
        (("add", "kim", "--role", "customer", "--name", "Kim"), 2, "--customer"),
        (("password", "nobody"), 1, "personaforge user list"),
        (("disable", "nobody"), 1, "personaforge user list"),
    ],
)
def test_accounts_that_cannot_be_made_or_found_are_said(command, own_bank: SmallBank, arguments, status: int, words: str):
    ended = command("user", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert words in ended.err


def test_a_customers_login_needs_a_customer_that_exists(command, own_bank: SmallBank):
    ended = command("user", "add", "kim", "--role", "customer", "--name", "Kim", "--customer", "demo:999999")
    assert ended.status == 1
    assert "demo:999999" in ended.err


def test_an_invitation_is_a_code_that_opens_one_account(command, own_bank: SmallBank):
    code = command("user", "invite", "--role", "staff").lines[0]
    bank = own_bank.open()
    account = bank.auth.registration.register(code, "newcomer", "three unrelated grey words", "New Comer", "local", bank.now(), demo=True)
    assert (account.login, account.role) == ("newcomer", "staff")


def test_a_port_that_is_taken_is_said_before_anything_is_made(command, empty_home: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = command("serve", "--demo", "--port", other.getsockname()[1])
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.count("\n") == 1
    assert "another --host or --port" in ended.err
    assert command("user", "list").out == ""


def test_doctor_looks_at_every_part_and_fails_when_one_is_wrong(command, own_bank: SmallBank):
    own_bank.open().audit.append("seed", "system", {})
    ended = command("doctor")
    parts = {line.split()[1]: line.split()[0] for line in ended.lines}
    assert set(parts) >= {"settings", "disk", "keys", "database", "documents", "index", "model", "audit", "page"}
    assert {name for name, state in parts.items() if state == "wrong"} <= {"page"}
    assert ended.status == ("wrong" in parts.values())

    (own_bank.home / "anchors.jsonl").unlink()
    ended = command("doctor")
    assert ended.status == 1
    assert "wrong  audit" in ended.out
    assert "personaforge audit verify" in ended.out


def test_a_lost_key_is_said_plainly(command, own_bank: SmallBank):
    for file in (own_bank.home / "keys").glob("*"):
        file.rename(own_bank.home / file.name)
    ended = command("ask", "--as", "anna", "what is my balance?")
    assert ended.status == 1
    assert "key" in ended.err
    assert "Traceback" not in ended.err


def test_a_database_that_another_program_keeps_locked_is_said(command, own_bank: SmallBank, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("server.store.engine.BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(own_bank.home / "bank.db", isolation_level=None)) as other:
        other.execute("begin exclusive")
        ended = command("user", "disable", "anna")
        other.execute("rollback")
    assert (ended.status, ended.out) == (1, "")
    assert "locked" in ended.err
    assert command("user", "disable", "anna").status == 0


def test_a_full_disk_is_said_and_loses_nothing(command, own_bank: SmallBank):
    with closing(sqlite3.connect(own_bank.home / "bank.db")) as store:
        (pages,) = store.execute("pragma page_count").fetchone()
        before = store.execute("select count(*) from login").fetchone()

    def full(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"pragma max_page_count = {pages}")

    event.listen(Engine, "connect", full)
    try:
        ended = [command("user", "add", f"person{number}", "--role", "staff", "--name", "N" * 100) for number in range(60)][-1]
    finally:
        event.remove(Engine, "connect", full)
    assert (ended.status, ended.out) == (1, "")
    assert "full" in ended.err
    assert "Traceback" not in ended.err
    assert command("audit", "verify").status == 0
    with closing(sqlite3.connect(own_bank.home / "bank.db")) as store:
        assert store.execute("select count(*) from login").fetchone() > before
        assert store.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_damaged_database_is_said(command, own_bank: SmallBank):
    for file in own_bank.home.glob("bank.db*"):
        file.unlink()
    (own_bank.home / "bank.db").write_bytes(b"this is no database at all, only words " * 200)
    ended = command("user", "list")
    assert ended.status == 1
    assert "backups" in ended.err


def test_protocol_prints_the_types_of_the_wire(command, tmp_path: Path):
    assert command("protocol").out == typescript()
    assert command("protocol", "--out", tmp_path / "protocol.d.ts").out == ""
    assert (tmp_path / "protocol.d.ts").read_text() == typescript()


def test_the_page_was_built_from_todays_types():
    assert (Path(__file__).parents[3] / "web" / "src" / "protocol.d.ts").read_text() == typescript()


def test_the_catalogue_is_checked(command):
    assert re.match(r"\d+ products and \d+ policies hold; version ", command("catalogue", "check").out)


def test_audit_verify_holds_and_one_changed_byte_is_found(command, own_bank: SmallBank):
    assert command("ask", "--as", "anna", "what is my balance?").status == 0
    ended = command("audit", "verify")
    assert ended.status == 0
    chain, replayed = (json.loads(line) for line in ended.lines)
    assert chain["problems"] == []
    assert replayed["same"] == 1
    assert replayed["different"] == []

    with closing(sqlite3.connect(own_bank.home / "bank.db")) as store, store:
        ((seq, link),) = store.execute("select seq, link from audit_record order by seq desc limit 1")
        store.execute("update audit_record set link = ? where seq = ?", (("0" if link[0] != "0" else "1") + link[1:], seq))
    ended = command("audit", "verify")
    assert ended.status == 1
    assert f"Record {seq} " in json.loads(ended.lines[0])["problems"][0]
    assert "does not hold" in ended.err


@pytest.mark.parametrize("column", ["payload", "mac", "at", "subject", "action", "run_id"])
def test_audit_verify_finds_a_changed_byte_in_any_column(command, own_bank: SmallBank, column: str):
    assert command("ask", "--as", "anna", "hello").status == 0
    with closing(sqlite3.connect(own_bank.home / "bank.db")) as store, store:
        ((seq, held),) = store.execute(f"select seq, {column} from audit_record where run_id is not null limit 1")
        changed = held[:-3] + ("A" if held[-3] != "A" else "B") + held[-2:]
        store.execute(f"update audit_record set {column} = ? where seq = ?", (changed, seq))
    ended = command("audit", "verify")
    assert ended.status == 1, ended.out
    assert "Traceback" not in ended.err
    assert json.loads(ended.lines[0])["problems"]


def test_a_third_party_verifies_the_export_with_the_public_key_alone(command, own_bank: SmallBank, tmp_path: Path):
    bank = own_bank.open()
    bank.audit.append("import", "system", {"source": "a"})
    file = tmp_path / "chain.jsonl"
    ended = command("audit", "export", file)
    assert ended.status == 0
    records = [json.loads(line) for line in file.read_text().splitlines()]
    keys = bank.keys.anchor()
    public = {keys.current_id: keys.public(keys.current_id)}
    assert verify_exported(records, own_bank.home / "anchors.jsonl", public).holds
    records[0]["action"] = "nothing"
    assert not verify_exported(records, own_bank.home / "anchors.jsonl", public).holds
