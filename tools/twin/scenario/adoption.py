"""Taking up a product: what its published terms do to a budget."""

import numpy as np

from tools.errors import ScenarioError
from tools.ledger.money import decimal_amount, minor_units, rounded_minor
from tools.product import Product, ProductClass, ProductKind
from tools.twin.scenario.scenario import Change, Problem
from tools.twin.scenario.workbench import Workbench

#: Loans that are drawn once and repaid in instalments; a card or an overdraft costs what is used of it, which nobody said.
_LOANS: set[ProductKind] = {"personal_loan", "car_loan", "mortgage", "working_capital"}
#: What these do depends on use or on markets; of the others at least the charges are known.
_BY_USE: set[ProductClass] = {"credit", "investment"}
_USUAL_TERM_MONTHS = 36


def adopt(bench: Workbench, change: Change, product: Product | None) -> None:
    """What taking up a product does: a loan is drawn and repaid, a deposit earns its rate on what is moved, charges are paid.

    Raises:
        ScenarioError: an unknown product, one whose use cannot be foreseen, or an amount or term that it does not take.
    """
    if product is None or product.currency != bench.base.twin.currency:
        raise _wrong("unknown_product", "product", "There is no such product in this currency. Name one that the bank publishes.")
    amount = None if change.amount is None else minor_units(change.amount, product.currency)
    if product.kind in _LOANS:
        _borrow(bench, change, product, amount)
    elif product.product_class == "deposit":
        amount = _deposit(bench, change, product, amount)
    elif product.product_class in _BY_USE or not any(fee.period in {"month", "year"} for fee in product.fees):
        raise _wrong(
            "not_simulated", "product", "What this product would do depends on how it is used. Ask about a loan or a savings product."
        )
    _charges(bench, change, product, amount or 0)


def _borrow(bench: Workbench, change: Change, product: Product, amount: int | None) -> None:
    lowest = min((rate.from_minor for rate in product.rates), default=0)
    if amount is None:
        raise _wrong("missing", "amount", "A loan needs the sum to borrow. Say it.")
    rate = _rate_for(product, amount)
    if rate is None:
        raise _wrong("out_of_range", "amount", "The product does not start that low. Give a larger amount.", least=_major(product, lowest))
    term = change.term_months or (product.example.term_months if product.example else _USUAL_TERM_MONTHS)
    least, most = product.term_months_min or 1, product.term_months_max or 480
    if not least <= term <= most:
        raise _wrong(
            "out_of_range", "term_months", f"Its term is {least} to {most} months. Give one in that range.", least=least, most=most
        )
    if change.term_months is None:
        bench.note("term_assumed")
    bench.note("loan_spent_at_once")
    bench.draw(amount, rate, term, change.starts_in_months)
    if change.starts_in_months < bench.months:
        bench.extra["one_off"][change.starts_in_months] -= amount


def _deposit(bench: Workbench, change: Change, product: Product, amount: int | None) -> int:
    """Moves a sum there (savings first, then the current account), or pays it in each month where the product is paid into monthly.

    There is one rate for all savings of a twin, so it becomes the mean over what lies where when the product is taken up.
    """
    twin, monthly = bench.base.twin, product.kind == "recurring_deposit"
    held = max(twin.savings_minor, 0)
    amount = held if amount is None and not monthly else amount
    if not amount:
        raise _wrong("missing", "amount", "There are no savings to move. Say how much would be paid in.")
    _require_deposit(product, amount)
    at_hand = held + max(twin.balance_minor, 0)
    if not monthly and amount > at_hand:
        raise _wrong("more_than_there", "amount", "That is more than there is. Give a smaller amount.", most=_major(product, at_hand))
    starts = np.arange(bench.months) >= change.starts_in_months
    term = product.term_months_max if monthly and product.term_months_max else bench.months
    if monthly:
        bench.extra["saving"] += amount * (starts & (np.arange(bench.months) < change.starts_in_months + term))
    elif amount > held and change.starts_in_months < bench.months:
        bench.extra["saving"][change.starts_in_months] += amount - held
    moved = amount * min(term, bench.months) / 2 if monthly else float(amount)
    share = min(moved / max(held + moved if monthly else max(held, amount), 1), 1.0)
    rate = _rate_for(product, amount) or 0
    bench.savings_rate_bps += starts * share * (rate - bench.base.savings_rate_bps)
    bench.note("mean_savings_rate", *(() if product.access_days == 0 else ("money_not_at_once",)))
    return amount


def _require_deposit(product: Product, amount: int) -> None:
    least, most = product.eligibility.min_deposit_minor or 0, product.eligibility.max_deposit_minor
    if amount < least or (most is not None and amount > most):
        highest = None if most is None else _major(product, most)
        raise _wrong("out_of_range", "amount", "The product does not take this sum. Give one within its limits.", least=_major(product, least), most=highest)  # fmt: skip


def _charges(bench: Workbench, change: Change, product: Product, amount: int) -> None:
    """Charges that come without being used: once at the start, each month, each year. Those per use cannot be foreseen."""
    month = np.arange(bench.months) - change.starts_in_months
    for fee in product.fees:
        charge = fee.amount_minor + rounded_minor(amount * fee.rate_bps / 10_000)
        if fee.period == "month":
            bench.extra["commitments"] += charge * (month >= 0)
        elif fee.period == "year":
            bench.extra["one_off"] -= charge * ((month >= 0) & (month % 12 == 0))
        elif fee.period == "once":
            bench.extra["one_off"] -= charge * (month == 0)
    if any(fee.period == "month" for fee in product.fees) or product.kind == "recurring_deposit":
        bench.touched |= month >= 0


def _rate_for(product: Product, amount_minor: int) -> int | None:
    """Nominal yearly rate for this amount: the highest tier it reaches; None below all tiers."""
    reached = [rate for rate in product.rates if rate.from_minor <= amount_minor]
    return max(reached, key=lambda rate: rate.from_minor).rate_bps if reached else None


def _major(product: Product, amount_minor: int) -> float:
    return float(decimal_amount(amount_minor, product.currency))


def _wrong(problem: Problem, parameter: str, sentence: str, least: float | None = None, most: float | None = None) -> ScenarioError:
    return ScenarioError(sentence, kind="product_adoption", problem=problem, parameter=parameter, least=least, most=most)
