"""The card of a policy: what it was learned on, how it compares, what its effects are, and what all of that does not say."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from tools.stress.intervention.action import Effect
from tools.stress.intervention.compare import Comparison
from tools.stress.intervention.constants import Constant
from tools.stress.intervention.estimate import Estimate
from tools.stress.intervention.sensitivity import Tried
from tools.value import Value

_FILE = "policies/card.json"

#: What the figures of a card are not.
Limit = Literal[
    "simulated_not_observed",  # no customer was contacted: the effects are assumptions with sources
    "learned_only_in_simulator",  # the learned policy knows no other world
    "effects_from_other_countries",  # trials in other banks, some of them abroad
    "one_year_only",  # what a contact does after the year's end does not count
    "one_kind_of_message",  # all messages of a kind are taken to work alike
    "credit_taken_together",  # a customer's loans are one loan in the simulator
    "score_is_a_stand_in",  # strain in the simulator is a formula, not the bank's model
]
LIMITS: tuple[Limit, ...] = (
    "simulated_not_observed",
    "learned_only_in_simulator",
    "effects_from_other_countries",
    "one_year_only",
    "one_kind_of_message",
    "credit_taken_together",
    "score_is_a_stand_in",
)

#: Why the default is the default.
Choice = Literal[
    "rule_is_explainable_and_learned_gain_is_simulated",  # the learned one wins, but only inside our own model
    "learned_does_not_clearly_beat_rule",
]


class Learning(Value):
    """How the learned policy came about."""

    population_seed: int
    customers: int
    rounds: int
    seed: int


class Checks(Value):
    """Whether the simulated world is plausible: figures that have a counterpart outside of it.

    Attributes:
        missed_in_half_year: part of the customers with a missed payment in the second half of the year without any contact; a survey
            found 0.11 (FCA, January 2024).
        messages_cut_failed: by which part a weekly message to everybody lowers failed debits; trials of alerts found 0.04 to 0.19.
    """

    missed_in_half_year: float
    messages_cut_failed: float


class Judgement(Value):
    """Off-policy estimates of one policy from the log of the rule, and the truth that only the simulator knows."""

    policy: str
    decisions: int
    truth: float
    estimates: tuple[Estimate, ...]


class Card(Value):
    """See the module. `greedy` figures are without exploration; `explored` with the floor that logging needs."""

    made_on: date
    policy: str
    default: str
    because: Choice
    population_seed: int
    learning: Learning | None
    table: Comparison
    explored: Comparison
    checks: Checks
    judged: tuple[Judgement, ...]
    sensitivity: tuple[Tried, ...] = ()
    effects: dict[str, Effect]
    constants: dict[str, Constant]
    limits: tuple[Limit, ...] = LIMITS


def because_of(table: Comparison, learned: str) -> Choice:
    """Why the rule is the default, from the comparison: its interval against the rule lies above zero, or it does not."""
    clear = table.line(learned).gain["rule"].low > 0
    return "rule_is_explainable_and_learned_gain_is_simulated" if clear else "learned_does_not_clearly_beat_rule"


def reversals(tried: Sequence[Tried]) -> tuple[str, ...]:
    """Which constants, at which end, take the rule's gain on doing nothing away (its interval reaches zero)."""
    return tuple(f"{each.constant}:{each.end}" for each in tried if each.rule_on_none.low <= 0)


@lru_cache(maxsize=1)
def shipped_card() -> Card | None:
    """The card beside the shipped policy; None where there is none."""
    path = files("tools.stress.intervention").joinpath(_FILE)
    return Card.model_validate_json(path.read_bytes()) if path.is_file() else None
