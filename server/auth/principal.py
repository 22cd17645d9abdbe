"""Who is asking, as a FastAPI dependency. An endpoint that takes a Principal is signed in and, if it writes, safe from forgery."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from agent.context import Principal, Role
from server.auth.auth import Auth
from server.auth.cookies import CSRF_COOKIE
from server.auth.csrf import HEADER, SAFE_METHODS, check_origin
from server.auth.tickets import SignedIn
from tools.errors import RefusedError


async def auth_of(request: Request) -> Auth:
    """The services that the composition root put on the application."""
    return request.app.state.auth


async def own_page(request: Request, auth: Annotated[Auth, Depends(auth_of)]) -> None:
    """Require that a browser's call comes from our own page. Raises RefusedError (`bad_origin`)."""
    _check_origin(request, auth)


def signed_in(request: Request, auth: Annotated[Auth, Depends(auth_of)]) -> SignedIn:
    """The account and session of the request. Raises SignedOutError, or RefusedError (`csrf`, `bad_origin`) for an unsafe method."""
    now = auth.now()
    claims = auth.tokens.read(auth.cookies.access(request.cookies), now)
    account = auth.sessions.account(claims.family, claims.subject, now)
    if request.method not in SAFE_METHODS:
        _check_origin(request, auth)
        auth.csrf.check(claims.family, request.headers.get(HEADER), request.cookies.get(CSRF_COOKIE))
    return SignedIn(account=account, family=claims.family)


def principal_of(who: Annotated[SignedIn, Depends(signed_in)]) -> Principal:
    """The principal of the request. Raises as `signed_in`."""
    return who.account.principal()


def require_role(*roles: Role) -> Callable[[Principal], Principal]:
    """A dependency that gives the principal when it has one of the roles. It raises RefusedError otherwise."""

    def allowed(principal: Annotated[Principal, Depends(principal_of)]) -> Principal:
        if principal.role not in roles:
            raise RefusedError(f"This is for {' and '.join(roles)} only. Sign in with such an account.")
        return principal

    return allowed


def _check_origin(request: Request, auth: Auth) -> None:
    check_origin(request.headers.get("origin"), request.headers.get("host"), auth.origins)
