"""Disk of the core install, against a plain install of the stack's packages by name: `personaforge bench install`.

Each goes into a fresh virtual environment by uv, with copies instead of links, so that every byte is counted where it is used. Byte code
(`.pyc`) is not counted, because installers differ in when they make it. Both environments are deleted. Needs about 3 GB of free disk for
a minute, and the packages from the index or uv's cache.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = 0.75
CORE_LOCK = Path(__file__).parents[1] / "requirements" / "core.lock"
#: What somebody who builds this by hand installs, plus the server that FastAPI needs.
PLAIN = (
    "langgraph", "langchain", "openai", "chromadb", "fastapi", "websockets", "sqlmodel", "xgboost", "pandas", "pytest", "respx", "uvicorn",
)  # fmt: skip


def uv() -> str:
    """The uv of this environment, or the one on the path."""
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise SystemExit("There is no uv here. Run `make install` first.")
    return found


def installed_bytes(folder: Path, *what: str) -> int:
    """Bytes of an environment with `what` installed; the environment is deleted."""
    try:
        subprocess.run([uv(), "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        subprocess.run(
            [uv(), "pip", "install", "--quiet", "--link-mode", "copy", "--python", str(folder / "bin" / "python"), *what], check=True
        )
        files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and path.suffix != ".pyc")
        return sum(path.stat().st_size for path in files)
    except subprocess.CalledProcessError:
        raise SystemExit("An environment could not be made; uv says why above. Try again with the index within reach.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Install both, one after the other, and print one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        core = installed_bytes(Path(folder) / "core", "--require-hashes", "-r", str(CORE_LOCK))
        plain = installed_bytes(Path(folder) / "plain", *PLAIN)
    ratio = core / plain
    print(
        json.dumps(
            {
                "benchmark": "install",
                "core_megabytes": round(core / 1e6),
                "plain_megabytes": round(plain / 1e6),
                "ratio": round(ratio, 3),
                "target": TARGET,
                "met": ratio <= TARGET,
            }
        )
    )


if __name__ == "__main__":
    main()
