"""Policies side by side on the same customers and the same luck, with intervals over draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tools.errors import UsageError
from tools.stress.intervention.action import ACTIONS, Action, Reals
from tools.stress.intervention.book import Book
from tools.stress.intervention.constants import Constants
from tools.stress.intervention.luck import luck_of
from tools.stress.intervention.policy import Policy
from tools.stress.intervention.run import Outcome, run
from tools.value import Value

#: Draws below which an interval says nothing.
LEAST_DRAWS = 5


class Interval(Value):
    """A mean over draws of customers and luck, and the ends of its 95 % interval (Student's t)."""

    mean: float
    low: float
    high: float


class Line(Value):
    """One policy. All figures are per customer and year.

    Attributes:
        value: minus critical weeks, minus months below zero, minus costs: higher is better.
        costs: of contacts and of annoying the healthy, in critical weeks.
        contacts: how many of each kind.
        gain: value less that of the policy named, draw by draw.
    """

    policy: str
    value: Interval
    critical_weeks: Interval
    months_below_zero: Interval
    failed_debits: Interval
    costs: Interval
    contacts: dict[Action, float]
    gain: dict[str, Interval]


class Comparison(Value):
    """All policies on the same draws, in the order in which they were given."""

    customers: int
    draws: int
    seed: int
    floor: float
    lines: tuple[Line, ...]

    def line(self, policy: str) -> Line:
        """The line of a policy by name."""
        return next(line for line in self.lines if line.policy == policy)


@dataclass(frozen=True)
class _Run:
    """What one policy came to: a row for each draw."""

    value: Reals
    critical_weeks: Reals
    months_below: Reals
    failed: Reals
    costs: Reals
    contacts: Reals


def compare(
    policies: Sequence[Policy],
    books: Sequence[Book],
    constants: Constants,
    *,
    draws: int,
    seed: int,
    floor: float = 0.0,
    told: Callable[[int], None] | None = None,
) -> Comparison:
    """Run every policy on every draw: customers drawn anew from a book (with replacement), and luck; the same for all policies.

    Args:
        books: courses of events of the same customers; draws take turns.
        floor: part of each decision that explores, for policies that are to be logged.
        told: is called with the number of each finished draw.

    Raises:
        UsageError: no policy, two of one name, no book, or too few draws (`bad_comparison`).
    """
    names = [policy.name for policy in policies]
    if not books or not names or len(set(names)) < len(names) or draws < LEAST_DRAWS:
        raise UsageError(
            f"A comparison needs policies of different names, a book and {LEAST_DRAWS} draws. Give them.", code="bad_comparison"
        )
    found: dict[str, list[Outcome]] = {name: [] for name in names}
    for draw in range(draws):
        book = books[draw % len(books)]
        rows = np.random.default_rng([seed, draw, 1]).integers(0, len(book), size=len(book))
        drawn = book.of(rows)
        luck = luck_of(drawn, constants, seed + draw)
        for policy in policies:
            found[policy.name].append(run(policy, drawn, luck, constants, floor))
        if told is not None:
            told(draw)
    runs = {name: _rows(outcomes) for name, outcomes in found.items()}
    lines = tuple(_line(name, runs) for name in names)
    return Comparison(customers=len(books[0]), draws=draws, seed=seed, floor=floor, lines=lines)


def _rows(outcomes: Sequence[Outcome]) -> _Run:
    def each(name: str) -> Reals:
        return np.array([getattr(outcome, name).mean() for outcome in outcomes])

    return _Run(
        value=each("value"),
        critical_weeks=each("critical_weeks"),
        months_below=each("months_below"),
        failed=each("failed"),
        costs=each("costs"),
        contacts=np.stack([outcome.contacts.mean(axis=0) for outcome in outcomes]),
    )


def _line(name: str, runs: dict[str, _Run]) -> Line:
    own = runs[name]
    return Line(
        policy=name,
        value=interval(own.value),
        critical_weeks=interval(own.critical_weeks),
        months_below_zero=interval(own.months_below),
        failed_debits=interval(own.failed),
        costs=interval(own.costs),
        contacts={action: round(float(own.contacts[:, at].mean()), 3) for at, action in enumerate(ACTIONS) if action != "none"},
        gain={other: interval(own.value - run.value) for other, run in runs.items() if other != name},
    )


def interval(values: Reals) -> Interval:
    """Mean and 95 % interval of independent draws."""
    # Loaded on first use: scipy.stats takes longer to import than a comparison takes to sum up.
    from scipy.special import stdtrit  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]

    mean = float(values.mean())
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    half = float(stdtrit(len(values) - 1, 0.975)) * error  # pyright: ignore[reportUnknownArgumentType]
    return Interval(mean=round(mean, 4), low=round(mean - half, 4), high=round(mean + half, 4))
