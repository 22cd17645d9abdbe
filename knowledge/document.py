"""One published document: Markdown with front matter, cut into sections."""

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from tools.errors import CatalogueError
from tools.product import Audience, Jurisdiction
from tools.value import Value

DocumentKind = Literal["product", "policy"]

FENCE = "---"
HEADING = re.compile(r"^## +(.+?)\s*#*$", re.MULTILINE)
TITLE = re.compile(r"\A\s*# [^\n]*\n?")
#: Id of the text that stands before the first heading.
OPENING = "overview"


class Section(Value):
    """A part of a document under one heading. `id` is the heading as a slug, unique in the document."""

    id: str
    heading: str
    text: str


class Document(Value):
    """What people may read, when and where. The terms that tools compute with are in the `Product` or `Policy` of the same id."""

    id: str
    kind: DocumentKind
    name: str
    summary: str
    version: str
    audience: tuple[Audience, ...]
    jurisdiction: Jurisdiction
    valid_from: date
    valid_to: date | None
    sections: tuple[Section, ...]

    def shown_to(self, audience: Audience, on: date) -> bool:
        """Whether this audience may read it on that day; the last day of validity still counts."""
        return audience in self.audience and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def read_source(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body of a file. Raises CatalogueError when it cannot be read, has no front matter or its YAML is broken."""
    label = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{label} cannot be read ({error}). Save it as UTF-8 text.") from error
    parts = re.split(rf"^{FENCE}[ \t]*$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise CatalogueError(f"{label} has no front matter. Open it with a line `{FENCE}`, the fields, and a second line `{FENCE}`.")
    try:
        fields: Any = yaml.safe_load(parts[1])
    except (yaml.YAMLError, ValueError) as error:
        raise CatalogueError(f"{label}: the front matter is no valid YAML ({_one_line(error)}). Correct that line.") from error
    if not isinstance(fields, dict):
        raise CatalogueError(f"{label}: the front matter holds no fields. Write one `field: value` on each line.")
    return cast(dict[str, Any], fields), parts[2]


def sections_of(body: str, label: str, name: str) -> tuple[Section, ...]:
    """Cut Markdown at its second-level headings. Raises CatalogueError for no section, an empty one or the same heading twice."""
    pieces = HEADING.split(TITLE.sub("", body))
    opening = pieces[0].strip()
    found = [Section(id=OPENING, heading=name, text=opening)] if opening else []
    for heading, text in zip(pieces[1::2], pieces[2::2], strict=True):
        found.append(Section(id=slug(heading), heading=heading, text=text.strip()))
    if not found:
        raise CatalogueError(f"{label}: `sections` is empty. Write the text under headings like `## What it is`.")
    seen: set[str] = set()
    for section in found:
        if not section.text:
            raise CatalogueError(f"{label}: section `{section.heading}` is empty. Write its text or remove the heading.")
        if not section.id or section.id in seen:
            raise CatalogueError(f"{label}: section `{section.heading}` has no id of its own. Give it a heading that no other section has.")
        seen.add(section.id)
    return tuple(found)


def slug(heading: str) -> str:
    """A heading as the stable part of a passage's id: lower case, words joined by hyphens."""
    return "-".join(re.findall(r"\w+", heading.lower().replace("'", "").replace("’", "")))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
