"""Login accounts and what belongs to them, as plain values, and the port by which `server.auth` reads and keeps them."""

from datetime import datetime
from typing import Protocol

from agent.context import Principal, Role
from tools.product import Jurisdiction
from tools.value import Value


class LoginAccount(Value):
    """Somebody who can sign in. `subject` never changes and is never used again; secrets stay out of the representation."""

    subject: str
    login: str
    role: Role
    name: str
    password_hash: str | None = None
    totp_secret: str | None = None
    customer_id: str | None = None
    jurisdiction: Jurisdiction = "uk"
    language: str = "en"
    disabled: bool = False

    def __repr_args__(self):
        """Without the name and the secrets, so that no traceback shows them."""
        return [("subject", self.subject), ("role", self.role), ("disabled", self.disabled)]

    def principal(self) -> Principal:
        """What this account may be told to a run."""
        return Principal(
            subject=self.subject,
            login=self.login,
            role=self.role,
            name=self.name,
            customer_id=self.customer_id,
            jurisdiction=self.jurisdiction,
            language=self.language,
        )


class RefreshToken(Value):
    """One token of a rotating family; a family is one session. Only the hash of the token is kept.

    Attributes:
        expires_at: end of the idle time; moved on while the session is used.
        family_expires_at: end of the session, whatever is done in it.
        used: whether it was exchanged before. Presenting a used one again means that somebody copied it.
        revoked: whether the family has ended.
    """

    token_hash: str
    family: str
    subject: str
    issued_at: datetime
    expires_at: datetime
    family_expires_at: datetime
    used: bool = False
    revoked: bool = False


class SocketTicket(Value):
    """A one-use pass by which a socket takes over a session; only its hash is kept."""

    ticket_hash: str
    subject: str
    family: str
    expires_at: datetime


class Invitation(Value):
    """A one-use permission to register; only the hash of its code is kept."""

    code_hash: str
    role: Role
    customer_id: str | None
    invited_by: str
    created_at: datetime
    expires_at: datetime
    used: bool = False


class AccountStore(Protocol):
    """Where accounts live. Every method is one transaction; times are aware and in UTC."""

    def account(self, subject: str) -> LoginAccount | None:
        """The account with this subject."""
        ...

    def account_of_login(self, login: str) -> LoginAccount | None:
        """The account with this login (small letters)."""
        ...

    def accounts(self) -> tuple[LoginAccount, ...]:
        """All accounts, by login."""
        ...

    def add_account(self, account: LoginAccount, at: datetime) -> None:
        """Keep a new account. Raises ConflictError (`login_taken`) for a taken login or a customer who has an account."""
        ...

    def set_password_hash(self, subject: str, password_hash: str) -> None:
        """Replace the password."""
        ...

    def set_totp_secret(self, subject: str, secret: str | None) -> None:
        """Replace the second factor, or take it away. Codes used before no longer count as used."""
        ...

    def set_disabled(self, subject: str, at: datetime | None) -> None:
        """Disable the account from `at`, or enable it again with None."""
        ...

    def use_totp_step(self, subject: str, step: int) -> bool:
        """Note the time step of an accepted code; False when this or a later one was noted before. Atomic."""
        ...

    def add_refresh_token(self, token: RefreshToken) -> None:
        """Keep a token."""
        ...

    def refresh_token(self, token_hash: str) -> RefreshToken | None:
        """The token, used or not."""
        ...

    def use_refresh_token(self, token_hash: str, at: datetime) -> RefreshToken | None:
        """The token as it was before this call, and marked as used from now on. Atomic: of two callers one sees `used` False."""
        ...

    def session(self, family: str) -> RefreshToken | None:
        """The newest token of the family, which carries the state of the session."""
        ...

    def extend_session(self, family: str, expires_at: datetime) -> None:
        """Move the idle end of the family's unused token, never past the end of the session."""
        ...

    def end_session(self, family: str, at: datetime) -> None:
        """Revoke the family."""
        ...

    def end_sessions_of(self, subject: str, at: datetime) -> None:
        """Revoke every family of the account."""
        ...

    def add_socket_ticket(self, ticket: SocketTicket) -> None:
        """Keep a ticket."""
        ...

    def take_socket_ticket(self, ticket_hash: str) -> SocketTicket | None:
        """The ticket, which is gone afterwards. Atomic: of two callers one gets it."""
        ...

    def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        ...

    def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation, used or not."""
        ...

    def accept_invitation(self, code_hash: str, account: LoginAccount, at: datetime) -> bool:
        """Mark the invitation as used and keep the account, both or neither; False when it was used before.

        Raises ConflictError (`login_taken`) as `add_account`, and then the invitation stays unused.
        """
        ...

    def add_attempt(self, keys: tuple[str, ...], at: datetime) -> None:
        """Note one attempt to sign in under each key."""
        ...

    def attempts(self, key: str, since: datetime) -> tuple[datetime, ...]:
        """Times of the attempts under `key` later than `since`, oldest first."""
        ...

    def forget_attempts(self, key: str, at: datetime | None = None) -> None:
        """Forget one attempt under `key` that was made at `at`, or all of them."""
        ...

    def purge(self, before: datetime) -> None:
        """Drop attempts, tickets and families that ended before `before`."""
        ...
