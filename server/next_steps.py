"""What the bank's policy suggests for strained clients: worked out once for each score and contact, and kept."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Literal

from agent.context import Principal
from server.store.cipher import Cipher
from server.store.contacts import Contact
from server.store.database import Database, access_of
from server.store.history_reader import HistoryReader
from server.store.twins import TwinReader
from tools.ledger.query import ClientSnapshot

if TYPE_CHECKING:
    from tools.stress.intervention.situation import PastContact

MOST_KEPT = 2000

Action = Literal["none", "sms", "email_offer", "call"]
#: All that a suggestion can change with from one day to the next.
_Known = tuple[date, date, float | None, str, bool]


class NextSteps:
    """One per server process."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._reader = HistoryReader(database, cipher)
        self._twins = TwinReader(database, cipher)
        self._kept: OrderedDict[str, tuple[_Known, Action]] = OrderedDict()
        self._lock = Lock()

    def of(
        self, principal: Principal, rows: Sequence[ClientSnapshot], contacts: Sequence[Contact], today: date, clients: int
    ) -> dict[str, Action]:
        """The suggested action for each of these clients of the principal's own book.

        Args:
            contacts: all that were logged for the book, the newest first.
            clients: how many there are in the book, which says how many can be called in a week.
        """
        # What computes figures is loaded after the port is bound.
        from tools.stress.intervention.situation import PastContact, calls_left

        past = [
            PastContact(customer_id=one.customer_id, kind=one.action, on=one.happened_on, agreed=one.outcome == "agreed")
            for one in contacts
        ]
        left = calls_left(clients, past, today)
        newest = {one.customer_id: one.key for one in reversed(contacts)}
        known = {row.customer_id: (row.as_of, today, row.stress_score, newest.get(row.customer_id, ""), left > 0) for row in rows}
        with self._lock:
            kept = {one: self._kept.get(one) for one in known}
        found: dict[str, Action] = {one: action[1] for one, action in kept.items() if action is not None and action[0] == known[one]}
        missing = [one for one in known if one not in found]
        if missing:
            made = self._worked_out(principal, missing, past, today, left)
            self._keep(known, made)
            found |= made
        return found

    def _keep(self, known: Mapping[str, _Known], made: Mapping[str, Action]) -> None:
        with self._lock:
            for customer_id, action in made.items():
                self._kept[customer_id] = known[customer_id], action
                self._kept.move_to_end(customer_id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def _worked_out(
        self, principal: Principal, customer_ids: Sequence[str], past: Sequence["PastContact"], today: date, left: int
    ) -> dict[str, Action]:
        from tools.ledger.features import features_of
        from tools.stress.intervention.policy import default_policy
        from tools.stress.intervention.situation import situation_of
        from tools.stress.intervention.suggest import suggest
        from tools.stress.score import stress_status

        access, policy = access_of(principal), default_policy()
        twins = {twin.customer_id: twin for twin in self._twins.newest(customer_ids, access)}
        found: dict[str, Action] = {}
        for history in self._reader.histories(customer_ids, access):
            features, customer_id = features_of(history), history.customer.id
            status = stress_status(history, features)
            situation = situation_of(history, features, status, twins.get(customer_id), past, today, left)
            found[customer_id] = suggest(situation, policy).action
        return found
