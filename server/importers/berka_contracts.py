"""Loans, standing orders and cards of the PKDD'99 bank."""

import calendar
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from server.importers.berka_people import People
from server.importers.berka_table import amount_in, day_in, number_in
from server.importers.rows import BadRowError, Reading, Row, collect
from tools.ledger.account import Contract, Holding, HoldingKind
from tools.ledger.transaction import Transaction

_SOURCE = "berka"
_CURRENCY = "CZK"
_CARDS = {"junior": "Junior card", "classic": "Classic card", "gold": "Gold card"}
_ORDERS = {"SIPO": "Household payment", "POJISTNE": "Insurance payment", "UVER": "Loan payment", "LEASING": "Leasing payment"}

Running = tuple[Holding, Contract]


def loans_from(rows: Iterator[Row], people: People, reading: Reading) -> tuple[Running, ...]:
    """Loans as the contract says them. The bank's data holds no rate: instalments times months is the sum lent."""

    def loan(row: Row) -> Running:
        number, account = number_in(row, "loan_id"), _account(row, people)
        starts_on, months = day_in(row, "date"), int(number_in(row, "duration"))
        holding = _holding(f"loan-{number}", "loan", f"Loan {number}", people.owner_of[account], account, starts_on)
        contract = _contract(holding, starts_on, amount_in(row, "payments"))
        return holding, contract.model_copy(
            update={"matures_on": _months_later(starts_on, months), "principal_minor": amount_in(row, "amount")}
        )

    return tuple(collect(rows, partial(number_in, column="loan_id"), loan, reading).values())


def orders_from(rows: Iterator[Row], people: People, bookings: Mapping[str, list[Transaction]], reading: Reading) -> tuple[Running, ...]:
    """Standing orders, from the day of the first booking that carries them out.

    The table holds no dates and is of the end of the bank's records: an order without a booking so far may be years ahead, and
    would tell of a loan that nobody has taken yet. It is left out.
    """
    first: dict[tuple[str, str, int], list[date]] = {}
    for account, own in bookings.items():
        for each in own:
            if each.counterparty_account and each.amount_minor < 0:
                first.setdefault((account, each.counterparty_account, -each.amount_minor), []).append(each.booked_on)

    def order(row: Row) -> Running | None:
        number, account, amount = number_in(row, "order_id"), _account(row, people), amount_in(row, "amount")
        booked = first.get((account, f"{row.cells['bank_to']}/{row.cells['account_to'].lstrip('0')}", amount))
        if booked is None:
            return None
        name = _ORDERS.get(row.cells["k_symbol"], "Payment")
        holding = _holding(f"order-{number}", "standing_order", name, people.owner_of[account], account, booked[0])
        return holding, _contract(holding, booked[0], amount).model_copy(update={"due_day": booked[0].day})

    return tuple(collect(rows, partial(number_in, column="order_id"), order, reading).values())


def cards_from(rows: Iterator[Row], people: People, reading: Reading) -> tuple[Holding, ...]:
    """Cards, held by the client whose disposition they were issued to."""

    def card(row: Row) -> Holding:
        number, disposition = number_in(row, "card_id"), people.dispositions.get(number_in(row, "disp_id"))
        if disposition is None:
            raise BadRowError(f"disposition {row.cells['disp_id']} is not in the disp table")
        name = _CARDS.get(row.cells["type"].lower(), "Card")
        return _holding(f"card-{number}", "card", name, people.customer_of[disposition.client], disposition.account, day_in(row, "issued"))

    return tuple(collect(rows, partial(number_in, column="card_id"), card, reading).values())


def _account(row: Row, people: People) -> str:
    account = number_in(row, "account_id")
    if account not in people.owner_of:
        raise BadRowError(f"account {account} is not in the account table")
    return account


def _holding(external_id: str, kind: HoldingKind, name: str, customer_id: str, account: str, opened_on: date) -> Holding:
    return Holding(
        id=f"{_SOURCE}:{external_id}",
        source=_SOURCE,
        customer_id=customer_id,
        kind=kind,
        name=name,
        currency=_CURRENCY,
        opened_on=opened_on,
        account_id=f"{_SOURCE}:{account}",
    )


def _contract(holding: Holding, starts_on: date, instalment_minor: int) -> Contract:
    return Contract(
        id=holding.id,
        source=_SOURCE,
        customer_id=holding.customer_id,
        holding_id=holding.id,
        kind=holding.kind,
        currency=_CURRENCY,
        starts_on=starts_on,
        instalment_minor=instalment_minor,
    )


def _months_later(start: date, months: int) -> date:
    number = start.year * 12 + start.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
