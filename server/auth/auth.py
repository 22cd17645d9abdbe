"""All of `server.auth`, joined: what the composition root builds once and puts on `app.state.auth`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from server.auth.accounts import AccountStore
from server.auth.cookies import Cookies
from server.auth.csrf import Csrf
from server.auth.lockout import Lockout
from server.auth.passwords import Passwords
from server.auth.registration import Registration
from server.auth.sessions import Sessions
from server.auth.sign_in import SignIn
from server.auth.tickets import Tickets
from server.auth.tokens import AccessTokens
from server.keys import KeyRing
from server.settings import Settings


@dataclass(frozen=True)
class Auth:
    """The services around accounts.

    Attributes:
        now: the clock, in UTC.
        demo: whether the bank in the store is the demo bank; asked each time, because seeding may follow the start.
        origins: web origins that may call besides the server's own.
    """

    store: AccountStore
    now: Callable[[], datetime]
    demo: Callable[[], bool]
    origins: tuple[str, ...]
    tokens: AccessTokens
    sessions: Sessions
    tickets: Tickets
    sign_in: SignIn
    registration: Registration
    csrf: Csrf
    cookies: Cookies


def build_auth(
    store: AccountStore,
    keys: KeyRing,
    settings: Settings,
    *,
    now: Callable[[], datetime],
    demo: Callable[[], bool],
    passwords: Passwords | None = None,
) -> Auth:
    """Join the services over one store of accounts. `passwords` lets tests hash cheaply."""
    hashing = passwords or Passwords()
    tokens = AccessTokens(keys)
    sessions = Sessions(store, tokens)
    lockout = Lockout(store, keys)
    return Auth(
        store=store,
        now=now,
        demo=demo,
        origins=settings.origins,
        tokens=tokens,
        sessions=sessions,
        tickets=Tickets(store, sessions),
        sign_in=SignIn(store, hashing, lockout),
        registration=Registration(store, hashing, lockout),
        csrf=Csrf(keys),
        cookies=Cookies(secure=settings.secure_cookies),
    )
