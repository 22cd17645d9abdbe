"""The card of a learned policy: everything measured on customers that it has never seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from server.intervention.network import OnnxNetwork
from server.intervention.subjects import generated_subjects
from tools.errors import UsageError
from tools.stress.intervention.book import Book, book_of
from tools.stress.intervention.card import Card, because_of
from tools.stress.intervention.compare import compare
from tools.stress.intervention.constants import constants, documented
from tools.stress.intervention.guards import GUARDS
from tools.stress.intervention.judge import WEEK, checked_world, judged
from tools.stress.intervention.luck import luck_of
from tools.stress.intervention.measure import measured
from tools.stress.intervention.policy import Learned, Nothing, Policy, Random, Rule, Thresholds, default_policy
from tools.stress.intervention.record import logged
from tools.stress.intervention.sensitivity import Tried, sensitivity

#: Courses of events of the same customers; draws take turns.
_COURSES = 5
#: Effects and the log take twice as many draws of luck as the table, the plausibility of the world a third.
_TWICE, _A_THIRD = 2, 3
#: The log's bank explores more than a live one would, so that a log of this size says something.
_LOG_FLOOR = 0.3
#: Where the seeds of each begin, so that none meets the luck of another.
_EFFECT_SEED, _CHECK_SEED, _LOG_SEED, _SENSITIVITY_SEED = 1_000_000, 2_000_000, 3_000_000, 4_000_000
_SENSITIVITY_DRAWS = 8

#: Takes what is being done and how far it is.
Told = Callable[[str, int], None]


@dataclass(frozen=True)
class Wanted:
    """What is to be measured: on how many customers of which generated bank, over how many draws."""

    customers: int
    draws: int
    seed: int
    sensitivity: bool
    made_on: date


def card_of(network: OnnxNetwork, wanted: Wanted, told: Told) -> Card:
    """Compare the policy with all others, and measure what the card says of it.

    Raises:
        UsageError: it was learned on these customers (`same_customers`), or too few draws.
    """
    learning, given = network.learning, constants()
    if learning is not None and learning.population_seed == wanted.seed:
        raise UsageError(
            f"The policy was learned on the customers of seed {wanted.seed}. Evaluate it with another seed.", code="same_customers"
        )
    told("customers", 0)
    subjects = generated_subjects(wanted.customers, wanted.seed)
    books = [book_of(subjects, wanted.seed * 100 + course) for course in range(_COURSES)]
    learned = Learned(network)
    policies: list[Policy] = [Nothing(), Random(), Random("random_within_guards", GUARDS), Thresholds(), Rule(), learned]

    def tell(step: str) -> Callable[[int], None]:
        return lambda draw: told(step, draw + 1)

    table = compare(policies, books, given, draws=wanted.draws, seed=wanted.seed, told=tell("draws"))
    explored = compare(policies, books, given, draws=wanted.draws, seed=wanted.seed, floor=given.explore, told=tell("draws that explore"))
    seeds = range(_LOG_SEED, _LOG_SEED + _TWICE * wanted.draws)
    told("log", 0)
    log = logged(Rule(), books[0], given, seeds=seeds, week=WEEK, floor=_LOG_FLOOR)
    judgements = judged([Nothing(), Thresholds(), Rule(), learned], Rule(), log, books[0], given, seeds=seeds, floor=_LOG_FLOOR)
    told("effects", 0)
    effects = measured(
        books[0], (luck_of(books[0], given, seed) for seed in range(_EFFECT_SEED, _EFFECT_SEED + _TWICE * wanted.draws)), given
    )
    return Card(
        made_on=wanted.made_on,
        policy=learned.name,
        default=default_policy().name,
        because=because_of(table, learned.name),
        population_seed=wanted.seed,
        learning=learning,
        table=table,
        explored=explored,
        checks=checked_world(books[0], given, range(_CHECK_SEED, _CHECK_SEED + max(wanted.draws // _A_THIRD, 1))),
        judged=judgements,
        sensitivity=_tried(learned, books, told) if wanted.sensitivity else (),
        effects=effects,
        constants=documented(),
    )


def _tried(learned: Learned, books: list[Book], told: Told) -> tuple[Tried, ...]:
    done: list[str] = []

    def count(name: str) -> None:
        done.append(name)
        told("constants", len(done))

    return sensitivity(learned, books, constants(), documented(), draws=_SENSITIVITY_DRAWS, seed=_SENSITIVITY_SEED, told=count)
