"""Which client an RM's words name. The words are passed on as they were said; the view decides what they mean (invariant I1)."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from agent.context import ClientName
from agent.plan import PastTurn
from agent.understanding.lexicon import words
from agent.understanding.phrases import phrases
from agent.understanding.span import Span, without
from tools.ledger.category import CATEGORIES

_KEY = re.compile(r"\b([a-z][\w-]*):\s?(\d+)\b", re.IGNORECASE)
_CALLED_NUMBER = re.compile(r"\b(?:client|customer|account)(?: (?:number|no\.?|nr\.?))? ?#?(\d{1,12})\b|#(\d{1,12})\b", re.IGNORECASE)
_BARE_NUMBER = re.compile(
    r"(?:^|\b(?:is|are|for|about|of|does|can|could|would|will|show|look up|why is|hows|how's|compare|better off,?|worse off,?|versus|vs\.?|better:?|(?:between|against|with)(?= \d{4}))\s+)(\d{1,12})(?:'s)?(?=\s*(?:$|[?!.,](?!\d)|'s|(?:and|or|vs|versus|against|with|is|are|doing|have|has|had|spend|spent|earn|pay|paid|afford|manage|get|go|run|looking|stressed|struggling|in trouble|at risk|on the|balance|profile)\b))",
    re.IGNORECASE,
)
_POSSESSIVE_NUMBER = re.compile(r"\b(\d{1,12})'s\b")
_PRONOUN = re.compile(
    r"\b(?:she|he|her|him|his|hers|they|them|their|(?:this|that|the|the same|same) (?:client|customer|person|one|woman|man|lady|guy|couple|business))\b(?:'s)?(?! of)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|mister|dr|prof)\.? ([^\W\d_][\w'-]*)", re.IGNORECASE)
_ONLY_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|mister|dr|prof)\.? $", re.IGNORECASE)
_OF = re.compile(r"\bof $", re.IGNORECASE)
_NAMED_PLACE = re.compile(
    r"(?:\bhow(?:'s| is| are| was)|\bhow about|\bwhat about|\btell me (?:more )?about|\blook up|\bpull up|\bbring up|\bbrief me on|\bwhy is|\bwhy's|\bcheck on|\bwho is|\bfile of|\bclient called|\bclient named) "
    r"(?P<name>[^\W\d_][\w'-]*(?:\s+[^\W\d_][\w'-]*){0,2}?)(?=\s*(?:$|[?!.,]|(?:doing|getting|coping|faring|stressed|struggling|in|at|on|so|for|and|going|ok|okay|looking|likely|with)\b))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'-]*")
_NO_NAME = words("never_a_name")
#: What comes before a name that is a word too ("how is Will doing", but not "in May").
_BEFORE_A_NAME = re.compile(r"\b(?:is|are|about|does|did|has|can|could|how's|client|customer|and|with) $", re.IGNORECASE)
_ALIKE = 80
_SHORTEST_FUZZY = 4
_MOST_NAMESAKES = 30


class Mention(NamedTuple):
    """A client as the words name it."""

    words: str
    kind: Literal["key", "number", "name", "unknown", "pronoun"]
    span: Span


def mentions(text: str, known: Mapping[str, set[int]]) -> tuple[Mention, ...]:
    """Every client the text names, in order: keys, numbers, names of the book (misspelt too), names where a name must stand, pronouns."""
    found = [Mention(f"{match[1].casefold()}:{match[2]}", "key", Span(match.start(), match.end())) for match in _KEY.finditer(text)]
    rest = without(text, (mention.span for mention in found))
    for pattern in (_CALLED_NUMBER, _POSSESSIVE_NUMBER, _BARE_NUMBER):
        for match in pattern.finditer(rest):
            number = next(group for group in match.groups() if group)
            span = Span(match.start(), match.end()) if pattern is _CALLED_NUMBER else Span(match.start(1), match.end(1))
            found.append(Mention(number, "number", _with_possessive(rest, span)))
        rest = without(rest, (mention.span for mention in found))
    found += _listed(rest, found)
    rest = without(rest, (mention.span for mention in found))
    found += [_with_title(rest, mention) for mention in _names(rest, known)]
    rest = without(rest, (mention.span for mention in found))
    found += _strangers(rest)
    rest = without(rest, (mention.span for mention in found))
    if any(mention.kind == "name" for mention in found):
        # "A goal for Tom Hughes of 10000": where somebody is named, a number after "of" is a figure.
        found = [mention for mention in found if mention.kind != "number" or not _OF.search(text[: mention.span.start])]
    if not found:
        found = [
            Mention(match[0], "pronoun", _with_possessive(text, Span(match.start(), match.end()))) for match in _PRONOUN.finditer(rest)
        ][:1]
    return tuple(sorted(found, key=lambda mention: mention.span))


def _listed(rest: str, found: Sequence[Mention]) -> list[Mention]:
    """Numbers joined to one that names a client: "how are 1042 and 2077 doing"."""
    more: list[Mention] = []
    for mention in found:
        position = mention.span.end
        while match := re.compile(
            r"\s*(?:,|,? and|,? or|&|with|to|vs\.?|versus|against)\s+(\d{1,12})\b(?![.,]?\d|\s*(?:%|k\b|months?|years?|days?|pounds))",
            re.IGNORECASE,
        ).match(rest, position):
            more.append(Mention(match[1], "number", Span(match.start(1), match.end(1))))
            position = match.end()
    return more


def _with_possessive(text: str, span: Span) -> Span:
    return Span(span.start, span.end + 2) if text[span.end : span.end + 2] == "'s" else span


def _names(text: str, known: Mapping[str, set[int]]) -> list[Mention]:
    """Runs of words that are words of names in the book."""
    found: list[Mention] = []
    run: list[re.Match[str]] = []
    owners: set[int] = set()
    for match in _WORD.finditer(text):
        holders = _holders(match, known)
        shared = owners & holders if run else holders
        if run and holders and shared and text[run[-1].end() : match.start()] == " ":
            run.append(match)
            owners = shared
            continue
        found += _as_mention(run, text)
        run, owners = ([match], holders) if holders else ([], set())
    return [*found, *_as_mention(run, text)]


def _with_title(text: str, mention: Mention) -> Mention:
    """The mention with the title before it ("Ms Lopez"), which is no part of the name."""
    title = _ONLY_TITLE.search(text[: mention.span.start])
    return mention._replace(span=Span(title.start(), mention.span.end)) if title else mention


def _as_mention(run: list[re.Match[str]], text: str) -> list[Mention]:
    if not run:
        return []
    if all(match[0].casefold() in _ordinary() for match in run) and not _BEFORE_A_NAME.search(text[: run[0].start()]):
        return []
    said = " ".join(match[0] for match in run)
    return [Mention(said.removesuffix("'s").removesuffix("'"), "name", Span(run[0].start(), run[-1].end()))]


def name_words(clients: Sequence[ClientName]) -> dict[str, set[int]]:
    """Each word of a name, folded -> positions of the clients that bear it."""
    found: dict[str, set[int]] = {}
    for position, client in enumerate(clients):
        for word in _WORD.findall(client.name.casefold()):
            found.setdefault(word, set()).add(position)
    # What every tenth client is called by ("Berka 1787") tells nobody apart.
    most = max(_MOST_NAMESAKES, len(clients) // 10)
    return {word: holders for word, holders in found.items() if len(holders) <= most}


@cache
def _ordinary() -> frozenset[str]:
    """Words that are words first and names second: taken for a name only with a capital inside a sentence, in a place for a name."""
    spoken = {word for phrase in phrases() for word in _WORD.findall(phrase.text) if word[:1].islower()}
    categories = {word for category in CATEGORIES.values() for spoken in category.synonyms for word in spoken.split()}
    return words("names_that_are_words_too") | words("never_a_name") | spoken | categories


def _holders(match: re.Match[str], known: Mapping[str, set[int]]) -> set[int]:
    word = match[0].casefold().removesuffix("'s").removesuffix("'")
    capital = match[0][:1].isupper()
    inside = match.start() > 0
    if word in known:
        if word in _ordinary():
            return known[word] if capital and inside else set()
        return known[word]
    if len(word) < _SHORTEST_FUZZY or word in _ordinary() or not (capital and inside):
        return set()
    return _alike(word, known)


def _alike(word: str, known: Mapping[str, set[int]]) -> set[int]:
    """Holders of the names that are spelt like a capitalised word."""
    from rapidfuzz import fuzz, process

    near = process.extract(word, known.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3)
    return {holder for name, _, _ in near for holder in known[name]}


def _strangers(text: str) -> list[Mention]:
    """Names nobody in the book bears, where only a name can stand: the view answers for them as for what does not exist."""
    found = [Mention(match[1].removesuffix("'s"), "unknown", Span(match.start(), match.end())) for match in _TITLE.finditer(text)]
    if found:
        return found
    for match in _NAMED_PLACE.finditer(text):
        said = match["name"].split()
        if not any(word.casefold().removesuffix("'s") in _NO_NAME for word in said):
            found.append(Mention(match["name"].removesuffix("'s"), "unknown", Span(match.start("name"), match.end("name"))))
    return found


def last_client(past: Sequence[PastTurn]) -> str | None:
    """The client that was spoken of last."""
    return next(iter(clients_spoken_of(past)), None)


def clients_spoken_of(past: Sequence[PastTurn]) -> tuple[str, ...]:
    """The clients of earlier calls, the latest first. One of several that were compared is nobody's "she"."""
    found = [
        str(frame.arguments["client"])
        for turn in reversed(past)
        for frame in reversed(turn.frames)
        if isinstance(frame.arguments.get("client"), str)
    ]
    return tuple(dict.fromkeys(found))
