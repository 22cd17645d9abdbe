from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from server.cli import main
from tests.small_bank import SmallBank


class Ended(NamedTuple):
    """How a command ended: exit status, and what it wrote where."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Command = Callable[..., Ended]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `personaforge …` in this process, on the home folder that is set."""

    def run(*arguments: Any) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        told = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Ended(code or 0, told.out, told.err)

    return run


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that had nothing prepared."""
    home = tmp_path / "home"
    monkeypatch.setenv("PERSONAFORGE_HOME", str(home))
    return home


@pytest.fixture
def own_bank(small_bank: SmallBank, monkeypatch: pytest.MonkeyPatch) -> SmallBank:
    """A small demo bank of this test's own, set as the home."""
    monkeypatch.setenv("PERSONAFORGE_HOME", str(small_bank.home))
    return small_bank


@pytest.fixture(scope="module")
def shared_home(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    """A small demo bank that the questions of one file share."""
    return prepared_bank.copy(tmp_path_factory.mktemp("shared") / "home")


@pytest.fixture
def shared_bank(shared_home: SmallBank, monkeypatch: pytest.MonkeyPatch) -> SmallBank:
    monkeypatch.setenv("PERSONAFORGE_HOME", str(shared_home.home))
    return shared_home
