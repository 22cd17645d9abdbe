"""Where a thread's memory is kept between turns: LangGraph checkpoints in the bank's own database, encrypted."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import hashlib
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from sqlalchemy import make_url

from server.keys import KeyRing
from server.store.engine import BUSY_SECONDS
from tools.errors import UnavailableError

_NONCE = 12


class CheckpointCipher:
    """AES-256-GCM under a key derived from the bank's key-encryption key; the key's id is kept beside each value."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def encrypt(self, plaintext: bytes) -> tuple[str, bytes]:
        """Encrypt under the current key. Returns the key's id and the sealed bytes."""
        key = self._keys.encryption().current
        nonce = os.urandom(_NONCE)
        return key.id, nonce + self._aes(key.secret).encrypt(nonce, plaintext, b"checkpoint")

    def decrypt(self, ciphername: str, ciphertext: bytes) -> bytes:
        """Decrypt what was sealed under the key of that id. Raises UnavailableError when the key is lost."""
        key = self._keys.encryption().get(ciphername)
        return self._aes(key.secret).decrypt(ciphertext[:_NONCE], ciphertext[_NONCE:], b"checkpoint")

    @staticmethod
    def _aes(secret: bytes) -> AESGCM:
        return AESGCM(hashlib.sha256(b"checkpoints" + secret).digest())


@asynccontextmanager
async def open_checkpointer(database_url: str, keys: KeyRing) -> AsyncGenerator[BaseCheckpointSaver[Any]]:
    """The saver for this database, closed at the end. Its tables are made when they are missing."""
    serde = EncryptedSerializer(CheckpointCipher(keys))
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        import aiosqlite
        from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

        async with aiosqlite.connect(str(url.database), timeout=BUSY_SECONDS) as connection:
            await connection.execute("PRAGMA synchronous = NORMAL")
            saver = AsyncSqliteSaver(connection, serde=serde)
            await saver.setup()
            yield saver
        return
    try:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
        from psycopg.rows import dict_row
        from psycopg_pool import AsyncConnectionPool
    except ImportError:
        raise UnavailableError("PostgreSQL needs the extra `personaforge[postgres]`. Install it.", code="store_driver") from None
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    options: dict[str, Any] = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    pool: Any = AsyncConnectionPool(address, kwargs=options, min_size=1, max_size=8, open=False)
    async with pool:
        saver = AsyncPostgresSaver(pool, serde=serde)
        await saver.setup()
        yield saver
