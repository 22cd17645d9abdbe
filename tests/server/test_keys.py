"""The key folder: made once, kept private, rotated, and plain about what is lost."""

import base64
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from server.keys import KINDS, KeyRing, verify_anchor
from tools.errors import UnavailableError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keys"


def test_first_use_makes_private_files_and_later_use_reads_them(folder: Path):
    first = KeyRing(folder)
    made = (first.signing().current, first.encryption().current, first.audit().current, first.anchor().current_id)

    again = KeyRing(folder)
    assert (again.signing().current, again.encryption().current, again.audit().current, again.anchor().current_id) == made
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        **{f"{kind}-1.key": 0o600 for kind in KINDS},
        "anchor-1.pub": 0o644,
    }
    assert len({key.secret for key in made[:3]}) == 3


def test_a_secret_is_not_in_the_representation_of_its_key(folder: Path):
    key = KeyRing(folder).signing().current
    assert repr(key.secret) not in repr(key)
    assert key.id in repr(key)


def test_rotation_adds_a_current_key_and_keeps_the_old_one_for_reading(folder: Path):
    ring, other_process = KeyRing(folder), KeyRing(folder)
    old = ring.encryption().current
    other_process.encryption()

    new = ring.rotate("encryption")

    assert new.id.startswith("2-")
    assert ring.encryption().current == new
    assert ring.encryption().get(old.id) == old
    assert ring.audit().current.id.startswith("1-")
    assert KeyRing(folder).encryption().current == new


def test_a_running_ring_sees_the_rotation_of_another_process(folder: Path):
    server = KeyRing(folder)
    server.signing()
    os.utime(folder, ns=(0, 0))
    server.signing()

    new = KeyRing(folder).rotate("signing")

    assert server.signing().current == new


def test_a_lost_key_is_named_even_when_a_new_one_took_its_place(folder: Path):
    lost = KeyRing(folder).encryption().current
    (folder / "encryption-1.key").unlink()

    with pytest.raises(UnavailableError, match=f"encryption key {lost.id} of this bank is missing.*backup") as caught:
        KeyRing(folder).encryption().get(lost.id)
    assert caught.value.code == "lost_key"


@pytest.mark.parametrize("content", [b"", b"not base64!", base64.b64encode(b"short")])
def test_a_damaged_key_file_is_said_by_name(folder: Path, content: bytes):
    KeyRing(folder).audit()
    (folder / "audit-1.key").write_bytes(content)

    with pytest.raises(UnavailableError, match=r"audit-1\.key is damaged.*backup") as caught:
        KeyRing(folder).check()
    assert caught.value.code == "lost_key"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_open_to_others_is_refused(folder: Path, mode: int):
    KeyRing(folder).signing()
    (folder / "signing-1.key").chmod(mode)

    with pytest.raises(UnavailableError, match="chmod 600") as caught:
        KeyRing(folder).signing()
    assert caught.value.code == "open_key"


def test_an_empty_folder_is_in_order(folder: Path):
    KeyRing(folder).check()
    assert not folder.exists()


def test_many_first_users_agree_on_one_key(folder: Path):
    seen: list[str] = []
    start = threading.Barrier(8)

    def first_use() -> None:
        start.wait()
        seen.append(KeyRing(folder).signing().current.id)

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert [path.name for path in folder.iterdir()] == ["signing-1.key"]


def test_another_process_reads_the_same_key(folder: Path):
    script = "import sys; from pathlib import Path; from server.keys import KeyRing; print(KeyRing(Path(sys.argv[1])).audit().current.id)"
    printed = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == KeyRing(folder).audit().current.id


def test_an_anchor_is_verified_with_the_public_file_alone(folder: Path):
    anchor = KeyRing(folder).anchor()
    signature = anchor.sign(b"head of the chain")
    public = base64.b64decode((folder / "anchor-1.pub").read_bytes())

    assert public == anchor.public(anchor.current_id)
    assert anchor.verify(anchor.current_id, b"head of the chain", signature)
    assert verify_anchor(public, b"head of the chain", signature)
    assert not verify_anchor(public, b"another head", signature)
