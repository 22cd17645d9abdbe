"""Words that a reply must not use, and words that call for a notice. All matched on text as a reader sees it."""

import re

from tools.compliance.grounding import visible

_PROMISE = re.compile(
    r"\b(guarante\w*|risk[- ]?free|(?:can|could|will)(?:not|n['’]t| never| not)(?: possibly)? (?:lose|fall|fail|drop)|no risk|without (?:any )?risk|certain(?:ty)? (?:to|of|return|profit|gain)\w*"
    r"|sure (?:thing|bet|to (?:rise|grow|gain))|safe bet|(?:will|is going to|are going to|is bound to|bound to) (?:definitely |certainly |surely |always )?(?:grow|rise|earn|gain|increase|outperform|beat|go up|double)"
    r"|always (?:grows?|rises?|gains?|goes up|pays off|wins?)|promise\w*|assured|act (?:now|fast)|last chance|only today|hurry|before it is too late|don['’]t (?:miss|wait)|limited time"
    r"|zero risk|no (?:possible )?(?:downside|way to lose)|nothing to lose|can only (?:go up|grow|rise|gain|win|increase)|(?:never|not ever) (?:goes down|falls?|drops?|loses?)|double your (?:money|savings)"
    r"|(?:capital|money|savings?|investments?) (?:is|are|will be|stays?) (?:\w+ly |always |never not )?(?:safe|secure)|foolproof|sure-?fire|bulletproof|fail-?safe|easy money"
    r"|garantiert\w*|risikofrei|sichere[rsn]? gewinn\w*|ohne risiko|garantizad\w*|sin riesgo|ganancia segura)\b",
    re.IGNORECASE,
)
#: "Not guaranteed", "no return is guaranteed": a denial at most three words before. "Not only guaranteed", "no doubt guaranteed" deny nothing.
_NEGATION = re.compile(
    r"(?:\b(?:not|no|never|nothing is|nobody|cannot|nicht|kein\w*|nunca)|n['’]t)\b(?! (?:only|just|merely|simply|doubt|question|wonder|catch|less|matter)\b)(?: \w+){0,3} $",
    re.IGNORECASE,
)
_NEGATABLE = re.compile(r"^(guarante|promise|assured|certain|garanti)", re.IGNORECASE)
_HUMAN_CLAIM = re.compile(
    r"\b(i am|i['’]m|as) (?:a |an )?(?:real |actual )?(human|person|banker|advis[eo]r|employee|man|woman)\b|\bnot (?:an? )?(?:ai|bot|machine|robot|program)\b|\bmy name is\b|\bthis is \w+ from the bank\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"https?:|www\.|\]\(|<[a-z/!]|\w\.(?:com|net|org|io|co|uk|de|example|invalid|xyz|info)\b|javascript:|@\w+\.\w", re.IGNORECASE
)
_NO_COST = re.compile(
    r"\b(free of charge|for free|no fees?|no charges?|no cost|without (?:any )?(?:fee|charge|cost)s?|costs? (?:you )?nothing|kostenlos|gratis)\b",
    re.IGNORECASE,
)
_INVESTING = re.compile(r"\b(invest\w*|funds?|shares|stocks?|equit(?:y|ies)|etfs?|portfolios?|bonds?|pensions?)\b", re.IGNORECASE)
_BORROWING = re.compile(
    r"\b(take|get|open|use|apply|consider|choose|try|want|need|suits?|recommend\w*|offer\w*|increase|raise|extend|arrange|borrow\w*)\b[^.!?]{0,60}\b(loans?|credit|overdrafts?|mortgages?|borrow\w*|lending|finance)\b"
    r"|\bborrow (?:more|some|money|from us)\b|\b(loan|credit|overdraft)\b[^.!?]{0,40}\b(suits?|for you|would help|can help|is right)\b",
    re.IGNORECASE,
)
_SUGGESTING = re.compile(
    r"\b(?:suits?|suitable|recommend\w*|right for|best for|good for|ideal|perfect|go for|choose|pick|consider|buy|invest in|sign up|apply for|fits (?:you|best)|should (?:take|get|open|have|use))\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"\{\{|\}\}")


def promises(text: str) -> bool:
    """Whether the text promises a return, safety or certainty, or presses to act (R01). "Not guaranteed" does not."""
    seen = visible(text)
    return any(not (_NEGATABLE.match(found.group()) and _denied(seen, found.start())) for found in _PROMISE.finditer(seen))


def suggests(text: str) -> bool:
    """Whether the text speaks for something ("suits you", "consider"), unless it says that it does not (R06)."""
    seen = visible(text)
    return any(not _denied(seen, found.start()) for found in _SUGGESTING.finditer(seen))


def _denied(seen: str, at: int) -> bool:
    return bool(_NEGATION.search(seen[max(0, at - 60) : at]))


def claims_to_be_human(text: str) -> bool:
    """Whether the text says that it comes from a person (R13)."""
    return bool(_HUMAN_CLAIM.search(visible(text)))


def has_link(text: str) -> bool:
    """Whether the text holds an address, markup or a slot that was not rendered: nothing of that is ever written by code."""
    seen = visible(text)
    return bool(_LINK.search(seen) or _UNSEEN.search(seen))


def says_no_cost(text: str) -> bool:
    """Whether the text says that something costs nothing: a figure (zero) in words (R05)."""
    return bool(_NO_COST.search(visible(text)))


def speaks_of_investing(text: str) -> bool:
    """Whether the text speaks of investments, so that the capital notice must stand in the same reply (R02)."""
    return bool(_INVESTING.search(visible(text)))


def brings_up_borrowing(text: str) -> bool:
    """Whether the text suggests to borrow (R04, R08)."""
    return bool(_BORROWING.search(visible(text)))
