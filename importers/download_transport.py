"""One request to one of the hosts that were agreed on, and to nobody else.

A name is looked up once, its addresses are judged, and the connection goes to the very address
that was judged: whoever looks first and connects by name afterwards can be sent elsewhere in
between. SNI, certificate and `Host` keep the name. Each hop of a redirect goes through the same
gate. Every wait for the network ends with the time the whole fetch may take, so that a server
cannot hold us with one byte now and then.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx

from importers.download_errors import (
    NOTHING_CHANGED,
    Abgelehnt,
    Unsicher,
    Weitergeleitet,
    broken_off,
    no_connection,
    show,
    too_slow,
)

USER_AGENT = f"OZG-Katalog/{version('ozg-katalog')}"

MIB = 1 << 20
_REDIRECTS = {301, 302, 303, 307, 308}
_PORTS = {"http": 80, "https": 443}
_MOMENT = 0.01
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a fetch may do. The defaults are for the internet; nothing comes from the environment.

    `hosts` are exact names in lower case; without them any host of the internet may be asked.
    `tls` replaces the list of trusted authorities, never the verification. `allow_loopback` lets a
    server on this machine answer, as tests need it; no other private address is ever asked.
    """

    hosts: frozenset[str] | None = frozenset()
    schemes: tuple[str, ...] = ("https",)
    ports: frozenset[int] = frozenset({443})
    user_agent: str = USER_AGENT
    max_bytes: int = 256 * MIB
    connect_seconds: float = 10
    read_seconds: float = 30
    total_seconds: float = 1800
    tries: int = 4
    first_wait: float = 1
    longest_wait: float = 120
    redirects: int = 5
    allow_loopback: bool = False
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        verifies = self.tls is None or (
            self.tls.verify_mode is ssl.CERT_REQUIRED and self.tls.check_hostname
        )
        if not verifies:
            raise ValueError("Certificates are always verified.")


class Deadline:
    """The end of a fetch with all its tries and waits, by a clock that nobody sets back."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        return self._end - self._clock()

    def is_over(self) -> bool:
        """Nearly, too: a timeout that was cut to the rest may fire a moment before its end."""
        return self.remaining() < _MOMENT

    def cap(self, timeout: float | None, host: str) -> float:
        if self.is_over():
            raise too_slow(host, self.seconds, again=False)
        remaining = self.remaining()
        return remaining if timeout is None else min(timeout, remaining)


# Addresses --------------------------------------------------------------------------------------


def check_url(text: str, policy: Policy, refusal: type[Abgelehnt] = Abgelehnt) -> httpx.URL:
    """The address without its fragment, or the reason why it is not asked."""
    try:
        url = httpx.URL(text).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refuse(text, "Das ist keine gültige Adresse.", refusal) from error
    host = url.raw_host.decode("ascii")
    if url.scheme not in policy.schemes:
        agreed = " und ".join(scheme.upper() for scheme in policy.schemes)
        raise _refuse(text, f"Abgerufen wird nur über {agreed}.", refusal)
    if url.userinfo:
        raise _refuse(host, "Die Adresse enthält Zugangsdaten.", refusal)
    if policy.hosts is not None and host not in policy.hosts:
        allowed = ", ".join(sorted(policy.hosts)) or "keiner"
        raise _refuse(text, f"Erlaubt sind nur diese Rechner: {allowed}.", refusal)
    port = url.port or _PORTS[url.scheme]
    if port not in policy.ports:
        raise _refuse(text, f"Der Port {port} ist nicht erlaubt.", refusal)
    return url


def host_of(text: str) -> str:
    """As `Policy.hosts` has it; nothing where there is no host."""
    try:
        return httpx.URL(text).raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return ""


def _refuse(address: str, cause: str, refusal: type[Abgelehnt]) -> Abgelehnt:
    return refusal(
        f"„{show(address)}“ wird nicht abgerufen. {cause} {NOTHING_CHANGED} Bitte die Adresse der"
        " Quelle prüfen."
    )


def look_up(host: str, port: int, policy: Policy) -> list[str]:
    """All addresses of a name, once each; one that is not of the internet condemns the name."""
    try:
        found = [str(ip_address(host))]
    except ValueError:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise no_connection(host, "der Name ist nicht auflösbar", again=False) from error
        found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    for address in found:
        if not is_allowed(address, policy):
            raise Abgelehnt(
                f"{show(host)} führt zu {address} und damit nicht ins Internet, sondern in ein"
                f" internes Netz; das wird nicht abgerufen. {NOTHING_CHANGED} Bitte die Adresse"
                " der Quelle und die Namensauflösung dieses Rechners prüfen."
            )
    return found


def is_allowed(text: str, policy: Policy) -> bool:
    return all(
        (address.is_global and not address.is_multicast and not address.is_reserved)
        or (policy.allow_loopback and address.is_loopback)
        for address in _unwrap(ip_address(text))
    )


def _unwrap(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """With the IPv4 address inside, where an IPv6 one is only a way to write or reach it."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
        return
    if address in _NAT64:
        # Where there is only IPv6, every host of the old internet looks like this.
        yield IPv4Address(int(address) & 0xFFFFFFFF)
        return
    yield address
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo


