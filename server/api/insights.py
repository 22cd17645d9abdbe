"""What is worth knowing: shown unasked to customers on opening a chat and to relationship managers in their book; chosen and dismissed."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from agent.context import Principal
from server.api.bank import ChatBank, bank_of
from server.auth.principal import principal_of, require_role
from server.insights import BookInsights, Choices, Insights, InsightTeller
from server.store.insights import InsightSettings, home_settings
from tools.errors import UsageError
from tools.twin.insight.insight import KINDS, InsightKind
from tools.value import Value

_Manager = Annotated[Principal, Depends(require_role("rm"))]
_Customer = Annotated[Principal, Depends(require_role("customer"))]
_Who = Annotated[Principal, Depends(principal_of)]
_Bank = Annotated[ChatBank, Depends(bank_of)]
_Text = Annotated[str, Path(max_length=100)]
_Show = Annotated[Literal["now"] | None, Query()]


class ChosenSettings(Value):
    """What somebody chooses to be told, and when not; see `server.store.insights.InsightSettings`. Without a zone the one in force stays."""

    off: tuple[InsightKind, ...] = ()
    quiet_from: int | None = Field(default=None, ge=0, le=23)
    quiet_to: int | None = Field(default=None, ge=0, le=23)
    zone: str | None = Field(default=None, max_length=60)


class ShownSettings(InsightSettings):
    """The settings in force, and every kind there is, the most important first."""

    kinds: tuple[InsightKind, ...] = KINDS


def insights_router() -> APIRouter:
    """The endpoints under /insights and those about clients and the book. They need `app.state.auth` and `bank`."""
    router = APIRouter(tags=["insights"])

    @router.get("/insights")
    def own(who: _Customer, bank: _Bank, show: _Show = None) -> Insights:
        """What is worth knowing about your money, at most three things. In your quiet hours nothing, unless `show=now`."""
        return _teller(who, bank, show).own()

    @router.get("/customers/{ref}/insights")
    def of_client(ref: _Text, who: _Manager, bank: _Bank, show: _Show = None) -> Insights:
        """What is worth knowing about one client of your book."""
        return _teller(who, bank, show).of_client(ref)

    @router.get("/book/insights")
    def of_book(who: _Manager, bank: _Bank, show: _Show = None) -> BookInsights:
        """Clients of your book with something worth knowing, among those most at risk."""
        return _teller(who, bank, show).of_book()

    _add_choices(router)
    return router


def _teller(who: Principal, bank: ChatBank, show: str | None) -> InsightTeller:
    choices = Choices(
        settings=bank.insights.settings(who.subject, home_settings(who.jurisdiction)),
        dismissed=bank.insights.dismissed(who.subject),
        in_quiet_hours=show == "now",
    )
    return InsightTeller(bank.view(who), bank.catalogue, bank.now(), choices)


def _add_choices(router: APIRouter) -> None:
    @router.post("/insights/{key}/dismiss", status_code=204)
    def dismiss(key: _Text, who: _Who, bank: _Bank) -> None:
        """Do not show this to you again. Others who may see it still do."""
        bank.insights.dismiss(who.subject, key)

    @router.delete("/insights/{key}/dismiss", status_code=204)
    def undo(key: _Text, who: _Who, bank: _Bank) -> None:
        """Show it to you again, as long as it holds."""
        bank.insights.undo(who.subject, key)

    @router.get("/insights/settings")
    def settings(who: _Who, bank: _Bank) -> ShownSettings:
        """What you have chosen to be told, and when not."""
        return ShownSettings(**vars(bank.insights.settings(who.subject, home_settings(who.jurisdiction))))

    @router.put("/insights/settings")
    def choose(chosen: ChosenSettings, who: _Who, bank: _Bank) -> ShownSettings:
        """Choose what you are told, and when not."""
        before = bank.insights.settings(who.subject, home_settings(who.jurisdiction))
        kept = _valid(chosen, before.zone)
        bank.insights.set_settings(who.subject, kept)
        return ShownSettings(**vars(kept))


def _valid(chosen: ChosenSettings, zone: str) -> InsightSettings:
    try:
        return InsightSettings(off=chosen.off, quiet_from=chosen.quiet_from, quiet_to=chosen.quiet_to, zone=chosen.zone or zone)
    except ValueError:
        raise UsageError(
            "Quiet hours need a first and a last hour that differ, and a time zone such as Europe/London. Correct them.", code="bad_request"
        ) from None
