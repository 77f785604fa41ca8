"""A town says what it uses: stated, changed, confirmed, contradicted, and seen by everybody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.db import Engine, reading, writing
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Rolle, Sichtbarkeit
from katalog.models.betrieb import Indexauftrag, Protokoll
from katalog.models.nutzung import Einsatz, EinsatzAenderung
from katalog.queries.konten import find_stelle
from tests.browsing import Reader, fields_of, form_of
from tests.portal import TODAY, build_settings, running_portal
from tests.signing_in import COOKIE, make_session

TOWN, OTHER = "055700008008", "055700052052"
HERE = f"/kommunen/{TOWN}/angaben"
DIENST = "wbs-sozialplattform"
NEW = f"{HERE}/neu/{DIENST}"


@dataclass
class Rig:
    engine: Engine
    url: str
    database: str

    def reader(self, rolle: Rolle = Rolle.KOMMUNE, stelle: str = TOWN) -> Reader:
        email = f"{rolle}-{stelle or 'x'}@x.example"
        return Reader(self.url, {COOKIE: make_session(self.database, email, rolle, stelle)})

    def statements(self, stelle: str = TOWN) -> list[Einsatz]:
        with reading(self.engine) as session:
            number = find_stelle(session, stelle)
            return list(
                session.scalars(
                    select(Einsatz)
                    .where(col(Einsatz.stelle_id) == number)
                    .order_by(col(Einsatz.id).desc())
                )
            )

    def trail(self) -> list[str]:
        with reading(self.engine) as session:
            found = select(col(Protokoll.vorgang)).where(col(Protokoll.objekt) == "einsatz")
            return list(session.scalars(found.order_by(col(Protokoll.id))))


@pytest.fixture
def rig(seeded_database: str, open_database: Callable[[str], Engine]) -> Iterator[Rig]:
    with running_portal(build_settings(seeded_database)) as url:
        yield Rig(open_database(seeded_database), url, seeded_database)


def mark(reader: Reader) -> dict[str, str]:
    return {"formular": fields_of(form_of(reader.open("/konto"), "/konto"))["formular"]}


def test_a_town_states_what_it_uses_and_everybody_sees_it(rig: Rig) -> None:
    reader, guest = rig.reader(), Reader(rig.url)
    assert "09/2025" not in guest.open(f"/kommunen/{TOWN}").text
    page = reader.open(f"/kommunen/{TOWN}")
    listed = reader.open(page.link("Angaben machen und bestätigen"))
    choice = reader.open(f"{listed.link('Angabe machen')}?q=Wohnberechtigungsschein")
    assert NEW in {a.attrs["href"] for a in choice.links()}
    done = reader.send(
        reader.open(NEW), NEW, ab="01.09.2025", url="https://beckum.example/wbs", rolle="nutzt",
        status="produktiv",
    )  # fmt: skip
    assert "Die Angabe ist gespeichert" in done.text

    [einsatz, *_] = rig.statements()
    assert (einsatz.beleg, einsatz.sichtbarkeit) == (
        Beleg.EIGENANGABE,
        Sichtbarkeit.OEFFENTLICH,
    )
    assert einsatz.bestaetigt_am == einsatz.stand == date.fromisoformat(TODAY)
    assert einsatz.pruefung_faellig == date(2027, 11, 20)
    assert rig.trail() == ["einsatz_angegeben"]
    assert "produktiv seit 09/2025" in guest.open(f"/kommunen/{TOWN}").text
    assert "Beckum" in guest.open(f"/onlinedienste/{DIENST}").text
    with reading(rig.engine) as session:
        noted = select(Indexauftrag).where(col(Indexauftrag.gegenstand_id) == einsatz.stelle_id)
        assert session.scalars(noted).first() is not None


def test_a_plan_is_shown_to_offices_only(rig: Rig) -> None:
    reader = rig.reader()
    reader.send(
        reader.open(NEW), NEW, rolle="plant", status="geplant", ab="01.04.2027", sichtbarkeit=""
    )
    planned = "geplant für 04/2027"
    assert planned in rig.reader(stelle=OTHER).open(f"/kommunen/{TOWN}").text
    for other in (Reader(rig.url), rig.reader(Rolle.ANBIETER, "landes-it-demo")):
        assert planned not in other.open(f"/kommunen/{TOWN}").text


def test_what_is_wrong_comes_back_with_what_was_typed(rig: Rig) -> None:
    reader = rig.reader()
    page = reader.send(
        reader.open(NEW), NEW, expect=422,
        ab="31.02.2026", url="javascript:x", bemerkung="<b>fett</b>",
        rolle="nutzt",
    )  # fmt: skip
    assert page.faults == ()
    assert page.title.startswith("Fehler: ")
    assert {a.attrs["href"] for a in page.links() if "#" in a.attrs["href"]} >= {"#ab", "#url"}
    assert page.root.one("input", id="ab").attrs["value"] == "31.02.2026"
    assert page.root.one("input", id="bemerkung").attrs["value"] == "<b>fett</b>"
    assert rig.trail() == []


def test_the_same_statement_is_not_made_twice(rig: Rig) -> None:
    reader = rig.reader()
    for status in (200, 422):
        page = reader.post(NEW, {"rolle": "nutzt", "status": "produktiv"} | mark(reader))
        assert page.status == (303 if status == 200 else 422)
    assert "schon eine laufende Angabe" in page.seite.text
    assert rig.trail() == ["einsatz_angegeben"]


@pytest.mark.full_run
def test_a_change_leaves_a_history_and_an_old_form_changes_nothing(rig: Rig) -> None:
    reader = rig.reader()
    reader.post(NEW, {"rolle": "nutzt", "status": "produktiv"} | mark(reader))
    number = rig.statements()[0].id
    page = reader.open(f"{HERE}/{number}")
    values = fields_of(form_of(page, f"{HERE}/{number}")) | {"rolle": "nutzt"}
    ended = values | {"status": "beendet", "bis": "01.10.2026", "sichtbarkeit": "oeffentlich"}
    assert reader.post(f"{HERE}/{number}", ended).header("location").endswith("?ok=geaendert")
    [einsatz, *_] = rig.statements()
    assert (einsatz.status, einsatz.bis) == (Einsatzstatus.BEENDET, date(2026, 10, 1))
    assert reader.post(f"{HERE}/{number}", ended | {"url": "https://a.example"}).status == 409
    assert rig.statements()[0].url == ""
    with reading(rig.engine) as session:
        made = select(EinsatzAenderung).where(col(EinsatzAenderung.einsatz_id) == number)
        history = session.scalars(made).all()
        assert {(h.feld, h.alt, h.neu) for h in history} == {
            ("status", "produktiv", "beendet"),
            ("bis", "", "2026-10-01"),
        }
        assert all(h.konto_id for h in history)


def test_one_click_confirms_everything_for_another_year(rig: Rig) -> None:
    statements = rig.statements(OTHER)
    assert statements
    with writing(rig.engine) as session:
        overdue = date.fromisoformat(TODAY) - timedelta(days=1)
        session.connection().execute(
            update(Einsatz)
            .where(col(Einsatz.stelle_id) == statements[0].stelle_id)
            .values(pruefung_faellig=overdue, bestaetigt_am=overdue.replace(year=2025))
        )
    # Everybody sees how old they are, on both pages and in files.
    guest, old = Reader(rig.url), "zuletzt bestätigt am 19.11.2025"
    assert old in guest.open(f"/kommunen/{OTHER}").text
    used = guest.open(f"/kommunen/{OTHER}").main.one("table", class_="table--ledger").all("a")
    assert any(old in guest.open(a.attrs["href"]).text for a in used)
    rows = json.loads(guest.ask(f"/kommunen/{OTHER}/nutzung?format=json").text)["daten"]
    assert {(row["pruefung_faellig"], row["ueberfaellig"]) for row in rows} == {
        ("2026-11-19", True)
    }
    reader, there = rig.reader(stelle=OTHER), f"/kommunen/{OTHER}/angaben"
    page = reader.open(there)
    assert "zu bestätigen" in page.text
    form = form_of(page, f"{there}/bestaetigungen")
    numbers = [each.attrs["value"] for each in form.all("input", name="nummer")]
    shown = [("formular", fields_of(form)["formular"]), *(("nummer", n) for n in numbers)]
    answer = reader.post_many(f"{there}/bestaetigungen", shown)
    assert answer.status == 303
    confirmed = [e for e in rig.statements(OTHER) if str(e.id) in numbers]
    assert {e.bestaetigt_am for e in confirmed} == {date.fromisoformat(TODAY)}
    assert {e.pruefung_faellig for e in confirmed} == {date(2027, 11, 20)}
    assert "zu bestätigen" not in reader.open(there).text
    assert rig.trail() == ["einsatz_bestaetigt"] * len(numbers)


def test_what_somebody_else_said_is_contradicted_but_never_changed(rig: Rig) -> None:
    with writing(rig.engine) as session:
        stelle, dienst = find_stelle(session, TOWN), rig.statements(OTHER)[0].onlinedienst_id
        assert stelle is not None
        einsatz = Einsatz(
            stelle_id=stelle, onlinedienst_id=dienst, rolle=Einsatzrolle.NUTZT,
            status=Einsatzstatus.PRODUKTIV, beleg=Beleg.ANBIETER,
            sichtbarkeit=Sichtbarkeit.OEFFENTLICH,
        )  # fmt: skip
        session.add(einsatz)
        session.flush()
        number = einsatz.id
    reader = rig.reader()
    assert reader.ask(f"{HERE}/{number}").status == 403
    answer = reader.post(f"{HERE}/widersprueche", {"nummer": str(number)} | mark(reader))
    assert answer.status == 303
    [changed] = [e for e in rig.statements() if e.id == number]
    assert changed.widersprochen_am == date.fromisoformat(TODAY)
    again = reader.post(f"{HERE}/widersprueche", {"nummer": str(number)} | mark(reader))
    assert again.status == 404


@pytest.mark.full_run
def test_nobody_speaks_for_another_town(rig: Rig) -> None:
    foreign = rig.statements(OTHER)[0].id
    before = [e.model_dump() for e in rig.statements(OTHER)]
    there = f"/kommunen/{OTHER}/angaben"
    typed = {"rolle": "nutzt", "status": "beendet", "version": "1", "nummer": str(foreign)}
    reader = rig.reader()
    for path in (there, f"{there}/neu", f"{there}/neu/{DIENST}", f"{there}/{foreign}"):
        assert reader.ask(path).status == 403, path
    for path in (
        f"{there}/neu/{DIENST}", f"{there}/{foreign}", f"{there}/bestaetigungen",
        f"{there}/widersprueche",
    ):  # fmt: skip
        assert reader.post(path, typed | mark(reader)).status == 403, path
    # Through one's own door neither.
    assert reader.ask(f"{HERE}/{foreign}").status == 404
    assert reader.post(f"{HERE}/{foreign}", typed | mark(reader)).status == 404
    assert reader.post(f"{HERE}/widersprueche", typed | mark(reader)).status == 404
    assert reader.post(f"{HERE}/bestaetigungen", typed | mark(reader)).status == 303
    assert [e.model_dump() for e in rig.statements(OTHER)] == before
    assert rig.trail() == []


@pytest.mark.full_run
def test_coordination_speaks_as_such_and_confirms_for_nobody(rig: Rig) -> None:
    reader = rig.reader(Rolle.KOORDINIERUNG, "koordinierung-muensterland-demo")
    assert reader.post(NEW, {"rolle": "nutzt", "status": "produktiv"} | mark(reader)).status == 303
    [einsatz, *_] = rig.statements()
    assert (einsatz.beleg, einsatz.bestaetigt_am) == (Beleg.KOORDINIERUNG, None)
    assert "laut Koordinierungsstelle" in Reader(rig.url).open(f"/kommunen/{TOWN}").text
    typed = {"nummer": str(einsatz.id)} | mark(reader)
    assert reader.post(f"{HERE}/bestaetigungen", typed).status == 403
    assert reader.ask("/kommunen/146120000000/angaben").status == 403


def test_what_is_not_there_is_not_found(rig: Rig) -> None:
    reader = rig.reader()
    for path in (f"{HERE}/neu/nichts", "/kommunen/999999999999/angaben", f"{HERE}/0", f"{HERE}/x"):
        assert reader.ask(path).status == 404, path
