"""Short follow-ups: the calls of the turn before, with what was said now laid over them by type."""

import re
from collections.abc import Sequence
from typing import Any

from agent.plan import Frame, PastTurn
from agent.understanding.amounts import limits
from agent.understanding.clients import Mention
from agent.understanding.comparison import comparison_follow_up
from agent.understanding.dates import duration, horizon_months, period
from agent.understanding.goal_follow_up import goal_follow_up
from agent.understanding.lexicon import words
from agent.understanding.number_word import SMALL_WORDS, small_number
from agent.understanding.products import named_products, need_of, of_kind
from agent.understanding.query import as_json, merged, parse_query
from agent.understanding.scenario_follow_up import SCENARIOS, scenario_follow_up
from agent.understanding.since import since_day
from agent.understanding.slots import card_part, forecast_until, said_money
from agent.understanding.span import Span, without
from agent.understanding.spending_words import covered_by, said_category
from agent.understanding.vocabulary import Vocabulary

_MARKER = re.compile(
    r"^(?:(?:hm+|um+|er|right|yeah|yes|cool|hang on|wait|ah)[\s,.]+)*(?:and|what about|how about|what if|if|but|or|only|same|also|just|then|make (?:it|that)|ok(?:ay)?|so|now|with|without|for|in|on|over|instead|as|not|from|by|until|till|say|try|look|starting|plus)\b",
    re.IGNORECASE,
)
_SMALL = words("small_in_a_follow_up")
_WORD = re.compile(r"[\w'-]+")
_WHY = re.compile(
    r"^(?:and |but |so |ok |okay )*(?:why(?: is (?:that|this|it))?(?: so)?|how come|how so|what(?:'s| is) the reason|explain(?: (?:that|this|it))?(?: to me)?|for what reason)(?: (?:please|then|exactly|high|low|bad))*$",
    re.IGNORECASE,
)
_STRESS = frozenset({"stress_status", "explain_stress"})


def asks_why(clause: str) -> bool:
    """A bare "why?"."""
    return bool(_WHY.match(clause.strip(" ?!.")))


def begins_as_follow_up(clause: str) -> bool:
    """Whether the first words lean on the turn before."""
    return bool(_MARKER.match(clause))


