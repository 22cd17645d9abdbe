"""What is said after a goal: another sum, another day, another purpose ("and by next June?", "make it 6,000")."""

import re
from collections.abc import Sequence

from agent.plan import Frame
from agent.understanding.ask import Ask
from agent.understanding.clients import Mention
from agent.understanding.goal import goal_changes, unread
from agent.understanding.lexicon import table, words
from agent.understanding.span import replaced
from agent.understanding.vocabulary import Vocabulary

_SMALL = words("small_in_a_follow_up") | frozenset(table("goal_words")["small"].split())
_WORD = re.compile(r"[\w'-]+")


def goal_follow_up(clause: str, named: Sequence[Mention], frame: Frame, vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """The goal of before as the clause changes it; empty when it changes nothing or says more than can be laid over."""
    if frame.name not in vocabulary.tools:
        return ()
    people = [mention for mention in named if mention.kind != "pronoun"]
    client = {"client": people[0].words} if people and vocabulary.takes(frame.name, "client") else {}
    bare = " ".join(replaced(clause, [(mention.span, "") for mention in people]).split())
    changes = goal_changes(bare, vocabulary.as_of)
    if isinstance(changes, Ask) or not (changes or client):
        return ()
    if any(word not in _SMALL for word in _WORD.findall(unread(bare, vocabulary.as_of).casefold()) if word.strip("'-")):
        return ()
    return (Frame(name=frame.name, arguments={**frame.arguments, **changes, **client}),)
