"""Card statements: how much of the limit is used, how much of each bill is paid, and how late.

The same inputs are read off a card account (statements every 30 days, the latest on the last day) and off tables of statements.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.stress.channel import WINDOW_DAYS, Channel
from tools.stress.families.family import Family, Input, Post, Sort
from tools.stress.families.settings import settings
from tools.stress.families.windows import MONTH, Floats, Windows, bounded, known_if, ratio

STATEMENTS = 6
_MOST_PERCENT = 300.0


def _posts(sort: Sort) -> tuple[Post, ...]:
    paid = sort.account == "card" and sort.incoming and not sort.failed and sort.category != "refunds"
    return (Post(Channel.CARD_PAID, 1),) if paid else ()


def statement_columns(limit: Floats, bills: Floats, paid: Floats, late: Floats) -> dict[str, Floats]:
    """The card inputs by name, each [n].

    Args:
        limit: [n] minor units; 0 or NaN for none.
        bills: [n, 6] what was owed on each statement, the latest first; below zero for a credit.
        paid: [n, 6] what was paid in the month that ends with each statement.
        late: [n, 6] months by which repayment was late at each statement, 0 for none.
    """
    used = bounded(100 * ratio(bills, np.broadcast_to(limit[:, None], bills.shape)), -100.0, _MOST_PERCENT)
    covered = bounded(100 * ratio(paid[:, :-1], bills[:, 1:]), 0.0, _MOST_PERCENT)
    # Nothing owed is a bill that is wholly paid.
    covered = np.where(np.isnan(covered) & np.isfinite(bills[:, 1:]) & (bills[:, 1:] <= 0), 100.0, covered)
    return {
        **{_numbered("card_use", at): used[:, at] for at in range(STATEMENTS)},
        **{_numbered("card_paid", at): covered[:, at] for at in range(STATEMENTS - 1)},
        **{_numbered("card_late", at): late[:, at] for at in range(STATEMENTS)},
        "card_use_mean": _mean(used),
        "card_use_rise": used[:, 0] - used[:, 3],
        "card_paid_mean": _mean(covered),
        "card_late_worst": _worst(late),
        "card_late_count": known_if((late > 0).sum(axis=1).astype(np.float64), np.isfinite(late[:, 0])),
        "card_late_trend": late[:, :2].sum(axis=1) - late[:, 2:4].sum(axis=1),
    }


def _read(windows: Windows) -> Mapping[str, Floats]:
    # A customer without a card account has no movement and no debt on one.
    has = (windows.days(Channel.CARD_NET) != 0).any(axis=1) | (windows.before[:, Channel.CARD_NET] != 0)
    ends = WINDOW_DAYS - 1 - MONTH * np.arange(STATEMENTS)
    reached = has[:, None] & (windows.known[:, None] > MONTH * np.arange(STATEMENTS))
    bills = np.where(reached, -windows.card[:, ends], np.nan)
    paid = np.stack([windows.total(Channel.CARD_PAID, MONTH, MONTH * at) for at in range(STATEMENTS)], axis=1)
    limit = np.where(windows.card_limit > 0, windows.card_limit, np.nan)
    return statement_columns(limit, bills, np.where(reached, paid, np.nan), _months_late(bills, paid))


def _months_late(bills: Floats, paid: Floats) -> Floats:
    """Statements in a row, up to each one, that were not paid by the least share, [n, 6]; 0 before the first bill known."""
    late = np.zeros_like(bills)
    for at in range(STATEMENTS - 2, -1, -1):
        owed = np.nan_to_num(bills[:, at + 1])
        missed = (owed > 0) & (paid[:, at] < settings().card_least_paid * owed)
        late[:, at] = np.where(missed, late[:, at + 1] + 1, 0.0)
    return np.where(np.isfinite(bills), late, np.nan)


def _mean(values: Floats) -> Floats:
    seen = np.isfinite(values)
    return ratio(np.where(seen, values, 0.0).sum(axis=1), seen.sum(axis=1).astype(np.float64))


def _worst(values: Floats) -> Floats:
    return known_if(np.where(np.isfinite(values), values, 0.0).max(axis=1), np.isfinite(values[:, 0]))


def _numbered(name: str, at: int) -> str:
    """`card_use` now, `card_use_1m` a month ago."""
    return name if at == 0 else f"{name}_{at}m"


def _input(name: str, at: int = 0, **given: Any) -> Input:
    # What lies in the past cannot be changed: only the latest statement has a remedy.
    return Input.model_validate({"name": _numbered(name, at), "family": "card", **given, **({"remedy": None} if at else {})})


FAMILY = Family(
    name="card",
    posts=_posts,
    inputs=(
        *(_input("card_use", at, direction=1, enough=30, unit="percent", remedy="lower_card_debt") for at in range(STATEMENTS)),
        *(_input("card_paid", at, direction=-1, enough=100, unit="percent", remedy="pay_card_bill") for at in range(STATEMENTS - 1)),
        *(_input("card_late", at, direction=1, unit="months", remedy="pay_card_bill") for at in range(STATEMENTS)),
        _input("card_use_mean", direction=1, enough=30, unit="percent"),
        _input("card_use_rise", direction=1, unit="percent", remedy="lower_card_debt"),
        _input("card_paid_mean", direction=-1, enough=100, unit="percent"),
        _input("card_late_worst", direction=1, unit="months"),
        _input("card_late_count", direction=1, unit="count"),
        _input("card_late_trend", direction=1, unit="months"),
    ),
    read=_read,
)
STATEMENT_INPUTS: tuple[Input, ...] = FAMILY.inputs


def statement_matrix(limit: Floats, bills: Floats, paid: Floats, late: Floats) -> NDArray[np.float64]:
    """`statement_columns` in the order of STATEMENT_INPUTS, [n, inputs]."""
    columns = statement_columns(limit, bills, paid, late)
    return np.stack([columns[each.name] for each in STATEMENT_INPUTS], axis=1)
