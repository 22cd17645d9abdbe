"""THE GATE. Orders the sections, renders the facts, checks the final bytes; lets pass, repairs by code, replaces or escalates.

Nothing reaches a person except through this node, and it runs once in every turn (`defer` in the graph). Whatever goes wrong in
here, the safe reply is given, never the draft (invariant I7).
"""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from langgraph.runtime import Runtime

from agent.aside import BESIDE
from agent.compose import Composed, Composer, Repairs, candidate_of
from agent.context import Principal, RunContext, View
from agent.draft import DraftPart, DraftText, Section
from agent.evidence import Evidence
from agent.finding import Finding
from agent.gate_case import GateCase
from agent.phrasing import next_questions
from agent.plan import Plan
from agent.progress import step
from agent.reply import DisclosureBlock, Reply, Rich, TextBlock, Verdict
from agent.state import TurnState
from agent.told import GATE_LABELS
from agent.toolbox.risk import no_credit
from agent.understanding.feeling import LOW, Feeling
from tools.compliance.candidate import Candidate, Violation
from tools.compliance.pack import load_pack
from tools.compliance.rules import check
from tools.compliance.wording import brings_up_borrowing
from tools.errors import NotFoundError, PersonaForgeError
from tools.fact import Fact
from tools.ledger.features import features_of
from tools.product import Jurisdiction
from tools.stress.score import stress_status

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

_ROUNDS = 5


