"""Contacts that managers have logged: what came of them, and when to come back. Shared by everybody who has the client in their book."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, RowMapping, delete, insert, select
from sqlalchemy.exc import IntegrityError

from agent.context import Principal
from server.store.cipher import Cipher, place_of
from server.store.database import Database, access_of
from server.store.scope import visible_customers
from server.store.tables.contact import CONTACTS
from server.store.tables.customer import CUSTOMERS
from tools.errors import ConflictError, NotFoundError, UsageError
from tools.value import Value

ContactAction = Literal["call", "email", "message", "meeting"]
#: What a manager says came of a contact; the bank itself adds what becomes of one that was approved before it was made.
GivenOutcome = Literal["agreed", "considering", "declined", "no_answer", "not_needed"]
ContactOutcome = Literal[GivenOutcome, "planned", "sent", "undeliverable"]
#: A contact is logged soon after it was made, and a follow-up is not years away.
OLDEST_DAYS = 90
FARTHEST_DAYS = 365


class GivenContact(Value):
    """What a manager says about a contact.

    Attributes:
        key: of the act: the same one again changes nothing.
    """

    key: str
    action: ContactAction
    outcome: ContactOutcome
    happened_on: date
    follow_up_on: date | None = None
    note: str = ""


class Contact(GivenContact):
    """A logged contact; `mine` when the asking manager logged it."""

    customer_id: str
    made_at: datetime
    mine: bool


class ContactStore:
    """Contacts with clients. Every method is scoped by the principal's book."""

    def __init__(self, database: Database, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock

    def log(self, principal: Principal, customer_id: str, given: GivenContact) -> Contact:
        """Keep a contact; again with its key it is kept once.

        Raises:
            NotFoundError: the client is not in this principal's book.
            UsageError: (`bad_request`) a day that makes no sense.
            ConflictError: the key was used for another contact.
        """
        now = self._clock()
        _require_days(given, now.date())
        with self._database.reading(access_of(principal)) as connection:
            _require_visible(connection, principal, customer_id)
        # Keys are made before the transaction, which they would wait for.
        sealed = self._cipher.key(customer_id).seal(given.note, place_of(CONTACTS.name, given.key, "note"))
        values = {
            "id": given.key,
            "customer_id": customer_id,
            "subject": principal.subject,
            "action": given.action,
            "outcome": given.outcome,
            "note": sealed,
            "happened_on": given.happened_on,
            "follow_up_on": given.follow_up_on,
            "made_at": now,
        }
        try:
            with self._database.writing(access_of(principal)) as connection:
                _require_visible(connection, principal, customer_id)
                connection.execute(insert(CONTACTS).values(values))
        except IntegrityError:
            return self._repeated(principal, customer_id, given)
        return Contact(customer_id=customer_id, made_at=now, mine=True, **vars(given))

    def _repeated(self, principal: Principal, customer_id: str, given: GivenContact) -> Contact:
        kept = [one for one in self.of_clients(principal, (customer_id,)) if one.key == given.key]
        if not kept or not kept[0].mine or GivenContact(**{name: getattr(kept[0], name) for name in GivenContact.model_fields}) != given:
            raise ConflictError("This contact was logged already, with other words. Load the board again.")
        return kept[0]

    def take_back(self, principal: Principal, key: str) -> None:
        """Remove a contact that this principal logged. Raises NotFoundError when there is none."""
        mine = (CONTACTS.c.id == key, CONTACTS.c.subject == principal.subject, CONTACTS.c.customer_id.in_(visible_customers(principal)))
        with self._database.writing(access_of(principal)) as connection:
            if not connection.execute(delete(CONTACTS).where(*mine)).rowcount:
                raise NotFoundError("There is no such contact of yours. Load the board again.")

    def of_clients(self, principal: Principal, customer_ids: Sequence[str] | None = None) -> tuple[Contact, ...]:
        """Contacts with visible clients (all of them, or these), the newest first."""
        query = select(CONTACTS).where(CONTACTS.c.customer_id.in_(visible_customers(principal)))
        if customer_ids is not None:
            query = query.where(CONTACTS.c.customer_id.in_(customer_ids))
        newest = query.order_by(CONTACTS.c.happened_on.desc(), CONTACTS.c.made_at.desc(), CONTACTS.c.id)
        with self._database.reading(access_of(principal)) as connection:
            rows = connection.execute(newest).mappings().all()
        return tuple(self._contact(row, principal) for row in rows)

    def _contact(self, row: RowMapping, principal: Principal) -> Contact:
        note = self._cipher.key(row["customer_id"]).open(row["note"], place_of(CONTACTS.name, row["id"], "note"))
        told = {name: row[name] for name in ("customer_id", "action", "outcome", "happened_on", "follow_up_on", "made_at")}
        return Contact(key=row["id"], note=note, mine=row["subject"] == principal.subject, **told)


def _require_visible(connection: Connection, principal: Principal, customer_id: str) -> None:
    if connection.scalar(visible_customers(principal).where(CUSTOMERS.c.id == customer_id)) is None:
        raise NotFoundError("There is no such client in your book. Check the number or the name.")


def _require_days(given: GivenContact, today: date) -> None:
    if not today - timedelta(days=OLDEST_DAYS) <= given.happened_on <= today:
        raise UsageError(f"A contact can be logged for today and {OLDEST_DAYS} days back. Correct the day.", code="bad_request")
    if given.follow_up_on is not None and not today <= given.follow_up_on <= today + timedelta(days=FARTHEST_DAYS):
        raise UsageError("A follow-up lies between today and a year from now. Correct the day.", code="bad_request")
