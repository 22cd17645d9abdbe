"""The daily part of `personaforge evaluate twin`: bands of the next days, judged on real accounts."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.importers.batch import ImportBatch
    from tools.ledger.history import History


def daily_metrics(folder: Path, cutoff: date) -> dict[str, Any]:
    """Coverage and loss of the days after the cutoff, learnt before it, for every customer of a folder of the PKDD'99 bank."""
    from server.importers.berka import read_berka
    from tools.twin.outlook.judged_days import judge_days

    judged = judge_days(histories_of(read_berka(folder)), cutoff)
    return {"outcome": "No account has an outcome for these days."} if judged is None else judged.model_dump(mode="json")


def histories_of(batch: "ImportBatch") -> "list[History]":
    """The histories of an import's customers that have a booking, as of its latest one; holders and accounts, without the people."""
    from tools.ledger.history import History

    as_of = batch.latest_booking_on
    if as_of is None:
        return []
    owner = {account.id: account.customer_id for account in batch.accounts}
    by_customer: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for kind, values in (("accounts", batch.accounts), ("holdings", batch.holdings), ("contracts", batch.contracts)):
        for value in values:
            by_customer[value.customer_id][kind].append(value)
    for transaction in batch.transactions:
        by_customer[owner[transaction.account_id]]["transactions"].append(transaction)
    profiles = {profile.customer_id: profile for profile in batch.profiles}
    return [
        History(
            customer=customer,
            profile=profiles[customer.id],
            as_of=as_of,
            accounts=tuple(held["accounts"]),
            holdings=tuple(held["holdings"]),
            contracts=tuple(held["contracts"]),
            transactions=tuple(sorted(held["transactions"], key=lambda each: each.booked_on)),
        )
        for customer in batch.customers
        if (held := by_customer.get(customer.id)) and held["transactions"]
    ]
