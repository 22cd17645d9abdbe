"""From a described case to its batch: movements told one by one, or generated from a persona, with everything else said about the customer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from server.demo.schema import Case, CaseAccount, CaseTransaction
from tools.errors import UsageError
from tools.ledger.account import Account, Contract, Holding
from tools.ledger.categorise import categorise, load_rules, operation_of
from tools.ledger.category import category
from tools.ledger.customer import Customer, Profile, ProtectedAttributes
from tools.ledger.money import minor_units
from tools.ledger.note import Flag, Interaction, Note
from tools.ledger.transaction import Transaction
from tools.population.bank import GeneratedBank
from tools.population.booked import ToldRows, TransactionTable
from tools.population.event import LargePurchase, MissedPayments, SpendingChange, Spree, Windfall
from tools.population.generate import described
from tools.population.identity import Person
from tools.population.lifestyle import lifestyle
from tools.population.record import Named, account_holdings, parties_of
from tools.population.window import Window

SOURCE = "demo"
_RULES = "uk_statement"
_LOCALE = "uk"
_NAMES = {"current": "Current account", "savings": "Easy access saver", "business": "Business current account", "card": "Credit card"}
#: Profile fields that a case tells in major units, and the fields that hold them.
_IN_MAJOR = {"monthly_income": "monthly_income_minor", "savings_goal": "savings_goal_minor"}


def told_bank(case: Case, as_of: date, days_beyond: int = 0) -> GeneratedBank:
    """The batch of one case. Bookings of a described life go on for `days_beyond` days; a story told booking by booking ends where it ends.

    Raises:
        UsageError: a key, category, lifestyle or amount that does not hold.
    """
    customer = _customer(case, as_of)
    bank = _living(case, customer, as_of, days_beyond) if case.persona is not None else GeneratedBank(source=SOURCE, customers=(customer,))
    accounts = _accounts(case, customer, as_of)
    owner, others = _people(case)
    parties, parts = parties_of(customer, owner, () if case.persona is not None else others, accounts)
    if case.persona is not None:
        parties = []
    holdings = _holdings(case, customer)
    return replace(
        bank,
        parties=(*bank.parties, *parties),
        parts=(*bank.parts, *parts),
        accounts=(*bank.accounts, *accounts),
        holdings=(*bank.holdings, *account_holdings(customer, accounts), *holdings.values()),
        contracts=(*bank.contracts, *_contracts(case, customer, holdings, as_of)),
        profiles=(_profile(case, customer, bank.profiles[0] if bank.profiles else Profile(customer_id=customer.id)),),
        protected=(ProtectedAttributes.model_validate({**case.protected, "customer_id": customer.id}),),
        transactions=bank.transactions if case.persona is not None else _told(case, customer, accounts, as_of),
        books={case.book: (customer.id,)} if case.book else {},
        **_words(case, customer),
    )


def _customer(case: Case, as_of: date) -> Customer:
    told, months = case.customer, case.persona.months if case.persona else 0
    earliest = min([as_of, *(row.date for row in case.transactions)])
    first = Window.back_from(as_of, months).first if months else earliest
    return Customer(
        id=f"{SOURCE}:{told.number}", source=SOURCE, external_id=str(told.number), name=told.name, kind=told.kind, segment=told.segment,
        joined_on=told.joined_on or first - timedelta(days=365),
    )  # fmt: skip


def _people(case: Case) -> tuple[str, tuple[Named, ...]]:
    """The owner's name, and everybody else named."""
    owner = next((party.name for party in case.parties if party.part == "owner"), case.customer.name)
    return owner, tuple(Named(party.name, party.part, party.kind) for party in case.parties if party.part != "owner")


def _living(case: Case, customer: Customer, as_of: date, days_beyond: int) -> GeneratedBank:
    persona = case.persona
    assert persona is not None
    owner, others = _people(case)
    told = {**persona.override, "kind": case.customer.kind, "segment": case.customer.segment, "city": case.profile.get("city")}
    life = lifestyle(persona.lifestyle, told)
    # A described life holds what its author tells: the lifestyle's own chances are left out unless the case asks for them.
    life = life.model_copy(
        update={"chances": {key: value for key, value in life.chances.items() if key in persona.override.get("chances", {})}}
    )
    for event in case.events:
        if isinstance(event, SpendingChange | Spree | MissedPayments | LargePurchase | Windfall) and event.category is not None:
            _known_category(event.category)
    # Only the name is used: protected attributes come from the case alone.
    person = Person(owner, "non-binary", as_of)
    window = Window.back_from(as_of, persona.months)
    return described(customer, person, others, life, window, persona.seed, case.events, _LOCALE, days_beyond)


def _accounts(case: Case, customer: Customer, as_of: date) -> tuple[Account, ...]:
    lead = 10 if case.persona is not None else 1
    return tuple(_account(told, customer, place, as_of) for place, told in enumerate(case.accounts, start=lead))


def _account(told: CaseAccount, customer: Customer, place: int, as_of: date) -> Account:
    external = f"4{customer.external_id}{place:03d}"
    opened = told.opened_on or min(customer.joined_on, as_of)
    return Account(
        id=f"{SOURCE}:{external}", source=SOURCE, external_id=external, customer_id=customer.id, kind=told.kind,
        name=told.name or _NAMES[told.kind], currency=told.currency, opened_on=opened, product_id=told.product,
        overdraft_limit_minor=_minor(told.overdraft_limit, told.currency, f"accounts.{told.key}.overdraft_limit"),
        opening_balance_minor=_minor(told.opening_balance, told.currency, f"accounts.{told.key}.opening_balance"),
    )  # fmt: skip


