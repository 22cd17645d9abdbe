"""The days and shares of the signals, kept as data in `signals.toml`."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Self

from pydantic import Field, ValidationError, model_validator

from tools.errors import UsageError
from tools.ledger.category import category
from tools.stress.channel import WINDOW_DAYS
from tools.value import Value

_Days = Field(ge=1, le=WINDOW_DAYS)
_DayOfMonth = Field(ge=1, le=31)
_Share = Field(gt=0, lt=1)


class SignalSettings(Value):
    """See the comments in `signals.toml`; days within the window, shares between 0 and 1."""

    salary_latest_days: int = _Days
    salary_grace_days: int = Field(ge=0, le=31)
    salary_after_day: int = _DayOfMonth
    decline_days: int = Field(ge=7, le=WINDOW_DAYS // 4)
    decline_share: float = _Share
    lending_days: int = _Days
    utilities: tuple[str, ...]
    utilities_latest_days: int = _Days
    utilities_grace_days: int = Field(ge=0, le=31)
    utilities_after_day: int = _DayOfMonth
    wishes: tuple[str, ...]
    wishes_days: int = _Days
    cash_days: int = _Days
    failed_days: int = _Days
    passing_days: int = Field(ge=0, le=14)
    passing_window_days: int = _Days
    card_least_paid: float = _Share

    @model_validator(mode="after")
    def _known(self) -> Self:
        for key in (*self.utilities, *self.wishes):
            category(key)
        return self


@lru_cache(maxsize=1)
def settings() -> SignalSettings:
    """The settings in use, read once."""
    return settings_from(files("tools.stress.families").joinpath("signals.toml").read_text(encoding="utf-8"))


def settings_from(text: str) -> SignalSettings:
    """Settings out of TOML.

    Raises:
        UsageError: (`bad_signals`) not TOML, or a value that is missing, unknown or out of its range; (`unknown_category`).
    """
    try:
        return SignalSettings.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        first = " ".join(str(error).splitlines()[1:2]) or str(error)
        raise UsageError(f"The signal settings do not hold ({first}). Correct signals.toml.", code="bad_signals") from None
