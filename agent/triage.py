"""Triage by code: words of crisis, scam, complaint, data rights and hardship come before everything else."""

import re
import tomllib
from functools import cache
from pathlib import Path

from tools.compliance.grounding import visible
from tools.value import Value

_PHRASES = Path(__file__).parent / "phrases"
#: Questions about clients are work of an RM, not a case of their own.
_ABOUT_CLIENTS = re.compile(r"\b(which|who|how many|list|show|count|find|average|total|compare)\b", re.IGNORECASE)


class Kind(Value):
    """One kind of difficulty: what speaks for it, and idioms that speak against."""

    name: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def found_in(self, text: str) -> bool:
        """Whether the text speaks of it."""
        return any(pattern.search(text) for pattern in self.patterns) and not any(pattern.search(text) for pattern in self.unless)


@cache
def _kinds(language: str) -> tuple[Kind, ...]:
    raw = tomllib.loads((_PHRASES / language / "triage.toml").read_text(encoding="utf-8"))
    return tuple(
        Kind(
            name=name,
            patterns=tuple(re.compile(pattern) for pattern in raw[name]["patterns"]),
            unless=tuple(re.compile(pattern) for pattern in raw[name]["unless"]),
        )
        for name in raw["order"]
    )


def triage(text: str, role: str) -> str | None:
    """The most urgent kind of difficulty that the words speak of, or None.

    For an RM or staff the same words open a playbook, unless they ask about clients in general.
    """
    folded = " ".join(visible(text).replace("’", "'").casefold().split())
    if role != "customer" and _ABOUT_CLIENTS.match(folded):
        return None
    return next((kind.name for kind in _kinds("en") if kind.found_in(folded)), None)
