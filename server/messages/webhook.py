"""Messages by SMS or chat app: one HTTP contract for both, so that any provider needs one small adapter.

`POST` of `{"key", "channel", "to", "body", "language"}` as JSON, with `Idempotency-Key` (the message's key) and, when a secret is
set, `X-Signature: sha256=` and the HMAC of the body in hex. Any 2xx means taken; 4xx but 408 and 429 means never; all else means later.
"""

import hashlib
import hmac

import httpx
import orjson

from server.messages.message import Message
from tools.errors import RefusedError, UnavailableError

_SECONDS = 20.0
_LATER = {408, 429}


class WebhookMessenger:
    """Hands messages to one address. Redirects are not followed: they would take the text elsewhere."""

    def __init__(self, address: str, secret: str | None) -> None:
        self._address = address
        self._secret = secret

    def send(self, message: Message) -> None:
        """Hand over one message."""
        body = orjson.dumps(message.model_dump(exclude={"subject"}), option=orjson.OPT_SORT_KEYS)
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        if self._secret is not None:
            headers["X-Signature"] = "sha256=" + hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        try:
            answer = httpx.post(self._address, content=body, headers=headers, timeout=_SECONDS, follow_redirects=False)
        except httpx.HTTPError as error:
            raise _later() from error
        if answer.is_success:
            return
        if answer.is_client_error and answer.status_code not in _LATER:
            raise RefusedError("The provider does not accept this message or address. Correct the address.", code="undeliverable")
        raise _later()


def _later() -> UnavailableError:
    return UnavailableError("The provider did not take the message. Check its address in the settings.", code="not_delivered")
