"""The inputs of the stress score: a registry, and their values for many customers at once."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tools.ledger.account import Account
from tools.stress.activity import Activity
from tools.stress.channel import WINDOW_DAYS, Channel
from tools.stress.families.card import STATEMENT_INPUTS, statement_matrix
from tools.stress.families.family import Input, Remedy
from tools.stress.families.registry import FAMILIES
from tools.stress.families.windows import Windows
from tools.value import Value

__all__ = [
    "INPUTS", "INPUT_AT", "STATEMENT_INPUTS", "Input", "Remedy", "Standing", "days_of_history", "inputs_matrix", "inputs_of", "standing_of",
    "statement_matrix",
]  # fmt: skip

#: Every input, family by family; a model names the ones it uses.
INPUTS: tuple[Input, ...] = tuple(each for family in FAMILIES for each in family.inputs)
#: The column of each input in a matrix.
INPUT_AT: dict[str, int] = {each.name: at for at, each in enumerate(INPUTS)}

#: Customers worked on at once: their cells stay in the processor's cache.
_BLOCK = 256


class Standing(Value):
    """Terms that no booking tells, in minor units; 0 for none."""

    overdraft_limit_minor: int = 0
    card_limit_minor: int = 0


def standing_of(accounts: Iterable[Account], currency: str, on: date) -> Standing:
    """The terms of a customer's accounts in one currency that are open by a day."""
    held = [account for account in accounts if account.currency == currency and account.opened_on <= on]
    return Standing(
        overdraft_limit_minor=sum(account.overdraft_limit_minor for account in held if account.kind in {"current", "business"}),
        card_limit_minor=sum(account.overdraft_limit_minor for account in held if account.kind == "card"),
    )


def inputs_matrix(activities: Sequence[Activity], standings: Sequence[Standing]) -> NDArray[np.float64]:
    """[customers, INPUTS]; NaN where the history cannot say. A customer's row does not depend on the others."""
    matrix = np.empty((len(activities), len(INPUTS)))
    for start in range(0, len(activities), _BLOCK):
        block = slice(start, start + _BLOCK)
        _read(_windows(activities[block], standings[block]), matrix[block])
    return matrix


def inputs_of(activity: Activity, standing: Standing) -> dict[str, float | None]:
    """The inputs of one customer by name; None where the history cannot say."""
    row = inputs_matrix([activity], [standing])[0]
    return {each.name: None if np.isnan(value) else float(value) for each, value in zip(INPUTS, row, strict=True)}


def days_of_history(activity: Activity) -> int:
    """Days from the first booking to the last day of the window; 0 for none."""
    return activity.last_day - activity.first_day + 1 if activity.first_day else 0


def _windows(activities: Sequence[Activity], standings: Sequence[Standing]) -> Windows:
    cells = np.empty((len(Channel), len(activities), WINDOW_DAYS))
    for at, activity in enumerate(activities):
        cells[:, at] = activity.cells.T
    known = np.array([min(days_of_history(activity), WINDOW_DAYS) for activity in activities], dtype=np.float64)
    return Windows(
        cells=cells,
        before=np.array([activity.before for activity in activities], dtype=np.float64),
        known=known,
        last_day=np.array([activity.last_day for activity in activities], dtype=np.int64),
        overdraft_limit=np.array([standing.overdraft_limit_minor for standing in standings], dtype=np.float64),
        card_limit=np.array([standing.card_limit_minor for standing in standings], dtype=np.float64),
    )


def _read(windows: Windows, rows: NDArray[np.float64]) -> None:
    for family in FAMILIES:
        columns = family.read(windows)
        for each in family.inputs:
            rows[:, INPUT_AT[each.name]] = columns[each.name]
