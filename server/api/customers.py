"""The book of a relationship manager."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from agent.context import ClientName, Principal, View
from server.api.bank import ChatBank, bank_of
from server.auth.principal import require_role
from tools.errors import NotFoundError
from tools.ledger.query import ClientSnapshot

_Manager = Annotated[Principal, Depends(require_role("rm"))]
_Bank = Annotated[ChatBank, Depends(bank_of)]


class Client(ClientSnapshot):
    """One client of the book as of its source's business date; money in minor units of `currency`."""

    ref: str
    name: str


def customers_router() -> APIRouter:
    """The endpoints under /customers. They need `app.state.auth` and `bank`."""
    router = APIRouter(tags=["book"])

    @router.get("/customers")
    def customers(
        who: _Manager, bank: _Bank, limit: Annotated[int, Query(ge=1, le=200)] = 100, offset: Annotated[int, Query(ge=0)] = 0
    ) -> list[Client]:
        """The clients of your book, by name."""
        view = bank.view(who)
        return [_client(view, client) for client in view.clients()[offset : offset + limit]]

    @router.get("/customers/{ref}")
    def customer(ref: Annotated[str, Path(max_length=100)], who: _Manager, bank: _Bank) -> Client:
        """One client of your book by its reference, such as `1042` or `berka:1787`."""
        view = bank.view(who)
        return _client(view, client_of(view, ref))

    return router


def client_of(view: View, ref: str) -> ClientName:
    """A client of the book by its exact reference. Raises NotFoundError."""
    for client in view.clients():
        if client.ref == ref:
            return client
    raise NotFoundError("There is no such client in your book. Check the number or the name.")


def _client(view: View, client: ClientName) -> Client:
    return Client(ref=client.ref, name=client.name, **view.snapshot(client.customer_id).model_dump())
