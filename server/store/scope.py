"""Which customers a principal may see, as SQL. Every query of the view goes through it (invariants I1 and I2)."""

from typing import Any

from sqlalchemy import ColumnElement, Select, false, select

from agent.context import Principal
from server.store.tables.account import ACCESS, ACCOUNTS
from server.store.tables.customer import BOOK, CUSTOMERS
from server.store.tables.importing import BUSINESS_DATES


def visible_customers(principal: Principal) -> Select[Any]:
    """Ids of the customers this principal may see, as of the business date of each one's source.

    A customer sees themselves, an RM the own book, everybody else nobody. Who has no account yet by then does not exist.
    """
    return customers_with_accounts().where(_allowed(principal))


def customers_with_accounts() -> Select[Any]:
    """Ids of every customer that exists as of its source's business date: for the bank's own summaries."""
    opened = (
        select(ACCESS.c.account_id)
        .join(ACCOUNTS, ACCOUNTS.c.id == ACCESS.c.account_id)
        .where(ACCESS.c.customer_id == CUSTOMERS.c.id, ACCOUNTS.c.opened_on <= BUSINESS_DATES.c.as_of)
        .exists()
    )
    return select(CUSTOMERS.c.id).join(BUSINESS_DATES, BUSINESS_DATES.c.source == CUSTOMERS.c.source).where(opened)


def _allowed(principal: Principal) -> ColumnElement[bool]:
    if principal.role == "customer" and principal.customer_id is not None:
        return CUSTOMERS.c.id == principal.customer_id
    if principal.role == "rm":
        return CUSTOMERS.c.id.in_(select(BOOK.c.customer_id).where(BOOK.c.subject == principal.subject))
    return false()
