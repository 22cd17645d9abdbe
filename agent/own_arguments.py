"""Arguments of a call as the person may see them while it runs: their own words and closed ones, never words of a model (I7)."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, cast

from agent.plan import PlannedCall
from agent.toolbox import toolbox
from tools.ledger.category import CATEGORIES
from tools.ledger.query import FIELDS

_PLAIN = re.compile(r"-?\d+(?:\.\d+)?|\d{4}-\d\d-\d\d")


def own_arguments(call: PlannedCall, said: str, products: frozenset[str]) -> dict[str, Any]:
    """The call's arguments without strings that are neither the person's words nor from a closed list.

    Numbers and dates stay: they say what was worked out. A model that plans writes free strings as it likes, and these messages are
    told before the gate.

    Args:
        call: as planned.
        said: the person's words of this turn and of earlier ones.
        products: ids of the catalogue.
    """
    words = " ".join(said.casefold().split())

    def own(text: str) -> bool:
        return bool(text in products or text in _closed(call.name) or _PLAIN.fullmatch(text) or " ".join(text.casefold().split()) in words)

    return cast("dict[str, Any]", _kept(call.arguments, own))


def _kept(value: Any, own: Callable[[str], bool]) -> Any:
    """The value without strings that are not `own`; None for one of them alone."""
    if isinstance(value, dict):
        items = {key: _kept(item, own) for key, item in cast("dict[str, Any]", value).items()}
        return {key: item for key, item in items.items() if item is not None}
    if isinstance(value, list):
        return [item for item in (_kept(item, own) for item in cast("list[Any]", value)) if item is not None]
    return value if not isinstance(value, str) or own(value) else None


@cache
def _closed(tool: str) -> frozenset[str]:
    """Every string of a closed list that this tool takes."""
    fields = {choice for field in FIELDS.values() for choice in field.choices} | set(FIELDS)
    return frozenset(_enums(toolbox()[tool].schema("rm"))) | fields | frozenset(CATEGORIES)


def _enums(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        known = cast("dict[str, Any]", schema)
        yield from (str(choice) for choice in known.get("enum", ()))
        for part in known.values():
            yield from _enums(part)
    elif isinstance(schema, list):
        for part in cast("list[Any]", schema):
            yield from _enums(part)
