"""The starting set enters by the portal's front door, whole and once, into a fresh SQLite file."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from katalog.db import Session, open_engine, reading
from katalog.domain.begriffe import (
    Angebotsstatus,
    Datumsgenauigkeit,
    Dienstart,
    Dienstmerkmalart,
    Dienststatus,
    Epayment,
    Gebietsebene,
    Kostenmodell,
    Quellenart,
    Stellenart,
)
from katalog.domain.fristregel import Anker, Einheit
from katalog.domain.vorgang import Status, effective_status
from katalog.intake import Report
from katalog.models import metadata
from katalog.models.angebot import (
    Antragsstrecke,
    Dienstmerkmal,
    Landesangebot,
    Onlinedienst,
    OnlinedienstOzg,
    Pilotkommune,
    Pruefpunktvorlage,
)
from katalog.models.betrieb import Nachricht
from katalog.models.fall import Nachnutzung, Nachnutzungsbedingungen
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Leistung, OzgLeistung, OzgZuordnung, Themenfeld
from katalog.models.stellen import (
    Behoerdenart,
    Fallzahl,
    Kontakt,
    Kontaktrolle,
    Plattform,
    Stelle,
    Wirkungsgebiet,
)
from katalog.queries.faelle import load
from seed.__main__ import plant_seed
from seed.files import DATA
from tests.databases import Databases

WBS = "wbs-sozialplattform"


@dataclass(frozen=True, slots=True)
class Planted:
    url: str
    report: Report


def fresh(path: Path) -> str:
    url = f"sqlite:///{path}"
    engine = open_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


@contextmanager
def looking_into(url: str) -> Iterator[Session]:
    engine = open_engine(url)
    try:
        with reading(engine) as session:
            yield session
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def planted(
    seeded_sqlite: Path, sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Planted:
    path = tmp_path_factory.mktemp("voll") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    return Planted(f"sqlite:///{path}", sqlite_databases.report())


@pytest.fixture(scope="module")
def only_register(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    url = fresh(tmp_path_factory.mktemp("leer") / "katalog.db")
    return Planted(url, plant_seed(url, only_register=True, today=date(2026, 11, 20)))


@pytest.fixture(scope="module")
def without_demo(only_register: Planted, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """An operator who began with the register alone and takes the curated offerings later."""
    path = tmp_path_factory.mktemp("ohne_demo") / "katalog.db"
    shutil.copy(only_register.url.removeprefix("sqlite:///"), path)
    url = f"sqlite:///{path}"
    return Planted(url, plant_seed(url, demo=False, today=date(2026, 11, 20)))


@pytest.fixture
def session(planted: Planted) -> Iterator[Session]:
    with looking_into(planted.url) as session:
        yield session


def count(session: Session, model: type[Any], *where: Any) -> int:
    statement = select(func.count()).select_from(model).where(*where)
    return int(session.execute(statement).scalar_one())


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    with looking_into(url) as session:
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }


def files(pattern: str) -> int:
    return len(list(DATA.glob(pattern)))


def test_every_record_of_the_starting_set_finds_its_place(planted: Planted) -> None:
    assert planted.report.faults == []
    assert planted.report.total.neu > 0


def test_demo_cases_stand_in_every_step_with_events_days_and_no_mail(session: Session) -> None:
    today = date(2026, 11, 20)
    made_up = select(col(Stelle.id)).where(col(Stelle.kennung).startswith("beispielkommune-"))
    here = col(Nachnutzung.zustaendige_stelle_id).in_(made_up)
    numbers = session.scalars(select(col(Nachnutzung.id)).where(here)).all()
    found = load(session, [number for number in numbers if number], today)
    steps = Counter(effective_status(each.fall, today) for each in found)
    assert set(steps) == set(STEPS_ON_THE_WAY)
    assert steps.total() == count(session, Nachnutzung) == 13
    assert all(each.stelle.name.endswith("(Demo)") for each in found)
    assert sum(each.aussetzung is not None for each in found) == 1
    [notice] = [each.kuendigung for each in found if each.fall.wirksam_zum == date(2026, 12, 31)]
    assert notice is not None
    assert "6 Wochen" in notice.rechnung
    assert count(session, Nachricht) == 0
    # In use or planned as the case says, and said to be made up.
    uses = session.scalars(select(Einsatz).where(col(Einsatz.nachnutzung_id).is_not(None))).all()
    assert {session.get_one(Quelle, use.quelle_id).art for use in uses} == {Quellenart.DEMO}


STEPS_ON_THE_WAY = [
    status
    for status in Status
    if status not in {Status.ENTWURF, Status.ANGEFRAGT, Status.IN_UEBERGABE}
]


@pytest.mark.full_run
def test_planting_it_again_reports_and_changes_nothing(planted: Planted) -> None:
    before = contents(planted.url)
    total = plant_seed(planted.url, today=date(2026, 11, 20)).total
    assert (total.neu, total.geaendert, total.entfallen) == (0, 0, 0)
    assert total.unveraendert == planted.report.total.neu
    # The report counts main records only; links, contacts and versions must be the same as well.
    after = contents(planted.url)
    assert [table for table in after if after[table] != before[table]] == []


@pytest.mark.full_run
def test_the_register_alone_has_areas_and_services_but_no_offering(only_register: Planted) -> None:
    assert only_register.report.faults == []
    absent = (Onlinedienst, Einsatz, Landesangebot, Nachnutzungsbedingungen, Fallzahl)
    present = (Gebiet, Themenfeld, OzgLeistung, Leistung)
    with looking_into(only_register.url) as session:
        assert [model for model in absent if count(session, model)] == []
        assert [model for model in present if not count(session, model)] == []
        # Bodies come with their areas only.
        assert count(session, Stelle, col(Stelle.gebiet_id).is_(None)) == 0


@pytest.mark.full_run
def test_without_the_demo_no_row_of_any_table_names_it_as_its_source(without_demo: Planted) -> None:
    assert without_demo.report.faults == []
    with looking_into(without_demo.url) as session:
        demo = session.scalars(select(Quelle).where(col(Quelle.art) == Quellenart.DEMO)).one()
        for table in metadata.sorted_tables:
            if "quelle_id" in table.c:
                rows = select(func.count()).select_from(table).where(table.c.quelle_id == demo.id)
                assert session.execute(rows).scalar_one() == 0, table.name
        assert count(session, Onlinedienst) == files("angebote/onlinedienste/*.toml")
        assert count(session, Einsatz) > 0


def test_with_the_demo_every_offering_of_either_folder_is_there(session: Session) -> None:
    assert count(session, Onlinedienst) == files("*/onlinedienste/*.toml")
    assert count(session, Landesangebot) == files("*/landesangebote/*/*.toml")
    assert count(session, Nachnutzungsbedingungen) == files("*/bedingungen/*.toml")
    default_checklist = col(Pruefpunktvorlage.landesangebot_id).is_(None)
    assert count(session, Pruefpunktvorlage, default_checklist) == 13


def test_what_the_demo_offers_comes_from_bodies_of_the_demo(session: Session) -> None:
    rows: list[Landesangebot | Nachnutzungsbedingungen] = [
        *session.scalars(select(Landesangebot)),
        *session.scalars(select(Nachnutzungsbedingungen)),
    ]
    arts = {
        session.get_one(Quelle, session.get_one(Stelle, row.koordinierung_id).quelle_id).art
        for row in rows
        if session.get_one(Quelle, row.quelle_id).art == Quellenart.DEMO
    }
    assert arts == {Quellenart.DEMO}


def test_germany_has_its_laender_and_kreise(session: Session) -> None:
    assert count(session, Gebiet, col(Gebiet.ebene) == Gebietsebene.LAND) == 16
    kreise = count(session, Gebiet, col(Gebiet.ebene) == Gebietsebene.KREIS)
    kreisfrei = count(session, Gebiet, col(Gebiet.kreisfrei).is_(True))
    assert (kreise, kreisfrei, kreise + kreisfrei) == (295, 107, 402)
    # A kreisfreie Stadt is a single row, on the level of the Gemeinden, and its own Kreis.
    own_kreis = col(Gebiet.kreis_id) == col(Gebiet.id)
    on_gemeinde = col(Gebiet.ebene) == Gebietsebene.GEMEINDE
    assert count(session, Gebiet, col(Gebiet.kreisfrei).is_(True), on_gemeinde, own_kreis) == 107


def test_every_area_has_exactly_one_body_and_every_gemeinde_its_land_and_kreis(
    session: Session,
) -> None:
    assert count(session, Stelle, col(Stelle.gebiet_id).is_not(None)) == count(session, Gebiet)
    in_the_air = col(Gebiet.land_id).is_(None) | col(Gebiet.kreis_id).is_(None)
    assert count(session, Gebiet, col(Gebiet.ebene) == Gebietsebene.GEMEINDE, in_the_air) == 0


def test_warendorf_lies_in_its_kreis_and_land_and_has_a_body(session: Session) -> None:
    of_warendorf = select(Gebiet).where(col(Gebiet.ars) == "055700052052")
    town = session.scalars(of_warendorf).one()
    assert (town.name, town.ags) == ("Warendorf", "05570052")
    assert session.get_one(Gebiet, town.land_id).name == "Nordrhein-Westfalen"
    kreis = session.get_one(Gebiet, town.kreis_id)
    assert (kreis.ebene, kreis.ars) == (Gebietsebene.KREIS, "055700000000")
    body = session.scalars(select(Stelle).where(col(Stelle.gebiet_id) == town.id)).one()
    assert (body.name, body.art) == ("Warendorf", Stellenart.KOMMUNE)


def test_coordination_areas_are_freely_composed_of_kreise_and_towns(session: Session) -> None:
    for kennung in ("ozg-connect", "koordinierung-muensterland-demo"):
        statement = (
            select(Gebiet)
            .join(Wirkungsgebiet, col(Wirkungsgebiet.gebiet_id) == col(Gebiet.id))
            .join(Stelle, col(Stelle.id) == col(Wirkungsgebiet.stelle_id))
            .where(col(Stelle.kennung) == kennung)
        )
        assert {(area.ebene, area.name) for area in session.scalars(statement)} == {
            (Gebietsebene.KREIS, "Coesfeld"),
            (Gebietsebene.KREIS, "Warendorf"),
            (Gebietsebene.GEMEINDE, "Hamm"),
            (Gebietsebene.GEMEINDE, "Münster"),
        }, kennung


def test_in_mecklenburg_vorpommern_ten_services_are_offered_and_three_set_back(
    session: Session,
) -> None:
    statement = (
        select(Landesangebot)
        .join(Stelle, col(Stelle.id) == col(Landesangebot.koordinierung_id))
        .where(col(Stelle.kennung) == "ego-mv")
    )
    assert Counter(offer.status for offer in session.scalars(statement)) == {
        Angebotsstatus.ANGEBOTEN: 10,
        Angebotsstatus.ZURUECKGESTELLT: 3,
    }


def test_every_application_path_leads_to_a_service_of_the_register(session: Session) -> None:
    assert count(session, Antragsstrecke) > 90
    assert count(session, Antragsstrecke, col(Antragsstrecke.leistung_id).is_(None)) == 0
    bundled = select(col(OzgZuordnung.leistung_id))
    assert count(session, Leistung, col(Leistung.id).not_in(bundled)) == 0


def the_wbs_service(session: Session) -> Onlinedienst:
    return session.scalars(select(Onlinedienst).where(col(Onlinedienst.kennung) == WBS)).one()


def test_the_wbs_service_carries_what_the_information_letter_says(session: Session) -> None:
    wbs = the_wbs_service(session)
    expected = {
        "name": "Bescheinigung für Geringverdiener – Wohnberechtigungsschein",
        "kurzname": "Bescheinigung für Geringverdiener (WBS)",
        "art": Dienstart.EFA,
        "status": Dienststatus.VERFUEGBAR,
        "verfuegbar_ab": date(2024, 8, 1),
        "verfuegbar_ab_genau": Datumsgenauigkeit.MONAT,
        "bundesministerium": "Ministerium für Arbeit, Gesundheit und Soziales",
        "nutzerkonto": "BundID",
        "epayment": Epayment.NICHT_ERFORDERLICH,
        "xstandard": "xSozial Basis",
        "xstandard_version": "2.2",
        "zustellort": "OSCI-Postfach",
    }
    assert {name: getattr(wbs, name) for name in expected} == expected
    assert session.get_one(Themenfeld, wbs.themenfeld_id).name == "Arbeit & Ruhestand"
    assert session.get_one(Plattform, wbs.plattform_id).name == "Sozialplattform"
    assert session.get_one(Gebiet, wbs.betreibendes_land_id).name == "Nordrhein-Westfalen"
    assert session.get_one(Stelle, wbs.dienstleister_id).kurzname == "IT.NRW"
    assert session.get_one(Quelle, wbs.quelle_id).kennung == "infoschreiben-mv-2025"


def test_the_wbs_service_has_one_application_path_its_ozg_id_login_and_transport(
    session: Session,
) -> None:
    wbs = the_wbs_service(session)
    paths = (
        select(col(Leistung.leistungsschluessel))
        .join(Antragsstrecke, col(Antragsstrecke.leistung_id) == col(Leistung.id))
        .where(col(Antragsstrecke.onlinedienst_id) == wbs.id)
    )
    assert session.scalars(paths).all() == ["99107022012000"]
    services = (
        select(col(OzgLeistung.ozg_id))
        .join(OnlinedienstOzg, col(OnlinedienstOzg.ozg_leistung_id) == col(OzgLeistung.id))
        .where(col(OnlinedienstOzg.onlinedienst_id) == wbs.id)
    )
    assert session.scalars(services).all() == ["10083"]
    features = select(Dienstmerkmal).where(col(Dienstmerkmal.onlinedienst_id) == wbs.id)
    assert {(feature.art, feature.wert) for feature in session.scalars(features)} == {
        (Dienstmerkmalart.AUTHENTIFIZIERUNG, "bundid"),
        (Dienstmerkmalart.TRANSPORTWEG, "osci-xta"),
    }


def test_the_offer_of_the_wbs_service_holds_the_facts_of_the_land(session: Session) -> None:
    wbs = the_wbs_service(session)
    of_wbs = select(Landesangebot).where(col(Landesangebot.onlinedienst_id) == wbs.id)
    offer = session.scalars(of_wbs).one()
    assert session.get_one(Stelle, offer.koordinierung_id).kurzname == "eGo-MV"
    behoerdenart = session.get_one(Behoerdenart, offer.behoerdenart_id).name
    assert behoerdenart == "Amtsvorsteher der Ämter (Bürgermeister/Oberbürgermeister)"
    assert offer.zustaendige_stelle == behoerdenart
    assert offer.status == Angebotsstatus.ANGEBOTEN
    assert offer.kosten_modell == Kostenmodell.KOSTENNEUTRAL
    assert offer.fachressort == (
        "Ministerium für Inneres, Bau und Digitalisierung, Referat II 600, "
        "Wohnungswesen und Bauwirtschaft"
    )
    pilots = select(Pilotkommune).where(col(Pilotkommune.landesangebot_id) == offer.id)
    names = [session.get_one(Stelle, pilot.stelle_id).name for pilot in session.scalars(pilots)]
    assert names == ["Rostock"]
    contacts = session.scalars(select(Kontakt).where(col(Kontakt.landesangebot_id) == offer.id))
    roles = {session.get_one(Kontaktrolle, contact.rolle_id).kennung for contact in contacts}
    assert roles >= {"erster-kontakt", "fachlicher-kontakt", "mik", "tff"}


def test_notice_to_the_land_is_three_months_to_the_end_of_a_month_and_goes_to_the_mik(
    session: Session,
) -> None:
    statement = (
        select(Nachnutzungsbedingungen)
        .join(Stelle, col(Stelle.id) == col(Nachnutzungsbedingungen.koordinierung_id))
        .where(col(Stelle.kennung) == "ego-mv")
    )
    terms = session.scalars(statement).one()
    rule = (terms.kuendigung_n, terms.kuendigung_einheit, terms.kuendigung_anker)
    assert rule == (3, Einheit.MONAT, Anker.MONATSENDE)
    assert session.get_one(Kontaktrolle, terms.empfaenger_rolle_id).kennung == "mik"
