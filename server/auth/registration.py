"""Becoming somebody who can sign in: by an invitation of the bank, or by an administrator at the command line."""

import re
import secrets
from datetime import datetime, timedelta

from agent.context import Role
from server.auth.accounts import AccountStore, Invitation, LoginAccount
from server.auth.lockout import Lockout
from server.auth.passwords import Passwords, refuse_weak
from server.auth.tokens import hash_secret, new_secret
from server.auth.totp import new_secret as new_totp_secret
from tools.errors import NotFoundError, UsageError
from tools.product import Jurisdiction

INVITATION_LIFETIME = timedelta(days=7)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Registration:
    """Makes accounts, and changes their secrets."""

    def __init__(self, store: AccountStore, passwords: Passwords, lockout: Lockout) -> None:
        self._store = store
        self._passwords = passwords
        self._lockout = lockout

    def invite(self, role: Role, customer_id: str | None, invited_by: str, now: datetime) -> str:
        """The code of a new invitation, good for `INVITATION_LIFETIME` and one registration; it is kept only as a hash.

        Raises:
            UsageError: a customer's invitation without a customer, or an employee's with one.
        """
        _refuse_mismatch(role, customer_id)
        code = new_secret()
        invitation = Invitation(
            code_hash=hash_secret(code),
            role=role,
            customer_id=customer_id,
            invited_by=invited_by,
            created_at=now,
            expires_at=now + INVITATION_LIFETIME,
        )
        self._store.add_invitation(invitation)
        return code

    def register(self, invitation: str, login: str, password: str, name: str, address: str, now: datetime, *, demo: bool) -> LoginAccount:
        """Make the invited account. An employee outside a demo bank gets a second factor, to be shown once.

        Raises:
            NotFoundError: (`bad_invitation`) unknown, used or expired.
            UsageError: (`bad_login`, `weak_password`); ConflictError (`login_taken`); LockedError after many wrong invitations.
        """
        attempt = self._lockout.begin(f"invitation {hash_secret(invitation)}", address, now)
        invited = self._store.invitation(hash_secret(invitation))
        if invited is None or invited.used or now >= invited.expires_at:
            raise _bad_invitation()
        # The caller holds a real invitation: a weak password or a taken login is no attempt to guess one.
        attempt.right()
        account = self._new(login, password, name, invited.role, invited.customer_id, demo=demo)
        if not self._store.accept_invitation(invited.code_hash, account, now):
            raise _bad_invitation()
        return account

    def add(
        self,
        login: str,
        password: str,
        name: str,
        role: Role,
        now: datetime,
        *,
        demo: bool,
        customer_id: str | None = None,
        jurisdiction: Jurisdiction = "uk",
        language: str = "en",
    ) -> LoginAccount:
        """Make an account without an invitation, for seeding and the command line. Raises as `register`."""
        _refuse_mismatch(role, customer_id)
        account = self._new(login, password, name, role, customer_id, demo=demo).model_copy(
            update={"jurisdiction": jurisdiction, "language": language}
        )
        self._store.add_account(account, now)
        return account

    def set_password(self, login: str, password: str, now: datetime) -> None:
        """Replace a password and end every session of the account. Raises NotFoundError, UsageError (`weak_password`)."""
        account = self.find(login)
        refuse_weak(password, login=account.login, name=account.name)
        self._store.set_password_hash(account.subject, self._passwords.hash(password))
        self._store.end_sessions_of(account.subject, now)

    def renew_totp(self, login: str, now: datetime) -> str:
        """A new second factor, which ends every session of the account. Returns its secret, to be shown once."""
        account = self.find(login)
        secret = new_totp_secret()
        self._store.set_totp_secret(account.subject, secret)
        self._store.end_sessions_of(account.subject, now)
        return secret

    def disable(self, login: str, now: datetime) -> None:
        """Sign the account out everywhere and let it in no more."""
        account = self.find(login)
        self._store.set_disabled(account.subject, now)
        self._store.end_sessions_of(account.subject, now)

    def enable(self, login: str) -> None:
        """Let a disabled account in again."""
        self._store.set_disabled(self.find(login).subject, None)

    def find(self, login: str) -> LoginAccount:
        """The account of a login. Raises NotFoundError."""
        account = self._store.account_of_login(login.strip().lower())
        if account is None:
            raise NotFoundError("There is no account with this login. `personaforge user list` shows all of them.")
        return account

    def _new(self, login: str, password: str, name: str, role: Role, customer_id: str | None, *, demo: bool) -> LoginAccount:
        login = login.strip().lower()
        if not _LOGIN.fullmatch(login):
            raise UsageError(
                "The login does not hold. Use 3 to 40 letters without accents, digits, dots, dashes or underscores.", code="bad_login"
            )
        shown = " ".join(_CONTROL.sub(" ", name).split())
        if not 1 <= len(shown) <= 100:
            raise UsageError("The name is empty or too long. Use 1 to 100 characters.", code="bad_name")
        refuse_weak(password, login=login, name=shown)
        return LoginAccount(
            subject=f"p_{secrets.token_hex(12)}",
            login=login,
            role=role,
            name=shown,
            password_hash=self._passwords.hash(password),
            totp_secret=None if demo or role == "customer" else new_totp_secret(),
            customer_id=customer_id,
        )


def _refuse_mismatch(role: Role, customer_id: str | None) -> None:
    if (role == "customer") != (customer_id is not None):
        raise UsageError(
            "A customer's login belongs to a customer, and an employee's to none. Give --customer only with the role customer."
        )


def _bad_invitation() -> NotFoundError:
    return NotFoundError(
        "This invitation is not valid, was used already or has expired. Ask the bank for a new one.", code="bad_invitation"
    )
