"""What every test of `importers.download` needs: a server, a policy that trusts it, no waiting."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import trustme

from importers.download import Fetched, Policy, fetch_file
from importers.download_errors import NichtAbrufbar
from importers.records import Unlesbar
from tests.tls_server import TlsServer, running_server

NAMES = ("localhost", "127.0.0.1", "daten.example")


@dataclass(frozen=True, slots=True)
class Rig:
    """`waits` are the seconds that would have been waited."""

    server: TlsServer
    policy: Policy
    folder: Path
    waits: list[float] = field(default_factory=list)

    def fetch(self, url: str, policy: Policy | None = None, **options: Any) -> Fetched:
        return fetch_file(
            url,
            self.folder,
            policy or self.policy,
            wait=self.waits.append,
            jitter=lambda: 1.0,
            **options,
        )

    def refusal(self, kind: type[NichtAbrufbar], url: str, policy: Policy | None = None) -> str:
        """Every refusal says that nothing has changed, and is one that the commands know."""
        with pytest.raises(kind) as refused:
            self.fetch(url, policy)
        assert isinstance(refused.value, Unlesbar)
        assert "Es wurde nichts geändert." in str(refused.value)
        return str(refused.value)

    def contents(self) -> dict[str, bytes]:
        if not self.folder.exists():
            return {}
        # The lock stays in the folder, empty, and is nobody's content.
        files = (path for path in self.folder.iterdir() if path.name != ".sperre")
        return {path.name: path.read_bytes() for path in files}


@contextmanager
def running_rig(folder: Path) -> Iterator[Rig]:
    with running_server(authority(), *NAMES) as server:
        policy = Policy(
            hosts=frozenset({"localhost"}),
            ports=frozenset({server.port}),
            connect_seconds=2,
            read_seconds=2,
            total_seconds=100,
            tries=3,
            allow_loopback=True,
            tls=trusting(),
        )
        yield Rig(server, policy, folder / "abrufe")


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@cache
def trusting() -> ssl.SSLContext:
    return trust(authority())


def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
