"""Two servers asked in turn, by a client that does nothing else.

Both are asked over connections that stay open, by four askers at once, for the same short time, one
after the other and again: a busy moment of the machine meets both. Nothing is parsed but the length
of an answer, so that the client is not what is measured.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ASKERS = 4
# What a browser sends: whoever can pack its answers does so, and pays for it here.
_HEADERS = (
    "Host: {host}\r\nUser-Agent: bench\r\nAccept: text/html,application/json;q=0.9,*/*;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n\r\n"
)


class Fehlt(Exception):
    """The address is not there (yet)."""


@dataclass(slots=True)
class Server:
    """Where to ask and what, one path after the other and round again.

    What is `known` was asked once before: the pages of a day on which nobody changed anything.
    """

    address: str
    paths: Sequence[str]
    media: str = ""
    known: bool = False
    times: list[float] = field(default_factory=list)
    busy: float = 0.0
    received: int = 0
    _next: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._next = itertools.cycle(self.paths)

    @property
    def rate(self) -> float:
        return len(self.times) / self.busy

    @property
    def median(self) -> float:
        return statistics.median(self.times) * 1000

    @property
    def p95(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.95)] * 1000

    def take(self) -> str:
        return next(self._next)


def race(servers: Sequence[Server], *, rounds: int, seconds: float) -> float:
    """Fills in the times of each; returns which part of the time the client computed itself."""
    # In a thread of its own: Playwright leaves an event loop running in the caller's.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_race(servers, rounds, seconds))).result()


async def _race(servers: Sequence[Server], rounds: int, seconds: float) -> float:
    for server in servers:
        await _warm_up(server)
    started, own = time.perf_counter(), time.process_time()
    for _ in range(rounds):
        for server in servers:
            await _round(server, seconds)
    return (time.process_time() - own) / (time.perf_counter() - started)


async def _warm_up(server: Server) -> None:
    """One asker each, with the last path: what comes with the first request is not counted."""
    reader, writer = await _connect(server)
    await asyncio.gather(*(_ask_alone(server, server.paths[-1]) for _ in range(ASKERS - 1)))
    for path in server.paths if server.known else server.paths[-1:]:
        await _ask(reader, writer, server, path)
    writer.close()
    server.received = 0


async def _ask_alone(server: Server, path: str) -> None:
    reader, writer = await _connect(server)
    await _ask(reader, writer, server, path)
    writer.close()


async def _round(server: Server, seconds: float) -> None:
    connections = [await _connect(server) for _ in range(ASKERS)]
    started = time.perf_counter()
    end = started + seconds
    await asyncio.gather(*(_keep_asking(*pair, server, end) for pair in connections))
    server.busy += time.perf_counter() - started
    for _, writer in connections:
        writer.close()


async def _keep_asking(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: Server, end: float
) -> None:
    while True:
        started = time.perf_counter()
        await _ask(reader, writer, server, server.take())
        now = time.perf_counter()
        server.times.append(now - started)
        if now >= end:
            return


async def _connect(server: Server) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    url = urlsplit(server.address)
    return await asyncio.open_connection(url.hostname, url.port, limit=1 << 22)


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: Server, path: str
) -> None:
    head = f"GET {path} HTTP/1.1\r\n{_HEADERS.format(host=urlsplit(server.address).netloc)}"
    writer.write(head.encode("ascii"))
    answer = await reader.readuntil(b"\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    fields = answer.lower()
    if b"\r\ntransfer-encoding: chunked" in fields:
        size = await _read_chunks(reader)
    else:
        size = int(fields.partition(b"\r\ncontent-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(size)
    # A list that does not know the format yet answers with its page.
    if status == 404 or server.media.encode() not in fields:
        raise Fehlt(path)
    if status != 200:
        raise RuntimeError(f"{server.address}{path}: {status}")
    server.received += size


async def _read_chunks(reader: asyncio.StreamReader) -> int:
    total = 0
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        await reader.readexactly(size + 2)
        total += size
    await reader.readuntil(b"\r\n")
    return total
