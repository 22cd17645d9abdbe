"""The audit chain: any change of any record, and any cut, is noticed; by the bank with its key, by others with the public one."""

import json
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from server.keys import KeyRing
from server.store.audit import AuditChain, verify_exported
from server.store.cipher import Cipher
from server.store.database import Database
from server.store.tables.audit import AUDIT_RECORDS
from tests.server.store.bank import NOW
from tools.errors import NotFoundError


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    return tmp_path / "anchors.jsonl"


@pytest.fixture
def chain(database: Database, cipher: Cipher, keyring: KeyRing, anchors: Path) -> AuditChain:
    return AuditChain(database, cipher, keyring, anchors, lambda: NOW)


@pytest.fixture
def eight(chain: AuditChain) -> AuditChain:
    for number in range(8):
        chain.append("sign_in", "s-anna", {"number": number, "address": "CANARY"})
    return chain


def change(database: Database, *statements) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_whole_chain_holds_and_reads_back(eight: AuditChain):
    report = eight.verify()
    assert (report.holds, report.records, report.anchors, report.unsigned) == (True, 8, 8, 0)
    newest = eight.entries(newest=2)
    assert [(entry.seq, entry.payload) for entry in newest] == [
        (8, {"number": 7, "address": "CANARY"}),
        (7, {"number": 6, "address": "CANARY"}),
    ]
    assert eight.entry(newest[0].id) == newest[0]
    assert eight.entries(action="import") == eight.entries(subject="s-tom") == ()
    with pytest.raises(NotFoundError):
        eight.entry("none")


def test_an_empty_chain_holds(chain: AuditChain):
    assert chain.verify().holds


@pytest.mark.parametrize("column", ["id", "at", "action", "subject", "run_id", "payload", "link", "mac", "key_id"])
def test_a_change_of_any_column_is_noticed(eight: AuditChain, database: Database, column: str):
    change(database, update(AUDIT_RECORDS).where(AUDIT_RECORDS.c.seq == 4).values({column: "forged"}))
    assert not eight.verify().holds


C = AUDIT_RECORDS.c


def test_a_record_taken_out_a_pair_swapped_and_a_record_put_in_are_noticed(eight: AuditChain, database: Database):
    with database.reading() as connection:
        kept = [dict(row) for row in connection.execute(select(AUDIT_RECORDS).order_by(C.seq)).mappings()]

    def restored(rows: list[dict]) -> bool:
        change(database, delete(AUDIT_RECORDS))
        change(database, insert(AUDIT_RECORDS).values(rows))
        return eight.verify().holds

    assert restored(kept)
    assert not restored([row for row in kept if row["seq"] != 4])
    assert not restored([{**row, "seq": row["seq"] - (row["seq"] > 4)} for row in kept if row["seq"] != 4])
    assert not restored([{**row, "seq": {3: 4, 4: 3}.get(row["seq"], row["seq"])} for row in kept])
    assert not restored([*kept, {**kept[-1], "seq": 9, "id": "more"}])
    assert not restored([*kept, {**kept[0], "seq": 0, "id": "more"}])
    assert not restored(kept[1:])


@pytest.mark.parametrize("left", range(8))
def test_a_cut_of_the_end_is_noticed(eight: AuditChain, database: Database, left: int):
    change(database, delete(AUDIT_RECORDS).where(C.seq > left))
    report = eight.verify()
    assert f"The chain ends at record {left}, but record 8 has been signed: its end was cut off." in report.problems


def test_five_hundred_random_changes_are_all_noticed(chain: AuditChain, eight: AuditChain):
    rng = random.Random(7)
    exported = [dict(row) for row in eight.export()]
    for _ in range(500):
        row = rng.choice(exported)
        column = rng.choice(["id", "at", "action", "subject", "payload", "link"])
        before = row[column]
        at = rng.randrange(len(before))
        row[column] = before[:at] + chr(ord(before[at]) ^ 1) + before[at + 1 :]
        assert not verify_exported(exported, chain._anchors, public_keys(chain)).holds
        row[column] = before
    assert verify_exported(exported, chain._anchors, public_keys(chain)).holds


def public_keys(chain: AuditChain) -> dict[str, bytes]:
    keys = chain._keyring.anchor()
    return {keys.current_id: keys.public(keys.current_id)}


def test_a_third_party_needs_the_public_key_only(eight: AuditChain, anchors: Path, tmp_path: Path):
    exported = json.loads(json.dumps(list(eight.export())))
    assert "CANARY" not in json.dumps(exported)
    report = verify_exported(exported, anchors, public_keys(eight))
    assert (report.holds, report.records) == (True, 8)
    assert not verify_exported(exported[:-1], anchors, public_keys(eight)).holds
    assert not verify_exported(exported, anchors, {"other": b"x" * 32}).holds


def test_heads_rewritten_without_the_signing_key_are_noticed(eight: AuditChain, database: Database, anchors: Path):
    change(database, delete(AUDIT_RECORDS).where(C.seq > 5))
    lines = anchors.read_text().splitlines()
    assert not eight.verify().holds
    forged = json.loads(lines[4]) | {"signature": "00" * 64}
    anchors.write_text("\n".join([*lines[:4], json.dumps(forged)]) + "\n")
    assert eight.verify().problems == ("The signature of the head at record 5 does not hold.",)


def test_a_missing_or_damaged_file_of_heads_is_said(eight: AuditChain, anchors: Path):
    kept = anchors.read_text()
    anchors.write_text(kept + "{broken\n")
    assert eight.verify().problems == ("Line 9 of the anchors file is damaged.",)
    anchors.unlink()
    assert not eight.verify().holds


def test_a_crash_between_commit_and_signature_is_no_forgery_and_the_next_append_signs_over_it(
    eight: AuditChain, database: Database, anchors: Path
):
    with database.writing() as connection:
        eight.add(connection, "import", "s-anna", {})
    report = eight.verify()
    assert (report.holds, report.unsigned) == (True, 1)
    assert not verify_exported(list(eight.export()), anchors, public_keys(eight)).holds
    eight.append("import", "s-anna", {})
    assert eight.verify().unsigned == 0


def test_the_chain_outlives_the_erasure_of_its_subject(eight: AuditChain, cipher: Cipher):
    cipher.erase_subject("s-anna", NOW)
    assert eight.verify().holds
    assert eight.entries(newest=1)[0].payload is None


def test_the_chain_goes_on_after_its_keys_were_rotated(eight: AuditChain, keyring: KeyRing):
    keyring.rotate("audit")
    keyring.rotate("anchor")
    eight.append("keys_rotated", "s-admin", {})
    assert eight.verify().holds


def test_without_the_banks_key_no_record_is_taken_for_the_banks(
    eight: AuditChain, database: Database, cipher: Cipher, anchors: Path, tmp_path: Path
):
    shutil.copy(anchors, tmp_path / "theirs.jsonl")
    # Somebody with the database and other keys continues the chain; the heads they sign are not the bank's either.
    intruder = AuditChain(database, cipher, KeyRing(tmp_path / "other"), tmp_path / "theirs.jsonl", lambda: NOW)
    intruder.append("sign_in", "s-anna", {})
    assert eight.verify().problems == ("Record 9 was not written by this bank.",)


def test_numbers_are_given_once_however_many_append(chain: AuditChain, database: Database):
    numbers = count()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: chain.append("sign_in", "s-anna", {"n": next(numbers)}), range(24)))
    assert chain.verify().holds
    assert chain.verify().records == 24
