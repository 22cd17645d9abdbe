"""Writing a file whole or not at all."""

import os
from pathlib import Path

from tools.errors import UsageError


def check_place(file: Path) -> None:
    """Whether a file can lie there, asked before long work.

    Raises:
        UsageError: it is a folder, or its folder does not exist (`bad_file`).
    """
    if file.is_dir():
        raise UsageError(f"{file} is a folder. Give the name of a file.", code="bad_file")
    if not file.parent.is_dir():
        raise UsageError(f"{file} cannot be written: there is no such folder. Give a file in a folder that exists.", code="bad_file")


def write_whole(file: Path, content: bytes) -> None:
    """The whole content or none of it: a reader never meets a half-written file.

    Raises:
        UsageError: it cannot be written there (`bad_file`).
    """
    check_place(file)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(file)
    except (NotADirectoryError, PermissionError) as error:
        raise UsageError(
            f"{file} cannot be written ({type(error).__name__}). Give a file in a folder that exists.", code="bad_file"
        ) from None
    finally:
        if part.exists():
            part.unlink()
