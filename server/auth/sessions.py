"""Sessions: begun by signing in, kept by exchanging refresh tokens, ended by signing out, by time, by theft or by the bank."""

import threading
from datetime import datetime, timedelta
from typing import NamedTuple

from server.auth.accounts import AccountStore, LoginAccount, RefreshToken
from server.auth.failure import SignedOutError
from server.auth.tokens import AccessTokens, hash_secret, new_secret
from tools.value import Value

ABSOLUTE_LIFETIME = timedelta(hours=12)
# Employees see many people's data: what they leave open closes itself.
STAFF_IDLE = timedelta(minutes=15)

# A disabled account or an ended session is noticed within this time, without a query for each request.
CHECK_EVERY = timedelta(seconds=3)
# Moving the idle end on is a write; within this time of the last one it is not repeated.
_EXTEND_EVERY = timedelta(seconds=60)
_CACHE_SIZE = 4096


class Grant(Value):
    """What a browser is given: both tokens, whose session they belong to, and until when it lasts."""

    access: str
    refresh: str
    subject: str
    family: str
    ends_at: datetime

    def __repr_args__(self):
        """Without the tokens."""
        return [("family", self.family), ("ends_at", self.ends_at)]


class _Check(NamedTuple):
    at: datetime
    account: LoginAccount
    token: RefreshToken


class Sessions:
    """The sessions of all accounts."""

    def __init__(self, store: AccountStore, tokens: AccessTokens) -> None:
        self._store = store
        self._tokens = tokens
        self._checked: dict[str, _Check] = {}
        self._lock = threading.Lock()

    def begin(self, account: LoginAccount, now: datetime) -> Grant:
        """A new session of `account`."""
        return self._grant(account, new_secret(), now + ABSOLUTE_LIFETIME, now)

    def refresh(self, refresh_token: str, now: datetime) -> Grant:
        """Exchange a refresh token for new tokens of the same session.

        A token that was exchanged before ends the whole session: either the thief or the owner holds the newer one, and nobody
        can tell which.

        Raises:
            SignedOutError: unknown, used before, too old, or of an ended session or disabled account.
        """
        token = self._store.use_refresh_token(hash_secret(refresh_token), now)
        if token is None:
            raise SignedOutError
        if token.used:
            self.end(token.family, now)
            raise SignedOutError
        account = self._store.account(token.subject)
        if token.revoked or _over(token, now) or account is None or account.disabled:
            raise SignedOutError
        grant = self._grant(account, token.family, token.family_expires_at, now)
        kept = self._store.refresh_token(token.token_hash)
        if kept is None or kept.revoked:
            # The session was ended while this was on its way; the new token must not bring it back to life.
            self.end(token.family, now)
            raise SignedOutError
        return grant

    def family_of(self, refresh_token: str) -> str | None:
        """The session that a refresh token belongs to, whatever its state; None for a text that is none of ours."""
        token = self._store.refresh_token(hash_secret(refresh_token))
        return None if token is None else token.family

    def account(self, family: str, subject: str, now: datetime, *, active: bool = True) -> LoginAccount:
        """The account behind a session that holds at `now`; at most `CHECK_EVERY` old.

        `active` says that the person did something, which moves the idle end on; a socket that only checks says False.

        Raises:
            SignedOutError: the session has ended, or the account was disabled.
        """
        with self._lock:
            held = self._checked.get(family)
        recent = held is not None and timedelta(0) <= now - held.at < CHECK_EVERY
        # A socket's watching must not keep a person's activity from being noted.
        noted = held is not None and (not active or not _to_extend(held.account, held.token, now))
        account = held.account if held is not None and recent and noted else self._check(family, now, active=active)
        if account.subject != subject:
            raise SignedOutError
        return account

    def end(self, family: str, now: datetime) -> None:
        """End one session, at once."""
        self._store.end_session(family, now)
        with self._lock:
            self._checked.pop(family, None)

    def _check(self, family: str, now: datetime, *, active: bool) -> LoginAccount:
        token = self._store.session(family)
        account = None if token is None else self._store.account(token.subject)
        if token is None or account is None or account.disabled or token.revoked or _over(token, now):
            with self._lock:
                self._checked.pop(family, None)
            raise SignedOutError
        if active and _to_extend(account, token, now):
            until = _idle_end(account, token.family_expires_at, now)
            self._store.extend_session(family, until)
            token = token.model_copy(update={"expires_at": until})
        with self._lock:
            if len(self._checked) >= _CACHE_SIZE:
                self._checked.clear()
            self._checked[family] = _Check(now, account, token)
        return account

    def _grant(self, account: LoginAccount, family: str, ends_at: datetime, now: datetime) -> Grant:
        refresh = new_secret()
        token = RefreshToken(
            token_hash=hash_secret(refresh),
            family=family,
            subject=account.subject,
            issued_at=now,
            expires_at=_idle_end(account, ends_at, now),
            family_expires_at=ends_at,
        )
        self._store.add_refresh_token(token)
        access = self._tokens.issue(account.subject, family, now)
        return Grant(access=access, refresh=refresh, subject=account.subject, family=family, ends_at=ends_at)


def _idle_end(account: LoginAccount, ends_at: datetime, now: datetime) -> datetime:
    return ends_at if account.role == "customer" else min(ends_at, now + STAFF_IDLE)


def _to_extend(account: LoginAccount, token: RefreshToken, now: datetime) -> bool:
    return _idle_end(account, token.family_expires_at, now) - token.expires_at > _EXTEND_EVERY


def _over(token: RefreshToken, now: datetime) -> bool:
    return now >= token.expires_at or now >= token.family_expires_at
