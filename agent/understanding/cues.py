"""Words that speak for a capability whatever else is said, kept as data beside the example phrases."""

import re
import tomllib
from functools import cache

from agent.understanding.phrases import FOLDER


@cache
def _cues(language: str) -> tuple[tuple[str, float, tuple[re.Pattern[str], ...]], ...]:
    raw = tomllib.loads((FOLDER / language / "cues.toml").read_text(encoding="utf-8"))
    return tuple((label, float(row["weight"]), tuple(re.compile(pattern) for pattern in row["patterns"])) for label, row in raw.items())


def cues_in(text: str, language: str = "en") -> dict[str, float]:
    """Label -> what the cue words in the text add to its score."""
    folded = text.casefold().strip()
    return {label: weight for label, weight, patterns in _cues(language) if any(pattern.search(folded) for pattern in patterns)}
