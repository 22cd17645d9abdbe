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

_ORDINALS: dict[str, int] = table("ordinals")
#: "the first of July" is 1 July.
_ORDINAL = re.compile(
    r"\b(?:the )?("
    + "|".join(sorted(_ORDINALS, key=len, reverse=True))
    + r")(?: of)?(?= (?:january|february|march|april|may|june|july|august|september|october|november|december)\b)",
    re.IGNORECASE,
)


def normalise(text: str) -> str:
    """NFKC, straight quotes, single spaces, no control or invisible signs, common abbreviations written out, "first of July" as "1 July". Case is kept."""
    folded = unicodedata.normalize("NFKC", text[:MAX_SIGNS]).translate(_SIGNS)
    visible = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Zs"} else sign for sign in folded if unicodedata.category(sign) != "Cf"
    )
    written_out = _ABBREVIATION.sub(lambda match: _WRITTEN_OUT[match[0].casefold()], visible)
    return " ".join(_ORDINAL.sub(lambda match: str(_ORDINALS[match[1].casefold()]), written_out).split())
