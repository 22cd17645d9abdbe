"""Which clients are to be compared: those named, and where only one or none is, those spoken of before."""

from collections.abc import Sequence

from agent.plan import Frame, PastTurn
from agent.understanding.clients import Mention, clients_spoken_of
from agent.understanding.products import named_products
from agent.understanding.vocabulary import Vocabulary

_MOST = 4


def compared_clients(
    label: str, clause: str, named: Sequence[Mention], past: Sequence[PastTurn], vocabulary: Vocabulary
) -> tuple[str, ...] | None:
    """Two to four clients as they were named; none when there are not two; None when it is products that are compared.

    Args:
        label: what the clause is most like, `compare_clients` or `compare_products`.
        named: the clients that the clause names.
    """
    words = tuple(dict.fromkeys(mention.words for mention in named if mention.kind != "pronoun"))
    products = named_products(clause, vocabulary.products)
    if (label == "compare_products" and (products or not words)) or (not words and len(products) > 1):
        return None
    if len(words) < 2:
        earlier = tuple(client for client in clients_spoken_of(past) if client not in words)
        words = (*earlier[:1], *words) if words else earlier[:2][::-1]
    return words[:_MOST] if len(words) > 1 else ()


def comparison_follow_up(named: Sequence[Mention], frame: Frame, vocabulary: Vocabulary) -> tuple[Frame, ...]:
    """ "and Priya?": one more client beside those compared before, as long as there is room."""
    before = [str(client) for client in frame.arguments.get("clients", ())]
    clients = list(dict.fromkeys([*before, *(mention.words for mention in named if mention.kind != "pronoun")]))
    if frame.name not in vocabulary.tools or not len(before) < len(clients) <= _MOST:
        return ()
    return (Frame(name=frame.name, arguments={**frame.arguments, "clients": clients}),)
