"""One suggestion for one customer: what, why, what stands in the way of the rest, and how likely it was."""

import numpy as np

from tools.stress.bands import band_of
from tools.stress.intervention.action import (
    ACTIONS,
    CALL,
    GUARDS,
    NONE,
    SUITED,
    Action,
    Alternative,
    Guard,
    Reason,
    Situation,
    Suggestion,
    situations_of,
)
from tools.stress.intervention.constants import Constants, constants
from tools.stress.intervention.effects import effect_of
from tools.stress.intervention.guards import allowed, blocked
from tools.stress.intervention.policy import Policy, explored

_SHORT_MONTHS = 1.0
_LESS_INCOME = 0.8


def suggest(situation: Situation, policy: Policy, *, draw: float | None = None, using: Constants | None = None) -> Suggestion:
    """What a policy suggests. The guards of a suggestion are always all of them, whichever a policy keeps in a comparison.

    Args:
        draw: a uniform number in 0..1 from the caller's own chance: the action is drawn, with a floor under every allowed one, and
            the propensity is that of the draw. Without it the likeliest action is taken, for certain.
        using: other constants than the shipped ones.
    """
    given = constants() if using is None else using
    seen = situations_of(situation)
    table = blocked(seen, given)
    free = allowed(table)
    chances = policy.chances(seen, free)
    if draw is not None:
        chances = explored(chances, free, given.explore)
    row = chances[0]
    chosen = int(np.argmax(row)) if draw is None else _drawn(row, draw)
    propensities = np.eye(len(ACTIONS))[chosen] if draw is None else row
    action = ACTIONS[chosen]
    return Suggestion(
        action=action,
        band="too_short" if situation.score is None else band_of(situation.score),
        reasons=_reasons(situation, action, likeliest=ACTIONS[int(np.argmax(row))], free=int(free.sum())),
        propensity=float(propensities[chosen]),
        policy=policy.name,
        blocked=tuple(guard for at, guard in enumerate(GUARDS) if table[0, at].any()),
        alternatives=tuple(
            Alternative(
                action=name,
                blocked_by=_in_the_way(table[0, :, at]),
                propensity=float(propensities[at]),
                effect=effect_of(situation, name),
            )
            for at, name in enumerate(ACTIONS)
        ),
    )


def _drawn(chances: np.ndarray[tuple[int, ...], np.dtype[np.float64]], draw: float) -> int:
    """The action at a place of the cumulated chances; rounding never lands on an action that has none."""
    possible = np.flatnonzero(chances)
    return int(possible[min(int(np.searchsorted(np.cumsum(chances[possible]), draw, side="right")), len(possible) - 1)])


def _in_the_way(column: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[Guard, ...]:
    return tuple(guard for at, guard in enumerate(GUARDS) if column[at])


def _reasons(situation: Situation, action: Action, likeliest: Action, free: int) -> tuple[Reason, ...]:
    """The state of the customer first, then why this action."""
    return (*_state(situation), *_choice(situation, action, likeliest, free))


def _state(situation: Situation) -> tuple[Reason, ...]:
    score, before = situation.score, situation.score_30d_ago
    if score is None:
        return ()
    bands: dict[str, Reason] = {"critical": "critical_band", "watchlist": "watchlist_band", "healthy": "healthy_band"}
    change = 0.0 if before is None else round(score - before, 2)
    found: list[tuple[bool, Reason]] = [
        (change >= 0.05, "score_rising"),
        (change <= -0.05, "score_falling"),
        (situation.failed_debits_30d > 0, "debits_failed"),
        (situation.days_negative_90d > 0, "balance_below_zero"),
        (situation.income_share < _LESS_INCOME, "income_down"),
        (situation.months_covered < _SHORT_MONTHS, "buffer_short"),
    ]
    return (bands[band_of(score)], *(reason for holds, reason in found if holds))


def _choice(situation: Situation, action: Action, likeliest: Action, free: int) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if action != likeliest:
        found.append("tried_out")
    if action == "none":
        strained = situation.score is not None and band_of(situation.score) != "healthy"
        found.append("no_contact_allowed" if free == 1 and strained else "left_in_peace" if strained else "nothing_to_be_done")
        return tuple(found)
    if action == ACTIONS[CALL]:
        if situation.has_credit:
            found.append("credit_could_be_eased")
        found.append("call_helps_most")
    elif action != ACTIONS[NONE]:
        found.append("message_is_enough")
    if SUITED.get(situation.preference) == action:
        found.append("prefers_this_channel")
    return tuple(found)
