"""What live news say about clients, for one principal: who they are, how many are in each band, and why a score is what it is."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from agent.context import ClientName, Principal
from agent.shown_driver import ShownDriver
from server.store.board import BoardReader, SourceBands
from server.stress_reasons import StressReasons


class ReadsWishes(Protocol):
    """What people want to be told unasked; `server.store.insights.InsightStore`."""

    def wanted(self, principal: Principal, kinds: Collection[str], now: datetime) -> frozenset[str]:
        """Which of these kinds of insight somebody wants to be told at a moment."""
        ...


class LiveBook:
    """The stored board with the reasons that the board itself shows, so that news and page say the same."""

    def __init__(self, board: BoardReader, reasons: StressReasons, wishes: ReadsWishes, clock: Callable[[], datetime]) -> None:
        self._board, self._reasons, self._wishes, self._clock = board, reasons, wishes, clock

    def visible(self, principal: Principal, customer_ids: Sequence[str]) -> frozenset[str]:
        """Which of these clients are in the own book."""
        return self._board.visible(principal, customer_ids)

    def names(self, principal: Principal, customer_ids: Sequence[str]) -> dict[str, ClientName]:
        """These clients, as far as they are in the own book."""
        return self._board.names(principal, customer_ids)

    def bands(self, principal: Principal) -> tuple[SourceBands, ...]:
        """How many clients are in each band."""
        return self._board.bands(principal)

    def drivers(self, principal: Principal, customer_ids: Sequence[str]) -> dict[str, tuple[ShownDriver, ...]]:
        """The reasons of the scores of these clients, as far as they are in the own book and can be worked out."""
        return self._reasons.of(principal, self._board.rows(principal, customer_ids))

    def wanted(self, principal: Principal, kinds: Collection[str]) -> frozenset[str]:
        """Which of these kinds of insight somebody wants to be told now: none in quiet hours, and none that was switched off."""
        return self._wishes.wanted(principal, kinds, self._clock())
