"""Everything of one turn that a reply may refer to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from agent.finding import Finding
from agent.record import ProposedChange, Quote, UntrustedText
from tools.compliance.candidate import QuoteRef, UntrustedRef
from tools.fact import Fact
from tools.product import Audience, Policy, Product

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue


@dataclass(frozen=True)
class Evidence:
    """Facts, texts, quotes, products and proposals by id, and the person's own words. A view of validated values, made often: not one itself."""

    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    texts: Mapping[str, UntrustedText] = field(default_factory=dict[str, UntrustedText])
    quotes: Mapping[str, Quote] = field(default_factory=dict[str, Quote])
    products: Mapping[str, Product] = field(default_factory=dict[str, Product])
    documents: Mapping[str, Product | Policy] = field(default_factory=dict[str, Product | Policy])
    proposals: Mapping[str, ProposedChange] = field(default_factory=dict[str, ProposedChange])
    said: str = ""

    @classmethod
    def of(cls, findings: Iterable[Finding], catalogue: "Catalogue", said: str) -> "Evidence":
        """Collect what the findings of a turn brought."""
        gathered = tuple(findings)
        return cls(
            facts={fact.id: fact for finding in gathered for fact in finding.facts},
            texts={text.id: text for finding in gathered for text in finding.texts},
            quotes={quote.id: quote for finding in gathered for quote in finding.quotes},
            products=catalogue.products,
            documents={**catalogue.policies, **catalogue.products},
            proposals={proposal.id: proposal for finding in gathered for proposal in finding.proposals},
            said=said,
        )

    def quote_refs(self) -> dict[str, QuoteRef]:
        """The quotes as the gate checks them: with the audience and validity of their document."""
        refs: dict[str, QuoteRef] = {}
        for quote in self.quotes.values():
            document = self.documents.get(quote.document)
            if document is not None:
                refs[quote.id] = QuoteRef(
                    text=quote.text,
                    audience=document.audience,
                    valid_from=document.valid_from,
                    valid_to=document.valid_to,
                    passage=quote.passage,
                )
            elif quote.document.startswith("pack:"):
                everyone: tuple[Audience, ...] = ("customer", "rm", "staff")
                refs[quote.id] = QuoteRef(text=quote.text, audience=everyone, valid_from=date.min, passage=quote.passage)
        return refs

    def untrusted_refs(self) -> dict[str, UntrustedRef]:
        """The untrusted texts as the gate checks them."""
        return {key: UntrustedRef(text=text.text, subject=text.subject) for key, text in self.texts.items()}
