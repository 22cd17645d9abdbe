"""When the packaging hook builds the web pages, and with which Node."""

import os
from pathlib import Path

import pytest

import hatch_build


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose pages were never built."""
    source = tmp_path / "web" / "src" / "main.tsx"
    source.parent.mkdir(parents=True)
    source.write_text("")
    (tmp_path / "web" / "package.json").write_text("{}")
    return tmp_path


def build(checkout: Path, *, seconds_after_sources: float) -> None:
    index = checkout / "server" / "static" / "index.html"
    index.parent.mkdir(parents=True)
    index.write_text("")
    at = hatch_build.newest(checkout / "web") + seconds_after_sources
    os.utime(index, (at, at))


@pytest.mark.parametrize(
    ("said", "enough"),
    [
        ("v20.18.3\n", False),
        ("v20.19.0\n", True),
        ("v21.9.0\n", False),
        ("v22.11.0\n", False),
        ("v22.12.0\n", True),
        ("v24.1.0\n", True),
        ("", False),
    ],
)
def test_node_is_used_when_vite_runs_on_it(said: str, enough: bool) -> None:
    assert hatch_build.recent_enough(said) is enough


def test_pages_are_built_when_they_are_missing(checkout: Path) -> None:
    assert hatch_build.pages_needed(checkout, {})


def test_pages_are_built_again_when_a_source_is_newer(checkout: Path) -> None:
    build(checkout, seconds_after_sources=-10)
    assert hatch_build.pages_needed(checkout, {})


def test_current_pages_are_left_alone(checkout: Path) -> None:
    build(checkout, seconds_after_sources=10)
    assert not hatch_build.pages_needed(checkout, {})


def test_pages_of_a_source_archive_whose_times_are_all_the_same_are_left_alone(checkout: Path) -> None:
    build(checkout, seconds_after_sources=0)
    assert not hatch_build.pages_needed(checkout, {})


def test_a_setting_skips_them(checkout: Path) -> None:
    assert not hatch_build.pages_needed(checkout, {hatch_build.SKIP: "1"})


def test_nothing_is_built_where_there_are_no_sources(tmp_path: Path) -> None:
    assert not hatch_build.pages_needed(tmp_path, {})


def test_a_failing_npm_ends_the_build_with_one_sentence(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = checkout / "npm"
    npm.write_text("#!/bin/sh\nexit 3\n")
    npm.chmod(0o755)
    monkeypatch.setattr(hatch_build, "node_will_do", lambda node: True)
    monkeypatch.setattr(hatch_build.shutil, "which", lambda name: str(npm))
    with pytest.raises(SystemExit, match=r"`npm ci` in .* failed \(see above\); fix that, or set PERSONAFORGE_SKIP_WEB=1"):
        hatch_build.build_pages(checkout / "web")
