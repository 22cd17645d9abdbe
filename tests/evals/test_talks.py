"""Whole conversations as data, over the small demo bank: what is used, what the gate decides, what is said and what never is.

A line of `whole_talks.jsonl` is one conversation: `{id, as, turns: [{text, capabilities?, arguments?, outcome?, contains?, lacks?,
citations?}]}`. `capabilities` are among those used (an empty list: none is), `lacks` are words that must not appear in the reply.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from server.bank import Bank
from tests.server.asking import ask
from tests.small_bank import SmallBank

FOLDER = Path(__file__).parent
#: What a template or a program leaves behind.
_LEFT_OVER = re.compile(r"\{\{|\}\}|\bNone\b(?! of)|Traceback|\bnan\b")


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def bank(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return prepared_bank.copy(tmp_path_factory.mktemp("talks") / "home").open()


@pytest.mark.parametrize("talk", [pytest.param(talk, id=talk["id"]) for talk in lines("whole_talks.jsonl")])
def test_a_conversation_goes_as_it_should(bank: Bank, talk: dict[str, Any]):
    turns = ask(bank, talk["as"], *(turn["text"] for turn in talk["turns"]))
    wrong = [
        f"{expected['text']!r}: {words}" for expected, turn in zip(talk["turns"], turns, strict=True) for words in misses(expected, turn)
    ]
    wrong += sound(turns)
    assert not wrong, "\n".join(wrong)


def misses(expected: dict[str, Any], turn: dict[str, Any]) -> list[str]:
    """What of the expectation does not hold."""
    found: list[str] = []
    used = [call["name"] for call in turn["capabilities"]]
    wanted = expected.get("capabilities")
    if wanted is not None and (set(wanted) - set(used) or (not wanted and used)):
        found.append(f"used {used} instead of {wanted}")
    for name, arguments in expected.get("arguments", {}).items():
        held = [call["arguments"] for call in turn["capabilities"] if call["name"] == name]
        if not any(arguments.items() <= each.items() for each in held):
            found.append(f"{name} had {held} instead of {arguments}")
    outcomes = {expected["outcome"]} if "outcome" in expected else {"pass", "repair", "escalate"}
    if turn["verdict"]["outcome"] not in outcomes:
        found.append(f"the gate said {turn['verdict']}")
    reply = turn["reply"].replace("\xa0", " ")
    found += [f"lacks {words!r}: {reply}" for words in expected.get("contains", ()) if words not in reply]
    found += [f"says {words!r}: {reply}" for words in expected.get("lacks", ()) if words in reply]
    cited = {citation["document"] for citation in turn["citations"]}
    found += [f"does not cite {document}: {cited}" for document in expected.get("citations", ()) if document not in cited]
    return found


def sound(turns: list[dict[str, Any]]) -> list[str]:
    """What holds for every conversation: who answers is said first, and what a person reads holds no open slot and no code."""
    found = [] if "AI assistant" in turns[0]["reply"] else ["nobody said that an AI answers"]
    return found + [f"not for people: {turn['reply']}" for turn in turns if _LEFT_OVER.search(turn["reply"])]


@pytest.mark.slow
def test_no_question_of_the_understandings_own_files_ends_without_an_answer(bank: Bank):
    """Whatever was understood: each turn passes the gate, and the safe reply is never needed."""
    logins = {"customer": "anna", "rm": "rm1", "staff": "staff1"}
    wrong: list[str] = []
    for talk in lines("first_talks.jsonl"):
        *_, turn = turns = ask(bank, logins[talk["role"]], *talk.get("context", ()), talk["text"])
        if turn["verdict"]["outcome"] == "replace":
            wrong.append(f"{talk['id']} {talk['text']!r}: {turn['verdict']}")
        wrong += [f"{talk['id']} {talk['text']!r}: {words}" for words in sound(turns)]
    assert not wrong, "\n".join(wrong)
