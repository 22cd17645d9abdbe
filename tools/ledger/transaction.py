"""One booked movement on one account, and what did not add up."""

from datetime import date, datetime
from typing import Literal

from tools.value import Value

Operation = Literal[
    "card", "cash_in", "cash_out", "transfer_in", "transfer_out", "direct_debit", "standing_order", "salary", "fee", "interest", "other"
]


class Transaction(Value):
    """One booked movement.

    Attributes:
        id: `{source}:{external_id}`, unique.
        booked_on: the business date of the movement.
        booked_at: time of day where the source gives one.
        amount_minor: signed; money in is positive.
        balance_after_minor: the balance that the bank reported after it, where it did.
        description: as the bank wrote it. Untrusted text.
        counterparty: who was paid or paid. Untrusted text.
        category: a key of `categories.toml`.
        status: a failed movement (a debit that bounced) moves no money and counts in no sum.
    """

    id: str
    source: str
    external_id: str
    account_id: str
    booked_on: date
    booked_at: datetime | None = None
    amount_minor: int
    currency: str
    balance_after_minor: int | None = None
    description: str = ""
    counterparty: str | None = None
    counterparty_account: str | None = None
    category: str = "other"
    operation: Operation = "other"
    status: Literal["booked", "failed"] = "booked"


class ReconciliationDifference(Value):
    """Where the bank's reported balance and our running sum part.

    `difference_minor` is reported minus computed; the running sum goes on from the reported balance.
    """

    account_id: str
    transaction_id: str
    booked_on: date
    computed_minor: int
    reported_minor: int
    difference_minor: int
