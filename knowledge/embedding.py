"""Sentences as unit vectors: the shipped all-MiniLM-L6-v2 (int8) on onnxruntime, loaded on first use and never downloaded."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tools.errors import UnavailableError

DIMENSIONS = 384
#: Longer texts lose their tail; the model was trained on no more.
MAX_TOKENS = 256
CACHED_QUERIES = 512
SHIPPED = Path(__file__).parent / "encoder"

Vectors = NDArray[np.float32]


class _Session(Protocol):
    """The one call of onnxruntime that is used here; the library ships no types."""

    def run(self, output_names: list[str], input_feed: dict[str, NDArray[np.int64]]) -> list[Vectors]: ...


class Encoder:
    """Turns texts into unit vectors of 384 floats; the dot product of two is their cosine.

    The vector of a text depends on that text alone, to the bit: each runs through the graph by itself and unpadded, because dynamic int8
    quantisation scales by the largest activation of the whole batch.
    Thread-safe; the files are read on first use.

    Args:
        folder: holds `model.onnx` and `tokenizer.json` as `knowledge.encoder_build` writes them.
        threads: threads of one run; one leaves the other cores to other requests.
    """

    def __init__(self, folder: Path = SHIPPED, *, threads: int = 1) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = Lock()
        self._recent: OrderedDict[str, Vectors] = OrderedDict()

    @cached_property
    def version(self) -> str:
        """Hash of the model and the tokenizer: vectors of equal versions may be compared."""
        digest = hashlib.sha256()
        for name in ("model.onnx", "tokenizer.json"):
            digest.update(self._file(name).read_bytes())
        return digest.hexdigest()[:16]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of `texts`, one row each (an empty text has one too). Raises UnavailableError when the model's files are missing."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._cached(text) if len(texts) == 1 else self._encode_one(text)
        return vectors

    def tokens(self, text: str) -> NDArray[np.int64]:
        """Token ids of one text as the graph takes them: shape (1, n), n at most `MAX_TOKENS`."""
        return np.array([self._tokenizer.encode(text).ids], dtype=np.int64)

    def _cached(self, text: str) -> Vectors:
        """One query; the last few hundred are remembered, because a turn asks for the same sentence several times."""
        with self._lock:
            if text in self._recent:
                self._recent.move_to_end(text)
                return self._recent[text]
        vector = self._encode_one(text)
        with self._lock:
            self._recent[text] = vector
            if len(self._recent) > CACHED_QUERIES:
                self._recent.popitem(last=False)
        return vector

    def _encode_one(self, text: str) -> Vectors:
        return self._session.run(["vector"], {"ids": self.tokens(text)})[0][0]

    @cached_property
    def _tokenizer(self) -> Any:
        tokenizer: Any = import_module("tokenizers").Tokenizer.from_file(str(self._file("tokenizer.json")))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer

    @cached_property
    def _session(self) -> _Session:
        runtime: Any = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        return runtime.InferenceSession(str(self._file("model.onnx")), options, providers=["CPUExecutionProvider"])

    def _file(self, name: str) -> Path:
        path = self._folder / name
        if not path.is_file():
            raise UnavailableError(
                f"The sentence encoder has no {name} in {self._folder}. Make it with `python -m knowledge.encoder_build`."
            )
        return path


@cache
def default_encoder() -> Encoder:
    """The shipped encoder, one per process."""
    return Encoder()
