import pytest

from agent.context import ClientName
from agent.plan import Frame, PastTurn
from agent.understanding.clients import last_client, mentions, name_words
from tests.agent.understanding.talks import BOOK

KNOWN = name_words(BOOK)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("how is berka:1787 doing?", ["berka:1787"]), ("how is 1042 doing?", ["1042"]), ("show 1042's balance", ["1042"]), ("how are 1042 and 2077 doing", ["1042", "2077"]),
        ("why is Tom Hughes stressed", ["Tom Hughes"]), ("tell me about ravi sharma", ["ravi sharma"]), ("Priya Shrama's spending", ["Priya Shrama"]), ("mrs lopez's forecast", ["lopez"]),
        ("what about Sam?", ["Sam"]), ("compare Tom and Sam", ["Tom", "Sam"]), ("how is John Nobody doing?", ["John Nobody"]), ("client 2077 please", ["2077"]), ("how is Will doing", ["Will"]),
    ],
)  # fmt: skip
def test_clients_are_named_in_many_ways(text: str, words: list[str]) -> None:
    assert [mention.words for mention in mentions(text, KNOWN)] == words


@pytest.mark.parametrize(
    "text",
    [
        "will the fees go up in May?",
        "payments between 5 and 10",
        "balance over 12 months",
        "how is my book doing",
        "clients with a balance of 1042 pounds",
    ],
)
def test_ordinary_words_and_figures_name_nobody(text: str) -> None:
    assert [mention for mention in mentions(text, KNOWN) if mention.kind != "pronoun"] == []


def test_a_pronoun_points_to_the_client_spoken_of_last() -> None:
    past = [PastTurn(text="", frames=(Frame(name="stress_status", arguments={"client": "Tom"}),)), PastTurn(text="thanks")]

    assert [mention.kind for mention in mentions("can she afford it", KNOWN)] == ["pronoun"]
    assert last_client(past) == "Tom"


def test_words_of_a_firm_s_name_are_words_first() -> None:
    known = name_words([ClientName(customer_id="demo:1", ref="demo:1", name="Harbour Coffee and Savings Ltd")])

    assert mentions("how much is spent on coffee and savings", known) == ()
    assert [mention.words for mention in mentions("how is Harbour Coffee doing", known)] == ["Harbour Coffee"]


def test_what_everybody_is_called_names_nobody() -> None:
    known = name_words([ClientName(customer_id=f"berka:{i}", ref=f"berka:{i}", name=f"Berka customer {i}") for i in range(500)])

    assert mentions("how many Berka customers are overdrawn", known) == ()
