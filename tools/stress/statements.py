"""Tables of six card statements for many cardholders, and what they tell beyond the inputs of a card account.

A table says how each statement was answered (unused, in full, the minimum, late), which an account does not; the inputs that both
have are those of `tools.stress.families.card`. Nothing about the person is read.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.stress.families.card import statement_matrix
from tools.value import Value

Floats = NDArray[np.float64]
MONTHS = 6
#: Payment to bill is cut here: paying a bill three times over says no more than that.
_MOST_PAID = 3.0


class StatementInput(Value):
    """One input of statements. `direction`: +1 more of it is more strain, -1 less, 0 where neither is known beforehand."""

    name: str
    direction: Literal[-1, 0, 1]


@dataclass(frozen=True, eq=False)
class Statements:
    """N cardholders; months run from the newest (column 0) back to the oldest (column 5).

    Attributes:
        limit: credit limit, [N], above zero, in the unit of the amounts.
        status: months by which the payment is late, [N, 6]; 0 for the minimum paid, -1 for the bill paid in full, -2 for no use.
        billed: what the statement asks for, [N, 6]; negative when the bank owes the customer.
        paid: what was paid in the month, [N, 6]. The payment of month k answers the bill of month k + 1.
    """

    limit: Floats
    status: Floats
    billed: Floats
    paid: Floats


def statements_matrix(statements: Statements) -> Floats:
    """The inputs of a card account, then every input of `STATEMENTS`, [N, inputs]; NaN where there was no bill to pay."""
    columns = {**_lateness(statements.status), **_payments(statements), **_use(statements), **_movements(statements)}
    late = np.maximum(statements.status, 0.0)
    account = statement_matrix(statements.limit, statements.billed, statements.paid, late)
    return np.column_stack((account, *(columns[each.name] for each in STATEMENTS)))


def _lateness(status: Floats) -> dict[str, Floats]:
    late = np.maximum(status, 0.0)
    short, long = 0.5 ** np.arange(MONTHS), 0.8 ** np.arange(MONTHS)
    months = {f"repayment_status_{month}": status[:, month] for month in range(MONTHS)}
    return months | {
        "times_two_months_late": (late >= 2).sum(axis=1).astype(np.float64),
        "months_late_in_all": late.sum(axis=1),
        "months_late_recent": late @ short / short.sum(),
        "months_late_decayed": late @ long / long.sum(),
        "months_since_late": np.argmax(np.column_stack((late > 0, np.ones(len(late), bool))), axis=1).astype(np.float64),
        "late_change": late[:, 0] - late[:, 1],
        "late_change_from_earlier": late[:, 0] - late[:, 2:].mean(axis=1),
        "months_unused": (status == -2).sum(axis=1).astype(np.float64),
        "months_paid_in_full": (status == -1).sum(axis=1).astype(np.float64),
        "months_minimum_paid": (status == 0).sum(axis=1).astype(np.float64),
    }


def _payments(statements: Statements) -> dict[str, Floats]:
    limit, billed, paid = statements.limit, statements.billed, statements.paid
    answered, answers = billed[:, 1:], paid[:, :-1]
    asked = answered > 0
    ratio = np.clip(np.divide(answers, answered, out=np.full(answered.shape, np.nan), where=asked), 0.0, _MOST_PAID)
    columns = {f"paid_of_limit_{month}": paid[:, month] / limit for month in range(MONTHS)}
    columns |= {f"paid_size_{month}": np.log1p(np.maximum(paid[:, month], 0.0)) for month in range(3)}
    return columns | {
        "lowest_payment_to_bill": np.where(np.isnan(ratio), _MOST_PAID, ratio).min(axis=1),
        "bills_paid_in_full": (asked & (answers >= 0.99 * answered)).sum(axis=1).astype(np.float64),
        "months_nothing_paid": (paid <= 0).sum(axis=1).astype(np.float64),
        "paid_of_limit": paid.sum(axis=1) / limit,
        "paid_of_billed": paid.sum(axis=1) / np.maximum(billed.sum(axis=1), 1000.0),
        "paid_size": np.log1p(np.maximum(paid.sum(axis=1), 0.0)),
        "largest_payment_size": np.log1p(np.maximum(paid.max(axis=1), 0.0)),
    }


def _use(statements: Statements) -> dict[str, Floats]:
    limit, billed = statements.limit, statements.billed
    used = billed / limit[:, None]
    slope = np.arange(MONTHS)[::-1] - (MONTHS - 1) / 2
    columns = {f"bill_size_{month}": np.log1p(np.maximum(billed[:, month], 0.0)) for month in range(3)}
    return columns | {
        "utilisation_most": used.max(axis=1),
        "utilisation_least": used.min(axis=1),
        "utilisation_spread": used.std(axis=1),
        "utilisation_trend": used @ slope / (slope @ slope),
        "limit_size": np.log(limit),
        "limit_left_size": np.log(np.maximum(limit - billed[:, 0], 1.0)),
        "months_without_bill": (billed <= 0).sum(axis=1).astype(np.float64),
    }


def _movements(statements: Statements) -> dict[str, Floats]:
    limit, billed, paid = statements.limit, statements.billed, statements.paid
    grown = (billed[:, :-1] - billed[:, 1:]) / limit[:, None]
    bought = grown + paid[:, :-1] / limit[:, None]
    columns = {f"bill_growth_{month}": grown[:, month] for month in range(MONTHS - 1)}
    columns |= {f"bought_of_limit_{month}": bought[:, month] for month in range(MONTHS - 1)}
    return columns | {"billed_less_paid_of_limit": (billed.sum(axis=1) - paid.sum(axis=1)) / limit}


#: What is known beforehand: being late is more strain, paying and room to spare are less. The rest the data decide.
_MORE = "times_two_months_late months_late_in_all months_late_recent months_late_decayed".split()
_LESS = (
    "paid_of_limit paid_size largest_payment_size lowest_payment_to_bill bills_paid_in_full months_since_late limit_left_size limit_size"
).split()


def _direction(name: str) -> Literal[-1, 0, 1]:
    if name in _MORE:
        return 1
    return -1 if any(name.startswith(prefix) for prefix in _LESS) else 0


def _registry() -> tuple[StatementInput, ...]:
    one = Statements(np.ones(1), *(np.ones((1, MONTHS)) for _ in range(3)))
    names = {**_lateness(one.status), **_payments(one), **_use(one), **_movements(one)}
    return tuple(StatementInput(name=name, direction=_direction(name)) for name in names)


#: Every input that only a table tells, in the order of the columns.
STATEMENTS: tuple[StatementInput, ...] = _registry()
