"""`personaforge catalogue`: the published documents."""

from pathlib import Path
from typing import Annotated

import typer

catalogue = typer.Typer(help="The published products and policies.", no_args_is_help=True)


@catalogue.command()
def check(folder: Annotated[Path | None, typer.Argument(help="Another folder with products/ and policies/.")] = None) -> None:
    """Validate every document and what it promises to compute."""
    from knowledge.catalogue import PACKAGED, load_catalogue

    found = load_catalogue(folder or PACKAGED)
    print(f"{len(found.products)} products and {len(found.policies)} policies hold; version {found.version}.")
