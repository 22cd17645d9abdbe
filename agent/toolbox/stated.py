"""Whose a figure of a request is: the person's own, or what a planner made of their words."""

from decimal import Decimal

from tools.errors import QueryError
from tools.ledger.calculate import numbers_said
from tools.ledger.query import QueryField, Scalar

#: Source of a figure of a request that does not stand in the person's words: a date worked out, an amount of an earlier turn, a default.
UNDERSTOOD = "as understood"
SAID = "you said"


def source_of(number: Decimal | float | int, said: str) -> str:
    """`you said` when the number stands in the person's words of this turn, else `as understood`. Major units, whatever the sign."""
    return SAID if abs(Decimal(str(number))) in numbers_said(said) else UNDERSTOOD


def require_known_word(value: Scalar, field: QueryField, said: str, existing: frozenset[str]) -> None:
    """Refuse a word that is no value of the field and that the person did not write: a planner's own words are never shown as a figure.

    Raises:
        QueryError: such a word.
    """
    known = field.is_number or field.doc.unit == "date" or isinstance(value, bool) or value in field.choices or value in existing
    if not known and str(value).casefold() not in said.casefold():
        raise QueryError(f"{field.doc.label!r} has no such value. Use one that occurs.")
