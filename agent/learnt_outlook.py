"""Where a customer's balance will be, as the past of all accounts of the same source teaches it."""

from agent.context import View
from tools.ledger.history import History
from tools.twin.outlook.outlook import Outlook, outlook
from tools.twin.outlook.panel import panel_of

#: Months ahead that are corrected by what was learnt; beyond them the last correction stays.
LEARNT_MONTHS = 12


def learnt_outlook(view: View, history: History) -> Outlook | None:
    """The outlook of the customer of a history that this view may see; None where nothing was learnt or nothing is booked."""
    priors = view.priors(history.customer.source)
    panel = panel_of(history) if priors else None
    return outlook(priors, panel, LEARNT_MONTHS) if panel else None
