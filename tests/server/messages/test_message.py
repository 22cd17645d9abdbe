import pytest
from pydantic import ValidationError

from server.messages.message import Message


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "", ".hidden", "a b"])
def test_a_key_that_could_leave_its_folder_is_no_key(key: str):
    with pytest.raises(ValidationError):
        Message(key=key, channel="sms", to="+441632960001", body="Hello")


def test_an_empty_message_is_none():
    with pytest.raises(ValidationError):
        Message(key="a", channel="sms", to="+441632960001", body="")
