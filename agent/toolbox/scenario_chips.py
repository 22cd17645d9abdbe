"""How a scenario was understood: one chip a change, one for each thing said about it, with whose figure it is."""

from collections.abc import Iterable
from decimal import Decimal

from agent.draft import DraftChip, DraftQuery
from agent.finding import FindingBuilder
from agent.phrasing import what_if_words
from agent.toolbox.stated import UNDERSTOOD, source_of
from tools.errors import MoneyError, ScenarioError
from tools.fact import Unit
from tools.ledger.category import CATEGORIES
from tools.ledger.money import minor_units
from tools.twin.scenario.recipe import Checked, Name, Parameter, checked
from tools.twin.scenario.scenario import Change

#: Source of what is possible: a rule of the tool, not something simulated.
LIMITS = "limits"
_UNITS: dict[str, Unit] = {
    "percent": "percent",
    "percent_a_year": "percent",
    "points": "points",
    "months": "months",
    "day": "day_of_month",
}


def scenario_query(changes: Iterable[Change], said: str, made: FindingBuilder, known_products: frozenset[str]) -> DraftQuery:
    """The chips of a scenario. Values that nobody gave are marked as interpretations."""
    chips: list[DraftChip] = []
    for number, change in enumerate(changes):
        found = checked(change)
        chips += _chips(found, number, said, made, known_products)
    return DraftQuery(chips=tuple(chips))


def _chips(found: Checked, number: int, said: str, made: FindingBuilder, products: frozenset[str]) -> list[DraftChip]:
    """The order of the parameters in the kind's file is that of the chips; the first one that has a value carries the kind's name."""
    names: list[Name] = [name for name in found.recipe.parameters if getattr(found.change, name) is not None]
    names = [name for name in names if name != "starts_in_months" or found.change.starts_in_months]
    chips: list[DraftChip] = []
    for name in names:
        label = what_if_words("chips", name) if chips else what_if_words("kinds", found.change.kind)
        value = _value(found, name, f"said_{number}_{name}", said, made, products)
        if value:
            chips.append(DraftChip(field=name, label=label, op="", value=value, interpreted=name in found.defaults))
    return chips


def _value(found: Checked, name: Name, role: str, said: str, made: FindingBuilder, products: frozenset[str]) -> str:
    value = getattr(found.change, name)
    if name == "category":
        return CATEGORIES[value].label if value in CATEGORIES else ""
    if name == "product":
        return "{{p:" + value + "}}" if value in products else ""
    label = f"{what_if_words('kinds', found.change.kind)}, {what_if_words('parameters', name)}"
    source = UNDERSTOOD if name in found.defaults else source_of(value, said)
    if name == "amount":
        return _money(value, found.recipe.parameters["amount"], role, label, source, made)
    unit = _UNITS[found.recipe.parameters[name].unit]
    return made.fact(role, label, value, unit, source=source, subject=None)


def _money(value: Decimal, parameter: Parameter, role: str, label: str, source: str, made: FindingBuilder) -> str:
    period = "month" if parameter.unit == "money_a_month" else None
    if made.currency is None:  # several currencies: the number holds in each client's own
        return made.fact(role, label, float(value), "score", digits=0, source=source, subject=None)
    return made.money(role, label, minor_units(value, made.currency), source=source, subject=None, period=period)


def problem_labels(error: ScenarioError | MoneyError, made: FindingBuilder) -> None:
    """What cannot be worked out and what is possible, as labels and facts of the finding."""
    if isinstance(error, MoneyError):
        made.labels.update(problem=what_if_words("problems", "bad_amount"), remedy=what_if_words("remedies", "bad_amount"))
        return
    parameter = what_if_words("parameters", error.parameter) if error.parameter else ""
    least, most = (_limit(error, name, made) for name in ("least", "most"))
    possible = f"from {least} to {most}" if least and most else (f"at least {least}" if least else f"at most {most}")
    words = what_if_words("problems", error.problem)
    made.labels.update(problem=words.format(parameter=parameter, range=possible, least=least, most=most))
    made.labels.update(remedy=what_if_words("remedies", error.problem))


def _limit(error: ScenarioError, name: str, made: FindingBuilder) -> str:
    """A limit as a figure, in the unit of the parameter; empty where there is none."""
    value = error.least if name == "least" else error.most
    if value is None or error.parameter is None:
        return ""
    if error.parameter == "amount" and made.currency is not None:
        return made.money(name, "possible amount", minor_units(Decimal(str(value)), made.currency), subject=None, source=LIMITS)
    units: dict[str, Unit] = {"months": "months", "starts_in_months": "months", "term_months": "months", "points": "points"}
    unit = units.get(error.parameter, "percent" if "percent" in error.parameter else "count")
    return made.fact(name, "possible value", value if unit == "points" else round(value, 2), unit, subject=None, source=LIMITS)
