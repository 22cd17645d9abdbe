"""Writing a section: a model may phrase it, under the slot rule; the built-in writer does so otherwise and whenever a model fails.

A model that writes sees labels, rendered figures and published quotes of this person's own findings, and returns sentences in which
figures stand only as slots. It never sees untrusted text (it may place it by slot), and tables, charts and product entries are
composed by code. One redraft is allowed; after that the built-in writer speaks.
"""

import asyncio
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from agent.context import RunContext
from agent.draft import DraftPart, DraftText, Section
from agent.evidence import Evidence
from agent.finding import Finding, slot
from agent.phrasing import paragraphs, say
from agent.slots import Citations, SlotError, render
from tools.compliance.grounding import draft_figures
from tools.compliance.rendering import render_fact

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

#: A longer draft is not read: a model that does not stop must not keep the checks busy.
LONGEST_DRAFT = 4_000
PROMPTS = Path(__file__).parent / "prompts"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z{“\"])")


async def write_section(author: str, findings: Sequence[Finding], context: RunContext, *, text: str, language: str, wave: int) -> Section:
    """One specialist's section over its findings."""
    if context.model_is_built_in or all(finding.outcome in {"failed", "not_found", "ambiguous", "bad_arguments"} for finding in findings):
        return _built_in(author, findings, context, language, wave)
    try:
        lead = await _modelled(author, findings, context, text, language)
    except Exception as error:  # any failure of a model has one answer: the built-in writer, and saying so
        return _built_in(author, findings, context, language, wave).model_copy(update={"fell_back": type(error).__name__})
    if lead is None:
        return _built_in(author, findings, context, language, wave).model_copy(update={"fell_back": "ungrounded_draft"})
    parts = tuple(part for finding in findings for part in finding.parts)
    return Section(author=author, wave=wave, parts=_interleave(lead, parts), writer=context.model_name)


def _built_in(author: str, findings: Sequence[Finding], context: RunContext, language: str, wave: int) -> Section:
    parts = tuple(part for finding in findings for part in parts_of(finding, context.principal.role, language))
    return Section(author=author, wave=wave, parts=parts)


def parts_of(finding: Finding, role: str, language: str) -> tuple[DraftPart, ...]:
    """What the built-in writer makes of one finding: its words, and the tables and charts that code composed."""
    return _interleave(say(finding, role, language), finding.parts)


def _interleave(lead: tuple[DraftText, ...], parts: tuple[DraftPart, ...]) -> tuple[DraftPart, ...]:
    """Answer first, then the evidence, then what else there is to say."""
    return (*lead[:1], *parts, *lead[1:])


async def _modelled(
    author: str, findings: Sequence[Finding], context: RunContext, text: str, language: str
) -> tuple[DraftText, ...] | None:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    evidence = Evidence.of(findings, context.catalogue, text)
    messages: list[BaseMessage] = [
        SystemMessage(content=f"{_prompt('writer')}\n\n{_prompt(author)}"),
        HumanMessage(content=json.dumps(_brief(findings, evidence, text, language), ensure_ascii=False)),
    ]
    async with asyncio.timeout(context.model_timeout_seconds):  # one wait for both drafts: somebody is waiting for the answer
        for _ in range(2):
            answer = await context.model.ainvoke(messages)
            words = _words(answer.content)
            draft = as_sentences(words[:LONGEST_DRAFT])
            wrong = "it is too long" if len(words) > LONGEST_DRAFT else faults(draft, evidence, language)
            if draft and not wrong:
                return draft
            messages += [
                AIMessage(content=words[:LONGEST_DRAFT]),
                HumanMessage(content=f"Not usable: {wrong or 'empty'}. Write it again."),
            ]
    return None


def _brief(findings: Sequence[Finding], evidence: Evidence, text: str, language: str) -> dict[str, Any]:
    return {
        "question": text,
        "language": language,
        "findings": [
            {
                "tool": finding.tool,
                "outcome": finding.outcome,
                "labels": finding.labels,
                "facts": [
                    {"slot": slot("f", fact.id), "label": fact.label, "shown_as": render_fact(fact, language)} for fact in finding.facts
                ],
                "texts": [
                    {"slot": slot("t", text.id), "what": role} for role, text in zip(finding.text_roles, finding.texts, strict=False)
                ],
                "quotes": [
                    {"slot": slot("q", quote.id), "citation": slot("c", quote.id), "words": quote.text, "heading": quote.heading}
                    for quote in finding.quotes
                ],
                "products": [slot("p", part.product_id) for part in finding.parts if part.type == "product"],
            }
            for finding in findings
        ],
        "known_products": len(evidence.products),
    }


def as_sentences(text: str) -> tuple[DraftText, ...]:
    """A model's text as paragraphs of sentences, without list marks and emphasis."""
    plain = re.sub(r"(?m)^\s*(?:[-*•]|#{3,6})\s+", "", text.replace("**", "").replace("__", ""))
    lines = [line if line.startswith("## ") else "\n".join(_SENTENCE_END.split(line)) for line in plain.splitlines()]
    return paragraphs("\n".join(lines))


def faults(draft: tuple[DraftText, ...], evidence: Evidence, language: str) -> str:
    """What is wrong with a draft, for its redraft; empty when nothing is."""
    names = tuple(product.name for product in evidence.products.values())
    for part in draft:
        for sentence in (*part.sentences, part.heading or ""):
            figures = draft_figures(sentence, language, names)
            if figures:
                return f"it holds figures outside slots ({', '.join(figures[:3])})"
            try:
                render(sentence, evidence, language, Citations())
            except SlotError as error:
                return error.message
    return ""


def _words(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = cast("list[Any]", content) if isinstance(content, list) else []
    return "".join(str(cast("dict[str, Any]", part).get("text", "")) for part in parts if isinstance(part, dict))


@cache
def _prompt(name: str) -> str:
    return (PROMPTS / f"{name}.md").read_text(encoding="utf-8")


def planner_prompt() -> str:
    """The rules a planning model is given."""
    return _prompt("planner")
