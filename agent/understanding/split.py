"""Several requests in one message: cut where a new request begins, never inside "coffee and lunch" or "between 5 and 10"."""

import re

#: Words that begin a request of its own.
_START = (
    r"(?:how(?! much more| many more)|what|which|who(?!m|se)|when|where|why|can|could|would|will|should|show|list|give|tell|compare|find|explain|recommend|suggest|forecast|calculate|"
    r"is (?:my|it|there|he|she|that)|are (?:my|there|you)|am i|do i|does (?:my|he|she|it)|did i|have i|has (?:my|he|she)|i (?:want|need|would|also|'d)|i'd|help me|please|also|look up)\b"
)
_CUT = re.compile(
    rf"\s*(?:[;?!.]+\s+(?:and |but |also |then )?|,\s+(?:and |but |also |then )?|\s+(?:and|but|plus|then|also)\s+(?:then |also )?)(?={_START})",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[?!;])\s+|(?<=[a-z]{2}\.)\s+(?=[A-Z])")
_RELATIVE = re.compile(
    r"\b(?:clients?|customers?|people|everyone|those|ones|products?|accounts?|payments?|transactions?|before|after|and|or)\s*$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|please|so|well|ok(?:ay)?|thanks|thank you|and|but|also|oh|um|er)\b[\s,!.-]*(?:there[\s,!.-]+)?",
    re.IGNORECASE,
)
MOST = 4


def clauses(text: str) -> tuple[str, ...]:
    """The requests of one message, in order, at most four; a message that cannot be cut is one clause."""
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        start = 0
        for match in _CUT.finditer(sentence):
            left = sentence[start : match.start()]
            if len(left.split()) < 2 or _RELATIVE.search(left) or _open_ended(left) or _goes_on(left, sentence[match.end() :]):
                continue
            found.append(left)
            start = match.end()
        found.append(sentence[start:])
    cleaned = [clause.strip(" ,;") for clause in found]
    return tuple(clause for clause in cleaned if clause)[:MOST]


def _goes_on(left: str, right: str) -> bool:
    """ "clients who have a loan and who are overdrawn": one question about the same clients."""
    return bool(
        re.match(r"(?:who|which|where|what)\b", right, re.IGNORECASE)
        and re.search(r"\b(?:clients|customers|people|everyone|those) (?:who|with|that|whose)\b", left, re.IGNORECASE)
    )


def _open_ended(left: str) -> bool:
    """ "I was wondering", "can you tell me", "could you": the request is still to come."""
    return bool(
        re.search(
            r"(?:\b(?:wondering|know|tell me|say|ask(?:ing)?|you|if|whether|please|thinking)|^(?:hi|hello|hey|thanks|so|well|ok(?:ay)?))[\s,]*$",
            left,
            re.IGNORECASE,
        )
    )


def without_opening(clause: str) -> str:
    """The clause without a greeting or filler at its beginning, unless nothing else is left."""
    shorter = clause
    while (cut := _OPENING.sub("", shorter)) != shorter:
        shorter = cut
    return shorter if len(shorter.split()) >= 2 else clause
