"""Signing in with the account of one's own office, at a real provider in a process of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from sqlalchemy import select
from sqlmodel import col

from katalog import oidc
from katalog.accounts.konten import block_konto
from katalog.db import open_engine, reading, writing
from katalog.domain.errors import Konfigurationsfehler, NichtErlaubt
from katalog.models.konten import Konto
from katalog.oidc.provider import read_token
from tests.browsing import Reader
from tests.portal import Answer, ask, build_settings, running_portal, send_form
from tests.signing_in import COOKIE, make_session

USERS: dict[str, dict[str, Any]] = {
    "eins": {"email": "Eins@Kommune.example", "email_verified": True, "name": "Demo Eins"},
    "zwei": {"email": "eins@kommune.example", "email_verified": True},
    "ungeprueft": {"email": "fremd@kommune.example", "email_verified": False},
    "ohne": {},
    "gesperrt": {"email": "gesperrt@kommune.example", "email_verified": True},
}
CLIENT = "ozg-katalog"
ERRAND = "__Host-anmeldedienst"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    users = [
        argument
        for sub, claims in USERS.items()
        for argument in ("--user-claims", json.dumps({"sub": sub} | claims))
    ]
    program = Path(sys.executable).with_name("oidc-provider-mock")
    process = subprocess.Popen(
        [program, "--port", str(port), "--require-nonce", "true", *users],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                ask(f"http://127.0.0.1:{port}", "/")
                break
            except ConnectionError:
                assert process.poll() is None
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def database(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("oidc") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def portal(database: str, provider: str) -> Iterator[str]:
    settings = build_settings(
        database,
        KATALOG_OIDC_AUSSTELLER=provider,
        KATALOG_OIDC_KLIENT=CLIENT,
        KATALOG_OIDC_GEHEIMNIS="ein Geheimnis mit: Zeichen",
        KATALOG_OIDC_NAME="Verwaltungskonto",
    )
    with running_portal(settings) as url:
        yield url


def leave(reader: Reader, path: str = "/anmelden/dienst") -> str:
    """The address of the provider to which the portal sends."""
    answer = reader.ask(path)
    assert answer.status == 303
    assert answer.header("cache-control") == "private, no-store"
    return answer.header("location")


def agree(address: str, sub: str) -> str:
    """What the provider sends the browser back with, once somebody said who they are."""
    parts = urlsplit(address)
    host = f"{parts.scheme}://{parts.netloc}"
    answer = send_form(host, f"{parts.path}?{parts.query}", urlencode({"sub": sub}))
    assert answer.status == 302, answer.text
    back = urlsplit(answer.header("location"))
    return f"{back.path}?{back.query}"


def sign_in(portal: str, sub: str) -> tuple[Reader, Answer]:
    reader = Reader(portal)
    return reader, reader.ask(agree(leave(reader), sub))


@pytest.mark.full_run
def test_the_account_of_the_office_opens_the_portal(portal: str) -> None:
    reader = Reader(portal)
    link = reader.open("/anmelden").link("Anmelden mit Verwaltungskonto")
    back = agree(leave(reader, link), "eins")
    answer = reader.ask(back)
    assert answer.header("location") == "/konto"
    page = reader.open("/konto")
    assert "Angemeldet als eins@kommune.example." in page.text
    assert page.root.one("input", id="name").attrs["value"] == "Demo Eins"
    assert ERRAND not in reader.cookies


def test_what_is_asked_of_the_provider_binds_the_answer_to_this_browser(
    portal: str, provider: str
) -> None:
    first, second = (parse_qs(urlsplit(leave(Reader(portal))).query) for _ in range(2))
    assert first["response_type"] == ["code"]
    assert first["client_id"] == [CLIENT]
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == ["http://127.0.0.1:8000/anmelden/dienst/zurueck"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) == 43
        assert first[name] != second[name]


def test_somebody_who_wanted_a_page_gets_there_and_nowhere_else(portal: str) -> None:
    for wanted, reached in (
        ("/konto/zugang?q=Hamm&x=1", "/konto/zugang?q=Hamm&x=1"),
        ("//boese.example", "/konto"),
        ("https://boese.example", "/konto"),
    ):
        reader = Reader(portal)
        address = leave(reader, f"/anmelden/dienst?{urlencode({'weiter': wanted})}")
        answer = reader.ask(agree(address, "eins"))
        assert answer.status == 303
        assert answer.header("location") == reached


def test_an_answer_counts_once_and_in_the_browser_that_asked(portal: str) -> None:
    reader = Reader(portal)
    back = agree(leave(reader), "eins")
    other = Reader(portal)
    leave(other)
    for stranger in (Reader(portal), other):
        assert stranger.ask(back).status == 403
        assert COOKIE not in stranger.cookies
    errand = dict(reader.cookies)
    assert reader.ask(back).status == 303
    again = Reader(portal, errand)
    assert again.ask(back).status == 403
    assert COOKIE not in again.cookies


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?error=access_denied", "?code=y"])
def test_what_was_never_asked_for_is_refused(portal: str, query: str) -> None:
    for reader in (Reader(portal), Reader(portal, {ERRAND: ""}), Reader(portal, {ERRAND: "x"})):
        answer = reader.ask(f"/anmelden/dienst/zurueck{query}")
        assert answer.status == 403
        assert "/anmelden" in answer.seite.text


def test_who_changes_their_mind_is_told_how_to_go_on(portal: str) -> None:
    reader = Reader(portal)
    state = parse_qs(urlsplit(leave(reader)).query)["state"][0]
    page = reader.open(f"/anmelden/dienst/zurueck?error=access_denied&state={state}", status=403)
    assert "abgebrochen" in page.text


def test_a_code_that_the_provider_does_not_know_opens_nothing(portal: str) -> None:
    reader = Reader(portal)
    state = parse_qs(urlsplit(leave(reader)).query)["state"][0]
    assert reader.ask(f"/anmelden/dienst/zurueck?code=erfunden&state={state}").status == 403
    assert COOKIE not in reader.cookies


# Which account ----------------------------------------------------------------------------------


def test_an_address_that_nobody_checked_opens_nothing(portal: str, database: str) -> None:
    make_session(database, "fremd@kommune.example")
    for sub in ("ungeprueft", "ohne"):
        reader, answer = sign_in(portal, sub)
        assert answer.status == 403
        assert "keine geprüfte E-Mail-Adresse" in answer.seite.text
        assert COOKIE not in reader.cookies


def test_an_account_belongs_to_one_subject(portal: str, database: str) -> None:
    """Another account of the provider with the same address does not take it over."""
    sign_in(portal, "eins")
    reader, answer = sign_in(portal, "zwei")
    assert answer.status == 403
    assert COOKIE not in reader.cookies
    engine = open_engine(database)
    with reading(engine) as session:
        [konto] = session.scalars(select(Konto).where(col(Konto.email) == "eins@kommune.example"))
        assert konto.oidc_subjekt is not None
        assert len(konto.oidc_subjekt) == 64
    engine.dispose()


def test_a_blocked_account_stays_outside(portal: str, database: str) -> None:
    _, answer = sign_in(portal, "gesperrt")
    assert answer.status == 303
    engine = open_engine(database)
    with writing(engine) as session:
        block_konto(session, "gesperrt@kommune.example")
    engine.dispose()
    reader, answer = sign_in(portal, "gesperrt")
    assert answer.status == 403
    assert COOKIE not in reader.cookies


def test_a_provider_that_is_away_leaves_the_mail(database: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings = build_settings(database, KATALOG_OIDC_AUSSTELLER=gone, KATALOG_OIDC_KLIENT="x")
    with running_portal(settings) as url:
        page = Reader(url).open("/anmelden/dienst", status=503)
        assert "mit einer Mail" in page.text
        assert Reader(url).open("/anmelden").heading == "Anmelden"


def test_a_provider_with_another_name_is_none(database: str, provider: str) -> None:
    other = provider.replace("127.0.0.1", "localhost")
    named = {"KATALOG_OIDC_AUSSTELLER": f"{other}/", "KATALOG_OIDC_KLIENT": "x"}
    settings = build_settings(database, **named)
    with running_portal(settings) as url:
        assert Reader(url).ask("/anmelden/dienst").status == 503


def test_without_a_provider_there_is_no_such_way(database: str) -> None:
    with running_portal(build_settings(database)) as url:
        assert Reader(url).ask("/anmelden/dienst").status == 404
        assert Reader(url).ask("/anmelden/dienst/zurueck?code=x&state=y").status in {403, 404}
        assert "Verwaltungskonto" not in Reader(url).open("/anmelden").text


@pytest.mark.parametrize(
    "values",
    [
        {"KATALOG_OIDC_AUSSTELLER": "konto.example", "KATALOG_OIDC_KLIENT": "x"},
        {"KATALOG_OIDC_AUSSTELLER": "https://konto.example"},
    ],
)
def test_half_a_setting_stops_the_start(database: str, values: dict[str, str]) -> None:
    with pytest.raises(Konfigurationsfehler, match="KATALOG_OIDC"):
        build_settings(database, **values)


def test_the_challenge_is_the_hash_of_the_verifier() -> None:
    """RFC 7636, section 4.2; the provider of these tests does not compare them."""
    vorhaben = oidc.begin()
    digest = base64.urlsafe_b64encode(hashlib.sha256(vorhaben.verifier.encode()).digest())
    assert vorhaben.challenge == digest.decode().rstrip("=")
    made = {vorhaben.verifier, vorhaben.state, vorhaben.nonce, vorhaben.secret}
    assert len(made) == 4


# What a token must be ---------------------------------------------------------------------------

KEY = RSAKey.generate_key(2048, auto_kid=True)
OTHER = RSAKey.generate_key(2048, {"kid": KEY.kid or ""})
ISSUER, NONCE = "https://konto.example", "n" * 43


def token(key: Any = KEY, alg: str = "RS256", **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER, "aud": CLIENT, "sub": "eins", "iat": now, "exp": now + 300, "nonce": NONCE,
        "email": "a@x.example", "email_verified": True,
    }  # fmt: skip
    changed = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": key.kid or ""}, changed, key, algorithms=[alg])


def read(text: str) -> str:
    public = KeySet([RSAKey.import_key(KEY.as_dict(private=False))])
    return read_token(text, public, ISSUER, CLIENT, NONCE).email


def test_a_token_in_order_is_read() -> None:
    assert read(token()) == "a@x.example"
    assert read(token(aud=[CLIENT])) == "a@x.example"
    assert read(token(aud=[CLIENT, "andere"], azp=CLIENT)) == "a@x.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://boese.example"}, {"iss": None}, {"aud": "andere"}, {"aud": None},
        {"aud": [CLIENT, "andere"]}, {"nonce": "x"}, {"nonce": None}, {"exp": 1}, {"exp": None},
        {"sub": None}, {"iat": None},
    ],
)  # fmt: skip
def test_a_token_for_somebody_else_or_another_time_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NichtErlaubt):
        read(token(**changes))


def test_a_token_that_the_provider_did_not_sign_is_refused() -> None:
    header, body, _ = token().split(".")
    none = "eyJhbGciOiJub25lIn0"
    symmetric = OctKey.import_key("x" * 40, {"kid": KEY.kid or ""})
    elliptic = ECKey.generate_key("P-256", {"kid": KEY.kid or ""})
    for wrong in (
        token(OTHER),
        token(symmetric, "HS256"),
        token(elliptic, "ES256"),
        f"{header}.{body}.",
        f"{none}.{body}.",
        "",
        "x.y.z",
        "ä",
    ):
        with pytest.raises(NichtErlaubt):
            read(wrong)
