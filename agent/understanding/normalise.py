"""A message as the parsers want it: one kind of quote, one kind of space, no invisible signs, written-out abbreviations."""

import re
import unicodedata

MAX_SIGNS = 2000

_SIGNS = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "−": "-", "…": " "})
_WRITTEN_OUT = {
    "acct": "account", "acc": "account", "a/c": "account", "accts": "accounts", "txn": "transaction", "txns": "transactions", "trx": "transactions",
    "mth": "month", "mths": "months", "yr": "year", "yrs": "years", "wk": "week", "wks": "weeks", "pls": "please", "plz": "please", "thx": "thanks",
    "w/o": "without", "w/": "with", "u": "you", "ur": "your", "im": "I'm", "ive": "I've", "whats": "what's", "hows": "how's", "whos": "who's",
    "wheres": "where's", "dont": "don't", "doesnt": "doesn't", "havent": "haven't", "hasnt": "hasn't", "isnt": "isn't", "arent": "aren't", "cant": "can't",
    "wont": "won't", "didnt": "didn't", "wanna": "want to", "gonna": "going to", "hnw": "high net worth", "sme": "msme", "bal": "balance",
    "avg": "average", "approx": "about", "pcm": "a month", "p/m": "a month", "percent": "%", "per cent": "%",
}  # fmt: skip
_ABBREVIATION = re.compile(
    r"(?<![\w/'])(?:" + "|".join(re.escape(short) for short in sorted(_WRITTEN_OUT, key=len, reverse=True)) + r")(?![\w'])", re.IGNORECASE
)


def normalise(text: str) -> str:
    """NFKC, straight quotes, single spaces, no control or invisible signs, common abbreviations written out. Case is kept."""
    folded = unicodedata.normalize("NFKC", text[:MAX_SIGNS]).translate(_SIGNS)
    visible = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Zs"} else sign for sign in folded if unicodedata.category(sign) != "Cf"
    )
    written_out = _ABBREVIATION.sub(lambda match: _WRITTEN_OUT[match[0].casefold()], visible)
    return " ".join(written_out.split())
