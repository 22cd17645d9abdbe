"""The web's types are those of the server's models."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from server.types_file import typescript

COMMITTED = Path(__file__).parents[2] / "web" / "src" / "protocol.d.ts"


def test_the_committed_file_is_current():
    assert COMMITTED.read_text(encoding="utf-8") == typescript(), "run `personaforge protocol --out web/src/protocol.d.ts`"


def test_everything_is_declared_once_and_nothing_is_missing():
    text = typescript()
    declared = re.findall(r"^export (?:interface|type) (\w+)", text, re.MULTILINE)
    assert len(declared) == len(set(declared))
    code = re.sub(r'/\*\*.*?\*/|"[^"]*"', "", text, flags=re.DOTALL)
    used = set(re.findall(r"\b[A-Z]\w+\b", code)) - {"Record"}
    assert used <= set(declared)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("EventsFrame", "events: AgentEvent[]"),
        ("ErrorFrame", "runId?: string"),
        ("GapFrame", "from: number"),
        ("RunInput", "forwardedProps: Record<string, unknown>"),
        ("TextBlock", "heading: string | null"),
        ("Series", "y: (number | null)[]"),
        ("Fact", "value: number | string"),
        ("RunFinished", "result?: RunResult"),
        ("TextMetadata", "heading?: string"),
        ("Me", "prompts: string[]"),
        ("StoredTurn", "events: AgentEvent[]"),
        ("Client", "segment: \"retail\" | \"hni\" | \"msme\""),
    ],
)  # fmt: skip
def test_fields_are_written_as_they_travel(name, line):
    interface = re.search(rf"export interface {name} {{(.*?)\n}}", typescript(), re.DOTALL)
    assert interface
    assert f"  {line};" in interface[1]


def test_a_type_without_a_counterpart_is_refused():
    from server.types_file import _Writer

    class Odd(BaseModel):
        value: complex

        model_config = {"arbitrary_types_allowed": True}

    writer = _Writer()
    writer.type_of(Odd)
    with pytest.raises(TypeError, match="no TypeScript"):
        writer.interfaces()
