"""Inputs that no model may read, kept as data."""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from tools.errors import UsageError

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@lru_cache(maxsize=1)
def forbidden_terms() -> frozenset[str]:
    """Protected attributes and their listed stand-ins, in small letters, words joined by `_`."""
    table = tomllib.loads(files("tools.stress.model").joinpath("forbidden.toml").read_text(encoding="utf-8"))
    return frozenset((*table["attributes"], *table["stand_ins"]))


def is_forbidden(name: str) -> bool:
    """Whether a protected attribute or stand-in is a word, or a run of words, of this name: `AGE`, `birthDate`, `customer.sex_code`."""
    words = [word.lower() for word in _WORDS.findall(name)]
    runs = ("_".join(words[start:stop]) for start in range(len(words)) for stop in range(start + 1, len(words) + 1))
    return any(run in forbidden_terms() for run in runs)


def check_inputs(names: Iterable[str]) -> None:
    """Refuse names that no model may read.

    Raises:
        UsageError: one of them is protected, or stands in for what is (`forbidden_input`).
    """
    for name in names:
        if is_forbidden(name):
            raise UsageError(
                f"The model reads {name!r}, which is a protected attribute or stands in for one. Train it without that input.",
                code="forbidden_input",
            )
