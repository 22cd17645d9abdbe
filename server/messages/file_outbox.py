"""Messages as files in a folder: what a bank without a mail server has, and where tests look."""

from pathlib import Path

import orjson

from server.messages.message import Message
from tools.errors import UnavailableError


class FileOutbox:
    """One JSON file per message, named by its key; the same message again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message) -> None:
        """Write the message, whole or not at all."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = self._folder / f".{message.key}.part"
            unfinished.write_bytes(orjson.dumps(message.model_dump(), option=orjson.OPT_INDENT_2))
            unfinished.chmod(0o600)
            unfinished.replace(self._folder / f"{message.key}.json")
        except OSError as error:
            raise UnavailableError(
                "The message could not be written to the outbox folder. Check its permissions and the free space.", code="not_delivered"
            ) from error
