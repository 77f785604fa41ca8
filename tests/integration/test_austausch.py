"""A meeting from the draft to its result, and the work split, as offices and bodies see them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Component
from sqlalchemy import select, update
from sqlmodel import col

from katalog.db import Engine, open_engine, reading, writing
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.models.betrieb import Nachricht, Protokoll
from katalog.models.grundlage import now
from katalog.models.koordination import Austauschtermin, Termineinladung
from katalog.models.stellen import Kontakt, Kontaktrolle
from katalog.queries.konten import find_stelle
from tests.browsing import Reader
from tests.portal import build_settings, running_portal
from tests.signing_in import COOKIE, make_session
from tests.using import BECKUM, WARENDORF

KEEP = "/koordination/austausch"
OFFICE = "koordinierung-muensterland-demo"
KREIS = "05570"
MEETING: dict[str, Any] = {
    "titel": "Hunde online anmelden", "tag": "15.01.2027", "von": "10:00", "bis": "11:30",
    "ort": "Münster", "videolink": "https://video.example/raum", "tagesordnung": "Stand",
    "eingeladen": "kreis", "kreis": KREIS, "bezug": "99110009104000, hundesteuer-online-demo",
    "sichtbarkeit": "verwaltung",
}  # fmt: skip
PACKAGE: dict[str, Any] = {
    "titel": "Assistent für Hunde", "bezug": "99110009104000", "stelle": "Warendorf",
    "beteiligte": "Beckum; 055700044044", "status": "in_arbeit", "bis": "30.06.2027",
    "sichtbarkeit": "oeffentlich",
}  # fmt: skip


@dataclass
class Rig:
    engine: Engine
    database: str
    url: str
    office: Reader
    town: Reader
    other: Reader
    guest: Reader

    def mails(self) -> list[Nachricht]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Nachricht).order_by(col(Nachricht.id))))

    def announce(self, **changes: str) -> str:
        """The number of a meeting that was announced."""
        path = f"{KEEP}/neu"
        page = self.office.send(self.office.open(path), path, **(MEETING | changes))
        assert "Der Entwurf ist gespeichert" in page.text
        own = self.office.here.partition("?")[0]
        self.office.send(self.office.open(f"{own}/ankuendigen"), f"{own}/ankuendigen")
        return own.rsplit("/", 1)[1]


@pytest.fixture(scope="module")
def rig(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    path = tmp_path_factory.mktemp("austausch") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    database = f"sqlite:///{path}"
    engine = open_engine(database)
    with writing(engine) as session:
        role = Kontaktrolle(kennung="austausch", name="Austausch")
        session.add(role)
        session.flush()
        assert role.id is not None
        for key in (WARENDORF, BECKUM, OFFICE):
            stelle = find_stelle(session, key)
            assert stelle is not None
            session.add(
                Kontakt(
                    stelle_id=stelle, rolle_id=role.id,
                    funktionspostfach=f"{key}@x.example", sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
                )
            )  # fmt: skip
    with running_portal(build_settings(database)) as url:

        def reader(email: str, rolle: Rolle, stelle: str) -> Reader:
            return Reader(url, {COOKIE: make_session(database, email, rolle, stelle)})

        yield Rig(
            engine,
            database,
            url,
            reader("k@x.example", Rolle.KOORDINIERUNG, OFFICE),
            reader("w@x.example", Rolle.KOMMUNE, WARENDORF),
            reader("s@x.example", Rolle.KOMMUNE, "055660076076"),
            Reader(url),
        )
    engine.dispose()


def events(reader: Reader, path: str) -> dict[str, Component]:
    body = reader.ask(path).body
    return {str(e["SUMMARY"]): e for e in Calendar.from_ical(body).walk("VEVENT")}


def test_an_announcement_reaches_the_invited_and_shows_others_no_more_than_they_may_see(
    rig: Rig,
) -> None:
    path, before = f"{KEEP}/neu", len(rig.mails())
    typed = MEETING | {"kreis": "01001", "bezug": "99999999999999"}
    page = rig.office.send(rig.office.open(path), path, expect=422, **typed)
    assert "Wählen Sie einen Ihrer Kreise" in page.text
    shown = f"/austausch/{rig.announce()}"
    mails = rig.mails()[before:]
    assert {m.empfaenger for m in mails} == {f"{key}@x.example" for key in (WARENDORF, BECKUM)}
    assert {m.antwort_an for m in mails} == {f"{OFFICE}@x.example"}
    assert all(m.vertraulich for m in mails)
    assert "Freitag, 15. Januar 2027, 10:00 bis 11:30 Uhr" in mails[0].text
    with reading(rig.engine) as session:
        hashes = session.scalars(select(col(Termineinladung.token_hash))).all()
    assert link_in(mails[0]).rsplit("/", 1)[1] not in str(hashes)

    assert rig.guest.ask(shown).status == 404
    assert MEETING["titel"] not in rig.guest.open("/austausch").text
    page = rig.other.open(shown)
    assert MEETING["videolink"] not in str([a.attrs for a in page.links()])
    assert "Tagesordnung" not in page.text
    assert "video.example" not in rig.other.ask(f"{shown}/termin.ics").text
    assert "video.example" in rig.town.ask(f"{shown}/termin.ics").text


@pytest.mark.full_run
def test_a_body_answers_by_one_click_and_proposes_a_point(rig: Rig) -> None:
    before = len(rig.mails())
    number = rig.announce(titel="Antworten")
    own, shown = f"{KEEP}/{number}", f"/austausch/{number}"
    [invitation] = [m for m in rig.mails()[before:] if WARENDORF in m.empfaenger]
    link = link_in(invitation)
    rig.town.send(rig.town.open(shown), f"{shown}/zusage", zusage="zugesagt")
    assert "nimmt teil" in rig.guest.open(link).text
    rig.guest.send(rig.guest.open(link), f"{link}/zusage", zusage="zugesagt")
    page = rig.guest.send(rig.guest.open(link), f"{link}/vorschlag", vorschlag="Gebühren")
    assert "Gebühren" in page.text
    assert rig.guest.post(f"{link}/zusage", {"zusage": "vielleicht"}).status == 422
    assert rig.guest.ask("/austausch/einladung/unbekannt").status == 404
    # Once more the same is no news.
    assert [m.vorlage for m in rig.mails()[before:]].count("austausch_antwort") == 1
    page = rig.office.open(own)
    assert "1 von" in page.text
    [form] = [f.attrs["action"] for f in page.root.all("form") if "vorschlaege" in str(f.attrs)]
    page = rig.office.send(page, form, entscheidung="aufnehmen")
    assert "Gebühren (vorgeschlagen von Warendorf)" in page.text
    with reading(rig.engine) as session:
        trail = session.scalars(select(col(Protokoll.vorgang)).order_by(col(Protokoll.id))).all()
    assert [each for each in trail if each.startswith("austausch")][-5:] == [
        "austausch_entworfen", "austausch_angekuendigt", "austausch_zugesagt",
        "austausch_thema_vorgeschlagen", "austausch_vorschlag",
    ]  # fmt: skip


def test_a_change_and_the_end_of_a_meeting_reach_mailboxes_and_calendars(rig: Rig) -> None:
    number, title = rig.announce(titel="Kalender"), "Kalender"
    own, shown = f"{KEEP}/{number}", f"/austausch/{number}"
    before = len(rig.mails())
    calendar = subscribe(rig.town)
    first = events(rig.guest, calendar)[title]
    assert first["LOCATION"] == "Münster"
    assert title not in events(rig.guest, subscribe(rig.other))
    assert title in events(rig.guest, subscribe(rig.office))

    form = rig.office.open(f"{own}/aendern")
    changed = written(form) | {"von": "14:00", "bis": "15:00"}
    rig.office.send(form, f"{own}/aendern", **changed)
    second = events(rig.guest, calendar)[title]
    assert second["UID"] == first["UID"]
    assert second.decoded("SEQUENCE") > first.decoded("SEQUENCE")
    assert second.decoded("DTSTART").hour == 14
    assert rig.office.post(f"{own}/aendern", changed | {"formular": mark(rig.office)}).status == 409
    told = [m.empfaenger for m in rig.mails()[before:] if m.vorlage == "austausch_aenderung"]
    assert sorted(told) == sorted(f"{key}@x.example" for key in (WARENDORF, BECKUM))

    rig.town.send(rig.town.open(shown), f"{shown}/zusage", zusage="abgesagt")
    assert title not in events(rig.guest, calendar)
    rig.office.send(rig.office.open(f"{own}/absagen"), f"{own}/absagen")
    off = [m.empfaenger for m in rig.mails()[before:] if m.vorlage == "austausch_absage"]
    assert off == [f"{BECKUM}@x.example"]
    file = Calendar.from_ical(rig.town.ask(f"{shown}/termin.ics").body)
    assert (file["METHOD"], file.walk("VEVENT")[0]["STATUS"]) == ("CANCEL", "CANCELLED")
    late = {"formular": mark(rig.town), "zusage": "zugesagt", "stelle": warendorf(rig)}
    assert rig.town.post(f"{shown}/zusage", late).status == 409


@pytest.mark.full_run
def test_what_came_of_a_meeting_is_kept_with_links_into_the_catalogue(rig: Rig) -> None:
    number = rig.announce(titel="Ergebnis", eingeladen="alle", sichtbarkeit="oeffentlich")
    own = f"{KEEP}/{number}"
    form = rig.office.open(f"{own}/ergebnis")
    typed: dict[str, Any] = {"ergebnis": "Warendorf baut.", "bezug": "hundesteuer-online-demo"}
    rig.office.send(form, f"{own}/ergebnis", expect=409, **typed)
    with writing(rig.engine) as session:
        session.connection().execute(
            update(Austauschtermin)
            .where(col(Austauschtermin.id) == int(number))
            .values(beginn=now() - timedelta(hours=3), ende=now() - timedelta(hours=2))
        )
    rig.office.send(form, f"{own}/ergebnis", **typed)
    page = rig.guest.open(f"/austausch/{number}")
    assert "Warendorf baut." in page.text
    assert "/onlinedienste/hundesteuer-online-demo" in {a.attrs["href"] for a in page.links()}
    assert "mit Ergebnis" in rig.guest.open("/austausch").text
    assert rig.office.post(f"{own}/absagen", {"formular": mark(rig.office)}).status == 409


def test_the_work_split_shows_who_builds_what_and_where_two_build_the_same(rig: Rig) -> None:
    add = "/koordination/arbeitsteilung/neu"
    wrong = PACKAGE | {"stelle": "Görlitz", "bezug": "99110009104000"}
    page = rig.office.send(rig.office.open(add), add, expect=422, **wrong)
    assert "gibt es in Ihrem Gebiet nicht" in page.text
    rig.office.send(rig.office.open(add), add, **PACKAGE)
    second: dict[str, Any] = {
        "titel": "Hundeportal",
        "stelle": "Beckum",
        "beteiligte": "",
        "sichtbarkeit": "verwaltung",
    }
    page = rig.office.send(rig.office.open(add), add, **(PACKAGE | second))
    assert page.text.count("Sprechen Sie miteinander") == 2

    text = rig.guest.open("/arbeitsteilung").text
    assert PACKAGE["titel"] in text
    assert "Hundeportal" not in text
    assert "Sprechen Sie miteinander" not in text
    assert "Hundeportal" in rig.other.open("/arbeitsteilung?status=in_arbeit").text
    for path in ("/leistungen/99110009104000", "/kommunen/055700044044"):
        assert "baut dies bis 30.06.2027" in rig.guest.open(path).text, path

    assert '"Hundeportal"' in rig.other.ask("/arbeitsteilung?format=csv").text
    found = json.loads(rig.guest.ask("/arbeitsteilung?format=json").body)
    assert PACKAGE["titel"] in json.dumps(found, ensure_ascii=False)
    assert "Hundeportal" not in json.dumps(found, ensure_ascii=False)

    keep = next(a.attrs["href"] for a in page.links() if a.text == PACKAGE["titel"])
    form = rig.office.open(keep)
    done: dict[str, Any] = {
        "status": "erledigt",
        "ergebnis": "hundesteuer-online-demo",
        "sichtbarkeit": "oeffentlich",
    }
    page = rig.office.send(form, keep, **done)
    assert "Daraus entstand" in page.text
    assert "Sprechen Sie miteinander" not in page.text
    assert (
        rig.office.post(keep, PACKAGE | {"version": "1", "formular": mark(rig.office)}).status
        == 409
    )


def test_only_who_builds_a_package_says_how_far_it_is(rig: Rig) -> None:
    add, title = "/koordination/arbeitsteilung/neu", "Hundemarke online"
    page = rig.office.send(rig.office.open(add), add, **(PACKAGE | {"titel": title}))
    number = next(a.attrs["href"] for a in page.links() if a.text == title).rsplit("/", 1)[1]
    here = f"/arbeitsteilung/{number}/stand"
    beckum = Reader(
        rig.url, {COOKIE: make_session(rig.database, "b@x.example", Rolle.KOMMUNE, BECKUM)}
    )
    provider = Reader(
        rig.url,
        {COOKIE: make_session(rig.database, "i@x.example", Rolle.ANBIETER, "landes-it-demo")},
    )
    for reader, expected in (
        (rig.guest, 303), (rig.office, 403), (rig.other, 404), (beckum, 404), (provider, 404),
        (rig.town, 200),
    ):  # fmt: skip
        assert reader.ask(here).status == expected
        assert (f'href="{here}"' in reader.ask("/arbeitsteilung").text) == (reader is rig.town)
        if expected == 404:
            assert reader.post(here, {"formular": mark(reader), "status": "offen"}).status == 404

    form = rig.town.open(here)
    wrong = rig.town.send(
        form, here, expect=422, status="in_arbeit", bis="", ergebnis="gibt-es-nicht"
    )
    assert "hat einen Tag" in wrong.text
    said: dict[str, Any] = {"status": "erledigt", "bis": "", "ergebnis": "hundesteuer-online-demo"}
    # Whatever else somebody sends is not theirs to change.
    more = {"titel": "Anders", "stelle": "Beckum", "sichtbarkeit": "eigene", "beteiligte": ""}
    page = rig.town.send(rig.town.open(here), here, **said)
    assert "Der Stand ist gemeldet." in page.text
    sent = {"formular": mark(rig.town), "version": "2"} | said | more
    assert rig.town.post(here, sent).status == 303
    assert rig.town.post(here, sent).status == 409
    text = rig.guest.open("/arbeitsteilung?status=erledigt").text
    assert title in text
    assert "Daraus entstand" in text
    assert "Anders" not in text
    form = rig.office.open(f"/koordination/arbeitsteilung/{number}")
    assert form.root.one("input", name="titel").attrs["value"] == title
    assert "55700008008" in form.root.one("input", name="beteiligte").attrs["value"]


@pytest.mark.full_run
def test_a_gap_closes_with_a_package_for_it(rig: Rig) -> None:
    def gaps(reader: Reader) -> list[str]:
        page = reader.open("/arbeitsteilung?themenfeld=bauen_wohnen")
        return [a.attrs["href"] for a in page.links() if a.attrs["href"].startswith("/ozg/")]

    first = gaps(rig.guest)[0]
    add = "/koordination/arbeitsteilung/neu"
    typed = PACKAGE | {"titel": "Lücke", "bezug": first.removeprefix("/ozg/")}
    rig.office.send(rig.office.open(add), add, **typed)
    assert "Lücke" in rig.guest.open(first).text
    page = rig.office.open("/arbeitsteilung?themenfeld=bauen_wohnen")
    keep = next(a.attrs["href"] for a in page.links() if a.text == "Lücke")
    rig.office.send(rig.office.open(keep), f"{keep}/entfernen")
    assert first in gaps(rig.guest)


def subscribe(reader: Reader) -> str:
    page = reader.send(reader.open("/konto"), "/konto/kalender")
    [address] = [
        e.attrs["value"] for e in page.root.all("input") if "/kalender/" in e.attrs.get("value", "")
    ] or [a.attrs["href"] for a in page.links() if "/kalender/" in a.attrs["href"]][:1]
    return address[address.index("/kalender/") :]


def written(form: Any) -> dict[str, Any]:
    """What a form holds in its fields of all kinds."""
    texts = {e.attrs["name"]: e.text for e in form.root.all("textarea")}
    chosen = {
        each.attrs["name"]: next(
            (o.attrs["value"] for o in each.all("option") if "selected" in o.attrs), ""
        )
        for each in form.root.all("select")
    }
    return texts | chosen


def link_in(mail: Nachricht) -> str:
    [link] = re.findall(r"/austausch/einladung/\S+", mail.text)
    return str(link)


def mark(reader: Reader) -> str:
    page = reader.open("/konto")
    return next(
        e.attrs["value"] for e in page.root.all("input") if e.attrs.get("name") == "formular"
    )


def warendorf(rig: Rig) -> str:
    with reading(rig.engine) as session:
        return str(find_stelle(session, WARENDORF))
