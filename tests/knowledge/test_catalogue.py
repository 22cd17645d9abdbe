"""The catalogue: what holds is loaded, and what does not is named by file and field with its remedy."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.catalogue import load_catalogue
from tools.errors import CatalogueError, NotFoundError

TODAY = date(2026, 6, 1)
EXAMPLE = {
    "amount_minor": 1_000_000, "term_months": 60, "rate_bps": 669, "fees_minor": 0, "apr_bps": 690, "instalment_minor": 19_655,
    "total_payable_minor": 1_179_300,
}  # fmt: skip
Edit = Callable[..., Path]


def test_a_folder_of_documents_becomes_products_policies_and_texts(bank: Path):
    catalogue = load_catalogue(bank)
    assert sorted(catalogue.products) == ["anchor-loan", "compass-fund", "harbour-saver"]
    assert sorted(catalogue.policies) == ["arrears-playbook", "complaints"]
    assert catalogue.product("anchor-loan").product_class == "credit"
    assert [section.id for section in catalogue.document("harbour-saver", "customer", TODAY).sections] == ["what-it-is", "interest"]


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("products/harbour-saver", {"name": None}, "products/harbour-saver.md: field `name`: Field required. Add it"),
        ("products/harbour-saver", {"kind": "lottery"}, "products/harbour-saver.md: field `kind`"),
        ("products/harbour-saver", {"audiance": ["rm"]}, "field `audiance`: Extra inputs are not permitted. Remove it or correct its spelling"),
        ("products/harbour-saver", {"version": 1.0}, "field `version`: Input should be a valid string. Put the value in quotes"),
        ("products/harbour-saver", {"rates": [{"rate_bps": "much"}]}, "field `rates.0.rate_bps`"),
        ("products/harbour-saver", {"audience": ["public"]}, "field `audience.0`"),
        ("products/harbour-saver", {"audience": []}, "field `audience` is empty. Name who may read it"),
        ("products/harbour-saver", {"summary": " "}, "field `summary` is empty"),
        ("products/harbour-saver", {"currency": "pounds"}, "field `currency` is 'pounds'. Use a code of three capitals"),
        ("products/harbour-saver", {"valid_to": "2026-01-01"}, "field `valid_to` (2026-01-01) is not after `valid_from`"),
        ("products/harbour-saver", {"id": "other"}, "field `id` is 'other'. Name the file after the id"),
        ("products/harbour-saver", {"term_months_min": 12, "term_months_max": 6}, "field `term_months_max` is below"),
        ("products/anchor-loan", {"example": None}, "field `example` is missing. A credit product needs a representative example"),
        ("products/anchor-loan", {"example": {**EXAMPLE, "apr_bps": 600}}, "field `example`: apr_bps is 600, but the payments make 690"),
        ("products/anchor-loan", {"rates": [{"rate_bps": 700}]}, "field `example.rate_bps` is none of the product's `rates`"),
        ("products/anchor-loan", {"disclosures": ["credit.borrowing_costs"]}, "field `disclosures` lacks `credit.representative_example`"),
        ("products/compass-fund", {"disclosures": []}, "field `disclosures` lacks `risk.capital`, which every investment product carries. Add it"),
        ("policies/complaints", {"valid_to": "2025-01-01"}, "policies/complaints.md: field `valid_to`"),
        ("policies/complaints", {"name": "harbour  SAVER"}, "complaints.md: field `name` is 'harbour SAVER', as in harbour-saver.md"),
        ("policies/complaints", {"text": "# Nothing"}, "policies/complaints.md: `sections` is empty"),
        ("policies/harbour-saver", {"name": "Other", "summary": "x", "version": "1", "jurisdiction": "uk", "valid_from": "2026-01-01"}, "both a product"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_named_by_file_field_and_remedy(edit: Edit, name: str, fields: dict[str, object], said: str):
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(edit(name, **fields))
    assert said in " ".join(caught.value.message.split())
    assert caught.value.code == "bad_catalogue"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"just text", "products/new.md has no front matter. Open it with a line `---`"),
        (b"---\nname: [1\n---\n## A\nb", "products/new.md: the front matter is no valid YAML"),
        (b"---\nvalid_from: 2026-02-31\n---\n## A\nb", "no valid YAML (day"),
        (b"---\n- a list\n---\n## A\nb", "the front matter holds no fields"),
        (b"---\nname: \xff\xfe\n---\n## A\nb", "products/new.md cannot be read"),
        (b"---\n!!python/object/apply:os.system ['true']\n---\n## A\nb", "no valid YAML"),
    ],
)
def test_a_file_that_is_no_document_is_named(bank: Path, content: bytes, said: str):
    (bank / "products/new.md").write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(bank)
    assert said in caught.value.message


def test_an_empty_folder_is_no_catalogue(tmp_path: Path):
    with pytest.raises(CatalogueError, match=r"holds no documents\. Put Markdown files"):
        load_catalogue(tmp_path)


def test_the_version_follows_the_contents_and_nothing_else(bank: Path, edit: Edit):
    before = load_catalogue(bank).version
    assert load_catalogue(edit("policies/complaints")).version == before
    assert load_catalogue(edit("policies/complaints", text="## How to complain\nIn other words.")).version != before


def test_products_on_sale_are_those_of_the_day_the_place_and_the_reader(edit: Edit):
    edit("products/compass-fund", valid_to="2026-05-31")
    edit("products/anchor-loan", audience=["rm"])
    catalogue = load_catalogue(edit("products/harbour-saver", jurisdiction="eu"))

    def ids(audience, jurisdiction="uk", on=TODAY):
        return [product.id for product in catalogue.valid_products(on, jurisdiction, audience)]

    assert ids("customer") == []
    assert ids("rm") == ["anchor-loan"]
    assert ids("customer", "eu") == ["harbour-saver"]
    assert ids("customer", on=date(2026, 5, 31)) == ["compass-fund"]
    assert ids("rm", on=date(2025, 12, 31)) == []


def test_a_name_is_found_whatever_its_case_and_spacing(bank: Path):
    catalogue = load_catalogue(bank)
    assert catalogue.named("  HARBOUR   saver ") is catalogue.products["harbour-saver"]
    assert catalogue.named("complaints") is catalogue.policies["complaints"]
    assert catalogue.named("Harbour") is None


def test_hidden_and_unknown_documents_give_one_answer(bank: Path):
    catalogue = load_catalogue(bank)
    answers: list[str] = []
    for document in ("arrears-playbook", "no-such-thing"):
        with pytest.raises(NotFoundError) as caught:
            catalogue.document(document, "customer", TODAY)
        answers.append(caught.value.message.replace(document, "…"))
    assert answers[0] == answers[1]
    assert catalogue.document("arrears-playbook", "rm", TODAY).name == "Arrears playbook"
    with pytest.raises(NotFoundError):
        catalogue.product("no-such-thing")
