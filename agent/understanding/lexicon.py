"""Closed lists and patterns of a language, kept as data beside the example phrases."""

import tomllib
from functools import cache
from typing import Any

from agent.understanding.phrases import FOLDER


@cache
def table(name: str, language: str = "en") -> dict[str, Any]:
    """One data file of a language: `phrases/<language>/<name>.toml`."""
    return tomllib.loads((FOLDER / language / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(name: str, language: str = "en") -> frozenset[str]:
    """One closed list of `lexicon.toml`."""
    return frozenset(str(table("lexicon", language)[name]).split())
