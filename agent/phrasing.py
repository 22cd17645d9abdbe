"""The built-in writer: phrase files turned into sentences with slots. It invents nothing: it only chooses and fills phrases."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from agent.draft import DraftText
from agent.finding import Finding, slot

PHRASES = Path(__file__).parent / "phrases"
_MAX_QUESTIONS = 3


@cache
def _environment(language: str, folder: str) -> Environment:
    # Phrases make plain text with slots; the page escapes it when it shows it, so escaping here would show entities.
    return Environment(
        loader=FileSystemLoader(PHRASES / language / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )


@cache
def _template(name: str, language: str, folder: str) -> Template:
    known = language if (PHRASES / language / folder / f"{name}.j2").exists() else "en"
    return _environment(known, folder).get_template(f"{name}.j2")


def phrase(name: str, language: str, folder: str = "replies", /, **known: Any) -> tuple[DraftText, ...]:
    """The paragraphs of a phrase file: a line a sentence, an empty line between paragraphs, `## ` a heading."""
    return paragraphs(_template(name, language, folder).render(**known))


def letter(name: str, language: str, finding: Finding) -> tuple[str, ...]:
    """The paragraphs of a text to the customer whom a finding is about, with slots."""
    written = phrase(name, language, "messages", **_known(finding, "customer"))
    return tuple(" ".join(paragraph.sentences) for paragraph in written)


def say(finding: Finding, role: str, language: str) -> tuple[DraftText, ...]:
    """What the built-in writer says of one finding."""
    failed = finding.outcome in {"not_found", "ambiguous", "failed", "bad_arguments", "not_yours"}
    return phrase("problem" if failed else finding.tool, language, **_known(finding, role))


def _known(finding: Finding, role: str) -> dict[str, Any]:
    own = role == "customer" or finding.client is None
    name = "" if own else slot("t", finding.text_roles["client"])
    return {
        "f": {key: slot("f", identity) for key, identity in finding.roles.items()},
        "t": {key: slot("t", identity) for key, identity in finding.text_roles.items()},
        "q": [{"text": slot("q", quote.id), "cite": slot("c", quote.id), "heading": quote.heading} for quote in finding.quotes],
        "p": _product_slots(finding),
        "outcome": finding.outcome,
        "role": role,
        "own": own,
        "Who": "You" if own else name,
        "Whose": "Your" if own else f"{name}’s",
        "whose": "your" if own else f"{name}’s",
        "they": "you" if own else "they",
        "They": "You" if own else "They",
        "their": "your" if own else "their",
        "Their": "Your" if own else "Their",
        "them": "you" if own else "them",
        "have": "have" if own else "has",
        "are": "are" if own else "is",
        "s": "" if own else "s",
        **{f"is_{key}" if isinstance(value, bool) else key: value for key, value in finding.labels.items()},
    }


def _product_slots(finding: Finding) -> list[str]:
    return [slot("p", part.product_id) for part in finding.parts if part.type == "product"]


def paragraphs(text: str) -> tuple[DraftText, ...]:
    """Lines to paragraphs: see `phrase`."""
    found: list[DraftText] = []
    heading: str | None = None
    lines: list[str] = []

    def close() -> None:
        nonlocal heading, lines
        if lines:
            found.append(DraftText(heading=heading, sentences=tuple(lines)))
        heading, lines = None, []

    for raw in text.splitlines():
        line = " ".join(raw.split())
        if not line:
            close()
        elif line.startswith("## "):
            close()
            heading = line[3:]
        else:
            lines.append(line)
    close()
    return tuple(found)


@cache
def _questions(language: str) -> dict[str, dict[str, list[str]]]:
    path = PHRASES / language / "questions.toml"
    return tomllib.loads((path if path.exists() else PHRASES / "en" / "questions.toml").read_text(encoding="utf-8"))


def starting_questions(role: str, language: str = "en") -> tuple[str, ...]:
    """Suggested first questions for a role."""
    return tuple(_questions(language)[role]["start"])


def next_questions(
    role: str, findings: Sequence[Finding], triage: str | None, language: str, said: str = "", *, quiet: bool = False
) -> tuple[str, ...]:
    """At most three things that can be asked next, answerable now and not just asked; none when somebody needs help first.

    `quiet`: this is no moment to bring up a product.
    """
    if triage:
        return ()
    table = _questions(language).get(role, {})
    asked = {finding.tool for finding in findings}
    wanted = [question for finding in findings if finding.outcome not in {"failed"} for question in table.get(finding.tool, ())]
    fresh = [
        question
        for question in wanted or (table.get("start", []) if not asked else [])
        if not (quiet and question in table.get("products", ())) and question.rstrip("?").casefold() not in said.casefold()
    ]
    return tuple(dict.fromkeys(fresh))[:_MAX_QUESTIONS]


@cache
def _reasons() -> dict[str, str]:
    return tomllib.loads((PHRASES / "en" / "reasons.toml").read_text(encoding="utf-8"))


def reason_words(code: str) -> str:
    """The fixed sentence of a reason code, with `{value}` and `{limit}` where its figures go."""
    return _reasons()[code]


@cache
def _what_if_words() -> dict[str, dict[str, str]]:
    return tomllib.loads((PHRASES / "en" / "what_if_words.toml").read_text(encoding="utf-8"))


def what_if_words(section: str, key: str) -> str:
    """The fixed words for a kind of change, a parameter, an assumption, a problem or its remedy."""
    return _what_if_words()[section][key]
