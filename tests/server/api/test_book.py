"""The book, the documents and the start of the page, by role."""

import pytest

from knowledge.catalogue import load_catalogue
from tests.server.chat_bank import browser


@pytest.fixture
def manager(chat_bank, address):
    with browser(chat_bank, address, "rm1", role="rm") as client:
        yield client


@pytest.fixture
def customer(chat_bank, address):
    with browser(chat_bank, address) as client:
        yield client


def test_a_manager_reads_the_book_page_by_page(manager):
    book = manager.get("/customers").json()
    assert [(client["ref"], client["name"], client["balance"], client["currency"]) for client in book] == [
        ("1042", "Anna", 124_050, "GBP"),
        ("2077", "Tom", 124_050, "GBP"),
    ]
    assert [client["ref"] for client in manager.get("/customers?limit=1&offset=1").json()] == ["2077"]
    assert manager.get("/customers?limit=201").json()["code"] == "bad_request"
    assert manager.get("/customers/2077").json() == book[1]


def test_a_client_outside_the_book_does_not_exist(chat_bank, address, manager):
    with browser(chat_bank, address, "rm2", role="rm") as other:
        assert other.get("/customers").json() == []
        foreign, unknown = other.get("/customers/1042"), manager.get("/customers/9999")
        assert (foreign.status_code, foreign.content) == (404, unknown.content)
    # A reference is exact: no part of a name, no other person's number.
    assert manager.get("/customers/Anna").status_code == 404


@pytest.mark.parametrize("role", ["customer", "staff", "admin"])
def test_only_managers_have_a_book(chat_bank, address, role):
    with browser(chat_bank, address, "somebody", role=role) as client:
        for path in ("/customers", "/customers/1042"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (403, "refused")


def test_a_cited_passage_is_opened(customer):
    catalogue = load_catalogue()
    document = next(found for found in catalogue.documents.values() if "customer" in found.audience)
    section = document.sections[0]
    found = customer.get(f"/documents/{document.id}", params={"passage": section.id}).json()
    assert (found["document"], found["title"], found["version"]) == (document.id, document.name, document.version)
    assert found["passages"][0] == {"id": section.id, "heading": section.heading, "text": section.text}
    assert len(found["passages"]) == len(document.sections)
    assert customer.get(f"/documents/{document.id}", params={"passage": f"{document.id}#{section.id}"}).status_code == 200
    assert customer.get(f"/documents/{document.id}", params={"passage": "none"}).json()["code"] == "not_found"


def test_a_document_for_others_does_not_exist(chat_bank, address, customer):
    document = next(
        found for found in load_catalogue().documents.values() if "customer" not in found.audience and "staff" in found.audience
    )
    foreign, unknown = customer.get(f"/documents/{document.id}"), customer.get("/documents/none")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["message"].replace(document.id, "none") == unknown.json()["message"]
    with browser(chat_bank, address, "staff1", role="staff") as staff:
        assert staff.get(f"/documents/{document.id}").status_code == 200


@pytest.mark.parametrize("role", ["customer", "rm", "staff", "admin"])
def test_the_page_starts_with_who_how_fresh_which_model_and_what_to_ask(chat_bank, address, role):
    with browser(chat_bank, address, "somebody", role=role) as client:
        me = client.get("/me").json()
    assert (me["principal"]["login"], me["principal"]["role"]) == ("somebody", role)
    assert (me["demo"], me["as_of"], me["model"]) == (True, "2026-03-02", {"name": "built-in", "kind": "built-in"})
    assert 1 <= len(me["prompts"]) <= 4
    assert not any(character.isdigit() for prompt in me["prompts"] for character in prompt)


def test_another_model_is_named(chat_bank, address, customer):
    chat_bank.settings = chat_bank.settings.model_copy(update={"model": "some-model"})
    assert customer.get("/me").json()["model"] == {"name": "some-model", "kind": "openai-compatible"}
