"""What the gate judges: the sections and all that may back them. Kept with the turn, so that the verdict can be recomputed."""

from datetime import date
from typing import TYPE_CHECKING

from agent.context import Role
from agent.draft import Section
from agent.evidence import Evidence
from agent.record import ProposedChange, Quote, UntrustedText
from agent.understanding.feeling import Feeling
from tools.advice.hasty_move import Risk
from tools.fact import Fact
from tools.product import Jurisdiction
from tools.value import Value

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue


class GateCase(Value):
    """One reply before it is judged.

    Attributes:
        proposals: what the reply may ask the person to approve.
        scope: of the customers that the evidence speaks of, those whom this principal may see.
        questions: what can be asked next.
        triage: kind of difficulty that was found at intake.
        feeling: how a customer's message felt, for the audit and for what is suggested next.
        hasty: risk of a hasty move of money that was announced, None where none was.
        first: whether this is the first reply of the thread.
        no_credit: whether borrowing must not be brought up with this person now.
    """

    role: Role
    jurisdiction: Jurisdiction
    language: str
    on: date
    sections: tuple[Section, ...]
    questions: tuple[str, ...]
    facts: tuple[Fact, ...]
    texts: tuple[UntrustedText, ...]
    quotes: tuple[Quote, ...]
    proposals: tuple[ProposedChange, ...] = ()
    said: str
    scope: tuple[str, ...]
    triage: str | None = None
    feeling: Feeling | None = None
    hasty: Risk | None = None
    first: bool = False
    no_credit: bool = False

    def evidence(self, catalogue: "Catalogue") -> Evidence:
        """The evidence of this case over a catalogue."""
        return Evidence(
            facts={fact.id: fact for fact in self.facts},
            texts={text.id: text for text in self.texts},
            quotes={quote.id: quote for quote in self.quotes},
            products=catalogue.products,
            documents={**catalogue.policies, **catalogue.products},
            proposals={proposal.id: proposal for proposal in self.proposals},
            said=self.said,
        )
