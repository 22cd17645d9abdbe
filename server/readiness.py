"""Whether turns can be run yet: not before everything heavy is loaded, which happens after the port is bound."""

import asyncio

from tools.errors import PersonaForgeError, UnavailableError


class Readiness:
    """Set once, to ready or to the reason why not."""

    def __init__(self) -> None:
        self._decided = asyncio.Event()
        self._failure: PersonaForgeError | None = None

    def set_ready(self) -> None:
        """Everything is loaded."""
        self._decided.set()

    def set_failed(self, failure: PersonaForgeError) -> None:
        """Something cannot be loaded."""
        self._failure = failure
        self._decided.set()

    def require(self) -> None:
        """Raise UnavailableError while it is loading (`starting`), or the reason why it could not be loaded."""
        if self._failure is not None:
            raise self._failure
        if not self._decided.is_set():
            raise UnavailableError("The assistant is still starting. Try again in a moment.", code="starting")

    async def wait(self) -> None:
        """Wait until it is loaded. Raises the reason why it could not be."""
        await self._decided.wait()
        self.require()
