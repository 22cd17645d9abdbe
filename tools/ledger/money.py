"""Money: signed integer minor units, never floats."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from tools.errors import MoneyError

#: Decimal places of a currency (ISO 4217). What is not listed has two.
EXPONENTS = {"JPY": 0, "KRW": 0, "HUF": 2, "BHD": 3, "KWD": 3}
_LARGEST_MINOR = 10**15


def exponent(currency: str) -> int:
    """Decimal places of `currency`."""
    return EXPONENTS.get(currency, 2)


def minor_units(amount: Decimal | int | str, currency: str) -> int:
    """Exact minor units of a decimal amount: `minor_units("12.50", "GBP") == 1250`.

    Raises:
        MoneyError: not a number, more decimals than the currency has, or beyond 10**15 minor units.
    """
    try:
        value = Decimal(amount.strip() if isinstance(amount, str) else amount)
    except InvalidOperation:
        raise MoneyError(f"{amount!r} is not an amount. Write it like 1234.50.") from None
    if not value.is_finite():
        raise MoneyError(f"{amount!r} is not an amount. Write it like 1234.50.")
    scaled = value.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise MoneyError(f"{amount!r} has more decimals than {currency} has. Round it first.")
    if abs(scaled) > _LARGEST_MINOR:
        raise MoneyError(f"{amount!r} is beyond what an account can hold. Check the amount.")
    return int(scaled)


def decimal_amount(amount_minor: int, currency: str) -> Decimal:
    """The decimal amount of minor units: `decimal_amount(1250, "GBP") == Decimal("12.50")`."""
    return Decimal(amount_minor).scaleb(-exponent(currency))


def rounded_minor(value: float | Decimal) -> int:
    """Nearest whole minor unit, half to even, as banks round interest."""
    return int(Decimal(value).to_integral_value(rounding=ROUND_HALF_EVEN))
