"""What keeps the register true, as people meet it on its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.db import Engine, open_engine, reading, writing
from katalog.domain.rollen import Rolle
from katalog.linkcheck import list_addresses
from katalog.models.betrieb import Linkpruefung, Protokoll
from katalog.models.nutzung import Einsatz
from katalog.queries.konten import find_stelle
from katalog.retention import FRISTEN
from tests.browsing import Reader, fields_of, form_of
from tests.portal import TODAY, build_settings, running_portal
from tests.seite import Seite
from tests.signing_in import COOKIE, make_session

TODAY_DATE = date.fromisoformat(TODAY)
TOWN = "055150000000"
BECKUM, WARENDORF = "055700008008", "055700052052"
COORDINATION, PROVIDER = "koordinierung-muensterland-demo", "landes-it-demo"


@dataclass
class Rig:
    engine: Engine
    url: str
    database: str

    def reader(self, rolle: Rolle, stelle: str = "") -> Reader:
        email = f"{rolle}-{stelle or 'x'}@pflege.example"
        return Reader(self.url, {COOKIE: make_session(self.database, email, rolle, stelle)})

    def trail(self, objekt: str) -> list[str]:
        with reading(self.engine) as session:
            found = select(col(Protokoll.vorgang)).where(col(Protokoll.objekt) == objekt)
            return list(session.scalars(found.order_by(col(Protokoll.id))))


@pytest.fixture(scope="module")
def rig(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    path = tmp_path_factory.mktemp("pflege") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    database = f"sqlite:///{path}"
    engine = open_engine(database)
    with running_portal(build_settings(database)) as url:
        yield Rig(engine, url, database)
    engine.dispose()


def test_a_page_that_is_gone_is_marked_wherever_it_is_stated(rig: Rig) -> None:
    list_addresses(rig.engine, TODAY_DATE, datetime(2026, 11, 20, 9, tzinfo=UTC))
    with writing(rig.engine) as session:
        used = session.scalars(
            select(Einsatz).where(
                col(Einsatz.stelle_id) == find_stelle(session, TOWN), col(Einsatz.url) != ""
            )
        ).first()
        assert used is not None
        session.connection().execute(
            update(Linkpruefung)
            .where(col(Linkpruefung.url) == used.url)
            .values(nicht_erreichbar_am=date(2026, 11, 18))
        )
    hint = "Die Seite war am 18.11.2026 nicht erreichbar"
    reader = Reader(rig.url)
    assert reader.open(f"/kommunen/{TOWN}").text.count(hint) == 1


def test_the_page_on_privacy_says_how_long_things_are_kept(rig: Rig) -> None:
    text = Reader(rig.url).open("/datenschutz").text
    assert "Wie lange etwas gespeichert bleibt" in text
    for what, how_long, _ in FRISTEN:
        assert what in text
        assert how_long in text


# Contacts ---------------------------------------------------------------------------------------


def test_a_body_names_its_contact_and_a_deputy_and_everybody_sees_what_is_theirs(rig: Rig) -> None:
    own, here = rig.reader(Rolle.KOMMUNE, BECKUM), f"/kommunen/{BECKUM}"
    page = own.open(f"{here}/kontakte")
    assert "Benennen Sie eine OZG-Ansprechperson" in page.text
    new = own.open(f"{here}/kontakte/neu")
    page = own.send(
        new,
        f"{here}/kontakte/neu",
        expect=422,
        rolle="ozg-ansprechperson",
        person="E. Muster (Demo)",
    )
    assert "braucht ein Funktionspostfach" in page.text
    assert own_value(page, "person") == "E. Muster (Demo)"
    page = own.send(
        page,
        f"{here}/kontakte/neu",
        rolle="ozg-ansprechperson",
        funktionspostfach="ozg@beckum.example",
        person="E. Muster (Demo)",
    )
    assert "Der Kontakt ist gespeichert." in page.text
    assert "Nur eine Person hat ein Konto" in page.text
    main = contact_of(page)
    page = own.send(
        own.open(f"{here}/kontakte/neu"),
        f"{here}/kontakte/neu",
        rolle="ozg-ansprechperson",
        vertritt=main,
        funktionspostfach="vertretung@beckum.example",
        telefon="02521 000",
    )
    for reader, persons in (
        (Reader(rig.url), False),
        (rig.reader(Rolle.ANBIETER, PROVIDER), False),
        (rig.reader(Rolle.KOMMUNE, WARENDORF), True),
        (rig.reader(Rolle.KOORDINIERUNG, COORDINATION), True),
        (own, True),
    ):
        text = reader.open(here).text
        assert "ozg@beckum.example" in text
        assert "(Vertretung)" in text
        assert ("E. Muster" in text, "02521 000" in text) == (persons, persons)
    assert rig.trail("kontakt") == ["kontakt_angelegt", "kontakt_angelegt"]


def test_contacts_are_changed_by_whoever_looks_after_the_body_and_nobody_else(rig: Rig) -> None:
    here = f"/kommunen/{WARENDORF}/kontakte"
    coordination = rig.reader(Rolle.KOORDINIERUNG, COORDINATION)
    page = coordination.send(
        coordination.open(f"{here}/neu"),
        f"{here}/neu",
        rolle="ozg-ansprechperson",
        funktionspostfach="ozg@warendorf.example",
    )
    number = contact_of(page)
    for foreign in (rig.reader(Rolle.KOMMUNE, BECKUM), rig.reader(Rolle.ANBIETER, PROVIDER)):
        assert foreign.ask(here).status == 403
        mark = fields_of(form_of(foreign.open("/konto"), "/konto"))["formular"]
        for target in (f"{here}/neu", f"{here}/{number}", f"{here}/{number}/loeschen"):
            typed = {"formular": mark, "rolle": "mik", "funktionspostfach": "a@x.example"}
            assert foreign.post(target, typed).status == 403
    beckum = rig.reader(Rolle.KOMMUNE, BECKUM)
    # A contact of another body is not there, even under the address of one's own.
    assert beckum.ask(f"/kommunen/{BECKUM}/kontakte/{number}").status == 404
    own = rig.reader(Rolle.KOMMUNE, WARENDORF)
    page = own.open(f"{here}/{number}")
    page = own.send(page, f"{here}/{number}", bezeichnung="Stabsstelle", rolle="ozg-ansprechperson")
    assert "Stabsstelle, ozg@warendorf.example" in page.text
    page = own.send(own.open(f"{here}/{number}"), f"{here}/{number}/loeschen")
    assert "Noch kein Kontakt." in page.text


def test_bodies_without_an_area_keep_their_contacts_too(rig: Rig) -> None:
    with reading(rig.engine) as session:
        number = find_stelle(session, COORDINATION)
    coordination = rig.reader(Rolle.KOORDINIERUNG, COORDINATION)
    here = f"/stellen/{number}"
    page = coordination.send(
        coordination.open(f"{here}/kontakte/neu"),
        f"{here}/kontakte/neu",
        rolle="datenschutz",
        funktionspostfach="datenschutz@koordinierung.example",
    )
    assert "Der Kontakt ist gespeichert." in page.text
    assert "datenschutz@koordinierung.example" in Reader(rig.url).open(here).text


def own_value(page: Seite, field: str) -> str:
    (found,) = (each for each in page.root.all("input") if each.attrs.get("name") == field)
    return found.attrs["value"]


def contact_of(page: Seite) -> str:
    hrefs = [a.attrs["href"] for a in page.links() if "/kontakte/" in a.attrs["href"]]
    return next(href.rsplit("/", 1)[1] for href in hrefs if not href.endswith("/neu"))
