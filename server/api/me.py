"""Who is signed in, and what the page starts with."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends

from agent.context import Principal
from server.api.auth import SignedInPrincipal
from server.api.bank import ChatBank, bank_of
from server.auth.principal import principal_of
from tools.value import Value


class ModelName(Value):
    """The model that answers."""

    name: str
    kind: Literal["built-in", "openai-compatible"]


class Me(Value):
    """The signed-in person; `as_of` is the newest business date of what they may see."""

    principal: SignedInPrincipal
    demo: bool
    as_of: date
    model: ModelName
    prompts: tuple[str, ...]


def me_router() -> APIRouter:
    """GET /me. It needs `app.state.auth` and `bank`."""
    router = APIRouter(tags=["sign-in"])

    @router.get("/me")
    def me(who: Annotated[Principal, Depends(principal_of)], bank: Annotated[ChatBank, Depends(bank_of)]) -> Me:
        """Who you are, how fresh the data are, which model answers, and what can be asked first."""
        # Imported late: it brings templates and figures, which are loaded after the port is bound.
        from agent.phrasing import starting_questions

        model = bank.settings.model
        return Me(
            principal=SignedInPrincipal(subject=who.subject, login=who.login, name=who.name, role=who.role, language=who.language),
            demo=bank.auth.demo(),
            as_of=bank.view(who).business_date(),
            model=ModelName(name=model or "built-in", kind="openai-compatible" if model else "built-in"),
            prompts=tuple(starting_questions(who.role)[:4]),
        )

    return router
