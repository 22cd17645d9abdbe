from pathlib import Path

import pytest

from server.messages.file_outbox import FileOutbox
from server.messages.messengers import channels_told, messengers_of
from server.messages.smtp import SmtpMessenger
from server.messages.webhook import WebhookMessenger
from server.settings import load_settings
from tools.errors import UsageError

MAIL = {"PERSONAFORGE_SMTP_URL": "smtp+starttls://bank:secret@mail.example:587", "PERSONAFORGE_MAIL_FROM": "help@bank.example"}


def test_without_settings_every_channel_is_the_folder(tmp_path: Path):
    settings = load_settings({"PERSONAFORGE_HOME": str(tmp_path)})
    assert {type(one) for one in messengers_of(settings).values()} == {FileOutbox}
    assert channels_told(settings).count("stays in the folder outbox") == 3


def test_each_setting_makes_its_channel_real(tmp_path: Path):
    settings = load_settings({"PERSONAFORGE_HOME": str(tmp_path), **MAIL, "PERSONAFORGE_SMS_URL": "https://sms.example/send"})
    found = messengers_of(settings)
    assert (type(found["email"]), type(found["sms"]), type(found["chat_app"])) == (SmtpMessenger, WebhookMessenger, FileOutbox)
    assert channels_told(settings) == "e-mail goes out, SMS goes out, chat app stays in the folder outbox"


def test_no_secret_is_in_what_settings_look_like(tmp_path: Path):
    settings = load_settings({"PERSONAFORGE_HOME": str(tmp_path), **MAIL, "PERSONAFORGE_WEBHOOK_SECRET": "hush-hush"})
    assert not any(word in repr(settings) for word in ("bank:secret", "hush-hush"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"PERSONAFORGE_SMTP_URL": "http://mail.example"},
        {"PERSONAFORGE_SMTP_URL": "smtp://"},
        {"PERSONAFORGE_SMTP_URL": "smtp://mail.example:port"},
        {"PERSONAFORGE_SMTP_URL": MAIL["PERSONAFORGE_SMTP_URL"]},
        {**MAIL, "PERSONAFORGE_MAIL_FROM": "nobody"},
        {"PERSONAFORGE_SMS_URL": "sms.example"},
    ],
)
def test_a_channel_that_cannot_work_is_said_at_start(tmp_path: Path, wrong: dict[str, str]):
    with pytest.raises(UsageError) as told:
        load_settings({"PERSONAFORGE_HOME": str(tmp_path), **wrong})
    assert told.value.code == "bad_setting"
    assert "secret" not in told.value.message
