"""A real mail server for tests, which answers, refuses or hangs up as a test asks it to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from katalog.domain.mailserver import Mailserver

ACCEPTED = "250 angenommen"
HANG_UP = "auflegen"


@dataclass
class Postfach:
    """What arrived, and what the server says: to a recipient, and to a whole message."""

    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    to_recipient: Callable[[str], str] = lambda _address: ACCEPTED
    to_message: Callable[[EmailMessage], str] = lambda _message: ACCEPTED
    # Called when the answer to a message is on its way to the client.
    answered: Callable[[], None] = lambda: None
    connections: int = 0

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.received]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = self.to_recipient(address)
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        answer = self.to_message(message)
        if answer == HANG_UP:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return ACCEPTED
        if answer == ACCEPTED:
            self.received.append(message)
            self.envelopes.append((str(envelope.mail_from), envelope.rcpt_tos[0]))
        return answer


class _Server(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:
        await super().smtp_DATA(arg)
        self.event_handler.answered()


@contextmanager
def receiving(postfach: Postfach) -> Iterator[Mailserver]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mailserver")
    thread.start()

    def make() -> SMTP:
        return _Server(postfach, hostname="test.example", ident="Test", loop=loop)

    async def listen() -> asyncio.Server:
        return await loop.create_server(make, "127.0.0.1", 0)

    async def end() -> None:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    try:
        server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
        yield Mailserver("127.0.0.1", server.sockets[0].getsockname()[1])
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
