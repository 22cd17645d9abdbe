"""Small made-up histories and features, in pounds at the edges and pence inside."""

from calendar import monthrange
from datetime import date
from typing import Any

from tools.ledger.account import Account, Contract
from tools.ledger.customer import Customer, Profile
from tools.ledger.features import CategorySpend, Features, MonthFlow
from tools.ledger.history import History
from tools.ledger.transaction import Transaction
from tools.product import Product

AS_OF = date(2027, 3, 31)


def pounds(amount: float) -> int:
    return round(amount * 100)


def booking(day: date, amount: float, category: str = "other", **changes: Any) -> Transaction:
    number = changes.pop("number", f"{day.isoformat()}:{category}:{amount}")
    account = changes.pop("account_id", "demo:acc")
    return Transaction.model_validate(
        {
            "id": f"demo:{account}:{number}",
            "source": "demo",
            "external_id": str(number),
            "account_id": account,
            "booked_on": day,
            "amount_minor": pounds(amount),
            "currency": "GBP",
            "category": category,
            "description": category,
            **changes,
        }
    )


def months_back(count: int, as_of: date = AS_OF) -> list[tuple[int, int]]:
    """The last `count` calendar months up to that of `as_of`, oldest first."""
    last = as_of.year * 12 + as_of.month - 1
    return [divmod(index, 12) for index in range(last - count + 1, last + 1)]


def steady(months: int = 12, salary: float = 2500, rent: float = 900, food: float = 600, as_of: date = AS_OF) -> list[Transaction]:
    """Salary on the 25th, rent on the 1st, groceries on the 10th and 20th."""
    found: list[Transaction] = []
    for year, month in ((year, month + 1) for year, month in months_back(months, as_of)):
        found += [
            booking(date(year, month, 1), -rent, "rent", operation="standing_order"),
            booking(date(year, month, 10), -food / 2, "groceries", operation="card"),
            booking(date(year, month, 20), -food / 2, "groceries", operation="card"),
            booking(date(year, month, 25), salary, "salary", operation="salary"),
        ]
    return [move for move in found if move.booked_on <= as_of]


def history(moves: list[Transaction] | None = None, **changes: Any) -> History:
    """A retail customer with one current account (1,000.00 before the first booking) unless `changes` say otherwise."""
    profile = changes.pop("profile", {})
    given: dict[str, Any] = {
        "customer": Customer(id="demo:1", source="demo", external_id="1", name="Ada", joined_on=date(2020, 1, 1)),
        "profile": Profile(customer_id="demo:1", **profile),
        "as_of": AS_OF,
        "accounts": (
            Account(
                id="demo:acc", source="demo", external_id="acc", customer_id="demo:1", name="Current", currency="GBP",
                opened_on=date(2020, 1, 1), opening_balance_minor=pounds(1000),
            ),
        ),
        "transactions": tuple(sorted(moves if moves is not None else steady(), key=lambda move: move.booked_on)),
        **changes,
    }  # fmt: skip
    return History.model_validate(given)


def features(months: int = 12, **changes: Any) -> Features:
    """Features of a steady customer: 2,500 in, 2,000 out (900 of it rent), 3,000 on the account."""
    income, spending = changes.get("income_monthly_minor", pounds(2500)), changes.get("spending_monthly_minor", pounds(2000))
    flows = tuple(
        MonthFlow(
            month=f"{year}-{month + 1:02d}", income_minor=income, spending_minor=spending, saving_minor=0, repayment_minor=0,
            net_minor=income - spending, balance_end_minor=pounds(3000), balance_low_minor=pounds(500),
        )
        for year, month in months_back(months)
    )  # fmt: skip
    first = date(*((lambda ym: (ym[0], ym[1] + 1, 1))(months_back(max(months, 1))[0])))
    given: dict[str, Any] = {
        "as_of": AS_OF,
        "currency": "GBP",
        "window_months": months,
        "months": flows,
        "balance_minor": pounds(3000),
        "savings_minor": pounds(8000),
        "overdraft_limit_minor": pounds(500),
        "income_monthly_minor": income,
        "income": (),
        "commitments_monthly_minor": pounds(900),
        "commitments": (),
        "subscriptions": (),
        "spending_monthly_minor": spending,
        "spend_by_category": (
            CategorySpend(category="rent", monthly_minor=pounds(900), share=0.45, previous_monthly_minor=pounds(900), transactions=12),
            CategorySpend(
                category="groceries", monthly_minor=spending - pounds(900), share=0.55, previous_monthly_minor=None, transactions=24
            ),
        ),
        "lowest_balance_90d_minor": pounds(500),
        "days_negative_90d": 0,
        "failed_debits_90d": 0,
        "penalty_interest_90d": 0,
        "first_booking_on": first,
        "last_booking_on": AS_OF,
        "days_of_history": (AS_OF - first).days + 1,
        **changes,
    }
    return Features.model_validate(given)


def loan(**changes: Any) -> Contract:
    """A car loan of 6,000 still owed, 250 a month at 6 %."""
    given: dict[str, Any] = {
        "id": "demo:loan", "source": "demo", "customer_id": "demo:1", "holding_id": "demo:h", "kind": "car_loan", "currency": "GBP",
        "starts_on": date(2026, 1, 1), "matures_on": date(2029, 6, 1), "principal_minor": pounds(9000), "instalment_minor": pounds(250),
        "rate_bps": 600, "outstanding_minor": pounds(6000), "outstanding_as_of": AS_OF, **changes,
    }  # fmt: skip
    return Contract.model_validate(given)


def product(kind: str = "savings", **changes: Any) -> Product:
    given: dict[str, Any] = {
        "id": f"a-{kind}", "name": f"A {kind}", "kind": kind, "summary": "s", "version": "1", "jurisdiction": "uk", "currency": "GBP",
        "valid_from": date(2026, 1, 1), **changes,
    }  # fmt: skip
    return Product.model_validate(given)


def last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
