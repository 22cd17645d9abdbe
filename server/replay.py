"""Replaying turns: the gate is run again over what it judged then, and must give the same bytes (invariant I8)."""

from typing import TYPE_CHECKING

from agent.compliance_checker import gate
from agent.gate_case import GateCase
from agent.record import TurnRecord
from server.store.recorder import TURN
from tools.compliance.pack import load_pack
from tools.compliance.rendering import RENDERING
from tools.value import Value

if TYPE_CHECKING:
    from server.bank import Bank


class ReplayReport(Value):
    """What came of replaying turns.

    Attributes:
        same: turns whose reply came out byte for byte.
        different: audit ids of turns that did not.
        other_version: turns of another catalogue, rule pack or way of writing figures, which this version cannot judge.
        without_case: turns whose gate failed, so that the safe reply was given.
    """

    same: int = 0
    different: tuple[str, ...] = ()
    other_version: int = 0
    without_case: int = 0
    erased: int = 0

    @property
    def holds(self) -> bool:
        """Whether no turn came out differently."""
        return not self.different


def replay_turns(bank: "Bank", newest: int) -> ReplayReport:
    """Run the gate again over the newest turns. Reads, writes nothing."""
    same = other = without = erased = 0
    different: list[str] = []
    for entry in bank.audit.entries(action=TURN, newest=newest):
        if entry.payload is None:
            erased += 1
            continue
        record = TurnRecord.model_validate(entry.payload)
        if record.case is None:
            without += 1
            continue
        case = GateCase.model_validate(record.case)
        if (
            record.versions.get("catalogue") != bank.catalogue.version
            or record.versions.get("rules") != load_pack(case.jurisdiction).version
            or record.versions.get("figures") != RENDERING
        ):
            other += 1
        elif gate(case, bank.catalogue)[0].model_dump_json() == record.reply.model_dump_json():
            same += 1
        else:
            different.append(entry.id)
    return ReplayReport(same=same, different=tuple(different), other_version=other, without_case=without, erased=erased)
