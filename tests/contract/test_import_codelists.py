"""Code lists of keys are held against the register: where two official lists differ, both stay."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from importers.recognition import Format
from katalog.db import Engine, reading
from katalog.domain.begriffe import Befundart
from katalog.intake.auftrag import Ergebnis
from katalog.models.quellen import Quelle, Quellsatz
from katalog.models.register import Gebiet, Gebietsschluessel
from katalog.queries.kommunen import find_today
from tests.builders import differing_tables
from tests.deliveries import (
    Deliveries,
    area,
    areas_of,
    find_area,
    findings,
    numbers,
    read_all,
    town,
)
from tests.unit.test_import_genericode import liste, row

ONE_DATABASE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
STAND = date(2024, 12, 31)
REGISTER = [
    area("10", "16", "Thüringen"),
    area("40", "16051", "Erfurt, Stadt", kind="41"),
    area("40", "16061", "Eichsfeld", kind="44"),
    area("50", "160615051", "EG Uder", kind="58"),
    town("160510000000", "Erfurt, Stadt", kind="61"),
    town("160615051119", "Uder"),
    town("160615051010", "Birkenfelde"),
]
# As the list of April 2026 has it; the municipality list and the list of changes say …051119.
UDER = ("160615051097", "Uder")
DISTRICT = "Stadt-/Ortsteil bzw. Stadtbezirk"


@pytest.fixture
def deliver(engine: Engine, tmp_path: Path) -> Deliveries:
    deliveries = Deliveries(engine, tmp_path)
    deliveries.areas(STAND, REGISTER)
    return deliveries


def publish(
    deliver: Deliveries, level: str, *entries: tuple[str, str] | tuple[str, str, str]
) -> Ergebnis:
    """A list of keys as the XRepository publishes it, in the edition of 30 April 2026."""
    rows = [
        row(SCHLUESSEL=code, Bezeichnung=name, Hinweis=note[0] if note else None)
        for code, name, *note in entries
    ]
    urn = f"urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:{level}"
    content = liste(*rows).decode().replace("urn:x:muster_3", f"{urn}_2026-04-30")
    return deliver.done(
        deliver.take(Format.GENERICODE, content.replace("urn:x:muster", urn), ".xml")
    )


def conflicts(deliver: Deliveries, ergebnis: Ergebnis) -> list[tuple[str, str]]:
    said = findings(deliver.engine, ergebnis, Befundart.WIDERSPRUCH)
    return [(befund.stelle, befund.wert) for befund in said]


def test_two_official_keys_of_one_town_are_reported_and_both_kept_with_their_sources(
    engine: Engine, deliver: Deliveries
) -> None:
    ergebnis = publish(deliver, "ars", UDER, ("160615051010", "Birkenfelde"))
    (befund,) = findings(engine, ergebnis, Befundart.WIDERSPRUCH)
    assert (befund.stelle, befund.wert) == ("ARS", "160615051097")
    assert "hat Uder den Regionalschlüssel 160615051119" in befund.ursache
    with reading(engine) as session:
        statement = (
            select(col(Gebietsschluessel.wert), col(Gebiet.ars), col(Quelle.kennung))
            .join(Gebiet, col(Gebiet.id) == col(Gebietsschluessel.gebiet_id))
            .join(Quelle, col(Quelle.id) == col(Gebietsschluessel.quelle_id))
        )
        assert session.execute(statement).all() == [("160615051097", "160615051119", "xrepository")]
        assert find_today(session, "160615051097") == "160615051119"
    uder = find_area(engine, "Uder")
    assert (uder.ars, uder.ags) == ("160615051119", "16061119")
    assert len(areas_of(engine)) == 3


def test_a_statement_under_the_other_official_key_is_understood(
    engine: Engine, deliver: Deliveries
) -> None:
    publish(deliver, "ars", UDER)
    deliver.done(deliver.table(Format.EFA, "kennung;name", "wbs;WBS"))
    ergebnis = deliver.table(
        Format.TEILNAHME, "ars;kennung;rolle;status", f"{UDER[0]};wbs;nutzt;produktiv"
    )
    assert numbers(ergebnis) == (1, 0, 0, 0, 0), ergebnis.meldung


@pytest.mark.full_run
def test_the_same_list_again_changes_nothing(engine: Engine, deliver: Deliveries) -> None:
    entries = (UDER, ("160615051010", "Birkenfelde"))
    assert numbers(publish(deliver, "ars", *entries)) == (3, 0, 0, 0, 0)
    before = read_all(engine)
    assert numbers(publish(deliver, "ars", *entries)) == (0, 0, 3, 0, 0)
    assert differing_tables(before, read_all(engine)) == []


@ONE_DATABASE
def test_a_municipality_list_after_it_leaves_the_other_key_where_it_leads(
    engine: Engine, deliver: Deliveries
) -> None:
    publish(deliver, "ars", UDER)
    deliver.areas(date(2025, 12, 31), REGISTER)
    with reading(engine) as session:
        assert find_today(session, UDER[0]) == "160615051119"
    assert find_area(engine, "Uder").gueltig_bis is None


@ONE_DATABASE
def test_kreise_are_matched_and_a_kreisfreie_stadt_among_the_municipalities(
    deliver: Deliveries,
) -> None:
    ergebnis = publish(
        deliver,
        "kreis",
        ("16051", "Erfurt, Stadt"),
        ("16061", "Eichsfeld"),
        ("16099", "Neukreis"),
    )
    assert conflicts(deliver, ergebnis) == [("Schlüssel", "16099")]


@ONE_DATABASE
def test_districts_of_towns_are_no_areas_and_contradict_nothing(deliver: Deliveries) -> None:
    ergebnis = publish(
        deliver,
        "ags",
        ("16061119", "Uder"),
        ("16061991", "Altstadt", DISTRICT),
        ("16061992", "Neustadt"),
    )
    assert conflicts(deliver, ergebnis) == [("Schlüssel", "16061992")]
    assert numbers(ergebnis) == (4, 0, 0, 0, 0)


@ONE_DATABASE
def test_what_once_was_a_regierungsbezirk_contradicts_nothing(deliver: Deliveries) -> None:
    ergebnis = publish(
        deliver, "bezirk", ("031", "Statistische Region Braunschweig"), ("071", "früher: Koblenz")
    )
    assert conflicts(deliver, ergebnis) == []


@ONE_DATABASE
def test_an_area_that_has_vanished_from_the_register_is_reported(deliver: Deliveries) -> None:
    deliver.areas(date(2025, 12, 31), [line for line in REGISTER if line[7] != "Birkenfelde"])
    ergebnis = publish(deliver, "ags", ("16061010", "Birkenfelde"))
    (befund,) = findings(deliver.engine, ergebnis, Befundart.WIDERSPRUCH)
    assert "besteht Birkenfelde seit 31.12.2025 nicht mehr" in befund.ursache


@ONE_DATABASE
def test_another_name_is_a_hint_and_an_addition_to_it_is_none(deliver: Deliveries) -> None:
    ergebnis = publish(
        deliver,
        "ags",
        ("16061119", "Uder am See"),
        ("16051000", "Erfurt, Landeshauptstadt"),
        ("16061010", "Birkenau"),
    )
    assert conflicts(deliver, ergebnis) == []
    said = findings(deliver.engine, ergebnis, Befundart.HINWEIS)
    assert [(b.wert, b.ursache) for b in said if b.stelle == "Name"] == [
        ("Birkenau", "Im Register heißt das Gebiet Birkenfelde.")
    ]


@ONE_DATABASE
def test_a_list_that_is_not_about_areas_is_only_kept(engine: Engine, deliver: Deliveries) -> None:
    content = liste(row(SCHLUESSEL="16061999", Bezeichnung="Brief", Hinweis=None))
    ergebnis = deliver.done(deliver.take(Format.GENERICODE, content, ".xml"))
    assert conflicts(deliver, ergebnis) == []
    with reading(engine) as session:
        kept = select(col(Quellsatz.art), col(Quellsatz.schluessel)).where(
            col(Quellsatz.art).in_(["code", "codeliste"])
        )
        assert sorted(session.execute(kept).all()) == [
            ("code", "urn:x:muster_3|16061999"),
            ("codeliste", "urn:x:muster"),
        ]
