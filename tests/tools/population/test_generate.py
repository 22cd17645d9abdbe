"""A generated bank adds up, hangs together and is the same every time."""

import hashlib
from collections import Counter, defaultdict
from datetime import date

import pytest
from pydantic import ValidationError

from tools.ledger.category import category
from tools.population.bank import GeneratedBank
from tools.population.generate import generate
from tools.population.lifestyle import lifestyle_keys
from tools.population.spec import PopulationSpec

AS_OF = date(2026, 11, 14)
#: One of everything, test lifestyles included.
SPEC = PopulationSpec(seed=5, customers=60, as_of=AS_OF, months=6, mix=dict.fromkeys(lifestyle_keys(), 1.0))


@pytest.fixture(scope="module")
def bank() -> GeneratedBank:
    return generate(SPEC)


def digest(bank: GeneratedBank) -> str:
    found = hashlib.sha256()
    parts = (bank.customers, bank.parties, bank.parts, bank.accounts, bank.holdings, bank.contracts, bank.profiles, bank.protected)
    for values in (*parts, bank.transactions):
        for value in values:
            found.update(value.model_dump_json().encode())
    return found.hexdigest()


def test_same_seed_same_bytes_and_another_seed_others() -> None:
    spec = PopulationSpec(seed=5, customers=12, as_of=AS_OF, months=3)
    assert digest(generate(spec)) == digest(generate(spec))
    assert digest(generate(spec)) != digest(generate(spec.model_copy(update={"seed": 6})))


def test_balance_after_is_balance_before_plus_amount(bank: GeneratedBank) -> None:
    balance = {account.id: account.opening_balance_minor for account in bank.accounts}
    for row in bank.transactions:
        if row.status == "booked":
            balance[row.account_id] += row.amount_minor
        assert row.balance_after_minor == balance[row.account_id], row


def test_about_a_fifth_of_mortgages_follow_the_market_and_say_so() -> None:
    families = generate(PopulationSpec(seed=5, customers=80, as_of=AS_OF, months=1, mix={"growing_family": 1.0}))
    named = {holding.id: holding for holding in families.holdings}
    mortgages = [contract for contract in families.contracts if contract.kind == "mortgage"]
    variable = [contract for contract in mortgages if contract.fixed_until is None]
    assert 0.1 < len(variable) / len(mortgages) < 0.3
    for contract in mortgages:
        holding = named[contract.holding_id]
        expected = ("Mortgage", "five-year-fixed-mortgage") if contract.fixed_until else ("Tracker mortgage", "bank-rate-tracker-mortgage")
        assert (holding.name, holding.product_id) == expected


def test_failed_debits_move_nothing_and_exist(bank: GeneratedBank) -> None:
    before: dict[str, int | None] = {account.id: account.opening_balance_minor for account in bank.accounts}
    failed = 0
    for row in bank.transactions:
        if row.status == "failed":
            failed += 1
            assert row.amount_minor < 0
            assert row.balance_after_minor == before[row.account_id]
        before[row.account_id] = row.balance_after_minor
    assert failed > 0


def test_only_the_banks_own_charges_break_an_overdraft_limit(bank: GeneratedBank) -> None:
    limit = {account.id: account.overdraft_limit_minor for account in bank.accounts}
    for row in bank.transactions:
        if row.status == "booked" and row.amount_minor < 0 and row.operation != "interest":
            assert row.balance_after_minor is not None
            assert row.balance_after_minor >= -limit[row.account_id], row


def test_everything_refers_to_something(bank: GeneratedBank) -> None:
    customers = {customer.id for customer in bank.customers}
    accounts = {account.id: account.currency for account in bank.accounts}
    holdings, parties = {holding.id for holding in bank.holdings}, {party.id for party in bank.parties}
    owned = (*bank.accounts, *bank.holdings, *bank.contracts, *bank.profiles, *bank.protected)
    assert {value.customer_id for value in owned} == customers
    assert {part.account_id for part in bank.parts} == set(accounts)
    assert {part.party_id for part in bank.parts} == parties
    assert {contract.holding_id for contract in bank.contracts} <= holdings
    assert all(accounts[row.account_id] == row.currency for row in bank.transactions)
    assert len({row.id for row in bank.transactions}) == len(bank.transactions)
    assert all(category(row.category) for row in bank.transactions)


def test_the_days_span_the_window_in_order(bank: GeneratedBank) -> None:
    days: dict[str, list[date]] = defaultdict(list)
    for row in bank.transactions:
        days[row.account_id].append(row.booked_on)
    assert all(found == sorted(found) for found in days.values())
    assert min(found[0] for found in days.values()) <= date(2026, 5, 18)
    assert max(found[-1] for found in days.values()) == AS_OF


