"""Records become rows: what cannot be placed costs only itself, and nothing is written twice."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from importers import records
from importers.records import Record
from katalog import intake
from katalog.db import Engine, Session, reading
from katalog.domain.begriffe import Arbeitsstatus, Befundart, Gebietsebene, Stellenart
from katalog.intake.report import Report, Zahlen
from katalog.models import metadata
from katalog.models.angebot import (
    Antragsstrecke,
    Dienstmerkmal,
    Landesangebot,
    Onlinedienst,
    OnlinedienstOzg,
    Pruefpunktvorlage,
)
from katalog.models.koordination import Berichtstermin, Beschluss, Beschlusspunkt
from katalog.models.nutzung import Einsatz, OertlicherWert
from katalog.models.register import Gebiet, Leistung, OzgZuordnung
from katalog.models.stellen import Netzwerk, Netzwerkpartner, Stelle
from katalog.queries.kommunen import find_kommune
from seed.__main__ import plant_seed
from tests.builders import differing_tables, read_every_row
from tests.databases import State

VALID_FROM = date(2026, 1, 1)
TODAY = date(2026, 11, 20)
QUELLE = records.QuelleRecord("liste", "Testliste", "import")
LIEFERANT = records.QuelleRecord("probe", "Probe", "import")
KREIS, STADT, TOWN = "055700000000", "055150000000", "055700052052"


def area(ebene: str, ars: str, name: str, **more: Any) -> records.GebietRecord:
    return records.GebietRecord("liste", ebene, ars, more.pop("ags", ""), name, VALID_FROM, **more)


AREAS = [
    area("land", "050000000000", "Nordrhein-Westfalen", ags="05"),
    area("regierungsbezirk", "055000000000", "Münster", bezeichnung="Regierungsbezirk"),
    area("kreis", KREIS, "Warendorf", ags="05570", bezeichnung="Kreis"),
    area("gemeinde", STADT, "Münster", ags="05515000", kreisfrei=True),
    area("gemeinde", TOWN, "Warendorf", ags="05570052"),
]
OZG = records.OzgLeistungRecord("liste", "10083", "Wohnberechtigungsschein")
LEISTUNG = records.LeistungRecord(
    "liste", "99107022012000", "Wohnberechtigungsschein Erteilung", ozg_ids=("10083",)
)
KEYLESS = replace(LEISTUNG, leistungsschluessel="", ersatzschluessel="ohne-1", ozg_ids=())
STELLE = records.StelleRecord("liste", "ego", "Koordinierung", "koordinierung", land="NW")
OTHER = replace(STELLE, kennung="ego2", name="Andere Koordinierung")
ROLLE = records.KontaktrolleRecord("mik", "MiK")
DIENST = records.OnlinedienstRecord("liste", "wbs", "WBS", "efa", ozg_ids=("10083",))
ANGEBOT = records.LandesangebotRecord("liste", "wbs", "ego", "angeboten", land="NW")
BEDINGUNGEN = records.BedingungenRecord(
    "liste", "ego", "1", VALID_FROM, "Text", "bestaetigung", 3, "monat", "monatsende"
)
EINSATZ = records.EinsatzRecord("liste", TOWN, "wbs", "nutzt", "produktiv", "eigenangabe")
FALLZAHL = records.FallzahlRecord("liste", TOWN, "99107022012000", 2025, 7)
FESTLEGUNG = records.FestlegungRecord(
    "liste", TOWN, "Miete", VALID_FROM, (("1 Person", "276"), ("2 Personen", "347"))
)
BESCHLUSS = records.BeschlussRecord(TOWN, "V1/26", "Bericht", punkte=("Erstens", "Zweitens"))
NETZWERK = records.NetzwerkRecord("liste", "netz", "Netz", partner=("ego", TOWN))
PLATTFORM = records.PlattformRecord("liste", "sozial", "Sozialplattform", betreiber="ego")
THEMENFELD = records.ThemenfeldRecord("liste", "wohnen", "Bauen & Wohnen")
LAGE = records.LageRecord("liste", "Wohnen", "lebenslage", "wohnen")
CHECKLIST = records.PruefpunktlisteRecord(
    (records.PruefpunktRecord("Zertifikat", "technisch", stufe="vor_test"),)
)
WORLD: list[Record] = [
    QUELLE, *AREAS, THEMENFELD, LAGE, OZG, LEISTUNG, STELLE, OTHER, ROLLE, DIENST, ANGEBOT,
    BEDINGUNGEN, EINSATZ, FALLZAHL, FESTLEGUNG, BESCHLUSS, NETZWERK, PLATTFORM, CHECKLIST,
]  # fmt: skip


@pytest.fixture
def session(scratch: Session) -> Session:
    return scratch


def count(session: Session, model: Any) -> int:
    return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def counts(zahlen: Zahlen) -> tuple[int, int, int, int]:
    return zahlen.neu, zahlen.geaendert, zahlen.unveraendert, zahlen.entfallen


def take_over(
    session: Session,
    incoming: Iterable[Record],
    progress: Callable[[str, int, int], None] = lambda kind, done, total: None,
) -> Report:
    return intake.take_over(session, incoming, LIEFERANT, TODAY, progress)


def town(session: Session, ars: str) -> Gebiet:
    statement = select(Gebiet).where(col(Gebiet.ars) == ars, col(Gebiet.ebene) == "gemeinde")
    return session.scalars(statement).one()


# Each in its place ------------------------------------------------------------------------------


def test_every_record_of_a_small_world_is_placed(session: Session) -> None:
    report = take_over(session, WORLD)
    assert report.faults == []
    assert report.total.neu == len(WORLD) - 1
    assert count(session, Einsatz) == count(session, Landesangebot) == 1


def test_the_order_in_which_records_arrive_does_not_matter(session: Session) -> None:
    report = take_over(session, reversed(WORLD))
    assert report.faults == []
    assert counts(take_over(session, WORLD).total)[:2] == (0, 0)


def test_taking_the_same_over_again_changes_nothing(session: Session) -> None:
    new = take_over(session, WORLD).total.neu
    before = read_every_row(session.connection())
    report = take_over(session, WORLD)
    assert counts(report.total) == (0, 0, new, 0)
    assert differing_tables(before, read_every_row(session.connection())) == []


def test_progress_reaches_the_number_of_records(session: Session) -> None:
    steps: list[tuple[int, int]] = []
    take_over(session, WORLD, lambda _kind, done, total: steps.append((done, total)))
    assert steps[-1] == (len(WORLD) - 1, len(WORLD) - 1)
    assert steps == sorted(steps)


def test_a_changed_record_changes_its_row_and_what_belongs_to_it(session: Session) -> None:
    take_over(session, WORLD)
    changed = replace(DIENST, name="WBS neu", ozg_ids=(), authentifizierung=("bundid", "elster"))
    report = take_over(session, [changed])
    assert counts(report.zahlen["Onlinedienst"]) == (0, 1, 0, 0)
    row = session.scalars(select(Onlinedienst).execution_options(populate_existing=True)).one()
    assert (row.name, row.version) == ("WBS neu", 2)
    assert sorted(session.scalars(select(col(Dienstmerkmal.wert)))) == ["bundid", "elster"]


# Areas ------------------------------------------------------------------------------------------


def test_a_kreisfreie_stadt_is_one_row_that_counts_on_both_levels(session: Session) -> None:
    take_over(session, WORLD)
    stadt = town(session, STADT)
    assert stadt.kreisfrei
    assert stadt.kreis_id == stadt.id
    assert count(session, Gebiet) == len(AREAS)
    counted = select(func.count(col(Gebiet.kreis_id).distinct()))
    assert session.execute(counted).scalar_one() == 2
    with_body = find_kommune(session, STADT)
    assert with_body is not None
    assert (with_body.name, with_body.art) == ("Münster", Stellenart.KOMMUNE)


def test_a_town_lies_in_its_kreis_bezirk_and_land(session: Session) -> None:
    take_over(session, WORLD)
    warendorf = town(session, TOWN)
    kreis = session.get_one(Gebiet, warendorf.kreis_id)
    assert (kreis.ebene, kreis.ars) == (Gebietsebene.KREIS, KREIS)
    assert kreis.kreis_id == kreis.id
    bezirk = session.get_one(Gebiet, kreis.parent_id)
    assert bezirk.ebene is Gebietsebene.REGIERUNGSBEZIRK
    land = session.get_one(Gebiet, warendorf.land_id)
    assert land.land_id == land.id == bezirk.land_id


def test_every_area_gets_its_body_under_the_name_it_is_known_by(session: Session) -> None:
    take_over(session, WORLD)
    names = select(col(Stelle.name)).where(col(Stelle.gebiet_id).is_not(None))
    assert sorted(session.scalars(names)) == [
        "Kreis Warendorf",
        "Münster",
        "Nordrhein-Westfalen",
        "Regierungsbezirk Münster",
        "Warendorf",
    ]


def test_a_source_that_knows_less_takes_nothing_away(session: Session) -> None:
    full = area("gemeinde", TOWN, "Warendorf", ags="05570052", einwohner=37_000, plz="48231")
    take_over(session, [QUELLE, *AREAS[:-1], full])
    take_over(session, AREAS)
    row = town(session, TOWN)
    assert (row.einwohner, row.plz) == (37_000, "48231")


def test_areas_of_one_list_may_be_known_to_different_degrees(session: Session) -> None:
    more = area("gemeinde", "055700004004", "Ahlen", ags="05570004", einwohner=53_000)
    report = take_over(session, [QUELLE, *AREAS, more])
    assert report.faults == []
    assert (town(session, TOWN).einwohner, town(session, more.ars).einwohner) == (None, 53_000)


# What cannot be placed --------------------------------------------------------------------------


def unknown(change: Record, reason: str) -> Any:
    return pytest.param(change, reason, id=f"{type(change).__name__}-{reason}")


UNPLACEABLE = [
    unknown(replace(THEMENFELD, slug="neu", quelle="fremd"), "Quelle „fremd“"),
    unknown(replace(LAGE, name="neu", themenfeld="fremd"), "Themenfeld „fremd“"),
    unknown(replace(LAGE, name="neu", art="notlage"), "kein Lagenart"),
    unknown(replace(OZG, ozg_id="1008"), "OZG-ID"),
    unknown(replace(OZG, ozg_id="10084", top100="alle"), "kein Top100"),
    unknown(replace(LEISTUNG, leistungsschluessel="9910702201200"), "Leistungsschlüssel"),
    unknown(replace(LEISTUNG, leistungsschluessel="99107022012001", zielgruppe=("alle",)), "Zielg"),
    unknown(area("ortsteil", "055700052053", "Freckenhorst"), "kein Gebietsebene"),
    unknown(area("gemeinde", "05570005205", "Warendorf"), "Regionalschlüssel"),
    unknown(area("gemeinde", "055700052053", "Neu", ags="557005"), "Gemeindeschlüssel"),
    unknown(replace(STELLE, kennung="neu", wirkungsgebiet=("055709999999",)), "Schlüssel 0557"),
    unknown(replace(STELLE, kennung="neu", land="XX"), "Land „XX“"),
    unknown(replace(PLATTFORM, kennung="neu", betreiber="fremd"), "Stelle „fremd“"),
    unknown(replace(NETZWERK, kennung="neu", partner=("ego", "fremd")), "Stelle „fremd“"),
    unknown(replace(NETZWERK, kennung="neu", quelle="fremd"), "Quelle „fremd“"),
    unknown(replace(DIENST, kennung="neu", art="wunder"), "kein Dienstart"),
    unknown(replace(DIENST, kennung="neu", ozg_ids=("10083", "10099")), "OZG-Leistung „10099“"),
    unknown(replace(DIENST, kennung="neu", verfuegbar_ab="2024-13"), "kein Datum"),
    unknown(replace(DIENST, kennung="neu", verfuegbar_ab="bald"), "kein Datum"),
    unknown(replace(DIENST, kennung="neu", verfuegbar_ab="2024-01-01-01"), "kein Datum"),
    unknown(
        replace(
            DIENST, kennung="neu", antragsstrecken=(records.AntragsstreckeRecord(reifegrad=3),)
        ),
        "Modell und Stufe",
    ),
    unknown(
        replace(DIENST, kennung="neu", verweise=(records.VerweisRecord("lied", "a", "b"),)),
        "kein Verweisart",
    ),
    unknown(
        replace(
            DIENST,
            kennung="neu",
            releases=(records.ReleaseRecord("1", text="a"), records.ReleaseRecord("1", text="b")),
        ),
        "zweimal",
    ),
    unknown(replace(ANGEBOT, koordinierung="fremd"), "Stelle „fremd“"),
    unknown(replace(ANGEBOT, onlinedienst="fremd"), "Onlinedienst „fremd“"),
    unknown(
        replace(ANGEBOT, koordinierung="ego2", pilotkommunen=("055709999999",)), "Schlüssel 0557"
    ),
    unknown(
        replace(ANGEBOT, koordinierung="ego2", kontakte=(records.KontaktRecord("fremd"),)),
        "Kontaktrolle „fremd“"
    ),
    unknown(replace(BEDINGUNGEN, fassung="2", kuendigung_einheit="jahr"), "kein Einheit"),
    unknown(replace(BEDINGUNGEN, fassung="2", kuendigung_n=0), "Frist von 0"),
    unknown(replace(EINSATZ, ars="055709999999"), "Schlüssel 0557"),
    unknown(replace(EINSATZ, rolle="mag"), "kein Einsatzrolle"),
    unknown(replace(EINSATZ, ab=date(2026, 2, 1), bis=date(2026, 1, 1)), "vor dem Anfang"),
    unknown(replace(FALLZAHL, leistungsschluessel="99999999999999"), "LeiKa-Leistung „9999"),
    unknown(replace(FALLZAHL, jahr=2024, anzahl=-1), "keine Anzahl"),
    unknown(replace(FESTLEGUNG, name="neu", gueltig_bis=date(2025, 1, 1)), "vor dem Anfang"),
    unknown(replace(FESTLEGUNG, name="neu", ozg_ids=("10099",)), "OZG-Leistung „10099“"),
    unknown(replace(BESCHLUSS, vorlage="V2/26", ars="055709999999"), "Schlüssel 0557"),
    unknown(
        records.AbsichtserklaerungRecord("liste", "NW", "fremd"), "Plattform „fremd“"
    ),
]  # fmt: skip

# What only the database would notice: SQLite would store it, PostgreSQL stop everything.
UNSTORABLE = [
    unknown(replace(THEMENFELD, slug="neu", name="x" * 101), "101 Zeichen"),
    unknown(replace(OZG, ozg_id="10084", titel="x" * 501), "501 Zeichen"),
    unknown(replace(OZG, ozg_id="10084", beschreibung="\x00"), "Zeichen, die"),
    unknown(replace(KEYLESS, bezeichnung="x" * 1001), "1001 Zeichen"),
    unknown(replace(STELLE, kennung="neu", website="x" * 1001), "1001 Zeichen"),
    unknown(replace(NETZWERK, kennung="neu", name="x" * 201), "201 Zeichen"),
    unknown(replace(DIENST, kennung="neu", foerderung="x" * 301), "301 Zeichen"),
    unknown(replace(DIENST, kennung="neu", fachverfahren=("x" * 201,)), "201 Zeichen"),
    unknown(replace(ANGEBOT, koordinierung="ego2", fachressort="x" * 501), "501 Zeichen"),
    unknown(replace(EINSATZ, ars=STADT, url="x" * 1001), "1001 Zeichen"),
    unknown(replace(FALLZAHL, jahr=2024, anzahl=2**31), "zu groß"),
    unknown(replace(FESTLEGUNG, name="neu", werte=(("a", "9" * 61),)), "61 Zeichen"),
    unknown(replace(BESCHLUSS, vorlage="x" * 61), "61 Zeichen"),
]  # fmt: skip


def take_over_with(session: Session, record: Record, reason: str) -> None:
    """It stands before a sound one of its kind, whose own parts must not get mixed up."""
    report = take_over(session, [record, *WORLD])
    assert len(report.faults) == 1, report.faults
    assert reason in report.faults[0]
    parts = (OnlinedienstOzg, OzgZuordnung, Netzwerkpartner, OertlicherWert, Beschlusspunkt)
    assert [count(session, part) for part in parts] == [1, 1, 2, 2, 2]


@pytest.mark.parametrize(("record", "reason"), UNPLACEABLE)
def test_a_record_that_cannot_be_placed_costs_only_itself(
    shared_engine: Callable[[str, State], Engine], record: Record, reason: str
) -> None:
    with Session(shared_engine("sqlite", State.MIGRATED)) as session:
        take_over_with(session, record, reason)


@pytest.mark.parametrize(("record", "reason"), UNSTORABLE)
def test_a_record_that_does_not_fit_its_columns_costs_only_itself(
    session: Session, record: Record, reason: str
) -> None:
    take_over_with(session, record, reason)


def test_a_default_checklist_that_does_not_fit_leaves_the_one_there_is(session: Session) -> None:
    take_over(session, WORLD)
    bad = records.PruefpunktlisteRecord((records.PruefpunktRecord("a", "b", stufe="vor_test"),))
    (fault,) = take_over(session, [bad]).faults
    assert "kein Pruefpunktgruppe" in fault
    assert count(session, Pruefpunktvorlage) == 1


def test_a_link_to_an_unknown_service_waits_and_is_made_up_for(session: Session) -> None:
    early = replace(LEISTUNG, ozg_ids=("10084",))
    report = take_over(session, [*WORLD[:-1], early])
    assert report.faults == []
    assert ["10084" in b.ursache for b in report.befunde_der(Befundart.HINWEIS)] == [True]
    assert count(session, OzgZuordnung) == 0
    take_over(session, [replace(OZG, ozg_id="10084"), early])
    assert count(session, OzgZuordnung) == 1


def test_the_report_names_the_record_and_the_reason(session: Session) -> None:
    report = take_over(session, [QUELLE, replace(DIENST, ozg_ids=("10099",))])
    assert report.faults == ["Onlinedienst wbs (WBS): OZG-Leistung „10099“ ist nicht bekannt."]


@pytest.mark.parametrize("nachfolger", ["wbs", "fremd"])
def test_an_impossible_successor_costs_only_the_reference(
    session: Session, nachfolger: str
) -> None:
    report = take_over(session, [*WORLD, replace(DIENST, nachfolger=nachfolger)])
    assert len(report.faults) + len(report.befunde_der(Befundart.HINWEIS)) == 1
    row = session.scalars(select(Onlinedienst)).one()
    assert (row.kennung, row.nachfolger_id) == ("wbs", None)


def test_a_successor_may_come_later_in_the_file(session: Session) -> None:
    old = replace(DIENST, kennung="alt", name="Alt", nachfolger="neu")
    new = replace(DIENST, kennung="neu", name="Neu")
    report = take_over(session, [QUELLE, OZG, old, new])
    assert report.faults == []
    rows = {row.kennung: row for row in session.scalars(select(Onlinedienst))}
    assert rows["alt"].nachfolger_id == rows["neu"].id


# Doubles ----------------------------------------------------------------------------------------


def test_what_a_record_names_twice_is_taken_once(session: Session) -> None:
    doubled: list[Record] = [
        replace(
            DIENST,
            ozg_ids=("10083", "10083"),
            authentifizierung=("bundid", "bundid"),
            antragsstrecken=(records.AntragsstreckeRecord("A", "99107022012000"),) * 2,
        ),
        replace(LEISTUNG, ozg_ids=("10083",) * 2, zielgruppe=("buerger",) * 2),
        replace(NETZWERK, partner=("ego", "ego")),
        replace(STELLE, wirkungsgebiet=(KREIS, KREIS)),
        replace(ANGEBOT, pilotkommunen=(TOWN, TOWN)),
    ]
    for _ in range(2):
        report = take_over(session, [*WORLD, *doubled])
        assert report.faults == []
    assert count(session, Antragsstrecke) == count(session, Netzwerkpartner) == 1
    assert count(session, Dienstmerkmal) == count(session, OzgZuordnung) == 1


def test_of_two_records_with_one_key_the_last_one_counts_every_time(session: Session) -> None:
    twice = [replace(NETZWERK, name="Alt", partner=("ego",)), replace(NETZWERK, name="Neu")]
    take_over(session, [*WORLD, *twice])
    report = take_over(session, twice)
    assert counts(report.total)[:2] == (0, 0)
    assert session.scalars(select(Netzwerk)).one().name == "Neu"
    assert count(session, Netzwerkpartner) == 2


def test_services_with_and_without_a_key_may_share_a_name(session: Session) -> None:
    for _ in range(2):
        take_over(session, [QUELLE, OZG, LEISTUNG, KEYLESS])
    rows = session.scalars(select(Leistung).order_by(col(Leistung.leistungsschluessel))).all()
    assert {row.leistungsschluessel for row in rows} == {None, "99107022012000"}
    assert len(rows) == 2
    assert {row.version for row in rows} == {1}


def test_tables_of_values_are_replaced_as_a_whole(session: Session) -> None:
    take_over(session, WORLD)
    take_over(session, [replace(FESTLEGUNG, werte=(("1 Person", "290"),))])
    rows = session.scalars(select(OertlicherWert).execution_options(populate_existing=True)).all()
    assert [(row.merkmal, row.wert) for row in rows] == [("1 Person", "290")]
    assert count(session, Beschlusspunkt) == 2


def test_what_a_town_writes_to_its_resolution_outlives_the_next_import(session: Session) -> None:
    day = date(2027, 2, 28)
    take_over(session, [*WORLD, replace(BESCHLUSS, berichtstermine=(day,))])
    point = session.scalars(select(Beschlusspunkt).order_by(col(Beschlusspunkt.nummer))).first()
    termin = session.scalars(select(Berichtstermin)).one()
    assert point is not None
    point.status, point.begruendung, termin.erledigt_am = Arbeitsstatus.ERLEDIGT, "Läuft", day
    session.flush()
    take_over(session, [replace(BESCHLUSS, punkte=("Erstens, neu",), titel="Bericht, neu")])
    session.expire_all()
    assert (point.auftrag, point.status, point.begruendung, point.version) == (
        "Erstens, neu", Arbeitsstatus.ERLEDIGT, "Läuft", 2,
    )  # fmt: skip
    assert count(session, Beschlusspunkt) == 2
    assert (termin.datum, termin.erledigt_am) == (day, day)
    assert session.scalars(select(Beschluss)).one().version == 2


def test_the_default_checklist_is_replaced_as_a_whole_and_offers_keep_theirs(
    session: Session,
) -> None:
    point = CHECKLIST.punkte[0]
    own = replace(ANGEBOT, pruefpunkte=(replace(point, titel="Eigener"),))
    take_over(session, [*WORLD, own])
    take_over(session, [records.PruefpunktlisteRecord((point, replace(point, titel="Noch einer")))])
    rows = session.scalars(select(Pruefpunktvorlage)).all()
    assert sorted((row.landesangebot_id is None, row.titel) for row in rows) == [
        (False, "Eigener"),
        (True, "Noch einer"),
        (True, "Zertifikat"),
    ]


# The starting set -------------------------------------------------------------------------------


def test_the_starting_set_planted_twice_changes_no_row(
    seeded_database: str, open_database: Callable[[str], Engine]
) -> None:
    engine = open_database(seeded_database)
    before = fingerprints(engine)
    report = plant_seed(seeded_database, today=TODAY)
    assert report.faults == []
    assert counts(report.total)[:2] == (0, 0)
    assert report.total.unveraendert > 15_000
    # Links and contacts are not in the report; written anew they would have higher numbers.
    after = fingerprints(engine)
    assert [name for name in before if before[name] != after[name]] == []


def fingerprints(engine: Engine) -> dict[str, tuple[Any, ...]]:
    """How many rows each table has, its highest number, and when a row was changed last."""
    found: dict[str, tuple[Any, ...]] = {}
    with reading(engine) as session:
        for table in metadata.sorted_tables:
            telling = [table.c[name] for name in ("id", "geaendert_am") if name in table.c]
            asked = [func.max(column) for column in telling]
            statement = select(func.count(), *asked).select_from(table)
            found[table.name] = tuple(session.execute(statement).one())
    return found
