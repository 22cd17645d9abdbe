"""`personaforge protocol`: the types of the wire for TypeScript."""

from pathlib import Path
from typing import Annotated

import typer


def protocol(file: Annotated[Path | None, typer.Option("--out", help="Write here instead of standard output.")] = None) -> None:
    """Print the TypeScript types of the wire, made from the server's own models."""
    from server.types_file import typescript

    text = typescript()
    if file is None:
        print(text, end="")
    else:
        file.write_text(text, encoding="utf-8")
