"""Generating a bank: the same spec gives the same bytes, and each customer depends only on the seed and its own number."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tools.ledger.customer import Customer
from tools.population.bank import GeneratedBank, joined
from tools.population.booked import TransactionTable
from tools.population.contact import drawn_flags, drawn_interactions
from tools.population.dice import Dice, dice_for
from tools.population.draw import draw_plan, opened_before, unit_of, with_new_loans
from tools.population.event import Event
from tools.population.identity import Person, drawn_person, drawn_profile, protected_of, trading_name
from tools.population.intend import intended
from tools.population.lifestyle import Lifestyle, lifestyle
from tools.population.locale import LocalePack, locale_pack
from tools.population.ongoing import going_on
from tools.population.plan import Plan
from tools.population.record import Named, account_holdings, accounts_of, booked_rows, investment, loans_of, parties_of
from tools.population.settle import settle
from tools.population.spec import PopulationSpec
from tools.population.window import Window


@dataclass(frozen=True)
class Subject:
    """One customer to generate: who it is, how it lives, and over which days."""

    customer: Customer
    owner: Person
    others: tuple[Named, ...]
    life: Lifestyle
    pack: LocalePack
    window: Window
    dice: Dice
    seed: int
    days_beyond: int = 0

    def dice_of(self, period: int) -> Dice:
        """The dice of a period after the window."""
        return dice_for(self.seed, int(self.customer.external_id), self.dice.unit, period)


def generate(spec: PopulationSpec) -> GeneratedBank:
    """The bank that `spec` describes.

    Lifestyles follow the mix by largest remainder; numbers and name combinations are used once each.
    """
    pack, window = locale_pack(spec.locale), Window.back_from(spec.as_of, spec.months)
    rng = np.random.default_rng([spec.seed, 0])
    keys = _allotted(spec.mix, spec.customers)
    order: list[int] = rng.permutation(len(keys)).tolist()
    places = _places(pack, spec, rng)
    banks: list[GeneratedBank] = []
    number, used = spec.first_number, 0
    for which in order:
        while number in spec.taken:
            number += 1
        life = lifestyle(keys[which])
        dice = dice_for(spec.seed, number, unit_of(pack.currency))
        subject = _subject(places[used % len(places)], number, life, pack, window, dice, spec)
        plan = draw_plan(life, pack, dice, window, str(number), any(named.part == "joint" for named in subject.others))
        banks.append(bank_of(subject, plan))
        number, used = number + 1, used + 1
    return joined(spec.source, banks)


def bank_of(subject: Subject, plan: Plan) -> GeneratedBank:
    """The bank of one customer who lives by `plan`."""
    customer, window, dice = subject.customer, subject.window, subject.dice
    whole = with_new_loans(plan, dice.unit)
    draft = intended(whole, window, dice)
    further = going_on(whole, draft, window, subject.days_beyond, subject.life.chances, subject.dice_of) if subject.days_beyond else None
    settled = settle(whole, draft, window, dice.unit)
    # What belongs to the customer is as of the window's end; only the bookings go further.
    booked = settled if further is None else settle(whole, *further, dice.unit)
    accounts = accounts_of(customer, whole, subject.pack.products)
    parties, parts = parties_of(customer, subject.owner.name, subject.others, accounts)
    holdings, contracts = loans_of(customer, whole, settled.loans, window.last, subject.pack.products)
    wealth = subject.life.investing
    if dice.yes(wealth.share):
        holdings.append(investment(customer, whole.currency, dice.minor(wealth.worth), subject.pack.products.get("portfolio")))
    return GeneratedBank(
        source=customer.source,
        customers=(customer,),
        parties=tuple(parties),
        parts=tuple(parts),
        accounts=accounts,
        holdings=(*account_holdings(customer, accounts), *holdings),
        contracts=tuple(contracts),
        profiles=(drawn_profile(customer, whole, subject.life, subject.pack, dice),),
        protected=(protected_of(customer, subject.owner),),
        interactions=drawn_interactions(customer, subject.pack, dice, window),
        flags=drawn_flags(customer, dice, window),
        transactions=TransactionTable([booked_rows(customer, whole, booked, window)]),
    )


def described(
    customer: Customer,
    owner: Person,
    others: tuple[Named, ...],
    life: Lifestyle,
    window: Window,
    seed: int,
    events: tuple[Event, ...],
    locale: str,
    days_beyond: int = 0,
) -> GeneratedBank:
    """The bank of one customer whose person, lifestyle and events are told, not drawn; bookings go on for `days_beyond` days."""
    pack = locale_pack(locale)
    dice = dice_for(seed, int(customer.external_id), unit_of(pack.currency))
    subject = Subject(customer, owner, others, life, pack, window, dice, seed, days_beyond)
    joint = any(named.part == "joint" for named in others)
    return bank_of(subject, draw_plan(life, pack, dice, window, customer.external_id, joint, events))


def _subject(place: int, number: int, life: Lifestyle, pack: LocalePack, window: Window, dice: Dice, spec: PopulationSpec) -> Subject:
    person = drawn_person(place, life, pack, dice, window.last)
    name = trading_name(person, pack, dice) if life.kind == "business" else person.name
    customer = Customer(
        id=f"{spec.source}:{number}",
        source=spec.source,
        external_id=str(number),
        name=name,
        kind=life.kind,
        segment=life.segment,
        joined_on=window.first - opened_before(dice),
    )
    others: list[Named] = []
    if person.partner is not None and dice.yes(0.6):
        others.append(Named(person.partner, "joint"))
    elif dice.yes(life.authorised_share):
        others.append(Named(f"{dice.one(pack.names.women)} {dice.one(pack.names.surnames)}", "authorised"))
    return Subject(customer, person, tuple(others), life, pack, window, dice, spec.seed, spec.days_beyond)


def _allotted(mix: Mapping[str, float], customers: int) -> list[str]:
    """One lifestyle per customer, counts by largest remainder."""
    total = sum(mix.values())
    wanted = {key: share / total * customers for key, share in mix.items()}
    counts = {key: int(value) for key, value in wanted.items()}
    short = customers - sum(counts.values())
    for key in sorted(wanted, key=lambda key: (counts[key] - wanted[key], key))[:short]:
        counts[key] += 1
    return [key for key, count in counts.items() for _ in range(count)]


def _places(pack: LocalePack, spec: PopulationSpec, rng: np.random.Generator) -> list[int]:
    """Every combination of first name and surname, shuffled, without the names that are taken."""
    firsts, surnames = pack.names.women + pack.names.men, pack.names.surnames
    places = rng.permutation(len(firsts) * len(surnames)).tolist()
    taken = set(spec.taken_names)
    return [place for place in places if f"{firsts[place % len(firsts)]} {surnames[place // len(firsts)]}" not in taken]
