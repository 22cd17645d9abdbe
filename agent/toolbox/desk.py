"""Tools of nobody in particular: passing to a person, and arithmetic."""

from pydantic import Field

from agent.context import Role, RunContext
from agent.draft import DraftEscalation
from agent.escalation import ticket_finding
from agent.finding import Finding, FindingBuilder
from agent.toolbox.tool import Arguments, NoArguments, Tool
from tools.ledger.calculate import calculate as work_out

_ALL: frozenset[Role] = frozenset({"customer", "rm", "staff", "admin"})


class CalculateArguments(Arguments):
    """Arithmetic over numbers of the person's own words."""

    expression: str = Field(max_length=200, description="Numbers the person stated, with + - * / ( ) or `n% of m`.")


def human_handoff(_: NoArguments, context: RunContext, made: FindingBuilder) -> Finding:
    """Pass the conversation to a person: a ticket with a reference and a time limit."""
    finding, note = ticket_finding("handoff", made.call, context)
    part = DraftEscalation(note=note.id, reference=note.reference, text=finding.labels["escalation"])
    return finding.model_copy(update={"parts": (part,)})


def calculate(wanted: CalculateArguments, context: RunContext, made: FindingBuilder) -> Finding:
    """Arithmetic over stated numbers; the result is a fact with its formula."""
    found = work_out(wanted.expression, context.said)
    for number, value in enumerate(found.numbers):
        made.fact(f"said_{number}", "number", float(value), "score", digits=_decimals(str(value)), source="you said")
    inputs = tuple(f"said_{number}" for number in range(len(found.numbers)))
    made.fact("result", "result", float(found.result), "score", digits=found.decimals, formula=found.expression, inputs=inputs)
    return made.build("ok")


def _decimals(number: str) -> int:
    return len(number.split(".")[1]) if "." in number else 0


TOOLS: tuple[Tool, ...] = (
    Tool(
        "human_handoff",
        "product_advisor",
        frozenset({"customer"}),
        "note",
        NoArguments,
        "Pass the conversation to a person.",
        human_handoff,
    ),
    Tool("calculate", "product_advisor", _ALL, "read", CalculateArguments, "Arithmetic over numbers the person stated.", calculate),
)
