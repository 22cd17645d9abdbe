"""Saying something as a role, on the real toolbox, catalogue and encoder."""

import pytest

from agent.context import Role
from agent.plan import PastTurn
from agent.understanding.intent import IntentModel
from agent.understanding.understand import Understanding, understand
from knowledge.embedding import default_encoder
from tests.agent.understanding.talks import Talk, vocabulary_for


@pytest.fixture(scope="session")
def intents() -> IntentModel:
    return IntentModel(default_encoder())


@pytest.fixture(scope="session")
def talk(intents: IntentModel) -> Talk:
    """Say something as a role, after earlier messages that are understood in turn."""

    def say(role: Role, text: str, earlier: tuple[str, ...] = ()) -> Understanding:
        past: list[PastTurn] = []
        for words in earlier:
            past.append(PastTurn(text=words, frames=understand(words, past, vocabulary_for(role), intents).frames))
        return understand(text, past, vocabulary_for(role), intents)

    return say
