"""Everything the bank publishes, validated: a product or a policy is added by adding a Markdown file, and a wrong one is named with its remedy."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from knowledge.document import Document, DocumentKind, read_source, sections_of
from knowledge.example import contradictions
from tools.errors import CatalogueError, NotFoundError
from tools.product import Audience, Jurisdiction, Policy, Product, ProductClass

PACKAGED = Path(__file__).parent
#: Notices that stand beside every product of a class, so a document of that class has to declare them.
REQUIRED_DISCLOSURES: dict[ProductClass, tuple[str, ...]] = {
    "credit": ("credit.representative_example", "credit.borrowing_costs"),
    "investment": ("risk.capital",),
}
REMEDIES = {
    "missing": "Add it to the front matter",
    "extra_forbidden": "Remove it or correct its spelling",
    "string_type": "Put the value in quotes",
}

Published = TypeVar("Published", Product, Policy)


@dataclass(frozen=True)
class Catalogue:
    """Products, policies and the texts about them, each by its id (the file's name).

    Attributes:
        version: hash of the contents; equal versions are equal catalogues.
    """

    products: Mapping[str, Product]
    policies: Mapping[str, Policy]
    documents: Mapping[str, Document]
    version: str

    def product(self, product_id: str) -> Product:
        """The product of this id, valid or not. Raises NotFoundError."""
        if product_id not in self.products:
            raise NotFoundError(f"There is no product `{product_id}`. Ask for the list of products.")
        return self.products[product_id]

    def valid_products(self, on: date, jurisdiction: Jurisdiction, audience: Audience) -> tuple[Product, ...]:
        """Products on sale that day in that jurisdiction that this audience may hear of, ordered by id."""
        return tuple(
            product
            for product_id, product in sorted(self.products.items())
            if product.jurisdiction == jurisdiction and self.documents[product_id].shown_to(audience, on)
        )

    def document(self, document_id: str, audience: Audience, on: date) -> Document:
        """The document of this id. Raises NotFoundError, alike for what does not exist and what this audience may not see that day."""
        document = self.documents.get(document_id)
        if document is None or not document.shown_to(audience, on):
            raise NotFoundError(f"There is no document `{document_id}`. Look it up in the list of products and policies.")
        return document

    def named(self, name: str) -> Product | Policy | None:
        """The product or policy of this public name, whatever the case and spacing; None when no name is exactly this."""
        wanted = _folded(name)
        for published in (*self.products.values(), *self.policies.values()):
            if _folded(published.name) == wanted:
                return published
        return None


def load_catalogue(folder: Path = PACKAGED) -> Catalogue:
    """Read and validate `products/*.md` and `policies/*.md` of a folder.

    Raises:
        CatalogueError: the first document that does not hold, with file, field and remedy.
    """
    products, product_documents = _read_all(folder / "products", "product", Product, _check_product)
    policies, policy_documents = _read_all(folder / "policies", "policy", Policy, _check_validity)
    if not products and not policies:
        raise CatalogueError(f"{folder} holds no documents. Put Markdown files into its folders `products` and `policies`.")
    _check_unique([*product_documents.values(), *policy_documents.values()])
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(f"{path.parent.name}/{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return Catalogue(products, policies, {**product_documents, **policy_documents}, digest.hexdigest()[:16])


def _files(folder: Path) -> list[Path]:
    return [*sorted((folder / "products").glob("*.md")), *sorted((folder / "policies").glob("*.md"))]


def _read_all(
    folder: Path, kind: DocumentKind, model: type[Published], check: Callable[[Published, str], None]
) -> tuple[dict[str, Published], dict[str, Document]]:
    published: dict[str, Published] = {}
    documents: dict[str, Document] = {}
    for path in sorted(folder.glob("*.md")):
        label = f"{folder.name}/{path.name}"
        fields, body = read_source(path)
        if fields.setdefault("id", path.stem) != path.stem:
            raise CatalogueError(f"{label}: field `id` is {fields['id']!r}. Name the file after the id, or leave the field out.")
        entry = _validated(model, fields, label)
        check(entry, label)
        published[entry.id] = entry
        documents[entry.id] = Document(
            id=entry.id, kind=kind, name=entry.name, summary=entry.summary, version=entry.version, audience=entry.audience, jurisdiction=entry.jurisdiction,
            valid_from=entry.valid_from, valid_to=entry.valid_to, sections=sections_of(body, label, entry.name),
        )  # fmt: skip
    return published, documents


def _validated(model: type[Published], fields: dict[str, Any], label: str) -> Published:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise CatalogueError(f"{label}: field `{field}`: {first['msg']}. {REMEDIES.get(first['type'], 'Correct the value')}.") from error


def _check_validity(entry: Product | Policy, label: str) -> None:
    if entry.valid_to is not None and entry.valid_to <= entry.valid_from:
        raise CatalogueError(f"{label}: field `valid_to` ({entry.valid_to}) is not after `valid_from`. Correct one of the two dates.")
    if not entry.audience:
        raise CatalogueError(f"{label}: field `audience` is empty. Name who may read it, or leave the field out for everybody.")
    for field, text in (("name", entry.name), ("summary", entry.summary), ("version", entry.version)):
        if not text.strip():
            raise CatalogueError(f"{label}: field `{field}` is empty. Write it.")


def _check_product(product: Product, label: str) -> None:
    _check_validity(product, label)
    if len(product.currency) != 3 or not (product.currency.isascii() and product.currency.isupper()):
        raise CatalogueError(f"{label}: field `currency` is {product.currency!r}. Use a code of three capitals, such as GBP.")
    if product.term_months_min and product.term_months_max and product.term_months_min > product.term_months_max:
        raise CatalogueError(f"{label}: field `term_months_max` is below `term_months_min`. Correct one of the two.")
    for disclosure in REQUIRED_DISCLOSURES.get(product.product_class, ()):
        if disclosure not in product.disclosures:
            raise CatalogueError(
                f"{label}: field `disclosures` lacks `{disclosure}`, which every {product.product_class} product carries. Add it."
            )
    if product.product_class == "credit":
        _check_example(product, label)


def _check_example(product: Product, label: str) -> None:
    if product.example is None:
        raise CatalogueError(
            f"{label}: field `example` is missing. A credit product needs a representative example; add its seven figures."
        )
    if product.example.rate_bps not in {rate.rate_bps for rate in product.rates}:
        raise CatalogueError(f"{label}: field `example.rate_bps` is none of the product's `rates`. Use the rate that the example is about.")
    for contradiction in contradictions(product.example):
        raise CatalogueError(f"{label}: field `example`: {contradiction}. Calculate the example again.")


def _check_unique(documents: list[Document]) -> None:
    ids: dict[str, Document] = {}
    names: dict[str, Document] = {}
    for document in documents:
        if document.id in ids:
            raise CatalogueError(f"{document.id}.md is both a product and a policy. Rename one of the two files.")
        other = names.get(_folded(document.name))
        if other is not None:
            raise CatalogueError(f"{document.id}.md: field `name` is {document.name!r}, as in {other.id}.md. Give each its own name.")
        ids[document.id] = names[_folded(document.name)] = document


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
