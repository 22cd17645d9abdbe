"""The columns of a customer's activity: what one day of bookings adds up to, always in whole numbers."""

from enum import IntEnum

from tools.ledger.account import AccountKind

#: Half a year and a little: two quarters, and six card statements.
WINDOW_DAYS = 184


class Channel(IntEnum):
    """One column of the day cells. Amounts are minor units, positive in the direction of the name; the others are counts.

    The three nets are signed; a net that leaves the window is added to the balance before it (see `tools.stress.activity`).
    """

    EVERYDAY_NET = 0
    SAVINGS_NET = 1
    CARD_NET = 2
    INCOME = 3
    PAY = 4
    CASH_IN = 5
    SPENDING = 6
    COMMITMENTS = 7
    REPAID = 8
    WISHES = 9
    CASH = 10
    CASH_COUNT = 11
    UTILITIES_COUNT = 12
    FEES = 13
    PENALTIES_COUNT = 14
    OVERDRAFT_INTEREST_COUNT = 15
    FAILED_COUNT = 16
    LENDING_COUNT = 17
    BORROWED = 18
    GAMBLING = 19
    GAMBLING_COUNT = 20
    RECEIVED = 21
    SENT = 22
    CARD_PAID = 23


#: Channels whose days add up to a balance, in the order of `Activity.before`.
BALANCES = (Channel.EVERYDAY_NET, Channel.SAVINGS_NET, Channel.CARD_NET)
#: The balance that each kind of account counts in.
NET_OF: dict[AccountKind, Channel] = {
    "current": Channel.EVERYDAY_NET, "business": Channel.EVERYDAY_NET, "savings": Channel.SAVINGS_NET, "card": Channel.CARD_NET,
}  # fmt: skip
