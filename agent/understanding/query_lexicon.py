"""The words of questions about a book: those of the field table and those of `query_words.toml`."""

import re
from functools import cache

from agent.understanding.lexicon import table, words
from tools.ledger.query import FIELDS, Comparison, Scalar

#: Pattern, field, comparison and value.
Idiom = tuple[re.Pattern[str], str, Comparison, Scalar | tuple[Scalar, ...]]

_DATA = table("query_words")
FILLERS = words("query_fillers")
NEGATIONS = words("query_negations")
#: Fields with a handful of values, by which figures can be split.
GROUPABLE = frozenset(name for name, field in FIELDS.items() if field.doc.unit == "label")
COMPARISONS: tuple[tuple[Comparison, str], ...] = tuple(_DATA["comparisons"].items())
#: Fields that mean having some of it where no figure follows; whether they are yes/no fields.
HAVING: dict[str, bool] = {name: kind == "yes_or_no" for kind, names in _DATA["having"].items() for name in names}
OPPOSITE: dict[Comparison, Comparison] = {"lt": "ge", "ge": "lt", "gt": "le", "le": "gt", "eq": "ne", "ne": "eq"}


@cache
def idioms() -> tuple[Idiom, ...]:
    """Idioms in the order in which they are tried: pattern, field, comparison, value."""
    return tuple(
        (
            re.compile(rf"(?<![\w-])(?:{row['pattern']})(?![\w-])"),
            row["field"],
            row["op"],
            tuple(row["value"]) if isinstance(row["value"], list) else row["value"],
        )
        for row in _DATA["idiom"]
    )


@cache
def driver_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """ "Because of lending apps", for every reason of stress that clients may be asked for by."""
    said = _DATA["drivers"]
    return tuple(
        (re.compile(rf"(?<![\w-]){said['before']}(?:{pattern}){said['after']}(?![\w-])"), reason)
        for reason, pattern in said["words"].items()
    )


@cache
def field_words() -> dict[str, str]:
    """Spoken words -> field, the longest first; from the labels and words of the field table and more of the language's own."""
    found: dict[str, str] = {}
    for name, field in FIELDS.items():
        for spoken in (*field.doc.words, field.doc.label, name.replace("_", " "), *_DATA["fields"].get(name, ())):
            found.setdefault(spoken.casefold(), name)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def field_pattern() -> str:
    """One pattern that matches the words of any field, the longest first."""
    return "(?:" + "|".join(re.escape(spoken) for spoken in field_words()) + ")"


def field_named(spoken: str) -> str:
    """The field that these exact words mean."""
    return field_words()[" ".join(spoken.casefold().split())]
