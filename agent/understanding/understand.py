"""From one message to calls: clauses, intents, slots, follow-ups. It asks rather than guesses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.plan import MAX_CALLS, Frame, PastTurn
from agent.understanding.amounts import amounts, limits
from agent.understanding.arithmetic import expression_of
from agent.understanding.ask import Ask
from agent.understanding.clients import Mention, last_client, mentions
from agent.understanding.comparison import compared_clients
from agent.understanding.cues import cues_in
from agent.understanding.follow_up import asks_why, begins_as_follow_up, follow_up, why
from agent.understanding.intent import IntentModel, Ranked
from agent.understanding.normalise import normalise
from agent.understanding.number_word import SCALED_WORDS, SMALL_WORDS
from agent.understanding.products import named_products, spoken_kind
from agent.understanding.query import as_json, parse_query
from agent.understanding.since import since_day
from agent.understanding.slots import arguments_for, needs_dates
from agent.understanding.span import replaced, without
from agent.understanding.split import clauses, without_opening
from agent.understanding.strangers import asks_about_another
from agent.understanding.supposition import cohort_arguments, is_one_supposition, parsed, supposition, tries_on
from agent.understanding.vocabulary import Vocabulary

#: Below this score no capability is meant. Chosen on the example phrases, each left out in turn (see the tests).
UNSURE = 0.42
#: A score that needs no second thought: words that lean on the turn before must reach it to be a request of their own.
SURE = 0.65
_SHORT = 5
_TALK = "small_talk."
_ALWAYS = ("small_talk.greet", "small_talk.thanks", "small_talk.bye", "small_talk.identity", "out_of_scope")
_BOOK = re.compile(
    r"\b(?:clients|customers|everyone|everybody|people|households|companies|businesses)\b|^(?:and )?(?:who|whose)\b(?! (?:are|made) you)|\b(?:top|bottom) (?:\d+|\w+)\b|\b(?:average|mean|median|total) (?!balance of the client)\w+ .*\b(?:by|per|of) (?:segment|band|my|the book)|\b(?:in|of|across) (?:the|my) book\b",
    re.IGNORECASE,
)
#: Words that are about a book where something is tried on.
_BOOKISH = re.compile(r"\b(?:who|whose|book|portfolio|holders|borrowers|trackers?|mortgages book|anyone|anybody)\b", re.IGNORECASE)
#: An answer to "which amount?" holds a figure.
_FIGURE = re.compile(rf"\d|\b(?:{SCALED_WORDS}|{SMALL_WORDS}|half)\b", re.IGNORECASE)
#: Who got worse and who got better are two lists, not clients of whom both is true.
_BOTH_WAYS = re.compile(
    r"\b(?:worse|worsened|deteriorat\w+)\b.*\b(?:better|improv\w+|recover\w+)\b|\b(?:better|improv\w+|recover\w+)\b.*\b(?:worse|worsened|deteriorat\w+)\b",
    re.IGNORECASE,
)
_BOOK_TOOLS = frozenset({"cohort_query", "portfolio_summary"})
_ONE_FIGURE = re.compile(r"\b(?:score|band|stress(?:ed)?|risk level|watch ?list)\b", re.IGNORECASE)
#: How a client and products are spoken of where their names do not matter.
_CLIENT = "the client"


@dataclass(frozen=True)
class Understanding:
    """What a message asks for.

    Attributes:
        frames: the calls to make; where there are any, `act` is None.
        act: `small_talk`, `out_of_scope`, `ask` or `not_understood`, with `words` and `options` for the reply.
        covered: whether everything that was said is in the frames.
        missed: clauses that are not, where there are frames.
    """

    frames: tuple[Frame, ...] = ()
    act: str | None = None
    words: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    covered: bool = True
    missed: tuple[str, ...] = ()


@dataclass
class _Said:
    """What the clauses of a message came to, in order."""

    frames: list[Frame] = field(default_factory=list[Frame])
    acts: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = field(default_factory=list[tuple[str, tuple[str, ...], tuple[str, ...]]])
    missed: list[str] = field(default_factory=list[str])

    def ask(self, clause: str, asked: Ask) -> None:
        """Keep a question back about a clause."""
        self.acts.append(("ask", (asked.about,), asked.options))
        self.missed.append(clause)


#: Which act is said when no clause asks for a call, the most telling first.
_ORDER = ("ask", "out_of_scope", "not_understood", "small_talk")


def understand(text: str, past: Sequence[PastTurn], vocabulary: Vocabulary, intents: IntentModel) -> Understanding:
    """What the words of now ask for, given the words and calls of earlier turns."""
    words = _own_name_as_mine(normalise(text), vocabulary)
    answered = _answer_to_question(words, past, vocabulary, intents)
    if answered:
        return answered
    said = _Said()
    for clause in _clauses(words, vocabulary):
        _read(clause, past, vocabulary, intents, said)
    return _result(said)


def _own_name_as_mine(words: str, vocabulary: Vocabulary) -> str:
    """A customer may speak of themselves by name: "Anna's balance" is "my balance" to Anna."""
    if vocabulary.role != "customer" or not vocabulary.own_name:
        return words
    first, *more = (re.escape(word) for word in vocabulary.own_name.split())
    rest = "".join(f"(?: {word})?" for word in more)
    return re.sub(rf"\b{first}{rest}'s\b", "my", words, flags=re.IGNORECASE)


def _result(said: _Said) -> Understanding:
    if said.frames:
        unique = list({f"{frame.name}:{frame.arguments!r}": frame for frame in said.frames}.values())[:MAX_CALLS]
        return Understanding(frames=tuple(unique), covered=not said.missed, missed=tuple(said.missed))
    for kind in _ORDER:
        for act, words, options in said.acts:
            if act == kind:
                return Understanding(act=act, words=words, options=options, covered=act == "small_talk")
    return Understanding(act="not_understood", covered=False)


def _clauses(words: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    if "cohort_query" in vocabulary.tools and _BOOK.search(words) and parse_query(words, vocabulary.as_of).covered:
        return (words,)
    if "cohort_what_if" in vocabulary.tools and _on_a_book(words) and isinstance(cohort_arguments(words, vocabulary), dict):
        return (words,)
    parts = _cut(words, vocabulary)
    nameless = [_nameless(part, mentions(part, vocabulary.name_words)) for part in parts] if vocabulary.role == "rm" else parts
    one = "what_if" in vocabulary.tools and is_one_supposition(" ".join(nameless), nameless, vocabulary)
    return (words,) if one else parts


def _cut(words: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The requests of a message, never cut inside a name ("Tom Hughes and Will May")."""
    named = [mention for mention in mentions(words, vocabulary.name_words) if mention.kind == "name"] if vocabulary.role == "rm" else []
    stand_ins = {f"Zz{number}": words[mention.span.start : mention.span.end] for number, mention in enumerate(named)}
    hidden = replaced(words, [(mention.span, f"Zz{number}") for number, mention in enumerate(named)])
    return tuple(re.sub(r"\bZz\d+\b", lambda match: stand_ins.get(match[0], match[0]), part) for part in clauses(hidden))


