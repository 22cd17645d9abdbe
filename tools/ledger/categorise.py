"""What a raw movement was for, by rules kept as data in `rules/*.toml`: ordered, the first that fits decides."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from tools.errors import UsageError
from tools.ledger.category import category
from tools.ledger.transaction import Operation
from tools.value import Value

_FOLDER = Path(__file__).with_name("rules")
_SPACE = re.compile(r"[^a-z0-9&.=+]+")
_DOT = re.compile(r"\.(?!\d)|(?<!\d)\.")

Sign = Literal["in", "out", "any"]


class _Row(Value):
    """What both kinds of rule share: a pattern and the direction it holds for."""

    pattern: str
    sign: Sign = "any"


class _CategoryRow(_Row):
    category: str
    operations: tuple[Operation, ...] = ()


class _OperationRow(_Row):
    operation: Operation


@dataclass(frozen=True)
class Rule:
    """One rule, its pattern compiled. An empty `operations` fits every kind of movement."""

    category: str
    pattern: re.Pattern[str]
    sign: Sign
    operations: frozenset[str]


@dataclass(frozen=True)
class OperationRule:
    """What kind of movement a text tells."""

    operation: Operation
    pattern: re.Pattern[str]
    sign: Sign


@dataclass(frozen=True)
class RuleSet:
    """The rules of one kind of source, in order."""

    name: str
    rules: tuple[Rule, ...]
    operations: tuple[OperationRule, ...] = ()


def normalised(*texts: str | None) -> str:
    """Texts joined for matching: lower case, without accents and punctuation, single spaces."""
    joined = " ".join(text for text in texts if text)
    plain = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode().casefold().replace("'", "")
    return _SPACE.sub(" ", _DOT.sub(" ", plain)).strip()


@lru_cache
def load_rules(name: str) -> RuleSet:
    """The rule set `rules/<name>.toml`.

    Raises:
        UsageError: no such set, or a rule that names an unknown category, operation or broken pattern.
    """
    known = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    if name not in known:
        raise UsageError(f"There are no rules called {name!r}. Use one of: {', '.join(known)}.", code="unknown_rules")
    return rule_set(name, tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8")))


def rule_set(name: str, data: dict[str, Any]) -> RuleSet:
    """A rule set out of its TOML content.

    Raises:
        UsageError: a rule that names an unknown category, operation or broken pattern.
    """
    try:
        rows = TypeAdapter(tuple[_CategoryRow, ...]).validate_python(data.get("rule", ()))
        kinds = TypeAdapter(tuple[_OperationRow, ...]).validate_python(data.get("operation", ()))
        rules = tuple(Rule(category(row.category).key, re.compile(row.pattern), row.sign, frozenset(row.operations)) for row in rows)
        return RuleSet(name, rules, tuple(OperationRule(row.operation, re.compile(row.pattern), row.sign) for row in kinds))
    except (ValidationError, re.error) as error:
        first = str(error).splitlines()[0]
        raise UsageError(f"The rules {name!r} do not hold: {first}. Correct the file.", code="bad_rules") from None


def categorise(description: str, counterparty: str | None, amount_minor: int, operation: Operation, rules: RuleSet) -> str:
    """The key of the category of one movement; `other` when no rule fits."""
    return _first_category(normalised(description, counterparty), _sign(amount_minor), operation, rules)


def operation_of(description: str, amount_minor: int, rules: RuleSet) -> Operation:
    """What kind of movement a description tells; `other` when it does not."""
    text, sign = normalised(description), _sign(amount_minor)
    for rule in rules.operations:
        if rule.sign in (sign, "any") and rule.pattern.search(text):
            return rule.operation
    return "other"


def _sign(amount_minor: int) -> Sign:
    return "out" if amount_minor < 0 else "in"


# Statements repeat themselves: a cache turns 80 searches into one look-up for most rows.
@lru_cache(maxsize=16_384)
def _first_category(text: str, sign: Sign, operation: Operation, rules: RuleSet) -> str:
    for rule in rules.rules:
        fits = rule.sign in (sign, "any") and (not rule.operations or operation in rule.operations)
        if fits and rule.pattern.search(text):
            return rule.category
    return "other"