def _minor(amount: Decimal | str, currency: str, key: str) -> int:
    try:
        return minor_units(amount, currency)
    except UsageError as error:
        raise UsageError(f"key {key!r}: {error.message}") from None


def _known_category(key: str) -> str:
    """The key itself; raises UsageError for a category that does not exist."""
    return category(key).key


def _told(case: Case, customer: Customer, accounts: tuple[Account, ...], as_of: date) -> TransactionTable:
    """The movements that the case tells, in the order of time, with running balances."""
    by_key = {told.key: account for told, account in zip(case.accounts, accounts, strict=True)}
    balance = {account.id: account.opening_balance_minor for account in accounts}
    serial = dict.fromkeys(balance, 0)
    rows: list[Transaction] = []
    first = case.accounts[0].key if case.accounts else ""
    in_time = sorted(
        enumerate(case.transactions), key=lambda pair: (pair[1].date, pair[1].time.isoformat() if pair[1].time else "", pair[0])
    )
    for place, row in in_time:
        account = by_key.get(row.account or first)
        if account is None:
            raise UsageError(f"key 'transactions.{place}.account': there is no account {row.account!r}. Use one of: {', '.join(by_key)}.")
        if row.date > as_of:
            raise UsageError(
                f"key 'transactions.{place}.date': {row.date} lies after the bank's business date {as_of}. Use an earlier date."
            )
        amount = _minor(row.amount, account.currency, f"transactions.{place}.amount")
        balance[account.id] += amount if row.status == "booked" else 0
        serial[account.id] += 1
        rows.append(_transaction(row, account, amount, balance[account.id], serial[account.id]))
    return TransactionTable([ToldRows(customer.id, tuple(rows))])


def _transaction(row: CaseTransaction, account: Account, amount: int, balance: int, serial: int) -> Transaction:
    rules = load_rules(_RULES)
    operation = row.operation or operation_of(row.description, amount, rules)
    external = f"{account.external_id}-{serial:05d}"
    return Transaction(
        id=f"{SOURCE}:{external}", source=SOURCE, external_id=external, account_id=account.id, booked_on=row.date,
        booked_at=datetime.combine(row.date, row.time, tzinfo=UTC) if row.time else None, amount_minor=amount, currency=account.currency,
        balance_after_minor=balance, description=row.description, counterparty=row.counterparty, operation=operation, status=row.status,
        category=_known_category(row.category) if row.category else categorise(row.description, row.counterparty, amount, operation, rules),
    )  # fmt: skip


def _holdings(case: Case, customer: Customer) -> dict[str, Holding]:
    return {
        told.key: Holding(
            id=f"{customer.id}-T{place}", source=SOURCE, customer_id=customer.id, kind=told.kind, name=told.name, currency=told.currency,
            opened_on=told.opened_on, closed_on=told.closed_on, product_id=told.product,
            value_minor=None if told.value is None else _minor(told.value, told.currency, f"holdings.{told.key}.value"),
        )
        for place, told in enumerate(case.holdings, start=1)
    }  # fmt: skip


def _contracts(case: Case, customer: Customer, holdings: Mapping[str, Holding], as_of: date) -> list[Contract]:
    found: list[Contract] = []
    for place, told in enumerate(case.contracts):
        holding = holdings.get(told.holding)
        if holding is None:
            raise UsageError(f"key 'contracts.{place}.holding': there is no holding {told.holding!r}. Add it under [[holdings]].")
        money = {name: _minor(value, holding.currency, f"contracts.{place}.{name}") for name, value in
                 (("principal", told.principal), ("instalment", told.instalment), ("outstanding", told.outstanding)) if value is not None}  # fmt: skip
        found.append(
            Contract(
                id=f"{holding.id}-C{place}", source=SOURCE, customer_id=customer.id, holding_id=holding.id, kind=holding.kind,
                currency=holding.currency, starts_on=told.starts_on, matures_on=told.matures_on, fixed_until=told.fixed_until,
                due_day=told.due_day, principal_minor=money["principal"], instalment_minor=money["instalment"], rate_bps=told.rate_bps,
                outstanding_minor=money.get("outstanding"), outstanding_as_of=as_of if "outstanding" in money else None,
            )
        )  # fmt: skip
    return found


def _profile(case: Case, customer: Customer, drawn: Profile) -> Profile:
    """What the case tells over what was drawn."""
    told: dict[str, Any] = {}
    for key, value in case.profile.items():
        told[_IN_MAJOR.get(key, key)] = _minor(str(value), "GBP", f"profile.{key}") if key in _IN_MAJOR else value
    return Profile.model_validate({**drawn.model_dump(), **told, "customer_id": customer.id})


def _words(case: Case, customer: Customer) -> dict[str, Any]:
    """Notes, interactions and flags."""
    return {
        "notes": tuple(
            Note(id=f"{customer.id}-N{place}", customer_id=customer.id, written_on=note.on, author=note.author, text=note.text)
            for place, note in enumerate(case.notes, start=1)
        ),
        "interactions": tuple(
            Interaction(
                id=f"{customer.id}-X{place}", customer_id=customer.id, happened_on=one.on, channel=one.channel, direction=one.direction,
                purpose=one.purpose, text=one.text,
            )
            for place, one in enumerate(case.interactions, start=1)
        ),
        "flags": tuple(Flag(customer_id=customer.id, **flag.model_dump()) for flag in case.flags),
    }  # fmt: skip