def _nameless(clause: str, named: Sequence[Mention]) -> str:
    """The clause without the names in it; pronouns stay, so that what is said of "them" can still be read."""
    return " ".join(replaced(clause, [(mention.span, "") for mention in named if mention.kind != "pronoun"]).split())


def _answer_to_question(words: str, past: Sequence[PastTurn], vocabulary: Vocabulary, intents: IntentModel) -> Understanding | None:
    """The last turn made no call because something was missing; the words of now may be just that."""
    if not past or past[-1].frames or len(words.split()) > 8:
        return None
    before = understand(past[-1].text, past[:-1], vocabulary, intents)
    if before.act != "ask" or before.words[:1] not in {("client",), ("product",), ("amount",), ("change",)}:
        return None
    question = past[-1].text.rstrip(" ?!.")
    if before.words[0] in {"amount", "change"} and _FIGURE.search(words):
        # The sum may be said anew ("300 a month" after "what if my pay drops by 300").
        for said in (question, without(question, [amount.span for amount in amounts(question)])):
            joined = understand(f"{said}, {words}", past[:-1], vocabulary, intents)
            if joined.frames and joined.covered:
                return joined
    joined = understand(f"{question} {_linked(words, before.words[0])}", past[:-1], vocabulary, intents)
    own = _Said()
    _read(words, past[:-1], vocabulary, intents, own)
    if own.frames and not any(frame.name == "client_lookup" for frame in own.frames):
        return None
    return joined if joined.frames else None


def _linked(words: str, about: str) -> str:
    """The answer as it would have stood in the question."""
    return f"for {words}" if about == "client" and not words.casefold().startswith(("for ", "client", "customer")) else words


def _read(clause: str, past: Sequence[PastTurn], vocabulary: Vocabulary, intents: IntentModel, said: _Said) -> None:
    """Add what one clause asks for."""
    if vocabulary.role != "rm" and asks_about_another(clause, vocabulary.own_name):
        said.acts.append(("out_of_scope", (), ()))
        said.missed.append(clause)
        return
    named = mentions(clause, vocabulary.name_words) if vocabulary.role == "rm" else ()
    leaning = _leaning(clause, named, past, vocabulary, intents)
    leans = begins_as_follow_up(clause)
    clause = without_opening(clause)
    named = mentions(clause, vocabulary.name_words) if vocabulary.role == "rm" else ()
    if leaning:
        said.frames += leaning
    elif asks_why(clause) and past and past[-1].frames:
        # What was just shown has no reasons to give, and nothing else was asked about.
        said.acts.append(("not_understood", (), ()))
        said.missed.append(clause)
    elif _is_arithmetic(clause, vocabulary):
        said.frames.append(Frame(name="calculate", arguments={"expression": expression_of(clause)}))
    else:
        _read_anew(clause, named, past, vocabulary, intents, said, leans=leans and bool(past))


