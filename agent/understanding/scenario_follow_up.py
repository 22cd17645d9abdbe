"""What is said after a scenario: other changes, one more change, another figure in the same change, another length, other clients.

"and if ..." puts its changes in the place of those of before and keeps the client (or the clients) and the horizon; with "too", "as well",
"also" or "on top" they are added to them.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from agent.plan import Frame
from agent.understanding.amounts import plain
from agent.understanding.clients import Mention
from agent.understanding.lexicon import table, words
from agent.understanding.query import as_json, merged, parse_query
from agent.understanding.scenario import MOST_POINTS, Parsed, missing_of, parse_scenario
from agent.understanding.scenario_figures import Figure, marked
from agent.understanding.scenario_words import ADDED, FILLERS, TAKEN_OUT
from agent.understanding.span import replaced, without
from agent.understanding.vocabulary import Vocabulary
from tools.ledger.category import CATEGORIES
from tools.ledger.query import CohortQuery
from tools.twin.scenario.recipe import recipes

SCENARIOS = frozenset({"what_if", "cohort_what_if"})
#: What "it" and "they" stand for after a change of a kind.
_SUBJECTS: dict[str, str] = table("scenario_words")["subjects"]
_SUBJECT = re.compile(r"\b(?:it|they|that|this|those)\b(?!')|\bit(?=['’]s\b)")
_LEANING = re.compile(
    r"^(?:(?:and|what about|how about|but|or|also|just|only|then|ok(?:ay)?|hm+|um|so|what if|if|make (?:it|that)|with|say|try)\b[\s,]*)+",
    re.I,
)
_BEGINS_LATER = re.compile(
    r"\b(?:start|starts|started|starting|begin|begins|began|only|later|happen|happens|happened|from|kicks? in|not until)\b"
)
_BOOK = re.compile(r"\b(?:clients|customers|book|portfolio|everyone|everybody)\b", re.IGNORECASE)
_WHOLE_BOOK = re.compile(
    r"(?:(?:for|on|across|over|in|with) )?(?:the |my )?(?:whole |entire |full )?(?:book|portfolio)|(?:for )?(?:everyone|everybody)"
)
#: A length of time, unlike the name of a month: "in a year" says how far to look, "in September" when something happens.
_LENGTH = re.compile(r"\b(?:years?|months?|weeks?|quarters?|days?)\b")
_SMALL = words("small_in_a_follow_up") | FILLERS
_WORD = re.compile(r"[\w'%£€$+-]+")


def scenario_follow_up(clause: str, named: Sequence[Mention], frame: Frame, vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """The call of before as the clause changes it; empty when it changes nothing or says more than can be laid over."""
    people = [mention for mention in named if mention.kind != "pronoun"]
    if frame.name not in vocabulary.tools or (people and frame.name == "cohort_what_if"):
        return ()
    if frame.name == "what_if" and not people and (on_clients := _on_clients(clause, frame, vocabulary)):
        return on_clients
    client = _client(named, frame, vocabulary)
    bare = " ".join(replaced(clause, [(mention.span, "") for mention in named if mention.kind != "pronoun" or client]).split())
    before = _changes_of(frame)
    if TAKEN_OUT.search(bare.casefold()):
        return _taken_out(TAKEN_OUT.sub("", bare.casefold()), before, frame, vocabulary)
    now = _new_changes(bare, before, vocabulary)
    if now is not None:
        return _framed(frame, {**now, **client})
    # "My rent goes up to 1,300" names its own change, of which something was not understood: no figure of it is laid over.
    says_its_own = parse_scenario(bare, vocabulary.as_of, vocabulary.products)
    laid_over = None if says_its_own.changes and says_its_own.leftover else _laid_over(bare, before, vocabulary)
    if laid_over is not None and (laid_over or client):
        return _framed(frame, {**laid_over, **client})
    return _other_clients(clause, frame, vocabulary) if frame.name == "cohort_what_if" else ()


def _taken_out(named: str, before: Sequence[dict[str, Any]], frame: Frame, vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """ "without the rate rise": the changes of before without those of the kinds that are named; empty when nothing would be left."""
    kinds = {change["kind"] for change in parse_scenario(f"if {named.strip()}", vocabulary.as_of, vocabulary.products).changes}
    kept = [change for change in before if change["kind"] not in kinds]
    return _framed(frame, {"changes": kept}) if kept and len(kept) < len(before) else ()


def _on_clients(clause: str, frame: Frame, vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """ "and for all my clients with a mortgage?" after a scenario of one client: the same changes on those clients."""
    if "cohort_what_if" not in vocabulary.tools or not _BOOK.search(clause):
        return ()
    about = _LEANING.sub("", clause).strip(" ?!.")
    query = parse_query(about, vocabulary.as_of)
    if not query.covered and not _WHOLE_BOOK.fullmatch(about.casefold()):
        return ()
    kept = {name: value for name, value in frame.arguments.items() if name != "client"}
    asked = {} if query.query.where is None else {"query": as_json(CohortQuery(where=query.query.where))}
    return (Frame(name="cohort_what_if", arguments={**kept, **asked}),)


def _framed(frame: Frame, new: dict[str, Any]) -> tuple[Frame, ...]:
    return (Frame(name=frame.name, arguments={**frame.arguments, **new}),)


def _client(named: Sequence[Mention], frame: Frame, vocabulary: Vocabulary) -> dict[str, Any]:
    if named and named[0].kind != "pronoun" and vocabulary.takes(frame.name, "client"):
        return {"client": named[0].words}
    return {}


def _changes_of(frame: Frame) -> list[dict[str, Any]]:
    found = cast("list[dict[str, Any]]", frame.arguments.get("changes") or [])
    return [{name: value for name, value in change.items() if value is not None} for change in found]


def _new_changes(clause: str, before: Sequence[dict[str, Any]], vocabulary: Vocabulary) -> dict[str, Any] | None:
    """The changes of a clause that says whole ones, perhaps of "it" or "they"; None where it says none."""
    for words_of_it in (clause, _with_subject(clause, before)):
        found = parse_scenario(words_of_it, vocabulary.as_of, vocabulary.products)
        if found.complete and not found.apart:
            return _joined(found, clause, before)
    return None


def _with_subject(clause: str, before: Sequence[dict[str, Any]]) -> str:
    """ "and if they go up three points?" after a change of rates: "and if rates go up three points?"."""
    if not before:
        return clause
    last = before[-1]
    category = CATEGORIES.get(str(last.get("category")))
    subject = category.synonyms[0] if category and last["kind"] != "spend_less" else _SUBJECTS.get(last["kind"])
    return _SUBJECT.sub(subject, clause, count=1) if subject else clause


def _joined(found: Parsed, clause: str, before: Sequence[dict[str, Any]]) -> dict[str, Any]:
    new = [dict(change) for change in found.changes]
    if ADDED.search(clause.casefold()):
        keys = {(change["kind"], change.get("category")) for change in new}
        new = [change for change in before if (change["kind"], change.get("category")) not in keys] + new
    return {"changes": new, **({} if found.horizon_months is None else {"horizon_months": found.horizon_months})}


def _laid_over(clause: str, before: Sequence[dict[str, Any]], vocabulary: Vocabulary) -> dict[str, Any] | None:
    """New figures in the changes of before; None where something of the clause has no place in them."""
    found = marked(clause, vocabulary.as_of, vocabulary.products)
    rest = without(found.text, [figure.span for figure in found.figures])
    if any(word not in _SMALL for word in _WORD.findall(rest) if word.strip("'-+")):
        return None
    changes = [dict(change) for change in before]
    laid: dict[str, Any] = {}
    later = bool(_BEGINS_LATER.search(found.said))
    for figure in found.figures:
        if figure.kind == "E":
            continue
        is_length = bool(_LENGTH.search(found.said[figure.span.start : figure.span.end]))
        if _is_horizon(figure, changes, later=later or not is_length):
            laid["horizon_months"] = figure.value
        elif _put(figure, changes):
            laid["changes"] = changes
        else:
            return None
    return laid if all(missing_of(change) is None for change in changes) else None


def _is_horizon(figure: Figure, changes: Sequence[dict[str, Any]], *, later: bool) -> bool:
    """ "over two years", "in a year", "by June" say how far to look, where no loan takes them as its term and nothing starts then."""
    if figure.kind != "T" or figure.role == "ahead":
        return figure.kind == "T"
    if figure.role == "starts":
        return not later and figure.value != 0
    if figure.role == "over":
        return not any("term_months" in recipes()[change["kind"]].parameters for change in changes)
    return figure.role == "bare" and _place(("term_months", "months"), changes) is None


def _put(figure: Figure, changes: list[dict[str, Any]]) -> bool:
    is_small = not figure.sure and isinstance(figure.value, Decimal) and figure.value <= MOST_POINTS
    sizes = ("amount",) if not is_small else tuple(name for name in ("points", "percent") if changes and name in changes[-1]) or ("amount",)
    names: dict[str, tuple[str, ...]] = {
        "M": sizes,
        "P": ("percent", "points", "rate_percent"),
        "R": ("points",),
        "D": ("due_day",),
        "C": ("category",),
        "K": ("category",),
        "N": ("product",),
        "T": ("starts_in_months",) if figure.role == "starts" else ("term_months", "months"),
    }
    place = _place(names.get(figure.kind, ()), changes)
    if place is None:
        return False
    change, name = place
    change[name] = _as_before(name, figure, change.get(name))
    for other in recipes()[change["kind"]].one_of:
        if name in recipes()[change["kind"]].one_of and other != name:
            change.pop(other, None)
    return True


def _place(names: Sequence[str], changes: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], str] | None:
    """The last change that has such a value, else the last that can take one."""
    for name in names:
        for change in reversed(changes):
            if name in change:
                return change, name
    for name in names:
        for change in reversed(changes):
            if name in recipes()[change["kind"]].parameters:
                return change, name
    return None


def _as_before(name: str, figure: Figure, old: Any) -> Any:
    """The new value in the form of the old one; a fall stays a fall."""
    if figure.kind not in {"M", "P", "R"}:
        return figure.value
    falls = str(old).startswith("-")
    value = -abs(figure.value) if falls and not isinstance(figure.value, str | None) else figure.value
    return plain(value) if name == "amount" and isinstance(value, Decimal) else float(value or 0)


def _other_clients(clause: str, frame: Frame, vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """ "and only those with savings below 5k?": the same changes on other clients."""
    query = parse_query(_LEANING.sub("", clause), vocabulary.as_of)
    narrowed = merged(frame.arguments.get("query") or {}, query.query) if query.covered else None
    return _framed(frame, {"query": as_json(narrowed)}) if narrowed else ()
