"""What scoring has to know of accounts: whose they are, and on what terms. One look-up for many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from server.store.tables.account import ACCESS, ACCOUNTS
from tools.ledger.account import Account, AccountKind
from tools.stress.inputs import Standing


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """One account; `owner` is the first owner, whose key seals what is booked on it. `limit_minor` is an overdraft, or a card's limit."""

    id: str
    owner: str
    kind: AccountKind
    currency: str
    opened_on: date
    opening_minor: int
    limit_minor: int


#: The accounts of each customer who sees them as theirs.
Held = Mapping[str, tuple[KnownAccount, ...]]


def held_by_owners_of(connection: Connection, account_ids: Iterable[str]) -> Held:
    """All accounts of every customer who sees one of these accounts; accounts that do not exist are nobody's."""
    seen = select(ACCESS.c.customer_id).where(ACCESS.c.account_id.in_(list(account_ids))).distinct()
    # Two questions by keys: as one, SQLite answers it in fifty times the time.
    return held_by(connection, connection.scalars(seen).all())


def held_by(connection: Connection, customer_ids: Iterable[str]) -> Held:
    """All accounts of these customers."""
    columns = ACCOUNTS.c
    query = (
        select(
            ACCESS.c.customer_id.label("seen_by"), columns.id, columns.customer_id, columns.kind, columns.currency, columns.opened_on,
            columns.opening_balance_minor, columns.overdraft_limit_minor,
        )
        .join(ACCOUNTS, columns.id == ACCESS.c.account_id)
        .where(ACCESS.c.customer_id.in_(list(customer_ids)))
    )  # fmt: skip
    found: dict[str, list[KnownAccount]] = {}
    for seen_by, *fields in connection.execute(query):
        found.setdefault(seen_by, []).append(KnownAccount(*fields))
    return {customer_id: tuple(accounts) for customer_id, accounts in found.items()}


def known(account: Account) -> KnownAccount:
    """What scoring has to know of an account."""
    return KnownAccount(
        account.id, account.customer_id, account.kind, account.currency, account.opened_on,
        account.opening_balance_minor, account.overdraft_limit_minor,
    )  # fmt: skip


def standing_of(accounts: Iterable[KnownAccount], currency: str, on: date) -> Standing:
    """The terms of a customer's accounts in one currency that are open by a day."""
    open_by_then = [account for account in accounts if account.currency == currency and account.opened_on <= on]
    return Standing(
        overdraft_limit_minor=sum(account.limit_minor for account in open_by_then if account.kind in {"current", "business"}),
        card_limit_minor=sum(account.limit_minor for account in open_by_then if account.kind == "card"),
    )
