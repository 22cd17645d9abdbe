"""The records of one settled customer: accounts, parties and their parts, holdings and contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from tools.ledger.account import Account, Contract, Holding
from tools.ledger.customer import AccountPart, Customer, Part, Party
from tools.population.booked import BookedRows
from tools.population.loan import TRACKER
from tools.population.movement import Ints
from tools.population.plan import ROLES, Plan
from tools.population.settle import ACCOUNT, Settled
from tools.population.window import Window


@dataclass(frozen=True)
class Named:
    """Somebody named on the customer's accounts besides the customer."""

    name: str
    part: Part
    kind: Literal["person", "business"] = "person"


def accounts_of(customer: Customer, plan: Plan, products: Mapping[str, str]) -> tuple[Account, ...]:
    """The accounts a plan moves money on."""
    return tuple(
        Account(
            id=f"{customer.source}:{planned.external_id}",
            source=customer.source,
            external_id=planned.external_id,
            customer_id=customer.id,
            kind=planned.kind,
            name=planned.name,
            currency=plan.currency,
            opened_on=customer.joined_on + timedelta(days=30 * place),
            overdraft_limit_minor=planned.limit_minor,
            opening_balance_minor=planned.opening_minor,
            product_id=products.get(planned.kind),
        )
        for place, planned in enumerate(plan.accounts)
    )


def parties_of(
    customer: Customer, owner: str, others: tuple[Named, ...], accounts: tuple[Account, ...]
) -> tuple[list[Party], list[AccountPart]]:
    """The owner, who is party to every account, and others, who are party to the first."""
    source, number = customer.source, customer.external_id
    parties = [Party(id=f"{source}:P{number}", source=source, external_id=f"P{number}", name=owner, kind="person", customer_id=customer.id)]
    parts = [AccountPart(account_id=account.id, party_id=parties[0].id, part="owner") for account in accounts]
    for place, named in enumerate(others, start=2):
        external = f"P{number}-{place}"
        parties.append(Party(id=f"{source}:{external}", source=source, external_id=external, name=named.name, kind=named.kind))
        parts.append(AccountPart(account_id=accounts[0].id, party_id=parties[-1].id, part=named.part))
    return parties, parts


def loans_of(
    customer: Customer, plan: Plan, owed: list[int], as_of: date, products: Mapping[str, str]
) -> tuple[list[Holding], list[Contract]]:
    """One holding and one contract per loan; a loan that is paid off is closed."""
    holdings: list[Holding] = []
    contracts: list[Contract] = []
    for place, loan in enumerate(plan.loans, start=1):
        if loan.starts_on > as_of:
            continue
        name = f"{customer.source}:{customer.external_id}-L{place}"
        holdings.append(
            Holding(
                id=name,
                source=customer.source,
                customer_id=customer.id,
                kind=loan.holding,
                name=loan.name,
                currency=plan.currency,
                opened_on=loan.starts_on,
                product_id=products.get("variable_mortgage" if loan.name == TRACKER else loan.holding),
                closed_on=None if owed[place - 1] else min(loan.matures_on, as_of),
            )
        )
        contracts.append(
            Contract(
                id=f"{name}-C",
                source=customer.source,
                customer_id=customer.id,
                holding_id=name,
                kind=loan.holding,
                currency=plan.currency,
                starts_on=loan.starts_on,
                matures_on=loan.matures_on,
                fixed_until=loan.fixed_until,
                due_day=loan.due_day,
                principal_minor=loan.principal_minor,
                instalment_minor=loan.instalment_minor,
                rate_bps=loan.rate_bps,
                outstanding_minor=owed[place - 1],
                outstanding_as_of=as_of,
            )
        )
    return holdings, contracts


def account_holdings(customer: Customer, accounts: tuple[Account, ...]) -> list[Holding]:
    """The holding behind each account."""
    kinds = {"current": "account", "business": "account", "savings": "savings", "card": "card"}
    return [
        Holding.model_validate(
            {
                "id": f"{account.id}-H",
                "source": customer.source,
                "customer_id": customer.id,
                "kind": kinds[account.kind],
                "name": account.name,
                "currency": account.currency,
                "opened_on": account.opened_on,
                "account_id": account.id,
                "product_id": account.product_id,
            }
        )
        for account in accounts
    ]


def investment(customer: Customer, currency: str, worth_minor: int, product: str | None) -> Holding:
    """Investments held outside the accounts, at their value."""
    return Holding(
        id=f"{customer.source}:{customer.external_id}-I1",
        source=customer.source,
        customer_id=customer.id,
        kind="portfolio",
        name="Investment portfolio",
        currency=currency,
        opened_on=customer.joined_on,
        product_id=product,
        value_minor=worth_minor,
    )


def booked_rows(customer: Customer, plan: Plan, settled: Settled, window: Window) -> BookedRows:
    """The settled rows with the ids they will carry."""
    externals = tuple(account.external_id if (account := plan.account(role)) else "" for role in ROLES)
    return BookedRows(
        customer_id=customer.id,
        source=customer.source,
        currency=plan.currency,
        first_day=window.first,
        accounts=externals,
        texts=tuple(settled.texts),
        columns=settled.rows,
        serials=_serials(settled.rows[:, ACCOUNT]),
    )


def _serials(accounts: Ints) -> Ints:
    """Number of each row among those of its account, from 1."""
    serials = np.zeros(len(accounts), dtype=np.int64)
    for account in range(len(ROLES)):
        mask = accounts == account
        serials[mask] = np.arange(1, int(mask.sum()) + 1)
    return serials
