import socketserver
import threading
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from server.messages.message import Message
from server.messages.smtp import SmtpMessenger
from tools.errors import RefusedError, UnavailableError

MESSAGE = Message(key="contact.1", channel="email", to="anna@example.test", subject="Your rent", body="Your rent of £900 is due on Friday.")


class _Session(socketserver.StreamRequestHandler):
    """As much of SMTP as one e-mail needs."""

    server: "MailServer"

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            if verb == "RCPT":
                self._say(self.server.answer)
            elif verb == "DATA":
                self._say("354 go on")
                self.server.mails.append(self._text())
                self._say("250 taken")
            else:
                self._say("250 fine")

    def _text(self) -> str:
        lines: list[str] = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[str] = []
        self.answer = "250 fine"

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_real_server_gets_the_whole_e_mail(mail_server: MailServer):
    SmtpMessenger(mail_server.address, "bank@example.test").send(MESSAGE)
    (mail,) = mail_server.mails
    assert "To: anna@example.test" in mail
    assert "Subject: Your rent" in mail
    assert "Message-ID: <contact.1@example.test>" in mail


@pytest.mark.parametrize(
    ("answer", "kind", "code"), [("550 no such person", RefusedError, "undeliverable"), ("451 later", UnavailableError, "not_delivered")]
)
def test_a_refusal_for_good_is_told_from_one_for_now(mail_server: MailServer, answer: str, kind: type[Exception], code: str):
    mail_server.answer = answer
    with pytest.raises(kind) as failed:
        SmtpMessenger(mail_server.address, "bank@example.test").send(MESSAGE)
    assert getattr(failed.value, "code", None) == code
    assert mail_server.mails == []


def test_a_server_that_is_away_is_tried_again(mail_server: MailServer):
    address = mail_server.address
    mail_server.shutdown()
    mail_server.server_close()
    with pytest.raises(UnavailableError, match="does not answer"):
        SmtpMessenger(address, "bank@example.test").send(MESSAGE)


def test_a_line_break_cannot_add_a_header(mail_server: MailServer):
    broken = "Your rent\r\nBcc: everybody@example.test"
    with pytest.raises(ValidationError):
        Message(key="contact.1", channel="email", to="anna@example.test", subject=broken, body="Hello")
    with pytest.raises(ValueError, match="linefeed"):
        SmtpMessenger(mail_server.address, "bank@example.test").send(MESSAGE.model_copy(update={"subject": broken}))
    assert mail_server.mails == []
