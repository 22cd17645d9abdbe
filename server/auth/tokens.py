"""Access tokens (signed, ten minutes) and opaque secrets (refresh tokens, tickets, invitations), of which only hashes are kept."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from server.auth.failure import SignedOutError
from server.keys import KeyRing
from tools.value import Value

ACCESS_LIFETIME = timedelta(minutes=10)

_ALGORITHM = "HS256"
_TYPE = "at+jwt"
_ISSUER = "personaforge"
_AUDIENCE = "personaforge-web"
_REQUIRED = ("iss", "aud", "sub", "sid", "iat", "nbf", "exp")


class AccessClaims(Value):
    """What an access token says: whose it is, and of which session. Role and scope are not in it: they are read anew."""

    subject: str
    family: str
    expires_at: datetime


class AccessTokens:
    """Issues and reads access tokens with the bank's signing keys."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def issue(self, subject: str, family: str, now: datetime) -> str:
        """A token for one session."""
        key = self._keys.signing().current
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": subject,
            "sid": family,
            "iat": issued,
            "nbf": issued,
            "exp": issued + int(ACCESS_LIFETIME.total_seconds()),
        }
        return jwt.encode(claims, key.secret, algorithm=_ALGORITHM, headers={"kid": key.id, "typ": _TYPE})

    def read(self, token: str, now: datetime) -> AccessClaims:
        """The claims of a token of ours that holds at `now`. Raises SignedOutError for any other text."""
        try:
            claims = self._verified(token)
        except (jwt.PyJWTError, ValueError):
            raise SignedOutError from None
        moment = now.timestamp()
        # Times are compared here and not by the library, which knows only its own clock.
        if not (_number(claims["nbf"]) <= moment < _number(claims["exp"])):
            raise SignedOutError
        if _number(claims["exp"]) - _number(claims["iat"]) > ACCESS_LIFETIME.total_seconds():
            raise SignedOutError
        return AccessClaims(
            subject=str(claims["sub"]), family=str(claims["sid"]), expires_at=datetime.fromtimestamp(_number(claims["exp"]), UTC)
        )

    def _verified(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != _TYPE or header.get("alg") != _ALGORITHM:
            raise jwt.InvalidTokenError("not an access token of ours")
        # The key id only selects among the keys we hold; it is never a path or an address.
        key = self._keys.signing().keys.get(str(header.get("kid")))
        if key is None:
            raise jwt.InvalidTokenError("not signed by a key of ours")
        return jwt.decode(
            token,
            key.secret,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            issuer=_ISSUER,
            options={"require": list(_REQUIRED), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )


def new_secret() -> str:
    """An unguessable text of 256 bits, safe in cookies, frames and addresses."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is kept of a secret. A plain hash is enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignedOutError
    return float(value)
