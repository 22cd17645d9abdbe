"""What one principal may read: the View of `agent/context.py` over the store."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from agent.context import ClientName, Principal, Resolution
from server.store.book_changes import BookChangesReader
from server.store.cipher import Cipher, place_of
from server.store.database import Database, access_of
from server.store.history_reader import HistoryReader
from server.store.name_match import match_names
from server.store.plans import PlanReader
from server.store.query_sql import matching_customers, run_cohort_query
from server.store.scope import visible_customers
from server.store.tables.account import ACCESS, ACCOUNTS
from server.store.tables.contact import CONTACTS
from server.store.tables.customer import CUSTOMERS
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.snapshot import SNAPSHOTS
from server.store.twins import TwinReader
from tools.errors import NotFoundError, RefusedError, UnavailableError
from tools.ledger.history import History
from tools.ledger.query import ClientSnapshot, CohortQuery, QueryResult
from tools.stress.intervention.situation import PastContact
from tools.twin.goal.goal import Plan
from tools.twin.twin import Twin

if TYPE_CHECKING:
    from tools.stress.monitor.changes import BookChanges
    from tools.twin.outlook.outlook import Outlook, Priors

DEMO = "demo"

_KEYED = re.compile(r"\s*([A-Za-z][\w-]*)\s*:\s*([\w./+-]+)\s*")
_NUMBER = re.compile(r"\s*(?:no\.?|number|#)?\s*([0-9]{1,18})\s*", re.IGNORECASE)


class StoreView:
    """Everything one principal may read. Rights are looked up at every call: a client taken out of a book is gone at once."""

    def __init__(self, database: Database, cipher: Cipher, principal: Principal, today: Callable[[], date]) -> None:
        """`today` is the bank's date, for a principal that sees nobody."""
        self._database = database
        self._cipher = cipher
        self._principal = principal
        self._access = access_of(principal)
        self._reader = HistoryReader(database, cipher)
        self._twins = TwinReader(database, cipher)
        self._plans = PlanReader(database, cipher)
        self._changes = BookChangesReader(database)
        self._today = today

    @property
    def principal(self) -> Principal:
        """Whose view this is."""
        return self._principal

    def own_history(self) -> History:
        """The signed-in customer's own history. Raises NotFoundError for a principal that is no customer."""
        if self._principal.role != "customer" or self._principal.customer_id is None:
            raise NotFoundError("This sign-in is not a customer's, so it has no accounts of its own. Name a client instead.")
        return self.client_history(self._principal.customer_id)

    def client_history(self, customer_id: str) -> History:
        """A visible customer's history. Raises NotFoundError for everybody else, known or not."""
        with self._database.reading(self._access) as connection:
            self._require(connection, customer_id)
        for history in self._reader.histories((customer_id,), self._access):
            return history
        raise _not_found()

    def resolve_client(self, reference: str) -> Resolution:
        """Clients of the own book that `reference` may mean.

        `berka:1787` is a key. A bare number is a demo customer's number or an external account's: whoever has it, all of them.
        Anything else is a name or a part of one, in any case, with accents or typos.
        """
        clients = self.clients()
        if keyed := _KEYED.fullmatch(reference):
            return Resolution(matches=self._keyed(keyed[1].casefold(), keyed[2], clients))
        if number := _NUMBER.fullmatch(reference):
            return Resolution(matches=self._numbered(number[1], clients))
        return Resolution(matches=match_names(reference, clients))

    def clients(self) -> Sequence[ClientName]:
        """Every client of the own book, by name."""
        if self._principal.role != "rm":
            return ()
        query = select(CUSTOMERS.c.id, CUSTOMERS.c.source, CUSTOMERS.c.external_id, CUSTOMERS.c.name)
        with self._database.reading(self._access) as connection:
            rows = connection.execute(query.where(CUSTOMERS.c.id.in_(visible_customers(self._principal)))).all()
        keys = self._cipher.keys(row.id for row in rows)
        named = [
            ClientName(
                customer_id=row.id,
                ref=row.external_id if row.source == DEMO else row.id,
                name=keys[row.id].open(row.name, place_of(CUSTOMERS.name, row.id, "name")),
            )
            for row in rows
        ]
        return tuple(sorted(named, key=lambda client: (client.name, client.customer_id)))

    def snapshot(self, customer_id: str) -> ClientSnapshot:
        """The materialised row of one visible customer. Raises NotFoundError as `client_history`."""
        with self._database.reading(self._access) as connection:
            self._require(connection, customer_id)
            row = connection.execute(select(SNAPSHOTS).where(SNAPSHOTS.c.customer_id == customer_id)).mappings().one_or_none()
        if row is None:
            raise UnavailableError(
                "The figures of this client are still being worked out after an import. Try again in a minute.", code="not_summarised"
            )
        return ClientSnapshot.model_validate(dict(row))

    def run_query(self, query: CohortQuery) -> QueryResult:
        """A typed query over the own book. Raises QueryError, or RefusedError for whoever has no book."""
        self._require_book()
        with self._database.reading(self._access) as connection:
            return run_cohort_query(connection, query, visible_customers(self._principal))

    def twins(self, query: CohortQuery) -> Sequence[Twin]:
        """The stored twins of the clients that a query matches, by customer id. Raises as `run_query`."""
        self._require_book()
        with self._database.reading(self._access) as connection:
            matched = matching_customers(connection, query, visible_customers(self._principal))
        return tuple(self._twins.newest(matched, self._access))

    def outlooks(self, query: CohortQuery) -> "dict[str, Outlook]":
        """What the past of all accounts taught of the clients that a query matches, by customer id. Raises as `run_query`."""
        self._require_book()
        with self._database.reading(self._access) as connection:
            matched = matching_customers(connection, query, visible_customers(self._principal))
        return self._twins.outlooks(matched, self._access)

    def priors(self, source: str) -> "Priors | None":
        """What was learnt from the past of all accounts of a source that this principal sees somebody of."""
        with self._database.reading(self._access) as connection:
            seen = connection.scalar(
                select(CUSTOMERS.c.id).where(CUSTOMERS.c.id.in_(visible_customers(self._principal)), CUSTOMERS.c.source == source).limit(1)
            )
        return None if seen is None else self._twins.priors(source, self._access)

    def plan(self, customer_id: str) -> Plan:
        """The current plan of one visible customer, without debts. Raises NotFoundError as `client_history`."""
        with self._database.reading(self._access) as connection:
            self._require(connection, customer_id)
            currency = connection.scalar(
                select(ACCOUNTS.c.currency)
                .join(ACCESS, ACCESS.c.account_id == ACCOUNTS.c.id)
                .where(ACCESS.c.customer_id == customer_id)
                .limit(1)
            )
            currency = connection.scalar(select(SNAPSHOTS.c.currency).where(SNAPSHOTS.c.customer_id == customer_id)) or currency
        none = Plan(customer_id=customer_id, currency=currency or "GBP", made_on=self._today())
        return self._plans.current(customer_id, self._access) or none

    def changes(self, days: int) -> "Sequence[BookChanges]":
        """What changed in a book within some days, by source; for staff in numbers alone. Raises RefusedError for everybody else."""
        return self._changes.of(self._principal, days)

    def contacts(self) -> Sequence[PastContact]:
        """Contacts with the clients of the own book that reached them or are to; a call that was made takes the place of the planned one."""
        if self._principal.role != "rm":
            return ()
        table = CONTACTS
        mine = (table.c.customer_id.in_(visible_customers(self._principal)), table.c.outcome != "undeliverable")
        with self._database.reading(self._access) as connection:
            rows = connection.execute(
                select(table.c.customer_id, table.c.action, table.c.outcome, table.c.happened_on).where(*mine).order_by(table.c.made_at)
            ).all()
        made = {(row.customer_id, row.action): row.happened_on for row in rows if row.outcome != "planned"}
        return tuple(
            PastContact(customer_id=row.customer_id, kind=row.action, on=row.happened_on, agreed=row.outcome == "agreed")
            for row in rows
            if row.outcome != "planned" or made.get((row.customer_id, row.action), date.min) < row.happened_on
        )

    def business_date(self) -> date:
        """The newest business date among what this principal may see; the bank's date of today for an empty view."""
        sources = select(CUSTOMERS.c.source).where(CUSTOMERS.c.id.in_(visible_customers(self._principal)))
        with self._database.reading(self._access) as connection:
            newest = connection.scalar(select(func.max(BUSINESS_DATES.c.as_of)).where(BUSINESS_DATES.c.source.in_(sources)))
        return newest or self._today()

    def _require_book(self) -> None:
        if self._principal.role != "rm":
            raise RefusedError("Questions about a whole book are for relationship managers. Ask about what you can see yourself.")

    def _require(self, connection: Connection, customer_id: str) -> None:
        # No key holds what cannot be printed, and PostgreSQL would fail on some of it.
        visible = visible_customers(self._principal).where(CUSTOMERS.c.id == (customer_id if customer_id.isprintable() else ""))
        if connection.execute(visible).one_or_none() is None:
            raise _not_found()

    def _keyed(self, source: str, external_id: str, clients: Sequence[ClientName]) -> tuple[ClientName, ...]:
        wanted = f"{source}:{external_id}"
        exact = tuple(client for client in clients if client.customer_id.casefold() == wanted.casefold())
        return exact or self._by_account(external_id, clients, source)

    def _numbered(self, number: str, clients: Sequence[ClientName]) -> tuple[ClientName, ...]:
        demo = [client for client in clients if client.customer_id == f"{DEMO}:{number}"]
        external = [client for client in clients if client.customer_id.partition(":")[2] == number]
        return tuple(dict.fromkeys((*demo, *external, *self._by_account(number, clients, None))))

    def _by_account(self, external_id: str, clients: Sequence[ClientName], source: str | None) -> tuple[ClientName, ...]:
        """Clients that own the visible account with this external id."""
        query = (
            select(ACCESS.c.customer_id)
            .join(ACCOUNTS, ACCOUNTS.c.id == ACCESS.c.account_id)
            .join(BUSINESS_DATES, BUSINESS_DATES.c.source == ACCOUNTS.c.source)
            .where(ACCOUNTS.c.external_id == external_id, ACCOUNTS.c.opened_on <= BUSINESS_DATES.c.as_of)
            .where(ACCESS.c.customer_id.in_(visible_customers(self._principal)))
        )
        if source is not None:
            query = query.where(func.lower(ACCOUNTS.c.source) == source)
        with self._database.reading(self._access) as connection:
            owners = set(connection.scalars(query))
        return tuple(client for client in clients if client.customer_id in owners)


def _not_found() -> NotFoundError:
    # One text for "does not exist" and "is not yours": the difference must not be learnt from asking.
    return NotFoundError("There is no such client in your book. Check the number or the name.")
