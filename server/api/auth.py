"""Sign-in, refresh, sign-out, socket tickets and registration."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, SecretStr

from agent.context import Role
from server.auth.accounts import LoginAccount
from server.auth.auth import Auth
from server.auth.cookies import CSRF_COOKIE
from server.auth.csrf import HEADER
from server.auth.failure import SignedOutError
from server.auth.passwords import MAX_LENGTH
from server.auth.principal import auth_of, own_page, signed_in
from server.auth.sessions import Grant
from server.auth.tickets import LIFETIME, SignedIn
from server.auth.totp import enrolment_address
from tools.errors import RefusedError
from tools.value import Value

# Each check of a password takes a core and 19 MiB for tens of milliseconds: more at once would starve the conversations.
_AT_ONCE = 2
_WAITING = 64

T = TypeVar("T")

_Text = Annotated[str, Field(max_length=200)]


class Credentials(Value):
    """What a person signs in with. The password is longer here than any real one, so that its length is judged in one place."""

    login: _Text
    password: SecretStr = Field(max_length=4 * MAX_LENGTH)
    code: Annotated[str, Field(max_length=20)] | None = None


class Newcomer(Value):
    """What an invited person registers with."""

    invitation: _Text
    login: _Text
    password: SecretStr = Field(max_length=4 * MAX_LENGTH)
    name: _Text


class SignedInPrincipal(Value):
    """Who is signed in, for showing."""

    subject: str
    login: str
    name: str
    role: Role
    language: str


class SignedInAnswer(Value):
    """Answer to sign-in and refresh."""

    principal: SignedInPrincipal
    demo: bool


class TicketAnswer(Value):
    """A socket ticket and its life in seconds."""

    ticket: str
    expires_in: int


class RegisteredAnswer(Value):
    """Answer to a registration; `totp` is shown this once, for an authenticator app."""

    login: str
    totp: str | None


class SignedOutAnswer(Value):
    """Answer to sign-out."""

    signed_out: Literal[True] = True


def auth_router() -> APIRouter:
    """The endpoints under /auth. They need `app.state.auth`."""
    router = APIRouter(prefix="/auth", tags=["sign-in"], dependencies=[Depends(_no_store), Depends(own_page)])
    desk = _Desk()

    @router.post("/sign-in")
    async def sign_in(given: Credentials, request: Request, response: Response, auth: Annotated[Auth, Depends(auth_of)]) -> SignedInAnswer:
        """Sign in with login and password, and outside a demo bank with a code."""
        return await desk.run(partial(_sign_in, given, _address(request), response, auth))

    @router.post("/register", status_code=201)
    async def register(given: Newcomer, request: Request, auth: Annotated[Auth, Depends(auth_of)]) -> RegisteredAnswer:
        """Use an invitation."""
        return await desk.run(partial(_register, given, _address(request), auth))

    @router.post("/refresh")
    def refresh(
        response: Response, request: Request, family: Annotated[str | None, Depends(_family)], auth: Annotated[Auth, Depends(auth_of)]
    ) -> SignedInAnswer:
        """Exchange the refresh cookie for new cookies."""
        if family is None:
            raise SignedOutError
        now = auth.now()
        grant = auth.sessions.refresh(auth.cookies.refresh(request.cookies), now)
        return _welcome(auth, response, grant, auth.sessions.account(grant.family, grant.subject, now))

    @router.post("/sign-out")
    def sign_out(
        response: Response, family: Annotated[str | None, Depends(_family)], auth: Annotated[Auth, Depends(auth_of)]
    ) -> SignedOutAnswer:
        """End this session, also in other tabs and on open sockets. Without one it only clears the cookies."""
        if family is not None:
            auth.sessions.end(family, auth.now())
        auth.cookies.clear(response)
        return SignedOutAnswer()

    @router.post("/ticket")
    def ticket(who: Annotated[SignedIn, Depends(signed_in)], auth: Annotated[Auth, Depends(auth_of)]) -> TicketAnswer:
        """A one-use ticket for the socket's first frame."""
        return TicketAnswer(ticket=auth.tickets.issue(who, auth.now()), expires_in=int(LIFETIME.total_seconds()))

    return router


class _Desk:
    """Runs what hashes passwords beside the event loop, a few at a time, and turns away what would wait too long."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(_AT_ONCE)
        self._inside = 0

    async def run(self, work: Callable[[], T]) -> T:
        if self._inside >= _AT_ONCE + _WAITING:
            raise RefusedError("Too many people are signing in at this moment. Try again in a minute.", code="rate")
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1


async def _no_store(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


def _family(request: Request, auth: Annotated[Auth, Depends(auth_of)]) -> str | None:
    """The session of the refresh cookie, for calls that come when the access token is over. Checks the CSRF token."""
    family = auth.sessions.family_of(auth.cookies.refresh(request.cookies))
    if family is not None:
        auth.csrf.check(family, request.headers.get(HEADER), request.cookies.get(CSRF_COOKIE))
    return family


def _sign_in(given: Credentials, address: str, response: Response, auth: Auth) -> SignedInAnswer:
    now = auth.now()
    password = given.password.get_secret_value()
    account = auth.sign_in.check(given.login, password, given.code, address, now, demo=auth.demo())
    return _welcome(auth, response, auth.sessions.begin(account, now), account)


def _register(given: Newcomer, address: str, auth: Auth) -> RegisteredAnswer:
    password = given.password.get_secret_value()
    account = auth.registration.register(given.invitation, given.login, password, given.name, address, auth.now(), demo=auth.demo())
    totp = None if account.totp_secret is None else enrolment_address(account.totp_secret, account.login)
    return RegisteredAnswer(login=account.login, totp=totp)


def _welcome(auth: Auth, response: Response, grant: Grant, account: LoginAccount) -> SignedInAnswer:
    auth.cookies.set(response, grant, auth.csrf.token(grant.family), auth.now())
    who = SignedInPrincipal(subject=account.subject, login=account.login, name=account.name, role=account.role, language=account.language)
    return SignedInAnswer(principal=who, demo=auth.demo())


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
