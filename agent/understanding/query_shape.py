"""What a question about a book wants to see: how many, an average, the top five, by segment."""

import re
from typing import Literal

from agent.understanding.number_word import SMALL_WORDS, small_number
from agent.understanding.query_conditions import figure_of
from agent.understanding.query_lexicon import GROUPABLE, field_named, field_pattern, field_words
from agent.understanding.query_reader import Reader
from agent.understanding.span import Span
from tools.ledger.query import FIELDS, Aggregate, Sort

_F = field_pattern()
_N = rf"(?:\d{{1,3}}|{SMALL_WORDS})"
_HIGH = r"highest|largest|biggest|greatest|most"
_LOW = r"lowest|smallest|least|fewest"
_MOST_LISTED = 500
_FUNCTIONS: dict[str, Literal["sum", "mean", "median"]] = {
    "average": "mean",
    "mean": "mean",
    "median": "median",
    "total": "sum",
    "sum of": "sum",
    "combined": "sum",
}

_COUNTED = re.compile(r"\b(?:how many|number of|count(?: of| the| my| all)?|headcount of)\b")
_AGGREGATE = re.compile(
    rf"\b(?P<function>average|mean|median|total|sum of|combined) (?:of )?(?:(?:the|their|all|monthly|current|my) )*(?P<field>{_F})\b"
)
_TOP = re.compile(rf"\b(?:top|first|best|leading) (?P<n>{_N})\b|\b(?P<bottom>bottom|worst) (?P<m>{_N})\b")
_BY = re.compile(
    rf"\b(?:(?:sort(?:ed)?|rank(?:ed)?|order(?:ed)?)(?: \w+){{0,2}} )?by (?:the |their |total |current )?(?P<field>{_F})\b(?P<way>,? (?:(?P<up>ascending|lowest first|smallest first)|descending|highest first|largest first))?"
)
_MOST = re.compile(rf"\b(?:(?P<n>{_N}) )?(?:(?P<high>{_HIGH})|(?:{_LOW})) (?:(?P<n2>{_N}) )?(?:monthly |current )?(?P<field>{_F})\b")
_WORST_STRESS = re.compile(r"\bworst (?:stress scores?|stress|scores?)\b")
_MOST_VERB = re.compile(r"\b(?P<verb>earn|spend|owe)s? the (?:(?P<high>most)|least)\b")
_HOW_MANY_SHOWN = re.compile(
    rf"(?:^|,|\b(?:only|just|the|show|list|me|give)\b) *(?P<n>{_N})(?= *(?:please|of them|only|ones?)? *$|\s+(?:clients?|customers?))"
)


def read_aggregate(reader: Reader) -> None:
    """ "how many", "average income", "total savings"."""
    counted = reader.take(_COUNTED)
    match = _AGGREGATE.search(reader.rest)
    name = figure_of(field_named(match["field"])) if match else ""
    if match and FIELDS[name].is_number:
        reader.drop(Span(match.start(), match.end()))
        reader.aggregate = Aggregate(function=_FUNCTIONS[match["function"]], field=name)
    elif counted:
        reader.aggregate = Aggregate(function="count")


def read_order(reader: Reader) -> None:
    """ "top 5 by balance", "lowest balances", "who earns the most", "sorted by savings"."""
    top = reader.take(_TOP)
    if top:
        _limit(reader, top["n"] or top["m"])
    by = _BY.search(reader.rest)
    if by and field_named(by["field"]) not in GROUPABLE and (reader.aggregate is None or "sort" in by[0]):
        reader.drop(Span(by.start(), by.end()))
        reader.sort.append(Sort(field=figure_of(field_named(by["field"])), descending=not (by["up"] or (top and top["bottom"]))))
    elif not by:
        _read_most(reader)
    if reader.sort and reader.limit is None and (shown := reader.take(_HOW_MANY_SHOWN)):
        _limit(reader, shown["n"])


def _read_most(reader: Reader) -> None:
    if match := reader.take(_MOST):
        reader.sort.append(Sort(field=figure_of(field_named(match["field"])), descending=bool(match["high"])))
        if match["n"] or match["n2"]:
            _limit(reader, match["n"] or match["n2"])
    elif reader.take(_WORST_STRESS):
        reader.sort.append(Sort(field="stress_score"))
    elif match := reader.take(_MOST_VERB):
        reader.sort.append(Sort(field=figure_of(field_named(match["verb"])), descending=bool(match["high"])))


def _limit(reader: Reader, words: str) -> None:
    number = small_number(words) or 0
    reader.limit = min(max(number, 1), _MOST_LISTED)


def read_group(reader: Reader) -> None:
    """ "by segment", "per band"."""
    names = "|".join(re.escape(words) for words, name in field_words().items() if name in GROUPABLE)
    match = reader.take(
        rf"\b(?:by|per|for each|for every|in each|in every|grouped by|split by|broken down by|across)(?: the)? (?P<field>{names})\b"
    )
    if match:
        reader.group = field_named(match["field"])
        reader.aggregate = reader.aggregate or Aggregate(function="count")
