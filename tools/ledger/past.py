"""What a bank knew on an earlier day: the same history without what came later."""

from datetime import date

from tools.ledger.history import History


def history_on(history: History, on: date) -> History:
    """The history as of `on`: later bookings, accounts, holdings, contracts, notes and flags are absent.

    The profile and what a contract says it owes carry no date of change, so they stay as they are now.
    """
    return history.model_copy(
        update={
            "as_of": on,
            "accounts": tuple(account for account in history.accounts if account.opened_on <= on),
            "holdings": tuple(holding for holding in history.holdings if holding.opened_on <= on),
            "contracts": tuple(contract for contract in history.contracts if contract.starts_on <= on),
            "transactions": tuple(move for move in history.transactions if move.booked_on <= on),
            "notes": tuple(note for note in history.notes if note.written_on <= on),
            "interactions": tuple(contact for contact in history.interactions if contact.happened_on <= on),
            "flags": tuple(flag for flag in history.flags if flag.since <= on),
        }
    )
