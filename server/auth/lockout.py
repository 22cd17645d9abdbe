"""Brakes on guessing: after five wrong attempts for one login, or twenty from one address, within fifteen minutes."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from server.auth.accounts import AccountStore
from server.auth.failure import LockedError
from server.keys import KeyRing

WINDOW = timedelta(minutes=15)
PER_LOGIN = 5
PER_ADDRESS = 20


class Attempt:
    """One attempt to sign in, counted as wrong until it is said to be right.

    Counting before the password is checked leaves no gap in which parallel guesses could pass. Logins that do not exist are
    counted in the same way, so that being locked says nothing about them.
    """

    def __init__(self, store: AccountStore, keys: tuple[str, str], at: datetime) -> None:
        self._store = store
        self._keys = keys
        self._at = at

    def right(self) -> None:
        """Signed in: the login starts afresh; the address keeps its other failures."""
        login, address = self._keys
        self._store.forget_attempts(login)
        self._store.forget_attempts(address, self._at)

    def undecided(self) -> None:
        """Neither right nor wrong, such as a right password without its code: this attempt does not count, earlier ones do."""
        for key in self._keys:
            self._store.forget_attempts(key, self._at)


class Lockout:
    """Counts attempts by login and by address. Addresses and logins are kept as keyed hashes only."""

    def __init__(self, store: AccountStore, keys: KeyRing) -> None:
        self._store = store
        self._keyring = keys

    def begin(self, login: str, address: str, now: datetime) -> Attempt:
        """Count an attempt. Raises LockedError when there were too many."""
        keys = (self._key("login", login), self._key("address", _network(address)))
        self._store.add_attempt(keys, now)
        attempt = Attempt(self._store, keys, now)
        waits = [self._wait(key, limit, now) for key, limit in zip(keys, (PER_LOGIN, PER_ADDRESS), strict=True)]
        if any(waits):
            # A refused attempt is not counted, or asking again would prolong the lock for ever.
            attempt.undecided()
            raise LockedError(max(waits))
        return attempt

    def _wait(self, key: str, limit: int, now: datetime) -> int:
        """Seconds until another attempt is allowed; 0 for now."""
        times = self._store.attempts(key, now - WINDOW)
        if len(times) <= limit:
            return 0
        return max(1, round((times[-limit - 1] + WINDOW - now).total_seconds()))

    def _key(self, kind: str, value: str) -> str:
        secret = self._keyring.signing().current.secret
        return hmac.new(secret, f"attempt {kind} {value}".encode("utf-8", "surrogatepass"), sha256).hexdigest()


def _network(address: str) -> str:
    """The address, or for IPv6 its /64 network, within which one person has as many addresses as they like."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or int(parsed) >> 64)
    return str(parsed)
