"""`personaforge bench`: the speed claims, measured here and now."""

import runpy
from pathlib import Path
from typing import Annotated

import typer

from tools.errors import UsageError

CHECKOUT = Path(__file__).parents[2]


def bench(name: Annotated[str | None, typer.Argument(help="Which benchmark.")] = None) -> None:
    """Run one benchmark of a checkout and print its ratio as one JSON object."""
    known = benchmarks_of(CHECKOUT)
    if name not in known:
        raise UsageError(f"{name!r} is no benchmark. Use one of: {', '.join(known)}." if name else f"Name a benchmark: {', '.join(known)}.")
    runpy.run_path(str(CHECKOUT / "benchmarks" / f"{name}.py"), run_name="__main__")


def benchmarks_of(checkout: Path) -> tuple[str, ...]:
    """The names of a checkout's benchmarks.

    Raises:
        UsageError: PersonaForge is installed without them.
    """
    found = sorted(path.stem for path in (checkout / "benchmarks").glob("*.py") if path.stem != "__init__")
    if not found or not (checkout / "pyproject.toml").is_file():
        raise UsageError("Benchmarks are not part of an installed PersonaForge. Run them from a checkout, after `make install`.")
    return tuple(found)
