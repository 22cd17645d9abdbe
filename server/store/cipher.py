"""Encryption of single fields: AES-256-GCM under one data key per subject, each wrapped by the bank's key-encryption key.

A subject is a customer id, the subject of a login account, or `source:NAME` for people who are no customers. A sealed text is
bound to its table, row and column, so it cannot be moved to another one. Erasing a subject is forgetting its data key: what was
sealed with it, in backups too, cannot be read again.
"""

import base64
import binascii
import hashlib
import os
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select, update

from server.keys import KeyRing
from server.store.database import Database
from server.store.tables.key import DATA_KEYS
from tools.errors import UnavailableError

_NONCE = 12
_KEY = 32
_CHUNK = 5000
_WRAP = b"personaforge data key of "


class FieldKey:
    """The data key of one subject, ready for use."""

    __slots__ = ("_aes", "_mark")

    def __init__(self, secret: bytes) -> None:
        self._aes = AESGCM(secret)
        # Fingerprints have a key of their own, made from the same secret: they are forgotten with it.
        self._mark = hashlib.sha256(b"fingerprint" + secret).digest()

    def seal(self, text: str, place: str) -> str:
        """Encrypt `text` for `place` (see `place_of`). Empty text stays empty: there is nothing to hide."""
        if not text:
            return ""
        nonce = os.urandom(_NONCE)
        return binascii.b2a_base64(nonce + self._aes.encrypt(nonce, text.encode(), place.encode()), newline=False).decode()

    def open(self, sealed: str, place: str) -> str:
        """Decrypt what was sealed for `place`. Raises UnavailableError (`damaged_record`) when it was not."""
        if not sealed:
            return ""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._aes.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise UnavailableError(
                f"A stored field ({place}) was changed outside PersonaForge or belongs elsewhere. Restore the database from a backup.",
                code="damaged_record",
            ) from error

    def fingerprint(self, content: str) -> bytes:
        """A keyed digest (16 bytes) by which equal content is recognised without being read."""
        return hashlib.blake2b(content.encode(), key=self._mark, digest_size=16).digest()


def place_of(table: str, row: str, column: str) -> str:
    """The one place where a sealed text belongs."""
    return f"{table}/{row}/{column}"


class Cipher:
    """The data keys of one bank. Thread-safe; keys stay in memory once unwrapped.

    Making keys writes to the store in a transaction of its own: ask for keys before opening a transaction that writes.
    """

    def __init__(self, database: Database, keyring: KeyRing) -> None:
        self._database = database
        self._keyring = keyring
        self._held: dict[str, FieldKey] = {}
        self._lock = threading.Lock()

    def key(self, subject: str) -> FieldKey:
        """The key of one subject, made when it has none. Raises as `keys`."""
        held = self._held.get(subject)
        return held if held is not None else self.keys((subject,))[subject]

    def keys(self, subjects: Iterable[str]) -> dict[str, FieldKey]:
        """The keys of several subjects, made where they have none.

        Raises:
            UnavailableError: a key-encryption key is lost (`lost_key`), or a subject has been erased (`erased`).
        """
        wanted = list(dict.fromkeys(subjects))
        missing = [subject for subject in wanted if subject not in self._held]
        if missing:
            with self._lock:
                self._load(missing)
                new = [subject for subject in missing if subject not in self._held]
                if new:
                    self._create(new)
                    # Another program may have made them first: the stored ones count.
                    self._load(new)
        return {subject: self._held[subject] for subject in wanted}

    def rotate(self) -> int:
        """Wrap every data key with a new key-encryption key. Returns how many; no sealed field has to change."""
        self._keyring.rotate("encryption")
        current = self._keyring.encryption().current
        count = 0
        with self._database.writing() as connection:
            rows = connection.execute(select(DATA_KEYS.c.subject, DATA_KEYS.c.key_id, DATA_KEYS.c.wrapped)).all()
            for subject, key_id, wrapped in rows:
                if wrapped is None or key_id == current.id:
                    continue
                secret = _unwrap(self._keyring.encryption().get(key_id).secret, subject, wrapped)
                rewrapped = _wrap(current.secret, subject, secret)
                connection.execute(update(DATA_KEYS).where(DATA_KEYS.c.subject == subject).values(key_id=current.id, wrapped=rewrapped))
                count += 1
        return count

    def erase_subject(self, subject: str, at: datetime) -> None:
        """Forget the data key of a subject. What it sealed can never be read again; the subject gets no new key."""
        self.key(subject)
        with self._database.writing() as connection:
            connection.execute(update(DATA_KEYS).where(DATA_KEYS.c.subject == subject).values(wrapped=None, erased_at=at))
        with self._lock:
            self._held.pop(subject, None)

    def _load(self, subjects: Sequence[str]) -> None:
        for start in range(0, len(subjects), _CHUNK):
            chunk = subjects[start : start + _CHUNK]
            query = select(DATA_KEYS.c.subject, DATA_KEYS.c.key_id, DATA_KEYS.c.wrapped).where(DATA_KEYS.c.subject.in_(chunk))
            with self._database.reading() as connection:
                rows = connection.execute(query).all()
            for subject, key_id, wrapped in rows:
                if wrapped is None:
                    raise UnavailableError(
                        "What this record belongs to has been erased at the person's request. It cannot be read or added to.", code="erased"
                    )
                self._held[subject] = FieldKey(_unwrap(self._keyring.encryption().get(key_id).secret, subject, wrapped))

    def _create(self, subjects: Sequence[str]) -> None:
        self._refuse_new_keys_for_an_old_bank()
        current = self._keyring.encryption().current
        rows = [
            {"subject": subject, "key_id": current.id, "wrapped": _wrap(current.secret, subject, AESGCM.generate_key(bit_length=_KEY * 8))}
            for subject in subjects
        ]
        with self._database.writing() as connection:
            present: set[str] = set()
            for start in range(0, len(subjects), _CHUNK):
                chunk = subjects[start : start + _CHUNK]
                present.update(connection.scalars(select(DATA_KEYS.c.subject).where(DATA_KEYS.c.subject.in_(chunk))))
            rows = [row for row in rows if row["subject"] not in present]
            if rows:
                connection.execute(insert(DATA_KEYS), rows)

    def _refuse_new_keys_for_an_old_bank(self) -> None:
        # A fresh key folder beside an old database means that the folder was lost. Going on would mix two banks' keys.
        with self._database.reading() as connection:
            known = connection.scalars(select(DATA_KEYS.c.key_id).where(DATA_KEYS.c.wrapped.is_not(None)).distinct()).all()
        for key_id in known:
            self._keyring.encryption().get(key_id)


def _wrap(secret: bytes, subject: str, data_key: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, data_key, _WRAP + subject.encode())


def _unwrap(secret: bytes, subject: str, wrapped: bytes) -> bytes:
    try:
        return AESGCM(secret).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _WRAP + subject.encode())
    except InvalidTag as error:
        raise UnavailableError(
            "A stored key was changed outside PersonaForge. Restore the database from a backup.", code="damaged_record"
        ) from error
