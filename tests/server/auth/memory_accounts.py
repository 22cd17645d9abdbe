"""Accounts kept in memory, and a bank of services over them with a clock that the test moves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher

from agent.context import Role
from server.auth.accounts import Invitation, LoginAccount, RefreshToken, SocketTicket
from server.auth.auth import build_auth
from server.auth.passwords import Passwords
from server.keys import KeyRing
from server.settings import Settings
from tools.errors import ConflictError

PASSWORD = "quiet-lantern-over-water"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class MemoryAccounts:
    """An AccountStore without a database."""

    def __init__(self) -> None:
        self._accounts: dict[str, LoginAccount] = {}
        self._steps: dict[str, int] = {}
        self._tokens: dict[str, RefreshToken] = {}
        self._tickets: dict[str, SocketTicket] = {}
        self._invitations: dict[str, Invitation] = {}
        self._attempts: list[tuple[str, datetime]] = []

    def account(self, subject):
        return self._accounts.get(subject)

    def account_of_login(self, login):
        return next((account for account in self._accounts.values() if account.login == login), None)

    def accounts(self):
        return tuple(sorted(self._accounts.values(), key=lambda account: account.login))

    def add_account(self, account, at):
        taken = [kept for kept in self._accounts.values() if kept.login == account.login]
        taken += [kept for kept in self._accounts.values() if account.customer_id and kept.customer_id == account.customer_id]
        if taken:
            raise ConflictError("taken", code="login_taken")
        self._accounts[account.subject] = account

    def _update(self, subject, **changes):
        self._accounts[subject] = self._accounts[subject].model_copy(update=changes)

    def set_password_hash(self, subject, password_hash):
        self._update(subject, password_hash=password_hash)

    def set_totp_secret(self, subject, secret):
        self._update(subject, totp_secret=secret)
        self._steps.pop(subject, None)

    def set_disabled(self, subject, at):
        self._update(subject, disabled=at is not None)

    def use_totp_step(self, subject, step):
        if step <= self._steps.get(subject, -1):
            return False
        self._steps[subject] = step
        return True

    def add_refresh_token(self, token):
        self._tokens[token.token_hash] = token

    def refresh_token(self, token_hash):
        return self._tokens.get(token_hash)

    def use_refresh_token(self, token_hash, at):
        token = self._tokens.get(token_hash)
        if token is not None:
            self._tokens[token_hash] = token.model_copy(update={"used": True})
        return token

    def session(self, family):
        return next((token for token in reversed(self._tokens.values()) if token.family == family), None)

    def extend_session(self, family, expires_at):
        for token in list(self._tokens.values()):
            if token.family == family and not token.used:
                until = min(expires_at, token.family_expires_at)
                self._tokens[token.token_hash] = token.model_copy(update={"expires_at": until})

    def _revoke(self, wanted):
        for token in list(self._tokens.values()):
            if wanted(token):
                self._tokens[token.token_hash] = token.model_copy(update={"revoked": True})

    def end_session(self, family, at):
        self._revoke(lambda token: token.family == family)

    def end_sessions_of(self, subject, at):
        self._revoke(lambda token: token.subject == subject)

    def add_socket_ticket(self, ticket):
        self._tickets[ticket.ticket_hash] = ticket

    def take_socket_ticket(self, ticket_hash):
        return self._tickets.pop(ticket_hash, None)

    def add_invitation(self, invitation):
        self._invitations[invitation.code_hash] = invitation

    def invitation(self, code_hash):
        return self._invitations.get(code_hash)

    def accept_invitation(self, code_hash, account, at):
        invitation = self._invitations[code_hash]
        if invitation.used:
            return False
        self.add_account(account, at)
        self._invitations[code_hash] = invitation.model_copy(update={"used": True})
        return True

    def add_attempt(self, keys, at):
        self._attempts += [(key, at) for key in keys]

    def attempts(self, key, since):
        return tuple(sorted(at for kept, at in self._attempts if kept == key and at > since))

    def forget_attempts(self, key, at=None):
        if at is None:
            self._attempts = [row for row in self._attempts if row[0] != key]
        elif (key, at) in self._attempts:
            self._attempts.remove((key, at))

    def purge(self, before):
        self._attempts = [row for row in self._attempts if row[1] >= before]
        self._tickets = {key: ticket for key, ticket in self._tickets.items() if ticket.expires_at >= before}
        self._tokens = {key: token for key, token in self._tokens.items() if token.family_expires_at >= before}


class CountingPasswords(Passwords):
    """Cheap hashes; counts how many are checked."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.checked = 0

    def holds(self, password_hash, password):
        self.checked += 1
        return super().holds(password_hash, password)


class Bank:
    """The services of `server.auth` over a store, with its own clock. It is a demo bank until told otherwise."""

    def __init__(self, home: Path, store=None, **settings) -> None:
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.is_demo = True
        self.store = store or MemoryAccounts()
        self.passwords = CountingPasswords()
        self.keys = KeyRing(home / "keys")
        self.settings = Settings(home=home, database_url="sqlite:///unused", **settings)
        self.auth = build_auth(
            self.store, self.keys, self.settings, now=lambda: self.time, demo=lambda: self.is_demo, passwords=self.passwords
        )

    def wait(self, **duration: float) -> None:
        self.time += timedelta(**duration)

    def add(self, login: str, role: Role = "customer", **given) -> LoginAccount:
        customer = given.pop("customer_id", f"c-{login}" if role == "customer" else None)
        name = given.pop("name", f"Name of {login}")
        return self.auth.registration.add(login, PASSWORD, name, role, self.time, demo=self.is_demo, customer_id=customer, **given)

    def check(self, login: str, password: str = PASSWORD, code: str | None = None, address: str = "192.0.2.1") -> LoginAccount:
        return self.auth.sign_in.check(login, password, code, address, self.time, demo=self.is_demo)
