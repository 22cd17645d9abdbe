"""Who a synthetic customer is: name, age, protected attributes and profile."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tools.ledger.customer import Consent, Customer, Level, Profile, ProtectedAttributes
from tools.population.dice import Dice
from tools.population.lifestyle import Lifestyle
from tools.population.locale import LocalePack
from tools.population.plan import Plan

_NEEDS = ("large text", "screen reader", "simple language", "phone first")
_CONSENTS: tuple[Consent, ...] = ("yes", "yes", "yes", "yes", "yes", "yes", "yes", "yes", "limited", "no")
_CHURN: tuple[Level, ...] = ("low", "low", "low", "medium", "medium", "high")


@dataclass(frozen=True)
class Person:
    """A name with its protected attributes, and the partner's name in a couple."""

    name: str
    gender: Literal["female", "male", "non-binary"]
    birth_date: date
    partner: str | None = None

    @property
    def pronouns(self) -> str:
        """The pronouns on file."""
        return {"female": "she/her", "male": "he/him", "non-binary": "they/them"}[self.gender]


def drawn_person(place: int, life: Lifestyle, pack: LocalePack, dice: Dice, as_of: date) -> Person:
    """The person at `place` among all combinations of first name and surname (each combination once)."""
    names = pack.names
    firsts = names.women + names.men
    first, surname = firsts[place % len(firsts)], names.surnames[place // len(firsts) % len(names.surnames)]
    woman = place % len(firsts) < len(names.women)
    others = dice.yes(0.01)
    age_days = int(dice.rng.integers(life.age[0] * 365, life.age[1] * 365 + 365))
    partner = f"{dice.one(names.men if woman else names.women)} {surname}" if dice.yes(life.couple_share) else None
    gender = "non-binary" if others else "female" if woman else "male"
    return Person(f"{first} {surname}", gender, as_of - timedelta(days=age_days), partner)


def trading_name(person: Person, pack: LocalePack, dice: Dice) -> str:
    """What a person's business is called."""
    return f"{person.name.split()[-1]} {dice.one(pack.names.trades)}"


def drawn_profile(customer: Customer, plan: Plan, life: Lifestyle, pack: LocalePack, dice: Dice) -> Profile:
    """A profile that agrees with the plan: income, pay days and cards are those that the transactions will show."""
    slug = "".join(letter for letter in customer.name.lower().replace(" ", ".") if letter.isalnum() or letter == ".")
    region = next((region for city, region in pack.cities if city.upper() == plan.city), None)
    days = [stream.pay_day for stream in plan.income if stream.kind == "monthly"]
    wish = dice.rng.integers(1, 10)
    return Profile(
        customer_id=customer.id,
        email=f"{slug}.{customer.external_id}@{pack.mail_domain}",
        city=plan.city.title(),
        region=region,
        occupation=dice.one(life.occupations),
        monthly_income_minor=plan.income_minor,
        salary_day_1=days[0] if days else None,
        salary_day_2=days[1] if len(days) > 1 else None,
        primary_bank=pack.home_bank,
        other_banks=(dice.one(pack.other_banks),) if dice.yes(0.35) else (),
        has_credit_card=plan.card is not None,
        e_wallets=(dice.one(pack.e_wallets),) if dice.yes(0.55) else (),
        preferred_channel=dice.one(life.channels),
        language=pack.language,
        language_style=dice.one(life.tone),
        goals=_some(life.goals, dice),
        anti_goals=_some(life.anti_goals, dice),
        risk_tolerance=dice.one(life.risk_tolerance),
        savings_goal_minor=int(wish) * plan.income_minor // 2 // 10_000 * 10_000 or None,
        consent_personalization=dice.one(_CONSENTS),
        accessibility_needs=(dice.one(_NEEDS),) if dice.yes(0.06) else (),
        churn_risk=dice.one(_CHURN),
    )


def protected_of(customer: Customer, person: Person) -> ProtectedAttributes:
    """The attributes that only fairness checks read."""
    return ProtectedAttributes(customer_id=customer.id, birth_date=person.birth_date, gender=person.gender, pronouns=person.pronouns)


def _some(of: tuple[str, ...], dice: Dice) -> tuple[str, ...]:
    """One or two of them."""
    if not of:
        return ()
    start = int(dice.rng.integers(len(of)))
    return tuple(dict.fromkeys((of[start], of[(start + 1) % len(of)])))[: 1 + int(dice.rng.integers(2))]
