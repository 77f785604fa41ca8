"""Whom a fetch may ask, for how much and for how long, shown on servers that do not keep to it."""

from __future__ import annotations

import gzip
import random
import socket
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import trustme

from importers.download import Policy
from importers.download_errors import (
    Abgebrochen,
    Abgelehnt,
    KeineDatei,
    KeineVerbindung,
    ServerFehler,
    Unsicher,
    Weitergeleitet,
    ZuGross,
    ZuLangsam,
)
from tests.fetching import Rig, running_rig, trust
from tests.tls_server import Answer, Handler, keep_silent, redirect, reply, serve, trickle

BODY = random.Random(1).randbytes(300_000)
LOOK_UP = socket.getaddrinfo


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running_rig(tmp_path) as running:
        yield running


# Hosts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("https://foreign.example/a", "Erlaubt sind nur diese Rechner: localhost"),
        ("https://localhost.foreign.example/a", "Erlaubt sind nur"),
        ("https://localhost./a", "Erlaubt sind nur"),
        ("https://127.0.0.1/a", "Erlaubt sind nur"),
        ("https://localhost/a", "Der Port 443 ist nicht erlaubt"),
        ("https://localhost:22/a", "Der Port 22 ist nicht erlaubt"),
        ("http://localhost/a", "nur über HTTPS"),
        ("file:///etc/passwd", "nur über HTTPS"),
        ("https://ich:geheim@localhost/a", "Zugangsdaten"),
        ("https://foreign.example\\@localhost/a", "wird nicht abgerufen"),
        ("https://[::1/a", "keine gültige Adresse"),
        ("https://localhost/a\r\nHost: b", "keine gültige Adresse"),
        ("", "nur über HTTPS"),
    ],
)
def test_only_hosts_that_were_agreed_on_are_asked(rig: Rig, address: str, cause: str) -> None:
    text = rig.refusal(Abgelehnt, address)
    assert cause in text
    assert "geheim" not in text
    assert not rig.folder.exists()


def test_a_name_that_leads_to_this_machine_is_refused_by_the_normal_policy(rig: Rig) -> None:
    normal = replace(rig.policy, allow_loopback=False)
    text = rig.refusal(Abgelehnt, rig.server.on("/a", reply(200, BODY)), normal)
    assert "internes Netz" in text
    assert rig.server.asked == []


def test_one_internal_address_among_others_condemns_the_name(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_look_ups(monkeypatch, ["127.0.0.1", "10.1.2.3"])
    policy = replace(rig.policy, hosts=frozenset({"daten.example"}))
    text = rig.refusal(Abgelehnt, rig.server.url(host="daten.example"), policy)
    assert "10.1.2.3" in text


def test_a_name_is_looked_up_once_and_the_connection_goes_where_it_led(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers differently the second time would lead us astray otherwise."""
    asked = answer_look_ups(monkeypatch, ["127.0.0.1"], ["10.1.2.3"])
    rig.server.on("/a", reply(200, BODY))
    policy = replace(rig.policy, hosts=frozenset({"daten.example"}))
    found = rig.fetch(rig.server.url("/a", host="daten.example"), policy)
    assert found.path.read_bytes() == BODY
    assert asked == ["daten.example"]
    (request,) = rig.server.asked
    assert request.server_name == "daten.example"
    assert request.headers["Host"] == f"daten.example:{rig.server.port}"


def test_of_several_addresses_one_that_answers_is_enough(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_look_ups(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    rig.server.on("/a", reply(200, BODY))
    policy = replace(rig.policy, hosts=frozenset({"daten.example"}), tries=1)
    assert rig.fetch(rig.server.url("/a", host="daten.example"), policy).bytes == len(BODY)


def answer_look_ups(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names get the addresses given, the last ones from then on; addresses are themselves."""
    asked: list[str] = []

    def look_up(host: str, port: int, *arguments: Any, **options: Any) -> Any:
        if not host.endswith(".example"):
            return LOOK_UP(host, port, *arguments, **options)
        addresses = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_proxies_and_certificates_of_the_environment_are_ignored(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with closed_port() as dead:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{dead}")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "fehlt.pem"))
        assert rig.fetch(rig.server.on("/a", reply(200, BODY))).bytes == len(BODY)


# Redirects --------------------------------------------------------------------------------------


def test_a_redirect_within_the_agreed_hosts_is_followed(rig: Rig) -> None:
    first = rig.server.on("/alt.bin", redirect("/neu.bin#teil"))
    rig.server.on("/neu.bin", serve(BODY, '"eins"'))
    found = rig.fetch(first)
    assert (found.path.name, found.url) == ("alt.bin", first)
    assert rig.fetch(first).unveraendert


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("https://foreign.example/datei.bin", "Erlaubt sind nur diese Rechner"),
        ("//foreign.example/datei.bin", "Erlaubt sind nur diese Rechner"),
        ("http://localhost/datei.bin", "nur über HTTPS"),
        ("https://localhost:22/", "Port 22"),
        ("https://192.168.0.1/", "Erlaubt sind nur diese Rechner"),
        ("file:/etc/passwd", "nur über HTTPS"),
        ("https://localhost:99999/", "Port 99999"),
    ],
)
def test_a_redirect_to_elsewhere_is_refused_and_says_from_where_to_where(
    rig: Rig, target: str, cause: str
) -> None:
    url = rig.server.on("/a", redirect(target))
    text = rig.refusal(Weitergeleitet, url)
    assert f"„{url}“ leitet weiter nach „" in text
    assert target in text
    assert cause in text
    assert len(rig.server.asked) == 1
    assert rig.contents() == {}


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "192.168.0.1"])
def test_a_redirect_to_an_internal_address_is_refused_even_if_it_is_listed(
    rig: Rig, host: str
) -> None:
    url = rig.server.on("/a", redirect(f"https://{host}/datei.bin"))
    policy = replace(
        rig.policy, hosts=frozenset({"localhost", host}), ports=rig.policy.ports | {443}
    )
    assert f"führt zu {host}" in rig.refusal(Abgelehnt, url, policy)


