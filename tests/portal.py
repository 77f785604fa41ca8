"""The portal as its readers meet it: the real application on a real socket, asked in bytes.

Used by the page tests in `integration` and `browser` and by the architecture test's crawl; how
an answer is taken apart is in `seite.py`.
"""

from __future__ import annotations

import http.client
import logging
import socket
import threading
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import uvicorn
from litestar import Litestar

from katalog.cli import serve
from katalog.db import Engine, Session, open_engine, reading
from katalog.settings import Settings, load_settings
from katalog.web.app import create_app, wrap
from tests.seite import Seite, read_seite

TODAY = "2026-11-20"
BETREIBER = {
    "KATALOG_BETREIBER_NAME": "Zweckverband Beispiel <Demo>",
    "KATALOG_BETREIBER_ANSCHRIFT": "Musterweg 1|12345 Beispielstadt",
    "KATALOG_BETREIBER_VERTRETUNG": "die Verbandsvorstehung",
    "KATALOG_BETREIBER_EMAIL": "katalog@zweckverband.example",
    "KATALOG_BETREIBER_TELEFON": "0251 000000",
    "KATALOG_BETREIBER_LAND": "NW",
    "KATALOG_BETREIBER_DATENSCHUTZ": "datenschutz@zweckverband.example",
    "KATALOG_BETREIBER_AUFSICHT": "Aufsichtsbehörde Beispiel",
    "KATALOG_BETREIBER_SCHLICHTUNG": "Schlichtungsstelle Beispiel, schlichtung@land.example",
    "KATALOG_BETREIBER_BARRIEREFREIHEIT_STAND": "2026-10-01",
}


@dataclass(frozen=True)  # without slots, or it could not keep what was taken apart
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """All values of a field, joined as a proxy would; empty if it is missing."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @cached_property
    def seite(self) -> Seite:
        return read_seite(self.text)


def build_settings(database: str, **more: str) -> Settings:
    """Settings of a portal for tests; a fixed day, a made-up operator."""
    return load_settings({"KATALOG_DB": database, "KATALOG_HEUTE": TODAY} | BETREIBER | more)


@contextmanager
def session_of(database: str) -> Iterator[Session]:
    """To look up what a page should show, or the number behind a name."""
    engine = open_engine(database)
    try:
        with reading(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def running_portal(
    settings: Settings, *, engine: Engine | None = None, app: Litestar | None = None
) -> Iterator[str]:
    """What `katalog serve` starts, on a free port of the loopback interface."""
    app = app or create_app(settings, engine)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        options = serve.web_options(Namespace(host="127.0.0.1", port=port), settings)
        server = uvicorn.Server(uvicorn.Config(wrap(app, settings), ws="none", **options))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        # uvicorn reports its start on the root logger, which pytest would show for every test.
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
        thread.start()
        try:
            _wait_until_it_answers(port, thread)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=15)
            app.state.portal.engine.dispose()
    assert not thread.is_alive(), "Der Server der Tests ist nicht zu Ende gekommen."


def _wait_until_it_answers(port: int, thread: threading.Thread) -> None:
    for _ in range(200):
        try:
            assert ask(f"http://127.0.0.1:{port}", "/healthz").status == 200
            return
        except (ConnectionError, http.client.HTTPException):
            assert thread.is_alive(), "Der Server der Tests ist nicht gestartet."
            thread.join(timeout=0.05)
    raise AssertionError("Der Server der Tests antwortet nicht.")


def ask(
    portal: str,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """One request, nothing added or followed: no cookies, no redirects, no decompression."""
    url = urlsplit(portal)
    connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=30)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Answer(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        connection.close()


def send_form(portal: str, path: str, fields: str, **headers: str) -> Answer:
    """A form as a browser of this portal sends it; `headers` with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return ask(portal, path, method="POST", headers=kind | named, body=fields.encode())


def send_bytes(portal: str, request: bytes) -> bytes:
    """Bytes that no client library would send; returns whatever comes back until the end."""
    url = urlsplit(portal)
    with socket.create_connection((str(url.hostname), url.port), timeout=30) as connection:
        received = b""
        try:
            connection.sendall(request)
            while part := connection.recv(65536):
                received += part
        except (BrokenPipeError, ConnectionResetError):
            # The server may hang up before it has read everything; that is a refusal as well.
            return received
        return received


def cookie_header(answer: Answer) -> str:
    """The cookies an answer sets, as the next request sends them back."""
    lines = [v for name, v in answer.headers if name.lower() == "set-cookie"]
    return "; ".join(line.split(";", 1)[0] for line in lines)
