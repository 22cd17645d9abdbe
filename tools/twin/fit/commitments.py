"""Fit commitments: bills, subscriptions and repayments that come back, apart from those of a loan whose contract is known."""

from collections.abc import Iterable
from statistics import fmean

from tools.ledger.category import CATEGORIES
from tools.ledger.flows import Flow
from tools.ledger.money import rounded_minor
from tools.twin.calendar.rhythm import monthly_amount, recent_amount, rhythm_of
from tools.twin.fit.evidence import Evidence
from tools.twin.persona.prior import Prior
from tools.twin.twin import Commitment, Credit
from tools.value import Value

#: How far a repayment may lie from the agreed instalment and still be it, as a share.
_SAME_INSTALMENT = 0.05


class CommitmentFit(Value):
    """Commitments of a mean month.

    Attributes:
        level_minor: of all, those without a rhythm of their own too.
        instalments_in_spending_minor: instalments of known contracts that the account books as spending (mortgages), a month.
    """

    commitments: tuple[Commitment, ...]
    level_minor: int
    instalments_in_spending_minor: int


def fit_commitments(evidence: Evidence, credits: tuple[Credit, ...], prior: Prior) -> CommitmentFit:
    """Every recurring flow out that is no instalment of a known loan. Repayments beyond those are committed without a rhythm."""
    flows = _without_instalments(evidence.commitments, credits)
    commitments = tuple(
        sorted((_commitment(evidence, flow, prior) for flow in flows), key=lambda each: (-each.monthly_minor, each.category, each.next_on))
    )
    in_spending = _in_spending(evidence, credits)
    agreed = sum(credit.instalment_minor for credit in credits) - in_spending
    repaid = rounded_minor(fmean(month.repayment_minor for month in evidence.months)) if evidence.months else 0
    listed = sum(each.monthly_minor for each in commitments if _is_credit(each.category))
    level = sum(each.monthly_minor for each in commitments) + max(repaid - agreed - listed, 0)
    return CommitmentFit(commitments=commitments, level_minor=level, instalments_in_spending_minor=in_spending)


def _commitment(evidence: Evidence, flow: Flow, prior: Prior) -> Commitment:
    rhythm = rhythm_of(flow, evidence.history.as_of, prior.due_late_sd_days)
    amount, spread = recent_amount(flow, prior.payment_cv)
    return Commitment(
        category=flow.category,
        amount_minor=amount,
        sd_minor=spread,
        every_days=flow.every_days,
        due_day=rhythm.day,
        delay_days=rhythm.late_days,
        delay_sd_days=rhythm.late_sd_days,
        monthly_minor=monthly_amount(amount, rhythm),
        next_on=rhythm.next_on,
        is_subscription=flow.category == "subscriptions",
    )


def _is_credit(category: str) -> bool:
    return category in CATEGORIES and CATEGORIES[category].group == "credit"


def _without_instalments(flows: Iterable[Flow], credits: tuple[Credit, ...]) -> list[Flow]:
    """The flows without those that pay a known loan: a mortgage for a mortgage, a repayment of credit for the others."""
    waiting = list(credits)
    kept: list[Flow] = []
    for flow in flows:
        paid = next((credit for credit in waiting if _pays(flow, credit)), None)
        if paid is None:
            kept.append(flow)
        else:
            waiting.remove(paid)
    return kept


def _pays(flow: Flow, credit: Credit) -> bool:
    fits = flow.category == "mortgage" if credit.kind == "mortgage" else _is_credit(flow.category)
    return fits and abs(flow.amount_minor - credit.instalment_minor) <= _SAME_INSTALMENT * credit.instalment_minor


def _in_spending(evidence: Evidence, credits: tuple[Credit, ...]) -> int:
    """Instalments of mortgages, where the account shows payments to one: their category is spending, not repayment."""
    seen = evidence.spent.get("mortgage")
    if seen is None or not seen.any():
        return 0
    return sum(credit.instalment_minor for credit in credits if credit.kind == "mortgage")
