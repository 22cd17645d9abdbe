"""Finding the passage that answers: exact dense ranking blended with BM25, over what this audience may read that day and nothing else."""

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.document import DocumentKind
from knowledge.embedding import Encoder, Vectors
from knowledge.passage import Passage, passages_of
from tools.errors import NotFoundError
from tools.product import Audience, Jurisdiction
from tools.value import Value

#: Weight of the BM25 z-score beside the dense one; measured best on two bank sets, where equal weights lose to dense alone.
WORD_WEIGHT = 0.3

Scores = NDArray[np.floating[Any]]


class Hit(Value):
    """A passage that was found.

    Attributes:
        score: blended rank score; comparable only within one search.
        cosine: similarity of question and passage, -1 to 1; comparable between searches, so that a caller can refuse a weak hit.
    """

    passage: Passage
    score: float
    cosine: float


class Retriever:
    """Searches the passages of one catalogue. Immutable, and safe to share between threads.

    Args:
        catalogue: where the passages come from; its version belongs in every citation's record.
        passages: ordered as `vectors`; equal scores rank in this order.
        vectors: unit vectors of the passages, one row each.
        encoder: the one that made `vectors`.
    """

    def __init__(self, catalogue: Catalogue, passages: Sequence[Passage], vectors: Vectors, encoder: Encoder) -> None:
        self.catalogue = catalogue
        self._passages = tuple(passages)
        self._by_id = {passage.id: passage for passage in passages}
        self._vectors = vectors
        self._encoder = encoder
        self._words = _WordIndex([passage.searchable for passage in passages])
        self._audiences = {who: np.array([who in p.audience for p in passages], dtype=bool) for who in get_args(Audience)}
        self._jurisdictions = np.array([p.jurisdiction for p in passages], dtype=np.str_)
        self._kinds = np.array([p.kind for p in passages], dtype=np.str_)
        self._from = np.array([p.valid_from.toordinal() for p in passages], dtype=np.int64)
        self._to = np.array([(p.valid_to or date.max).toordinal() for p in passages], dtype=np.int64)

    def search(
        self, query: str, *, audience: Audience, jurisdiction: Jurisdiction, on: date, k: int = 4, kind: DocumentKind | None = None
    ) -> tuple[Hit, ...]:
        """The `k` best passages for a question, best first; fewer when fewer may be read, none for a blank question.

        What may not be read is left out before ranking, so that it influences neither the order nor the number of hits; each hit is checked
        once more by its passage's own rule before it is given out.
        """
        allowed = np.flatnonzero(self._readable(audience, jurisdiction, on, kind))
        if not query.strip() or allowed.size == 0 or k < 1:
            return ()
        # Not the @ operator: its threads wait for each other when other requests hold the cores, ten times longer than the product takes.
        cosines = np.einsum("ij,j->i", self._vectors, self._encoder.encode([query])[0])[allowed]
        scores = _standardised(cosines) + WORD_WEIGHT * _standardised(self._words.scores(query)[allowed])
        best = _best(scores, k)
        hits = (
            Hit(passage=self._passages[allowed[place]], score=round(float(scores[place]), 6), cosine=round(float(cosines[place]), 6))
            for place in best.tolist()
        )
        return tuple(hit for hit in hits if hit.passage.shown_to(audience, jurisdiction, on))

    def passage(self, passage_id: str, audience: Audience, on: date, jurisdiction: Jurisdiction) -> Passage:
        """The passage behind a citation. Raises NotFoundError, alike for what does not exist and what may not be read."""
        found = self._by_id.get(passage_id)
        if found is None or not found.shown_to(audience, jurisdiction, on):
            raise NotFoundError(f"There is no passage `{passage_id}`. It may have been withdrawn; ask the question again.")
        return found

    def _readable(self, audience: Audience, jurisdiction: Jurisdiction, on: date, kind: DocumentKind | None) -> NDArray[np.bool_]:
        day = on.toordinal()
        mask = self._audiences[audience] & (self._jurisdictions == jurisdiction) & (self._from <= day) & (day <= self._to)
        return mask if kind is None else mask & (self._kinds == kind)


class _WordIndex:
    """BM25 (Robertson, with Lucene's smoothed idf) over the words of the passages, without English stop words."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._library: Any = import_module("bm25s")
        self._count = len(texts)
        tokens = self._tokens(texts)
        self._index: Any = None
        if any(tokens):
            self._index = self._library.BM25()
            self._index.index(tokens, show_progress=False)

    def scores(self, query: str) -> Scores:
        """One score for each text; zeros when no word of the query occurs."""
        tokens = self._tokens([query])[0]
        if self._index is None or not tokens:
            return np.zeros(self._count, dtype=np.float32)
        return self._index.get_scores(tokens)

    def _tokens(self, texts: Sequence[str]) -> list[list[str]]:
        return self._library.tokenize(list(texts), stopwords="english", return_ids=False, show_progress=False)


def _standardised(scores: Scores) -> Scores:
    """Scores as standard deviations from their mean; zeros when all are equal."""
    spread = scores.std()
    return np.zeros_like(scores) if spread < 1e-9 else (scores - scores.mean()) / spread


def _best(scores: Scores, k: int) -> NDArray[np.intp]:
    """Places of the `k` highest scores, highest first; equal ones in their order. Sorts only what is as good as the k-th."""
    if k >= scores.size:
        return np.argsort(-scores, kind="stable")
    candidates = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
    return candidates[np.argsort(-scores[candidates], kind="stable")][:k]


def open_retriever(folder_for_index: Path, catalogue: Catalogue, encoder: Encoder, chroma_url: str | None = None) -> Retriever:
    """A retriever over the catalogue, with vectors from the index (local folder, or a Chroma server by URL). Raises UnavailableError."""
    from knowledge.index import passage_vectors

    passages = passages_of(catalogue)
    return Retriever(catalogue, passages, passage_vectors(passages, encoder, folder_for_index, chroma_url), encoder)
