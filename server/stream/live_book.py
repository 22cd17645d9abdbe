"""What live news say about clients, for one principal: who they are, how many are in each band, and why a score is what it is."""

from collections.abc import Sequence

from agent.context import ClientName, Principal
from agent.shown_driver import ShownDriver
from server.store.board import BoardReader, SourceBands
from server.stress_reasons import StressReasons


class LiveBook:
    """The stored board with the reasons that the board itself shows, so that news and page say the same."""

    def __init__(self, board: BoardReader, reasons: StressReasons) -> None:
        self._board, self._reasons = board, reasons

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
