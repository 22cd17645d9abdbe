"""Words that speak for a capability whatever else is said, kept as data beside the example phrases."""

import re
from functools import cache

from agent.understanding.lexicon import table


@cache
def _cues(language: str) -> tuple[tuple[str, float, tuple[re.Pattern[str], ...]], ...]:
    rows = table("cues", language).items()
    return tuple((label, float(row["weight"]), tuple(re.compile(pattern) for pattern in row["patterns"])) for label, row in rows)


def cues_in(text: str, language: str = "en") -> dict[str, float]:
    """Label -> what the cue words in the text add to its score."""
    folded = text.casefold().strip()
    return {label: weight for label, weight, patterns in _cues(language) if any(pattern.search(folded) for pattern in patterns)}