async def compliance_checker(state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
    """The gate as a graph node: sections in, a checked reply out."""
    context = runtime.context
    with step("compliance_checker") as say:
        # Findings mean look-ups and figures to check, which must not hold up the loop; a few words are checked in place.
        case, reply, facts = await asyncio.to_thread(_judged, state, context) if state.get("findings") else _judged(state, context)
        verdict = reply.verdict
        say(label=GATE_LABELS[verdict.outcome], **verdict.model_dump(mode="json"))
    return {"reply": reply, "gate_facts": facts, "case": case}


def _judged(state: TurnState, context: RunContext) -> tuple[GateCase | None, Reply, dict[str, Fact]]:
    try:
        case = case_of(state, context)
        return (case, *gate(case, context.catalogue))
    except Exception:  # the one place where any failure has the same answer: the safe reply
        return None, safe_reply(context.principal.jurisdiction, state.get("language", "en"), ("gate_failed",)), {}


def case_of(state: TurnState, context: RunContext) -> GateCase:
    """What the gate is given to judge, from the state and the context."""
    findings: list[Finding] = state.get("findings") or []
    triage, hasty = state.get("triage"), state.get("hasty")
    feeling: Feeling | None = state.get("feeling")
    quiet = hasty in {"medium", "high"} or (feeling is not None and feeling.label in LOW)
    evidence = Evidence.of(findings, context.catalogue, state.get("text", ""))
    return GateCase(
        role=context.principal.role,
        jurisdiction=context.principal.jurisdiction,
        language=state.get("language", "en"),
        on=context.now().date(),
        sections=order(state.get("sections") or [], state.get("plan") or Plan()),
        questions=next_questions(context.principal.role, findings, triage, state.get("language", "en"), state.get("text", ""), quiet=quiet),
        facts=tuple(evidence.facts.values()),
        texts=tuple(evidence.texts.values()),
        quotes=tuple(evidence.quotes.values()),
        proposals=tuple(evidence.proposals.values()),
        said=state.get("text", ""),
        scope=tuple(sorted(visible_subjects(evidence, context.principal, context.view))),
        triage=triage,
        feeling=feeling,
        hasty=hasty,
        first=not state.get("past"),
        no_credit=any(finding.no_credit for finding in findings) or _must_not_borrow(findings, state.get("sections") or [], context),
    )


def _must_not_borrow(findings: Iterable[Finding], sections: Iterable[Section], context: RunContext) -> bool:
    """Whether a reply that brings up borrowing is for somebody in difficulty, also when no tool of the plan looked at that (R08)."""
    templates = [
        text
        for section in sections
        for part in section.parts
        if isinstance(part, DraftText)
        for text in (*part.sentences, part.heading or "")
    ]
    if not any(brings_up_borrowing(template) for template in templates):
        return False
    clients = {finding.client.customer_id for finding in findings if finding.client}
    histories = (
        [context.view.own_history()]
        if context.principal.role == "customer"
        else [context.view.client_history(key) for key in sorted(clients)]
    )
    return any(no_credit(history, stress_status(history, features_of(history))) for history in histories)


def gate(case: GateCase, catalogue: "Catalogue") -> tuple[Reply, dict[str, Fact]]:
    """Render, check, repair by code and check again until nothing is broken; replace when that does not end.

    Pure: the same case and catalogue give the same reply to the byte, so that a verifier can run it again.
    """
    pack = load_pack(case.jurisdiction)
    evidence = case.evidence(catalogue)
    questions = case.questions
    repairs = Repairs(attached=["ai"] if case.first else [])
    for _ in range(_ROUNDS):
        composed = Composer(evidence, pack, case.role, case.language, repairs).compose(case.sections, questions)
        candidate = candidate_of(composed, evidence, case)
        violations = check(candidate, pack)
        if not violations:
            if not _says_something(composed, case.sections):
                break
            return _finished(composed, candidate, repairs, case), composed.facts
        if any(violation.action == "replace" for violation in violations):
            rules = tuple(dict.fromkeys(violation.rule for violation in violations))
            return safe_reply(case.jurisdiction, case.language, rules), {}
        _repair(repairs, violations, composed)
        questions = () if any(violation.block == "next" for violation in violations) else questions
    return safe_reply(case.jurisdiction, case.language, tuple(dict.fromkeys(repairs.rules))), {}


def order(sections: Iterable[Section], plan: Plan) -> tuple[Section, ...]:
    """Intake first (help comes before anything else), then by wave, then as the plan has it: what was asked first is answered first."""
    rank = {task.specialist: number for number, task in reversed(list(enumerate(plan.tasks)))}
    return without_repeats(
        sorted(sections, key=lambda section: (section.author != "intake", section.wave, rank.get(section.author, len(rank))))
    )


def without_repeats(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections without paragraphs that were there before, as when three look-ups say that there is no such client."""
    seen: set[tuple[str | None, tuple[str, ...]]] = set()

    def is_new(part: DraftPart) -> bool:
        if not isinstance(part, DraftText):
            return True
        key = (part.heading, part.sentences)
        known = key in seen
        seen.add(key)
        return not known

    return tuple(section.model_copy(update={"parts": tuple(part for part in section.parts if is_new(part))}) for section in sections)


def visible_subjects(evidence: Evidence, principal: Principal, view: View) -> frozenset[str]:
    """Of all customers that the evidence speaks of, those whom this principal may see. Asked of the view again, not of the tools."""
    subjects = {fact.subject for fact in evidence.facts.values()} | {text.subject for text in evidence.texts.values()}
    return frozenset(subject for subject in subjects if subject is not None and _may_see(subject, principal, view))


def _may_see(subject: str, principal: Principal, view: View) -> bool:
    if principal.role == "customer":
        return subject == principal.customer_id
    try:
        return view.snapshot(subject).customer_id == subject
    except (NotFoundError, PersonaForgeError):
        return False


def safe_reply(jurisdiction: Jurisdiction, language: str, rules: tuple[str, ...]) -> Reply:
    """What is said when a reply cannot be let through. Fixed words, no figures, nothing of the draft."""
    pack = load_pack(jurisdiction)
    block = TextBlock(id="safe", section="compliance_checker", sentences=(Rich(text=pack.replies["replaced"]),))
    notice = DisclosureBlock(id="notice.ai", rule="ai", text=Rich(text=pack.disclosure("ai").en))
    return Reply(language=language, blocks=(block, notice), verdict=Verdict(outcome="replace", rules=rules, notices=1))


def _repair(repairs: Repairs, violations: tuple[Violation, ...], composed: Composed) -> None:
    removable = {text.block for text in composed.texts if text.kind in {"sentence", "heading", "product"}}
    for violation in violations:
        repairs.rules.append(violation.rule)
        match violation.action:
            case "attach":
                repairs.attached.append(violation.detail)
            case "remove" if violation.block in removable and violation.index != -2:
                repairs.removed.add((violation.block, violation.index))
            case _:
                repairs.dropped.add(violation.block)


def _says_something(composed: Composed, sections: tuple[Section, ...]) -> bool:
    """Whether an answer is left: a text that was meant to lead has not been taken out altogether."""
    answers = [section for section in sections if section.author not in BESIDE]
    had_text = any(isinstance(part, DraftText) for section in answers for part in section.parts)
    has_text = any(block.type == "escalation" or (block.type == "text" and block.section not in BESIDE) for block in composed.blocks)
    return has_text if had_text else bool(composed.blocks)


def _finished(composed: Composed, candidate: Candidate, repairs: Repairs, case: GateCase) -> Reply:
    removed = len(repairs.removed) + len(repairs.dropped)
    escalated = any(block.type == "escalation" for block in composed.blocks)
    outcome = "escalate" if escalated else ("repair" if removed else "pass")
    acted = [rule for rule in repairs.rules if removed or rule in {"R02", "R04", "R13"}] + (["R17"] if escalated else [])
    figures = sum(span.kind == "fact" for text in candidate.texts for span in text.spans)
    verdict = Verdict(outcome=outcome, rules=tuple(dict.fromkeys(acted)), figures=figures, removed=removed, notices=len(composed.notices))
    return Reply(language=case.language, blocks=tuple(composed.blocks), verdict=verdict)
