"""The cookies of a session: two that scripts cannot read, and one that our page must read and send back."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from fastapi import Response

from server.auth.sessions import Grant
from server.auth.tokens import ACCESS_LIFETIME

CSRF_COOKIE = "pf_csrf"


class CookieNames(NamedTuple):
    """Names of the two tokens' cookies."""

    access: str
    refresh: str


class Cookies:
    """Sets, reads and clears them."""

    def __init__(self, *, secure: bool) -> None:
        """`secure`: HTTPS only, with the `__Host-` prefix by which a browser refuses such a cookie from a subdomain."""
        self.secure = secure
        prefix = "__Host-" if secure else ""
        self.names = CookieNames(f"{prefix}pf_access", f"{prefix}pf_refresh")

    def set(self, response: Response, grant: Grant, csrf_token: str, now: datetime) -> None:
        """Give the browser a session."""
        rest = int((grant.ends_at - now).total_seconds())
        self._put(response, self.names.access, grant.access, int(ACCESS_LIFETIME.total_seconds()), readable=False)
        self._put(response, self.names.refresh, grant.refresh, rest, readable=False)
        self._put(response, CSRF_COOKIE, csrf_token, rest, readable=True)

    def clear(self, response: Response) -> None:
        """Take it away."""
        for name in (*self.names, CSRF_COOKIE):
            self._put(response, name, "", 0, readable=name == CSRF_COOKIE)

    def access(self, cookies: Mapping[str, str]) -> str:
        """The access token, or an empty text."""
        return cookies.get(self.names.access, "")

    def refresh(self, cookies: Mapping[str, str]) -> str:
        """The refresh token, or an empty text."""
        return cookies.get(self.names.refresh, "")

    def _put(self, response: Response, name: str, value: str, seconds: int, *, readable: bool) -> None:
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self.secure, httponly=not readable, samesite="strict")
