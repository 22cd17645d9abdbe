"""Proximal policy optimisation in the simulator (Schulman and others 2017, arXiv 1707.06347), under the guards.

What makes it learn here, where an earlier attempt learned to do nothing: the reward of a week is the strain saved against the same
customer's same year without any contact (common random numbers), so that a contact's worth is not lost in the luck of others; the
critic sees what the policy must not see (true strain, fatigue); a call costs a price that rises until no more are made than there
are people to call; and what the guards forbid is masked out of the policy, not punished.
"""

import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from server.intervention.network import LEARNING_KEY
from tools.errors import UnavailableError
from tools.stress.intervention.action import ACTIONS, CALL, Bools, Ints, Reals
from tools.stress.intervention.book import WEEKS, Book
from tools.stress.intervention.card import Learning
from tools.stress.intervention.constants import Constants
from tools.stress.intervention.course import Course, costs_of
from tools.stress.intervention.guards import allowed, blocked
from tools.stress.intervention.luck import luck_of
from tools.stress.intervention.observation import OBSERVED, observed

_OPSET = 17
_HIDDEN = 64
_PRIVATE = 6
_MASKED = -1e9
_SEEDS_APART = 1_000_003
#: How fast the number of calls that the price goes by follows that of the latest round, which luck moves.
_FORGETS = 0.2
#: What is seen of how learning goes: round, mean value against doing nothing, calls per customer and week, price of a call.
Told = Callable[[int, float, float, float], None]


@dataclass(frozen=True)
class Settings:
    """How it learns. `discount` and `trace` are per week.

    Attributes:
        price_step: how fast the price of a call moves; it settles where `demand` times the capacity is asked for. A little more
            than there is: weeks differ, and in use the calls go to those whom the policy wants called most.
    """

    rounds: int = 200
    customers: int = 768
    epochs: int = 4
    batch: int = 4096
    rate: float = 1e-3
    discount: float = 0.985
    trace: float = 0.95
    clip: float = 0.2
    entropy: float = 0.01
    price_step: float = 0.01
    demand: float = 1.3
    seed: int = 12


@dataclass
class Batch:
    """A simulated year of many customers, arrays of shape (weeks x customers, ...)."""

    observations: list[Reals] = field(default_factory=list[Reals])
    private: list[Reals] = field(default_factory=list[Reals])
    free: list[Bools] = field(default_factory=list[Bools])
    actions: list[Ints] = field(default_factory=list[Ints])
    log_chance: list[Reals] = field(default_factory=list[Reals])
    rewards: list[Reals] = field(default_factory=list[Reals])


class Decider(Protocol):
    """Whoever draws actions while it learns."""

    def act(self, rows: Reals, free: Bools, choice: Reals, /) -> tuple[Ints, Reals]:
        """Draw an action for everybody, with the log of its chance."""
        ...


def learn(books: Sequence[Book], constants: Constants, settings: Settings, population_seed: int, told: Told) -> bytes:
    """A policy network as ONNX, learned on these customers; the file says from which generated bank they are.

    Raises:
        UnavailableError: the `train` extra is not installed.
    """
    try:
        torch: Any = import_module("torch")
        import_module("onnx")
    except ModuleNotFoundError as error:
        raise UnavailableError(f"Learning a policy needs {error.name}. Install the extra: `pip install personaforge[train]`.") from error
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    learner = _Learner(torch, settings)
    rng = np.random.default_rng([settings.seed, 9])
    price, usual = 0.0, constants.calls_per_customer_week
    for number in range(settings.rounds):
        whole = books[number % len(books)]
        book = whole.of(rng.integers(0, len(whole), size=settings.customers, dtype=np.int64))
        batch, calls = simulated_year(learner, book, constants, price, settings.seed * _SEEDS_APART + number)
        usual += _FORGETS * (calls - usual)
        price = max(price + settings.price_step * (usual / (settings.demand * constants.calls_per_customer_week) - 1), 0.0)
        learner.improve(batch, 1 - number / settings.rounds)
        told(number, float(np.stack(batch.rewards).sum() / settings.customers), calls, price)
    about = Learning(population_seed=population_seed, customers=len(books[0]), rounds=settings.rounds, seed=settings.seed)
    return learner.exported(about)


def simulated_year(learner: "Decider", book: Book, constants: Constants, price: float, seed: int) -> tuple[Batch, float]:
    """One year's decisions and rewards, and how many calls were made per customer and week.

    A reward is the strain saved in the week against the same customer's same year without any contact, less what the contact cost
    and, for a call, the price.
    """
    luck = luck_of(book, constants, seed)
    ours, without = Course(book, luck, constants), Course(book, luck, constants)
    nobody = np.zeros(len(book), dtype=np.int64)
    batch, calls = Batch(), 0
    for week in range(WEEKS):
        # Nobody waits in a queue while learning: the price of a call keeps their number down.
        seen = ours.situations(calls_left=len(book))
        free = allowed(blocked(seen, constants))
        rows, private = observed(seen), _private(ours)
        actions, log_chance = learner.act(rows, free, luck.choice[:, week])
        calls += int((actions == CALL).sum())
        costs = costs_of(actions, ours.was_healthy, constants)
        ours.advance(actions)
        without.advance(nobody)
        reward = without.burden(week) - ours.burden(week) - costs - price * (actions == CALL)
        for values, value in zip(vars(batch).values(), (rows, private, free, actions, log_chance, reward), strict=True):
            values.append(value)
    return batch, calls / (len(book) * WEEKS)


def _private(course: Course) -> Reals:
    """What only the critic sees: true strain, fatigue, attention, restraint, eased weeks, and how much of the year is left."""
    now = course.week
    strain = course.strain[:, now - 1] if now else np.zeros(len(course.book))
    left = np.full(len(course.book), 1 - now / WEEKS)
    return np.stack([strain, course.fatigue, course.attention, course.restraint, course.eased_weeks / 26, left], axis=1)