# Connections ------------------------------------------------------------------------------------


class _Backend(httpcore.NetworkBackend):
    """Connects to judged addresses only, whatever name the layers above ask for."""

    def __init__(self, policy: Policy, deadline: Deadline) -> None:
        self._policy = policy
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = look_up(host, port, self._policy)
        for address in others:
            try:
                return self._connect(host, address, port, timeout, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                # A host with IPv6 and IPv4 is often reachable by one of them only.
                continue
        return self._connect(host, last, port, timeout, socket_options)

    def _connect(
        self,
        host: str,
        address: str,
        port: int,
        timeout: float | None,
        options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        within = self._deadline.cap(timeout, host)
        stream = self._sockets.connect_tcp(address, port, within, None, options)
        return _Stream(stream, host, self._deadline)


class _Stream(httpcore.NetworkStream):
    """No single wait may outlast the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, host: str, deadline: Deadline) -> None:
        self._stream = stream
        self._host = host
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cap(timeout, self._host))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cap(timeout, self._host))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        within = self._deadline.cap(timeout, self._host)
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, within)
        except httpcore.ConnectError as error:
            # The end of the connection in the middle of it is no statement on certificates.
            if isinstance(error.__cause__, ssl.SSLError) and not isinstance(
                error.__cause__, ssl.SSLEOFError
            ):
                raise _say_unsafe(self._host, error.__cause__) from error
            raise
        return _Stream(stream, self._host, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _say_unsafe(host: str, error: ssl.SSLError) -> Unsicher:
    cause = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else ""
    detail = f" ({show(cause)})" if cause else ""
    return Unsicher(
        f"Die Verbindung zu {show(host)} ist nicht vertrauenswürdig: Das Zertifikat oder die"
        f" Verschlüsselung wurde nicht anerkannt{detail}. {NOTHING_CHANGED} Bitte Datum und"
        " Uhrzeit dieses Rechners prüfen und ob ein Filter im Netz HTTPS aufbricht."
    )


class _Bytes(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


class _Transport(httpx.BaseTransport):
    """httpx on our own connections. Its errors are those of httpcore, see `_in_our_words`."""

    def __init__(self, policy: Policy, deadline: Deadline) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=policy.tls or _trusted_authorities(),
            max_connections=1,
            network_backend=_Backend(policy, deadline),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Bytes(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


@cache
def _trusted_authorities() -> ssl.SSLContext:
    """Those that come with httpx; SSL_CERT_FILE and its like are not asked."""
    return httpx.create_ssl_context(trust_env=False)


def _admit_all(_: httpx.URL) -> None:
    pass


@contextmanager
def open_answer(
    url: str,
    headers: Mapping[str, str],
    policy: Policy,
    deadline: Deadline,
    *,
    method: str = "GET",
    admit: Callable[[httpx.URL], None] = _admit_all,
) -> Iterator[httpx.Response]:
    """The answer after the last redirect; its body is read with `iter_raw`, while it is open.

    `admit` hears of each address before it is asked, and objects by raising.
    """
    here = check_url(url, policy)
    passed = [here]
    with _open_client(policy, deadline) as client:
        while True:
            admit(here)
            host = here.raw_host.decode("ascii")
            with (
                _in_our_words(host, policy, deadline),
                client.stream(method, here, headers=dict(headers)) as answer,
            ):
                target = answer.headers.get("location", "")
                if answer.status_code not in _REDIRECTS or not target:
                    yield answer
                    return
            here = _follow(here, target, policy)
            if here in passed or len(passed) > policy.redirects:
                raise Weitergeleitet(
                    f"„{show(url)}“ leitet zu oft oder im Kreis weiter, zuletzt nach"
                    f" „{show(str(here))}“. {NOTHING_CHANGED} Bitte die Adresse der Quelle prüfen."
                )
            passed.append(here)


def _open_client(policy: Policy, deadline: Deadline) -> httpx.Client:
    return httpx.Client(
        transport=_Transport(policy, deadline),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(policy.read_seconds, connect=policy.connect_seconds),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        # Ranges count packed bytes, and what is packed has no bounds before it is unpacked.
        headers={
            "User-Agent": policy.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        },
    )


def _follow(here: httpx.URL, target: str, policy: Policy) -> httpx.URL:
    try:
        goal = str(here.join(target))
    except (httpx.InvalidURL, ValueError):
        goal = target
    try:
        return check_url(goal, policy, Weitergeleitet)
    except Weitergeleitet as refused:
        raise Weitergeleitet(
            f"„{show(str(here))}“ leitet weiter nach „{show(goal)}“. {refused}"
        ) from refused


@contextmanager
def _in_our_words(host: str, policy: Policy, deadline: Deadline) -> Iterator[None]:
    try:
        yield
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        raise no_connection(host, "keine Verbindung", again=True) from error
    except httpcore.TimeoutException as error:
        if deadline.is_over():
            raise too_slow(host, deadline.seconds, again=False) from error
        raise too_slow(host, policy.read_seconds, again=True) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpx.TransportError) as error:
        raise broken_off(host) from error
