"""How a figure is written. One function decides, so that the gate can recompute every figure it lets through."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from tools.fact import Fact
from tools.ledger.money import decimal_amount, exponent

#: Recorded with each turn: what another version wrote reads otherwise today.
RENDERING = "2"

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "INR": "₹", "JPY": "¥"}
_MINUS = "−"
_SPACE = "\u00a0"
_MONTHS: dict[str, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
}
_UNITS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "minutes": ("minute", "minutes"),
        "hours": ("hour", "hours"),
        "days": ("day", "days"),
        "months": ("month", "months"),
        "years": ("year", "years"),
        "points": ("point", "points"),
    },
    "de": {
        "minutes": ("Minute", "Minuten"),
        "hours": ("Stunde", "Stunden"),
        "days": ("Tag", "Tage"),
        "months": ("Monat", "Monate"),
        "years": ("Jahr", "Jahre"),
        "points": ("Prozentpunkt", "Prozentpunkte"),
    },
    "es": {
        "minutes": ("minuto", "minutos"),
        "hours": ("hora", "horas"),
        "days": ("día", "días"),
        "months": ("mes", "meses"),
        "years": ("año", "años"),
        "points": ("punto", "puntos"),
    },
}
_IN_HUNDRED = {"en": "{n} in 100", "de": "{n} von 100", "es": "{n} de cada 100"}
_FEWEST = {"en": "fewer than 1", "de": "weniger als 1", "es": "menos de 1"}
_MOST = {"en": "more than 99", "de": "mehr als 99", "es": "más de 99"}
#: Sources of figures that a person brought: these are repeated as they were said.
_STATED = frozenset({"you said", "as understood"})


def render_fact(fact: Fact, language: str = "en") -> str:  # noqa: C901 - one arm a unit
    """The figure as people read it: `£1,251`, `4.39%`, `31 March 2027`, `−£15`, `18 in 100`, `more than 99 in 100`.

    Money shows pence when there are any, unless `digits` says otherwise; nothing is rounded unless `digits` asks for it.
    Spaces inside a figure do not break (U+00A0).
    """
    words = language if language in _MONTHS else "en"
    value = fact.value
    match fact.unit:
        case "money":
            return render_money(int(value), fact.currency or "GBP", fact.digits)
        case "percent":
            return f"{_decimal(value, 2 if fact.digits is None else fact.digits)}%"
        case "score":
            return _signed(value, 2 if fact.digits is None else fact.digits)
        case "in_100":
            return _IN_HUNDRED[words].format(n=_of_hundred(fact, words)).replace(" ", _SPACE)
        case "count":
            return _grouped(Decimal(int(value)), 0)
        case "minutes" | "hours" | "days" | "months" | "years" | "points":
            return _with_unit(fact, words)
        case "date":
            return render_date(date.fromisoformat(str(value)), words)
        case "month":
            return _month(str(value), words)
        case "day_of_month":
            return _ordinal(int(value), words)
        case "label":
            return str(value).replace("_", " ")


def render_money(amount_minor: int, currency: str, digits: int | None = None) -> str:
    """Money with its symbol in front, or its code behind where there is no common symbol: `£12.50`, `−£15`, `1,200 CZK`."""
    amount = decimal_amount(amount_minor, currency)
    if digits is None:
        digits = 0 if amount == amount.to_integral_value() else exponent(currency)
    number = _grouped(abs(amount), digits)
    sign = _MINUS if amount < 0 and any(ch in "123456789" for ch in number) else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number}{_SPACE}{currency}"


def render_date(day: date, language: str = "en") -> str:
    """`31 March 2027` in the language's month names."""
    joiner = f"{_SPACE}de{_SPACE}" if language == "es" else (f".{_SPACE}" if language == "de" else _SPACE)
    last = f"{_SPACE}de{_SPACE}" if language == "es" else _SPACE
    return f"{day.day}{joiner}{_MONTHS.get(language, _MONTHS['en'])[day.month - 1]}{last}{day.year}"


def _with_unit(fact: Fact, language: str) -> str:
    digits = fact.digits if fact.digits is not None else (2 if fact.unit == "points" else 0)
    number = _decimal(fact.value, digits)
    one, many = _UNITS[language][fact.unit]
    return f"{number}{_SPACE}{one if number == '1' else many}"


def _month(value: str, language: str) -> str:
    year, month = value.split("-")
    return f"{_MONTHS[language][int(month) - 1]}{_SPACE}{year}"


def _ordinal(day: int, language: str) -> str:
    if language == "de":
        return f"{day}."
    if language == "es":
        return str(day)
    suffix = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _grouped(value: Decimal, digits: int) -> str:
    return f"{value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN):,f}"


def _signed(value: float | int | str, digits: int) -> str:
    """A plain decimal with exactly these decimals."""
    text = _grouped(abs(Decimal(str(value))), digits)
    return f"{_MINUS}{text}" if Decimal(str(value)) < 0 and any(ch in "123456789" for ch in text) else text


def _decimal(value: float | int | str, digits: int) -> str:
    """A plain decimal; a whole number is written without decimals (`5`, but `4.50`)."""
    whole = Decimal(str(value)) == Decimal(str(value)).to_integral_value()
    return _signed(value, 0 if whole else digits)


def _of_hundred(fact: Fact, language: str) -> str:
    """A share of simulated paths, never certain: that all or none of the drawn paths did something does not say that all would."""
    share = Decimal(str(fact.value)) * 100
    if fact.source not in _STATED and share < 1:
        return _FEWEST[language]
    if fact.source not in _STATED and share > 99:
        return _MOST[language]
    return str(int(share.to_integral_value(rounding=ROUND_HALF_EVEN)))
