"""A thread's memory in the bank's own database: encrypted, bound to its key, on either engine."""

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from langgraph.checkpoint.base import empty_checkpoint

from server.checkpoints import CheckpointCipher, open_checkpointer
from server.keys import KeyRing
from tools.errors import UnavailableError

CONFIG = {"configurable": {"thread_id": "t1", "checkpoint_ns": ""}}
SECRET = "CANARY what the person said"


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "keys")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    sqlite = f"sqlite:///{tmp_path / 'bank.db'}"
    return sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url").replace("postgresql:", "postgresql+psycopg:")


async def remember(url: str, keys: KeyRing, words: str = SECRET) -> None:
    checkpoint = {**empty_checkpoint(), "channel_values": {"text": words}, "channel_versions": {"text": "1"}}
    async with open_checkpointer(url, keys) as saver:
        await saver.aput(CONFIG, checkpoint, {}, {"text": "1"})


async def recall(url: str, keys: KeyRing) -> dict | None:
    async with open_checkpointer(url, keys) as saver:
        found = await saver.aget_tuple(CONFIG)
        return found and found.checkpoint["channel_values"]


async def test_what_was_remembered_is_there_after_a_restart_and_gone_when_deleted(url: str, keys: KeyRing):
    assert await recall(url, keys) is None
    await remember(url, keys)
    assert await recall(url, keys) == {"text": SECRET}
    async with open_checkpointer(url, keys) as saver:
        await saver.adelete_thread("t1")
    assert await recall(url, keys) is None


async def test_it_lies_encrypted_in_the_database(keys: KeyRing, tmp_path: Path):
    await remember(f"sqlite:///{tmp_path / 'bank.db'}", keys, SECRET * 20)
    content = b"".join(file.read_bytes() for file in tmp_path.glob("bank.db*"))
    assert content
    assert b"CANARY" not in content


async def test_without_its_key_nothing_is_made_up(keys: KeyRing, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'bank.db'}"
    await remember(url, keys)
    with pytest.raises(UnavailableError):
        await recall(url, KeyRing(tmp_path / "other"))


def test_a_changed_value_is_refused(keys: KeyRing):
    cipher = CheckpointCipher(keys)
    name, sealed = cipher.encrypt(b"words")
    assert cipher.decrypt(name, sealed) == b"words"
    assert cipher.encrypt(b"words")[1] != sealed
    with pytest.raises(InvalidTag):
        cipher.decrypt(name, sealed[:-1] + bytes([sealed[-1] ^ 1]))
