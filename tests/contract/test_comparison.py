"""Choosing among assistants, on both databases, with the starting set and what a test adds.

Nothing is committed: each test looks at its own changes and leaves none behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog import comparison
from katalog.db import Engine, Session
from katalog.domain.begriffe import (
    Dienststatus,
    Einsatzstatus,
)
from katalog.domain.rollen import GAST, Betrachter, Sichtbarkeit
from katalog.domain.vergleich import Abweichung
from katalog.models.angebot import Onlinedienst
from katalog.models.register import Gebiet
from katalog.queries import (
    landesangebote,
    verbreitung,
    vergleich,
)
from katalog.queries.dienste import DienstZeile
from map.geometrie import DATEN
from tests.databases import State
from tests.using import BECKUM, FAR, TELGTE, VERWALTUNG, WARENDORF, new_dienst, town, use

TODAY = date(2026, 11, 20)
HUNDESTEUER, OFFEN, STADTPORTAL = (
    "hundesteuer-online-demo",
    "hundeanmeldung-offen-demo",
    "hund-anmelden-stadtportal-demo",
)


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def find(session: Session, *kennungen: str) -> list[DienstZeile]:
    return vergleich.by_kennung(session, kennungen)


def side_by_side(session: Session, *kennungen: str, ort: str = "") -> comparison.Vergleich:
    naehe = comparison.look_around(session, ort, DATEN)
    zeilen = find(session, *kennungen)
    return comparison.set_side_by_side(session, zeilen, naehe, GAST, TODAY, str)


# Side by side -----------------------------------------------------------------------------------


def test_assistants_stand_in_the_order_asked_for(session: Session) -> None:
    keys = (OFFEN, HUNDESTEUER, "gibt-es-nicht", STADTPORTAL)
    assert [z.dienst.kennung for z in find(session, *keys)] == [OFFEN, HUNDESTEUER, STADTPORTAL]


def test_rows_say_what_differs_what_is_alike_and_where_nobody_said_anything(
    session: Session,
) -> None:
    found = side_by_side(session, HUNDESTEUER, OFFEN)
    rows = {m.name: m for g in found.gruppen for m in g.merkmale}
    assert rows["Anmeldung"].abweichung is Abweichung.UNTERSCHIEDLICH
    assert rows["Kosten"].abweichung is Abweichung.GLEICH
    assert rows["Fachverfahren"].abweichung is Abweichung.LUECKENHAFT
    assert rows["Fachverfahren"].zellen[1] == ()
    assert {"Plattform", "Standard"} <= set(found.unbekannt)
    assert not rows.keys() & set(found.unbekannt)


def test_only_differences_leaves_out_what_is_alike(session: Session) -> None:
    found = side_by_side(session, HUNDESTEUER, OFFEN)
    shown = [m for g in found.groups(only_differences=True) for m in g.merkmale]
    assert {m.abweichung for m in shown} == {Abweichung.UNTERSCHIEDLICH, Abweichung.LUECKENHAFT}
    assert len(shown) == found.unterschiede + found.luecken < found.anzahl


def test_an_assistant_beside_itself_differs_in_nothing(session: Session) -> None:
    (zeile,) = find(session, HUNDESTEUER)
    twin = comparison.set_side_by_side(session, [zeile, zeile], None, GAST, TODAY, str)
    assert (twin.unterschiede, twin.luecken) == (0, 0)


def test_with_a_place_only_its_land_offers_and_its_neighbours_count(session: Session) -> None:
    wohngeld = "wohngeldantrag-digital-demo"  # offered in two Länder
    everywhere = side_by_side(session, wohngeld, HUNDESTEUER)
    here = side_by_side(session, wohngeld, HUNDESTEUER, ort="Warendorf")

    def row(found: comparison.Vergleich, name: str) -> tuple[str, ...]:
        (cells,) = [m.zellen[0] for g in found.gruppen for m in g.merkmale if m.name == name]
        return tuple(entry.text.split(":")[0] for entry in cells)

    assert set(row(everywhere, "Angebot")) == {"Mecklenburg-Vorpommern", "Nordrhein-Westfalen"}
    assert row(here, "Angebot") == ("Nordrhein-Westfalen",)
    assert "Warendorf" in row(here, "In der Nähe")
    assert "In der Nähe" not in {m.name for g in everywhere.gruppen for m in g.merkmale}


# Nearby -----------------------------------------------------------------------------------------


def test_around_a_town_lie_its_kreis_and_those_that_border_on_it(session: Session) -> None:
    naehe = comparison.look_around(session, "Warendorf", DATEN)
    assert naehe is not None
    assert naehe.ort is not None
    assert {"Ahlen", "Beckum", "Warendorf"} <= set(naehe.umkreis.kreis.values())
    # Two cities that are their own Kreis, and two Kreise.
    assert {"Münster", "Hamm", "Coesfeld", "Gütersloh"} <= set(naehe.umkreis.ringsum.values())
    assert "Köln" not in naehe.umkreis.alle.values()
    assert not naehe.umkreis.kreis.keys() & naehe.umkreis.ringsum.keys()


@pytest.mark.parametrize("typed", ["Kreis Warendorf", "055700052052", "05570052"])
def test_a_kreis_and_a_key_are_places_as_well(session: Session, typed: str) -> None:
    naehe = comparison.look_around(session, typed, DATEN)
    assert naehe is not None
    assert naehe.kreis == "Kreis Warendorf"
    assert {"Ahlen", "Beckum"} <= set(naehe.umkreis.kreis.values())


@pytest.mark.parametrize(("typed", "known"), [("", None), ("Xyzzyhausen", False), ("%", False)])
def test_a_place_that_nobody_knows_is_said_and_nothing_is_near(
    session: Session, typed: str, known: bool | None
) -> None:
    naehe = comparison.look_around(session, typed, DATEN)
    if known is None:
        assert naehe is None
    else:
        assert naehe is not None
        assert naehe.ort is None
        assert naehe.umkreis.alle == {}


def test_nearby_users_are_those_around_whose_statement_stands_and_is_seen(
    session: Session,
) -> None:
    dienst = new_dienst(session, "probe")
    near, hidden, ended, denied = (
        town(session, ars).stelle_id for ars in (BECKUM, TELGTE, WARENDORF, "055700004004")
    )
    far = town(session, FAR)
    use(session, near, dienst)
    use(session, hidden, dienst, sichtbarkeit=Sichtbarkeit.VERWALTUNG)
    use(session, ended, dienst, status=Einsatzstatus.BEENDET)
    use(session, denied, dienst, widersprochen_am=TODAY)
    use(session, far.stelle_id, dienst)
    around = comparison.look_around(session, "Warendorf", DATEN)
    assert around is not None
    bodies = around.umkreis.alle

    def names(viewer: Betrachter) -> list[str]:
        return [n.stelle_name for n in verbreitung.near(session, dienst, bodies, viewer, TODAY)]

    assert names(GAST) == ["Beckum"]
    assert names(VERWALTUNG) == ["Beckum", "Telgte"]


# Similar ones -----------------------------------------------------------------------------------


def test_the_same_service_comes_before_the_same_bundle_and_the_most_used_first(
    session: Session,
) -> None:
    (zeile,) = find(session, OFFEN)
    found = comparison.find_similar(session, zeile, GAST, TODAY)
    reasons = [other.grund for other in found]
    order = ["für dieselbe Leistung", "für dieselbe OZG-Leistung"]
    assert reasons == sorted(reasons, key=order.index)
    same = [
        other.nutzer
        for other in found
        if other.grund == order[0] and other.zeile.dienst.status != "abgekuendigt"
    ]
    assert same == sorted(same, reverse=True)
    assert len(same) > 1
    assert OFFEN not in {other.zeile.dienst.kennung for other in found}


def test_what_is_given_up_comes_after_what_somebody_can_begin_with(session: Session) -> None:
    (zeile,) = find(session, HUNDESTEUER)
    found = comparison.find_similar(session, zeile, GAST, TODAY)
    same = [o.zeile.dienst.kennung for o in found if o.grund == "für dieselbe Leistung"]
    assert same[-1] == "hundesteuer-formular-demo"


def test_a_themenfeld_alone_makes_no_alternative(session: Session) -> None:
    field = find(session, HUNDESTEUER)[0].dienst.themenfeld_id
    new_dienst(session, "a", name="Katzenanmeldung online beantragen", themenfeld_id=field)
    new_dienst(session, "b", name="Antrag online (Demo)", themenfeld_id=field)
    asked = new_dienst(session, "c", name="Anträge zur Katzenanmeldung", themenfeld_id=field)
    (zeile,) = find(session, "c")
    assert zeile.dienst.id == asked
    found = comparison.find_similar(session, zeile, GAST, TODAY)
    assert [(o.zeile.dienst.kennung, o.grund) for o in found] == [
        ("a", "ähnlicher Name im selben Themenfeld")
    ]


# The next step ----------------------------------------------------------------------------------


def step(session: Session, kennung: str, land: int | None = None) -> comparison.Schritt:
    (zeile,) = find(session, kennung)
    assert zeile.dienst.id is not None
    offers = landesangebote.offers_of(session, zeile.dienst.id, GAST, TODAY)
    return comparison.next_step(zeile, offers, land)


def test_an_offered_assistant_leads_to_whoever_offers_it(session: Session) -> None:
    found = step(session, HUNDESTEUER)
    assert (found.titel, found.url) == (
        "Interesse bekunden",
        f"/onlinedienste/{HUNDESTEUER}/nachnutzen",
    )
    assert found.angebot is not None


def test_an_offer_of_another_land_is_none(session: Session) -> None:
    land = session.execute(select(col(Gebiet.id)).where(col(Gebiet.ars) == "140000000000")).scalar()
    assert step(session, HUNDESTEUER, land).titel == "Beim Träger nachfragen"


def test_set_back_is_said_and_leads_to_whoever_decides(session: Session) -> None:
    found = step(session, "suchtberatung-sozialplattform")
    assert found.titel == "Bedarf mitteilen"
    assert "in Mecklenburg-Vorpommern zurückgestellt" in found.satz


def test_open_source_without_an_offer_leads_to_its_source(session: Session) -> None:
    new_dienst(session, "quelle", quellcode_url="https://code.example/x")
    found = step(session, "quelle")
    assert (found.knopf, found.url) == ("Quelltext ansehen", "https://code.example/x")


def test_what_ends_leads_to_its_successor_or_away(session: Session) -> None:
    ending = step(session, "hundesteuer-formular-demo")
    assert ending.url == f"/onlinedienste/{STADTPORTAL}"
    new_dienst(session, "weg", status=Dienststatus.EINGESTELLT)
    assert step(session, "weg").url == "/onlinedienste"


@pytest.mark.full_run
def test_nobody_is_left_without_a_step(session: Session) -> None:
    keys = session.execute(select(col(Onlinedienst.kennung))).scalars().all()
    for key in keys:
        found = step(session, key)
        assert all((found.titel, found.satz, found.knopf, found.url)), key
    new_dienst(session, "nackt")
    assert step(session, "nackt").url == "/onlinedienste/nackt#nutzung"
