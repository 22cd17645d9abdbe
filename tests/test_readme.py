"""The README is true: every command, setting and role of it exists, and none is missing."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from agent.specialists import SPECIALISTS
from server.cli.app import app
from server.settings import settings_table

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def commands(group: object, prefix: str = "") -> list[str]:
    found: list[str] = []
    for name, command in getattr(group, "commands", {}).items():
        path = f"{prefix}{name}"
        found += commands(command, f"{path} ") if getattr(command, "commands", None) else [path]
    return found


@pytest.mark.parametrize("command", commands(get_command(app)))
def test_every_command_is_described(command: str):
    group, *rest = command.split()
    row = next(
        line
        for line in README.splitlines()
        if line.startswith("|") and f"personaforge {group}" in line and all(f"{word}" in line for word in rest)
    )
    assert row


def test_every_command_in_the_readme_exists():
    known = {command.split()[0] for command in commands(get_command(app))}
    assert set(re.findall(r"`personaforge (\w+)", README)) <= known


def test_the_table_of_settings_is_the_one_of_the_code():
    assert settings_table() in README


def test_every_specialist_has_its_prompt():
    prompts = Path(__file__).parents[1] / "agent" / "prompts"
    assert {path.stem for path in prompts.glob("*.md")} == {*SPECIALISTS, "planner", "writer"}