def test_redirects_end(rig: Rig) -> None:
    circle = rig.server.on("/a", redirect("/b"))
    rig.server.on("/b", redirect("/a"))
    assert "im Kreis" in rig.refusal(Weitergeleitet, circle)
    assert len(rig.server.asked) == 2
    for number in range(10):
        rig.server.on(f"/{number}", redirect(f"/{number + 1}"))
    rig.refusal(Weitergeleitet, rig.server.url("/0"))
    assert len(rig.server.asked) == 2 + 1 + rig.policy.redirects


# Connections ------------------------------------------------------------------------------------


@contextmanager
def closed_port() -> Iterator[int]:
    """Bound, so that nobody else takes it, but not listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_without_internet_nothing_changes(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    url = rig.server.on("/a", serve(BODY, '"eins"'))
    rig.fetch(url)
    before = rig.contents()

    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    text = rig.refusal(KeineVerbindung, url)
    assert text.startswith("Ohne Internetverbindung zu localhost")
    assert "katalog import" in text
    assert rig.waits == [], "Who is offline wants to hear it at once."
    assert rig.contents() == before


def test_a_port_that_nobody_listens_on_is_no_internet_either(rig: Rig) -> None:
    with closed_port() as dead:
        policy = replace(rig.policy, ports=frozenset({dead}))
        text = rig.refusal(KeineVerbindung, f"https://localhost:{dead}/a", policy)
    assert "3-mal" in text
    assert rig.waits == [1, 2]
    assert rig.contents() == {}


def test_a_certificate_of_another_authority_is_refused_at_once(rig: Rig) -> None:
    url = rig.server.on("/a", reply(200, BODY))
    for stranger in (trust(trustme.CA()), None):
        text = rig.refusal(Unsicher, url, replace(rig.policy, tls=stranger))
        assert "nicht vertrauenswürdig" in text
    assert (rig.server.asked, rig.waits) == ([], [])


def test_a_certificate_for_another_name_is_refused(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_look_ups(monkeypatch, ["127.0.0.1"])
    policy = replace(rig.policy, hosts=frozenset({"andere.example"}))
    rig.refusal(Unsicher, rig.server.url(host="andere.example"), policy)
    assert rig.server.asked == []


def test_a_server_without_tls_is_no_connection(rig: Rig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        policy = replace(rig.policy, ports=frozenset({port}), connect_seconds=0.1, tries=2)
        rig.refusal(KeineVerbindung, f"https://localhost:{port}/a", policy)


# Sizes ------------------------------------------------------------------------------------------


def without_length(body: bytes, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.head(200, **headers)
        handler.wfile.write(body)

    return answer


def test_what_is_announced_as_too_large_is_not_even_begun(rig: Rig) -> None:
    url = rig.server.on("/a", reply(200, BODY))
    heard: list[int] = []
    with pytest.raises(ZuGross, match="mehr als 100 KiB"):
        rig.fetch(
            url,
            replace(rig.policy, max_bytes=100 << 10),
            progress=lambda count, total: heard.append(count),
        )
    assert (len(rig.server.asked), heard, rig.contents()) == (1, [], {})


def test_what_is_too_large_without_saying_so_is_broken_off(rig: Rig) -> None:
    url = rig.server.on("/a", without_length(BODY))
    rig.refusal(ZuGross, url, replace(rig.policy, max_bytes=100 << 10))
    assert (len(rig.server.asked), rig.contents()) == (1, {})
    assert rig.fetch(url).path.read_bytes() == BODY


def test_a_rest_that_grows_too_large_is_broken_off(rig: Rig) -> None:
    url = rig.server.on("/a", serve(BODY, '"eins"', cut_after=1000), endless_rest)
    rig.refusal(ZuGross, url, replace(rig.policy, max_bytes=len(BODY)))
    assert rig.contents() == {}


def endless_rest(handler: Handler) -> None:
    handler.head(206, ETag='"eins"', Content_Range="bytes 1000-299999/300000")
    for _ in range(100):
        handler.wfile.write(BODY)


def test_a_bomb_in_the_packing_goes_off_in_small_pieces(rig: Rig) -> None:
    bomb = gzip.compress(bytes(10 << 20))
    assert len(bomb) < 1 << 14
    url = rig.server.on("/a", reply(200, bomb, Content_Encoding="gzip"))
    heard: list[int] = []
    with pytest.raises(ZuGross):
        rig.fetch(
            url,
            replace(rig.policy, max_bytes=1 << 20),
            progress=lambda count, total: heard.append(count),
        )
    assert heard[-1] == 1 << 20
    assert max(after - before for before, after in pairwise(heard)) <= 1 << 16
    assert (len(rig.server.asked), rig.contents()) == (1, {})


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(BODY), "gzip"),
        (gzip.compress(BODY[:1000]) + gzip.compress(BODY[1000:]), "X-GZIP"),
        (zlib.compress(BODY), "deflate"),
        (BODY, "identity"),
    ],
)
def test_who_packs_without_being_asked_is_unpacked(rig: Rig, packed: bytes, encoding: str) -> None:
    url = rig.server.on("/a", reply(200, packed, Content_Encoding=encoding, ETag='"eins"'))
    assert rig.fetch(url).path.read_bytes() == BODY


def test_zeros_that_fill_whole_pieces_are_unpacked_to_the_last(rig: Rig) -> None:
    for size in (1 << 16, (1 << 16) + 1, 3 << 16):
        packed = gzip.compress(bytes(size))
        url = rig.server.on(f"/{size}", reply(200, packed, Content_Encoding="gzip"))
        assert rig.fetch(url).bytes == size


def test_a_packed_file_that_breaks_off_is_not_continued(rig: Rig) -> None:
    packed = gzip.compress(BODY)
    half = reply(200, packed[: len(packed) // 2], Content_Encoding="gzip", ETag='"eins"')
    url = rig.server.on("/a", half, reply(200, packed, Content_Encoding="gzip", ETag='"eins"'))
    assert rig.fetch(url).path.read_bytes() == BODY
    assert rig.server.heard("Range") == ["", ""]


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_other_packings_are_refused(rig: Rig, encoding: str) -> None:
    url = rig.server.on("/a", reply(200, BODY, Content_Encoding=encoding))
    assert encoding in rig.refusal(ServerFehler, url)
    assert rig.contents() == {}


def test_garbage_instead_of_a_packing_counts_as_broken(rig: Rig) -> None:
    rig.refusal(Abgebrochen, rig.server.on("/a", reply(200, BODY, Content_Encoding="gzip")))


# Time -------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


@pytest.mark.parametrize("slow", [trickle(b"", 0.02), trickle(HEAD, 0.005)], ids=["head", "body"])
def test_a_byte_now_and_then_holds_nobody_for_ever(rig: Rig, slow: Answer) -> None:
    """Without a limit for the whole this would not end."""
    url = rig.server.on("/a", slow)
    text = rig.refusal(ZuLangsam, url, replace(rig.policy, total_seconds=0.4))
    assert "0,4 Sekunden" in text
    assert len(rig.server.asked) == 1


def test_silence_is_borne_for_a_moment_and_tried_again(rig: Rig) -> None:
    url = rig.server.on("/a", keep_silent, reply(200, BODY))
    assert rig.fetch(url, replace(rig.policy, read_seconds=0.1)).bytes == len(BODY)
    assert rig.waits == [1]


# Pages instead of files -------------------------------------------------------------------------

PAGE = b"<!DOCTYPE html><html><title>Anmeldung im WLAN</title></html>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PAGE, "application/octet-stream"),
        (b"\xef\xbb\xbf\n<html>", "application/octet-stream"),
        (b"<body>Bitte anmelden</body>", "text/html; charset=utf-8"),
        (b"Bitte anmelden", "text/html"),
        (b"", "application/zip"),
    ],
)
def test_a_page_instead_of_the_file_is_refused(rig: Rig, body: bytes, kind: str) -> None:
    first = serve(BODY, '"eins"')
    url = rig.server.on("/a", first, reply(200, body, Content_Type=kind))
    rig.fetch(url)
    before = rig.contents()
    rig.refusal(KeineDatei, url)
    assert rig.contents() == before


def test_a_server_that_calls_every_file_a_page_is_believed_less_than_the_file(rig: Rig) -> None:
    table = b"ars;kennung;rolle;status\n051170000000;x;nutzt;produktiv\n"
    url = rig.server.on("/a", reply(200, table, Content_Type="text/html"))
    assert rig.fetch(url).path.read_bytes() == table


def test_a_policy_that_verifies_nothing_cannot_be_made() -> None:
    careless = ssl.create_default_context()
    careless.check_hostname = False
    with pytest.raises(ValueError, match="verified"):
        Policy(tls=careless)
