"""A big move of money in haste is heard; a question, the past, a refusal and other people's money are not."""

import pytest

from agent.understanding.feeling import feeling_of
from agent.understanding.haste import announced_move
from tools.advice.hasty_move import Move


def move(text: str) -> Move | None:
    return announced_move(text, feeling_of(text), "GBP")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to put all my savings into bitcoin right now", "gamble"), ("I'm going to move most of my savings into crypto today before it's too late", "gamble"),
        ("I'll borrow £5,000 and buy dogecoin tonight", "gamble"), ("should I bet everything I have on one share today?", "gamble"), ("Put £9k on a horse right away", "gamble"),
        ("I need a loan right now to buy a watch I just saw", "loan"), ("I want to buy a car on a whim, can I get a loan for it today?", "loan"),
        ("I want to cash in my pension immediately", "pension"), ("I'm going to take out my whole pension today", "pension"),
        ("I want to lend my savings to a friend today", "lend"), ("I must send £3,000 to a man I met online right now", "lend"),
        ("my friend needs money, I want to lend her all my savings today", "lend"), ("I want to use my overdraft to buy a TV right now", "loan"), ("I just saw a hot tip, I'm putting my savings into Nvidia shares tonight", "gamble"),
    ],
)  # fmt: skip
def test_a_hasty_move_is_heard(text: str, kind: str):
    heard = move(text)
    assert heard is not None
    assert (heard.kind, heard.hurried) == (kind, True)


@pytest.mark.parametrize(
    "text",
    [
        "What is the APR on my credit card?", "When is my credit card due?", "I am retired and looking for a broker", "How much did I spend today?",
        "What is bitcoin?", "Is crypto taxed?", "I would never put all my savings into crypto", "I put all my savings into bitcoin last year", "My son bought crypto today",
        "What is my balance right now?", "I want to move all my savings into an ISA today", "I want to send £20 to mum today", "how much is in my pension right now?", "Can I see my savings today?", "Can I get a loan today?", "I'd like to transfer £5,000 to my sister today", "Can I buy a loan protection today?",
    ],
)  # fmt: skip
def test_what_is_no_such_move_is_left_alone(text: str):
    assert move(text) is None


def test_what_a_move_takes_is_read_from_the_words():
    heard = move("I'm so thrilled, I'll borrow £5,000 on my credit card and put it all into crypto")
    assert heard == Move(kind="gamble", amount_minor=500_000, borrowed=True, agitated=True)


def test_a_loan_without_haste_is_a_plain_request():
    heard = move("Can I get a loan of £5,000 to buy a car?")
    assert heard is not None
    assert (heard.hurried, heard.agitated) == (False, False)
