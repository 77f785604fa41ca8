"""A real IMAP server on this machine, and a line to it that can be cut."""

from __future__ import annotations

import imaplib
import select
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from katalog.domain.mailserver import Postfachadresse
from tests.waiting import wait_until

NAME, PASSWORD = "koordinierung", 'ge"heim\\'


@dataclass(frozen=True)
class Imap:
    port: int

    def mailbox(self, folder: str, done: str = "") -> Postfachadresse:
        return Postfachadresse(
            "127.0.0.1", self.port, tls=False, starttls=False, name=NAME, ordner=folder,
            erledigt=done, kennwort=PASSWORD,
        )  # fmt: skip

    def put(self, folder: str, *mails: bytes) -> None:
        with self._signed_in() as connection:
            connection.create(folder)
            for mail in mails:
                assert connection.append(folder, None, None, mail)[0] == "OK"

    def count(self, folder: str, wanted: str = "ALL") -> int:
        with self._signed_in() as connection:
            assert connection.select(folder, readonly=True)[0] == "OK"
            return len(connection.search(None, wanted)[1][0].split())

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=30) as connection:
            connection.login(NAME, PASSWORD)
            yield connection


@contextmanager
def running_imap() -> Iterator[Imap]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("pymap")
    command = [str(program), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    server = subprocess.Popen(
        [*command, "--demo-user", NAME, "--demo-password", PASSWORD],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def answers() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    try:
        wait_until(answers, "Der IMAP-Server antwortet nicht")
        yield Imap(port)
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def cut_line(
    imap: Imap, adresse: Postfachadresse, cut: Callable[[bytes], bool]
) -> Iterator[Postfachadresse]:
    """The same mailbox through a line that ends before what the client says there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            client, _ = listening.accept()
            with client, socket.create_connection(("127.0.0.1", imap.port)) as server:
                back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
                back.start()
                while (said := client.recv(65536)) and not cut(said):
                    server.sendall(said)
                for end in (client, server):
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
                back.join(30)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield replace(adresse, port=listening.getsockname()[1])
        thread.join(30)


@contextmanager
def tls_line(
    imap: Imap, adresse: Postfachadresse, context: ssl.SSLContext
) -> Iterator[Postfachadresse]:
    """The same mailbox behind TLS with the certificate of this context, for one visit."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            client, _ = listening.accept()
            # Whoever does not trust the certificate hangs up before a word is said.
            with (
                client,
                suppress(OSError),
                context.wrap_socket(client, server_side=True) as safe,
                socket.create_connection(("127.0.0.1", imap.port)) as server,
            ):
                _relay(safe, server)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield replace(adresse, tls=True, host="localhost", port=listening.getsockname()[1])
        thread.join(30)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(65536):
            target.sendall(said)


def _relay(safe: ssl.SSLSocket, server: socket.socket) -> None:
    """In one thread: an encrypted connection is not for two at the same time."""
    while ready := [safe] if safe.pending() else select.select([safe, server], [], [], 30)[0]:
        for source in ready:
            if not (said := source.recv(65536)):
                return
            (server if source is safe else safe).sendall(said)
