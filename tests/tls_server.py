"""A real server on this machine, with TLS or without, that behaves as a test tells it to.

An answer is a function that writes to the connection; a list of answers is given one after the
other, the last one from then on. What was asked is kept for the test to look at.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import trustme


@dataclass(frozen=True, slots=True)
class Asked:
    target: str
    headers: Mapping[str, str]
    server_name: str
    method: str = "GET"


Answer = Callable[["Handler"], None]


@dataclass(slots=True)
class TlsServer:
    port: int
    scheme: str = "https"
    routes: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/datei.bin", host: str = "localhost") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def on(self, path: str, *answers: Answer) -> str:
        self.routes[path] = list(answers)
        return self.url(path)

    def heard(self, header: str) -> list[str]:
        return [asked.headers.get(header, "") for asked in self.asked]


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.0: the end of the connection is the end of the answer, unless it says otherwise."""

    server: _Server

    @property
    def told(self) -> TlsServer:
        return self.server.told

    def do_GET(self) -> None:
        told = self.told
        name = getattr(self.connection, "server_name_asked", "")
        told.asked.append(Asked(self.path, dict(self.headers.items()), name, self.command))
        answers = told.routes.get(self.path.split("?")[0], [reply(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)

    def do_HEAD(self) -> None:
        self.do_GET()

    def write(self, body: bytes) -> None:
        if self.command != "HEAD":
            self.wfile.write(body)

    def head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: the tests look at `asked`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    context: ssl.SSLContext | None
    told: TlsServer

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        # The handshake belongs into the thread of the request: it may never end.
        connection.settimeout(10)
        if self.context is None:
            return connection, address
        wrapped = self.context.wrap_socket(
            connection, server_side=True, do_handshake_on_connect=False
        )
        return wrapped, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested here."""


@contextmanager
def running_server(authority: trustme.CA | None, *names: str) -> Iterator[TlsServer]:
    """Without an authority it speaks plain HTTP."""
    context = context_of(authority, *names) if authority else None
    with _Server(("127.0.0.1", 0), Handler) as server:
        told = TlsServer(server.server_address[1], "https" if context else "http")
        server.context, server.told = context, told
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield told
        finally:
            told.stopping.set()
            server.shutdown()
            thread.join()


def context_of(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or ("localhost", "127.0.0.1"))).configure_cert(context)

    def note_name(connection: Any, name: str | None, _: ssl.SSLContext) -> None:
        connection.server_name_asked = name or ""

    context.sni_callback = note_name
    return context


# Answers ----------------------------------------------------------------------------------------


def reply(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.head(status, Content_Length=str(len(body)), **headers)
        handler.write(body)

    return answer


def redirect(target: str) -> Answer:
    return reply(302, b"", Location=target)


def serve(body: bytes, etag: str, *, cut_after: int | None = None) -> Answer:
    """A file as a good server has it; with `cut_after` the connection ends after so many bytes."""

    def answer(handler: Handler) -> None:
        headers = handler.headers
        if headers.get("If-None-Match") == etag:
            handler.head(304, ETag=etag)
            return
        start = 0
        found = re.fullmatch(r"bytes=(\d+)-", headers.get("Range", ""))
        if found and headers.get("If-Range", etag) == etag:
            start = int(found[1])
        rest = body[start:]
        described = {"Content_Length": str(len(rest)), "ETag": etag}
        if start:
            described["Content_Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        handler.head(206 if start else 200, **described)
        handler.wfile.write(rest if cut_after is None else rest[:cut_after])

    return answer


def trickle(head: bytes, seconds: float) -> Answer:
    """One byte now and then, for ever: first those of `head`, then zeros."""

    def answer(handler: Handler) -> None:
        count = 0
        while not handler.told.stopping.is_set():
            handler.wfile.write(head[count : count + 1] or b"0")
            count += 1
            time.sleep(seconds)

    return answer


def keep_silent(handler: Handler) -> None:
    handler.told.stopping.wait(10)
