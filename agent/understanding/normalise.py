"""A message as the parsers want it: one kind of quote, one kind of space, no invisible signs, written-out abbreviations."""

import re
import unicodedata

from agent.understanding.lexicon import table

MAX_SIGNS = 2000

_SIGNS = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "−": "-", "…": " "})
_WRITTEN_OUT: dict[str, str] = table("abbreviations")
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
