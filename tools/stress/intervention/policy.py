"""Policies: how likely each action is in each situation, inside what the guards leave."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tools.stress.bands import CRITICAL_FROM, WATCHLIST_FROM
from tools.stress.intervention.action import ACTIONS, CALL, EMAIL, NONE, PREFERENCES, SMS, Bools, Reals, Situations
from tools.stress.intervention.guards import GUARDS, LEGAL, Guard
from tools.stress.intervention.observation import observed


class Policy(Protocol):
    """What chooses.

    Attributes:
        name: recorded with every suggestion and every logged decision.
        guards: those that it keeps; the legal ones are kept by all.
    """

    @property
    def name(self) -> str:
        """See above."""
        ...

    @property
    def guards(self) -> tuple[Guard, ...]:
        """See above."""
        ...

    def chances(self, seen: Situations, allowed: Bools, /) -> Reals:
        """Probabilities, shape (customers, actions): rows add up to 1 and are 0 where an action is not allowed."""
        ...


class Network(Protocol):
    """A learned policy's network: preferences for each action from observations; run by whoever has a runner for its file.

    Attributes:
        name: tells the file apart from others.
    """

    @property
    def name(self) -> str:
        """See above."""
        ...

    def logits(self, observations: Reals, /) -> Reals:
        """Shape (customers, actions), from shape (customers, len(OBSERVED))."""
        ...


def certain(wanted: Reals) -> Reals:
    """Probability 1 on the wanted action, shape (customers,) of action numbers to (customers, actions)."""
    return np.eye(len(ACTIONS))[wanted.astype(np.intp)]


def explored(chances: Reals, allowed: Bools, floor: float) -> Reals:
    """A part of every decision spread evenly over what is allowed: no allowed action is rarer than floor / actions."""
    return (1 - floor) * chances + floor * allowed / allowed.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Nothing:
    """Contacts nobody: what the others must beat."""

    name: str = "none"
    guards: tuple[Guard, ...] = GUARDS

    def chances(self, seen: Situations, _: Bools, /) -> Reals:
        """Nothing, always."""
        return certain(np.zeros(len(seen)))


@dataclass(frozen=True)
class Random:
    """Any allowed action, all equally likely. With all guards it shows what the guards alone are worth."""

    name: str = "random"
    guards: tuple[Guard, ...] = LEGAL

    def chances(self, _: Situations, allowed: Bools, /) -> Reals:
        """Even over what is allowed."""
        return allowed / allowed.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Thresholds:
    """By band alone: a message to the watchlist, a call to the critical, every week until the band changes."""

    name: str = "thresholds"
    guards: tuple[Guard, ...] = LEGAL

    def chances(self, seen: Situations, allowed: Bools, /) -> Reals:
        """The band's action where it is allowed, else nothing."""
        score = np.round(np.nan_to_num(seen.score), 2)
        wanted = np.where(score >= CRITICAL_FROM, CALL, np.where(score >= WATCHLIST_FROM, SMS, NONE))
        return certain(np.where(allowed[np.arange(len(seen)), wanted], wanted, NONE))


@dataclass(frozen=True)
class Rule:
    """The rule with a fatigue cap: a call where it can change most, a message where there is an occasion, else peace.

    Called are the critical, and of the watchlist those whose score rises or whose credit can be eased, unless that was agreed
    already. Written to, where no call is made, are the critical, and the watchlist after a debit failed: by text message if the customer
    prefers that, else by e-mail. Reminders without an occasion are left out on purpose: they use up the contacts that calls need
    (in the simulator they cost more than they bring, see the card).
    """

    name: str = "rule"
    guards: tuple[Guard, ...] = GUARDS

    def chances(self, seen: Situations, allowed: Bools, /) -> Reals:
        """One action each: the first of its wishes that is allowed."""
        score = np.round(np.nan_to_num(seen.score), 2)
        rising = np.nan_to_num(seen.score - seen.score_30d_ago) > 0
        critical, watched = score >= CRITICAL_FROM, score >= WATCHLIST_FROM
        urgent = ~seen.eased & (critical | (watched & (rising | seen.has_credit)))
        occasion = critical | (watched & (seen.failed_debits_30d > 0))
        likes_sms = seen.preference == PREFERENCES.index("sms")
        first, second = np.where(likes_sms, SMS, EMAIL), np.where(likes_sms, EMAIL, SMS)
        called = np.full(len(seen), CALL)
        wanted, rows = np.zeros(len(seen), dtype=np.int64), np.arange(len(seen))
        for asked, action in ((occasion, second), (occasion, first), (urgent | (seen.vulnerable & occasion), called)):
            wanted = np.where(asked & allowed[rows, action], action, wanted)
        return certain(wanted)


@dataclass(frozen=True)
class Learned:
    """A policy learned in the simulator: softmax of its network over what the guards leave."""

    network: Network
    guards: tuple[Guard, ...] = GUARDS

    @property
    def name(self) -> str:
        """The network's own."""
        return self.network.name

    def chances(self, seen: Situations, allowed: Bools, /) -> Reals:
        """Masked softmax."""
        logits = np.where(allowed, self.network.logits(observed(seen)), -np.inf)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)


def default_policy() -> Policy:
    """What is used unless a bank chooses otherwise: see the card for the comparison behind it."""
    return Rule()
