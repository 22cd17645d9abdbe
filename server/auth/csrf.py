"""Requests that change something must come from our own page: a header that only it can set, and an origin that is ours."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from server.keys import Key, KeyRing
from tools.errors import RefusedError

HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Csrf:
    """Tokens bound to a session, so that one planted from another session or subdomain does not fit."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def token(self, family: str) -> str:
        """The value of the readable cookie of this session."""
        return _mac(self._keys.signing().current, family)

    def check(self, family: str, header: str | None, cookie: str | None) -> None:
        """Require the header, equal to the cookie and of this session. Raises RefusedError (`csrf`)."""
        given = (header or "").encode("utf-8", "surrogatepass")
        same = hmac.compare_digest(given, (cookie or "").encode("utf-8", "surrogatepass"))
        ours = any(hmac.compare_digest(given, _mac(key, family).encode()) for key in self._keys.signing().keys.values())
        if not (given and same and ours):
            raise RefusedError(
                f"This request does not prove that it comes from the bank's own page. Reload the page; scripts send {HEADER}.", code="csrf"
            )


def check_origin(origin: str | None, host: str | None, allowed: tuple[str, ...] = ()) -> None:
    """Require that a browser's request comes from the page of `host` itself or from an allowed origin.

    Programs that are no browser send no origin and hold no cookies of anybody else, so a missing one is in order.

    Args:
        origin: the Origin header.
        host: the Host header, name and port.
        allowed: settings' further origins, such as `https://bank.example`.

    Raises:
        RefusedError: (`bad_origin`).
    """
    if origin is None or origin.lower() in allowed:
        return
    parts = urlsplit(origin.lower())
    if not host or parts.scheme not in ("http", "https") or parts.netloc != host.lower():
        raise RefusedError("This page may not call the bank. Open the bank's own address.", code="bad_origin")


def _mac(key: Key, family: str) -> str:
    return hmac.new(key.secret, f"csrf {family}".encode(), sha256).hexdigest()
