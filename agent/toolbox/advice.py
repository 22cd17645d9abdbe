"""Tools of the product advisor: what suits, what it costs, whether it can be carried, and what the bank's documents say."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from agent.context import Role, RunContext
from agent.draft import DraftProduct, DraftTable
from agent.finding import Finding, FindingBuilder, slot
from agent.phrasing import reason_words
from agent.record import Quote
from agent.reply import Column
from agent.toolbox.product_terms import rate_term, terms_of
from agent.toolbox.risk import no_credit
from agent.toolbox.stated import source_of
from agent.toolbox.tool import Arguments, Tool
from knowledge.retrieve import Hit, Retriever
from tools.advice.affordability import affordability as carry
from tools.advice.compare import compare_products as compare
from tools.advice.reason import Reason
from tools.advice.recommend import Option, Rejected
from tools.advice.recommend import recommend as choose
from tools.errors import TooShortError
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.ledger.money import minor_units
from tools.product import Audience, Product
from tools.stress.score import StressStatus
from tools.twin.fit.fit import fit_twin
from tools.twin.twin import Twin

_BOTH: frozenset[Role] = frozenset({"customer", "rm"})
_EVERYBODY: frozenset[Role] = frozenset({"customer", "rm", "staff", "admin"})
#: Below this likeness of question and passage nothing is quoted; a second passage is quoted only when it is nearly as close.
WEAKEST_HIT = 0.30
#: From this likeness on the passage is said to answer; below it is only the closest one.
SURE_HIT = 0.50
_NEARLY = 0.90
_DEFAULT_TERM_MONTHS = 36

Need = Literal["savings", "emergency_fund", "borrow", "home", "invest", "retire", "protect", "business", "travel", "everyday"]


class RecommendArguments(Arguments):
    """What it is for, as far as the person said."""

    need: Need | None = Field(default=None, description="What the product is for; leave out when it was not said.")
    amount: Decimal | None = Field(default=None, gt=0, description="The sum in the account's currency, if said.")
    term_months: int | None = Field(default=None, ge=1, le=480)


class QuestionArguments(Arguments):
    """A question about products or policies."""

    question: str = Field(min_length=1, max_length=600, description="The person's question in their own words.")
    product: str | None = Field(default=None, max_length=80, description="Product id, if one was named.")


class CompareArguments(Arguments):
    """Which products to put side by side."""

    products: tuple[str, ...] = Field(min_length=2, max_length=4, description="Product ids.")
    amount: Decimal | None = Field(default=None, gt=0)
    term_months: int | None = Field(default=None, ge=1, le=480)


class AffordArguments(Arguments):
    """A loan to hold against the budget."""

    amount: Decimal = Field(gt=0, description="The sum to borrow.")
    term_months: int | None = Field(default=None, ge=1, le=480)
    product: str | None = Field(default=None, max_length=80, description="Product id, if one was named.")


def recommend_product(
    wanted: RecommendArguments, history: History, features: Features, status: StressStatus, context: RunContext, made: FindingBuilder
) -> Finding:
    """What suits this customer, with reasons, and why not the others."""
    on = context.now().date()
    products = context.catalogue.valid_products(on, context.principal.jurisdiction, "customer")
    amount = None if wanted.amount is None else minor_units(wanted.amount, features.currency)
    found = choose(history, features, _twin(history, features), status, products, wanted.need, amount, on, term_months=wanted.term_months)
    made.fact("considered", "products considered", found.considered, "count")
    by_id = {product.id: product for product in products}
    for number, option in enumerate(found.options):
        made.parts.append(_option(option, by_id[option.product_id], number, _cited(by_id[option.product_id], context, made), made))
    made.labels.update(
        need=(found.need or "").replace("_", " "),
        inferred=found.need_inferred,
        one_product=found.considered == 1,
        support_first=found.support_first,
        missing=tuple(found.missing),
        has_rejected=bool(found.rejected),
        why_not=tuple(_why_not(rejected, number, made) for number, rejected in enumerate(found.rejected)),
        several=len(found.options) > 1,
        has_benefit=bool(found.options) and found.options[0].benefit_12m_minor > 0,
        has_amount=False,
    )
    if found.options:
        best = found.options[0]
        made.money("benefit", "gain over twelve months", best.benefit_12m_minor, digits=0)
        made.labels["has_amount"] = best.amount_minor is not None
        if best.amount_minor is not None:
            made.money("amount", "sum it is worked out on", best.amount_minor, digits=0)
    return made.build(found.outcome, no_credit=no_credit(history, status))


def product_question(wanted: QuestionArguments, retriever: Retriever, context: RunContext, made: FindingBuilder) -> Finding:
    """What the bank's documents say, quoted with document, version and section."""
    audience = _audience(context.principal.role)
    on, place = context.now().date(), context.principal.jurisdiction
    hits = retriever.search(wanted.question, audience=audience, jurisdiction=place, on=on, k=6)
    if wanted.product:
        named = [hit for hit in hits if hit.passage.document == wanted.product]
        hits = (*named, *(hit for hit in hits if hit.passage.document != wanted.product))
    close = _close_enough(hits)
    if not close:
        return made.build("empty")
    made.labels["sure"] = max(hit.cosine for hit in close) >= SURE_HIT
    for number, hit in enumerate(close):
        made.quotes.append(_quote(hit, made.identity(f"quote_{number}")))
    product = context.catalogue.products.get(close[0].passage.document)
    if product is not None:
        made.parts.append(
            DraftProduct(product_id=product.id, mode="information", suitable=None, terms=terms_of(product, f"p_{product.id}", made))
        )
    return made.build("ok")


