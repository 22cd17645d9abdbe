"""Arithmetic over stated numbers: the only way to a derived figure that a person asks for."""

import ast
import re
from collections.abc import Callable
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

from tools.errors import UsageError
from tools.value import Value

_NUMBER = re.compile(r"(?<![\w.])[£€$₹]?\s?(\d[\d,]*(?:\.\d+)?)\s?(k|m|bn|thousand|million|%)?(?![\w])", re.IGNORECASE)
_SCALES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "bn": 1_000_000_000}
_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_LONGEST = 200


class Calculation(Value):
    """A result with the numbers it was made from; `result` is rounded to `decimals` places, half to even."""

    expression: str
    numbers: tuple[Decimal, ...]
    result: Decimal
    decimals: int


def numbers_said(text: str) -> frozenset[Decimal]:
    """The numbers a person wrote, in their written and their scaled form (`15k` is 15 and 15000)."""
    found: set[Decimal] = set()
    for match in _NUMBER.finditer(text):
        value = Decimal(match.group(1).replace(",", ""))
        found |= {value, value * _SCALES.get((match.group(2) or "").lower(), 1)}
    return frozenset(found)


def calculate(expression: str, said: str) -> Calculation:
    """Evaluate `+ - * / ( )` and `n% of m` over numbers the person stated.

    Raises:
        UsageError: not such an expression, a number that nobody stated, or a division by zero.
    """
    if len(expression) > _LONGEST:
        raise UsageError("That is too long to calculate. Ask for one step at a time.", code="bad_expression")
    plain = re.sub(r"(\d[\d,]*(?:\.\d+)?)\s*%\s*(?:of|\*)", r"\1 / 100 *", expression.replace("£", ""))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    try:
        tree = ast.parse(plain, mode="eval")
    except SyntaxError:
        raise UsageError("That is not arithmetic I can do. Use numbers with + - * / and brackets.", code="bad_expression") from None
    numbers: list[Decimal] = []
    with localcontext() as context:
        context.prec = 28
        try:
            exact = _value(tree.body, numbers)
        except (DivisionByZero, InvalidOperation):
            raise UsageError("That divides by zero. Use another divisor.", code="bad_expression") from None
    stated = numbers_said(said)
    percent = {Decimal(100)} if "%" in expression else set[Decimal]()
    if any(number not in stated and number not in percent for number in numbers):
        raise UsageError("I only calculate with numbers that you gave. State each number.", code="bad_expression")
    decimals = 0 if exact == exact.to_integral_value() else 2
    return Calculation(expression=expression, numbers=tuple(numbers), result=round(exact, decimals), decimals=decimals)


def _value(node: ast.AST, numbers: list[Decimal]) -> Decimal:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            numbers.append(Decimal(str(number)))
            return numbers[-1]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, numbers)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _OPERATORS[type(operator)](_value(left, numbers), _value(right, numbers))
        case _:
            raise UsageError("That is not arithmetic I can do. Use numbers with + - * / and brackets.", code="bad_expression")
