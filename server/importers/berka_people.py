"""Who stands behind the accounts of the PKDD'99 bank: customers, parties, their parts, and what is known of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from server.importers.berka_table import day_of, number_in
from server.importers.rows import BadRowError, Reading, Row, collect
from tools.ledger.customer import AccountPart, Customer, Part, Party, Profile, ProtectedAttributes

_SOURCE = "berka"
_PARTS: dict[str, Part] = {"OWNER": "owner", "DISPONENT": "authorised"}


@dataclass(frozen=True)
class Client:
    """One row of the client table; birth date and gender are None when the birth number does not hold."""

    born_on: date | None
    gender: str | None
    district: str


@dataclass(frozen=True)
class Disposition:
    """One row of the disp table: a client's part in an account."""

    client: str
    account: str
    part: Part


@dataclass(frozen=True)
class People:
    """Everybody, and the two ways to find them.

    Attributes:
        owner_of: customer id by account number.
        customer_of: customer id by client number.
        dispositions: by disp number.
    """

    customers: tuple[Customer, ...]
    parties: tuple[Party, ...]
    parts: tuple[AccountPart, ...]
    protected: tuple[ProtectedAttributes, ...]
    owner_of: dict[str, str]
    customer_of: dict[str, str]
    dispositions: dict[str, Disposition]


def client_from(row: Row) -> Client:
    """Reads YYMMDD, women with the month plus 50."""
    number = row.cells["birth_number"]
    month = int(number[2:4]) if len(number) == 6 and number.isascii() and number.isdigit() else 0
    woman = month > 50
    born_on = day_of(f"{number[:2]}{month - 50 * woman:02d}{number[4:]}") if month else None
    gender = None if born_on is None else "female" if woman else "male"
    return Client(born_on, gender, row.cells["district_id"].lstrip("0"))


def people_from(rows: Iterator[Row], clients: Mapping[str, Client], opened: Mapping[str, date], reading: Reading) -> People:
    """Joins clients and accounts by their dispositions; an account that names no owner gets a customer of its own."""

    def disposition(row: Row) -> Disposition:
        client, account = number_in(row, "client_id"), number_in(row, "account_id")
        if client not in clients:
            raise BadRowError(f"client {client} is not in the client table")
        if account not in opened:
            raise BadRowError(f"account {account} is not in the account table")
        part = _PARTS.get(row.cells["type"].upper())
        if part is None:
            raise BadRowError(f"type {row.cells['type']!r} is neither OWNER nor DISPONENT")
        return Disposition(client, account, part)

    dispositions = collect(rows, partial(number_in, column="disp_id"), disposition, reading)
    accounts_of = _accounts_by_client(dispositions, "owner")
    authorised_of = _accounts_by_client(dispositions, "authorised")
    external = {client: min(accounts_of[client], key=int) if client in accounts_of else f"client-{client}" for client in clients}
    owner_of = {account: f"{_SOURCE}:{external[client]}" for client, accounts in accounts_of.items() for account in accounts}
    customers = [_customer(external[client], _joined(accounts_of.get(client) or authorised_of.get(client), opened)) for client in clients]
    unowned = [account for account in opened if account not in owner_of]
    customers += [_customer(account, opened[account]) for account in unowned]
    owner_of.update({account: f"{_SOURCE}:{account}" for account in unowned})
    return People(
        customers=tuple(customers),
        parties=tuple(_party(client, external[client]) for client in clients),
        parts=tuple(
            AccountPart(account_id=f"{_SOURCE}:{each.account}", party_id=f"{_SOURCE}:client-{each.client}", part=each.part)
            for each in dispositions.values()
        ),
        protected=tuple(
            ProtectedAttributes(customer_id=f"{_SOURCE}:{external[number]}", birth_date=client.born_on, gender=client.gender)
            for number, client in clients.items()
            if client.born_on
        ),
        owner_of=owner_of,
        customer_of={client: f"{_SOURCE}:{number}" for client, number in external.items()},
        dispositions=dispositions,
    )


def profiles_from(
    people: People, clients: Mapping[str, Client], districts: Mapping[str, tuple[str, str]], with_card: frozenset[str]
) -> tuple[Profile, ...]:
    """One profile per customer, with district and region where the district table has them."""
    found: dict[str, Profile] = {}
    for number, client in clients.items():
        customer_id = people.customer_of[number]
        city, region = districts.get(client.district, (None, None))
        found[customer_id] = Profile(customer_id=customer_id, city=city, region=region, has_credit_card=customer_id in with_card)
    return tuple(found.get(customer.id) or Profile(customer_id=customer.id) for customer in people.customers)


def _accounts_by_client(dispositions: Mapping[str, Disposition], part: Part) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in dispositions.values():
        if each.part == part:
            found.setdefault(each.client, []).append(each.account)
    return found


def _joined(accounts: list[str] | None, opened: Mapping[str, date]) -> date:
    # A client without any account joined nobody knows when: not before the bank's last account was opened.
    return min(opened[account] for account in accounts) if accounts else max(opened.values())


def _customer(external_id: str, joined_on: date) -> Customer:
    return Customer(id=f"{_SOURCE}:{external_id}", source=_SOURCE, external_id=external_id, name=_name(external_id), joined_on=joined_on)


def _party(client: str, external_id: str) -> Party:
    number = f"client-{client}"
    return Party(
        id=f"{_SOURCE}:{number}", source=_SOURCE, external_id=number, name=_name(external_id), customer_id=f"{_SOURCE}:{external_id}"
    )


def _name(external_id: str) -> str:
    return f"Berka {external_id.replace('-', ' ')}"
