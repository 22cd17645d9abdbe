"""Our hybrid search against a plain Chroma query over the same 5,000 vectors: `python -m benchmarks.retrieval`.

Both get the same ready query vector (embedding is the same work on either side). Chroma answers from its default HNSW index; ours ranks exactly,
blends BM25 and filters. Calls alternate in one process, so that the ratios hold whatever else the machine does.
"""

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date

import chromadb
import numpy as np
from chromadb.config import Settings

from knowledge.catalogue import Catalogue
from knowledge.embedding import DIMENSIONS, Encoder, Vectors
from knowledge.passage import Passage
from knowledge.retrieve import Retriever

COUNT, QUERIES, K = 5_000, 300, 5
TODAY = date(2026, 11, 20)
#: As many words as a bank's shelf has (the published one: about 2,000).
WORDS = [f"word{number}" for number in range(2_000)]


class Ready(Encoder):
    """Gives the query vector that was put in, because embedding is not what is compared."""

    vector: Vectors

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.tile(self.vector, (len(texts), 1))


def passages(rng: np.random.Generator) -> list[Passage]:
    """Passages of 60 random words; every third is for the bank's own people only."""
    return [
        Passage(
            id=f"d{number:05}#text", document=f"d{number:05}", title=f"Document {number}", summary="", version="1", heading="Text",
            text=" ".join(rng.choice(WORDS, 60)), kind="policy", audience=("rm", "staff") if number % 3 == 0 else ("customer", "rm", "staff"),
            jurisdiction="uk", valid_from=date(2026, 1, 1), valid_to=None,
        )
        for number in range(COUNT)
    ]  # fmt: skip


def seconds(call: Callable[..., object], **arguments: object) -> float:
    start = time.perf_counter()
    call(**arguments)
    return time.perf_counter() - start


def plain_chroma(folder: str, shelf: list[Passage], vectors: Vectors) -> chromadb.Collection:
    client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("plain", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    for start in range(0, COUNT, 500):
        rows = slice(start, start + 500)
        collection.add(
            ids=[passage.id for passage in shelf[rows]],
            embeddings=vectors[rows],
            documents=[passage.searchable for passage in shelf[rows]],
            metadatas=[{"customer": "customer" in passage.audience} for passage in shelf[rows]],
        )
    return collection


def measure(folder: str) -> dict[str, object]:
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(COUNT, DIMENSIONS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    shelf, encoder = passages(rng), Ready()
    retriever = Retriever(Catalogue({}, {}, {}, "benchmark"), shelf, vectors, encoder)
    collection = plain_chroma(folder, shelf, vectors)
    ours = {"jurisdiction": "uk", "on": TODAY, "k": K}
    times: dict[str, list[float]] = {"ours": [], "ours_filtered": [], "chroma": [], "chroma_where": []}
    exactly, by_chroma = 0, 0
    for _ in range(QUERIES):
        query = rng.normal(size=DIMENSIONS).astype(np.float32)
        encoder.vector = query / np.linalg.norm(query)
        text = " ".join(rng.choice(WORDS, 8))
        asked = {"query_embeddings": encoder.vector[None, :], "n_results": K}
        times["ours"].append(seconds(retriever.search, query=text, audience="staff", **ours))
        times["chroma"].append(seconds(collection.query, **asked))
        times["ours_filtered"].append(seconds(retriever.search, query=text, audience="customer", **ours))
        times["chroma_where"].append(seconds(collection.query, **asked, where={"customer": True}))
        nearest = {shelf[place].id for place in np.argsort(-np.einsum("ij,j->i", vectors, encoder.vector))[:K]}
        # A word that no passage has leaves our ranking to the vectors: its recall against brute force.
        exactly += len(nearest & {hit.passage.id for hit in retriever.search("zzz", audience="staff", jurisdiction="uk", on=TODAY, k=K)})
        by_chroma += len(nearest & set(collection.query(query_embeddings=encoder.vector[None, :], n_results=K)["ids"][0]))
    p50 = {name: float(np.median(values)) for name, values in times.items()}
    return {
        "vectors": COUNT,
        "p50_ms": {name: round(1_000 * value, 3) for name, value in p50.items()},
        "ours_per_chroma": round(p50["ours"] / p50["chroma"], 3),
        "ours_filtered_per_chroma_where": round(p50["ours_filtered"] / p50["chroma_where"], 3),
        "recall_at_5": {"ours": round(exactly / (QUERIES * K), 4), "chroma": round(by_chroma / (QUERIES * K), 4)},
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(measure(scratch)))
