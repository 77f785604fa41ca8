"""Every route × every role: who gets in, who is sent to sign in, who is told it is not theirs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar.routes import HTTPRoute

from katalog.api.mount import BY_TOKEN
from katalog.domain.rollen import Rolle
from katalog.settings import with_secret
from katalog.web.app import create_app
from katalog.web.viewer import EVERYONE, OPERATORS, SIGNED_IN
from tests.browsing import Reader, fields_of, form_of
from tests.portal import ask, build_settings, running_portal
from tests.seite import Seite
from tests.signing_in import COOKIE, make_session

WHO = {
    "niemand": (None, ""),
    "ohne Rolle": (Rolle.GAST, ""),
    "Kommune": (Rolle.KOMMUNE, "055700052052"),
    "Koordinierung": (Rolle.KOORDINIERUNG, "koordinierung-muensterland-demo"),
    "Anbieter": (Rolle.ANBIETER, "landes-it-demo"),
    "Administration": (Rolle.ADMINISTRATION, ""),
}

# Whoever may do this has no account afterwards to try the rest with.
ENDS_IT_ALL = ("/konto/loeschen", "POST")


@pytest.fixture(scope="module")
def database(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("zugang") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def routes(database: str) -> list[tuple[str, str, frozenset[Rolle]]]:
    """Address, method and access of whatever is not open to everybody."""
    app = create_app(build_settings(database))
    found = [
        (re.sub(r"{\w+}", "999999", route.path_format), method, access)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        # Calls that take a token let nobody in for being signed in; see test_api_token.py.
        if (access := handler.opt.get("access", EVERYONE)) not in {EVERYONE, BY_TOKEN}
        for method in set(handler.http_methods) & {"GET", "POST"}
    ]
    app.state.portal.engine.dispose()
    assert len(found) > 12
    return [(path, str(method), access) for path, method, access in found]


@pytest.fixture(scope="module")
def readers(database: str) -> Iterator[dict[str, Reader]]:
    with running_portal(build_settings(database)) as url:
        made = {}
        for number, (who, (rolle, stelle)) in enumerate(WHO.items()):
            made[who] = Reader(url)
            if rolle is not None:
                given = None if rolle is Rolle.GAST else rolle
                secret = make_session(database, f"wer{number}@kommune.example", given, stelle)
                made[who].cookies[COOKIE] = secret
        yield made


def test_every_route_lets_in_whom_it_says_and_nobody_else(
    routes: list[tuple[str, str, frozenset[Rolle]]], readers: dict[str, Reader]
) -> None:
    marks = {
        who: fields_of(form_of(reader.open("/konto"), "/konto"))["formular"]
        for who, reader in readers.items()
        if who != "niemand"
    }
    wrong = []
    for path, method, access in routes:
        for who, reader in readers.items():
            allowed = who != "niemand" and (access == SIGNED_IN or WHO[who][0] in access)
            if allowed and (path, method) == ENDS_IT_ALL:
                continue
            if method == "GET":
                answer = reader.ask(path)
            else:
                answer = reader.post(path, {"formular": marks.get(who, "")})
            if allowed:
                # Inside, and then the thing may not be there, a change be redirected, or an empty
                # form come back.
                expected = {200, 303, 404, 422}
            elif who == "niemand":
                expected = {303} if method == "GET" else {401}
            else:
                expected = {403}
            if answer.status not in expected:
                wrong.append(f"{method} {path}, {who}: {answer.status}")
            if answer.header("cache-control") != "private, no-store":
                wrong.append(f"{method} {path}, {who}: {answer.header('cache-control')}")
    assert wrong == []


def test_a_guest_is_sent_to_sign_in_and_comes_back(readers: dict[str, Reader]) -> None:
    answer = readers["niemand"].ask("/betrieb/importe?seite=2")
    assert answer.header("location") == "/anmelden?weiter=%2Fbetrieb%2Fimporte%3Fseite%3D2"


def test_the_refusal_says_for_whom_the_page_is(readers: dict[str, Reader]) -> None:
    page = readers["Kommune"].open("/betrieb", status=403)
    assert page.heading == "Dafür fehlt die Berechtigung"
    assert "Administration" in page.text


def test_the_refusal_comes_before_anything_is_said_about_what_exists(
    readers: dict[str, Reader],
) -> None:
    for path in ("/betrieb/importe/999999", "/betrieb/importe/unsinn", "/betrieb/importe/1"):
        assert readers["Anbieter"].ask(path).status == 403


def test_being_at_the_machine_is_not_enough(readers: dict[str, Reader]) -> None:
    """Whoever sits there can make an account; a proxy there would let in everybody."""
    portal = readers["niemand"].portal
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}):
        assert ask(portal, "/betrieb", headers=headers).status == 303


@pytest.mark.parametrize("number", ["0", "-1", "01", "1e3", "%C2%B2", "x", "9" * 30, "2147483648"])
def test_a_number_that_is_none_is_not_found(readers: dict[str, Reader], number: str) -> None:
    for path in ("/betrieb/importe/{}", "/konto/zugang/{}", "/konto/zuordnungen/{}/beenden"):
        assert readers["Administration"].ask(path.format(number)).status in {404, 422}


def test_the_way_to_operations_is_shown_to_whom_it_is_for(readers: dict[str, Reader]) -> None:
    def leads_there(page: Seite) -> bool:
        return "/betrieb" in {a.attrs["href"] for a in page.links()}

    shown = {who: leads_there(reader.open("/hilfe")) for who, reader in readers.items()}
    assert shown == {who: who == "Administration" for who in WHO}


@pytest.mark.parametrize("path", ["/", "/suche?q=hund", "/kommunen/055700052052", "/ozg/10083"])
def test_public_pages_show_every_guest_the_same(readers: dict[str, Reader], path: str) -> None:
    portal = readers["niemand"].portal
    here = ask(portal, path)
    elsewhere = ask(portal, path, headers={"X-Forwarded-For": "203.0.113.7"})
    assert here.text == elsewhere.text
    assert here.header("cache-control") == elsewhere.header("cache-control") == "no-cache"


# Behind a proxy ---------------------------------------------------------------------------------


def test_only_a_trusted_proxy_says_who_asks(
    database: str, tmp_path: Path, fresh_places: Callable[[], set[str]]
) -> None:
    """Otherwise everybody could ask as often as they like, each time as somebody else."""
    plain = build_settings(database)
    trusting = build_settings(database, KATALOG_VERTRAUTE_PROXYS="127.0.0.1, 10.0.0.0/8")
    for settings, expected in ((plain, 1), (trusting, 3)):
        keyed = with_secret(settings, tmp_path / "geheimnis")
        fresh_places()
        with running_portal(keyed) as url:
            for number in range(3):
                ask(
                    url,
                    "/anmelden",
                    method="POST",
                    headers={
                        "Content-Type": "application/x-www-form-urlencoded",
                        "X-Forwarded-For": f"203.0.113.{number}, 10.0.0.7",
                    },
                    body=f"email=proxy{number}{expected}@kommune.example".encode(),
                )
        assert len(fresh_places()) == expected


@pytest.fixture
def fresh_places(database: str) -> Callable[[], set[str]]:
    """From how many places links were asked for since it was last called."""
    from sqlalchemy import delete, select
    from sqlmodel import col

    from katalog.db import open_engine, writing
    from katalog.models.konten import Anmeldelink

    def take() -> set[str]:
        engine = open_engine(database)
        with writing(engine) as session:
            found = set(session.scalars(select(col(Anmeldelink.herkunft))))
            session.connection().execute(delete(Anmeldelink))
        engine.dispose()
        return found

    return take


def test_the_pages_for_operations_are_for_the_administration_alone() -> None:
    assert frozenset({Rolle.ADMINISTRATION}) == OPERATORS
    assert frozenset(Rolle) - {Rolle.GAST} == SIGNED_IN
