"""Subscriptions: what each costs, whether its price rose, and whether it is still used."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from tools.ledger.features import Features
from tools.ledger.flows import Flow, monthly_minor, payee_of, recurring_flows
from tools.ledger.history import History
from tools.ledger.money import rounded_minor
from tools.ledger.movements import movements_of
from tools.ledger.transaction import Transaction
from tools.value import Value

_CATEGORY = "subscriptions"
#: Charges this close to each other are the same price: currencies move a little, prices by more.
_SAME_PRICE = 0.02
#: More than this is another tariff or another thing, not a rise of the same price.
_LARGEST_RISE = 1.0
#: A price counts as settled after this many charges.
_LEAST_BEFORE = 2
#: A name with more prices than these, one after the other, is no single subscription.
_MOST_PRICES = 3
_DAYS_PER_YEAR = 365.25
_LONGEST_MONTH = 33


class PriceRise(Value):
    """From one charge to the next the price rose and stayed: before, after, since when, and the charge that showed it."""

    before_minor: int
    after_minor: int
    on: date
    transaction_id: str


class Subscription(Value):
    """One running subscription, in the main currency.

    Attributes:
        name: as the bank wrote it. Untrusted text.
        amount_minor: the last charge.
        seen: how many charges there were.
        rise: the last rise of its price, where the charges show one without doubt.
        last_used_on: the last other card payment at the same place; None where nothing of the kind is visible.
        transaction_id: the last charge.
    """

    name: str
    account_id: str
    currency: str
    amount_minor: int
    every_days: int
    monthly_minor: int
    yearly_minor: int
    seen: int
    last_on: date
    rise: PriceRise | None
    last_used_on: date | None
    transaction_id: str


class Subscriptions(Value):
    """All running subscriptions, the dearest first. The totals are the sums of what is shown.

    Attributes:
        share_of_spending: of a mean month's spending; None before the first whole month.
        risen: how many have become dearer within the last year.
    """

    customer_id: str
    as_of: date
    currency: str
    subscriptions: tuple[Subscription, ...]
    monthly_minor: int
    yearly_minor: int
    share_of_spending: float | None
    risen: int


def subscriptions_of(history: History, features: Features) -> Subscriptions:
    """The subscriptions that run on the history's business date. An ended one is not among them, nor one seen fewer than three times."""
    charges, others = _charges(history)
    found = sorted(
        (_subscription(flow, charges[place], others) for flow, place in _running(features, charges)),
        key=lambda one: (-one.yearly_minor, one.name, one.transaction_id),
    )
    monthly, spent = sum(one.monthly_minor for one in found), features.spending_monthly_minor
    return Subscriptions(
        customer_id=history.customer.id,
        as_of=features.as_of,
        currency=features.currency,
        subscriptions=tuple(found),
        monthly_minor=monthly,
        yearly_minor=sum(one.yearly_minor for one in found),
        share_of_spending=monthly / spent if spent > 0 else None,
        risen=sum(one.rise is not None and (features.as_of - one.rise.on).days <= _DAYS_PER_YEAR for one in found),
    )


Place = tuple[str, str]


def _charges(history: History) -> tuple[dict[Place, list[Transaction]], dict[str, list[Transaction]]]:
    """Charges of subscriptions by account and payee, oldest first, and card payments of every other kind by payee."""
    charges: dict[Place, list[Transaction]] = defaultdict(list)
    others: dict[str, list[Transaction]] = defaultdict(list)
    for move in movements_of(history).transactions:
        if move.status != "booked" or move.amount_minor >= 0:
            continue
        if move.category == _CATEGORY:
            charges[(move.account_id, payee_of(move))].append(move)
        elif move.operation == "card":
            others[payee_of(move)].append(move)
    for moves in charges.values():
        moves.sort(key=lambda move: (move.booked_on, move.id))
    return charges, others


def _running(features: Features, charges: dict[Place, list[Transaction]]) -> Iterator[tuple[Flow, Place]]:
    """The flows of the features, and those that the features miss because their price has moved too far to be one amount."""
    known: set[Place] = set()
    for flow in features.subscriptions:
        place = _place(flow, charges)
        if place is not None:
            known.add(place)
            yield flow, place
    for place, moves in charges.items():
        if place not in known and _prices(moves) <= _MOST_PRICES:
            level = [move.model_copy(update={"amount_minor": moves[-1].amount_minor}) for move in moves]
            yield from ((flow, place) for flow in recurring_flows(level, features.as_of).subscriptions)


def _prices(moves: Sequence[Transaction]) -> int:
    """How many prices there were, one after the other."""
    steps = sum(abs(later.amount_minor - move.amount_minor) > _SAME_PRICE * -move.amount_minor for move, later in pairwise(moves))
    return 1 + steps


def _place(flow: Flow, charges: dict[Place, list[Transaction]]) -> Place | None:
    """Where the charges of a flow are: the group that has one of its day and name."""
    fitting = (
        place
        for place, moves in charges.items()
        if place[0] == flow.account_id
        and any(move.booked_on == flow.last_on and (move.counterparty or move.description) == flow.name for move in moves)
    )
    return next(fitting, None)


def _yearly(flow: Flow) -> int:
    """Twelve of a monthly one, four of a quarterly one; of what comes by the week the exact share of a year."""
    if flow.day_of_month is not None:
        return 12 * flow.amount_minor
    times = _DAYS_PER_YEAR / flow.every_days
    return rounded_minor(flow.amount_minor * (round(times) if flow.every_days > _LONGEST_MONTH else times))


def _subscription(flow: Flow, charges: Sequence[Transaction], others: dict[str, list[Transaction]]) -> Subscription:
    last = charges[-1]
    # A price that has just risen is not yet the usual one of the flow: what the last charge was is what the next one will be.
    current = flow.model_copy(update={"amount_minor": -last.amount_minor}) if _continues(flow, last) else flow
    return Subscription(
        name=flow.name,
        account_id=flow.account_id,
        currency=flow.currency,
        amount_minor=current.amount_minor,
        every_days=flow.every_days,
        monthly_minor=monthly_minor(current),
        yearly_minor=_yearly(current),
        seen=len(charges),
        last_on=last.booked_on,
        rise=_last_rise(charges, flow.every_days),
        last_used_on=max((move.booked_on for move in others.get(payee_of(last), ())), default=None),
        transaction_id=last.id,
    )


def _continues(flow: Flow, last: Transaction) -> bool:
    """Whether the newest charge is the flow's next one at another price, not something extra."""
    after = (last.booked_on - flow.last_on).days
    return last.booked_on == flow.last_on or abs(after - flow.every_days) <= max(3, round(0.35 * flow.every_days))


def _last_rise(charges: Sequence[Transaction], every_days: int) -> PriceRise | None:
    """The newest step up between a price charged at least twice and one charged ever since, at the usual distance."""
    amounts = [-move.amount_minor for move in charges]
    steps = [at for at, (before, after) in enumerate(pairwise(amounts), start=1) if abs(after - before) > _SAME_PRICE * before]
    if not steps:
        return None
    at = steps[-1]
    before, after = amounts[at - 1], amounts[at]
    settled = at >= _LEAST_BEFORE and (len(steps) == 1 or at - steps[-2] >= _LEAST_BEFORE)
    gap = (charges[at].booked_on - charges[at - 1].booked_on).days
    in_time = abs(gap - every_days) <= max(3, round(0.35 * every_days))
    if not (settled and in_time and before < after <= (1 + _LARGEST_RISE) * before):
        return None
    return PriceRise(before_minor=before, after_minor=after, on=charges[at].booked_on, transaction_id=charges[at].id)
