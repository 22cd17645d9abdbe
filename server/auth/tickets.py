"""Socket tickets: a browser cannot send a header with a WebSocket, and a token in an address ends up in logs."""

from datetime import datetime, timedelta

from server.auth.accounts import AccountStore, LoginAccount, SocketTicket
from server.auth.failure import SignedOutError
from server.auth.sessions import Sessions
from server.auth.tokens import hash_secret, new_secret
from tools.errors import RefusedError
from tools.value import Value

LIFETIME = timedelta(seconds=30)


class SignedIn(Value):
    """An account together with the session it came by: what a socket holds, and checks again while it is open."""

    account: LoginAccount
    family: str


class Tickets:
    """Issues and takes tickets; each opens one socket."""

    def __init__(self, store: AccountStore, sessions: Sessions) -> None:
        self._store = store
        self._sessions = sessions

    def issue(self, signed_in: SignedIn, now: datetime) -> str:
        """A ticket of this session, good for `LIFETIME`."""
        ticket = new_secret()
        kept = SocketTicket(
            ticket_hash=hash_secret(ticket), subject=signed_in.account.subject, family=signed_in.family, expires_at=now + LIFETIME
        )
        self._store.add_socket_ticket(kept)
        return ticket

    def take(self, ticket: str, now: datetime) -> SignedIn:
        """Who the ticket was issued to.

        Raises:
            RefusedError: (`bad_ticket`) unknown, taken before, too old, or of a session that has ended meanwhile.
        """
        kept = self._store.take_socket_ticket(hash_secret(ticket))
        if kept is None or now >= kept.expires_at:
            raise _bad_ticket()
        try:
            return SignedIn(account=self._sessions.account(kept.family, kept.subject, now), family=kept.family)
        except SignedOutError:
            raise _bad_ticket() from None


def _bad_ticket() -> RefusedError:
    return RefusedError("This connection ticket is not valid any more. Ask for a new one and connect again.", code="bad_ticket")
