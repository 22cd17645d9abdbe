"""The documents that ship: each holds, each can be found, and the questions people ask lead to the right one."""

from datetime import date

import pytest

from knowledge.catalogue import PACKAGED, Catalogue, load_catalogue
from knowledge.embedding import MAX_TOKENS, default_encoder
from knowledge.passage import passages_of
from knowledge.retrieve import Retriever

TODAY = date(2026, 11, 20)
#: Below this raw cosine an answer is not in the documents; the questions below it and above it are in the two tables.
UNRELATED = 0.25


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def retriever(catalogue: Catalogue) -> Retriever:
    passages = passages_of(catalogue)
    return Retriever(catalogue, passages, default_encoder().encode([passage.searchable for passage in passages]), default_encoder())


@pytest.mark.parametrize("path", sorted(PACKAGED.glob("p*/*.md")), ids=lambda path: path.stem)
def test_a_document_is_published_and_fits_the_encoder(path, catalogue: Catalogue):
    document = catalogue.documents[path.stem]
    assert document.kind == {"products": "product", "policies": "policy"}[path.parent.name]
    for passage in passages_of(catalogue):
        if passage.document == document.id:
            assert default_encoder().tokens(passage.searchable).shape[1] < MAX_TOKENS, passage.id


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("I sent money to the wrong account", {"disputes-and-misdirected-payments"}),
        ("I lost my job and cannot pay my bills", {"hardship-support"}),
        ("someone phoned me and said I must move my money to a safe account", {"scams-and-fraud"}),
        ("How do I make a complaint?", {"complaints"}),
        ("my husband died, what happens with his account", {"bereavement"}),
        ("is my money protected if the bank goes bust", {"deposit-protection"}),
        ("what data do you hold about me and can I have it deleted", {"privacy-and-data-rights"}),
        ("I am behind with my mortgage", {"mortgage-arrears"}),
        ("how do I stop a subscription on my card", {"recurring-card-payments"}),
        ("we are getting divorced and have a joint account", {"joint-accounts-and-separation"}),
        ("can my daughter manage my account for me", {"third-party-authority"}),
        ("I am blind, can I get statements in braille", {"accessibility", "extra-help-and-support-needs"}),
        ("what does going overdrawn cost", {"arranged-overdraft", "fees-and-charges"}),
        ("could I lose money with a fund", {"investing-risks"}),
        ("how do you decide whether to lend to me", {"how-we-lend"}),
        ("my fixed term savings end next month", {"deposit-maturity", "one-year-fixed-saver", "two-year-fixed-saver"}),
        ("my card was stolen", {"card-and-account-security"}),
        ("money for my company until customers pay their invoices", {"invoice-finance"}),
        ("using my card abroad on holiday", {"travel-debit-card"}),
        ("savings account I can take money out of any time", {"easy-saver"}),
    ],
)
def test_a_customers_question_leads_to_the_right_document(question: str, documents: set[str], retriever: Retriever):
    hits = retriever.search(question, audience="customer", jurisdiction="uk", on=TODAY, k=3)
    assert documents & {hit.passage.document for hit in hits}, [hit.passage.id for hit in hits]
    assert max(hit.cosine for hit in hits) > UNRELATED


@pytest.mark.parametrize("question", ["who won the football yesterday", "write a poem about the sea", "what is the capital of Peru"])
def test_a_question_that_no_document_answers_is_recognised_by_its_cosine(question: str, retriever: Retriever):
    hits = retriever.search(question, audience="customer", jurisdiction="uk", on=TODAY)
    assert max(hit.cosine for hit in hits) < UNRELATED


@pytest.mark.parametrize(
    "question",
    [
        "when may we waive a fee as goodwill",
        "playbook for vulnerable customers",
        "lending criteria debt to income limit",
        "report unusual cash payments",
    ],
)
def test_internal_documents_never_reach_a_customer(question: str, retriever: Retriever, catalogue: Catalogue):
    internal = {document.id for document in catalogue.documents.values() if "customer" not in document.audience}
    assert internal
    found = {
        audience: {hit.passage.document for hit in retriever.search(question, audience=audience, jurisdiction="uk", on=TODAY)}
        for audience in ("customer", "staff")
    }
    assert found["staff"] & internal
    assert not found["customer"] & internal


def test_expired_and_future_documents_are_not_found(retriever: Retriever):
    hits = retriever.search("Spring Bonus Saver and fees and charges 2027", audience="customer", jurisdiction="uk", on=TODAY, k=500)
    found = {hit.passage.document for hit in hits}
    assert not found & {"spring-bonus-saver-expired", "fees-and-charges-2027-not-yet-valid"}
    assert "fees-and-charges" in found
    next_year = retriever.search("fees and charges", audience="customer", jurisdiction="uk", on=date(2027, 2, 1), k=500)
    assert "fees-and-charges-2027-not-yet-valid" in {hit.passage.document for hit in next_year}


def test_nothing_published_here_is_found_elsewhere(retriever: Retriever):
    assert retriever.search("overdraft", audience="customer", jurisdiction="in", on=TODAY) == ()


def test_the_shelf_is_wide_enough(catalogue: Catalogue):
    assert len(catalogue.products) >= 24
    assert len(catalogue.policies) >= 20
    assert {product.product_class for product in catalogue.products.values()} == {
        "deposit",
        "payment",
        "credit",
        "investment",
        "insurance",
        "fx",
    }