def compare_products(wanted: CompareArguments, context: RunContext, made: FindingBuilder) -> Finding:
    """Products side by side on what can be computed."""
    on = context.now().date()
    valid = {product.id: product for product in context.catalogue.valid_products(on, context.principal.jurisdiction, "customer")}
    chosen = [valid[name] for name in dict.fromkeys(wanted.products) if name in valid]
    if len(chosen) < 2:
        return made.build("empty")
    amount = None if wanted.amount is None else minor_units(wanted.amount, chosen[0].currency)
    found = compare(chosen, on, amount, wanted.term_months)
    rows: list[tuple[str, ...]] = []
    for number, row in enumerate(found.rows):
        product = valid[row.product_id]
        rate = rate_term(product, row.rate_bps, f"rate_{number}", made)
        year = "none"
        if row.year is not None:
            year = made.money(
                f"net_{number}", "first year, earned less fees and interest", row.year.net_minor, currency=product.currency, digits=0
            )
        access = "at maturity" if row.access_days is None else made.fact(f"access_{number}", "access", row.access_days, "days")
        rows.append(("{{p:" + product.id + "}}", rate, access, year))
    made.labels.update(
        has_amount=amount is not None, has_best=found.best_earning is not None, has_cheapest=found.cheapest is not None,
        best=f"{{{{p:{found.best_earning}}}}}" if found.best_earning else "", cheapest=f"{{{{p:{found.cheapest}}}}}" if found.cheapest else "",
    )  # fmt: skip
    if wanted.amount is not None and amount is not None:
        made.money("amount", "amount", amount, source=source_of(wanted.amount, context.said), currency=chosen[0].currency)
    columns = (
        Column(key="product", label="Product"),
        Column(key="rate", label="Rate", align="right"),
        Column(key="access", label="Access", align="right", rank=2),
        Column(key="year", label="First year", align="right", rank=1),
    )
    made.parts.append(DraftTable(title="Side by side", columns=columns, rows=tuple(rows)))
    return made.build("ok")


def affordability(
    wanted: AffordArguments,
    history: History,
    twin: Twin,
    features: Features,
    status: StressStatus,
    context: RunContext,
    made: FindingBuilder,
) -> Finding:
    """Whether a loan could be carried, now and under stress."""
    on = context.now().date()
    lending = [p for p in context.catalogue.valid_products(on, context.principal.jurisdiction, "customer") if p.product_class == "credit"]
    product = _lender(wanted, lending)
    if product is None or no_credit(history, status):
        made.money(
            "amount", "sum asked about", minor_units(wanted.amount, features.currency), source=source_of(wanted.amount, context.said)
        )
        return made.build("help_first" if product else "empty", no_credit=True)
    amount = minor_units(wanted.amount, features.currency)
    term = min(wanted.term_months or _DEFAULT_TERM_MONTHS, product.term_months_max or 480)
    term = max(term, product.term_months_min or 1)
    found = carry(twin, features, product=product, amount_minor=amount, term_months=term)
    made.money("amount", "sum to borrow", amount, source=source_of(wanted.amount, context.said))
    made.fact("term", "term", term, "months", source=source_of(term, context.said) if wanted.term_months == term else made.tool)
    made.money("instalment", "monthly payment", found.instalment_minor, period="month", formula="annuity(amount, yearly rate, months)")
    if found.cost:
        made.money("total", "total payable", found.cost.total_payable_minor)
        made.fact("apr", "APR", found.cost.apr_bps / 100, "percent", digits=1)
    made.money("left", "left over a month", found.base.leftover_minor, period="month", digits=0)
    made.money("left_stressed", "left over a month if pay falls and rates rise", found.stressed.leftover_minor, period="month", digits=0)
    if found.base.share_of_income_percent is not None:
        made.fact("share", "of income", found.base.share_of_income_percent, "percent", digits=0)
    made.fact("limit", "limit of income", found.limit_percent, "percent", digits=0)
    reasons = tuple(_words(reason, f"reason_{number}", made) for number, reason in enumerate(found.reasons[:4]))
    made.labels.update(affordable=found.affordable, reasons=reasons, has_share=found.base.share_of_income_percent is not None)
    rate = found.cost.rate_bps if found.cost else None
    terms = terms_of(product, f"p_{product.id}", made, rate)
    made.parts.append(DraftProduct(product_id=product.id, mode="information", suitable=None, terms=terms))
    return made.build("ok")


