"""The web application: its built files, and its page for every address that is no file and no endpoint."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

STATIC = Path(__file__).parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"

_NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>PersonaForge</title></head>
<body><h1>The server runs; its pages have not been built</h1>
<p>Run <code>make install</code>, or <code>npm ci</code> and <code>npm run build</code> in the folder <code>web</code>, then reload this page.
The API is described at <a href="/openapi.json">/openapi.json</a>.</p></body></html>
"""


def pages_router(folder: Path = STATIC) -> APIRouter:
    """Every other GET. To be included last."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    def page(path: str, request: Request) -> Response:
        file = _file(folder, path)
        if file is not None:
            # The names of what lies in assets hold a hash of the content, so that it never changes.
            return FileResponse(file, headers={"Cache-Control": _FOR_EVER if path.startswith("assets/") else _ASK_AGAIN})
        if "text/html" not in request.headers.get("accept", "") or path.startswith("assets/"):
            raise HTTPException(404)
        index = folder / "index.html"
        if not index.is_file():
            return HTMLResponse(_NOT_BUILT, headers={"Cache-Control": "no-store"})
        return FileResponse(index, headers={"Cache-Control": _ASK_AGAIN})

    return router


def _file(folder: Path, path: str) -> Path | None:
    """The file of the bundle at this address; None for everything else, above all for what lies outside of it."""
    if not path or "\x00" in path:
        return None
    file = (folder / path).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
