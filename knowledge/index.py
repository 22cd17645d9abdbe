"""Vectors of all passages, kept in Chroma so that they are made once. The only file that imports chromadb.

A collection belongs to one set of passages and one encoder (its name holds a hash of each); any other of ours is deleted. Chroma is the store and not the
judge: passages and their rights come from the catalogue, the ranking is exact (`knowledge.retrieve`).
"""

import hashlib
import logging
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from knowledge.embedding import DIMENSIONS, Encoder, Vectors
from knowledge.passage import Passage
from tools.errors import UnavailableError, UsageError

logger = logging.getLogger(__name__)

PREFIX = "passages-"
#: Passages sent to Chroma in one call; servers refuse much larger ones.
BATCH = 500
#: How long one process waits for another that is building the same folder.
LOCK_SECONDS = 120.0
ATTEMPTS = 3


def passage_vectors(passages: Sequence[Passage], encoder: Encoder, folder: Path, chroma_url: str | None = None) -> Vectors:
    """Unit vectors in the order of `passages`: read back when the index is current, else made and stored.

    Args:
        passages: with ids of their own.
        encoder: makes the vectors; not called when nothing has changed.
        folder: where the local index lives; unused with a server.
        chroma_url: `http://host:port` of a Chroma server, or None for the local index.

    Raises:
        UsageError: the URL is not one.
        UnavailableError: the index can be neither read nor written.
    """
    name = f"{PREFIX}{_version(passages)}-{encoder.version}"
    try:
        with _exclusive(folder if chroma_url is None else None), _client(folder, chroma_url) as client:
            return _with_retries(client, name, passages, encoder)
    except (UsageError, UnavailableError):
        raise
    except Exception as error:  # the libraries below raise ValueError, sqlite3, OS, HTTP and Rust errors for the same cause
        remedy = (
            "Start the Chroma server, or correct its address"
            if chroma_url
            else "Delete the folder, it is made again; or give it space and rights"
        )
        raise UnavailableError(f"The document index at {chroma_url or folder} cannot be used ({error}). {remedy}.") from error


def _version(passages: Sequence[Passage]) -> str:
    """Hash of all that is stored, so that neither a changed document nor a changed way of cutting and embedding it meets an old index."""
    digest = hashlib.sha256()
    for passage in passages:
        digest.update(f"{passage.model_dump_json()}\0{passage.searchable}\0".encode())
    return digest.hexdigest()[:16]


@contextmanager
def _exclusive(folder: Path | None) -> Generator[None]:
    """One process at a time in a local index. A SQLite write lock works on every system and ends with its process, even when that is killed."""
    if folder is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "building.lock", timeout=LOCK_SECONDS, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def _client(folder: Path, chroma_url: str | None) -> Generator[Any]:
    chromadb: Any = import_module("chromadb")
    settings = import_module("chromadb.config").Settings(anonymized_telemetry=False)
    if chroma_url is None:
        client = chromadb.PersistentClient(folder, settings=settings)
    else:
        host, port, secure = _address(chroma_url)
        client = chromadb.HttpClient(host=host, port=port, ssl=secure, settings=settings)
    try:
        yield client
    finally:
        client.close()
        for owner in (client, getattr(client, "_admin_client", None)):
            # close() of the HTTP client leaves its connections open (chromadb 1.5), so they are closed here.
            session: Any = getattr(getattr(owner, "_server", None), "_session", None)
            if session is not None:
                session.close()


def _address(url: str) -> tuple[str, int, bool]:
    """Host, port and whether it is TLS. Raises UsageError."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == -1:
        raise UsageError(f"{url!r} is no address of a Chroma server. Write it as http://host:8000.")
    secure = parts.scheme == "https"
    return parts.hostname, port or (443 if secure else 8000), secure


def _with_retries(client: Any, name: str, passages: Sequence[Passage], encoder: Encoder) -> Vectors:
    """On a server nothing keeps another process from deleting or filling the collection under our hands: then start again."""
    errors: Any = import_module("chromadb.errors")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _read_or_build(client, name, passages, encoder)
        except errors.ChromaError as error:
            if attempt == ATTEMPTS:
                raise
            logger.info("index changed while it was built, starting again: %s", type(error).__name__)
    raise AssertionError("the last attempt returns or raises")


def _read_or_build(client: Any, name: str, passages: Sequence[Passage], encoder: Encoder) -> Vectors:
    collection = client.get_or_create_collection(name, embedding_function=None)
    found = _read(collection)
    missing = [passage for passage in passages if passage.id not in found]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        vectors = encoder.encode([passage.searchable for passage in batch])
        # Upsert, because another process may be storing the same rows, byte for byte.
        collection.upsert(
            ids=[passage.id for passage in batch],
            embeddings=vectors,
            documents=[passage.searchable for passage in batch],
            metadatas=[_metadata(passage) for passage in batch],
        )
        found.update(zip((passage.id for passage in batch), vectors, strict=True))
    for other in client.list_collections():
        if other.name.startswith(PREFIX) and other.name != name:
            _delete(client, other.name)
    return np.array([found[passage.id] for passage in passages], dtype=np.float32).reshape(-1, DIMENSIONS)


def _read(collection: Any) -> dict[str, Vectors]:
    """Stored vectors by passage id; rows that are no unit vector of ours (a broken write) are left out and so made again."""
    stored = collection.get(include=["embeddings"])
    vectors = np.asarray(stored["embeddings"], dtype=np.float32)
    if vectors.ndim != 2 or vectors.shape[1] != DIMENSIONS:
        return {}
    sound = np.abs(np.linalg.norm(vectors, axis=1) - 1) < 1e-3
    return {passage_id: vector for passage_id, vector, kept in zip(stored["ids"], vectors, sound, strict=True) if kept}


def _delete(client: Any, name: str) -> None:
    errors: Any = import_module("chromadb.errors")
    try:
        client.delete_collection(name)
    except errors.NotFoundError:
        logger.debug("old index %s was already gone", name)


def _metadata(passage: Passage) -> dict[str, str]:
    """For people who look into Chroma; the rules about who may see a passage never rely on it."""
    return {
        "document": passage.document, "title": passage.title, "version": passage.version, "heading": passage.heading, "kind": passage.kind,
        "audience": " ".join(passage.audience), "jurisdiction": passage.jurisdiction, "valid_from": passage.valid_from.isoformat(),
        "valid_to": passage.valid_to.isoformat() if passage.valid_to else "",
    }  # fmt: skip
