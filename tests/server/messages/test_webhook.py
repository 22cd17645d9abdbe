import hashlib
import hmac
import json

import httpx
import pytest
import respx

from server.messages.message import Message
from server.messages.webhook import WebhookMessenger
from tools.errors import RefusedError, UnavailableError

ADDRESS = "http://provider.test/messages"
MESSAGE = Message(key="contact.1", channel="chat_app", to="anna", body="Your rent of £900 is due on Friday.")


@respx.mock
def test_the_contract_carries_key_text_and_signature():
    taken = respx.post(ADDRESS).mock(return_value=httpx.Response(202))
    WebhookMessenger(ADDRESS, "secret").send(MESSAGE)
    request = taken.calls.last.request
    assert json.loads(request.content) == {
        "key": "contact.1", "channel": "chat_app", "to": "anna", "body": MESSAGE.body, "language": "en"
    }  # fmt: skip
    assert request.headers["Idempotency-Key"] == "contact.1"
    assert request.headers["X-Signature"] == "sha256=" + hmac.new(b"secret", request.content, hashlib.sha256).hexdigest()


@respx.mock
@pytest.mark.parametrize("status", [408, 429, 500, 503, 302])
def test_what_may_pass_is_tried_again(status: int):
    respx.post(ADDRESS).mock(return_value=httpx.Response(status))
    with pytest.raises(UnavailableError) as failed:
        WebhookMessenger(ADDRESS, None).send(MESSAGE)
    assert failed.value.code == "not_delivered"


@respx.mock
@pytest.mark.parametrize("status", [400, 404, 422])
def test_what_will_not_pass_is_not(status: int):
    respx.post(ADDRESS).mock(return_value=httpx.Response(status))
    with pytest.raises(RefusedError) as failed:
        WebhookMessenger(ADDRESS, None).send(MESSAGE)
    assert failed.value.code == "undeliverable"


@respx.mock
def test_a_provider_that_is_away_is_tried_again():
    respx.post(ADDRESS).mock(side_effect=httpx.ConnectError("away"))
    with pytest.raises(UnavailableError, match="did not take"):
        WebhookMessenger(ADDRESS, None).send(MESSAGE)


@respx.mock
def test_without_a_secret_there_is_no_signature():
    taken = respx.post(ADDRESS).mock(return_value=httpx.Response(200))
    WebhookMessenger(ADDRESS, None).send(MESSAGE)
    assert "X-Signature" not in taken.calls.last.request.headers
