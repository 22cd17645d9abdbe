"""`personaforge serve`: the server."""

import sys
from typing import Annotated

import typer


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Fill an empty store with the demo bank first.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on (PERSONAFORGE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (PERSONAFORGE_PORT).")] = None,
) -> None:
    """Serve the web app and the API."""
    import uvicorn

    from server.cli.opened import open_bank
    from server.logs import configure_logging

    bank = open_bank()
    settings = bank.settings
    configure_logging(settings.log_level)
    if (demo or settings.demo) and not bank.accounts.accounts():
        from server.cli.seed import seed_demo

        seed_demo(bank, seed=None)
    from server.app import create_app, server_config

    address, number = host or settings.host, port or settings.port
    print(f"PersonaForge is at http://{address}:{number}", file=sys.stderr)
    uvicorn.Server(server_config(create_app(bank), address, number)).run()
