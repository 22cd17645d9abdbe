"""Everything that chance decides in a simulation, drawn before it starts: every policy meets the same luck."""

from dataclasses import dataclass

import numpy as np

from tools.stress.intervention.action import ACTIONS, Bools, Ints, Reals
from tools.stress.intervention.book import WEEKS, Book
from tools.stress.intervention.constants import Constants

_TWO_MONTHS = 9


@dataclass(frozen=True)
class Luck:
    """One draw for a book; arrays by week have shape (customers, WEEKS).

    Attributes:
        income_kept: part of the week's income that comes, 1 as planned (lost work, short hours).
        expense: unplanned, minor units (a repair, a bill that nobody foresaw).
        spree: factor on everyday spending, 1 as planned.
        savings, level, balance: where customers start and what they drift back to: some have less put by than their twin says.
        response: one uniform number for each customer, week and action; `eases` likewise for accepting an easier instalment.
        notices: one uniform number a week, for whether the customer looks after the account.
        receptive: how likely a contact is to reach somebody who will act, per customer, before channel and fatigue.
        restraint: the part of everyday spending that acting on a contact saves, shape (customers, actions).
        noise: error of the observed score, in log-odds.
        choice: uniform numbers for policies that draw.
    """

    income_kept: Reals
    expense: Ints
    spree: Reals
    savings: Ints
    level: Ints
    balance: Ints
    response: Reals
    eases: Reals
    notices: Reals
    receptive: Reals
    restraint: Reals
    noise: Reals
    choice: Reals


def luck_of(book: Book, constants: Constants, seed: int) -> Luck:
    """The luck of every customer of a book. Same arguments, same luck."""
    rng = np.random.default_rng([seed, 4])
    shape = (len(book), WEEKS)
    thin = rng.random(len(book)) < constants.thin_share
    put_by = np.minimum(book.savings, rng.integers(0, int(constants.thin_savings_minor) + 1, size=len(book)))
    # They live from pay to pay: on the tightest week of a usual month at most a part of a month's bills is left.
    lowest = np.cumsum(book.expected[:, :_TWO_MONTHS], axis=1).min(axis=1)
    near = np.rint(rng.random(len(book)) * constants.thin_level_months * book.due_month).astype(np.int64) - lowest
    return Luck(
        income_kept=_income_kept(book, constants, rng),
        expense=_expenses(book, constants, rng),
        spree=_sprees(book, constants, rng),
        savings=np.where(thin, put_by, book.savings),
        level=np.where(thin, np.minimum(book.level, near), book.level),
        balance=np.where(thin, np.minimum(book.balance, near), book.balance),
        response=rng.random((*shape, len(ACTIONS))),
        eases=rng.random(shape),
        notices=rng.random(shape),
        receptive=_beta(rng, constants.receptive_mean, constants.receptive_spread, len(book)) * _common(rng, constants),
        restraint=_restraint(book, constants, rng),
        noise=_noise(book, constants, rng),
        choice=rng.random(shape),
    )


def _beta(rng: np.random.Generator, mean: float, precision: float, size: int) -> Reals:
    return rng.beta(mean * precision, (1 - mean) * precision, size=size)


def _common(rng: np.random.Generator, constants: Constants) -> float:
    """How far the mean of all effects is off in this draw: nobody knows it exactly. Lognormal with mean one."""
    spread = constants.effect_uncertainty
    return float(np.exp(rng.normal(-(spread**2) / 2, spread)))


def _restraint(book: Book, constants: Constants, rng: np.random.Generator) -> Reals:
    """Shape (customers, actions)."""
    means = (0.0, constants.restraint_sms, constants.restraint_email, constants.restraint_call)
    common = _common(rng, constants)
    columns = [_beta(rng, mean, constants.restraint_precision, len(book)) if mean else np.zeros(len(book)) for mean in means]
    return np.minimum(np.stack(columns, axis=1) * common, 0.5)


def _spans(book: Book, rng: np.random.Generator, yearly: float, shortest: float, longest: float) -> Bools:
    """Weeks in which something lasts that begins `yearly` times a year; what began before the first week is drawn too."""
    before = int(longest)
    starts = rng.random((len(book), before + WEEKS)) < yearly / 52
    lengths = rng.integers(int(shortest), int(longest) + 1, size=starts.shape)
    lasts = np.zeros(starts.shape, dtype=np.bool_)
    for customer, week in np.argwhere(starts):
        lasts[customer, week : week + lengths[customer, week]] = True
    return lasts[:, before:]


def _income_kept(book: Book, constants: Constants, rng: np.random.Generator) -> Reals:
    lost = _spans(book, rng, constants.income_losses_yearly, constants.income_loss_weeks_least, constants.income_loss_weeks_most)
    share = rng.uniform(constants.income_loss_share_least, constants.income_loss_share_most, size=(len(book), 1))
    return np.where(lost, 1 - share, 1.0)


def _expenses(book: Book, constants: Constants, rng: np.random.Generator) -> Ints:
    hit = rng.random((len(book), WEEKS)) < constants.expenses_yearly / 52
    size = rng.lognormal(np.log(constants.expense_share), constants.expense_spread, size=hit.shape)
    return np.rint(hit * np.minimum(size, 3.0) * book.income_month[:, None]).astype(np.int64)


def _sprees(book: Book, constants: Constants, rng: np.random.Generator) -> Reals:
    lasts = _spans(book, rng, constants.sprees_yearly, constants.spree_weeks_least, constants.spree_weeks_most)
    return np.where(lasts, 1 + constants.spree_share, 1.0)


def _noise(book: Book, constants: Constants, rng: np.random.Generator) -> Reals:
    """What a score gets wrong stays wrong for a while: autoregressive, with a constant spread."""
    fresh = rng.normal(0, constants.score_error, size=(len(book), WEEKS))
    kept = constants.score_error_kept
    noise = np.empty_like(fresh)
    noise[:, 0] = fresh[:, 0]
    for week in range(1, WEEKS):
        noise[:, week] = kept * noise[:, week - 1] + (1 - kept**2) ** 0.5 * fresh[:, week]
    return noise
