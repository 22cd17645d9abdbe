"""Findings put into words outside a conversation, as a page shows them: written by phrases, passed by the same gate as every reply."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from agent.compliance_checker import gate, visible_subjects
from agent.context import View
from agent.draft import Section
from agent.evidence import Evidence
from agent.finding import Finding
from agent.gate_case import GateCase
from agent.reply import Reply
from agent.writer import parts_of
from tools.fact import Fact

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

LANGUAGE = "en"
_AUTHOR = "persona_simulator"


def checked(findings: Sequence[Finding], view: View, catalogue: "Catalogue", on: date) -> tuple[Reply, dict[str, Fact]]:
    """One section for each finding, said to the principal of the view and judged by the gate.

    Args:
        on: today's date of the bank, for what is published.

    Returns:
        the reply (the safe one where the gate lets nothing through), and the facts it may show.
    """
    principal = view.principal
    evidence = Evidence.of(findings, catalogue, "")
    case = GateCase(
        role=principal.role,
        jurisdiction=principal.jurisdiction,
        language=LANGUAGE,
        on=on,
        sections=tuple(Section(author=_AUTHOR, parts=parts_of(finding, principal.role, LANGUAGE)) for finding in findings),
        questions=(),
        facts=tuple(evidence.facts.values()),
        texts=tuple(evidence.texts.values()),
        quotes=tuple(evidence.quotes.values()),
        said="",
        scope=tuple(sorted(visible_subjects(evidence, principal, view))),
        no_credit=any(finding.no_credit for finding in findings),
    )
    return gate(case, catalogue)
