"""Whether somebody who is no relationship manager asks about another person's money."""

import re

from agent.understanding.lexicon import words

_KEY = re.compile(r"\b[a-z][\w-]*:\d+\b|\b(?:client|customer)(?: number| no\.?)? ?#?\d+\b", re.IGNORECASE)
_MONEY = r"(?:balances?|accounts?|savings|salary|income|stress|score|profile|debts?|loans?|money|finances|mortgage|spending|transactions|credit|wealth|situation)"
_POSSESSIVE = re.compile(rf"\b(?P<who>[A-Z][\w-]+(?: [A-Z][\w-]+)?)'s? (?:\w+ )?{_MONEY}\b")
_RELATED = re.compile(
    rf"\bmy (?:\w+[- ])?(?:wife|husband|partner|son|daughter|brother|sister|mother|father|mum|mom|dad|neighbour|neighbor|friend|boss|colleague|ex|landlord|girlfriend|boyfriend|cousin|uncle|aunt|flatmate)(?:'s (?:\w+ )?{_MONEY}\b| (?:earns?|owes?|spends?|has in)\b)"
    r"|\b(?:does|is|has|did) my (?:\w+[- ])?(?:wife|husband|partner|son|daughter|brother|sister|neighbour|neighbor|friend|boss|colleague|ex|girlfriend|boyfriend)(?:-\w+)? (?:earn|owe|spend|have|in debt|paid|pay|doing)\b",
    re.IGNORECASE,
)
_DOING = re.compile(r"\bhow (?:is|are) (?P<who>[A-Z][\w-]+(?: [A-Z][\w-]+)?) (?:doing|coping|getting on|faring)\b")
_ABOUT = re.compile(
    r"\b(?:does|has|did|can|is) (?P<who>[A-Z][\w-]+(?: [A-Z][\w-]+)?) (?:earn|manage|owe|spend|have|got|afford|save|in debt|in trouble|overdrawn|stressed)\b"
)
_NOBODY = words("nobody")


def asks_about_another(text: str, own_name: str) -> bool:
    """Whether the text asks about the money of a person who is not the one who speaks."""
    if _KEY.search(text) or _RELATED.search(text):
        return True
    own = {word.casefold() for word in own_name.split()}
    for pattern in (_POSSESSIVE, _DOING, _ABOUT):
        for match in pattern.finditer(text):
            who = {word.casefold() for word in match["who"].split()}
            if not who & _NOBODY and not who <= own:
                return True
    return False
