"""Amounts as statements write them."""

import re
from decimal import Decimal

from tools.errors import MoneyError
from tools.ledger.money import minor_units

_CREDIT = {"CR", "C", "CREDIT", "K"}
_DEBIT = {"DR", "D", "DEBIT", "DB"}
_MINUS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "’": "'"})
_SHAPE = re.compile(
    r"(?P<open>\()?\s*(?P<before>[^\d().,+-]*)(?P<sign>[+-]?)\s*(?P<inside>[^\d().,+-]*)(?P<number>[\d.,' ]*\d[.,]?)\s*(?P<after>.*)"
)
_AFTER = re.compile(r"(?P<minus>[+-]?)\s*(?P<word>[^\d()+-]*?)\s*(?P<close>\))?")


def parse_amount(text: str, decimal: str, currency: str) -> int:
    """Signed minor units of `-1,234.50`, `1.234,56`, `(12.00)`, `12.00-`, `£1,234.50` or `12.00 DR`.

    `decimal` is the decimal sign, "." or ","; points, commas, apostrophes and spaces between groups of digits are
    taken for what they are, and refused where they stand elsewhere: `1,23` is not 123.

    Raises:
        MoneyError: it is no amount, in this style, of this currency.
    """
    plain = text.translate(_MINUS).strip()
    shape = _SHAPE.fullmatch(plain)
    tail = _AFTER.fullmatch(shape["after"]) if shape else None
    if shape is None or tail is None or bool(shape["open"]) != bool(tail["close"]):
        raise MoneyError(f"{text!r} is no amount. Write it like 1234.50.")
    amount = minor_units(_number(text, shape["number"].strip(), decimal), currency)
    word = tail["word"].strip().upper()
    negatives = [bool(shape["open"]), shape["sign"] == "-", tail["minus"] == "-", word in _DEBIT]
    if sum(negatives) > 1 or (any(negatives) and word in _CREDIT):
        raise MoneyError(f"{text!r} has two signs. Write it like -1234.50.")
    return -amount if any(negatives) else amount


def _number(text: str, digits: str, decimal: str) -> Decimal:
    groups = "".join(sign for sign in ".,' " if sign != decimal)
    # Groups of three, and of two as India writes them; the last one always has three.
    whole = rf"\d+|\d{{1,3}}(?:(?P<group>[{re.escape(groups)}])\d{{2,3}})?(?:(?P=group)\d{{2,3}})*(?<=\d{{3}})"
    if not re.fullmatch(rf"(?:{whole})?(?:{re.escape(decimal)}\d*)?", digits):
        raise MoneyError(f"{text!r} is no amount with {decimal!r} as its decimal sign. Check `decimal` in the map.")
    return Decimal("".join("." if sign == decimal else sign for sign in digits if sign == decimal or sign.isdigit()))
