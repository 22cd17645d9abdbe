"""Messages by e-mail, over SMTP."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

from server.messages.message import Message
from tools.errors import RefusedError, UnavailableError

_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class SmtpMessenger:
    """Hands e-mails to one server. `smtps://` speaks TLS from the start, `smtp+starttls://` turns to it, `smtp://` never does."""

    def __init__(self, address: str, sender: str) -> None:
        """`address` is `scheme://user:password@host:port`; user, password and port may be missing."""
        self._address = urlsplit(address)
        self._sender = sender

    def send(self, message: Message) -> None:
        """Hand over one e-mail. Its Message-ID is made of the key: a server that has it already shows it once."""
        try:
            with self._connected() as server:
                server.send_message(self._mail(message))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _told(error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError("The mail server does not answer. Check PERSONAFORGE_SMTP_URL.", code="not_delivered") from error

    def _connected(self) -> smtplib.SMTP:
        at = self._address
        host, port = at.hostname or "localhost", at.port or _PORTS[at.scheme]
        if at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
            if at.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
        if at.username:
            server.login(unquote(at.username), unquote(at.password or ""))
        return server

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, message.to, message.subject or ""
        mail["Message-ID"] = f"<{message.key}@{self._sender.rpartition('@')[2] or make_msgid()}>"
        mail["Content-Language"] = message.language
        mail.set_content(message.body)
        return mail


def _told(error: smtplib.SMTPException) -> UnavailableError | RefusedError:
    """4xx answers pass, 5xx answers stay (RFC 5321, section 4.2.1)."""
    codes = [code for code, _ in error.recipients.values()] if isinstance(error, smtplib.SMTPRecipientsRefused) else [_code(error)]
    if codes and all(code >= 500 for code in codes):
        return RefusedError("The mail server does not accept this address or message. Correct the address.", code="undeliverable")
    return UnavailableError("The mail server did not take the message. It is tried again.", code="not_delivered")


def _code(error: smtplib.SMTPException) -> int:
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0
