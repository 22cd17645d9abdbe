"""A relationship manager's question about the book as a typed query, with a guard: what is not accounted for is never dropped."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from agent.understanding.query_conditions import read_comparisons, read_days, read_drivers, read_having, read_idioms
from agent.understanding.query_lexicon import FILLERS, HAVING, NEGATIONS
from agent.understanding.query_reader import Part, Reader
from agent.understanding.query_shape import read_aggregate, read_group, read_order
from tools.ledger.query import All, AnyOf, CohortQuery, Condition, Filter

_ALL_CLIENTS = re.compile(
    r"\b(?:all|list|every|everyone|everybody)\b.*\b(?:clients?|customers?|everyone|everybody)\b|\b(?:list|show)\b.*\bmy (?:clients|customers)\b"
)
_LISTED = 25
_READERS = (read_drivers, read_days, read_comparisons, read_aggregate, read_order, read_group, read_idioms, read_having)


@dataclass(frozen=True)
class Parsed:
    """A question as read. `leftover` are the words, numbers and negations that the query does not account for; with any, it must not be run."""

    query: CohortQuery
    leftover: tuple[str, ...]
    said: bool

    @property
    def covered(self) -> bool:
        """Whether every word is accounted for and something was asked."""
        return self.said and not self.leftover


def parse_query(text: str, as_of: date) -> Parsed:
    """Read a question about a book. The result is to be run only when it is `covered`."""
    reader = Reader(" ".join(text.casefold().replace("?", " ").replace("!", " ").split()), as_of)
    for read in _READERS:
        read(reader)
    said = bool(reader.parts or reader.sort or reader.aggregate or _ALL_CLIENTS.search(reader.text))
    where, unclear = _where(reader)
    query = CohortQuery(where=where, sort=tuple(reader.sort), limit=reader.limit or _LISTED, aggregate=reader.aggregate, group=reader.group)
    return Parsed(query, (*_leftover(reader), *unclear), said)


def _where(reader: Reader) -> tuple[Filter | None, tuple[str, ...]]:
    """Parts joined by "or" hold together, everything else must hold at once; and the joining words whose reach is unclear."""
    parts = sorted(reader.parts, key=lambda part: part.span)
    groups: list[list[Part]] = []
    unclear: list[str] = []
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else None
        between = reader.text[before.span.end : part.span.start] if before else ""
        if before and _under_same_negation(before, part, between):
            if re.search(r"\band\b", between):
                unclear.append(between.strip())
            # "not critical or on the watchlist": neither of the two.
            groups.append([part._replace(is_negated=True)])
            parts[number] = groups[-1][0]
        elif before and re.search(r"\bor\b", between):
            groups[-1].append(part)
        else:
            groups.append([part])
    joined: list[Filter] = [group[0].filter if len(group) == 1 else AnyOf(any=tuple(part.filter for part in group)) for group in groups]
    return _all_of(joined), tuple(unclear)


def _under_same_negation(before: Part, part: Part, between: str) -> bool:
    """Whether a negation reaches over a bare "or" or "and" to the next part ("without a loan or card"); a new "with" or "who" ends it."""
    bare = re.fullmatch(r"\s*,?\s*(?:or|and)(?: (?:a|an|any|the|on|in))*\s*", between)
    if not (before.is_negated and not part.is_negated and bare):
        return False
    has_no_figure = part.condition.field in HAVING and part.condition.value in (True, 0)
    return "or" in between.split() or has_no_figure


def _all_of(filters: list[Filter]) -> Filter | None:
    if not filters:
        return None
    return filters[0] if len(filters) == 1 else All(all=tuple(filters))


def _leftover(reader: Reader) -> tuple[str, ...]:
    found = re.findall(r"[\w'%£€$+-]+", reader.rest)
    return tuple(word for word in found if word in NEGATIONS or (word not in FILLERS and word.strip("-'+")))


def as_json(query: CohortQuery) -> dict[str, Any]:
    """The query as arguments of a call: only what was said."""
    return query.model_dump(mode="json", exclude_defaults=True)


def merged(earlier: object, now: CohortQuery) -> CohortQuery | None:
    """An earlier query (as arguments) narrowed by what is said now: conditions are added, one on a field already asked about replaces it."""
    try:
        before = CohortQuery.model_validate(earlier)
    except ValidationError:
        return None
    said = _conditions(now.where)
    fields = {part.field for part in said if isinstance(part, Condition)}
    kept = [part for part in _conditions(before.where) if not (isinstance(part, Condition) and part.field in fields)]
    return CohortQuery(
        where=_all_of([*kept, *said]),
        sort=now.sort or before.sort,
        limit=now.limit if now.limit != _LISTED else before.limit,
        aggregate=now.aggregate or before.aggregate,
        group=now.group or before.group,
    )


def _conditions(where: Filter | None) -> list[Filter]:
    if where is None:
        return []
    return list(where.all) if isinstance(where, All) else [where]
