"""What one contact was measured to do in the simulator, by band and by whether there is credit to ease."""

from tools.ledger.query import Band
from tools.stress.bands import band_of
from tools.stress.intervention.action import Action, Effect, Situation
from tools.stress.intervention.card import shipped_card


def cell_of(band: Band, has_credit: bool, action: Action) -> str:
    """The name of a row of the card's table of effects."""
    return f"{band}/{'credit' if has_credit else 'no_credit'}/{action}"


def effect_of(situation: Situation, action: Action) -> Effect | None:
    """The measured effect of an action in a situation like this; None for doing nothing and where too few were simulated."""
    card = shipped_card()
    if situation.score is None or action == "none" or card is None:
        return None
    return card.effects.get(cell_of(band_of(situation.score), situation.has_credit, action))