def why(past: Sequence[PastTurn], vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """The explanation of the last stress score; nothing when that is not what was spoken of."""
    for frame in reversed(past[-1].frames if past else ()):
        if frame.name in _STRESS and "explain_stress" in vocabulary.tools:
            client = {"client": frame.arguments["client"]} if "client" in frame.arguments else {}
            return (Frame(name="explain_stress", arguments=client),)
    return ()


def follow_up(clause: str, named: Sequence[Mention], past: Sequence[PastTurn], vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """The calls of the last turn as the clause changes them; empty when it changes nothing or says more than can be laid over."""
    frames = past[-1].frames if past else ()
    if not frames:
        return ()
    if frames[-1].name in SCENARIOS:
        return scenario_follow_up(clause, named, frames[-1], vocabulary)
    if frames[-1].name == "compare_clients":
        return comparison_follow_up(named, frames[-1], vocabulary)
    if frames[-1].name == "set_goal":
        return goal_follow_up(clause, named, frames[-1], vocabulary)
    if frames[-1].name == "cohort_query":
        return _query_follow_up(clause, frames[-1], vocabulary)
    changed: list[Frame] = []
    accounted: set[Span] = set()
    for frame in frames:
        changes, spans = _changes(frame, clause, named, vocabulary)
        accounted |= spans
        if changes and frame.name in vocabulary.tools:
            changed.append(Frame(name=frame.name, arguments=_merged(frame.arguments, changes)))
    return tuple(changed) if changed and not _unaccounted(clause, accounted) else ()


def _merged(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A forecast goes either so many months ahead or until something: what is said now ends the other."""
    other = {"until": "horizon_months", "horizon_months": "until"}
    gone = {other[name] for name in changes if name in other}
    return {name: value for name, value in before.items() if name not in gone} | changes


def _unaccounted(clause: str, spans: set[Span]) -> list[str]:
    return [word for word in _WORD.findall(without(clause, spans).casefold()) if word not in _SMALL and word.strip("'-")]


def _query_follow_up(clause: str, frame: Frame, vocabulary: Vocabulary) -> tuple[Frame, ...]:
    parsed = parse_query(
        re.sub(r"^(?:and|what about|how about|but|or|also|just|only|then|ok(?:ay)?)\s+", "", clause, flags=re.IGNORECASE), vocabulary.as_of
    )
    query = merged(frame.arguments.get("query"), parsed.query) if parsed.covered else None
    return (Frame(name="cohort_query", arguments={"query": as_json(query)}),) if query else ()


def _changes(frame: Frame, clause: str, named: Sequence[Mention], vocabulary: Vocabulary) -> tuple[dict[str, Any], set[Span]]:
    """New values for the arguments this tool takes, and where they were said."""
    found: dict[str, Any] = {}
    spans: set[Span] = set()
    blanked = without(clause, [mention.span for mention in named])
    if named and vocabulary.takes(frame.name, "client") and named[0].kind != "pronoun":
        found["client"] = named[0].words
        spans.add(named[0].span)
    for part in (_products, _sums, _lengths, _categories, _parts):
        changes, where = part(frame, blanked, vocabulary)
        found |= changes
        spans |= where
    return found, spans


def _products(frame: Frame, clause: str, vocabulary: Vocabulary) -> tuple[dict[str, Any], set[Span]]:
    products = named_products(clause, vocabulary.products)
    if products and vocabulary.takes(frame.name, "product") and frame.name != "product_question":
        return {"product": products[0].product.id}, {products[0].span}
    if frame.name == "recommend_product" and (need := need_of(clause)):
        return {"need": need}, {
            Span(match.start(), match.end()) for match in _WORD.finditer(clause) if need_of(match[0]) == need
        } | _kind_spans(clause)
    if frame.name == "product_question" and (products or of_kind(clause, vocabulary.products)):
        return _same_question(frame, clause, vocabulary), {Span(0, len(clause))}
    return {}, set()


def _kind_spans(clause: str) -> set[Span]:
    return {
        Span(match.start(), match.end())
        for match in re.finditer(r"\b(?:account|accounts|loan|fund|rainy|day|card)\b", clause, re.IGNORECASE)
    }


def _same_question(frame: Frame, clause: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """The question of before in the person's own words, followed by the words of now; about the product named now."""
    products = named_products(clause, vocabulary.products)
    kind = of_kind(clause, vocabulary.products)
    product = products[0].product.id if products else kind[0].id if len(kind) == 1 else None
    return {"question": f"{frame.arguments.get('question', '')} {clause}".strip(), **({"product": product} if product else {})}


def _sums(frame: Frame, clause: str, vocabulary: Vocabulary) -> tuple[dict[str, Any], set[Span]]:
    if vocabulary.takes(frame.name, "min_amount"):
        said = limits(clause)
        if said is None:
            return {}, set()
        return {**({"min_amount": said.low.text} if said.low else {}), **({"max_amount": said.high.text} if said.high else {})}, {said.span}
    money = said_money(clause, vocabulary) if vocabulary.takes(frame.name, "amount") else None
    return ({"amount": money.text}, {money.span}) if money and money.value > 0 else ({}, set())


def _lengths(frame: Frame, clause: str, vocabulary: Vocabulary) -> tuple[dict[str, Any], set[Span]]:
    if vocabulary.takes(frame.name, "from_date"):
        when = period(clause, vocabulary.as_of)
        if when is None:
            return {}, set()
        days = {"from_date": when.from_date, "to_date": when.to_date}
        return {name: day.isoformat() for name, day in days.items() if day}, {when.span}
    if vocabulary.takes(frame.name, "horizon_months"):
        if vocabulary.takes(frame.name, "until") and (until := forecast_until(clause)):
            return {"until": until}, {Span(0, len(clause))}
        horizon = horizon_months(clause, vocabulary.as_of) or _bare_months(clause)
        return ({"horizon_months": horizon[0]}, {horizon[1]}) if horizon else ({}, set())
    if vocabulary.takes(frame.name, "since"):
        day = since_day(clause, vocabulary.as_of)
        return ({"since": day[0].isoformat()}, {day[1]}) if day else ({}, set())
    name = next((name for name in ("months", "term_months") if vocabulary.takes(frame.name, name)), None)
    length = duration(clause) if name else None
    when = period(clause, vocabulary.as_of) if name == "months" else None
    if name and length:
        return {name: min(length.in_months, 24) if name == "months" else length.in_months}, {length.span, *([when.span] if when else [])}
    if name and when and when.from_date:
        return {name: min(when.months_back(vocabulary.as_of), 24)}, {when.span}
    return {}, set()


def _parts(frame: Frame, clause: str, vocabulary: Vocabulary) -> tuple[dict[str, Any], set[Span]]:
    """ "And is it fair?" after another part of a model's card."""
    about = card_part(clause) if vocabulary.takes(frame.name, "about") else None
    return ({"about": about}, {Span(0, len(clause))}) if about else ({}, set())


def _bare_months(clause: str) -> tuple[int, Span] | None:
    """ "and in six?" after a forecast: months."""
    match = re.fullmatch(
        rf"(?:(?:and|what about|how about|or|in|for|over) )+(?P<n>\d{{1,2}}|{SMALL_WORDS})", clause.strip(" ?!."), re.IGNORECASE
    )
    number = small_number(match["n"]) if match else None
    return (number, Span(match.start("n"), match.end("n"))) if match and number else None


def _categories(frame: Frame, clause: str, vocabulary: Vocabulary) -> tuple[dict[str, Any], set[Span]]:
    category = said_category(clause) if vocabulary.takes(frame.name, "category") else None
    if category:
        return {"category": category.key}, set(covered_by(clause, category.key))
    if frame.name == "find_transactions" and (match := re.search(r"\blast (?P<n>\d+)\b", clause)) and (number := small_number(match["n"])):
        return {"limit": min(number, 50)}, {Span(match.start(), match.end())}
    return {}, set()
