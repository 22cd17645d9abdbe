"""Two patterns in a customer's bookings that a person should look at: money that only passes through, and heavy gambling.

A rule, not a learned score: each figure only ever raises, and the customer's own figures are told with it. A pattern accuses
nobody. The limits were set on generated banks of seed 201 (`server.cli.patterns` judges them on others).
"""

from datetime import timedelta
from typing import Literal

from tools.ledger.history import History
from tools.ledger.movements import main_currency
from tools.stress.activity import Activity, activity_of
from tools.stress.channel import WINDOW_DAYS, Channel
from tools.stress.families.settings import settings
from tools.value import Value

Pattern = Literal["money_passed_through", "gambling_heavy"]

#: Days that are looked at.
DAYS = 90
#: Percent of the money received from others that left again at once, and that this money makes of all income.
PASSED_FROM, RECEIVED_FROM = 60.0, 30.0
#: Different senders; one is a relative or a loan that is paid out.
SENDERS_FROM = 3
#: Percent of income gambled, and how often; less is enough beside lending apps.
GAMBLED_FROM, GAMBLED_BESIDE_LENDING_FROM, TIMES_FROM = 15.0, 10.0, 12
#: Uses of lending apps that count as being beside.
LENDING_FROM = 3


class PatternFigures(Value):
    """What the rule reads, over the last 90 days; shares in percent, 0 where nothing came in.

    Attributes:
        passed_on: of the money received from others, what left again within two days.
        received: money received from others, of all income.
        senders: how many different ones sent it.
        gambled: of income; without income, all of it when there was any gambling.
    """

    passed_on: float
    received: float
    senders: int
    gambled: float
    times_gambled: int
    lending_uses: int


class PatternFound(Value):
    """The pattern, None where there is none, and the figures it rests on. Passing through is named before gambling."""

    pattern: Pattern | None
    figures: PatternFigures


def pattern_of(history: History) -> PatternFound:
    """The pattern of one customer as of the history's business date, in its main currency."""
    figures = figures_of(activity_of(history), _senders(history))
    return PatternFound(pattern=pattern_in(figures), figures=figures)


def pattern_in(figures: PatternFigures) -> Pattern | None:
    """The rule. More of a figure never takes a customer out of a pattern, except into the one named before."""
    if figures.passed_on >= PASSED_FROM and figures.received >= RECEIVED_FROM and figures.senders >= SENDERS_FROM:
        return "money_passed_through"
    enough = GAMBLED_BESIDE_LENDING_FROM if figures.lending_uses >= LENDING_FROM else GAMBLED_FROM
    return "gambling_heavy" if figures.gambled >= enough and figures.times_gambled >= TIMES_FROM else None


def figures_of(activity: Activity, senders: int) -> PatternFigures:
    """The figures of an activity, with the number of senders that its bookings name."""
    income, received, gambled = (_total(activity, channel) for channel in (Channel.INCOME, Channel.RECEIVED, Channel.GAMBLING))
    return PatternFigures(
        passed_on=_percent(_passed_on(activity), received),
        received=_percent(received, income),
        senders=senders,
        gambled=_percent(gambled, income) if income > 0 else 100.0 * (gambled > 0),
        times_gambled=_total(activity, Channel.GAMBLING_COUNT),
        lending_uses=_total(activity, Channel.LENDING_COUNT),
    )


def _passed_on(activity: Activity) -> int:
    """Money received that left again within the days of passing on: at most what was sent then, and in all, in minor units."""
    received = activity.cells[WINDOW_DAYS - DAYS :, Channel.RECEIVED].tolist()
    sent = activity.cells[WINDOW_DAYS - DAYS :, Channel.SENT].tolist()
    within = settings().passing_days
    soon = sum(min(came, sum(sent[at : at + within + 1])) for at, came in enumerate(received))
    return min(soon, sum(sent))


def _total(activity: Activity, channel: Channel) -> int:
    return int(activity.cells[WINDOW_DAYS - DAYS :, channel].sum())


def _percent(part: int, whole: int) -> float:
    return min(100.0 * part / whole, 100.0) if whole > 0 else 0.0


def _senders(history: History) -> int:
    """Different senders of the days looked at; those without a name or number count as one."""
    since, currency = history.as_of - timedelta(days=DAYS), main_currency(history)
    return len(
        {
            move.counterparty_account or move.counterparty or ""
            for move in history.transactions
            if since < move.booked_on <= history.as_of
            and move.currency == currency
            and move.category == "transfer_in"
            and move.amount_minor > 0
            and move.status == "booked"
        }
    )
