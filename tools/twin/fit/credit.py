"""Fit credit: running loans with what is owed, and the rates of savings and overdraft, all from contracts."""

from datetime import date

from tools.ledger.account import Contract, HoldingKind
from tools.ledger.history import History
from tools.ledger.money import rounded_minor
from tools.twin.twin import Credit

_LOANS: frozenset[HoldingKind] = frozenset({"loan", "car_loan", "mortgage", "working_capital", "invoice_finance"})
#: Credit whose rate is the market's unless it was fixed. Instalment loans keep the rate they were signed with.
_VARIABLE: frozenset[HoldingKind] = frozenset({"mortgage", "working_capital", "invoice_finance"})
_SAVINGS: frozenset[HoldingKind] = frozenset({"savings", "fixed_deposit", "recurring_deposit"})


def fit_credits(history: History, currency: str) -> tuple[Credit, ...]:
    """Every loan in this currency that runs on the history's date and on which something is owed and repaid."""
    found: list[Credit] = []
    for contract in history.contracts:
        runs = contract.currency == currency and _runs(contract, history.as_of)
        owed = _owed(contract, history.as_of) if runs else 0
        if owed > 0:
            found.append(_credit(contract, owed, history.as_of))
    return tuple(found)


def savings_rate(history: History) -> int:
    """Yearly rate on savings in basis points: the mean of the contracts, weighted by what is deposited; 0 where none says it."""
    told = [contract for contract in history.contracts if contract.kind in _SAVINGS and contract.rate_bps > 0]
    weights = [contract.outstanding_minor or contract.principal_minor for contract in told]
    if sum(weights) <= 0:
        return max((contract.rate_bps for contract in told), default=0)
    return round(sum(contract.rate_bps * weight for contract, weight in zip(told, weights, strict=True)) / sum(weights))


def overdraft_rate(history: History) -> int:
    """Yearly rate below zero in basis points, the highest agreed; 0 where no contract says it."""
    return max((max(contract.rate_bps, 0) for contract in history.contracts if contract.kind == "overdraft"), default=0)


def _runs(contract: Contract, as_of: date) -> bool:
    ended = contract.matures_on is not None and contract.matures_on <= as_of
    return contract.kind in _LOANS and contract.instalment_minor > 0 and not ended


def _credit(contract: Contract, owed: int, as_of: date) -> Credit:
    fixed = contract.fixed_until is not None and contract.fixed_until > as_of
    was_fixed = contract.fixed_until is not None and not fixed
    return Credit(
        kind=contract.kind,
        outstanding_minor=owed,
        instalment_minor=contract.instalment_minor,
        rate_bps=max(contract.rate_bps, 0),
        follows_rates=was_fixed or (contract.kind in _VARIABLE and not fixed),
        fixed_until=contract.fixed_until if fixed else None,
        matures_on=contract.matures_on,
        due_day=contract.due_day,
    )


def _owed(contract: Contract, as_of: date) -> int:
    """What is owed: as the source says, carried on by the annuity schedule from the day it says it for."""
    if contract.outstanding_minor is not None:
        start, owed = contract.outstanding_as_of or as_of, float(contract.outstanding_minor)
    else:
        start, owed = contract.starts_on, float(contract.principal_minor)
    elapsed = max((as_of.year - start.year) * 12 + as_of.month - start.month, 0)
    for _ in range(elapsed):
        owed = max(owed * (1 + contract.rate_bps / 120_000) - contract.instalment_minor, 0.0)
    return rounded_minor(owed)
