"""What the gate looks at: a rendered reply, taken apart into texts, products and notices, with all that may back it."""

from datetime import date
from typing import Literal

from tools.fact import Fact
from tools.product import Audience, Jurisdiction, Product
from tools.value import Value

SpanKind = Literal["fact", "untrusted", "quote", "said", "citation", "product", "client"]


class CheckedSpan(Value):
    """A stretch that code put into a text and that claims to stand for something."""

    start: int
    end: int
    kind: SpanKind
    id: str


class CheckedText(Value):
    """One rendered text of the reply: `block` and `index` say where, so that a rule can have it left out."""

    block: str
    index: int
    kind: Literal["sentence", "heading", "cell", "product", "notice", "question", "chart", "name"]
    text: str
    spans: tuple[CheckedSpan, ...] = ()


class ShownProduct(Value):
    """A product that stands in the reply as an entry. `suitable` is what the suitability check said, None where none was made."""

    block: str
    product: Product
    mode: Literal["recommend", "information"]
    suitable: bool | None = None


class UntrustedRef(Value):
    """A string of the outside world that may be shown, and whose it is."""

    text: str
    subject: str | None = None


class QuoteRef(Value):
    """A published passage (or a fixed text of the rule pack) that may be quoted, and for whom and when it holds."""

    text: str
    audience: tuple[Audience, ...]
    valid_from: date
    valid_to: date | None = None
    passage: str = ""


class Notice(Value):
    """A notice that stands in the reply."""

    rule: str
    block: str
    text: str


class Candidate(Value):
    """A reply before it is let through.

    Attributes:
        scope: customers whose data this principal may see; a fact or text about anybody else is a breach.
        no_credit: whether circumstances (stress, hardship, flags) forbid to bring up borrowing.
        first_of_session: whether this is the first reply of the thread.
    """

    role: Literal["customer", "rm", "staff", "admin"]
    language: str
    on: date
    jurisdiction: Jurisdiction
    scope: frozenset[str]
    texts: tuple[CheckedText, ...]
    products: tuple[ShownProduct, ...] = ()
    notices: tuple[Notice, ...] = ()
    facts: dict[str, Fact] = {}
    untrusted: dict[str, UntrustedRef] = {}
    quotes: dict[str, QuoteRef] = {}
    catalogue: dict[str, Product] = {}
    said: str = ""
    citations: dict[int, str] = {}
    no_credit: bool = False
    first_of_session: bool = False

    @property
    def audience(self) -> Audience:
        """For whom documents must be meant."""
        return "staff" if self.role == "admin" else self.role


class Violation(Value):
    """One broken rule, and what code does about it.

    `remove` takes the text at (block, index) out, `drop` the whole block, `attach` adds the notice named in `detail`, `replace` gives
    the safe reply instead.
    """

    rule: str
    action: Literal["remove", "drop", "attach", "replace"]
    block: str = ""
    index: int = 0
    detail: str = ""
