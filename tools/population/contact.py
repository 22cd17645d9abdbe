"""What was said between customer and bank, and the circumstances a bank knows of: drawn from the locale's phrases."""

from typing import Literal

from tools.ledger.customer import Customer
from tools.ledger.note import Flag, Interaction
from tools.population.dice import Dice
from tools.population.locale import LocalePack
from tools.population.window import Window

_A_YEAR = 1.6
_FLAGGED: tuple[tuple[Literal["bereavement", "vulnerable", "complaint_open", "scam_victim"], float], ...] = (
    ("bereavement", 0.01),
    ("vulnerable", 0.025),
    ("complaint_open", 0.01),
    ("scam_victim", 0.006),
)


def drawn_interactions(customer: Customer, pack: LocalePack, dice: Dice, window: Window) -> tuple[Interaction, ...]:
    """Contacts inside the window, in the order of time; their number is Poisson."""
    days = sorted(dice.rng.integers(window.days, size=int(dice.rng.poisson(_A_YEAR * window.years))).tolist())
    return tuple(
        Interaction.model_validate(
            {
                "id": f"{customer.id}-X{place}",
                "customer_id": customer.id,
                "happened_on": window.date_of(day),
                **dice.one(pack.contacts).model_dump(),
            }
        )
        for place, day in enumerate(days, start=1)
    )


def drawn_flags(customer: Customer, dice: Dice, window: Window) -> tuple[Flag, ...]:
    """Circumstances, each with its small chance, since some day of the last half of the window."""
    found: list[Flag] = []
    for kind, share in _FLAGGED:
        since = window.date_of(int(dice.rng.integers(window.days // 2, window.days)))
        if dice.yes(share):
            found.append(Flag(customer_id=customer.id, kind=kind, since=since))
    return tuple(found)
