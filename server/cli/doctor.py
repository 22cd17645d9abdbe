"""`personaforge doctor`: does this set-up hold?"""

import shutil
import sys
from collections.abc import Callable

from tools.errors import PersonaForgeError

_ENOUGH_BYTES = 500_000_000


def doctor() -> None:
    """Check settings, keys, database, encoder, documents, index, model and page. Exit code 1 when something is wrong."""
    from server.messages.messengers import channels_told
    from server.settings import load_settings

    wrong = 0
    settings = load_settings()
    checks: list[tuple[str, Callable[[], str]]] = [("settings", lambda: f"home {settings.home}")]
    from server.cli.opened import open_bank

    bank = open_bank()
    checks += [
        ("disk", lambda: _disk(str(settings.home))),
        ("keys", lambda: bank.keys.check() or "readable by the owner only"),
        (
            "database",
            lambda: ", ".join(f"{source} as of {day}" for source, day in bank.business_dates().items()) or "empty: run `personaforge seed`",
        ),
        ("documents", lambda: f"{len(bank.catalogue.products)} products, {len(bank.catalogue.policies)} policies"),
        (
            "index",
            lambda: (
                f"{len(bank.retriever.search('fees', audience='customer', jurisdiction=settings.jurisdiction, on=bank.now().date(), k=1))} hit for a test question"
            ),
        ),
        ("model", lambda: settings.model or "built-in"),
        ("audit", lambda: "holds" if bank.audit.verify().holds else _fail("does not hold: run `personaforge audit verify`")),
        ("messages", lambda: channels_told(settings)),
        ("page", _page),
    ]
    for name, check in checks:
        try:
            print(f"ok     {name:<10} {check()}")
        except PersonaForgeError as error:
            wrong += 1
            print(f"wrong  {name:<10} {error.message}")
    sys.exit(1 if wrong else 0)


def _disk(folder: str) -> str:
    free = shutil.disk_usage(folder).free
    return f"{free / 1e9:.1f} GB free" if free > _ENOUGH_BYTES else _fail(f"only {free / 1e6:.0f} MB free: make room")


def _page() -> str:
    from pathlib import Path

    built = Path(__file__).parents[1] / "static" / "index.html"
    return "built" if built.exists() else _fail("the web page is not built: run `make install`")


def _fail(words: str) -> str:
    raise PersonaForgeError(words)
