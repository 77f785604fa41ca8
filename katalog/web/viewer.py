"""Who may open a page as long as nobody can sign in.

Whoever sits at the machine administers it: the same person could read the database file. Only the
pages that are for the administration alone believe that; everywhere else such a reader is a guest,
so that a public page shows the same to everybody. Signing in replaces this file.
"""

from __future__ import annotations

from ipaddress import ip_address

from litestar.types import HTTPScope

from katalog.domain.rollen import GAST, Rolle
from katalog.settings import Settings

OPERATORS = frozenset({Rolle.ADMINISTRATION})
REFUSAL = (
    "Diese Seite ist der Administration vorbehalten, und anmelden kann man sich noch nicht. "
    "Bis dahin öffnet sie sich nur auf dem Rechner, auf dem das Portal zur Entwicklung läuft, "
    "unter http://127.0.0.1 oder http://localhost."
)

# A proxy on this machine hands on what comes from elsewhere and leaves one of these behind.
_TRACES = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "client-ip", "true-client-ip",
     "x-cluster-client-ip", "x-original-host", "x-original-url"}
)  # fmt: skip
_TRACE_PREFIXES = ("x-forwarded", "cf-", "x-envoy-", "x-amzn-")


def may_open(scope: HTTPScope, settings: Settings, access: frozenset[Rolle]) -> bool:
    if not GAST.rollen.isdisjoint(access):
        return True
    return access == OPERATORS and is_at_the_machine(scope, settings)


def is_at_the_machine(scope: HTTPScope, settings: Settings) -> bool:
    """Every doubt counts against it; in production it is never enough."""
    if settings.produktion:
        return False
    client = scope["client"]
    if client is None or not _is_loopback(client[0]):
        return False
    headers = [(name.decode("latin-1").lower(), value) for name, value in scope["headers"]]
    if any(name in _TRACES or name.startswith(_TRACE_PREFIXES) for name, _ in headers):
        return False
    # A foreign name that was made to point at this machine would let its pages read ours.
    hosts = [value.decode("latin-1") for name, value in headers if name == "host"]
    return len(hosts) == 1 and _names_loopback(hosts[0])


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _names_loopback(host: str) -> bool:
    """`localhost`, `127.0.0.1` or `[::1]`, with or without a port."""
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        plain = bracket == "]" and (not port or port.startswith(":"))
        port = port[1:]
    else:
        name, _, port = host.partition(":")
        plain = True
    if not plain or (port and not (port.isascii() and port.isdigit())):
        return False
    return name.lower() == "localhost" or _is_loopback(name)