class _Learner:
    """Policy and critic, each two layers of tanh."""

    def __init__(self, torch: Any, settings: Settings) -> None:
        self._torch, self._settings = torch, settings
        self._policy = self._net(len(OBSERVED), len(ACTIONS), last_gain=0.01)
        self._critic = self._net(len(OBSERVED) + _PRIVATE, 1, last_gain=1.0)
        parameters: list[Any] = [*self._policy.parameters(), *self._critic.parameters()]
        self._optimiser = torch.optim.Adam(parameters, lr=settings.rate, eps=1e-5)
        self._parameters = parameters

    def _net(self, inputs: int, outputs: int, last_gain: float) -> Any:
        nn = self._torch.nn
        net = nn.Sequential(nn.Linear(inputs, _HIDDEN), nn.Tanh(), nn.Linear(_HIDDEN, _HIDDEN), nn.Tanh(), nn.Linear(_HIDDEN, outputs))
        for place, gain in ((0, 2**0.5), (2, 2**0.5), (4, last_gain)):
            nn.init.orthogonal_(net[place].weight, gain)
            nn.init.zeros_(net[place].bias)
        return net

    def _masked(self, observations: Any, free: Any) -> Any:
        """Log chances of the policy over what is allowed."""
        return self._torch.log_softmax(self._policy(observations).masked_fill(~free, _MASKED), dim=-1)

    def act(self, rows: Reals, free: Bools, choice: Reals, /) -> tuple[Ints, Reals]:
        """Draw an action for everybody, with the log of its chance."""
        torch = self._torch
        with torch.no_grad():
            log_chances = self._masked(torch.from_numpy(rows).float(), torch.from_numpy(free)).double().numpy()
        reached = np.cumsum(np.exp(log_chances), axis=1)
        actions = np.minimum((choice[:, None] * reached[:, -1:] > reached).sum(axis=1), len(ACTIONS) - 1)
        return actions, log_chances[np.arange(len(rows)), actions]

    def improve(self, batch: Batch, left: float) -> None:
        """A few passes over one year's decisions, with a rate that fades as `left` goes from 1 to 0."""
        torch, given = self._torch, self._settings

        def flat(values: list[Any]) -> Any:
            whole = np.concatenate(values)
            return torch.from_numpy(whole if whole.dtype.kind in "bi" else whole.astype(np.float32))

        observations, free, actions, before = (flat(values) for values in (batch.observations, batch.free, batch.actions, batch.log_chance))
        seen = torch.cat([observations, flat(batch.private)], dim=1)
        advantage, returns = self._advantages(seen, np.stack(batch.rewards))
        decided = free.sum(dim=1) > 1
        advantage = (advantage - advantage[decided].mean()) / (advantage[decided].std() + 1e-8)
        for group in self._optimiser.param_groups:
            group["lr"] = given.rate * max(left, 0.05)
        for _ in range(given.epochs):
            order = torch.randperm(len(observations))
            for rows in order.split(given.batch):
                self._step(observations[rows], seen[rows], free[rows], actions[rows], before[rows], advantage[rows], returns[rows], left)

    def _advantages(self, seen: Any, rewards: Reals) -> tuple[Any, Any]:
        """Generalised advantages (Schulman and others 2016, arXiv 1506.02438); the year simply ends."""
        torch, given = self._torch, self._settings
        with torch.no_grad():
            values = self._critic(seen).double().numpy().reshape(rewards.shape)
        advantage, ahead, following = np.zeros_like(rewards), np.zeros(rewards.shape[1]), np.zeros(rewards.shape[1])
        for week in range(len(rewards) - 1, -1, -1):
            surprise = rewards[week] + given.discount * following - values[week]
            ahead = surprise + given.discount * given.trace * ahead
            advantage[week], following = ahead, values[week]
        flat = advantage.reshape(-1)
        return torch.from_numpy(flat).float(), torch.from_numpy(flat + values.reshape(-1)).float()

    def _step(self, observations: Any, seen: Any, free: Any, actions: Any, before: Any, advantage: Any, returns: Any, left: float) -> None:
        torch, given = self._torch, self._settings
        log_chances = self._masked(observations, free)
        decided = (free.sum(dim=1) > 1).float()
        total = decided.sum().clamp(min=1)
        ratio = (log_chances.gather(1, actions[:, None])[:, 0] - before).exp()
        gain = torch.minimum(ratio * advantage, ratio.clamp(1 - given.clip, 1 + given.clip) * advantage)
        entropy = -(log_chances.exp() * log_chances.clamp(min=-30)).sum(dim=1)
        error = (self._critic(seen)[:, 0] - returns) ** 2
        loss = -((gain + given.entropy * left * entropy) * decided).sum() / total + 0.5 * error.mean()
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, 0.5)
        self._optimiser.step()

    def exported(self, about: Learning) -> bytes:
        """The policy network as ONNX: observations to logits, any number of customers."""
        torch, file = self._torch, io.BytesIO()
        example = torch.zeros(2, len(OBSERVED))
        axes = {"observations": {0: "customers"}, "logits": {0: "customers"}}
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tracing exporter announces its end and knows no branch of ours
            torch.onnx.export(
                self._policy.eval(), (example,), file, input_names=["observations"], output_names=["logits"], dynamic_axes=axes, opset_version=_OPSET, dynamo=False,
            )  # fmt: skip
        onnx: Any = import_module("onnx")
        model = onnx.load_model_from_string(file.getvalue())
        model.metadata_props.add(key=LEARNING_KEY, value=about.model_dump_json())
        return bytes(model.SerializeToString())
