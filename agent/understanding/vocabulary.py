"""The words of one principal's own data: what can be called, which products exist, which clients are in the book."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.context import ClientName, Role, RunContext
from agent.understanding.clients import name_words
from tools.product import Product

if TYPE_CHECKING:
    from agent.understanding.scenario import Parsed


@dataclass(frozen=True)
class Vocabulary:
    """What the words of this person can mean. Clients are asked for only when the words need them.

    Attributes:
        role: who speaks.
        tools: name -> JSON schema of the arguments, of the tools that may be called.
        products: the published products this person may see.
        own_name: the name of the person who speaks, so that it is not taken for somebody else's.
        as_of: the business date of what this principal sees, for relative dates.
    """

    role: Role
    tools: Mapping[str, Mapping[str, Any]]
    products: Sequence[Product] = ()
    own_name: str = ""
    as_of: date = date(1970, 1, 1)
    read_clients: Callable[[], Sequence[ClientName]] = field(default=tuple)

    @cached_property
    def scenarios(self) -> "dict[str, Parsed]":
        """Clauses that were read as scenarios before: one message asks for the same reading several times."""
        return {}

    @cached_property
    def clients(self) -> Sequence[ClientName]:
        """Clients of the own book; empty for everybody but an RM."""
        return self.read_clients() if self.role == "rm" else ()

    @cached_property
    def name_words(self) -> Mapping[str, set[int]]:
        """The words of the clients' names, see `clients.name_words`."""
        return name_words(self.clients)

    def takes(self, tool: str, argument: str) -> bool:
        """Whether the tool has this argument."""
        return argument in self.tools[tool].get("properties", {})

    def about_client(self, tool: str) -> bool:
        """Whether the tool needs a client to be named."""
        return self.takes(tool, "client")


def vocabulary_of(tools: Sequence[Mapping[str, Any]], context: RunContext | None) -> Vocabulary:
    """The vocabulary for the bound tools (OpenAI form) and the run. Without a context there are no products and no clients."""
    schemas = {tool["function"]["name"]: tool["function"].get("parameters", {}) for tool in tools}
    if context is None:
        return Vocabulary(role="customer", tools=schemas)
    principal = context.principal
    return Vocabulary(
        role=principal.role,
        tools=schemas,
        products=tuple(product for product in context.catalogue.products.values() if _audience(principal.role) in product.audience),
        own_name=principal.name,
        as_of=context.view.business_date(),
        read_clients=context.view.clients,
    )


def _audience(role: Role) -> str:
    return "staff" if role == "admin" else role
