"""A town reports to its council: written, handed in, kept as it was, public when it says so."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from odfdo import Document
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlmodel import col

from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.models.angebot import OnlinedienstOzg
from katalog.models.betrieb import Protokoll
from katalog.models.koordination import Berichtstermin, Beschluss, Beschlusspunkt
from katalog.models.nutzung import Abhaengigkeit, Einsatz
from katalog.queries.dienste import find_dienst
from katalog.queries.konten import find_stelle
from katalog.queries.register import find_ozg
from tests.browsing import Reader, fields_of, form_of
from tests.portal import build_settings, running_portal
from tests.signing_in import COOKIE, make_session
from tests.using import new_dienst, use

TOWN, OTHER = "055700008008", "055700052052"
HERE = f"/kommunen/{TOWN}/beschluesse"
COORDINATION = "koordinierung-muensterland-demo"
OZG = "10083"
LINK = "Beschlüsse und Berichte an den Rat"
HEAD = {
    "vorlage": "A0248/21", "titel": "Wohngeldantrag digital", "sitzung": "SR/035/2022",
    "gremium": "Rat der Stadt", "geschaeftszeichen": "GZ 7", "sichtbarkeit": "eigene",
}  # fmt: skip
POINT = {
    "nummer": "1", "auftrag": "Den Antrag online anbieten.", "status": "in_arbeit",
    "begruendung": "<b>Noch</b> im Test\r\nAkte fehlt", "zeitplan": "Start im Januar",
    "faellig": "19.11.2026",
    "nachweis": "ausgewaehlt", "ozg": OZG,
}  # fmt: skip


@dataclass
class Rig:
    engine: Engine
    url: str
    database: str

    def reader(self, rolle: Rolle = Rolle.KOMMUNE, stelle: str = TOWN) -> Reader:
        email = f"{rolle}-{stelle or 'x'}@x.example"
        return Reader(self.url, {COOKIE: make_session(self.database, email, rolle, stelle)})

    def states_use(self, dienst: str, status: Einsatzstatus, **changes: Any) -> None:
        """Of an assistant for the service in question, which is made if it is new."""
        with writing(self.engine) as session:
            stelle, ozg = find_stelle(session, TOWN), find_ozg(session, OZG)
            assert stelle is not None
            assert ozg is not None
            known = find_dienst(session, dienst)
            number = known.dienst.id if known else new_dienst(session, dienst)
            assert number is not None
            if known is None:
                session.add(OnlinedienstOzg(onlinedienst_id=number, ozg_leistung_id=ozg.id))
            use(session, stelle, number, status=status, **changes)

    def waits_for(self, was: str, bis: date) -> None:
        """What the town stated last does."""
        with writing(self.engine) as session:
            number = session.execute(select(func.max(col(Einsatz.id)))).scalar_one()
            session.add(Abhaengigkeit(einsatz_id=number, was=was, bis=bis))

    def trail(self) -> list[str]:
        with reading(self.engine) as session:
            found = select(col(Protokoll.vorgang)).where(col(Protokoll.objekt) == "beschluss")
            return list(session.scalars(found.order_by(col(Protokoll.id))))

    def stored(self) -> list[Any]:
        """All that the town has written, but what it wrote of its use."""
        with reading(self.engine) as session:
            here = select(col(Beschluss.id)).where(
                col(Beschluss.stelle_id) == find_stelle(session, TOWN)
            )
            return [
                [row.model_dump() for row in session.scalars(select(model).where(owner.in_(here)))]
                for model, owner in (
                    (Beschluss, col(Beschluss.id)),
                    (Beschlusspunkt, col(Beschlusspunkt.beschluss_id)),
                    (Berichtstermin, col(Berichtstermin.beschluss_id)),
                )
            ]

    def report_days(self) -> list[date]:
        return [termin["datum"] for termin in self.stored()[2]]


@pytest.fixture
def rig(seeded_database: str, open_database: Callable[[str], Engine]) -> Iterator[Rig]:
    with running_portal(build_settings(seeded_database)) as url:
        yield Rig(open_database(seeded_database), url, seeded_database)


def mark(reader: Reader) -> dict[str, str]:
    return {"formular": fields_of(form_of(reader.open("/konto"), "/konto"))["formular"]}


def accessible_text(body: bytes) -> str:
    pdf = PdfReader(io.BytesIO(body))
    catalogue: Any = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part" in catalogue["/Metadata"].get_data().decode()
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def begin(reader: Reader) -> str:
    """A resolution with one point; where it stands."""
    there = reader.post(f"{HERE}/neu", HEAD | mark(reader)).header("location").split("?")[0]
    assert reader.post(f"{there}/punkte/neu", POINT | mark(reader)).status == 303
    return there


def test_a_report_is_drafted_handed_in_kept_and_published(rig: Rig) -> None:
    reader, guest = rig.reader(), Reader(rig.url)
    coordination = rig.reader(Rolle.KOORDINIERUNG, COORDINATION)
    page = reader.open(reader.open(f"/kommunen/{TOWN}").link(LINK))
    page = reader.open(page.link("Beschluss anlegen"))
    page = reader.send(page, f"{HERE}/neu", expect=200, **HEAD)
    assert "Der Beschluss ist angelegt" in page.text
    there = reader.here.split("?")[0]
    adding = reader.open(page.link("Punkt hinzufügen"))
    page = reader.send(adding, f"{there}/punkte/neu", expect=200, **POINT)
    assert "Überfällig seit 19.11.2026" in page.text
    for day in ("15.12.2026", "28.02.2027"):
        page = reader.send(page, f"{there}/termine", datum=day)

    live, plan = Einsatzstatus.PRODUKTIV, Einsatzstatus.GEPLANT
    # Of what the town says twice, and somebody else besides, the best of its own words counts.
    rig.states_use("laeuft", plan, rolle=Einsatzrolle.PLANT)
    rig.states_use("laeuft", live, ab=date(2025, 9, 1), sichtbarkeit=Sichtbarkeit.EIGENE)
    rig.states_use("laeuft", live, ab=date(2020, 1, 1), beleg=Beleg.ANBIETER)
    rig.states_use("bestritten", live, widersprochen_am=date(2026, 1, 1))
    rig.states_use("vorbei", Einsatzstatus.BEENDET, bis=date(2026, 1, 1))
    rig.states_use("kommt", plan, rolle=Einsatzrolle.PLANT, ab=date(2027, 1, 1))
    rig.waits_for("E-Akte", date(2027, 6, 30))

    for seeing in (reader, coordination):
        draft = seeing.open(f"{there}/berichte/entwurf").text
        assert "am 20.11.2026: 2 produktiv, 1 geplant." in draft
        assert "laeuft: produktiv seit 01.09.2025. Eigene Angabe" in draft
        assert "wartet auf E-Akte (bis 30.06.2027)" in draft
        assert "<b>Noch</b> im Test" in draft
        assert "Akte fehlt" in draft
        assert "Der nächste Bericht ist für den 28.02.2027 vorgesehen." in draft
    assert coordination.ask(f"{there}/abgeben").status == 403
    confirm = reader.open(f"{there}/abgeben")
    assert "für den Termin 15.12.2026" in confirm.text
    assert "1 Angabe, die sonst nicht öffentlich ist" in confirm.text
    done = reader.send(confirm, f"{there}/abgeben")
    assert "Nächster Bericht28.02.2027" in done.text

    # What happens afterwards is in the next report, not in this one.
    rig.states_use("im-bau", Einsatzstatus.IN_UMSETZUNG)
    kept = f"{there}/berichte/2026-12-15"
    assert "2 produktiv, 1 geplant." in reader.open(kept).text
    assert "1 in Umsetzung" in reader.open(f"{there}/berichte/entwurf").text

    foreign = rig.reader(stelle=OTHER)
    for path in (there, kept, f"{kept}/pdf"):
        assert guest.ask(path).status == foreign.ask(path).status == 404, path
    assert "Kein öffentlicher Beschluss" in guest.open(HERE).text
    assert LINK not in guest.open(f"/kommunen/{TOWN}").text
    reader.send(reader.open(f"{there}/aendern"), f"{there}/aendern", sichtbarkeit="oeffentlich")
    page = guest.open(guest.open(f"/kommunen/{TOWN}").link(LINK))
    page = guest.open(page.link(HEAD["titel"]))
    assert POINT["auftrag"] not in page.text
    assert POINT["auftrag"] in guest.open(page.link("Bericht vom 20.11.2026")).text
    assert guest.ask(f"{there}/berichte/entwurf").status == 404
    assert rig.trail() == [
        "beschluss_angelegt", "beschlusspunkt_geschrieben", "bericht_vorgesehen",
        "bericht_vorgesehen", "bericht_abgegeben", "beschluss_sichtbarkeit",
    ]  # fmt: skip


@pytest.mark.full_run
def test_nobody_hands_in_or_overwrites_what_they_have_not_seen(rig: Rig) -> None:
    reader = rig.reader()
    there = begin(reader)
    confirm = fields_of(form_of(reader.open(f"{there}/abgeben"), f"{there}/abgeben"))
    head = fields_of(form_of(reader.open(f"{there}/aendern"), f"{there}/aendern"))
    page = reader.open(f"{there}")
    edit = next(str(a.attrs["href"]) for a in page.links() if "/punkte/" in a.attrs["href"])
    point = fields_of(form_of(reader.open(edit), edit)) | POINT

    assert reader.post(edit, point | {"status": "erledigt"}).status == 303
    assert reader.post(edit, point | {"status": "offen"}).status == 409
    assert "Überfällig" not in reader.open(there).text
    assert reader.post(f"{there}/abgeben", confirm).status == 409
    assert reader.post(f"{there}/aendern", HEAD | head | {"sichtbarkeit": "eigene"}).status == 303
    assert reader.post(f"{there}/aendern", HEAD | head | {"sichtbarkeit": "eigene"}).status == 409
    assert rig.report_days() == []

    # Twice the same: for the date that was planned, and then for none.
    days = []
    for planned, day in (("2026-12-15", date(2026, 12, 15)), ("", date(2026, 11, 20))):
        if planned:
            reader.post(f"{there}/termine", {"datum": planned} | mark(reader))
        confirm = fields_of(form_of(reader.open(f"{there}/abgeben"), f"{there}/abgeben"))
        assert reader.post(f"{there}/abgeben", confirm).status == 303
        assert reader.post(f"{there}/abgeben", confirm).status == 409
        days.append(day)
        assert sorted(rig.report_days()) == sorted(days)
    # What was handed in is no plan that could be dropped, and its points may go.
    streichen = {"datum": "2026-11-20"} | mark(reader)
    assert reader.post(f"{there}/termine/streichen", streichen).status == 409
    assert reader.post(f"{edit}/entfernen", mark(reader)).status == 303
    kept = f"{there}/berichte/2026-11-20"
    assert POINT["auftrag"] in reader.open(kept).text
    text = accessible_text(reader.ask(f"{kept}/pdf").body)
    for said in ("A0248/21", "SR/035/2022", "GZ 7", POINT["auftrag"], "Akte fehlt", "OZG 10083"):
        assert said in text, said
    odt = reader.ask(f"{kept}/odt")
    assert odt.header("content-type") == "application/vnd.oasis.opendocument.text"
    assert POINT["auftrag"] in Document(io.BytesIO(odt.body)).get_formatted_text()
    assert reader.ask(f"{there}/berichte/entwurf").status == 200
    empty = fields_of(form_of(reader.open(f"{there}/abgeben"), f"{there}/abgeben"))
    assert reader.post(f"{there}/abgeben", empty).status == 409


@pytest.mark.full_run
def test_what_is_wrong_comes_back_with_what_was_typed(rig: Rig) -> None:
    reader = rig.reader()
    there = begin(reader)
    before = rig.stored()
    page = reader.send(reader.open(f"{HERE}/neu"), f"{HERE}/neu", expect=422, **HEAD)
    assert "Zu dieser Vorlage gibt es schon einen Beschluss" in page.text
    page = reader.send(
        reader.open(f"{there}/punkte/neu"), f"{there}/punkte/neu", expect=422,
        **POINT | {"nummer": "2", "ozg": "10083, 99999"},
    )  # fmt: skip
    assert "99999 gibt es im Katalog nicht" in page.text
    assert page.root.one("input", id="ozg").attrs["value"] == "10083, 99999"
    again = f"{there}/punkte/neu"
    assert (
        "hat der Beschluss schon"
        in reader.send(reader.open(again), again, expect=422, **POINT).text
    )
    page = reader.send(reader.open(there), f"{there}/termine", expect=422, datum="19.11.2026")
    assert page.title.startswith("Fehler: ")
    assert rig.stored() == before


@pytest.mark.full_run
def test_nobody_writes_for_another_town(rig: Rig) -> None:
    there = begin(rig.reader())
    before = rig.stored()
    number = there.rsplit("/", 1)[1]
    reader = rig.reader(stelle=OTHER)
    own = f"/kommunen/{OTHER}/beschluesse"
    typed = HEAD | POINT | {"datum": "2027-01-01"} | mark(reader)
    for base, refused in ((there, 403), (f"{own}/{number}", 404)):
        for path in ("aendern", "punkte/neu", "punkte/1", "abgeben"):
            assert reader.ask(f"{base}/{path}").status == refused, path
        for path in (
            "aendern", "punkte/neu", "punkte/1", "punkte/1/entfernen", "termine",
            "termine/streichen", "abgeben",
        ):  # fmt: skip
            assert reader.post(f"{base}/{path}", typed).status == refused, path
    assert reader.post(f"{HERE}/neu", typed).status == 403
    assert rig.stored() == before
    for path in (f"{own}/x", f"{own}/0", f"{own}/{number}/berichte/gestern"):
        assert reader.ask(path).status == 404, path
