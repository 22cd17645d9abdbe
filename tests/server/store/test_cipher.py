"""Sealed fields: unreadable, bound to their place, and gone for ever once their subject is erased."""

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.keys import KeyRing
from server.store.cipher import Cipher, place_of
from server.store.database import Database
from server.store.tables.key import DATA_KEYS
from tests.server.store.bank import NOW
from tools.errors import UnavailableError

HERE = place_of("customer", "demo:1042", "name")


def test_what_is_sealed_comes_back_and_is_never_the_same_twice(cipher: Cipher):
    key = cipher.key("demo:1042")
    first, second = key.seal("Anna Keller", HERE), key.seal("Anna Keller", HERE)
    assert key.open(first, HERE) == key.open(second, HERE) == "Anna Keller"
    assert first != second
    assert "Anna" not in first
    assert key.seal("", HERE) == ""


@pytest.mark.parametrize("elsewhere", [place_of("customer", "demo:1043", "name"), place_of("customer", "demo:1042", "email"), ""])
def test_a_sealed_text_moved_to_another_place_does_not_open(cipher: Cipher, elsewhere: str):
    key = cipher.key("demo:1042")
    with pytest.raises(UnavailableError) as caught:
        key.open(key.seal("Anna", HERE), elsewhere)
    assert caught.value.code == "damaged_record"


def test_another_subjects_key_does_not_open_it(cipher: Cipher):
    with pytest.raises(UnavailableError):
        cipher.key("demo:2").open(cipher.key("demo:1").seal("x", HERE), HERE)


def test_another_program_reads_what_this_one_sealed(cipher: Cipher, database: Database, keyring: KeyRing):
    sealed = cipher.key("demo:1").seal("x", HERE)
    assert Cipher(database, KeyRing(keyring.folder)).key("demo:1").open(sealed, HERE) == "x"


def test_fingerprints_tell_equal_content_per_subject_only(cipher: Cipher):
    one, other = cipher.key("a"), cipher.key("b")
    assert one.fingerprint("x") == one.fingerprint("x") != one.fingerprint("y")
    assert one.fingerprint("x") != other.fingerprint("x")


def test_rotation_wraps_every_key_anew_and_changes_no_field(cipher: Cipher, database: Database, keyring: KeyRing):
    sealed = {subject: cipher.key(subject).seal("x", HERE) for subject in ("a", "b", "c")}
    cipher.erase_subject("c", NOW)
    assert cipher.rotate() == 2
    (keyring.folder / "encryption-1.key").unlink()
    again = Cipher(database, KeyRing(keyring.folder))
    assert [again.key(subject).open(sealed[subject], HERE) for subject in ("a", "b")] == ["x", "x"]


def test_an_erased_subject_cannot_be_read_or_added_to(cipher: Cipher, database: Database, keyring: KeyRing):
    cipher.key("demo:1")
    cipher.erase_subject("demo:1", NOW)
    for some in (cipher, Cipher(database, KeyRing(keyring.folder))):
        with pytest.raises(UnavailableError) as caught:
            some.key("demo:1")
        assert caught.value.code == "erased"
    with database.reading() as connection:
        assert connection.scalar(select(DATA_KEYS.c.wrapped).where(DATA_KEYS.c.subject == "demo:1")) is None


def test_a_lost_key_folder_is_said_and_no_second_key_is_mixed_in(cipher: Cipher, database: Database, keyring: KeyRing, tmp_path: Path):
    cipher.key("demo:1")
    shutil.rmtree(keyring.folder)
    restarted = Cipher(database, KeyRing(keyring.folder))
    for subject in ("demo:1", "demo:2"):
        with pytest.raises(UnavailableError, match="PERSONAFORGE_HOME/keys from its backup") as caught:
            restarted.key(subject)
        assert caught.value.code == "lost_key"


def test_a_key_that_was_changed_in_the_database_is_said(cipher: Cipher, database: Database, keyring: KeyRing):
    cipher.key("demo:1")
    with database.writing() as connection:
        connection.execute(update(DATA_KEYS).values(wrapped=os.urandom(60)))
    with pytest.raises(UnavailableError) as caught:
        Cipher(database, keyring).key("demo:1")
    assert caught.value.code == "damaged_record"
