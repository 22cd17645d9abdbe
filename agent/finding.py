"""What one tool call brought: facts by role, closed labels, and the parts that code composes from them."""

from datetime import date
from typing import Any

from agent.context import ClientName
from agent.draft import DraftPart
from agent.record import MadeSuggestion, ProposedChange, Quote, TakenNote, UntrustedText
from tools.fact import Fact
from tools.value import Value


class Finding(Value):
    """The result of one tool call, ready to be spoken of by reference.

    Attributes:
        outcome: a closed label: `ok`, `empty`, `too_short`, `not_found`, `ambiguous`, `failed`, or one of the tool's own.
        roles: role in the tool's phrases -> fact id (`balance` -> `f.balance_forecast.1.balance`).
        texts: role -> id of an untrusted text.
        labels: closed words and yes/no answers that phrases branch on; never free text.
        proposals: what the person may approve; the parts hold a `DraftProposal` for each.
        suggestions: what a policy suggested, for the log.
        client: whose figures these are, for an RM.
        no_credit: this person must not be offered borrowing now.
    """

    call: str
    tool: str
    outcome: str
    facts: tuple[Fact, ...] = ()
    roles: dict[str, str] = {}
    texts: tuple[UntrustedText, ...] = ()
    text_roles: dict[str, str] = {}
    quotes: tuple[Quote, ...] = ()
    labels: dict[str, Any] = {}
    parts: tuple[DraftPart, ...] = ()
    notes: tuple[TakenNote, ...] = ()
    proposals: tuple[ProposedChange, ...] = ()
    suggestions: tuple[MadeSuggestion, ...] = ()
    client: ClientName | None = None
    no_credit: bool = False


class FindingBuilder:
    """Collects the facts of one call. Ids are `<call>.<role>`, unique within the turn."""

    def __init__(self, call: str, tool: str, as_of: date, subject: str | None, currency: str | None) -> None:
        self.call, self.tool, self.as_of, self.subject, self.currency = call, tool, as_of, subject, currency
        self.facts: dict[str, Fact] = {}
        self.texts: dict[str, UntrustedText] = {}
        self.quotes: list[Quote] = []
        self.parts: list[DraftPart] = []
        self.labels: dict[str, Any] = {}
        self.proposals: list[ProposedChange] = []
        self.suggestions: list[MadeSuggestion] = []

    def fact(self, role: str, label: str, value: int | float | str, unit: Any, **more: Any) -> str:
        """Add a fact and return its slot. `more`: period, digits, formula, inputs (roles), currency, as_of, source, subject."""
        identity = self.identity(role)
        inputs = tuple(self.identity(name) for name in more.pop("inputs", ()))
        currency = more.pop("currency", self.currency)
        self.facts[role] = Fact(
            id=identity,
            label=label,
            value=value,
            unit=unit,
            as_of=more.pop("as_of", self.as_of),
            source=more.pop("source", self.tool),
            subject=more.pop("subject", self.subject),
            currency=currency if unit == "money" else None,
            inputs=inputs,
            **more,
        )
        return slot("f", identity)

    def money(self, role: str, label: str, amount_minor: int, **more: Any) -> str:
        """Add a sum of money in minor units."""
        return self.fact(role, label, amount_minor, "money", **more)

    def identity(self, role: str) -> str:
        """The id of the fact of a role."""
        return f"{self.call}.{role}"

    def slot(self, role: str) -> str:
        """The slot of the fact of a role."""
        return slot("f", self.identity(role))

    def slot_of_text(self, role: str) -> str:
        """The slot of the text of a role."""
        return slot("t", self.identity(role))

    def text(self, role: str, text: str, source: str, subject: str | None = None) -> str:
        """Add a string of the outside world and return its slot."""
        identity = self.identity(role)
        self.texts[role] = UntrustedText(id=identity, text=text, source=source, subject=subject or self.subject)
        return slot("t", identity)

    def build(
        self, outcome: str, *, client: ClientName | None = None, no_credit: bool = False, notes: tuple[TakenNote, ...] = ()
    ) -> Finding:
        """The finding with all that was collected."""
        return Finding(
            call=self.call,
            tool=self.tool,
            outcome=outcome,
            facts=tuple(self.facts.values()),
            roles={role: fact.id for role, fact in self.facts.items()},
            texts=tuple(self.texts.values()),
            text_roles={role: text.id for role, text in self.texts.items()},
            quotes=tuple(self.quotes),
            labels=dict(self.labels),
            parts=tuple(self.parts),
            notes=notes,
            proposals=tuple(self.proposals),
            suggestions=tuple(self.suggestions),
            client=client,
            no_credit=no_credit,
        )


def slot(kind: str, identity: str) -> str:
    """`{{f:balance_forecast.1.balance}}`."""
    return "{{" + kind + ":" + identity + "}}"


def sentence_case(words: str) -> str:
    """The words with a capital at the beginning, as a row or a column is headed."""
    return words[:1].upper() + words[1:]