def _cited(product: Product, context: RunContext, made: FindingBuilder) -> str:
    """A quote of the product's own document, for the reader to open; the slot of its citation, or nothing when none is found."""
    on, place = context.now().date(), context.principal.jurisdiction
    asked = f"{product.name}: {product.summary}"
    hits = context.retriever.search(asked, audience=_audience(context.principal.role), jurisdiction=place, on=on, k=6, kind="product")
    hit = next((hit for hit in hits if hit.passage.document == product.id), None)
    if hit is None:
        return ""
    made.quotes.append(_quote(hit, made.identity(f"cited_{product.id}")))
    return slot("c", made.quotes[-1].id)


def _quote(hit: Hit, identity: str) -> Quote:
    passage = hit.passage
    return Quote(
        id=identity,
        document=passage.document,
        title=passage.title,
        version=passage.version,
        passage=passage.id,
        heading=passage.heading,
        text=passage.text,
        kind=passage.kind,
    )


def _option(option: Option, product: Product, number: int, cited: str, made: FindingBuilder) -> DraftProduct:
    why = tuple(_words(reason, f"why_{number}_{i}", made) for i, reason in enumerate(option.reasons[:3]))
    why = (*why[:-1], f"{why[-1]} {cited}".strip())
    return DraftProduct(
        product_id=product.id,
        mode="recommend",
        suitable=True,
        terms=terms_of(product, f"p_{product.id}", made, option.rate_bps),
        why=why,
    )


def _why_not(rejected: Rejected, number: int, made: FindingBuilder) -> str:
    product = "{{p:" + rejected.product_id + "}}"
    if not rejected.reasons:
        return f"{product}: more must be known before anything can be said."
    return f"{product}: {_words(rejected.reasons[0], f'not_{number}', made)}"


def _words(reason: Reason, role: str, made: FindingBuilder) -> str:
    """The fixed words of a reason with the person's own figures in their places."""
    slots: dict[str, str] = {}
    for name in ("value", "limit"):
        figure = getattr(reason, name)
        if figure is not None and reason.unit is not None:
            more = {"digits": 0} if reason.unit in {"money", "percent"} else {}
            slots[name] = made.fact(f"{role}_{name}", reason.code.replace("_", " "), figure, reason.unit, **more)
    return reason_words(reason.code).format(**{"value": "none", "limit": "none"} | slots)


def _twin(history: History, features: Features) -> Twin | None:
    try:
        return fit_twin(history, features)
    except TooShortError:
        return None


def _lender(wanted: AffordArguments, lending: list[Product]) -> Product | None:
    named = next((product for product in lending if product.id == wanted.product), None)
    return named or next((product for product in lending if product.kind == "personal_loan"), None)


def _close_enough(hits: tuple[Hit, ...]) -> list[Hit]:
    if not hits or hits[0].cosine < WEAKEST_HIT:
        return []
    return [hits[0], *(hit for hit in hits[1:2] if hit.cosine >= _NEARLY * hits[0].cosine)]


def _audience(role: Role) -> Audience:
    return "staff" if role == "admin" else role


TOOLS: tuple[Tool, ...] = (
    Tool(
        "recommend_product",
        "product_advisor",
        _BOTH,
        "read",
        RecommendArguments,
        "Which product suits the customer, and why.",
        recommend_product,
    ),
    Tool(
        "product_question",
        "product_advisor",
        _EVERYBODY,
        "read",
        QuestionArguments,
        "What the bank's products and policies say.",
        product_question,
    ),
    Tool("compare_products", "product_advisor", _EVERYBODY, "read", CompareArguments, "Products side by side.", compare_products),
    Tool("affordability", "product_advisor", _BOTH, "read", AffordArguments, "Whether a loan could be carried.", affordability),
)
