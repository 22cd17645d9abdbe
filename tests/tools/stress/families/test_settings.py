"""The days and shares of the signals are data, and are checked when they are read."""

from importlib.resources import files

import pytest

from tools.errors import UsageError
from tools.stress.families.settings import settings, settings_from

TEXT = files("tools.stress.families").joinpath("signals.toml").read_text(encoding="utf-8")


def test_the_settings_in_use_are_those_of_the_file():
    assert settings_from(TEXT) == settings()
    assert settings_from(TEXT.replace("lending_days = 30", "lending_days = 60")).lending_days == 60


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("lending_days = 30", "lending_days = 400"),
        ("decline_share = 0.10", "decline_share = 1.5"),
        ("cash_days = 90", "cash_daze = 90"),
        ("cash_days = 90", "cash_days ="),
    ],
)
def test_settings_that_do_not_hold_are_refused(line: str, broken: str):
    with pytest.raises(UsageError, match=r"Correct signals\.toml"):
        settings_from(TEXT.replace(line, broken))


def test_an_unknown_category_is_refused():
    with pytest.raises(UsageError, match="no category 'power'"):
        settings_from(TEXT.replace('"household"', '"power"'))
