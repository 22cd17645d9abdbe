"""The command line. Each command loads only what it needs; errors end in one sentence with the remedy and a known exit code."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `personaforge`."""
    from server.telemetry import silence_telemetry

    silence_telemetry()
    from server.cli.app import app
    from server.error_codes import exit_code, recognised

    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="personaforge", standalone_mode=True)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:  # every known failure ends in its sentence; an unknown one keeps its traceback
        known = recognised(error)
        if known is None:
            raise
        print(known.message, file=sys.stderr)
        sys.exit(exit_code(known))


if __name__ == "__main__":
    main()
