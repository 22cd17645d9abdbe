"""Words of difficulty come first; idioms and questions about clients do not count."""

import pytest

from agent.triage import triage


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to kill myself", "crisis"), ("i don’t want to live any more", "crisis"), ("I can't go on", "crisis"), ("I think I've been scammed", "scam"), ("they told me to move it to a safe account", "scam"),
        ("I gave them my PIN", "scam"), ("I want to make a complaint", "complaint"), ("I will go to the ombudsman", "complaint"), ("delete my data", "data_rights"), ("what data do you hold about me", "data_rights"),
        ("I can't pay my rent", "hardship"), ("I lost my job", "hardship"), ("the bailiffs are coming", "hardship"), ("can I speak to a human", "handoff"), ("call me back", "handoff"),
        ("I lost my job and want to end my life", "crisis"), ("I was scammed and can't pay my rent", "scam"), ("I c\u200ban't pay my r\u200bent", "hardship"),
        ("I lost my job. what happens if I can't pay the rent", "hardship"), ("I was made redundant last week, what if rates rise", "hardship"), ("if only I hadn't lost my job", "hardship"),
    ],
)  # fmt: skip
def test_difficulty_is_heard_the_most_urgent_first(text: str, kind: str):
    assert triage(text, "customer") == kind


@pytest.mark.parametrize(
    "text",
    [
        "I am just killing time", "dying to know my balance", "what would happen if I lost my job", "are you a human", "How am I doing?", "what is my rent", "pay my bills on time",
        "How safe is my money?", "I want a loan", "can I afford the rent", "and if I lost my job for three months?", "suppose I got made redundant", "if I was made redundant could I pay my mortgage",
    ],
)  # fmt: skip
def test_idioms_and_plain_questions_are_no_difficulty(text: str):
    assert triage(text, "customer") is None


def test_an_rms_question_about_clients_is_work():
    assert triage("which clients lost my job", "rm") is None
    assert triage("a client told me he wants to end his life, he said: I want to die", "rm") == "crisis"
