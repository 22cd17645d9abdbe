"""The second factor: six digits from an authenticator app (RFC 6238), each good for one sign-in."""

import secrets
from datetime import datetime
from urllib.parse import quote

from pyotp import random_base32
from pyotp.totp import TOTP

from server.auth.accounts import AccountStore, LoginAccount

STEP_SECONDS = 30
# One step to either side: clocks of telephones differ by some seconds.
_DRIFT = (0, -1, 1)


def new_secret() -> str:
    """A random secret of 160 bits in base 32, as apps expect it."""
    return random_base32()


def enrolment_address(secret: str, login: str) -> str:
    """The `otpauth:` address that an authenticator app reads from a QR code."""
    label = quote(f"PersonaForge:{login}", safe=":")
    return f"otpauth://totp/{label}?secret={secret}&issuer=PersonaForge&period={STEP_SECONDS}&digits=6"


def accept_code(store: AccountStore, account: LoginAccount, code: str, now: datetime) -> bool:
    """Whether `code` is the account's at this moment and was not used before. An accepted code is noted as used."""
    if account.totp_secret is None:
        return False
    step = matching_step(account.totp_secret, code, now)
    return step is not None and store.use_totp_step(account.subject, step)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that `code` belongs to, or None for a wrong one."""
    given = "".join(code.split())
    if not (given.isascii() and given.isdigit()):
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    generator = TOTP(secret)
    found = [current + drift for drift in _DRIFT if secrets.compare_digest(generator.generate_otp(current + drift), given)]
    return found[0] if found else None
