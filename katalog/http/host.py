"""Whether the Host field of a request names a host, before anybody builds an address of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Names and IPv4 addresses, or an IPv6 address in brackets; then at most a port of digits.
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s/?#@\[\]:\\]*)(:(?P<port>[0-9]{0,5}))?", re.ASCII)
_LAST_PORT = 65535


def is_host(text: str) -> bool:
    found = _HOST.fullmatch(text)
    return found is not None and int(found["port"] or 0) <= _LAST_PORT


def names_a_host(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """A request without the field is one of HTTP/1.0; two of them are an attempt to confuse."""
    hosts = [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]
    return len(hosts) <= 1 and all(is_host(host) for host in hosts)
