"""Bands of the next days are learnt before the cutoff and judged after it, and hold about as much as they say on a bank of its own."""

from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache

import pytest

from tools.ledger.history import History
from tools.population.generate import generate
from tools.population.spec import PopulationSpec
from tools.twin.daily.past_days import LONGEST
from tools.twin.outlook.judged_days import JudgedDays, judge_days

AS_OF = date(2026, 11, 14)
CUTOFF = AS_OF - timedelta(days=LONGEST)


@lru_cache(maxsize=1)
def bank() -> tuple[History, ...]:
    """Sixty customers with a year of bookings each."""
    spec = PopulationSpec(seed=5, customers=60, as_of=AS_OF, months=12, mix={"spender": 0.4, "saver": 0.3, "growing_family": 0.3})
    made = generate(spec)
    owner = {account.id: account.customer_id for account in made.accounts}
    moves = defaultdict(list)
    for move in made.transactions:
        moves[owner[move.account_id]].append(move)
    profiles = {profile.customer_id: profile for profile in made.profiles}
    return tuple(
        History(
            customer=customer,
            profile=profiles[customer.id],
            as_of=AS_OF,
            accounts=tuple(account for account in made.accounts if account.customer_id == customer.id),
            transactions=tuple(sorted(moves[customer.id], key=lambda move: move.booked_on)),
        )
        for customer in made.customers
    )


@pytest.fixture(scope="module")
def judged() -> JudgedDays:
    found = judge_days(bank(), CUTOFF)
    assert found is not None
    return found


def test_eight_in_ten_balances_lie_inside_within_what_sixty_accounts_can_show(judged: JudgedDays):
    assert judged.accounts == 60
    for band in judged.bands[2:]:
        assert 0.65 <= band.coverage <= 0.95, band
    assert 0.72 <= sum(band.coverage for band in judged.bands) / len(judged.bands) <= 0.9


def test_the_bands_lose_less_than_saying_that_the_balance_stays(judged: JudgedDays):
    assert all(band.loss < band.baseline_loss for band in judged.bands)
    assert all(band.width >= 1 for band in judged.bands)


def test_what_is_learnt_knows_nothing_of_what_it_is_judged_by(judged: JudgedDays):
    """In the other bank nothing happens after the cutoff."""
    quiet = [
        one.model_copy(update={"transactions": tuple(move for move in one.transactions if move.booked_on <= CUTOFF)}) for one in bank()
    ]
    other = judge_days(quiet, CUTOFF)
    assert other is not None
    assert other.learnt == judged.learnt
    assert other.bands != judged.bands


def test_accounts_without_an_outcome_are_not_judged():
    assert judge_days(bank()[:5], AS_OF) is None
    assert judge_days([], CUTOFF) is None
