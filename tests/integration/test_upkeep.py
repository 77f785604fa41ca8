"""What keeps the register true, as people meet it on its pages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog import local_rules
from katalog.db import Engine, open_engine, reading, writing
from katalog.domain.begriffe import Gebietsebene, Quellenart
from katalog.domain.kontakt import Kontaktangaben
from katalog.domain.rollen import Betrachter, Rolle
from katalog.linkcheck import list_addresses
from katalog.models.betrieb import Linkpruefung, Nachricht, Protokoll
from katalog.models.nutzung import Einsatz, OertlicheFestlegung
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Gebietsname, Nachfolge
from katalog.queries import anschreiben, dienste, festlegungen, kommunen, kontakte
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


@pytest.mark.full_run
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


# Writing to the users ---------------------------------------------------------------------------

DIENST = "hund-anmelden-stadtportal-demo"
ASKING = f"/onlinedienste/{DIENST}/anschreiben"
QUESTION: dict[str, Any] = {
    "betreff": "Welches  Fachverfahren?",
    "text": "Womit arbeiten Sie?\r\n\r\nDanke!",
}


@pytest.fixture(scope="module")
def reached(rig: Rig) -> list[str]:
    """Three bodies that use the assistant and can be written to, two of them with one mailbox."""
    with writing(rig.engine) as session:
        dienst = dienste.find_dienst(session, DIENST)
        assert dienst is not None
        own = find_stelle(session, BECKUM)
        viewer = Betrachter(frozenset({Rolle.KOMMUNE}), frozenset({own or 0}), konto_id=1)
        users = anschreiben.users(
            session, dienst.dienst.id or 0, viewer, TODAY_DATE, ausser=own or 0, land_id=None
        )
        assert len(users) > 3
        for number, address in zip(users, ("eins", "zwei", "zwei"), strict=False):
            angaben = Kontaktangaben(
                "ozg-ansprechperson", "", f"{address}@nutzer.example", "", "", None
            )
            kontakte.write(session, number, None, angaben, TODAY_DATE)
        return [users[number] for number in list(users)[:3]]


def test_the_users_of_an_assistant_are_asked_and_answer_to_whoever_asked(
    rig: Rig, reached: list[str]
) -> None:
    own = rig.reader(Rolle.KOMMUNE, BECKUM)
    with reading(rig.engine) as session:
        stelle = str(find_stelle(session, BECKUM))
    page = own.open(f"/onlinedienste/{DIENST}")
    assert ASKING in {a.attrs["href"] for a in page.links()}
    page = own.send(own.open(ASKING), ASKING, expect=422, schritt="vorschau", stelle=stelle)
    assert "Worum geht es? Ein paar Worte genügen." in page.text
    page = own.send(own.open(ASKING), ASKING, schritt="vorschau", stelle=stelle, **QUESTION)
    assert "An 3 Stellen, jede einzeln. Noch ist nichts gesendet." in page.text
    for name in reached:
        assert name in page.text
    assert "nutzer.example" not in page.text
    assert mails_of(rig, "anschreiben") == []
    back = own.send(page, ASKING, schritt="aendern")
    assert own_value(back, "betreff") == QUESTION["betreff"]
    page = own.send(page, ASKING, schritt="senden")
    assert "Gesendet an 2 Stellen. Antworten gehen an Sie." in page.text
    assert "Welches Fachverfahren?" in page.text
    assert "nutzer.example" not in page.text
    mails = mails_of(rig, "anschreiben")
    assert [mail.empfaenger for mail in mails] == ["eins@nutzer.example", "zwei@nutzer.example"]
    assert {mail.antwort_an for mail in mails} == {f"{Rolle.KOMMUNE}-{BECKUM}@pflege.example"}
    assert "Womit arbeiten Sie?\n\nDanke!" in mails[0].text
    assert "zwei@" not in mails[0].text
    assert "nutzer_angeschrieben" in rig.trail("onlinedienst")


@pytest.mark.full_run
def test_nobody_is_asked_too_often(rig: Rig, reached: list[str]) -> None:
    own = rig.reader(Rolle.KOMMUNE, WARENDORF)
    with reading(rig.engine) as session:
        stelle = str(find_stelle(session, WARENDORF))
    for _ in range(3):
        own.send(own.open(ASKING), ASKING, schritt="senden", stelle=stelle, **QUESTION)
    before = len(mails_of(rig, "anschreiben"))
    page = own.open(ASKING)
    page = own.send(page, ASKING, expect=409, schritt="senden", stelle=stelle, **QUESTION)
    assert "Mehr als 3 Anschreiben am Tag" in page.text
    assert len(mails_of(rig, "anschreiben")) == before


def test_one_writes_for_ones_own_body_and_providers_for_none(rig: Rig) -> None:
    own = rig.reader(Rolle.KOMMUNE, BECKUM)
    with reading(rig.engine) as session:
        foreign = str(find_stelle(session, WARENDORF))
    page = own.open(ASKING)
    page = own.send(page, ASKING, expect=422, schritt="senden", stelle=foreign, **QUESTION)
    assert "Wählen Sie, für wen Sie fragen." in page.text
    assert rig.reader(Rolle.ANBIETER, PROVIDER).ask(ASKING).status == 403
    for reader in (Reader(rig.url), rig.reader(Rolle.ANBIETER, PROVIDER)):
        page = reader.open(f"/onlinedienste/{DIENST}")
        assert ASKING not in {a.attrs["href"] for a in page.links()}


def mails_of(rig: Rig, vorlage: str) -> list[Nachricht]:
    with reading(rig.engine) as session:
        found = select(Nachricht).where(col(Nachricht.vorlage) == vorlage)
        return list(session.scalars(found.order_by(col(Nachricht.id))))


# Local rules ------------------------------------------------------------------------------------

DRESDEN = "146120000000"
NAME = "Angemessene Kosten der Unterkunft (Bruttokaltmiete je Monat)"
VALUES = "1 Person: 276\n2 Personen: 400\n3 Personen: 480"


@pytest.fixture(scope="module")
def laid_down(rig: Rig) -> int:
    """Warendorf's values, which differ from those of Dresden in one line and miss another."""
    with writing(rig.engine) as session:
        town = kommunen.find_kommune(session, WARENDORF)
        dresden = kommunen.find_kommune(session, DRESDEN)
        assert town is not None
        assert dresden is not None
        (rule,) = festlegungen.of_area(session, dresden.gebiet.id or 0)
        viewer = Betrachter(frozenset({Rolle.KOMMUNE}), frozenset({town.stelle_id}), konto_id=1)
        typed = {
            "name": NAME,
            "ozg_ids": "10082",
            "einheit": rule.festlegung.einheit,
            "werte": VALUES,
            "gueltig_ab": "01.01.2010",
        }
        return local_rules.save(
            session, viewer, town.stelle_id, town.gebiet.id or 0, None, 0, typed, TODAY_DATE
        )


