"""What a kind of change takes and does: one data file each in `scenarios/`. A kind made of known levers is one more file."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from tools.errors import ScenarioError
from tools.twin.scenario.scenario import Assumption, Change, ChangeKind, Problem
from tools.value import Value

Name = Literal["amount", "percent", "points", "months", "starts_in_months", "category", "term_months", "rate_percent", "product", "due_day"]
Unit = Literal["money", "money_a_month", "percent", "percent_a_year", "points", "months", "day", "category", "product"]

#: Every parameter of a change that may be given; 0 for `starts_in_months` is the same as leaving it out.
NAMES: tuple[Name, ...] = (
    "amount",
    "percent",
    "points",
    "months",
    "starts_in_months",
    "category",
    "term_months",
    "rate_percent",
    "product",
    "due_day",
)

Target = Literal["income", "pay", "commitments", "discretionary", "saving", "one_off", "credit_rates", "savings_rate", "credit", "product"]
Operation = Literal["add", "subtract", "raise_by_percent", "lower_by_percent", "grow_by_percent", "stop", "set", "draw", "adopt"]


class Parameter(Value):
    """One parameter of a kind of change.

    Attributes:
        minimum, maximum: what is possible, ends included, in its unit (money in major units).
        default: taken where it was not given; `assumed` is the label that says so.
    """

    unit: Unit
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    default: float | None = None
    assumed: Assumption | None = None


class Lever(Value):
    """One thing that a change does to a schedule; `tools.twin.scenario.levers` knows how.

    Attributes:
        parameter: the value it works with; it does nothing where that is not given. None for `stop`.
        unless: it does nothing where this parameter is given.
        when: `lasting` from `starts_in_months` for `months`, `once` in the month it starts.
        reach: of rates on credit: `market` moves variable rates at once and fixed ones after their end, `fixed` only the latter.
    """

    target: Target
    operation: Operation
    parameter: Name | None = None
    unless: Name | None = None
    when: Literal["lasting", "once"] = "lasting"
    reach: Literal["market", "fixed"] = "market"


class Recipe(Value):
    """A kind of change as its file declares it.

    Attributes:
        any_of: of these at least one is needed; of `one_of` exactly one.
        assumptions: closed labels of what is taken for granted.
    """

    kind: ChangeKind
    parameters: dict[Name, Parameter]
    any_of: tuple[Name, ...] = ()
    one_of: tuple[Name, ...] = ()
    levers: tuple[Lever, ...] = Field(default=())
    assumptions: tuple[Assumption, ...] = ()


@lru_cache(maxsize=1)
def recipes() -> Mapping[ChangeKind, Recipe]:
    """Every kind of change by its name, read once from the data files."""
    found = sorted((path for path in files("tools.twin.scenario").joinpath("scenarios").iterdir() if path.name.endswith(".toml")), key=str)
    loaded = [Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))) for path in found]
    return {recipe.kind: recipe for recipe in loaded}


class Checked(Value):
    """A change whose values are possible, with the defaults filled in; `assumed` labels those that nobody gave."""

    change: Change
    assumed: tuple[Assumption, ...] = ()
    defaults: tuple[Name, ...] = ()

    @property
    def recipe(self) -> Recipe:
        """What it takes and does."""
        return recipes()[self.change.kind]

    def number(self, name: Name) -> float | None:
        """The value of a numeric parameter, None where it has none."""
        value = getattr(self.change, name)
        return None if value is None else float(value)


def checked(change: Change) -> Checked:
    """The change with its defaults.

    Raises:
        ScenarioError: a value that is missing, unknown to this kind or out of its range.
    """
    recipe = recipes()[change.kind]
    given: set[Name] = {name for name in NAMES if getattr(change, name) not in (None, 0 if name == "starts_in_months" else None)}
    for name in NAMES:
        if name in given and name not in recipe.parameters:
            raise _wrong(recipe, "not_taken", name)
    _require(recipe, given)
    defaults: dict[Name, float] = {
        name: parameter.default
        for name, parameter in recipe.parameters.items()
        if parameter.default is not None and name not in given and not (name in recipe.any_of and given & set(recipe.any_of))
    }
    # Whole numbers are those of months and days; the fields themselves know which.
    filled = Change.model_validate(change.model_dump() | {name: _whole(value) for name, value in defaults.items()})
    found = Checked(
        change=filled,
        assumed=tuple(label for name in defaults if (label := recipe.parameters[name].assumed)),
        defaults=tuple(defaults),
    )
    for name in recipe.parameters:
        _within(recipe, name, found.number(name) if recipe.parameters[name].unit not in {"category", "product"} else None)
    return found


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _require(recipe: Recipe, given: set[Name]) -> None:
    for name, parameter in recipe.parameters.items():
        if parameter.required and name not in given:
            raise _wrong(recipe, "missing", name)
    has_default = any(recipe.parameters[name].default is not None for name in recipe.any_of)
    if recipe.any_of and not has_default and not given & set(recipe.any_of):
        raise _wrong(recipe, "missing", recipe.any_of[0])
    if recipe.one_of and not given & set(recipe.one_of):
        raise _wrong(recipe, "missing", recipe.one_of[0])
    if len(given & set(recipe.one_of)) > 1:
        raise _wrong(recipe, "both_given", recipe.one_of[1])


def _within(recipe: Recipe, name: Name, value: float | None) -> None:
    parameter = recipe.parameters[name]
    if value is None:
        return
    least = -float("inf") if parameter.minimum is None else parameter.minimum
    most = float("inf") if parameter.maximum is None else parameter.maximum
    if not least <= value <= most:
        raise _wrong(recipe, "out_of_range", name)


def _wrong(recipe: Recipe, problem: Problem, name: Name) -> ScenarioError:
    words, parameter = recipe.kind.replace("_", " "), recipe.parameters.get(name)
    least, most = (None, None) if parameter is None else (parameter.minimum, parameter.maximum)
    called = name.replace("_", " ")
    sentence = {
        "missing": f"A what-if about {words} needs its {called}. Say it.",
        "not_taken": f"A what-if about {words} takes no {called}. Leave it out.",
        "both_given": f"A what-if about {words} takes either {' or '.join(recipe.one_of)}. Give one of them.",
        "out_of_range": f"The {called} of a what-if about {words} is out of range. Give {_range(least, most)}.",
    }[problem]
    return ScenarioError(sentence, kind=recipe.kind, problem=problem, parameter=name, least=least, most=most)


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return f"at least {least:,g}" if least is not None else "another one"
    return f"{least:,g} to {most:,.10g}"
