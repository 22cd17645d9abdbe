"""The feeling of a message: whole words and phrases, what takes them back, and everything that must not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understanding.feeling import feeling_of, is_only_feeling

#: Lines with the label a colleague gave them, written before the list of words.
LABELLED = [
    ("I'm panicking, the rent is due tomorrow", "stressed"), ("I can't sleep because of this debt", "stressed"), ("I am so worried about my money", "stressed"),
    ("I feel completely overwhelmed by all of this", "stressed"), ("I'm desperate, please help", "stressed"), ("I am at my wits' end with these bills", "stressed"),
    ("I’m stressed about my bills", "stressed"), ("terrified that my card gets declined again", "stressed"), ("I am in tears over this letter", "stressed"),
    ("I'm worried about the end of the month", "concerned"), ("I am a bit anxious about the mortgage", "concerned"), ("I'm nervous about rates going up", "concerned"),
    ("I'm not happy with this fee", "concerned"), ("I'm afraid of running out before pay day", "concerned"), ("I am frustrated with my spending", "concerned"),
    ("What is the APR on my credit card?", "neutral"), ("I am retired and looking for a broker", "neutral"), ("When is my credit card due?", "neutral"),
    ("Please calculate the translated statement later", "neutral"), ("Is an ISA in GBP or EUR?", "neutral"), ("What is my stress score?", "neutral"), ("Why do I look stressed to you?", "neutral"), ("Should I be worried?", "neutral"),
    ("Am I stressed?", "neutral"), ("I'm not worried, just asking for my balance", "neutral"), ("no worries, what did I spend on food?", "neutral"),
    ("How much did I spend at Happy Feet?", "neutral"), ("Never worried about it, what is my balance", "neutral"), ("I lost my phone, how do I block my debit card?", "neutral"),
    ("What would a stress test of my mortgage show?", "neutral"), ("HOW MUCH IS IN MY ACCOUNT", "neutral"), ("As far as I'm concerned the fee is fine", "neutral"),
    ("I'm happy with my savings", "positive"), ("So glad that pay has come", "euphoric"), ("I am relieved, thank you", "positive"),
    ("I'm thrilled, I got the job!", "euphoric"), ("I am over the moon, my bonus is here", "euphoric"), ("I feel good about my budget", "positive"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "label"), LABELLED)
def test_a_message_has_the_feeling_a_colleague_hears(text: str, label: str):
    assert feeling_of(text).label == label


@pytest.mark.parametrize("text", ["I am worried", "I am very worried", "I am happy", "I am not happy", "hello"])
def test_capitals_say_nothing(text: str):
    assert feeling_of(text.upper()) == feeling_of(text)


def test_stress_on_a_word_makes_it_more_intense_and_a_softener_less():
    slight, plain, strong = (feeling_of(f"I am {how}worried") for how in ("slightly ", "", "extremely "))
    assert strong.score < plain.score < slight.score < 0
    assert (plain.intensity, strong.intensity, feeling_of("I am extremely worried!!").intensity) == (1, 2, 3)


def test_a_denial_ends_with_its_clause():
    assert feeling_of("I'm not in a hurry, but worried").label == "concerned"
    assert feeling_of("Not today. Worried about rent").label == "concerned"


def test_feelings_of_both_kinds_weigh_against_each_other():
    assert feeling_of("I'm happy about the bonus but worried about rent").label == "neutral"


@given(st.text(max_size=300))
def test_any_text_has_a_feeling_within_bounds(text: str):
    found = feeling_of(text)
    assert -5 <= found.score <= 5
    assert 1 <= found.intensity <= 3
    assert (found.label == "neutral") == (found.score == 0)


@given(
    st.sampled_from(["tired", "later", "broker", "happy", "worried", "panic", "glad"]),
    st.sampled_from(["re{}x", "x{}", "{}x", "{}2", "a{}b"]),
)
def test_part_of_a_word_never_counts(word: str, around: str):
    assert feeling_of(f"Show me {around.format(word)} please").label == "neutral"


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("I'm panicking", True),
        ("I am so worried about it all", True),
        ("I'm worried about my mortgage", False),
        ("hello", False),
        ("what is my balance", False),
    ],
)
def test_a_part_that_only_tells_a_feeling_asks_nothing(text: str, only: bool):
    assert is_only_feeling(text) is only
