"""Stored twins: every version of each customer's, its outlook, and the priors of each source."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, and_, delete, func, insert, select

from server.store.cipher import Cipher, FieldKey, place_of
from server.store.database import SERVICE, Access, Database
from server.store.tables.twin import OUTLOOKS, PRIORS, TWIN_VERSIONS
from tools.twin.twin import Twin
from tools.value import Value

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Outlook, Priors

#: Why there is a new version: nothing in a twin but bookings, contracts and the profile, which all come with an import, can change it.
Cause = Literal["import"]
_AT_ONCE = 500


class TwinVersion(Value):
    """One stored version. `cause` is why it was made, `made_at` when; `twin.as_of` is the business date it holds for."""

    cause: Cause
    made_at: datetime
    twin: Twin


class TwinReader:
    """Reading twins and priors. Methods that take an `access` are scoped by it on PostgreSQL; whom to ask about is the view's business."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def newest(self, customer_ids: Iterable[str], access: Access = SERVICE) -> Iterator[Twin]:
        """The newest twin of each of these customers that has one of the present form, in the order given."""
        remaining = iter(customer_ids)
        while chunk := list(islice(remaining, _AT_ONCE)):
            latest = (
                select(TWIN_VERSIONS.c.customer_id, func.max(TWIN_VERSIONS.c.version).label("version"))
                .where(TWIN_VERSIONS.c.customer_id.in_(chunk))
                .group_by(TWIN_VERSIONS.c.customer_id)
                .subquery()
            )
            query = select(TWIN_VERSIONS.c.customer_id, TWIN_VERSIONS.c.version, TWIN_VERSIONS.c.twin).join(
                latest, and_(latest.c.customer_id == TWIN_VERSIONS.c.customer_id, latest.c.version == TWIN_VERSIONS.c.version)
            )
            with self._database.reading(access) as connection:
                rows = {row.customer_id: row for row in connection.execute(query)}
            keys = self._cipher.keys(rows)
            for customer_id in chunk:
                row = rows.get(customer_id)
                if row is not None:
                    yield Twin.model_validate_json(keys[customer_id].open(row.twin, _place(customer_id, row.version)))

    def versions(self, customer_id: str, access: Access = SERVICE, most: int = 24) -> tuple[TwinVersion, ...]:
        """The versions of one customer's twin, newest first."""
        query = select(TWIN_VERSIONS).where(TWIN_VERSIONS.c.customer_id == customer_id).order_by(TWIN_VERSIONS.c.version.desc()).limit(most)
        with self._database.reading(access) as connection:
            rows = connection.execute(query).all()
        key = self._cipher.key(customer_id) if rows else None
        return tuple(
            TwinVersion(
                cause=row.cause,
                made_at=row.made_at,
                twin=Twin.model_validate_json(key.open(row.twin, _place(customer_id, row.version))),
            )
            for row in rows
            if key is not None
        )

    def outlooks(self, customer_ids: Iterable[str], access: Access = SERVICE) -> "dict[str, Outlook]":
        """The outlook of each of these customers that has one; it is of the same day as the newest twin."""
        from tools.twin.outlook.outlook import Outlook

        remaining, found = iter(customer_ids), dict[str, Outlook]()
        while chunk := list(islice(remaining, _AT_ONCE)):
            with self._database.reading(access) as connection:
                rows = connection.execute(select(OUTLOOKS.c.customer_id, OUTLOOKS.c.outlook).where(OUTLOOKS.c.customer_id.in_(chunk))).all()
            keys = self._cipher.keys(row.customer_id for row in rows)
            for row in rows:
                said = keys[row.customer_id].open(row.outlook, place_of(OUTLOOKS.name, row.customer_id, "outlook"))
                found[row.customer_id] = Outlook.model_validate_json(said)
        return found

    def priors(self, source: str, access: Access = SERVICE) -> "Priors | None":
        """What was learnt from a source, or None before that."""
        with self._database.reading(access) as connection:
            found = connection.scalar(select(PRIORS.c.priors).where(PRIORS.c.source == source))
        if not found:
            return None
        from tools.twin.outlook.outlook import Priors

        return Priors.model_validate_json(found)


class TwinStore(TwinReader):
    """Writing twins and priors: the bank's own code."""

    def __init__(self, database: Database, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        super().__init__(database, cipher)
        self._clock = clock

    def keep(self, twins: Sequence[Twin], cause: Cause, outlooks: "Mapping[str, Outlook] | None" = None) -> None:
        """Store each twin as the next version of its customer's; one that says the same as the newest is not stored again.

        Args:
            outlooks: by customer id, made from the same histories as the twins. They take the place of those before; who has none
                here has none any more.
        """
        keys = self._cipher.keys(twin.customer_id for twin in twins)
        with self._database.writing() as connection:
            newest = _newest(connection, [twin.customer_id for twin in twins])
            rows: list[dict[str, object]] = []
            for twin in twins:
                version, fingerprint = newest.get(twin.customer_id, (0, b""))
                said = keys[twin.customer_id].fingerprint(twin.model_copy(update={"version": 1}).model_dump_json())
                if said == fingerprint:
                    continue
                numbered = twin.model_copy(update={"version": version + 1})
                rows.append(
                    {
                        "customer_id": twin.customer_id,
                        "version": numbered.version,
                        "as_of": twin.as_of,
                        "made_at": self._clock(),
                        "cause": cause,
                        "model": twin.model,
                        "fingerprint": said,
                        "twin": keys[twin.customer_id].seal(numbered.model_dump_json(), _place(twin.customer_id, numbered.version)),
                    }
                )
            if rows:
                connection.execute(insert(TWIN_VERSIONS), rows)
            _keep_outlooks(connection, keys, outlooks or {})

    def learnt_until(self, source: str) -> date | None:
        """Up to which day the stored priors of a source have seen its bookings."""
        with self._database.reading() as connection:
            return connection.scalar(select(PRIORS.c.until).where(PRIORS.c.source == source))

    def keep_priors(self, source: str, until: date, priors: "Priors | None") -> None:
        """Put these in the place of what was learnt from the source before; None when its past teaches nothing yet."""
        with self._database.writing() as connection:
            connection.execute(delete(PRIORS).where(PRIORS.c.source == source))
            said = "" if priors is None else priors.model_dump_json()
            connection.execute(insert(PRIORS), [{"source": source, "until": until, "made_at": self._clock(), "priors": said}])


def _keep_outlooks(connection: Connection, keys: Mapping[str, FieldKey], outlooks: "Mapping[str, Outlook]") -> None:
    connection.execute(delete(OUTLOOKS).where(OUTLOOKS.c.customer_id.in_(list(keys))))
    rows = [
        {
            "customer_id": customer_id,
            "as_of": one.as_of,
            "outlook": keys[customer_id].seal(one.model_dump_json(), place_of(OUTLOOKS.name, customer_id, "outlook")),
        }
        for customer_id, one in outlooks.items()
    ]
    if rows:
        connection.execute(insert(OUTLOOKS), rows)


def _newest(connection: Connection, customer_ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """Number and fingerprint of the newest version of each customer that has one."""
    query = select(TWIN_VERSIONS.c.customer_id, TWIN_VERSIONS.c.version, TWIN_VERSIONS.c.fingerprint)
    rows = connection.execute(query.where(TWIN_VERSIONS.c.customer_id.in_(customer_ids)).order_by(TWIN_VERSIONS.c.version))
    return {row.customer_id: (row.version, bytes(row.fingerprint)) for row in rows}


def _place(customer_id: str, version: int) -> str:
    return place_of("twin_version", f"{customer_id}/{version}", "twin")