def _is_arithmetic(clause: str, vocabulary: Vocabulary) -> bool:
    return "calculate" in vocabulary.tools and expression_of(clause) is not None


def _leaning(
    clause: str, named: Sequence[Mention], past: Sequence[PastTurn], vocabulary: Vocabulary, intents: IntentModel
) -> tuple[Frame, ...]:
    """The calls of a clause that leans on the turn before, if it does."""
    if asks_why(clause):
        return why(past, vocabulary)
    short = len(clause.split()) <= 3
    if not (begins_as_follow_up(clause) or short) or not past:
        return ()
    if not begins_as_follow_up(clause):
        ranked = _ranked(clause, named, vocabulary, intents)
        if ranked and ranked[0].score >= SURE:
            return ()
    return follow_up(clause, named, past, vocabulary)


def _masked(clause: str, named: Sequence[Mention], vocabulary: Vocabulary) -> str:
    """The clause with names replaced by what they are, so that it is like the examples whoever and whatever is named."""
    changes = [
        (mention.span, f"{_CLIENT}'s" if clause[mention.span.start : mention.span.end].endswith("'s") else _CLIENT) for mention in named
    ]
    for found in named_products(clause, vocabulary.products):
        if not any(found.span.overlaps(span) for span, _ in changes):
            changes.append((found.span, spoken_kind(found.product)))
    return " ".join(replaced(clause, changes).split())


def _ranked(clause: str, named: Sequence[Mention], vocabulary: Vocabulary, intents: IntentModel) -> list[Ranked]:
    masked = _masked(clause, named, vocabulary)
    bonus = cues_in(masked)
    labels = {*vocabulary.tools, *_ALWAYS}
    ranked = [Ranked(label, score + bonus.get(label, 0.0)) for label, score in intents.rank(masked.strip(" ?!."), vocabulary.role, labels)]
    return sorted(ranked, key=lambda found: -found.score)


def _read_anew(
    clause: str,
    named: Sequence[Mention],
    past: Sequence[PastTurn],
    vocabulary: Vocabulary,
    intents: IntentModel,
    said: _Said,
    *,
    leans: bool,
) -> None:
    if _read_supposition(clause, named, past, said, vocabulary):
        return
    ranked = _ranked(clause, named, vocabulary, intents)
    if _names_somebody(named) and not _covers(clause, vocabulary):
        ranked = [found for found in ranked if found.label not in _BOOK_TOOLS]
    if ranked and ranked[0].label == "what_if" and not tries_on(_nameless(clause, named), vocabulary):
        ranked = [found for found in ranked[1:] if found.score >= UNSURE] or ranked
    label, score = ranked[0] if ranked else ("", 0.0)
    if "cohort_query" in vocabulary.tools and (_covers(clause, vocabulary) or _about_the_book(clause, label, named)):
        _read_query(clause, label, score, said, vocabulary)
    elif score < (SURE if leans and len(clause.split()) <= _SHORT else UNSURE):
        said.acts.append(("not_understood", (), ()))
        said.missed.append(clause)
    elif label.startswith(_TALK):
        said.acts.append(("small_talk", (label.removeprefix(_TALK),), ()))
    elif label == "out_of_scope":
        said.acts.append(("out_of_scope", (), ()))
        said.missed.append(clause)
    elif label == "cohort_what_if":
        if not _read_cohort(clause, said, vocabulary):
            said.ask(clause, Ask("change"))
    else:
        _read_capability(label, clause, named, past, vocabulary, said)


def _read_supposition(clause: str, named: Sequence[Mention], past: Sequence[PastTurn], said: _Said, vocabulary: Vocabulary) -> bool:
    """Whether the clause tries something on, whatever it is like; it is then read as that."""
    if "cohort_what_if" in vocabulary.tools and not _names_somebody(named) and _on_a_book(clause):
        return _read_cohort(clause, said, vocabulary)
    if "what_if" not in vocabulary.tools or supposition(_nameless(clause, named), vocabulary) is None:
        return False
    _read_capability("what_if", clause, named, past, vocabulary, said)
    return True


def _on_a_book(clause: str) -> bool:
    return bool(_BOOK.search(clause) or _BOOKISH.search(clause))


