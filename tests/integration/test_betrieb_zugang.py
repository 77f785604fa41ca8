"""The pages for whoever runs the portal open at the machine itself, while developing, only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from litestar.types import ASGIApp

from katalog.domain.rollen import Rolle
from katalog.settings import Settings
from katalog.web.app import create_app, wrap
from katalog.web.page import EVERYONE
from katalog.web.viewer import OPERATORS, may_open
from tests.portal import Answer, ask, build_settings, running_portal
from tests.seite import Seite

PATHS = ["/betrieb", "/betrieb/importe", "/betrieb/importe/1", "/betrieb/importe/1/abgelehnt.csv"]
HERE = ("127.0.0.1", 50000)
PRODUCTION = {
    "KATALOG_UMGEBUNG": "produktion",
    "KATALOG_GEHEIMNIS": "g" * 40,
    "KATALOG_BASIS_URL": "https://katalog.example",
    "KATALOG_SMTP": "smtp://mail.example:25",
    "KATALOG_ABSENDER": "katalog@zweckverband.example",
    "KATALOG_HEUTE": "",
}

Call = Callable[..., Answer]


def caller(app: ASGIApp) -> Call:
    """Asks the application as if from any address, which a test on this machine cannot have."""

    def call(
        path: str,
        client: tuple[str, int] | None = HERE,
        host: str | None = "127.0.0.1:8000",
        **headers: str,
    ) -> Answer:
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        sent = [(b"host", host.encode())] if host is not None else []
        sent += [(name.encode(), value.encode()) for name, value in named.items()]
        # In a thread of its own: Playwright leaves an event loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(_answer(app, path, client, sent))).result()

    return call


async def _answer(
    app: ASGIApp, path: str, client: tuple[str, int] | None, headers: list[tuple[bytes, bytes]]
) -> Answer:
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": headers, "client": client, "server": ("127.0.0.1", 8000),
        "state": {},
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    fields = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], tuple(fields), body)


@pytest.fixture(scope="module")
def developing(planted: str) -> Iterator[Call]:
    yield from _calls(build_settings(planted))


@pytest.fixture(scope="module")
def in_production(planted: str) -> Iterator[Call]:
    yield from _calls(build_settings(planted, **PRODUCTION))


def _calls(settings: Settings) -> Iterator[Call]:
    app = create_app(settings)
    yield caller(wrap(app, settings))
    app.state.portal.engine.dispose()


# ── Who gets in ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:9", "[::1]:8000"])
@pytest.mark.parametrize("client", [HERE, ("127.1.2.3", 1), ("::1", 1)])
def test_at_the_machine_itself_the_pages_open(
    developing: Call, host: str, client: tuple[str, int]
) -> None:
    answer = developing("/betrieb", client, host)
    assert answer.status == 200
    assert answer.seite.heading == "Betrieb"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "client",
    [("203.0.113.7", 1), ("10.0.0.1", 1), ("172.17.0.1", 1), ("2001:db8::1", 1), ("0.0.0.0", 1),  # noqa: S104
     ("testclient", 1), ("", 0), None],
)  # fmt: skip
def test_from_another_machine_they_do_not(
    developing: Call, path: str, client: tuple[str, int] | None
) -> None:
    refused(developing(path, client))


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_For": ""},
        {"X_Forwarded_Host": "localhost"},
        {"X_Forwarded_Proto": "https"},
        {"Forwarded": "for=127.0.0.1"},
        {"X_Real_IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"CF_Connecting_IP": "203.0.113.7"},
        {"True_Client_IP": "203.0.113.7"},
    ],
)
def test_what_came_through_a_proxy_did_not_come_from_here(
    developing: Call, headers: dict[str, str]
) -> None:
    refused(developing("/betrieb", **headers))


@pytest.mark.parametrize(
    "host",
    ["boese.example", "127.0.0.1.boese.example", "localhost.boese.example", "katalog.example:8000",
     "[2001:db8::1]", "192.0.2.1", "", None],
)  # fmt: skip
def test_a_foreign_name_that_points_here_opens_nothing(developing: Call, host: str | None) -> None:
    refused(developing("/betrieb", HERE, host))


@pytest.mark.parametrize("host", ["[::1", "[::1]x", "127.0.0.1:x", "127.0.0.1:8000:1", "::1", ":"])
def test_a_host_that_is_none_counts_as_foreign(planted: str, host: str) -> None:
    scope: Any = {"client": HERE, "headers": [(b"host", host.encode())]}
    assert not may_open(scope, build_settings(planted), OPERATORS)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["127.0.0.1:8000", "katalog.example"])
def test_in_production_nobody_gets_in_yet(in_production: Call, path: str, host: str) -> None:
    refused(in_production(path, HERE, host))


def refused(answer: Answer) -> None:
    assert answer.status == 403
    page = answer.seite
    assert page.heading == "Dafür fehlt die Berechtigung"
    assert "der Administration vorbehalten" in page.text
    assert "Import" not in page.text
    assert answer.header("cache-control") == "private, no-store"
    assert "/betrieb" not in {a.attrs["href"] for a in page.links()}


def test_the_refusal_comes_before_anything_is_said_about_what_exists(developing: Call) -> None:
    away = ("203.0.113.7", 1)
    for path in ("/betrieb/importe/999999", "/betrieb/importe/unsinn"):
        refused(developing(path, away))


def test_two_hosts_are_one_too_many(developing: Call) -> None:
    """Nobody gets as far as being asked who they are."""
    assert developing("/betrieb", HERE, "localhost", Host="boese.example").status == 400


@pytest.mark.parametrize("access", [frozenset({r}) for r in Rolle if r is not Rolle.GAST])
def test_only_pages_for_the_administration_alone_trust_the_machine(
    planted: str, access: frozenset[Rolle]
) -> None:
    scope: Any = {"client": HERE, "headers": [(b"host", b"localhost")]}
    settings = build_settings(planted)
    assert may_open(scope, settings, access) is (access == OPERATORS)
    assert may_open(scope, settings, EVERYONE)
    assert not may_open(scope, settings, OPERATORS | {Rolle.KOORDINIERUNG})


# ── What follows from it ────────────────────────────────────────────────────────────────────


def test_a_real_request_from_here_gets_in_and_a_forwarded_one_does_not(portal_url: str) -> None:
    """Through the server, which itself believes a proxy on this machine."""
    assert ask(portal_url, "/betrieb").status == 200
    for named in ("127.0.0.1", "203.0.113.7"):
        assert ask(portal_url, "/betrieb", headers={"X-Forwarded-For": named}).status == 403
    assert ask(portal_url, "/betrieb", headers={"Host": "boese.example"}).status in {400, 403}


@pytest.mark.parametrize("path", PATHS[:2])
def test_the_pages_stay_out_of_caches_and_search_engines(portal_url: str, path: str) -> None:
    answer = ask(portal_url, path)
    assert answer.header("cache-control") == "private, no-store"
    assert answer.header("x-robots-tag") == "noindex"
    assert answer.header("etag") == ""
    assert answer.seite.root.one("meta", name="robots").attrs["content"] == "noindex"


def test_errors_of_these_pages_stay_out_of_caches_as_well(portal_url: str) -> None:
    for path, status in (("/betrieb/importe/9", 404), ("/betrieb/importe?seite=0", 422)):
        answer = ask(portal_url, path)
        assert answer.status == status
        assert answer.header("cache-control") == "private, no-store"


PUBLIC = ["/", "/suche?q=hund", "/kommunen/055700052052", "/onlinedienste/wbs-sozialplattform",
          "/leistungen/99110009104000", "/ozg/10083", "/kommunen?angaben=ja"]  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_show_the_same_at_the_machine_and_elsewhere(
    portal_url: str, path: str
) -> None:
    here, elsewhere = (
        ask(portal_url, path, headers=headers) for headers in ({}, {"X-Forwarded-For": "x"})
    )
    assert [a.attrs["href"] for a in here.seite.links()].count("/betrieb") == 1
    assert "/betrieb" not in {a.attrs["href"] for a in elsewhere.seite.links()}
    assert here.text.replace('<li><a href="/betrieb">Betrieb</a></li>', "") == elsewhere.text
    assert here.header("cache-control") == elsewhere.header("cache-control") == "no-cache"


def test_the_way_to_the_pages_is_in_english_too(read: Callable[..., Seite]) -> None:
    assert read("/", Cookie="sprache=en").link("Operations") == "/betrieb"


def test_with_several_databases_the_rule_is_the_same(seeded_database: str) -> None:
    with running_portal(build_settings(seeded_database)) as url:
        assert ask(url, "/betrieb").status == 200
        assert ask(url, "/betrieb", headers={"Forwarded": "for=x"}).status == 403
