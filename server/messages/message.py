"""One message to one person, and the port that takes it."""

from typing import Literal, Protocol

from pydantic import Field

from tools.value import Value

Channel = Literal["email", "sms", "chat_app"]


class Message(Value):
    """A message as it goes out: its text has passed the gate and a person has approved it.

    Attributes:
        key: the same for every attempt at this message, so that a receiver can drop what it already has.
        to: e-mail address, telephone number or the chat app's name for the person.
        subject: e-mails have one.
    """

    # The key becomes a file's name, and address and subject become headers: neither may leave its line.
    key: str = Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    channel: Channel
    to: str = Field(max_length=320, pattern=r"^[^\r\n]+$")
    subject: str | None = Field(default=None, max_length=200, pattern=r"^[^\r\n]+$")
    body: str = Field(min_length=1, max_length=10_000)
    language: str = "en"


class Messenger(Protocol):
    """Where messages of one channel are handed over."""

    def send(self, message: Message) -> None:
        """Hand a message over; when this returns it has been taken.

        Raises:
            UnavailableError: (`not_delivered`) it was not taken, and may be tried again with the same key.
            RefusedError: (`undeliverable`) it never will be: the address or the message is not accepted.
        """
        ...
