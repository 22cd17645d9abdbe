"""Passwords: hashed with Argon2id, long rather than complicated, and not among the ones everybody tries first."""

import re
import secrets
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tools.errors import UsageError

MIN_LENGTH = 12
MAX_LENGTH = 256

# OWASP ASVS 5.0 appendix C: at least 19 MiB, two passes, one lane.
ARGON2ID = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Hash, by the same parameters, of random bytes that nobody kept: verified for unknown logins, so that they cost the same time.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$EOyGLcMQSOsnmAz8K3yTmw$zuVzA4VxpkmLc/YkzruCwEGbAE5ciHK4Ji3MxA1g2+0"

_COMMON = Path(__file__).with_name("common_passwords.txt")
_LEET = str.maketrans("013457@$!|", "oleastasil")
_LETTERS = re.compile(r"[^\W\d_]+")
_DRESSING = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_RUNS = (
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)


class Passwords:
    """Hashes and verifies. Each call takes tens of milliseconds and 19 MiB: callers keep it off the event loop and bound how many run."""

    def __init__(self, hasher: PasswordHasher = ARGON2ID) -> None:
        self._hasher = hasher

    def hash(self, password: str) -> str:
        """The stored form of `password`."""
        return self._hasher.hash(_composed(password))

    def holds(self, password_hash: str | None, password: str) -> bool:
        """Whether `password` belongs to the hash. Without a hash (unknown login) the same work is done, and the answer is no."""
        try:
            self._hasher.verify(password_hash or _NOBODY, _composed(password[:MAX_LENGTH]))
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None and len(password) <= MAX_LENGTH


def refuse_weak(password: str, *, login: str, name: str) -> None:
    """Check a new password.

    Raises:
        UsageError: (`weak_password`) too short, too long, common, or made of the person's own login or name.
    """
    if len(password) < MIN_LENGTH:
        raise _weak(f"The password is too short. Use at least {MIN_LENGTH} characters, for instance four unrelated words.")
    if len(password) > MAX_LENGTH:
        raise _weak(f"The password is too long. Use at most {MAX_LENGTH} characters.")
    if is_common(password):
        raise _weak(
            "The password is among those that are tried first. Use something only you would think of, for instance four unrelated words."
        )
    own = {part for text in (login, name) for part in _LETTERS.findall(text.lower()) if len(part) > 3}
    rest = password.lower()
    for part in own:
        rest = rest.replace(part, "")
    if len(rest) < MIN_LENGTH // 2:
        raise _weak("The password is mostly your own name or login. Use something others do not know.")


def is_common(password: str) -> bool:
    """Whether a guesser would try it early: a common word dressed up, something repeated, or a run of the keyboard."""
    plain = password.lower()
    if len(set(plain)) <= 3 or _is_run(plain) or _is_run(plain[::-1]):
        return True
    words = common_words()
    # A common word with digits, years and signs around it, written plainly or with digits for letters.
    undressed = _DRESSING.sub("", plain).translate(_LEET)
    cores = {"".join(_LETTERS.findall(plain)), "".join(_LETTERS.findall(undressed))}
    return plain in words or any({core, _unit(core)} & words for core in cores if core) or len(_unit(plain)) <= len(plain) // 2


@cache
def common_words() -> frozenset[str]:
    """The shipped list of common passwords, in small letters."""
    return frozenset(_COMMON.read_text(encoding="utf-8").split())


def generate_password() -> str:
    """A random password of 120 bits that can be read aloud: for demo logins and resets, printed once and kept nowhere."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(6)) for _ in range(4))


def _is_run(text: str) -> bool:
    return any(text in run * 3 for run in _RUNS)


def _unit(text: str) -> str:
    """The shortest part whose repetition gives `text`: `abc` for `abcabcab`."""
    for length in range(1, len(text)):
        if (text[:length] * len(text))[: len(text)] == text:
            return text[:length]
    return text


def _composed(password: str) -> str:
    # The same password typed on another keyboard may come in another Unicode form.
    return unicodedata.normalize("NFC", password)


def _weak(message: str) -> UsageError:
    return UsageError(message, code="weak_password")
