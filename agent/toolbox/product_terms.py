"""The terms of a product as a reply shows them: at most four, each a figure of its document."""

from agent.draft import DraftTerm
from agent.finding import FindingBuilder
from tools.product import Fee, Product

_MOST = 4


def terms_of(product: Product, role: str, made: FindingBuilder, rate_bps: int | None = None) -> tuple[DraftTerm, ...]:
    """Rate, access or term, smallest sum, risk class and fees, most telling first."""
    terms: list[DraftTerm] = []
    if product.rates:
        terms.append(DraftTerm(label="Rate", value=rate_term(product, rate_bps, f"{role}_rate", made)))
    terms += _class_terms(product, role, made)
    for number, fee in enumerate([fee for fee in product.fees if fee.amount_minor or fee.rate_bps][:2]):
        terms.append(DraftTerm(label=fee.name, value=_fee(product, fee, f"{role}_fee_{number}", made)))
    return tuple(terms[:_MOST])


def rate_term(product: Product, rate_bps: int | None, role: str, made: FindingBuilder) -> str:
    """The yearly rate, fixed or variable; the product's first one where none is given."""
    if not product.rates:
        return "none"
    # An offer of credit shows the rate of its representative example, so that rate and APR belong to the same sum.
    wanted = rate_bps if rate_bps is not None else (product.example.rate_bps if product.example else None)
    rate = next((rate for rate in product.rates if rate.rate_bps == wanted), product.rates[0])
    shown = made.fact(
        role, f"yearly rate, {rate.kind}", rate.rate_bps / 100, "percent", digits=2, source=_source(product), subject=None, as_of=product.valid_from
    )  # fmt: skip
    return f"{shown} {rate.kind}"


def _class_terms(product: Product, role: str, made: FindingBuilder) -> list[DraftTerm]:
    known = {"source": _source(product), "subject": None, "as_of": product.valid_from}
    terms: list[DraftTerm] = []
    if product.product_class == "deposit":
        access = "at maturity" if product.access_days is None else ""
        if not access:
            access = (
                "at once" if product.access_days == 0 else made.fact(f"{role}_access", "access", product.access_days or 0, "days", **known)
            )
        terms.append(DraftTerm(label="Access", value=access))
    if product.product_class == "investment":
        terms.append(
            DraftTerm(label="Risk class", value=made.fact(f"{role}_risk", "risk class, of seven", product.risk_class, "count", **known))
        )
    if product.example:
        apr = made.fact(f"{role}_apr", "representative APR", product.example.apr_bps / 100, "percent", digits=1, **known)
        terms.append(DraftTerm(label="Representative APR", value=apr))
    lowest = product.eligibility.min_deposit_minor
    if lowest:
        shown = made.money(f"{role}_least", "smallest sum", lowest, currency=product.currency, **known)
        terms.append(DraftTerm(label="From", value=shown))
    return terms


def _fee(product: Product, fee: Fee, role: str, made: FindingBuilder) -> str:
    known = {"source": _source(product), "subject": None, "as_of": product.valid_from}
    period = {"once": "", "month": " a month", "year": " a year", "use": " each time"}[fee.period]
    if fee.amount_minor:
        return made.money(role, fee.name, fee.amount_minor, currency=product.currency, **known) + period
    return made.fact(role, fee.name, fee.rate_bps / 100, "percent", **known) + period


def _source(product: Product) -> str:
    return f"catalogue:{product.id}@{product.version}"