def test_the_values_of_a_day_are_shown_and_what_has_run_out_says_so(rig: Rig) -> None:
    reader, here = Reader(rig.url), f"/kommunen/{DRESDEN}/festlegungen"
    for path in (f"/kommunen/{DRESDEN}", here):
        assert "Kein gültiger Wert, abgelaufen am 30.11.2012" in reader.open(path).text
    during = reader.open(f"{here}?am=01.06.2011").text
    assert "Kein gültiger Wert" not in during
    assert "rückwirkend angewandt" in during
    assert "V1307/11" in during
    before = reader.open(f"{here}?am=2010-11-30").text
    assert "Noch kein gültiger Wert, erst ab 01.12.2010" in before
    assert reader.ask(f"{here}?am=gestern").status == 422


def test_a_town_lays_down_values_and_a_later_version_takes_their_place(rig: Rig) -> None:
    own, here = rig.reader(Rolle.KOMMUNE, BECKUM), f"/kommunen/{BECKUM}/festlegungen"
    page = own.send(own.open(f"{here}/neu"), f"{here}/neu", expect=422, name=NAME, werte="1 276")
    assert "mit Doppelpunkt" in page.text
    typed: dict[str, Any] = {
        "name": NAME,
        "ozg_ids": "10082",
        "einheit": "EUR",
        "werte": VALUES,
        "gueltig_ab": "01.01.2010",
        "gueltig_bis": "",
    }
    page = own.send(page, f"{here}/neu", **typed)
    assert "Die Festlegung ist gespeichert." in page.text
    page = own.send(own.open(f"{here}/neu"), f"{here}/neu", expect=422, **typed)
    assert "beginnt an diesem Tag schon eine Fassung" in page.text
    later = own.open(f"{here}/neu?nach={quote(NAME)}")
    assert own_value(later, "ozg_ids") == "10082"
    page = own.send(
        later, f"{here}/neu", werte="1 Person: 300", gueltig_ab="01.07.2011", rueckwirkend="ja"
    )
    assert "ersetzt ab 01.07.2011" in page.text
    assert "276" not in first_table(Reader(rig.url).open(f"{here}?am=2011-08-01"))
    assert "276" in first_table(Reader(rig.url).open(f"{here}?am=2011-06-30"))
    with reading(rig.engine) as session:
        town = kommunen.find_kommune(session, BECKUM)
        assert town is not None
        new, old = (row.festlegung for row in festlegungen.of_area(session, town.gebiet.id or 0))
    assert (old.vorgaenger_id, new.vorgaenger_id) == (None, old.id)
    assert "festlegung_angelegt" in rig.trail("festlegung")


