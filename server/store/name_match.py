"""Which clients of a book a name may mean: exact before part before misspelt."""

import unicodedata
from collections.abc import Callable, Sequence

from rapidfuzz.distance import DamerauLevenshtein

from agent.context import ClientName

#: More than these are no answer to "which one do you mean?".
MOST = 20
_LONG_WORD = 7


def match_names(reference: str, clients: Sequence[ClientName]) -> tuple[ClientName, ...]:
    """Clients whose name fits, by the first of these that fits any: the whole name, its words, parts of its words, typos."""
    wanted = _folded(reference).split()
    if not wanted:
        return ()
    words = [(client, _folded(client.name).split()) for client in clients]
    fits: tuple[Callable[[list[str]], bool], ...] = (
        lambda name: name == wanted,
        lambda name: all(part in name for part in wanted),
        lambda name: all(any(word.startswith(part) for word in name) for part in wanted),
        lambda name: all(any(_alike(part, word) for word in name) for part in wanted),
    )
    for fit in fits:
        found = [client for client, name in words if fit(name)]
        if found:
            return tuple(sorted(found, key=lambda client: (client.name, client.customer_id))[:MOST])
    return ()


def _folded(text: str) -> str:
    """Lower case without accents, possessive and punctuation."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    plain = plain.replace("’", "'").replace("'s ", " ").removesuffix("'s")
    return "".join(sign if sign.isalnum() or sign in "-'" else " " for sign in plain)


def _alike(wanted: str, word: str) -> bool:
    # One slip in a short word, two in a long one; three letters are too few to be sure of anything. A digit is never a slip.
    if len(wanted) <= 3 or any(sign.isdigit() for sign in wanted):
        return wanted == word
    most = 2 if len(wanted) >= _LONG_WORD else 1
    return DamerauLevenshtein.distance(wanted, word, score_cutoff=most) <= most
