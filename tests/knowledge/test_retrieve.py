"""Retrieval: the right passage first, and never one that this reader may not see here and today."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalogue import Catalogue, load_catalogue
from knowledge.embedding import DIMENSIONS, Encoder, Vectors
from knowledge.passage import Passage
from knowledge.retrieve import Retriever, open_retriever
from tools.errors import NotFoundError
from tools.product import Audience, Jurisdiction

TODAY = date(2026, 6, 1)
NO_CATALOGUE = Catalogue({}, {}, {}, "none")


class OneDirection(Encoder):
    """Every text is the same vector, so that only words and rules decide."""

    def encode(self, texts) -> Vectors:
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        vectors[:, 0] = 1
        return vectors


def passage(number: int, text: str = "The fee is charged each month.", **fields: object) -> Passage:
    values: dict[str, object] = {
        "id": f"p{number:02}#fees", "document": f"p{number:02}", "title": f"Document {number}", "summary": "", "version": "1", "heading": "Fees", "text": text,
        "kind": "product", "audience": ("customer", "rm", "staff"), "jurisdiction": "uk", "valid_from": date(2026, 1, 1), "valid_to": None,
    }  # fmt: skip
    return Passage.model_validate({**values, **fields})


def retriever(passages: list[Passage]) -> Retriever:
    encoder = OneDirection()
    return Retriever(NO_CATALOGUE, passages, encoder.encode([p.searchable for p in passages]), encoder)


rights = st.fixed_dictionaries(
    {
        "audience": st.sets(st.sampled_from(get_args(Audience)), min_size=1).map(tuple),
        "jurisdiction": st.sampled_from(get_args(Jurisdiction)),
        "valid_from": st.integers(-30, 30).map(lambda days: TODAY + timedelta(days)),
        "valid_to": st.none() | st.integers(31, 60).map(lambda days: TODAY + timedelta(days)) | st.just(TODAY),
        "kind": st.sampled_from(["product", "policy"]),
    }
)


@settings(deadline=None)  # the first run imports bm25s
@given(st.lists(rights, min_size=1, max_size=12), st.integers(0, 12))
def test_only_what_may_be_read_is_found_and_nothing_of_it_is_missed(all_rights: list[dict[str, object]], k: int):
    passages = [passage(number, **fields) for number, fields in enumerate(all_rights)]
    searching = retriever(passages)
    for audience, jurisdiction, kind in product(get_args(Audience), ("uk", "eu"), (None, "product", "policy")):
        readable = {
            p.id
            for p in passages
            if audience in p.audience and p.jurisdiction == jurisdiction and p.valid_from <= TODAY
            and (p.valid_to is None or p.valid_to >= TODAY) and kind in (None, p.kind)
        }  # fmt: skip
        hits = searching.search("monthly fee", audience=audience, jurisdiction=jurisdiction, on=TODAY, k=k, kind=kind)
        assert {hit.passage.id for hit in hits} <= readable
        assert len(hits) == min(k, len(readable))


@pytest.mark.parametrize(
    "hidden",
    [
        {"audience": ("rm", "staff")},
        {"jurisdiction": "eu"},
        {"valid_to": date(2026, 5, 31)},
        {"valid_from": date(2026, 6, 2)},
    ],
)
def test_a_hidden_passage_changes_no_answer_even_when_it_fits_best(hidden: dict[str, object]):
    public = [passage(number, text=f"The fee for service {number} is charged each month.") for number in range(5)]
    secret = passage(99, text="waiver threshold for complaints", **hidden)

    def found(passages: list[Passage]) -> list[str]:
        return [
            hit.passage.id for hit in retriever(passages).search("waiver threshold fee", audience="customer", jurisdiction="uk", on=TODAY)
        ]

    assert found([*public, secret]) == found(public)


def test_the_second_check_holds_when_the_filter_is_removed(monkeypatch: pytest.MonkeyPatch):
    passages = [passage(1), passage(2, audience=("staff",)), passage(3, valid_to=date(2026, 5, 1))]
    searching = retriever(passages)
    monkeypatch.setattr(searching, "_readable", lambda *_: np.ones(3, dtype=bool))
    hits = searching.search("fee", audience="customer", jurisdiction="uk", on=TODAY)
    assert [hit.passage.id for hit in hits] == ["p01#fees"]


def test_equal_scores_rank_by_id_every_time():
    searching = retriever([passage(number) for number in range(8)])
    for k in (3, 8, 9):
        hits = searching.search("fee", audience="rm", jurisdiction="uk", on=TODAY, k=k)
        assert [hit.passage.document for hit in hits] == [f"p{number:02}" for number in range(8)][:k]


def test_exact_words_decide_where_the_meaning_is_equal():
    searching = retriever([passage(1), passage(2, text="CHAPS payments cost more."), passage(3)])
    first, *_ = searching.search("How much is CHAPS?", audience="customer", jurisdiction="uk", on=TODAY)
    assert first.passage.document == "p02"


def test_ranking_is_exact():
    """Dense order equals brute force over random vectors: nothing approximate stands between."""
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(500, DIMENSIONS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question = rng.normal(size=DIMENSIONS).astype(np.float32)
    question /= np.linalg.norm(question)

    class Fixed(Encoder):
        def encode(self, texts) -> Vectors:
            return np.tile(question, (len(texts), 1))

    passages = [passage(number) for number in range(500)]
    hits = Retriever(NO_CATALOGUE, passages, vectors, Fixed()).search("zzz", audience="customer", jurisdiction="uk", on=TODAY, k=20)
    brute = np.argsort(-(vectors @ question))[:20]
    assert [hit.passage.id for hit in hits] == [passages[place].id for place in brute]
    assert [hit.cosine for hit in hits] == pytest.approx((vectors @ question)[brute].tolist(), abs=1e-5)


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_a_blank_question_finds_nothing(query: str):
    assert retriever([passage(1)]).search(query, audience="customer", jurisdiction="uk", on=TODAY) == ()


@pytest.mark.parametrize("query", ["the of and", "😀", "zz" * 25_000, "fee"])
def test_odd_questions_are_answered_without_an_error(query: str):
    assert len(retriever([passage(1), passage(2)]).search(query, audience="customer", jurisdiction="uk", on=TODAY)) == 2


def test_no_passages_at_all_is_no_error():
    assert retriever([]).search("fee", audience="customer", jurisdiction="uk", on=TODAY) == ()


def test_a_citation_opens_its_passage_and_hides_what_may_not_be_read():
    searching = retriever([passage(1), passage(2, audience=("staff",))])
    assert searching.passage("p01#fees", "customer", TODAY, "uk").title == "Document 1"
    for hidden in (
        ("p02#fees", "customer", TODAY, "uk"),
        ("p01#fees", "customer", TODAY, "eu"),
        ("p01#fees", "customer", date(2025, 1, 1), "uk"),
    ):
        with pytest.raises(NotFoundError) as caught:
            searching.passage(*hidden)
        with pytest.raises(NotFoundError) as unknown:
            searching.passage("no#such", "customer", TODAY, "uk")
        assert caught.value.message.replace(hidden[0], "…") == unknown.value.message.replace("no#such", "…")


def test_opening_indexes_the_catalogue_and_searches_it(bank, tmp_path, counting_encoder: Callable[..., Encoder]):
    catalogue = load_catalogue(bank)
    opened = open_retriever(tmp_path / "index", catalogue, counting_encoder())
    assert opened.catalogue is catalogue
    hits = opened.search("repay the loan early", audience="customer", jurisdiction="uk", on=TODAY, k=9)
    assert hits[0].passage.id == "anchor-loan#paying-early"
    assert "arrears-playbook" not in {hit.passage.document for hit in hits}
