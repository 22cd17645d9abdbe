"""The example phrases of every capability and their vectors, which are kept beside them so that a start is quick."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from agent.context import Role

FOLDER = Path(__file__).parents[1] / "phrases"
KEPT = Path(__file__).with_name("phrases.npz")

Vectors = NDArray[np.float32]


class SentenceEncoder(Protocol):
    """What understanding needs of an encoder."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of 384 floats, one row per text."""
        ...


class Phrase(NamedTuple):
    """One example: what was said, what it asks for, and the only role it is an example for (None: every role)."""

    text: str
    label: str
    role: Role | None


@cache
def phrases(language: str = "en") -> tuple[Phrase, ...]:
    """All example phrases of a language, in the order of the files. The label is the file's name."""
    found: list[Phrase] = []
    for path in sorted((FOLDER / language / "intents").glob("*.txt")):
        role: Role | None = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("[") and line.endswith("]"):
                role = _role(line[1:-1])
            elif line.strip() and not line.startswith("#"):
                found.append(Phrase(line.strip(), path.stem, role))
    return tuple(found)


def _role(name: str) -> Role:
    roles: dict[str, Role] = {"customer": "customer", "rm": "rm", "staff": "staff"}
    return roles[name]


def fingerprint(encoder: SentenceEncoder, found: Sequence[Phrase]) -> str:
    """Hash of the phrases and of the encoder that made their vectors."""
    version = str(getattr(encoder, "version", type(encoder).__qualname__))
    lines = [version, *(f"{phrase.label}\t{phrase.role}\t{phrase.text}" for phrase in found)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def phrase_vectors(encoder: SentenceEncoder, kept: Path = KEPT) -> Vectors:
    """Vectors of `phrases()`, row by row: the kept ones where they are fresh, else computed now."""
    found = phrases()
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as stored:
            if str(stored["fingerprint"]) == fingerprint(encoder, found):
                return stored["vectors"].astype(np.float32)
    return _computed(encoder, found).astype(np.float32)


def build_phrase_vectors(encoder: SentenceEncoder | None = None, kept: Path = KEPT) -> str:
    """Compute the vectors anew and keep them; returns their fingerprint. To be run when a phrase file or the encoder has changed."""
    if encoder is None:
        from knowledge.embedding import default_encoder

        encoder = default_encoder()
    found = phrases()
    stored: dict[str, Any] = {"vectors": _computed(encoder, found), "fingerprint": np.array(fingerprint(encoder, found))}
    np.savez_compressed(kept, **stored)
    return str(stored["fingerprint"])


def _computed(encoder: SentenceEncoder, found: Sequence[Phrase]) -> NDArray[np.float16]:
    # Half precision halves the file; computed and kept vectors must be the same, so both are rounded.
    return encoder.encode([phrase.text.casefold() for phrase in found]).astype(np.float16)
