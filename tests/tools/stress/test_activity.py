"""The activity of a customer is the same however its bookings arrive."""

from datetime import date, timedelta
from itertools import product
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.builders import AS_OF, booking, history, steady
from tools.errors import UsageError
from tools.ledger.account import Account, AccountKind
from tools.ledger.category import CATEGORIES
from tools.ledger.movements import part_of
from tools.ledger.transaction import Transaction
from tools.stress.activity import (
    EMPTY,
    Activity,
    activities_of,
    activity_of,
    advance,
    bookings_of,
    opened,
    update,
    update_many,
)
from tools.stress.channel import BALANCES, WINDOW_DAYS, Channel
from tools.stress.families.family import Sort
from tools.stress.families.registry import FAMILIES

KINDS: dict[str, AccountKind] = {f"demo:{kind}": kind for kind in get_args(AccountKind)}
ACCOUNTS = tuple(
    Account(
        id=id, source="demo", external_id=id, customer_id="demo:1", kind=kind, name=kind, currency="GBP",
        opened_on=date(2020, 1, 1), opening_balance_minor=1000 + at,
    )
    for at, (id, kind) in enumerate(KINDS.items())
)  # fmt: skip


@st.composite
def moves(draw: st.DrawFn, most: int = 40) -> list[Transaction]:
    """Bookings of two years on four accounts, some of them failed, each with its own id."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.integers(0, 730),
                st.integers(-(10**12), 10**12),
                st.sampled_from(sorted(CATEGORIES)),
                st.sampled_from(sorted(KINDS)),
                st.sampled_from(["booked", "booked", "failed"]),
            ),
            max_size=most,
        )
    )
    return [
        booking(
            AS_OF - timedelta(days=ago), 0, category, number=str(number), account_id=account, status=status
        ).model_copy(update={"amount_minor": amount})
        for number, (ago, amount, category, account, status) in enumerate(drawn)
    ]  # fmt: skip


def streamed(arriving: list[Transaction], start: Activity) -> Activity:
    """What a stream leaves that knows events by their id."""
    seen: set[str] = set()
    for move in arriving:
        if move.id not in seen:
            start = update(start, move, KINDS[move.account_id])
            seen.add(move.id)
    return start


@settings(max_examples=60, deadline=None)
@given(given_moves=moves(), data=st.data())
def test_shuffled_late_and_repeated_bookings_leave_the_bytes_of_the_batch(given_moves: list[Transaction], data: st.DataObject):
    arriving = data.draw(st.permutations([*given_moves, *given_moves[: len(given_moves) // 2]]))
    batch = activity_of(history(given_moves, accounts=ACCOUNTS))
    assert advance(streamed(arriving, opened(ACCOUNTS)), AS_OF.toordinal()).to_bytes() == batch.to_bytes()


@settings(max_examples=40, deadline=None)
@given(given_moves=moves(), data=st.data())
def test_a_batch_of_many_customers_equals_one_booking_at_a_time(given_moves: list[Transaction], data: st.DataObject):
    owner = [data.draw(st.integers(0, 3)) for _ in given_moves]
    starts = [opened(ACCOUNTS), EMPTY, advance(EMPTY, AS_OF.toordinal() - 100), update(EMPTY, steady()[-1], "current")]
    together = update_many(starts, np.array(owner, dtype=np.intp), bookings_of(given_moves, KINDS))
    one_by_one = list(starts)
    for at, move in zip(owner, given_moves, strict=True):
        one_by_one[at] = update(one_by_one[at], move, KINDS[move.account_id])
    assert [each.to_bytes() for each in together] == [each.to_bytes() for each in one_by_one]


@settings(max_examples=40, deadline=None)
@given(given_moves=moves(1), days=st.integers(-400, 400))
def test_time_may_pass_before_or_after_a_booking(given_moves: list[Transaction], days: int):
    start, to_day = activity_of(history(steady())), AS_OF.toordinal() + days
    for move in given_moves:
        kind = KINDS[move.account_id]
        assert advance(update(start, move, kind), to_day) == update(advance(start, to_day), move, kind)


@settings(max_examples=40, deadline=None)
@given(given_moves=moves())
def test_bytes_give_the_activity_back(given_moves: list[Transaction]):
    activity = activity_of(history(given_moves, accounts=ACCOUNTS))
    again = Activity.from_bytes(activity.to_bytes())
    assert again == activity
    assert (again.cells == activity.cells).all()
    assert (again.before == activity.before).all()


@settings(max_examples=40, deadline=None)
@given(given_moves=moves())
def test_no_money_is_lost_when_days_leave_the_window(given_moves: list[Transaction]):
    activity = activity_of(history(given_moves, accounts=ACCOUNTS))
    held = activity.before + activity.cells[:, : len(BALANCES)].sum(axis=0)
    moved = sum(move.amount_minor for move in given_moves if move.status == "booked")
    assert held.sum() == moved + sum(account.opening_balance_minor for account in ACCOUNTS)


def test_the_size_does_not_grow_with_the_history():
    short, long = (activity_of(history(steady(months=count))) for count in (12, 48))
    assert short.cells.shape == long.cells.shape == (WINDOW_DAYS, len(Channel))
    assert len(short.to_bytes()) == len(long.to_bytes()) < 1000


def test_an_update_leaves_the_activity_it_was_given():
    before = activity_of(history())
    kept = before.to_bytes()
    update(before, booking(AS_OF, -5, "groceries"), "current")
    update_many([before], np.array([0]), bookings_of([booking(AS_OF, -5)], {"demo:acc": "current"}))
    assert before.to_bytes() == kept


def test_a_failed_debit_moves_no_money_and_is_counted():
    failed = update(EMPTY, booking(AS_OF, -70, "utilities", status="failed"), "current")
    assert failed.cells.sum() == failed.cells[-1, Channel.FAILED_COUNT] == 1


def test_money_moved_between_own_accounts_is_neither_income_nor_spending():
    out = update(EMPTY, booking(AS_OF, -70, "internal_transfer"), "current")
    both = update(out, booking(AS_OF, 70, "internal_transfer"), "savings")
    assert {Channel(at).name: int(amount) for at, amount in enumerate(both.cells[-1]) if amount} == {
        "EVERYDAY_NET": -7000,
        "SAVINGS_NET": 7000,
    }


def test_other_currencies_are_left_out():
    moves = [*steady(), booking(AS_OF, -9, "groceries", currency="EUR")]
    assert activity_of(history(moves)) == activity_of(history(steady()))


def test_several_days_are_read_at_once_and_know_nothing_of_what_came_later():
    days = [AS_OF, AS_OF - timedelta(days=30), AS_OF - timedelta(days=90)]
    one = history(steady())
    for on, activity in zip(days, activities_of(one, days), strict=True):
        assert activity == activity_of(history([move for move in steady() if move.booked_on <= on], as_of=on))
        assert activity.last_day == on.toordinal()


def test_every_channel_belongs_to_one_family():
    owners = {channel: set[str]() for channel in Channel}
    for key, kind, incoming, failed in product(CATEGORIES, KINDS.values(), (True, False), (True, False)):
        sort = Sort(key, CATEGORIES[key].group, part_of(key, incoming), incoming, kind, failed)
        for family in FAMILIES:
            for post in family.posts(sort):
                owners[post.channel].add(family.name)
    assert {len(names) for names in owners.values()} == {1}


@pytest.mark.parametrize("broken", [b"", b"\x02" + activity_of(history()).to_bytes()[1:], activity_of(history()).to_bytes()[:-1]])
def test_bytes_of_another_version_are_refused(broken: bytes):
    with pytest.raises(UsageError, match="Rebuild it"):
        Activity.from_bytes(broken)
