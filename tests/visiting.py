"""Names that lead to a server on this machine, to an inner network, or nowhere."""

from __future__ import annotations

import socket
from typing import Any

import pytest

LOOK_UP = socket.getaddrinfo
HERE = "127.0.0.1"
NOWHERE = ""


def resolve(monkeypatch: pytest.MonkeyPatch, **leads: str) -> list[str]:
    """`name.example` leads to the address given, and every other such name here."""
    asked: list[str] = []

    def look_up(host: str, port: int, *arguments: Any, **options: Any) -> Any:
        if not host.endswith(".example"):
            return LOOK_UP(host, port, *arguments, **options)
        asked.append(host)
        address = leads.get(host.removesuffix(".example"), HERE)
        if address == NOWHERE:
            raise socket.gaierror(socket.EAI_NONAME, "unbekannt")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked
