"""What the bank publishes, for opening a citation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from agent.context import Principal, Role
from knowledge.catalogue import Catalogue
from server.api.bank import ChatBank, bank_of
from server.auth.principal import principal_of
from tools.errors import NotFoundError
from tools.product import Audience
from tools.value import Value

#: Whose documents each role reads.
AUDIENCE: dict[Role, Audience] = {"customer": "customer", "rm": "rm", "staff": "staff", "admin": "staff"}


class Passage(Value):
    """A part of a document under one heading."""

    id: str
    heading: str
    text: str


class PublishedDocument(Value):
    """A product or policy in the version that is valid now."""

    document: str
    title: str
    version: str
    passages: tuple[Passage, ...]


def documents_router() -> APIRouter:
    """The endpoints under /documents. They need `app.state.auth` and `bank`."""
    router = APIRouter(tags=["documents"])

    @router.get("/documents/{document}")
    def document(
        document: Annotated[str, Path(max_length=100)],
        who: Annotated[Principal, Depends(principal_of)],
        bank: Annotated[ChatBank, Depends(bank_of)],
        passage: Annotated[str | None, Query(max_length=200)] = None,
    ) -> PublishedDocument:
        """A document of your audience. With `passage`, only when it has one of that id."""
        catalogue: Catalogue = bank.catalogue
        found = catalogue.document(document, AUDIENCE[who.role], bank.now().date())
        if passage is not None and not any(_is_in(passage, document, section.id) for section in found.sections):
            raise NotFoundError("There is no such passage in this document. Open the document without it.")
        passages = tuple(Passage(id=section.id, heading=section.heading, text=section.text) for section in found.sections)
        return PublishedDocument(document=found.id, title=found.name, version=found.version, passages=passages)

    return router


def _is_in(passage: str, document: str, section: str) -> bool:
    """Whether a passage (`section`, or as a citation has it `document#section` with the part of a long one behind) is in a section."""
    named = passage.removeprefix(f"{document}#")
    return named == section or (named.startswith(f"{section}-") and named.removeprefix(f"{section}-").isdigit())