def _read_cohort(clause: str, said: _Said, vocabulary: Vocabulary) -> bool:
    """Whether the clause tries something on with a book; what of it is not understood is asked about."""
    filled = cohort_arguments(clause, vocabulary)
    if isinstance(filled, Ask):
        said.ask(clause, filled)
    elif filled is not None:
        said.frames.append(Frame(name="cohort_what_if", arguments=filled))
    return filled is not None


def _names_somebody(named: Sequence[Mention]) -> bool:
    return any(mention.kind != "pronoun" for mention in named)


def _covers(clause: str, vocabulary: Vocabulary) -> bool:
    """Whether the clause is a whole question about the book, whatever numbers in it look like a client's."""
    if "cohort_query" not in vocabulary.tools:
        return False
    parsed = parse_query(clause, vocabulary.as_of)
    return parsed.covered and bool(_BOOK.search(clause) or parsed.query.aggregate or parsed.query.sort)


def _about_the_book(clause: str, label: str, named: Sequence[Mention]) -> bool:
    if label in _BOOK_TOOLS:
        return True
    return (
        not _names_somebody(named)
        and bool(_BOOK.search(clause))
        and label not in {"product_question", "out_of_scope"}
        and not label.startswith(_TALK)
    )


def _read_query(clause: str, label: str, score: float, said: _Said, vocabulary: Vocabulary) -> None:
    parsed = parse_query(clause, vocabulary.as_of)
    both_ways = "portfolio_summary" in vocabulary.tools and _BOTH_WAYS.search(clause)
    if parsed.covered and not both_ways:
        said.frames.append(Frame(name="cohort_query", arguments={"query": as_json(parsed.query)}))
    elif both_ways or (label == "portfolio_summary" and score >= SURE and (not parsed.said or since_day(clause, vocabulary.as_of))):
        _read_capability("portfolio_summary", clause, (), (), vocabulary, said)
    else:
        said.ask(clause, Ask("query", parsed.leftover))


def _read_capability(
    label: str, clause: str, named: Sequence[Mention], past: Sequence[PastTurn], vocabulary: Vocabulary, said: _Said
) -> None:
    if label in {"compare_products", "compare_clients"} and "compare_clients" in vocabulary.tools:
        compared = compared_clients(label, clause, named, past, vocabulary)
        if compared:
            said.frames.append(Frame(name="compare_clients", arguments={"clients": list(compared)}))
        elif compared is not None:
            said.ask(clause, Ask("client"))
        if compared is not None:
            return
        label = "compare_products"
    nameless = replaced(clause, [(mention.span, "") for mention in named]) if named else clause
    label = _dated(_weighing(label, clause, vocabulary), nameless, vocabulary)
    spoken = clause if label == "product_question" else " ".join(nameless.split())
    filled = arguments_for(label, spoken, vocabulary)
    if isinstance(filled, Ask):
        said.ask(clause, filled)
        return
    if label == "what_if":
        said.missed += parsed(_nameless(clause, named), vocabulary).apart
    names = _together(label, clause, vocabulary)
    clients = (
        _clients(named, [*past, PastTurn(text="", frames=tuple(said.frames))])
        if any(vocabulary.about_client(name) for name in names)
        else ("",)
    )
    if not clients:
        said.ask(clause, Ask("client"))
        return
    for client in clients:
        for name in names:
            arguments: dict[str, Any] = dict(filled) if name == label else {}
            said.frames.append(Frame(name=name, arguments={**arguments, "client": client} if vocabulary.about_client(name) else arguments))


def _weighing(label: str, clause: str, vocabulary: Vocabulary) -> str:
    """Two products with "or" between them are to be compared, however it is put."""
    choice = label in {"recommend_product", "product_question"} and re.search(r"\bor\b|\bvs\b", clause, re.IGNORECASE)
    if choice and "compare_products" in vocabulary.tools and len(named_products(clause, vocabulary.products)) > 1:
        return "compare_products"
    return label


def _dated(label: str, clause: str, vocabulary: Vocabulary) -> str:
    """Spending in a month of its own, or between two sums, is found among the bookings: the breakdown only looks back from today."""
    if label != "spending_breakdown" or "find_transactions" not in vocabulary.tools:
        return label
    return "find_transactions" if limits(clause) or needs_dates(clause, vocabulary) else label


def _together(label: str, clause: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What is looked up together: how somebody is doing is the score and where the balance is heading."""
    if label != "stress_status" or _ONE_FIGURE.search(clause):
        return (label,)
    return tuple(name for name in ("client_lookup", "stress_status", "balance_forecast") if name in vocabulary.tools)


def _clients(named: Sequence[Mention], past: Sequence[PastTurn]) -> tuple[str, ...]:
    """The clients a clause is about: those it names, else the one spoken of last."""
    words = tuple(dict.fromkeys(mention.words for mention in named if mention.kind != "pronoun"))
    if words:
        return words
    last = last_client(past)
    return (last,) if last else ()
