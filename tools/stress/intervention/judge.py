"""What a log says of a policy beside the truth, and whether the simulated world is plausible: what the card is checked with."""

from collections.abc import Iterable, Sequence

import numpy as np

from tools.stress.intervention.action import SMS
from tools.stress.intervention.book import WEEKS, Book
from tools.stress.intervention.card import Checks, Judgement
from tools.stress.intervention.constants import Constants
from tools.stress.intervention.course import Course
from tools.stress.intervention.estimate import Log, estimates
from tools.stress.intervention.luck import luck_of
from tools.stress.intervention.policy import Policy
from tools.stress.intervention.record import truth

#: The decisions of this week are judged: late enough for contacts to have been made, early enough for a quarter to follow.
WEEK = 16


def judged(
    policies: Sequence[Policy], logging: Policy, log: Log, book: Book, constants: Constants, *, seeds: Sequence[int], floor: float
) -> tuple[Judgement, ...]:
    """Estimates of every policy from one log, beside the truth from the same customers and luck."""
    return tuple(
        Judgement(
            policy=policy.name,
            decisions=len(log),
            truth=round(truth(policy, logging, book, constants, seeds=seeds, week=WEEK, floor=floor), 5),
            estimates=estimates(log, policy.chances(log.seen, log.free)),
        )
        for policy in policies
    )


def checked_world(book: Book, constants: Constants, seeds: Iterable[int]) -> Checks:
    """Missed payments without any contact, and what a message a week does to failed debits."""
    missed, alone, messaged = list[float](), 0, 0
    nobody = np.zeros(len(book), dtype=np.int64)
    for seed in seeds:
        luck = luck_of(book, constants, seed)
        quiet, alerted = Course(book, luck, constants), Course(book, luck, constants)
        for _ in range(WEEKS):
            quiet.advance(nobody)
            alerted.advance(np.full(len(book), SMS, dtype=np.int64))
        missed.append(float((quiet.failed[:, WEEKS // 2 :].sum(axis=1) > 0).mean()))
        alone, messaged = alone + int(quiet.failed.sum()), messaged + int(alerted.failed.sum())
    return Checks(
        missed_in_half_year=round(float(np.mean(missed)), 3),
        messages_cut_failed=round(1 - messaged / alone, 3) if alone else 0.0,
    )
