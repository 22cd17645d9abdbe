"""`personaforge serve`: the server."""

import socket
import sys
from contextlib import closing
from typing import Annotated

import typer

from tools.errors import UnavailableError


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Fill an empty store with the demo bank first.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on (PERSONAFORGE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on (PERSONAFORGE_PORT).")] = None,
) -> None:
    """Serve the web app and the API."""
    import uvicorn

    from server.cli.opened import open_bank
    from server.logs import configure_logging

    bank = open_bank()
    settings = bank.settings
    address, number = host or settings.host, port or settings.port
    # Before anything else: a taken port must not be found out after the demo bank was made.
    with closing(listening(address, number)) as listener:
        configure_logging(settings.log_level)
        if (demo or settings.demo) and not bank.accounts.accounts():
            from server.cli.seed import seed_demo

            seed_demo(bank, seed=None)
        from server.app import create_app, server_config

        print(f"PersonaForge is at http://{address}:{number}", file=sys.stderr)
        uvicorn.Server(server_config(create_app(bank), address, number)).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """The bound socket of the server. Raises UnavailableError when the address cannot be had."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnavailableError(
            f"The server cannot listen on {host}, port {port}: {reason}. Stop the program that uses it, or give another --host or --port."
        ) from error
