import pytest

from tests.agent.understanding.talks import Talk, arguments, capabilities


@pytest.mark.parametrize(
    ("text", "clients"),
    [
        ("compare Sam Doyle and Priya", ["Sam Doyle", "Priya"]), ("who is better off, 1042 or 1043?", ["1042", "1043"]), ("Tom Hughes vs Maria Lopez", ["Tom Hughes", "Maria Lopez"]), ("difference between 1044 and 1045", ["1044", "1045"]),
        ("put Anna Keller, Tom Hughes and Will May side by side", ["Anna Keller", "Tom Hughes", "Will May"]), ("is Priya Sharma richer than Ravi Sharma", ["Priya Sharma", "Ravi Sharma"]), ("Tom or Maria - who do I call first?", ["Tom", "Maria"]),
        ("compare 1042, 1043, 1044, 1045 and 1046", ["1042", "1043", "1044", "1045"]),
    ],
)  # fmt: skip
def test_two_to_four_clients_as_they_were_named(text: str, clients: list[str], talk: Talk):
    assert arguments(talk("rm", text), "compare_clients") == [{"clients": clients}]


def test_those_spoken_of_before_fill_the_places(talk: Talk):
    both = talk("rm", "compare them", ("how is Anna Keller doing?", "what about Tom Hughes?"))
    one_more = talk("rm", "compare her with Sam Doyle", ("how is Anna Keller doing?",))
    third = talk("rm", "and Priya?", ("compare Anna Keller with Tom",))

    assert arguments(both, "compare_clients") == [{"clients": ["Anna Keller", "Tom Hughes"]}]
    assert arguments(one_more, "compare_clients") == [{"clients": ["Anna Keller", "Sam Doyle"]}]
    assert arguments(third, "compare_clients") == [{"clients": ["Anna Keller", "Tom", "Priya"]}]


def test_one_client_alone_cannot_be_compared(talk: Talk):
    assert talk("rm", "compare Sam Doyle").words == ("client",)


@pytest.mark.parametrize(
    "text", ["compare Easy Saver and Young Saver", "compare the fixed savers", "which is better, easy saver or ninety-day notice saver?"]
)
def test_products_are_compared_as_products(text: str, talk: Talk):
    assert capabilities(talk("rm", text)) == {"compare_products"}


def test_how_two_clients_are_doing_is_told_for_each(talk: Talk):
    assert "compare_clients" not in capabilities(talk("rm", "how are Tom Hughes and Sam Doyle doing?"))
