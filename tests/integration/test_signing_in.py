"""Signing in with what a mail brings, staying signed in as long as is right, and signing out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.accounts import sitzungen
from katalog.accounts.anmeldung import VALID_FOR
from katalog.db import Engine, open_engine, reading, writing
from katalog.domain.rollen import Rolle
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.grundlage import now
from katalog.models.konten import Anmeldelink, Anmeldesitzung, Konto
from tests.browsing import Reader, fields_of, form_of
from tests.portal import Answer, ask, build_settings, running_portal, send_form
from tests.signing_in import COOKIE, make_session

NEW = "neu@kommune.example"
PAGE = "/onlinedienste/wbs-sozialplattform"


@pytest.fixture(scope="module")
def database(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("anmelden") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def engine(database: str) -> Iterator[Engine]:
    engine = open_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def portal(database: str) -> Iterator[str]:
    with running_portal(build_settings(database)) as url:
        yield url


@pytest.fixture
def reader(portal: str, engine: Engine) -> Reader:
    """Somebody whose address and place nobody has asked from before."""
    with writing(engine) as session:
        session.connection().execute(update(Anmeldelink).values(herkunft="", email="wer@x.example"))
    return Reader(portal)


def change(engine: Engine, model: Any, **values: Any) -> None:
    with writing(engine) as session:
        session.connection().execute(update(model).values(**values))


def newest_mail(engine: Engine, to: str) -> Nachricht:
    with reading(engine) as session:
        found = session.scalars(
            select(Nachricht)
            .where(col(Nachricht.empfaenger) == to)
            .order_by(col(Nachricht.id).desc())
        ).first()
    assert found is not None
    return found


def link_in(mail: Nachricht) -> str:
    [found] = re.findall(r"http://\S+", mail.text)
    return str(found).removeprefix("http://127.0.0.1:8000")


def code_in(mail: Nachricht) -> str:
    [found] = re.findall(r"^\d{4} \d{4}$", mail.text, re.M)
    return str(found)


def ask_for_mail(reader: Reader, engine: Engine, address: str = NEW) -> Nachricht:
    page = reader.send(reader.open("/anmelden"), "/anmelden", email=address)
    assert page.heading == "Sehen Sie in Ihr Postfach"
    return newest_mail(engine, address.lower())


def sign_in(reader: Reader, engine: Engine, address: str = NEW) -> None:
    link = link_in(ask_for_mail(reader, engine, address))
    page = reader.send(reader.open(link), "/anmelden/link")
    assert page.heading == "Mein Konto"


# Two ways in ------------------------------------------------------------------------------------


def test_the_link_in_the_mail_signs_in_after_one_more_click(reader: Reader, engine: Engine) -> None:
    mail = ask_for_mail(reader, engine, "Neu@Kommune.example")
    assert mail.vertraulich
    sign_in(reader, engine)
    page = reader.open("/konto")
    assert f"Angemeldet als {NEW}." in page.text
    assert page.link(f"Angemeldet: {NEW}") == "/konto"


def test_the_code_signs_in_the_browser_that_asked(reader: Reader, engine: Engine) -> None:
    page = reader.send(reader.open("/anmelden"), "/anmelden", email=NEW)
    mail = newest_mail(engine, NEW)
    done = reader.send(page, "/anmelden/code", code=f" {code_in(mail)} ")
    assert done.heading == "Mein Konto"


def test_another_browser_can_do_nothing_with_the_code(reader: Reader, engine: Engine) -> None:
    mail = ask_for_mail(reader, engine)
    other = Reader(reader.portal)
    page = other.send(other.open("/anmelden"), "/anmelden", email="anders@kommune.example")
    refused = other.send(page, "/anmelden/code", code=code_in(mail), expect=422)
    assert "stimmt nicht" in refused.text
    assert other.cookies == {}


def test_opening_a_link_uses_nothing_up_and_using_it_does_so_once(
    reader: Reader, engine: Engine
) -> None:
    link = link_in(ask_for_mail(reader, engine))
    for _ in range(3):
        assert Reader(reader.portal).open(link).heading == "Anmeldung bestätigen"
    page = reader.open(link)
    assert reader.send(page, "/anmelden/link").heading == "Mein Konto"
    late = Reader(reader.portal)
    assert late.send(page, "/anmelden/link", expect=410).heading == "Der Link gilt nicht mehr"
    assert late.open(link, status=410).heading == "Der Link gilt nicht mehr"
    assert late.cookies == {}


def test_link_and_code_end_after_half_an_hour(reader: Reader, engine: Engine) -> None:
    page = reader.send(reader.open("/anmelden"), "/anmelden", email=NEW)
    mail = newest_mail(engine, NEW)
    with reading(engine) as session:
        link = session.scalars(select(Anmeldelink).order_by(col(Anmeldelink.id).desc())).first()
    assert link is not None
    assert link.laeuft_ab_am - link.erstellt_am == VALID_FOR == timedelta(minutes=30)
    change(engine, Anmeldelink, laeuft_ab_am=now() - timedelta(seconds=1))
    reader.send(page, "/anmelden/code", code=code_in(mail), expect=422)
    reader.open(link_in(mail), status=410)
    assert reader.cookies == {}


def test_five_wrong_codes_leave_only_the_link(reader: Reader, engine: Engine) -> None:
    page = reader.send(reader.open("/anmelden"), "/anmelden", email=NEW)
    mail = newest_mail(engine, NEW)
    right = code_in(mail)
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**8:08}"
    for _ in range(5):
        reader.send(page, "/anmelden/code", code=wrong, expect=422)
    reader.send(page, "/anmelden/code", code=right, expect=422)
    assert reader.send(reader.open(link_in(mail)), "/anmelden/link").heading == "Mein Konto"


def test_nothing_that_opens_a_door_is_stored_as_it_is(reader: Reader, engine: Engine) -> None:
    page = reader.send(reader.open("/anmelden"), "/anmelden", email=NEW)
    mail = newest_mail(engine, NEW)
    secrets = {
        parse_qs(urlsplit(link_in(mail)).query)["token"][0],
        code_in(mail).replace(" ", ""),
        fields_of(form_of(page, "/anmelden/code"))["vorgang"],
    }
    reader.send(reader.open(link_in(mail)), "/anmelden/link")
    secrets.add(reader.cookies[COOKIE])
    with reading(engine) as session:
        rows = [
            str(row.model_dump())
            for model in (Anmeldelink, Anmeldesitzung, Protokoll, Konto)
            for row in session.scalars(select(model))
        ]
    assert len(secrets) == 4
    assert [secret for secret in secrets if any(secret in row for row in rows)] == []


# The same answer --------------------------------------------------------------------------------


def test_known_unknown_blocked_and_impatient_get_the_same_answer(
    reader: Reader, engine: Engine, database: str
) -> None:
    make_session(database, "bekannt@kommune.example")
    make_session(database, "gesperrt@kommune.example")
    with writing(engine) as session:
        session.connection().execute(
            update(Konto)
            .where(col(Konto.email) == "gesperrt@kommune.example")
            .values(gesperrt_am=now())
        )

    def answer(address: str) -> tuple[int, str, str]:
        sent = Reader(reader.portal).post("/anmelden", {"email": address})
        target = sent.header("location")
        page = Reader(reader.portal).ask(target)
        vorgang = parse_qs(urlsplit(target).query)["vorgang"][0]
        return sent.status, target.replace(vorgang, ""), page.text.replace(vorgang, "")

    answers = {answer(f"{who}@kommune.example") for who in ("bekannt", "fremd", "gesperrt")}
    for _ in range(4):
        answers.add(answer("fremd@kommune.example"))
    assert len(answers) == 1
    assert "gesperrt" in newest_mail(engine, "gesperrt@kommune.example").betreff
    assert "token=" not in newest_mail(engine, "gesperrt@kommune.example").text


def test_an_address_gets_three_mails_in_a_quarter_of_an_hour(
    reader: Reader, engine: Engine
) -> None:
    def count() -> int:
        with reading(engine) as session:
            return len(
                session.scalars(
                    select(Nachricht).where(col(Nachricht.empfaenger) == "viel@kommune.example")
                ).all()
            )

    for _ in range(6):
        reader.post("/anmelden", {"email": "viel@kommune.example"})
    assert count() == 3
    change(engine, Anmeldelink, erstellt_am=now() - timedelta(minutes=16))
    reader.post("/anmelden", {"email": "viel@kommune.example"})
    assert count() == 4


def test_one_place_cannot_send_mails_to_the_whole_world(reader: Reader, engine: Engine) -> None:
    for number in range(40):
        reader.post("/anmelden", {"email": f"wahllos{number}@kommune.example"})
    with reading(engine) as session:
        sent = session.scalars(
            select(Nachricht).where(col(Nachricht.empfaenger).startswith("wahllos"))
        ).all()
        places = set(session.scalars(select(col(Anmeldelink.herkunft))))
    assert len(sent) == 30
    assert not any("127.0.0.1" in place for place in places)


@pytest.mark.parametrize(
    "address", ["", "keine", "a@b", "a@x.example, b@x.example", "a@x.example\nBcc: b@x.example"]
)
def test_what_is_no_address_comes_back_with_what_was_typed(
    reader: Reader, engine: Engine, address: str
) -> None:
    page = reader.send(reader.open("/anmelden"), "/anmelden", email=address, expect=422)
    field = page.root.one("input", id="email")
    assert field.attrs["value"] == " ".join(address.split())
    assert field.attrs["aria-invalid"] == "true"
    assert page.root.one("p", id="email-e").text
    assert page.title.startswith("Fehler: ")


# Staying and leaving ----------------------------------------------------------------------------


def test_the_cookie_is_for_this_host_and_no_script(reader: Reader, engine: Engine) -> None:
    page = reader.open(link_in(ask_for_mail(reader, engine)))
    answer = reader.post("/anmelden/link", fields_of(form_of(page, "/anmelden/link")))
    [cookie] = [v for name, v in answer.headers if name.lower() == "set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-sitzung=")
    assert parts >= {"httponly", "secure", "path=/", "samesite=lax"}
    assert not any(part.startswith(("domain", "max-age", "expires")) for part in parts)


def test_without_https_elsewhere_the_cookie_goes_without_its_prefix(database: str) -> None:
    settings = build_settings(database, KATALOG_BASIS_URL="http://katalog.example")
    with running_portal(settings) as url:
        secret = make_session(database)
        assert Reader(url, {"sitzung": secret}).open("/konto").heading == "Mein Konto"
        assert Reader(url, {COOKIE: secret}).open("/konto").heading == "Anmelden"


def test_a_page_for_accounts_leads_to_signing_in_and_back(reader: Reader, engine: Engine) -> None:
    page = reader.open("/konto/zugang?q=Warendorf")
    assert page.heading == "Anmelden"
    reader.send(page, "/anmelden", email=NEW)
    link = link_in(newest_mail(engine, NEW))
    assert reader.send(reader.open(link), "/anmelden/link").heading == (
        "Für welche Stelle handeln Sie?"
    )
    assert reader.here == "/konto/zugang?q=Warendorf"


@pytest.mark.parametrize(
    "target", ["//boese.example", "https://boese.example", "/\\boese.example", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(reader: Reader, engine: Engine, target: str) -> None:
    page = reader.open(f"/anmelden?weiter={quote(target, safe='')}")
    assert fields_of(form_of(page, "/anmelden"))["weiter"] == ""
    reader.send(page, "/anmelden", email=NEW, weiter=target)
    page = reader.open(link_in(newest_mail(engine, NEW)))
    answer = reader.post("/anmelden/link", fields_of(form_of(page, "/anmelden/link")))
    assert answer.header("location") == "/konto"


def test_signing_out_ends_the_session_on_the_server(reader: Reader, engine: Engine) -> None:
    sign_in(reader, engine)
    before = dict(reader.cookies)
    reader.send(reader.open("/konto"), "/abmelden")
    assert reader.cookies == {}
    assert Reader(reader.portal, before).open("/konto").heading == "Anmelden"


def test_signing_out_everywhere_ends_the_others_too(
    reader: Reader, database: str, engine: Engine
) -> None:
    others = [Reader(reader.portal, {COOKIE: make_session(database, NEW)}) for _ in range(2)]
    stranger = Reader(reader.portal, {COOKIE: make_session(database, "fremd@kommune.example")})
    page = others[0].open("/konto")
    assert page.text.count("diese Sitzung") == 1
    others[0].post("/abmelden", fields_of(form_of(page, "/abmelden")) | {"ueberall": "ja"})
    assert [each.open("/konto").heading for each in others] == ["Anmelden", "Anmelden"]
    assert stranger.open("/konto").heading == "Mein Konto"


def test_a_session_ends_when_idle_and_when_it_is_long_enough(
    portal: str, database: str, engine: Engine
) -> None:
    for values in (
        {"zuletzt_am": now() - sitzungen.IDLE - timedelta(seconds=1)},
        {"laeuft_ab_am": now() - timedelta(seconds=1)},
    ):
        reader = Reader(portal, {COOKIE: make_session(database)})
        assert reader.open("/konto").heading == "Mein Konto"
        change(engine, Anmeldesitzung, **values)
        assert reader.open("/konto").heading == "Anmelden"


def test_whoever_reads_on_stays_signed_in(portal: str, database: str, engine: Engine) -> None:
    reader = Reader(portal, {COOKIE: make_session(database)})
    change(engine, Anmeldesitzung, zuletzt_am=now() - timedelta(minutes=20))
    reader.open("/konto")
    with reading(engine) as session:
        latest = max(session.scalars(select(col(Anmeldesitzung.zuletzt_am))))
    assert now() - latest < timedelta(minutes=1)


def test_a_blocked_account_is_signed_out_at_once(
    portal: str, database: str, engine: Engine
) -> None:
    reader = Reader(portal, {COOKIE: make_session(database, "weg@kommune.example")})
    assert reader.open("/konto").heading == "Mein Konto"
    change(engine, Konto, gesperrt_am=now())
    assert reader.open("/konto").heading == "Anmelden"
    change(engine, Konto, gesperrt_am=None)


def test_signing_in_anew_ends_the_session_before(
    reader: Reader, engine: Engine, database: str
) -> None:
    before = make_session(database)
    reader.cookies[COOKIE] = before
    page = reader.open("/konto")
    mail = ask_for_mail_signed_in(reader, engine)
    assert reader.send(reader.open(link_in(mail)), "/anmelden/link").heading == page.heading
    assert reader.cookies[COOKIE] != before
    assert Reader(reader.portal, {COOKIE: before}).open("/konto").heading == "Anmelden"


def ask_for_mail_signed_in(reader: Reader, engine: Engine) -> Nachricht:
    Reader(reader.portal).post("/anmelden", {"email": NEW})
    return newest_mail(engine, NEW)


# What forms are worth ---------------------------------------------------------------------------


def test_a_form_of_another_session_or_none_changes_nothing(
    portal: str, database: str, engine: Engine
) -> None:
    reader = Reader(portal, {COOKIE: make_session(database, NEW)})
    other = Reader(portal, {COOKIE: make_session(database, NEW)})
    foreign = fields_of(form_of(other.open("/konto"), "/konto"))["formular"]
    for mark in (foreign, "", "x" * 32, "ä"):
        answer = reader.post("/konto", {"name": "Gekapert", "formular": mark})
        assert answer.status == 403
        assert "Es wurde nichts gespeichert" in answer.seite.text
    assert "Gekapert" not in reader.open("/konto").root.text
    assert (
        reader.send(reader.open("/konto"), "/konto", name="Demo")
        .root.one("input", id="name")
        .attrs["value"]
        == "Demo"
    )


@pytest.mark.parametrize(
    "headers",
    [{"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://boese.example"}, {"Origin": "null"}],
)
def test_a_form_that_another_site_sends_is_refused(
    portal: str, database: str, headers: dict[str, str]
) -> None:
    reader = Reader(portal, {COOKIE: make_session(database, NEW)})
    mark = fields_of(form_of(reader.open("/konto"), "/konto"))["formular"]
    cookie = {"Cookie": f"{COOKIE}={reader.cookies[COOKIE]}"}
    fields = f"name=Gekapert&formular={mark}"
    assert send_form(portal, "/konto", fields, **cookie, **headers).status == 403


def test_whoever_is_not_signed_in_is_told_so(portal: str) -> None:
    answer = Reader(portal).post("/konto", {"name": "x"})
    assert answer.status == 401
    assert answer.seite.heading == "Bitte anmelden"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"email": "a@x.example"}', 422),
        ("", b"email=a@x.example", 422),
        ("multipart/form-data; boundary=x", b"--x--", 422),
        ("application/x-www-form-urlencoded", b"a=1&" * 3000, 422),
        ("application/x-www-form-urlencoded", b"email=" + b"x" * 70_000, 413),
        ("application/x-www-form-urlencoded", b"email=%ff%00@x.example", 422),
        ("application/x-www-form-urlencoded", b"email=" + b"x" * 300, 422),
    ],
)
def test_what_is_no_form_is_refused_with_a_page(
    portal: str, kind: str, body: bytes, status: int
) -> None:
    answer = ask(portal, "/anmelden", method="POST", headers={"Content-Type": kind}, body=body)
    assert answer.status == status
    assert answer.seite.heading


# Whose page it is -------------------------------------------------------------------------------


def test_what_is_shown_to_somebody_signed_in_is_shown_to_nobody_else(
    portal: str, database: str
) -> None:
    own_address, guest = "anzeige@kommune.example", Reader(portal)
    guest.open(PAGE)
    reader = Reader(portal, {COOKIE: make_session(database, own_address)})
    own: Answer = reader.ask(PAGE)
    assert own_address in own.text
    assert own.header("cache-control") == "private, no-store"
    assert own.header("etag") == ""
    for _ in range(2):
        after = guest.ask(PAGE)
        assert own_address not in after.text
        assert after.header("cache-control") == "no-cache"
    assert reader.ask("/ozg?seite=0").header("cache-control") == "private, no-store"


def test_a_cookie_that_means_nothing_makes_a_guest(portal: str) -> None:
    for value in ("", "x", "x" * 4000, "%00", "a b"):
        answer = Reader(portal, {COOKIE: value}).ask(PAGE)
        assert answer.status == 200
        assert answer.header("cache-control") == "no-cache"


def test_everything_about_accounts_stays_out_of_caches(portal: str, database: str) -> None:
    reader = Reader(portal, {COOKIE: make_session(database, rolle=Rolle.ADMINISTRATION)})
    for path in ("/konto", "/konto/zugang", "/konto/anfragen", "/betrieb", "/betrieb/post"):
        answer = reader.ask(path)
        assert answer.status == 200, path
        assert answer.header("cache-control") == "private, no-store", path
        assert answer.header("x-robots-tag") == "noindex", path


# One's own data ---------------------------------------------------------------------------------


def test_a_person_takes_their_data_along_and_goes(portal: str, database: str) -> None:
    reader = Reader(portal, {COOKIE: make_session(database, "geht@kommune.example")})
    name = "Alles herunterladen, was über mich gespeichert ist"
    answer = reader.ask(reader.open("/konto").link(name))
    assert answer.header("content-type").startswith("application/json")
    assert answer.header("cache-control") == "private, no-store"
    assert "geht@kommune.example" in answer.text
    before = dict(reader.cookies)
    reader.send(reader.open("/konto/loeschen"), "/konto/loeschen")
    assert reader.cookies == {}
    assert Reader(portal, before).open("/konto").heading == "Anmelden"
