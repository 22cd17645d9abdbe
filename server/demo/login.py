"""Who may sign in to the demo bank. Passwords are made when it is seeded and are nowhere in the code."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tools.value import Value

FOLDER = Path(__file__).parent


class DemoLogin(Value):
    """One login: a customer with its id, a relationship manager with its book (the ids in it come with the bank), staff or admin."""

    login: str
    role: Literal["customer", "rm", "staff", "admin"]
    name: str
    customer_id: str | None = None
    book: str | None = None


@cache
def demo_table() -> dict[str, Any]:
    """The content of `demo.toml`."""
    return tomllib.loads((FOLDER / "demo.toml").read_text("utf-8"))


def demo_logins() -> tuple[DemoLogin, ...]:
    """Every login of the demo bank; the first of a role is the one meant where only a role is named."""
    return tuple(DemoLogin.model_validate(row) for row in demo_table()["logins"])
