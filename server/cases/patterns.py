"""Cases for the rule of patterns: generated banks whose customers' lifestyles are known."""

from collections.abc import Iterator, Mapping
from datetime import date

from server.cases.bank import watched_customers
from tools.ledger.history import History
from tools.population.generate import generate
from tools.population.spec import DEFAULT_MIX, PopulationSpec
from tools.stress.monitor.patterns import PatternCase
from tools.stress.pattern import Pattern, pattern_of

#: The seed of the banks that the limits of the rule were set on; it must not judge them.
SET_ON = 201
_AS_OF = date(2026, 11, 14)
_MONTHS = 9
#: One in so many customers has each pattern: far more than in life, or there would be nobody to count.
_ONE_IN = 15
#: Lifestyles that look alike without being it: money that leaves fast, and spending out of hand.
_LOOK_ALIKE = {"shopping_addict": 0.04, "crypto_enthusiast": 0.04}
_LABELS: Mapping[str, Pattern] = {"money_mule": "money_passed_through", "gambling_addict": "gambling_heavy"}


def pattern_cases(seed: int, customers: int) -> Iterator[PatternCase]:
    """Customers of one seed: everybody else first, then those of each pattern, numbered on."""
    each = max(customers // _ONE_IN, 1)
    ordinary = {key: share for key, share in DEFAULT_MIX.items() if key not in _LABELS} | _LOOK_ALIKE
    groups: list[tuple[Pattern | None, Mapping[str, float], int]] = [(None, ordinary, customers - len(_LABELS) * each)]
    for key, pattern in _LABELS.items():
        groups.append((pattern, {key: 1.0}, each))
    number = 1001
    for truth, mix, count in groups:
        spec = PopulationSpec(seed=seed, customers=count, as_of=_AS_OF, months=_MONTHS, mix=mix, first_number=number)
        for watched in watched_customers(generate(spec), spec):
            history = watched.history
            yield PatternCase(truth=truth, found=pattern_of(history).pattern, largest_in_minor=_largest_in(history))
        number += count


def _largest_in(history: History) -> int:
    return max((move.amount_minor for move in history.transactions if move.category == "transfer_in"), default=0)
