"""Signing in: one path for known and unknown logins, so that neither words nor time tell them apart."""

from collections.abc import Callable
from datetime import datetime

from server.auth.accounts import AccountStore, LoginAccount
from server.auth.failure import BadCredentialsError, CodeNeededError
from server.auth.lockout import Lockout
from server.auth.passwords import Passwords
from server.auth.totp import accept_code
from tools.errors import RefusedError


class SignIn:
    """Checks login, password and code."""

    def __init__(self, store: AccountStore, passwords: Passwords, lockout: Lockout) -> None:
        self._store = store
        self._passwords = passwords
        self._lockout = lockout

    def check(self, login: str, password: str, code: str | None, address: str, now: datetime, *, demo: bool) -> LoginAccount:
        """The account that these belong to. Takes the time of one password hash, always.

        Args:
            address: network address of the caller, for the lockout.
            demo: whether this is a demo bank, whose employees need no second factor.

        Raises:
            BadCredentialsError, CodeNeededError, LockedError; RefusedError (`no_second_factor`) for an employee without one.
        """
        name = login.strip().lower()
        attempt = self._lockout.begin(name, address, now)
        account = self._store.account_of_login(name)
        usable = account is not None and not account.disabled
        holds = self._passwords.holds(account.password_hash if account is not None and usable else None, password)
        if account is None or not holds:
            raise BadCredentialsError
        # Who has a second factor is always asked for it: demo data seeded into a real bank must not switch it off.
        if account.totp_secret is not None or (not demo and account.role != "customer"):
            self._check_code(account, code, now, undecided=attempt.undecided)
        attempt.right()
        return account

    def _check_code(self, account: LoginAccount, code: str | None, now: datetime, *, undecided: Callable[[], None]) -> None:
        if account.totp_secret is None:
            undecided()
            raise RefusedError(
                "This account has no second factor yet, and it needs one. Ask an administrator to run `personaforge user totp`.",
                code="no_second_factor",
            )
        if not code or not code.strip():
            undecided()
            raise CodeNeededError
        if not accept_code(self._store, account, code, now):
            raise BadCredentialsError
