"""A small HTTP server that speaks the chat-completions protocol the way real endpoints do: streamed, in pieces, and at times wrongly.

Each request takes the next behaviour of its script; the last one stays. A behaviour is a function that writes to an open exchange.
"""

import contextlib
import itertools
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SIZE_OF_A_PIECE = 7
_NUMBERS = itertools.count()


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    protocol_version = "HTTP/1.1"
    server: "OpenAIServer"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        behaviour = self.server.take(self.path, body, dict(self.headers))
        # A client that goes away is one of the things the tests are about.
        with contextlib.suppress(ConnectionError):
            behaviour(self)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on standard error."""

    def open_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send_text(self, text: str) -> None:
        """One chunk of the body."""
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def send_delta(self, delta: dict[str, Any], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.send_text(f"data: {json.dumps(event)}\n\n")

    def end_stream(self, finish: str) -> None:
        self.send_delta({}, finish)
        self.send_text("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def send_whole(self, status: int, body: str, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body.encode())), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())

    def wait_for_the_client_to_leave(self) -> None:
        """Say nothing more; note when the client closes its side, or give up when the server is stopped."""
        while not self.server.stopped.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                self.server.client_left.set()
                break
        self.close_connection = True


Behaviour = Callable[[Exchange], None]


class OpenAIServer(ThreadingHTTPServer):
    """The endpoint and what it was asked."""

    daemon_threads = True

    def __init__(self, script: Sequence[Behaviour]) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.client_left, self.asked, self.stopped = threading.Event(), threading.Event(), threading.Event()
        self._lock, self._number = threading.Lock(), next(_NUMBERS)

    @property
    def base_url(self) -> str:
        # A path of its own: the client library keeps one connection pool per address, and ports are used again.
        return f"http://127.0.0.1:{self.server_port}/{self._number}/v1"

    def take(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Behaviour:
        with self._lock:
            self.paths.append(path)
            self.requests.append(body)
            self.headers.append(headers)
            self.asked.set()
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def openai_server(*script: Behaviour) -> Generator[OpenAIServer]:
    """Serve `script` on a free port of this machine until the block ends."""
    server = OpenAIServer(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _pieces(text: str) -> list[str]:
    return [text[at : at + SIZE_OF_A_PIECE] for at in range(0, len(text), SIZE_OF_A_PIECE)]


def says(text: str, finish: str = "stop") -> Behaviour:
    """Streams a text in pieces."""

    def behave(exchange: Exchange) -> None:
        exchange.open_stream()
        exchange.send_delta({"role": "assistant", "content": ""})
        for piece in _pieces(text):
            exchange.send_delta({"content": piece})
        exchange.end_stream(finish)

    return behave


def calls(*wanted: tuple[str, Any], finish: str = "tool_calls") -> Behaviour:
    """Streams tool calls: the name first, then the arguments in pieces. Arguments given as a string are sent as they are."""

    def behave(exchange: Exchange) -> None:
        exchange.open_stream()
        exchange.send_delta({"role": "assistant", "content": None})
        for index, (name, arguments) in enumerate(wanted):
            _send_call(exchange, index, name, arguments)
        exchange.end_stream(finish)

    return behave


def _send_call(exchange: Exchange, index: int, name: str, arguments: Any) -> None:
    start = {"index": index, "id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": ""}}
    exchange.send_delta({"tool_calls": [start]})
    for piece in _pieces(arguments if isinstance(arguments, str) else json.dumps(arguments)):
        exchange.send_delta({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})


def breaks_off_in_call(name: str, arguments: str, *, politely: bool) -> Behaviour:
    """Sends part of a tool call and ends: `politely` as a proxy does that ends the stream in good form, else by hanging up."""

    def behave(exchange: Exchange) -> None:
        exchange.open_stream()
        _send_call(exchange, 0, name, arguments)
        if politely:
            exchange.wfile.write(b"0\r\n\r\n")
        exchange.close_connection = True

    return behave


def stalls_before(exchange: Exchange) -> None:
    """Takes the request and never answers."""
    exchange.wait_for_the_client_to_leave()


def stalls_in_the_middle(exchange: Exchange) -> None:
    """Starts to answer and stops."""
    exchange.open_stream()
    exchange.send_delta({"role": "assistant", "content": "Let me"})
    exchange.wait_for_the_client_to_leave()


def keeps_alive_only(exchange: Exchange) -> None:
    """Sends nothing but comments, so that no read ever times out."""
    exchange.open_stream()
    try:
        while not exchange.server.stopped.is_set():
            exchange.send_text(": still here\n\n")
            time.sleep(0.02)
    except ConnectionError:
        exchange.server.client_left.set()


def never_ends(exchange: Exchange) -> None:
    """Streams words without end, as fast as they are taken."""
    exchange.open_stream()
    try:
        while not exchange.server.stopped.is_set():
            exchange.send_delta({"content": "more and more words " * 50})
    except ConnectionError:
        exchange.server.client_left.set()


def garbage(exchange: Exchange) -> None:
    """Answers 200 with a page instead of a stream."""
    exchange.send_whole(200, "<html><body>Welcome to the proxy</body></html>", "text/html")


def empty(exchange: Exchange) -> None:
    """A stream with nothing in it."""
    exchange.open_stream()
    exchange.send_text("data: [DONE]\n\n")
    exchange.wfile.write(b"0\r\n\r\n")


def broken_events(exchange: Exchange) -> None:
    """A stream whose second event is no JSON."""
    exchange.open_stream()
    exchange.send_delta({"role": "assistant", "content": "Well"})
    exchange.send_text('data: {"choices": [{"index": 0, "del\n\n')
    exchange.end_stream("stop")


def error_in_the_stream(exchange: Exchange) -> None:
    """Answers 200 and reports its failure as an event, as several gateways do."""
    exchange.open_stream()
    exchange.send_delta({"role": "assistant", "content": "Well"})
    exchange.send_text('data: {"error": {"message": "upstream overloaded", "type": "server_error"}}\n\n')
    exchange.wfile.write(b"0\r\n\r\n")


def refuses(status: int, **headers: str) -> Behaviour:
    """Answers with an error status."""

    def behave(exchange: Exchange) -> None:
        exchange.send_whole(status, json.dumps({"error": {"message": f"status {status}", "type": "error"}}), **headers)

    return behave
