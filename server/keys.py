"""The secrets of one bank, as files under `PERSONAFORGE_HOME/keys`: made on first use, mode 0600, rotated by adding a higher number.

```
keys/signing-1.key      HMAC key of access tokens          keys/audit-1.key     HMAC key of the audit chain
keys/encryption-1.key   AES-256 key that wraps field keys  keys/anchor-1.key    Ed25519 seed, with anchor-1.pub for third parties
```

A key's id is its number and a fingerprint of its bytes (`1-9f3a2c1b`). Whatever a key protects carries that id, so that a lost or
replaced file is noticed and said by name, rather than as a failed decryption somewhere else.
"""

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tools.errors import UnavailableError

KeyKind = Literal["signing", "encryption", "audit", "anchor"]
KINDS: tuple[KeyKind, ...] = ("signing", "encryption", "audit", "anchor")
KEY_BYTES = 32

_FILE_NAME = re.compile(r"(signing|encryption|audit|anchor)-([1-9][0-9]*)\.key")


@dataclass(frozen=True)
class Key:
    """One secret.

    Attributes:
        id: number and fingerprint; safe to store beside what the key protects.
        secret: 32 bytes; kept out of the representation, so that no log and no traceback can show it.
    """

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class KeySet:
    """The keys of one kind: the newest, and the older ones that are still needed for reading."""

    kind: KeyKind
    keys: Mapping[str, Key]
    current: Key

    def get(self, key_id: str) -> Key:
        """The key with this id. Raises UnavailableError (`lost_key`) when it is not there."""
        key = self.keys.get(key_id)
        if key is None:
            raise lost_key(self.kind, key_id)
        return key


@dataclass(frozen=True)
class AnchorKeys:
    """The Ed25519 keys with which the head of the audit chain is signed; the public half verifies without any secret."""

    keys: KeySet

    @property
    def current_id(self) -> str:
        """Id of the key that signs now."""
        return self.keys.current.id

    def sign(self, data: bytes) -> bytes:
        """Signature (64 bytes) of `data` by the current key."""
        return Ed25519PrivateKey.from_private_bytes(self.keys.current.secret).sign(data)

    def public(self, key_id: str) -> bytes:
        """Raw public key (32 bytes) of one of our keys. Raises UnavailableError (`lost_key`)."""
        return _public_bytes(self.keys.get(key_id))

    def verify(self, key_id: str, data: bytes, signature: bytes) -> bool:
        """Whether `signature` is that of our key `key_id` over `data`. Raises UnavailableError (`lost_key`)."""
        return verify_anchor(self.public(key_id), data, signature)


def verify_anchor(public_key: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` holds, from the public key (32 raw bytes) alone: what a third party runs."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def lost_key(kind: KeyKind, key_id: str) -> UnavailableError:
    """The one error for a key that something was protected with and that is not in the folder any more."""
    return UnavailableError(
        f"The {kind} key {key_id} of this bank is missing, and what it protects cannot be read without it. "
        "Restore the folder PERSONAFORGE_HOME/keys from its backup.",
        code="lost_key",
    )


class KeyRing:
    """The key folder of one bank. Safe for several processes at once: who comes second uses the first one's key."""

    def __init__(self, folder: Path) -> None:
        """`folder` is `PERSONAFORGE_HOME/keys`; it is made (mode 0700) when the first key is asked for."""
        self.folder = folder
        self._loaded: dict[KeyKind, tuple[int, KeySet]] = {}

    def signing(self) -> KeySet:
        """HMAC keys of access tokens."""
        return self._keys("signing")

    def encryption(self) -> KeySet:
        """Key-encryption keys (AES-256) of stored fields."""
        return self._keys("encryption")

    def audit(self) -> KeySet:
        """HMAC keys of the audit chain."""
        return self._keys("audit")

    def anchor(self) -> AnchorKeys:
        """Ed25519 keys of the audit anchors."""
        return AnchorKeys(self._keys("anchor"))

    def rotate(self, kind: KeyKind) -> Key:
        """Add a key and make it the current one; older ones stay for reading. Returns the new key."""
        number = max(self._numbers(kind), default=0) + 1
        self._create(kind, number)
        self._loaded.pop(kind, None)
        return self._read_all(kind).current

    def check(self) -> None:
        """Read every key that exists. Raises UnavailableError for one that is damaged or open to other people."""
        for kind in KINDS:
            if self._numbers(kind):
                self._read_all(kind)

    def _keys(self, kind: KeyKind) -> KeySet:
        stamp = self._stamp()
        held = self._loaded.get(kind)
        if held is not None and held[0] == stamp:
            return held[1]
        if not self._numbers(kind):
            self._create(kind, 1)
        # The stamp is taken before reading: a key added meanwhile makes the next call read again.
        stamp = self._stamp()
        keys = self._read_all(kind)
        self._loaded[kind] = (stamp, keys)
        return keys

    def _stamp(self) -> int:
        return self.folder.stat().st_mtime_ns if self.folder.exists() else 0

    def _numbers(self, kind: KeyKind) -> list[int]:
        if not self.folder.exists():
            return []
        found = (_FILE_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return sorted(int(match[2]) for match in found if match and match[1] == kind)

    def _create(self, kind: KeyKind, number: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = secrets.token_bytes(KEY_BYTES)
        # A process that finds the file already there reads that key: the first to link its file decides.
        _write_once(self.folder / f"{kind}-{number}.key", base64.b64encode(secret) + b"\n", mode=0o600)
        if kind == "anchor":
            decided = self._read(kind, number)
            public = base64.b64encode(_public_bytes(decided)) + b"\n"
            _write_once(self.folder / f"{kind}-{number}.pub", public, mode=0o644)

    def _read_all(self, kind: KeyKind) -> KeySet:
        keys = [self._read(kind, number) for number in self._numbers(kind)]
        return KeySet(kind, MappingProxyType({key.id: key for key in keys}), keys[-1])

    def _read(self, kind: KeyKind, number: int) -> Key:
        path = self.folder / f"{kind}-{number}.key"
        _refuse_open(path)
        try:
            secret = base64.b64decode(path.read_bytes().strip(), validate=True)
        except (binascii.Error, OSError) as error:
            raise _unreadable(path) from error
        if len(secret) != KEY_BYTES:
            raise _unreadable(path)
        return Key(id=f"{number}-{_fingerprint(kind, secret)}", secret=secret)


def _fingerprint(kind: KeyKind, secret: bytes) -> str:
    # One-way and over 256 random bits: the id can stand in tables and token headers.
    return hashlib.sha256(b"personaforge key id " + kind.encode() + secret).hexdigest()[:8]


def _public_bytes(key: Key) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(key.secret).public_key().public_bytes_raw()


def _refuse_open(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UnavailableError(
            f"The key file {path} can be read by other people of this machine. "
            f"Run `chmod 600 {path}`, and rotate the key if others had access.",
            code="open_key",
        )


def _unreadable(path: Path) -> UnavailableError:
    return UnavailableError(f"The key file {path} is damaged. Restore it from the backup of PERSONAFORGE_HOME/keys.", code="lost_key")


def _write_once(path: Path, content: bytes, *, mode: int) -> None:
    """Write `path` completely or not at all, and leave it alone when it exists.

    A hard link is atomic and fails when the name is taken, which a rename does not; a reader never sees half a key.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
