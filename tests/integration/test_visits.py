"""Pages of a real server are looked at: politely, with few bytes, never in an inner network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from importers.download_errors import (
    Abgelehnt,
    KeineVerbindung,
    Unsicher,
    Untersagt,
    Weitergeleitet,
    ZuLangsam,
)
from importers.download_visit import Visitor, policy_of_visits
from tests.fetching import authority, trusting
from tests.tls_server import Handler, TlsServer, keep_silent, redirect, reply, running_server
from tests.visiting import NOWHERE, resolve

NAMES = ("a.example", "b.example", "localhost")
PORTAL = "https://katalog.example"


@pytest.fixture(scope="module")
def running() -> Iterator[TlsServer]:
    with running_server(authority(), *NAMES) as server:
        yield server


@pytest.fixture
def server(running: TlsServer, monkeypatch: pytest.MonkeyPatch) -> TlsServer:
    resolve(monkeypatch, innen="10.1.2.3", nirgends=NOWHERE)
    running.routes.clear()
    running.asked.clear()
    return running


def visitor(server: TlsServer, **changes: Any) -> Visitor:
    """As the portal has it, but for the ports, the authority, and that this machine is outside."""
    policy = policy_of_visits(PORTAL)
    here: dict[str, Any] = {
        "ports": policy.ports | {server.port},
        "tls": trusting(),
        "allow_loopback": True,
    }
    return Visitor(replace(policy, **(here | changes)))


def page(server: TlsServer, path: str = "/seite", host: str = "a.example") -> str:
    return server.url(path, host=host)


def asked(server: TlsServer) -> list[tuple[str, str]]:
    return [(each.method, each.target) for each in server.asked]


def test_the_head_of_a_page_is_enough_if_it_is_there(server: TlsServer) -> None:
    server.on("/seite", reply(200, b"Text"))
    assert visitor(server).visit(page(server)) == 200
    assert asked(server) == [("GET", "/robots.txt"), ("HEAD", "/seite")]
    agents = {each.split()[0] for each in server.heard("User-Agent")}
    assert {f"(+{PORTAL})" in each for each in server.heard("User-Agent")} == {True}
    assert {each.split("/")[0] for each in agents} == {"OZG-Katalog"}


def test_where_heads_are_refused_a_few_bytes_are_asked_for(server: TlsServer) -> None:
    def endless(handler: Handler) -> None:
        handler.head(200)
        while not handler.told.stopping.is_set():
            handler.wfile.write(b"x" * 4096)

    server.on("/seite", reply(405), endless)
    assert visitor(server).visit(page(server)) == 200
    assert asked(server)[1:] == [("HEAD", "/seite"), ("GET", "/seite")]
    assert server.asked[-1].headers["Range"] == "bytes=0-1023"


def test_a_server_that_hangs_up_on_heads_is_asked_again(server: TlsServer) -> None:
    def hang_up(handler: Handler) -> None:
        handler.connection.close()

    server.on("/seite", hang_up, reply(200))
    assert visitor(server).visit(page(server)) == 200


@pytest.mark.parametrize("status", [404, 410, 403, 500, 503])
def test_what_the_server_says_of_a_page_is_handed_on(server: TlsServer, status: int) -> None:
    server.on("/seite", reply(status))
    assert visitor(server).visit(page(server)) == status


# Who is asked -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "https://10.0.0.1/",
        "https://192.168.178.1/",
        "https://172.16.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "http://10.0.0.1/",
        "https://innen.example/",
        "https://a.example:8443/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "https://ich:geheim@a.example/",
    ],
)
def test_a_redirect_into_an_inner_network_or_elsewhere_is_refused(
    server: TlsServer, target: str
) -> None:
    server.on("/seite", redirect(target))
    with pytest.raises(Abgelehnt):
        visitor(server).visit(page(server))
    assert {each.target for each in server.asked} == {"/robots.txt", "/seite"}


def test_this_machine_is_an_inner_network_too(server: TlsServer) -> None:
    server.on("/seite", reply(200))
    with pytest.raises(Abgelehnt, match="internes Netz"):
        visitor(server, allow_loopback=False).visit(page(server))
    assert server.asked == []


def test_a_redirect_is_followed_five_times_and_no_more(server: TlsServer) -> None:
    for number in range(7):
        server.on(f"/{number}", redirect(f"/{number + 1}"))
    server.on("/7", reply(200))
    assert visitor(server).visit(page(server, "/2")) == 200
    with pytest.raises(Weitergeleitet):
        visitor(server).visit(page(server, "/1"))


def test_pages_without_tls_are_looked_at_as_well(
    server: TlsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_server(None) as plain:
        plain.on("/alt", redirect(page(server, "/neu")))
        server.on("/neu", reply(200))
        looking = visitor(server, ports=frozenset({plain.port, server.port}))
        assert looking.visit(plain.url("/alt", host="b.example")) == 200
        assert asked(plain) == [("GET", "/robots.txt"), ("HEAD", "/alt")]


def test_whoever_does_not_answer_is_told_from_whoever_says_no(server: TlsServer) -> None:
    with pytest.raises(KeineVerbindung):
        visitor(server).visit(page(server, host="nirgends.example"))
    with pytest.raises(Unsicher):
        visitor(server, tls=None).visit(page(server))
    server.on("/seite", keep_silent)
    with pytest.raises(ZuLangsam):
        visitor(server, read_seconds=0.1).visit(page(server))


# robots.txt -------------------------------------------------------------------------------------


def test_what_robots_txt_forbids_is_not_asked_for(server: TlsServer) -> None:
    server.on("/robots.txt", reply(200, b"User-agent: ozg-katalog\nDisallow: /seite"))
    server.on("/frei", reply(200))
    looking = visitor(server)
    with pytest.raises(Untersagt):
        looking.visit(page(server))
    assert looking.visit(page(server, "/frei")) == 200
    # Read once, not with each page.
    assert asked(server) == [("GET", "/robots.txt"), ("HEAD", "/frei")]


def test_a_redirect_leads_to_no_page_that_is_forbidden(server: TlsServer) -> None:
    server.on("/robots.txt", reply(404), reply(200, b"User-agent: *\nDisallow: /"))
    server.on("/seite", redirect(page(server, "/ziel", host="b.example")))
    with pytest.raises(Untersagt):
        visitor(server).visit(page(server))
    assert ("HEAD", "/ziel") not in asked(server)


def test_rules_are_read_again_the_next_day(server: TlsServer) -> None:
    moments = iter([0.0, 0.0, 23 * 3600.0, 25 * 3600.0, 25 * 3600.0])
    looking = visitor(server)
    looking.clock = lambda: next(moments)
    server.on("/seite", reply(200))
    for _ in range(3):
        looking.visit(page(server))
    assert [target for _, target in asked(server)].count("/robots.txt") == 2


def test_rules_that_cannot_be_read_forbid_everything(server: TlsServer) -> None:
    server.on("/robots.txt", reply(503))
    server.on("/seite", reply(200))
    with pytest.raises(Untersagt):
        visitor(server).visit(page(server))
    assert asked(server) == [("GET", "/robots.txt")]


def test_of_endless_rules_the_beginning_counts(server: TlsServer) -> None:
    def endless(handler: Handler) -> None:
        handler.head(200)
        handler.wfile.write(b"User-agent: *\nDisallow: /seite\n")
        while not handler.told.stopping.is_set():
            handler.wfile.write(b"# " + b"x" * 65_000 + b"\n")

    server.on("/robots.txt", endless)
    with pytest.raises(Untersagt):
        visitor(server).visit(page(server))
