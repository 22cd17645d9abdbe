"""Twins without an account: of a typical customer of a persona, and of a new customer from the profile."""

from datetime import date

from tools.errors import UsageError
from tools.ledger.category import CATEGORIES
from tools.ledger.customer import Customer, Profile
from tools.ledger.money import rounded_minor
from tools.twin.calendar.payment_day import month_step
from tools.twin.fit.income import declared_streams
from tools.twin.persona.persona import Habits, Persona, Ratios, persona_of
from tools.twin.persona.prior import Prior, prior_for
from tools.twin.twin import CategoryLevel, Commitment, Credit, IncomeStream, PersonaShare, Twin

#: Pay and bills of a typical customer: shortly before the end of the month, and on its first day.
_PAY_DAY = 25
_DUE_DAY = 1
#: Income that comes once a month from one side; the rest comes in many payments.
_PAID_MONTHLY = {"salary", "pension", "benefits"}


def persona_twin(
    persona: Persona,
    income_minor: int,
    *,
    as_of: date,
    currency: str = "GBP",
    customer_id: str | None = None,
    balance_minor: int | None = None,
    loan_minor: int = 0,
    loan_rate_bps: int = 0,
) -> Twin:
    """A customer who lives exactly by the persona's habits on this income.

    What is left of the income stays on the account, so the balance drifts by it: there is no habit of a balance to return to.

    Args:
        income_minor: of a mean month.
        balance_minor: to start with; a month's income where none is given.
        loan_minor: what is owed; it is repaid with the persona's `repayment_share` of income.

    Raises:
        UsageError: an income that is not positive, or a loan that is negative.
    """
    if income_minor <= 0 or loan_minor < 0:
        raise UsageError("A typical customer needs an income above zero and a loan of zero or more. Change the amount.", code="bad_amount")
    habits, opening = persona.habits, income_minor if balance_minor is None else balance_minor

    def share(of: float) -> int:
        return rounded_minor(of * income_minor)

    commitments = _commitments(persona, share(habits.commitment_share), as_of)
    committed = share(habits.commitment_share)
    discretionary = _discretionary(persona, share(habits.spending_share) - committed)
    spending = committed + sum(level.monthly_minor for level in discretionary)
    instalment = share(habits.repayment_share) if loan_minor else 0
    saving, investment = share(habits.saving_share), share(habits.investing_share)
    return Twin(
        customer_id=customer_id or f"persona:{persona.key}",
        as_of=as_of,
        currency=currency,
        segment=persona.segment,
        months_of_history=0,
        persona=persona.key,
        persona_mix=(PersonaShare(persona=persona.key, share=1.0),),
        prior_weight=1.0,
        balance_minor=opening,
        savings_minor=0,
        income=_streams(persona, income_minor, as_of),
        income_level_minor=income_minor,
        income_sd_minor=share(habits.income_cv),
        income_season=persona.income_season,
        commitments=commitments,
        commitments_minor=committed,
        discretionary=discretionary,
        spending_sd_minor=rounded_minor(habits.spending_cv * spending),
        saving_minor=saving,
        investment_minor=investment,
        credits=(Credit(kind="loan", outstanding_minor=loan_minor, instalment_minor=instalment, rate_bps=loan_rate_bps),)
        if loan_minor
        else (),
        drift_minor=income_minor - spending - saving - investment - instalment,
        balance_level_minor=opening,
    )


def stated_twin(customer: Customer, profile: Profile, *, as_of: date, currency: str = "GBP") -> Twin:
    """The twin of a customer without bookings, from what the profile says: income, pay days, risk tolerance, and the segment.

    Its mix of personas is the segment's, moved by the risk tolerance. It spends what is usual in the segment, on what the largest of
    them spends it on, and saves and invests its part of what is then left.

    Raises:
        UsageError: no income was stated.
    """
    if not profile.monthly_income_minor or profile.monthly_income_minor <= 0:
        raise UsageError(
            "There are no bookings and no stated income to start a twin from. Enter what comes in each month.", code="too_short"
        )
    prior = prior_for(customer.segment, Ratios(), 0, profile.risk_tolerance)
    twin = persona_twin(
        _usual(persona_of(prior.persona), prior),
        profile.monthly_income_minor,
        as_of=as_of,
        currency=currency,
        customer_id=customer.id,
        balance_minor=0,
    )
    stated = {"segment": customer.segment, "persona_mix": prior.persona_mix}
    days = declared_streams(profile, as_of, prior)
    return twin.model_copy(update={**stated, "income": days} if days else stated)


def _usual(persona: Persona, prior: Prior) -> Persona:
    """The persona with the spending of the prior: the calmest one of a segment must not pass for all of it."""
    own = persona.habits
    wider = prior.spending_share / own.spending_share if own.spending_share else 1.0
    left = max(1 - prior.spending_share, 0.0) / (1 - own.spending_share) if own.spending_share < 1 else 0.0
    habits = Habits(
        spending_share=prior.spending_share,
        commitment_share=min(own.commitment_share * wider, prior.spending_share),
        saving_share=min(own.saving_share * left, 1.0),
        investing_share=min(own.investing_share * left, 1.0),
        repayment_share=own.repayment_share,
        income_cv=prior.income_cv,
        spending_cv=prior.spending_cv,
    )
    return persona.model_copy(update={"habits": habits})


def _streams(persona: Persona, income_minor: int, as_of: date) -> tuple[IncomeStream, ...]:
    if persona.income_category not in _PAID_MONTHLY or persona.income_season:
        return ()
    return (
        IncomeStream(
            category=persona.income_category,
            amount_minor=income_minor,
            every_days=30,
            pay_day=_PAY_DAY,
            monthly_minor=income_minor,
            next_on=_next(_PAY_DAY, as_of),
        ),
    )


def _commitments(persona: Persona, committed_minor: int, as_of: date) -> tuple[Commitment, ...]:
    amounts = _split(persona, committed_minor, committed=True)
    return tuple(
        Commitment(
            category=category,
            amount_minor=amount,
            every_days=30,
            due_day=_DUE_DAY,
            monthly_minor=amount,
            next_on=_next(_DUE_DAY, as_of),
            is_subscription=category == "subscriptions",
        )
        for category, amount in amounts.items()
        if amount
    )


def _discretionary(persona: Persona, free_minor: int) -> tuple[CategoryLevel, ...]:
    amounts = _split(persona, free_minor, committed=False) or {"other": free_minor}
    cv = persona.habits.spending_cv
    return tuple(
        CategoryLevel(category=category, monthly_minor=amount, sd_minor=rounded_minor(cv * amount))
        for category, amount in sorted(amounts.items())
        if amount > 0
    )


def _split(persona: Persona, amount_minor: int, *, committed: bool) -> dict[str, int]:
    """The amount over the committed or the other categories of the mix; the largest takes what rounding leaves."""
    shares = {key: share for key, share in persona.spending_shares().items() if (CATEGORIES[key].group == "commitment") == committed}
    total = sum(shares.values())
    if not shares or not total:
        return {}
    amounts = {key: rounded_minor(amount_minor * share / total) for key, share in shares.items()}
    largest = max(amounts, key=lambda key: (amounts[key], key))
    amounts[largest] += amount_minor - sum(amounts.values())
    return amounts


def _next(day: int, as_of: date) -> date:
    return next(due for due in (month_step(as_of, months, day) for months in (0, 1)) if due > as_of)
