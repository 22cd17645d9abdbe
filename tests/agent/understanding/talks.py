"""A vocabulary per role (the real toolbox and catalogue, a small book, 31 March 2027), and checking against the lines of `tests/evals`."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from agent.context import ClientName, Role
from agent.toolbox import tools_for
from agent.understanding.understand import Understanding
from agent.understanding.vocabulary import Vocabulary
from knowledge.catalogue import load_catalogue
from tools.ledger.query import CohortQuery

TODAY = date(2027, 3, 31)
NAMES = ("Anna Keller", "Tom Hughes", "Priya Sharma", "Ravi Sharma", "Maria Lopez", "Sam Doyle", "Chidi Okafor", "Will May")
BOOK = tuple(ClientName(customer_id=f"demo:{1042 + i}", ref=f"demo:{1042 + i}", name=name) for i, name in enumerate(NAMES))

Talk = Callable[..., Understanding]


@cache
def vocabulary_for(role: Role) -> Vocabulary:
    return Vocabulary(
        role=role,
        tools={tool.name: tool.schema(role)["function"]["parameters"] for tool in tools_for(role)},
        products=tuple(load_catalogue().products.values()),
        own_name="Anna Keller" if role == "customer" else "Robin Reed",
        as_of=TODAY,
        read_clients=lambda: BOOK,
    )


def capabilities(found: Understanding) -> set[str]:
    return {frame.name for frame in found.frames} or {str(found.act)}


def arguments(found: Understanding, capability: str) -> list[dict[str, Any]]:
    """Arguments of each call of a capability; queries in full, with their defaults."""
    calls = [frame.arguments for frame in found.frames if frame.name == capability]
    return [CohortQuery.model_validate(call["query"]).model_dump(mode="json") if capability == "cohort_query" else call for call in calls]


def holds(wanted: Any, found: Any) -> bool:
    """Whether everything wanted is found; what is found besides does not matter."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and holds(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(holds, wanted, found))
    return wanted == found


def as_expected(found: Understanding, expect: dict[str, Any]) -> bool:
    if capabilities(found) != set(expect["capabilities"]):
        return False
    wanted = expect.get("arguments", {})
    return all(any(holds(value, call) for call in arguments(found, capability)) for capability, value in wanted.items())
