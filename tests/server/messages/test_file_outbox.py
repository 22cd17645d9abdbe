import json
from pathlib import Path

import pytest

from server.messages.file_outbox import FileOutbox
from server.messages.message import Message
from tools.errors import UnavailableError

MESSAGE = Message(key="contact.1", channel="sms", to="+441632960001", body="Your rent of £900 is due on Friday.")


def test_a_message_is_one_readable_file_however_often_it_is_sent(tmp_path: Path):
    outbox = FileOutbox(tmp_path / "outbox")
    outbox.send(MESSAGE)
    outbox.send(MESSAGE)
    (only,) = (tmp_path / "outbox").iterdir()
    assert json.loads(only.read_text(encoding="utf-8"))["body"] == MESSAGE.body
    assert only.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "outbox").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(UnavailableError) as failed:
        FileOutbox(tmp_path / "outbox").send(MESSAGE)
    assert failed.value.code == "not_delivered"
