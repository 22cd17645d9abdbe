"""The Desk of `agent/context.py`: one principal's acts, carried out in the store."""

from agent.context import Principal
from agent.decision import Decided, Decision
from server.store.proposals import ProposalStore


class StoreDesk:
    """Acts of one principal about own proposals."""

    def __init__(self, proposals: ProposalStore, principal: Principal) -> None:
        self._proposals = proposals
        self._principal = principal

    def decide(self, decision: Decision, thread_id: str | None = None) -> Decided:
        """Carry out an act, once. Raises as `agent.context.Desk`."""
        return self._proposals.decide(self._principal, decision, thread_id)