def test_towns_are_set_side_by_side_and_the_file_holds_what_is_shown(
    rig: Rig, laid_down: int
) -> None:
    here = "/ozg/10082/festlegungen"
    page = Reader(rig.url).open(f"{here}?am=2011-01-01")
    rows = {row.all("th")[0].text: row.text for row in page.root.all("tr") if row.all("td")}
    assert "unterschiedlich" in rows["2 Personen"]
    assert "unterschiedlich" not in rows["1 Person"]
    assert "keine Angabe" in rows["5 Personen"]
    file = Reader(rig.url).ask(f"{here}?am=2011-01-01&format=json").text
    found = {entry["ort"]: entry["werte"] for entry in json.loads(file)["daten"]}
    assert {"Warendorf", "Dresden"} <= set(found)
    assert found["Warendorf"][1] == "2 Personen: 400"
    today = json.loads(Reader(rig.url).ask(f"{here}?format=json").text)["daten"]
    assert "Dresden" not in {entry["ort"] for entry in today}
    assert "abgelaufen am 30.11.2012" in Reader(rig.url).open(here).text
    assert "Noch hat keine Kommune" in Reader(rig.url).open("/ozg/10083/festlegungen").text


def test_values_of_others_and_of_another_source_are_not_changed(rig: Rig, laid_down: int) -> None:
    dresden = rig.reader(Rolle.KOMMUNE, DRESDEN)
    with reading(rig.engine) as session:
        sourced = session.scalars(
            select(col(OertlicheFestlegung.id)).where(col(OertlicheFestlegung.quelle_id) > 0)
        ).one()
    mark = fields_of(form_of(dresden.open("/konto"), "/konto"))["formular"]
    for number, status in ((sourced, 403), (laid_down, 404)):
        path = f"/kommunen/{DRESDEN}/festlegungen/{number}"
        assert dresden.ask(path).status == status
        assert dresden.post(path, {"formular": mark, "name": "x"}).status == status
    here = f"/kommunen/{WARENDORF}/festlegungen/{laid_down}"
    assert dresden.ask(here).status == 403
    own = rig.reader(Rolle.KOMMUNE, WARENDORF)
    fields = fields_of(form_of(own.open(here), here)) | {"werte": VALUES}
    assert own.post(here, fields | {"version": "99"}).status == 409
    assert own.post(here, fields).status == 303


def first_table(page: Seite) -> str:
    return page.root.all("table")[0].text


# The story of a body ----------------------------------------------------------------------------


def test_a_town_tells_what_went_into_it_with_whose_word_that_is(rig: Rig) -> None:
    with writing(rig.engine) as session:
        town = kommunen.find_kommune(session, WARENDORF)
        assert town is not None
        quelle = Quelle(kennung="probe-gv", titel="Gebietsänderungen", art=Quellenart.AMTLICH)
        gone = Gebiet(
            ebene=Gebietsebene.GEMEINDE,
            ars="055700052999",
            ags="05570999",
            name="Freckenhorst",
            sortier="freckenhorst",
            gueltig_ab=date(1900, 1, 1),
            gueltig_bis=date(1974, 12, 31),
        )
        session.add_all([quelle, gone])
        session.flush()
        session.add(
            Nachfolge(
                von_id=gone.id or 0,
                nach_id=town.gebiet.id or 0,
                datum=date(1975, 1, 1),
                quelle_id=quelle.id,
            )
        )
        session.add(
            Gebietsname(
                gebiet_id=town.gebiet.id or 0, name="Warintharpa", gueltig_bis=date(1200, 12, 31)
            )
        )
    text = Reader(rig.url).open(f"/kommunen/{WARENDORF}").text
    assert "Geschichte dieser Stelle" in text
    assert text.index("Aufgenommen: Freckenhorst") < text.index("Umbenannt, vorher Warintharpa")
    assert "laut Gebietsänderungen" in text
    assert "Aufgegangen in Warendorf" in Reader(rig.url).open("/kommunen/055700052999").text
    assert "Geschichte dieser Stelle" not in Reader(rig.url).open(f"/kommunen/{TOWN}").text


def own_value(page: Seite, field: str) -> str:
    (found,) = (each for each in page.root.all("input") if each.attrs.get("name") == field)
    return found.attrs["value"]


def contact_of(page: Seite) -> str:
    hrefs = [a.attrs["href"] for a in page.links() if "/kontakte/" in a.attrs["href"]]
    return next(href.rsplit("/", 1)[1] for href in hrefs if not href.endswith("/neu"))
