"""The customer's own twin as a page, and what-ifs tried on it. Nothing here is saved or applied."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from agent.context import Principal, View
from agent.reply import Block
from agent.shown_twin import TwinWords
from server.api.bank import ChatBank, bank_of
from server.auth.principal import require_role
from tools.errors import TooShortError, UsageError
from tools.twin.scenario.scenario import Change
from tools.value import Value

if TYPE_CHECKING:
    from agent.finding import Finding
    from tools.ledger.features import Features
    from tools.ledger.history import History
    from tools.twin.forecast.track_record import JudgedMonth
    from tools.twin.twin import Twin

_Customer = Annotated[Principal, Depends(require_role("customer"))]
_Bank = Annotated[ChatBank, Depends(bank_of)]


class TwinVersionLine(Value):
    """One stored version: the business date it holds for, and why it was made."""

    version: int
    as_of: date
    cause: str


class TrackedMonth(Value):
    """A past month, and whether the balance ended within the band that was forecast for it."""

    month: str
    inside: bool


class TwinPage(TwinWords):
    """Everything of the page "My twin"."""

    as_of: date
    currency: str
    version: int
    months_of_history: int
    versions: tuple[TwinVersionLine, ...]
    track_record: tuple[TrackedMonth, ...]


class AskedChanges(Value):
    """What would be different, as `what_if` takes it."""

    changes: tuple[Change, ...] = Field(max_length=6)
    horizon_months: int = Field(default=12, ge=1, le=120)


class CheckedAnswer(Value):
    """Blocks that passed the gate, and the facts in them."""

    blocks: tuple[Block, ...]
    facts: dict[str, Any]


def twin_router() -> APIRouter:
    """The endpoints under /me/twin. They need `app.state.auth` and `bank`."""
    router = APIRouter(tags=["twin"])

    @router.get("/me/twin")
    def twin(who: _Customer, bank: _Bank) -> TwinPage:
        """Your twin: a normal month, what has changed, how well the forecasts did, and its versions.

        `basis` is `stated` while there are too few bookings and an income was stated: then it is what is usual for people in a similar
        situation. Without either the answer is `too_short`.
        """
        return _page(who, bank)

    @router.post("/me/twin/what-if")
    def try_changes(asked: AskedChanges, who: _Customer, bank: _Bank) -> CheckedAnswer:
        """What these changes would do to your balance. Nothing is saved."""
        return _answer(asked, who, bank)

    return router


def _page(who: Principal, bank: ChatBank) -> TwinPage:
    # What computes figures is loaded after the port is bound.
    from tools.ledger.features import features_of

    view = bank.view(who)
    history = view.own_history()
    features = features_of(history)
    twin, record, words = _told(view, history, features, bank)
    versions = bank.twins.versions(history.customer.id)
    return TwinPage(
        as_of=history.as_of,
        currency=twin.currency,
        version=versions[0].twin.version if versions else twin.version,
        months_of_history=twin.months_of_history,
        versions=tuple(TwinVersionLine(version=one.twin.version, as_of=one.twin.as_of, cause=one.cause) for one in versions),
        track_record=tuple(TrackedMonth(month=each.ends_on.isoformat()[:7], inside=each.inside) for each in record),
        **vars(words),
    )


def _told(view: View, history: "History", features: "Features", bank: ChatBank) -> "tuple[Twin, tuple[JudgedMonth, ...], TwinWords]":
    """The twin of the bookings, how its forecasts did, and its words; where they are too few, the twin of what was stated.

    Raises:
        TooShortError: there are too few bookings, and no income was stated.
    """
    from agent.twin_page import stated_words, twin_words
    from tools.twin.fit.fit import fit_twin
    from tools.twin.fit.persona_twin import stated_twin
    from tools.twin.forecast.track_record import track_record

    profile, on = history.profile, bank.now().date()
    try:
        twin = fit_twin(history, features)
    except TooShortError:
        if not profile.monthly_income_minor or profile.monthly_income_minor <= 0:
            raise
        twin = stated_twin(history.customer, profile, as_of=history.as_of, currency=features.currency)
        return twin, (), stated_words(twin, features, profile.consent_personalization, view, bank.catalogue, on)
    record = track_record(history)
    return twin, record, twin_words(twin, history, features, record, view, bank.catalogue, on)


def _answer(asked: AskedChanges, who: Principal, bank: ChatBank) -> CheckedAnswer:
    from agent.checked import checked
    from agent.plan import PlannedCall
    from agent.told import facts_of
    from agent.toolbox.execute import execute

    context = bank.context_for(who, "", "", "")
    call = PlannedCall(id="what_if.1", name="what_if", arguments=asked.model_dump(mode="json", exclude_none=True))
    finding, _ = execute(call, context)
    _require_done(finding)
    reply, facts = checked([finding], context.view, bank.catalogue, bank.now().date())
    return CheckedAnswer(blocks=reply.blocks, facts=facts_of(reply.blocks, facts.values()))


def _require_done(finding: "Finding") -> None:
    if finding.outcome == "bad_arguments":
        raise UsageError(
            "These changes cannot be read. Give kinds and amounts as the description of this endpoint says.", code="bad_request"
        )
