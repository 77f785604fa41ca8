"""List and map never differ: what lists show decides what a map colours, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from katalog import discovery
from katalog.atlas import Asker, Atlas, Kartenfrage
from katalog.db import Engine, Session, reading, watch, writing
from katalog.discovery import Auswahl, Suche
from katalog.domain.begriffe import (
    Einsatzrolle,
    Einsatzstatus,
    Gebietsebene,
    Objektart,
    Stellenart,
)
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.kartenbild import Kartenbild
from katalog.domain.kartenklassen import RANG, Kartenansicht
from katalog.domain.rollen import GAST, Sichtbarkeit
from katalog.models.nutzung import Einsatz
from katalog.models.register import Gebiet, Leistung, OzgZuordnung
from katalog.models.stellen import Behoerde, Behoerdenart, Stelle, Zustaendigkeit
from katalog.queries import einsaetze, register, zustaendigkeiten
from katalog.queries.listen import Ausschnitt, Einsatzfilter, list_einsaetze
from search.embedded import EmbeddedEngine
from tests.databases import State
from tests.umfang import EXAMPLES
from tests.using import BECKUM, TELGTE, WARENDORF, new_dienst, town, use

TODAY = date(2026, 11, 20)
HUND = "99110009104000"
# The database then answers, which differs between the two; the index does not.
AWAY = Suche(EmbeddedEngine(Path("gibtesnicht")))
ASKER = Asker(AWAY, GAST, TODAY)
EVERYTHING = Ausschnitt(100_000, 0)
WORDS = ("", "hund", "wohnen", "bau", "antrag", "münster", "kreis", "05570")
GEMEINDE, KREIS, LAND = Gebietsebene.GEMEINDE, Gebietsebene.KREIS, Gebietsebene.LAND


@pytest.fixture
def seeded(kind: str, shared_engine: Callable[[str, State], Engine]) -> Engine:
    return shared_engine(kind, State.SEEDED)


@pytest.fixture
def own(seeded_database: str, open_database: Callable[[str], Engine]) -> Engine:
    return open_database(seeded_database)


def atlas_of(engine: Engine) -> Atlas:
    return Atlas(engine, watch(engine))


def question(auswahl: Auswahl | None = None, **more: Any) -> Kartenfrage:
    values: dict[str, Any] = {
        "auswahl": auswahl or Auswahl(),
        "filter": Einsatzfilter(),
        "ansicht": Kartenansicht.STAND,
        "tag": TODAY,
    }
    return Kartenfrage(**values | more)


def shown(bild: Kartenbild) -> dict[str, tuple[str, int]]:
    return {key: (str(wert.status), wert.anzahl) for key, wert in bild.werte.items()}


# The oracle ───────────────────────────────────────────────────────────────────────────────────


def expected(
    rows: Iterable[einsaetze.Nutzung], towns: Mapping[str, str]
) -> dict[str, tuple[str, int]]:
    """From statements as lists show them to municipalities, in the plainest way there is."""
    best: dict[str, int] = {}
    live: dict[str, set[str]] = {}
    for row in rows:
        if row.widersprochen_am or row.rolle is Einsatzrolle.BEOBACHTET or not row.ags:
            continue
        over = row.bis is not None and row.bis < TODAY
        status = Einsatzstatus.BEENDET if over else row.status
        for ags in [row.ags] if len(row.ags) == 8 else [a for a in towns if a[:5] == row.ags]:
            best[ags] = min(best.get(ags, 99), RANG.index(status))
            if status is Einsatzstatus.PRODUKTIV:
                live.setdefault(ags, set()).add(row.dienst_kennung)
    return {ags: (str(RANG[rank]), len(live.get(ags, ()))) for ags, rank in best.items()}


def listed_statements(session: Session, auswahl: Auswahl) -> list[einsaetze.Nutzung]:
    """Of whatever a list with this choice shows, on all of its pages."""
    ids = discovery.all_ids(session, AWAY, auswahl, TODAY)
    found = list_einsaetze(session, Einsatzfilter(), GAST, EVERYTHING, TODAY).ids
    rows = einsaetze.by_ids(session, found, GAST)
    if not auswahl.q and not auswahl.filter:
        return rows
    match auswahl.typ:
        case Objektart.KOMMUNE:
            ars = set(session.scalars(select(col(Gebiet.ars)).where(col(Gebiet.id).in_(ids))))
            keep = {row.id for row in rows if row.stelle_ars in ars}
        case Objektart.LEISTUNG:
            keep = {
                row.id
                for number in ids
                for row in einsaetze.matching(session, GAST, einsaetze.serves(number))
            }
        case Objektart.OZG_LEISTUNG:
            keys = [row.ozg_id for row in register.ozg_by_ids(session, ids)]
            narrowed = Einsatzfilter(ozg_id=keys)
            listed = list_einsaetze(session, narrowed, GAST, EVERYTHING, TODAY).ids
            keep = set(listed) if keys else set()
        case _:
            uses = einsaetze.uses_any(ids)
            keep = {row.id for row in einsaetze.matching(session, GAST, uses)}
    return [row for row in rows if row.id in keep]


def inhabited(session: Session) -> dict[str, str]:
    statement = select(col(Gebiet.ags), col(Gebiet.bezeichnung)).where(
        col(Gebiet.ebene) == GEMEINDE, col(Gebiet.gueltig_bis).is_(None)
    )
    found = {ags: kind for ags, kind in session.execute(statement) if ags}
    return {ags: kind for ags, kind in found.items() if "frei" not in kind or "Stadt" in kind}


@pytest.fixture
def choices(seeded: Engine) -> dict[Objektart, list[tuple[str, str]]]:
    """Every value of every filter that lists offer."""
    with reading(seeded) as session:
        return {
            typ: [
                (facet.name, value.value)
                for facet in discovery.find(session, AWAY, Auswahl(typ), TODAY, limit=0).facetten
                for value in facet.values
                if (typ, facet.name) != (Objektart.KOMMUNE, "ebene")
            ]
            for typ in Objektart
        }


@given(data=st.data())
@settings(
    max_examples=EXAMPLES // 5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_list_and_map_never_differ(
    seeded: Engine, choices: dict[Objektart, list[tuple[str, str]]], data: st.DataObject
) -> None:
    typ = data.draw(st.sampled_from(list(Objektart)))
    chosen: dict[str, list[str]] = {}
    for name, value in data.draw(st.lists(st.sampled_from(choices[typ]), max_size=3, unique=True)):
        chosen.setdefault(name, []).append(value)
    auswahl = Auswahl(typ, data.draw(st.sampled_from(WORDS)), chosen)
    atlas = atlas_of(seeded)
    bild = atlas.bild(question(auswahl), GEMEINDE, ASKER)
    with reading(seeded) as session:
        towns = inhabited(session)
        assert shown(bild) == expected(listed_statements(session, auswahl), towns)
    kreise = atlas.bild(question(auswahl), KREIS, ASKER)
    for key, wert in kreise.werte.items():
        live = [w for a, w in bild.werte.items() if a[:5] == key and w.anzahl]
        assert wert.mit == len(live)


@pytest.mark.full_run
def test_without_any_choice_all_statements_count(seeded: Engine) -> None:
    with reading(seeded) as session:
        rows = listed_statements(session, Auswahl(Objektart.ONLINEDIENST))
        assert shown(atlas_of(seeded).bild(question(), GEMEINDE, ASKER)) == expected(
            rows, inhabited(session)
        )


@pytest.mark.parametrize(
    "keys",
    [
        {"leistungsschluessel": (HUND,)},
        {"ozg_id": ("10083",)},
        {"kennung": ("wbs-sozialplattform",)},
        {"ozg_id": ("10083",), "kennung": ("wbs-sozialplattform",)},
        {"rolle": (Einsatzrolle.ERSTELLT,)},
    ],
)
@pytest.mark.full_run
def test_keys_mean_on_the_map_what_they_mean_in_the_list_of_statements(
    seeded: Engine, keys: dict[str, tuple[str, ...]]
) -> None:
    wanted = Einsatzfilter(**keys)  # type: ignore[arg-type]
    with reading(seeded) as session:
        ids = list_einsaetze(session, wanted, GAST, EVERYTHING, TODAY).ids
        rows = einsaetze.by_ids(session, ids, GAST)
        assert rows
        found = atlas_of(seeded).bild(question(filter=wanted), GEMEINDE, ASKER)
        assert shown(found) == expected(rows, inhabited(session))


def test_the_dog_is_registered_online_where_the_demo_says(seeded: Engine) -> None:
    frage = question(
        filter=Einsatzfilter(leistungsschluessel=(HUND,)),
        raum=("koordinierung-muensterland-demo",),
    )
    bild = atlas_of(seeded).bild(frage, GEMEINDE, ASKER)
    assert (bild.mit, bild.von) == (9, 26)
    counts = bild.count_klassen()
    assert (counts["produktiv"], counts["in_umsetzung"]) == (9, 4)
    assert counts["voruebergehend_nicht_verfuegbar"] == 1
    # Plans are for administrations, and one town contradicts what a provider says of it.
    assert (counts["geplant"], counts["keine"]) == (0, 12)


# Day, visibility, competence ──────────────────────────────────────────────────────────────────


def test_looking_back_follows_the_dates_of_use(own: Engine) -> None:
    with writing(own) as session:
        dienst = new_dienst(session, "rueckblick")
        telgte, beckum, warendorf = (
            town(session, ars).stelle_id for ars in (TELGTE, BECKUM, WARENDORF)
        )
        ended = {"status": Einsatzstatus.BEENDET, "bis": date(2025, 6, 30)}
        use(session, telgte, dienst, ab=date(2024, 3, 1), **ended)
        use(session, beckum, dienst, stand=date(2025, 1, 15))
        plan = {"rolle": Einsatzrolle.NUTZT, "status": Einsatzstatus.IN_UMSETZUNG}
        use(session, warendorf, dienst, ab=date(2027, 1, 1), stand=date(2026, 5, 1), **plan)
    frage = question(filter=Einsatzfilter(kennung=("rueckblick",)))
    atlas = atlas_of(own)

    def at(year: int, month: int, day: int) -> dict[str, str]:
        then = replace(frage, tag=date(year, month, day))
        bild = atlas.bild(then, GEMEINDE, ASKER)
        return {wert.flaeche.name: str(wert.status) for wert in bild.werte.values()}

    assert at(2024, 2, 29) == {}
    assert at(2024, 3, 1) == {"Telgte": "produktiv"}
    assert at(2025, 6, 30) == {"Telgte": "produktiv", "Beckum": "produktiv"}
    assert at(2025, 7, 1) == {"Telgte": "beendet", "Beckum": "produktiv"}
    assert at(2026, 11, 20) == {
        "Telgte": "beendet",
        "Beckum": "produktiv",
        "Warendorf": "in_umsetzung",
    }
    assert atlas.rueckblick(frage, ASKER) == [
        (date(2024, 12, 31), 1),
        (date(2025, 12, 31), 1),
        (TODAY, 1),
    ]
    with pytest.raises(UngueltigeEingabe, match=r"20\.11\.2026"):
        at(2026, 11, 21)


@pytest.mark.full_run
def test_a_guest_sees_no_plan_and_no_draft(own: Engine) -> None:
    with writing(own) as session:
        telgte = town(session, TELGTE).stelle_id
        hidden = new_dienst(session, "verborgen")
        use(session, telgte, hidden, sichtbarkeit=Sichtbarkeit.VERWALTUNG)
        use(session, telgte, new_dienst(session, "entwurf", entwurf=True))
        contradicted = new_dienst(session, "bestritten")
        use(session, telgte, contradicted, widersprochen_am=TODAY)
    for kennung in ("verborgen", "entwurf", "bestritten"):
        frage = question(filter=Einsatzfilter(kennung=(kennung,)))
        assert not atlas_of(own).bild(frage, GEMEINDE, ASKER).werte


def test_an_answer_lasts_until_anybody_commits(own: Engine) -> None:
    atlas, frage = atlas_of(own), question(filter=Einsatzfilter(kennung=("neu",)))
    with writing(own) as session:
        dienst = new_dienst(session, "neu")
    assert not atlas.bild(frage, GEMEINDE, ASKER).werte
    # On PostgreSQL tests of other processes commit as well, in databases of their own.
    assert any(
        atlas.bild(frage, GEMEINDE, ASKER) is atlas.bild(frage, GEMEINDE, ASKER) for _ in range(50)
    )
    with writing(own) as session:
        use(session, town(session, TELGTE).stelle_id, dienst)
    assert list(shown(atlas.bild(frage, GEMEINDE, ASKER)).values()) == [("produktiv", 1)]


def test_a_kreis_colours_what_the_register_makes_it_competent_for(own: Engine) -> None:
    """As the building authority of those towns that are none themselves."""
    with writing(own) as session:
        kreis, telgte = town(session, "055700000000"), town(session, TELGTE)
        kind = Behoerdenart(kennung="probe", name="Probebehörde")
        session.add(kind)
        session.flush()
        land = town(session, "050000000000").gebiet.id
        assert kind.id is not None
        assert land is not None
        leistung = session.scalars(
            select(col(Leistung.id)).where(col(Leistung.leistungsschluessel) == HUND)
        ).one()
        assert leistung is not None
        for body in (kreis.stelle_id, telgte.stelle_id):
            session.add(Behoerde(behoerdenart_id=kind.id, stelle_id=body))
        session.add(Zustaendigkeit(leistung_id=leistung, behoerdenart_id=kind.id, gebiet_id=land))
        dienst = session.scalars(
            select(col(Einsatz.onlinedienst_id)).where(einsaetze.serves(leistung))
        ).first()
        assert dienst is not None
        use(session, kreis.stelle_id, dienst)
    frage = question(filter=Einsatzfilter(leistungsschluessel=(HUND,)), raum=("05570",))
    bild = atlas_of(own).bild(frage, GEMEINDE, ASKER)
    without = {key for key in bild.werte if not key.startswith("05570")}
    assert not without
    # Telgte has it anyhow, by itself.
    assert len(bild.werte) == 13
    only = replace(frage, filter=replace(frage.filter, rolle=(Einsatzrolle.NUTZT,)))
    with reading(own) as session:
        atlas = atlas_of(own)
        netz = atlas.netz()
        telgte_area = netz.ebenen[GEMEINDE]["05570044"].gemeinden
        by_kreis = {
            row.stelle_name
            for row in einsaetze.by_ids(
                session, atlas.einsaetze(session, only, telgte_area, ASKER), GAST
            )
        }
    assert by_kreis == {"Telgte"}


@pytest.mark.full_run
def test_shares_on_the_map_are_those_of_the_pages(own: Engine) -> None:
    with writing(own) as session:
        telgte, beckum = town(session, TELGTE), town(session, BECKUM)
        leistungen = session.scalars(
            select(col(OzgZuordnung.leistung_id)).where(col(OzgZuordnung.entfallen_am).is_(None))
        ).all()[:40]
        for place in (telgte, beckum):
            assert place.gebiet.id is not None
            for number in dict.fromkeys(leistungen):
                session.add(
                    Zustaendigkeit(
                        leistung_id=number,
                        stelle_id=place.stelle_id,
                        gebiet_id=place.gebiet.id,
                    )
                )
    bild = atlas_of(own).bild(question(ansicht=Kartenansicht.ANTEIL), GEMEINDE, ASKER)
    with reading(own) as session:
        for ars, ags in ((TELGTE, "05570044"), (BECKUM, "05570008")):
            place = town(session, ars)
            share = zustaendigkeiten.share_of_competence(
                session, place.gebiet, place.stelle_id, GAST, TODAY
            )
            assert share is not None
            wert = bild.werte[ags]
            assert (wert.mit, wert.von) == (share.hat, share.alle)
        slugs = [slug for slug, _ in register.themenfelder(session)]
    assert bild.klasse(bild.werte["05515000"]).schluessel == "keine"
    fields = [
        atlas_of(own).bild(
            question(Auswahl(filter={"themenfeld": [slug]}), ansicht=Kartenansicht.ANTEIL),
            GEMEINDE,
            ASKER,
        )
        for slug in slugs
    ]
    assert sum(field.von for field in fields) == bild.von
    assert sum(field.mit for field in fields) == bild.mit


def test_a_land_or_a_ministry_colours_nothing_by_itself(own: Engine) -> None:
    """They act for others: EfA services are run by a Land and used by municipalities."""
    with writing(own) as session:
        dienst = new_dienst(session, "nur-land")
        body = session.scalars(
            select(col(Stelle.id)).where(col(Stelle.art) == Stellenart.LAND)
        ).first()
        assert body is not None
        use(session, body, dienst, rolle=Einsatzrolle.BETREIBT)
    frage = question(filter=Einsatzfilter(kennung=("nur-land",)))
    assert not atlas_of(own).bild(frage, LAND, ASKER).werte
