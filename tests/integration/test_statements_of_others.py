"""Beside a town's own form: unknown assistants, copies from a neighbour, and what providers say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from katalog.db import open_engine, reading, writing
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.rollen import Rolle
from katalog.models.angebot import Onlinedienst
from katalog.models.nutzung import Einsatz
from katalog.queries.konten import find_stelle
from tests.browsing import Reader, fields_of, form_of
from tests.databases import copy_with_index
from tests.portal import build_settings, running_portal
from tests.signing_in import COOKIE, make_session

BECKUM, WARENDORF = "055700008008", "055700052052"
HERE = f"/kommunen/{BECKUM}/angaben"
# Its Traeger is the provider of the demo.
FUEHRERSCHEIN = "/onlinedienste/fuehrerschein-umtauschen-demo"
USERS = f"{FUEHRERSCHEIN}/angaben"

WHO = {
    "guest": (None, ""),
    "town": (Rolle.KOMMUNE, BECKUM),
    "neighbour": (Rolle.KOMMUNE, WARENDORF),
    "coordination": (Rolle.KOORDINIERUNG, "koordinierung-muensterland-demo"),
    "far coordination": (Rolle.KOORDINIERUNG, "koordinierung-nord-demo"),
    "provider": (Rolle.ANBIETER, "landes-it-demo"),
}


@pytest.fixture(scope="module")
def database(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return copy_with_index(seeded_sqlite, tmp_path_factory.mktemp("angaben") / "katalog.db")


@pytest.fixture(scope="module")
def readers(database: str) -> Iterator[dict[str, Reader]]:
    with running_portal(build_settings(database)) as url:
        made = {}
        for number, (who, (rolle, stelle)) in enumerate(WHO.items()):
            made[who] = Reader(url)
            if rolle is not None:
                secret = make_session(database, f"wer{number}@x.example", rolle, stelle)
                made[who].cookies[COOKIE] = secret
        yield made


def statements(database: str, kennung: str, ars: str = BECKUM) -> list[Einsatz]:
    engine = open_engine(database)
    with reading(engine) as session:
        found = session.scalars(
            select(Einsatz)
            .join(Onlinedienst, col(Onlinedienst.id) == col(Einsatz.onlinedienst_id))
            .where(
                col(Onlinedienst.kennung) == kennung,
                col(Einsatz.stelle_id) == find_stelle(session, ars),
            )
            .order_by(col(Einsatz.id))
        ).all()
    engine.dispose()
    return list(found)


def mark(reader: Reader) -> dict[str, str]:
    return {"formular": fields_of(form_of(reader.open("/konto"), "/konto"))["formular"]}


# Not in the catalogue -----------------------------------------------------------------------------


def draft(reader: Reader, name: str) -> str:
    """Its `kennung`."""
    chosen = reader.open(f"{HERE}/neu?q=xyzzyplugh")
    page = reader.open(chosen.link("Als neuen Onlinedienst angeben"))
    typed = mark(reader) | {"art": "markt", "rolle": "nutzt", "status": "produktiv"}
    assert page.root.one("input", id="name").attrs["value"] == "xyzzyplugh"
    wrong = reader.post(f"{HERE}/entwurf", typed | {"name": "?", "ab": "x"})
    assert wrong.status == 422
    assert {"#name", "#ab"} <= {a.attrs["href"] for a in wrong.seite.links()}
    done = reader.post(f"{HERE}/entwurf", typed | {"name": name, "ab": "01.03.2026"})
    told = reader.open(done.header("location")).text
    assert "Ihre Koordinierende Stelle prüft den Onlinedienst" in told
    return name.lower().replace(" ", "-")


def test_a_draft_is_accepted_by_the_coordination_and_there_for_everybody(
    readers: dict[str, Reader],
) -> None:
    town, coordination = readers["town"], readers["coordination"]
    kennung = draft(town, "Hund Ahoi")
    assert "Entwurf, noch nicht geprüft" in town.open(HERE).text
    assert "Hund Ahoi" in coordination.open(HERE).text
    for who in WHO:
        assert "Hund Ahoi" not in readers[who].open(f"/kommunen/{BECKUM}").text, who
        assert readers[who].ask(f"/onlinedienste/{kennung}").status == 404, who
    listed = coordination.open(coordination.open("/konto").link("Entwürfe ansehen"))
    assert "Beckum (nutzt, produktiv)" in listed.text
    assert "Hund Ahoi" not in readers["far coordination"].open("/entwuerfe").text
    for who, status in (("far coordination", 404), ("town", 403), ("provider", 403)):
        answer = readers[who].post(
            f"/entwuerfe/{kennung}/annahme", {"name": "x", "art": "markt"} | mark(readers[who])
        )
        assert answer.status == status, who

    page = coordination.open(f"/entwuerfe/{kennung}")
    assert page.faults == ()
    done = coordination.send(
        page, f"/entwuerfe/{kennung}/annahme", name="Hundeanmeldung Ahoi", art="kommunal"
    )
    assert "Aufgenommen" in done.text
    assert readers["guest"].open(f"/onlinedienste/{kennung}").heading == "Hundeanmeldung Ahoi"
    assert "Hundeanmeldung Ahoi" in readers["guest"].open(f"/kommunen/{BECKUM}").text


def test_a_draft_that_is_known_is_merged_and_its_history_says_so(
    readers: dict[str, Reader], database: str
) -> None:
    town, coordination = readers["town"], readers["coordination"]
    kennung, target = draft(town, "Drohnen Extra"), "drohnen-bw"
    page = coordination.open(f"/entwuerfe/{kennung}?q=Drohnen")
    confirm = f"/entwuerfe/{kennung}/zusammenfuehrung/{target}"
    assert confirm in {a.attrs["href"] for a in page.links()}
    assert "Beckum" in coordination.open(confirm).text
    done = coordination.send(coordination.open(confirm), confirm)
    assert "Zusammengeführt" in done.text
    [moved] = statements(database, target)
    history = town.open(f"{HERE}/{moved.id}/verlauf")
    assert history.faults == ()
    assert "Onlinedienst: Drohnen Extra →" in history.text
    assert "Entwurf zusammengeführt" in history.text
    assert "durch die Kommune" in history.text
    assert coordination.post(confirm, mark(coordination)).status == 404


# From a neighbour ---------------------------------------------------------------------------------


def test_what_a_neighbour_has_is_copied_after_a_look(
    readers: dict[str, Reader], database: str
) -> None:
    town = readers["town"]
    path = f"{HERE}/uebernehmen"
    assert "Warendorf" in town.open(town.open(HERE).link("Von Nachbarn übernehmen")).text
    assert "Telgte" in town.open(f"{path}?q=Telgte").text
    choice = town.open(f"{path}?von={WARENDORF}")
    assert choice.faults == ()
    boxes = choice.root.all("input", name="dienst")
    kennungen = [box.attrs["value"] for box in boxes if "disabled" not in box.attrs][:2]
    assert len(kennungen) == 2
    query = "&".join(f"dienst={kennung}" for kennung in kennungen)
    assert town.ask(f"{path}/pruefen?von={WARENDORF}&als=plant").status == 422
    assert town.ask(f"{path}/pruefen?von={WARENDORF}&als=erstellt&{query}").status == 422
    page = town.open(f"{path}/pruefen?von={WARENDORF}&als=plant&{query}")
    assert "2 Angaben übernehmen?" in page.heading
    fields = [
        (each.attrs["name"], each.attrs["value"])
        for each in form_of(page, path).all("input")
    ]  # fmt: skip
    assert town.post_many(path, fields).header("location") == f"{HERE}?ok=uebernommen"
    for kennung in kennungen:
        [*_, einsatz] = statements(database, kennung)
        assert (einsatz.rolle, einsatz.status) == (Einsatzrolle.PLANT, Einsatzstatus.GEPLANT)
        assert (einsatz.beleg, einsatz.url, einsatz.ab) == (Beleg.EIGENANGABE, "", None)
    # They are one's own by now, and nothing is copied twice.
    assert town.post_many(path, fields).status == 422
    taken = {
        box.attrs["value"]
        for box in town.open(f"{path}?von={WARENDORF}").root.all("input", name="dienst")
        if "disabled" in box.attrs
    }
    assert taken >= set(kennungen)


# Providers ----------------------------------------------------------------------------------------


def test_what_a_provider_says_counts_as_its_word_until_the_town_speaks(
    readers: dict[str, Reader], database: str
) -> None:
    provider, town, guest = readers["provider"], readers["town"], readers["guest"]
    assert provider.open(FUEHRERSCHEIN).link("Angaben machen") == USERS
    assert f"{USERS}/neu/{BECKUM}" in {
        a.attrs["href"] for a in provider.open(f"{USERS}/neu?q=Beckum").links()
    }
    form = provider.open(f"{USERS}/neu/{BECKUM}")
    wrong = provider.send(
        form, f"{USERS}/neu/{BECKUM}", expect=422, rolle="nutzt", status="geplant"
    )
    assert "geben sie selbst an" in wrong.text
    provider.send(form, f"{USERS}/neu/{BECKUM}", rolle="nutzt", status="produktiv", ab="2026-02-01")
    [einsatz] = statements(database, "fuehrerschein-umtauschen-demo")
    assert (einsatz.beleg, einsatz.bestaetigt_am) == (Beleg.ANBIETER, None)
    assert einsatz.gemeldet_von_id is not None
    assert "laut Anbieter, Stand 20.11.2026, nicht bestätigt" in guest.open(FUEHRERSCHEIN).text
    assert "zu bestätigen" in town.open(HERE).text
    again = provider.post(
        f"{USERS}/neu/{BECKUM}", {"rolle": "nutzt", "status": "produktiv"} | mark(provider)
    )
    assert "schon eine laufende Angabe" in again.seite.text

    own = {"nummer": str(einsatz.id)} | mark(town)
    assert town.post(f"{HERE}/widersprueche", own).status == 303
    shown = provider.open(USERS)
    assert "widersprochen am 20.11.2026" in shown.text
    assert str(einsatz.id) not in {b.attrs.get("value") for b in shown.root.all("button")}
    restated = provider.post(
        f"{USERS}/neu/{BECKUM}", {"rolle": "pilotiert", "status": "produktiv"} | mark(provider)
    )
    assert "Klären Sie es mit ihr" in restated.seite.text
    history = town.open(f"{HERE}/{einsatz.id}/verlauf").text
    assert "durch den Anbieter" in history
    assert "Widersprochen; zählt seitdem nicht mehr" in history


def test_a_provider_contradicts_what_a_town_says_of_its_assistant(
    readers: dict[str, Reader], database: str
) -> None:
    provider, neighbour = readers["provider"], readers["neighbour"]
    there = f"/kommunen/{WARENDORF}/angaben"
    neighbour.post(
        f"{there}/neu/elterngeld-demo",
        {"rolle": "pilotiert", "status": "produktiv", "ab": "01.02.2026"} | mark(neighbour),
    )
    said = statements(database, "elterngeld-demo", WARENDORF)[-1]
    veto = {"nummer": str(said.id)} | mark(provider)
    # Through the door of another assistant it is not there.
    assert provider.post(f"{USERS}/widersprueche", veto).status == 404
    path = "/onlinedienste/elterngeld-demo/angaben"
    assert provider.post(f"{path}/widersprueche", veto).status == 303
    assert provider.post(f"{path}/widersprueche", veto).status == 404
    assert "durch den Anbieter" in neighbour.open(f"{there}/{said.id}/verlauf").text
    assert "Zählt nicht mehr" in neighbour.open(there).text


def test_a_provider_speaks_of_its_own_assistants_and_sees_no_plans(
    readers: dict[str, Reader], database: str
) -> None:
    provider, neighbour = readers["provider"], readers["neighbour"]
    other = "/onlinedienste/wbs-sozialplattform/angaben"
    typed = {"rolle": "nutzt", "status": "produktiv", "nummer": "1"} | mark(provider)
    for path in (other, f"{other}/neu", f"{other}/neu/{BECKUM}"):
        assert provider.ask(path).status == 403, path
    for path in (f"{other}/neu/{BECKUM}", f"{other}/widersprueche"):
        assert provider.post(path, typed).status == 403, path
    there = f"/kommunen/{WARENDORF}/angaben"
    neighbour.post(
        f"{there}/neu/elterngeld-demo", {"rolle": "plant", "status": "geplant"} | mark(neighbour)
    )
    [*_, plan] = statements(database, "elterngeld-demo", WARENDORF)
    assert plan.rolle is Einsatzrolle.PLANT
    path = "/onlinedienste/elterngeld-demo/angaben"
    assert "geplant" not in provider.open(path).text
    veto = typed | {"nummer": str(plan.id)}
    assert provider.post(f"{path}/widersprueche", veto).status == 404


def test_who_runs_an_assistant_speaks_of_it_and_shows_who_uses_it(
    readers: dict[str, Reader], database: str
) -> None:
    """Not its owner, but the IT-Dienstleister that runs it."""
    provider, guest, kennung = readers["provider"], readers["guest"], "aufenthaltstitel-bb"
    engine, path = open_engine(database), f"/onlinedienste/{kennung}/angaben"
    assert provider.ask(path).status == 403
    with writing(engine) as session:
        body = find_stelle(session, "landes-it-demo")
        session.connection().execute(
            update(Onlinedienst)
            .where(col(Onlinedienst.kennung) == kennung)
            .values(dienstleister_id=body)
        )
    engine.dispose()
    provider.post(
        f"{path}/neu/{BECKUM}", {"rolle": "nutzt", "status": "produktiv"} | mark(provider)
    )
    [einsatz] = statements(database, kennung)
    assert (einsatz.beleg, einsatz.gemeldet_von_id) == (Beleg.ANBIETER, body)

    page = guest.open(f"/stellen/{body}")
    assert page.faults == ()
    [entry] = [
        e
        for e in page.root.all("li", **{"class": "entry"})
        if e.all("a", href=f"/onlinedienste/{kennung}")
    ]
    assert "IT-Dienstleister" in entry.text
    assert "Träger" not in entry.text
    assert "laut Anbieter, Stand 20.11.2026, nicht bestätigt" in entry.text
    assert [a.attrs["href"] for a in entry.all("a") if "kommunen" in a.attrs["href"]] == [
        f"/kommunen/{BECKUM}"
    ]
    own = provider.open(f"/stellen/{body}")
    assert path in {a.attrs["href"] for a in own.links()}
    assert path not in {a.attrs["href"] for a in page.links()}


def test_the_history_of_another_town_is_not_there(
    readers: dict[str, Reader], database: str
) -> None:
    there = f"/kommunen/{WARENDORF}/angaben"
    answer = readers["neighbour"].post(
        f"{there}/neu/drohnen-bw",
        {"rolle": "nutzt", "status": "produktiv"} | mark(readers["neighbour"]),
    )
    assert answer.status == 303
    number = statements(database, "drohnen-bw", WARENDORF)[-1].id
    assert readers["neighbour"].ask(f"{there}/{number}/verlauf").status == 200
    assert readers["town"].ask(f"{there}/{number}/verlauf").status == 403
    assert readers["town"].ask(f"{HERE}/{number}/verlauf").status == 404
    assert readers["provider"].ask(f"{there}/{number}/verlauf").status == 403


# Typed too long -----------------------------------------------------------------------------------


def test_what_was_typed_outlives_the_session(readers: dict[str, Reader], database: str) -> None:
    path = f"{HERE}/neu/unterhaltsvorschuss-demo"
    late = Reader(readers["town"].portal, dict(readers["town"].cookies))
    form = fields_of(form_of(late.open(path), path))
    typed = form | {"rolle": "nutzt", "status": "produktiv", "bemerkung": "<b>lange</b> getippt"}
    late.cookies.clear()
    ended = late.post(path, typed)
    assert ended.status == 401
    assert ended.seite.faults == ()
    assert ended.seite.link("In einem neuen Fenster anmelden") == "/anmelden"
    assert "<b>lange</b> getippt" in ended.seite.text
    kept = fields_of(form_of(ended.seite, path))
    late.cookies[COOKIE] = make_session(database, "wer1@x.example", Rolle.KOMMUNE, BECKUM)
    back = late.post(path, kept)
    assert back.status == 403
    assert "neu angemeldet" in back.seite.text
    assert statements(database, "unterhaltsvorschuss-demo") == []
    done = late.post(path, fields_of(form_of(back.seite, path)))
    assert done.status == 303
    [einsatz] = statements(database, "unterhaltsvorschuss-demo")
    assert einsatz.bemerkung == "<b>lange</b> getippt"
