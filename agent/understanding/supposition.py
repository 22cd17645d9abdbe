"""Whether a clause tries something on, and the call it then asks for: `what_if` for one customer, `cohort_what_if` for a book."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from agent.understanding.ask import Arguments, Ask
from agent.understanding.lexicon import table
from agent.understanding.products import named_products
from agent.understanding.query import as_json, parse_query
from agent.understanding.scenario import Parsed, parse_scenario
from agent.understanding.scenario_words import AFFORDING, FILLERS, MARKERS, SPENDING, SUPPOSING, TRIAL, WHEN
from agent.understanding.vocabulary import Vocabulary

_WORDS = table("cohort_words")
#: Where the words about the clients and those about the change may part.
_PARTING = re.compile(_WORDS["parting"])
_BEARING = re.compile(_WORDS["bearing"])
_OPENING = re.compile(_WORDS["opening"])
_OUTCOME = re.compile(_WORDS["outcome"])
_CLIENTS = frozenset(_WORDS["clients"].split())
_TENTATIVE = re.compile(_WORDS["tentative"])
_TRYING = re.compile(_WORDS["trying"])
_RUN_OUT = re.compile(table("money_words")["until"]["run_out"])
_REMARK = re.compile(_WORDS["remark"])
_QUESTION = re.compile(r"^(?:and |but |so |or )?(?:what if|what happens if|suppose|imagine)\b", re.IGNORECASE)


def parsed(clause: str, vocabulary: Vocabulary) -> Parsed:
    """The clause as a scenario, whatever it says besides."""
    if clause not in vocabulary.scenarios:
        vocabulary.scenarios[clause] = parse_scenario(clause, vocabulary.as_of, vocabulary.products)
    return vocabulary.scenarios[clause]


def supposition(clause: str, vocabulary: Vocabulary) -> Parsed | None:
    """The clause as a scenario where all of it is one: every word is accounted for and something speaks for a trial."""
    found = parsed(clause, vocabulary)
    folded = clause.casefold()
    tried = MARKERS.search(folded) and (SUPPOSING.search(folded) or not WHEN.search(folded))
    asked_otherwise = _asks_for_more_than_a_trial(clause, found) or _asks_how_long(folded, found)
    return found if found.covered and tried and not asked_otherwise else None


def _asks_how_long(folded: str, found: Parsed) -> bool:
    """ "How many months could I manage without pay" asks how long the money lasts, which is no trial of some months."""
    return bool(_RUN_OUT.search(folded)) and all(set(change) == {"kind"} and change["kind"] == "job_loss" for change in found.changes)


def tries_on(clause: str, vocabulary: Vocabulary) -> bool:
    """Whether any change is spoken of; among words that are not understood only where something speaks for a trial."""
    found = parsed(clause, vocabulary)
    if not found.changes:
        return bool(TRIAL.search(clause.casefold()))
    plain = not found.leftover or SUPPOSING.search(clause.casefold()) or AFFORDING.search(clause.casefold())
    return bool(plain) and not _asks_for_more_than_a_trial(clause, found)


def _asks_for_more_than_a_trial(clause: str, found: Parsed) -> bool:
    """A loan alone is tried on only in so many words, and so is something dear that nobody says is paid at once: whether it can be
    borrowed is a question of affordability. A sum to be saved is a goal.
    """
    folded = clause.casefold()
    kinds = {change["kind"] for change in found.changes}
    if kinds == {"save_more"}:
        # "Can I save 4,000 by June?" is a goal: no month is spoken of.
        return found.missing is not None and not SUPPOSING.search(folded)
    if kinds == {"new_loan"}:
        return bool(AFFORDING.search(folded) or not SUPPOSING.search(folded))
    if kinds != {"one_off_expense"} or SUPPOSING.search(folded):
        return False
    return found.horizon_months is not None or bool(AFFORDING.search(folded) and not SPENDING.search(folded))


def scenario_arguments(clause: str, vocabulary: Vocabulary) -> Arguments | Ask:
    """The arguments of `what_if` (the client apart), or what is missing or was not understood."""
    found = parsed(clause, vocabulary)
    if not found.changes:
        return Ask("change", ())
    if found.leftover:
        return Ask("query", found.leftover)
    return Ask("amount") if found.missing else arguments_of(found)


def arguments_of(found: Parsed) -> Arguments:
    """What was said, as arguments."""
    horizon = {} if found.horizon_months is None else {"horizon_months": found.horizon_months}
    return {"changes": [dict(change) for change in found.changes], **horizon}


def is_one_supposition(words: str, parts: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether a message that could be cut is one scenario told in several parts: each a change, or a remark such as "how bad is it"."""
    if len(parts) < 2 or sum(bool(_QUESTION.match(part)) for part in parts) > 1:
        return False
    whole = supposition(words, vocabulary)
    return whole is not None and all(_REMARK.search(part.casefold()) or parsed(part, vocabulary).changes for part in parts)


#: Every place to part a question is tried; beyond so many words it is a story, not a question.
_MOST_WORDS = 60


class _Split(NamedTuple):
    """A clause cut into words about a change and words about clients, and what of either is not accounted for."""

    scenario: Parsed
    query: dict[str, Any]
    leftover: tuple[str, ...]


def cohort_arguments(clause: str, vocabulary: Vocabulary) -> Arguments | Ask | None:
    """The arguments of `cohort_what_if`: the clients that one part of the clause says, and the changes that the other says.

    None when the clause tries nothing on: it says no change, or is a question about the clients as they are.
    """
    if len(clause.split()) > _MOST_WORDS or not _TENTATIVE.search(clause.casefold()):
        return None
    if not parsed(clause, vocabulary).changes or parse_query(clause, vocabulary.as_of).covered:
        return None
    best = min(_splits(clause, vocabulary), key=lambda split: (len(split.leftover), split.scenario.missing is not None), default=None)
    if best is None:
        return None
    if best.leftover:
        return Ask("query", best.leftover) if _TRYING.search(clause.casefold()) else None
    return Ask("amount") if best.scenario.missing else {"query": best.query, **arguments_of(best.scenario)}


def _splits(clause: str, vocabulary: Vocabulary) -> Iterator[_Split]:
    folded = " ".join(clause.casefold().split())
    # Looking for products in every part costs more than all the rest.
    products = vocabulary.products if named_products(clause, vocabulary.products) else ()
    cuts = {0, *(match.start() for match in _PARTING.finditer(folded)), *(match.end() for match in _BEARING.finditer(folded))}
    for cut in sorted(cuts):
        left, right = folded[:cut], folded[cut:]
        for about_change, about_clients in ((right, left), (left, right)):
            scenario = parse_scenario(about_change, vocabulary.as_of, products)
            if scenario.changes:
                yield _read(scenario, about_clients, vocabulary)


def _read(scenario: Parsed, about_clients: str, vocabulary: Vocabulary) -> _Split:
    asked = _OPENING.sub(" ", _OUTCOME.sub(" ", about_clients))
    query = parse_query(asked, vocabulary.as_of)
    said = [*scenario.leftover, *(word for part in scenario.apart for word in part.split())]
    unsaid = [word for word in said if word not in _CLIENTS and word not in FILLERS]
    left = [word for word in query.leftover if word not in FILLERS]
    return _Split(scenario, as_json(query.query), (*left, *unsaid))
