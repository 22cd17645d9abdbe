"""Which messenger takes which channel: what the settings name, and a folder for the rest."""

from server.messages.file_outbox import FileOutbox
from server.messages.message import Channel, Messenger
from server.messages.smtp import SmtpMessenger
from server.messages.webhook import WebhookMessenger
from server.settings import Settings

_WORDS: dict[Channel, str] = {"email": "e-mail", "sms": "SMS", "chat_app": "chat app"}


def messengers_of(settings: Settings) -> dict[Channel, Messenger]:
    """A messenger for every channel."""
    outbox = FileOutbox(settings.home / "outbox")
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else None
    smtp, sms, chat_app = settings.smtp_url, settings.sms_url, settings.chat_app_url
    return {
        "email": SmtpMessenger(smtp.get_secret_value(), settings.mail_from or "") if smtp else outbox,
        "sms": WebhookMessenger(sms, secret) if sms else outbox,
        "chat_app": WebhookMessenger(chat_app, secret) if chat_app else outbox,
    }


def channels_told(settings: Settings) -> str:
    """Which channels are real, for `personaforge doctor`."""
    real = {"email": settings.smtp_url, "sms": settings.sms_url, "chat_app": settings.chat_app_url}
    told = [f"{words} {'goes out' if real[channel] else 'stays in the folder outbox'}" for channel, words in _WORDS.items()]
    return ", ".join(told)