def test_subscriptions_and_bills_come_once_a_month_per_merchant_at_one_price(bank: GeneratedBank) -> None:
    times: Counter[tuple[str, str, str]] = Counter()
    prices: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in bank.transactions:
        if row.category in {"subscriptions", "utilities", "phone_internet", "rent"}:
            times[row.account_id, row.description, row.booked_on.strftime("%Y-%m")] += 1
            prices[row.account_id, row.description].add(row.amount_minor)
    assert times
    assert set(times.values()) == {1}
    assert all(len(found) == 1 for found in prices.values())


def test_salaries_come_in_once_a_month(bank: GeneratedBank) -> None:
    paid = Counter((row.account_id, row.booked_on.strftime("%Y-%m")) for row in bank.transactions if row.category == "salary")
    assert paid
    assert sum(count == 1 for count in paid.values()) / len(paid) > 0.95  # a late salary may meet the next one
    assert all(row.amount_minor > 0 for row in bank.transactions if row.category == "salary")


def test_no_repayment_without_a_loan_and_what_is_owed_falls(bank: GeneratedBank) -> None:
    owner = {account.id: account.customer_id for account in bank.accounts}
    repaid: Counter[str] = Counter()
    for row in bank.transactions:
        if row.category in {"mortgage", "loan_repayment"} and row.status == "booked":
            repaid[owner[row.account_id]] += 1
    borrowers = {contract.customer_id for contract in bank.contracts}
    assert repaid
    assert set(repaid) <= borrowers
    for contract in bank.contracts:
        assert contract.outstanding_minor is not None
        assert 0 <= contract.outstanding_minor < contract.principal_minor + 1
        if repaid[contract.customer_id] >= 3:
            assert contract.outstanding_minor < contract.principal_minor


def test_a_move_to_savings_has_two_legs(bank: GeneratedBank) -> None:
    own = {account.external_id: account.customer_id for account in bank.accounts}
    owner = {account.id: account.customer_id for account in bank.accounts}
    sums: Counter[str] = Counter()
    for row in bank.transactions:
        if row.counterparty_account is not None and row.status == "booked":
            assert own[row.counterparty_account] == owner[row.account_id]
            sums[owner[row.account_id]] += row.amount_minor
    assert sums
    assert set(sums.values()) == {0}


def test_every_lifestyle_is_lived_and_a_gambler_gambles(bank: GeneratedBank) -> None:
    spent: Counter[str] = Counter()
    for row in bank.transactions:
        spent[row.category] += 1
    assert spent["gambling"] > 100
    assert spent["crypto"] > 20
    assert spent["payroll"] > 0
    assert spent["taxes"] > 0


def test_contacts_lie_inside_the_window_and_some_circumstances_are_known() -> None:
    bank = generate(PopulationSpec(seed=2, customers=60, as_of=AS_OF, months=6, mix={"retired": 1.0}))
    customers = {customer.id for customer in bank.customers}
    assert bank.interactions
    assert bank.flags
    assert {value.customer_id for value in (*bank.interactions, *bank.flags)} <= customers
    assert all(date(2026, 5, 15) <= contact.happened_on <= AS_OF for contact in bank.interactions)
    assert len({contact.id for contact in bank.interactions}) == len(bank.interactions)


def test_a_table_is_a_sequence(bank: GeneratedBank) -> None:
    table = bank.transactions
    everything = list(table)
    assert table[0] == everything[0]
    assert table[-1] == everything[-1]
    assert table[10:13] == everything[10:13]
    with pytest.raises(IndexError):
        table[len(table)]


def test_a_spec_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValidationError, match="unknown lifestyles"):
        PopulationSpec(as_of=AS_OF, mix={"astronaut": 1.0})
    with pytest.raises(ValidationError, match="must not be negative"):
        PopulationSpec(as_of=AS_OF, mix={"saver": 0.0})


def test_numbers_and_names_that_are_taken_are_left_out() -> None:
    names = tuple(
        customer.name for customer in generate(PopulationSpec(seed=1, customers=3, as_of=AS_OF, months=1, mix={"saver": 1})).customers
    )
    spec = PopulationSpec(seed=1, customers=3, as_of=AS_OF, months=1, mix={"saver": 1}, taken=(1002,), taken_names=names)
    found = generate(spec).customers
    assert [customer.external_id for customer in found] == ["1001", "1003", "1004"]
    assert not {customer.name for customer in found} & set(names)
