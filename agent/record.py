"""The record of one turn: everything needed to show it again, to audit it and to recompute its verdict (invariant I8)."""

from datetime import datetime
from typing import Any, Literal

from agent.reply import ProposalKind, Reply
from tools.fact import Fact
from tools.stress.intervention.action import Action
from tools.value import Value


class ToolCall(Value):
    """One use of a tool: who asked, with which arguments, and how it ended."""

    id: str
    specialist: str
    name: str
    arguments: dict[str, Any]
    outcome: str
    facts: tuple[str, ...] = ()
    seconds: float = 0.0


class UntrustedText(Value):
    """A string of the outside world, shown by code where a draft says `{{t:id}}`."""

    id: str
    text: str
    source: str
    subject: str | None = None


class Quote(Value):
    """Words of a published passage, shown by code where a draft says `{{q:id}}`."""

    id: str
    document: str
    title: str
    version: str
    passage: str
    heading: str
    text: str
    kind: Literal["product", "policy"]


class TakenNote(Value):
    """A reversible note of the person's own (effect `note`): a ticket, feedback. Committed with the turn, with undo."""

    id: str
    kind: Literal["ticket"]
    reference: str
    reason: str
    text: str
    respond_by: datetime


class ProposedChange(Value):
    """Something that the person may approve in the interface (effect `propose`). Stored with the turn; changes nothing by itself.

    Attributes:
        customer_id: whose record it would change.
        payload: what would be done, as the plain values of its kind: `tools.twin.goal.goal.ProposedGoal`, `agent.contact.ProposedContact`.
        verb: the words on the button.
    """

    id: str
    kind: ProposalKind
    customer_id: str
    payload: dict[str, Any]
    verb: str
    expires_at: datetime


class MadeSuggestion(Value):
    """What a policy suggested about one customer, as it is logged: only with its propensity can policies be judged later.

    Attributes:
        propensities: of each action, by name; `propensity` is that of the suggested one.
        situation: what the policy saw (`tools.stress.intervention.action.Situation` as JSON).
        proposal: what was proposed with it; None where nothing was to be done, or could be.
    """

    id: str
    customer_id: str
    policy: str
    action: Action
    propensity: float
    propensities: dict[str, float]
    reasons: tuple[str, ...]
    blocked: tuple[str, ...]
    situation: dict[str, Any]
    proposal: str | None = None


class TurnRecord(Value):
    """One finished turn.

    Attributes:
        text: the person's words, as they came.
        model: id of the model that planned and wrote, and why it fell back where it did.
        case: what the gate judged (`agent.gate_case.GateCase` as JSON), so that a verifier can run it again; None when the gate failed.
        versions: of wire, prompts, phrases, rule packs, catalogue and models.
    """

    run_id: str
    thread_id: str
    subject: str
    role: str
    text: str
    language: str
    started_at: datetime
    finished_at: datetime
    calls: tuple[ToolCall, ...]
    facts: tuple[Fact, ...]
    reply: Reply
    notes: tuple[TakenNote, ...] = ()
    proposals: tuple[ProposedChange, ...] = ()
    suggestions: tuple[MadeSuggestion, ...] = ()
    model: str
    fell_back: str | None = None
    versions: dict[str, str]
    case: dict[str, Any] | None = None
