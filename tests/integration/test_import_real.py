"""The real lists, as they are published, imported into the starting set.

They lie beside the repository in ../shared/data. Whole registers take their time: the heavy part
runs with KATALOG_TEST_VOLL=1.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from importers.recognition import Format
from katalog.db import Engine, open_engine, reading
from katalog.domain.begriffe import Befundart, Gebietsebene, Laufstatus
from katalog.intake.auftrag import Auftrag, Ergebnis
from katalog.intake.report import Zahlen
from katalog.intake.runs import import_files
from katalog.models.quellen import Quellsatz
from katalog.models.register import Gebiet, Leistung, Nachfolge, OzgLeistung, OzgZuordnung
from katalog.queries import areas
from katalog.queries.kommunen import find_today
from map.fassungen import find_fassung
from map.geometrie import Ebene
from tests.builders import differing_tables
from tests.contract.test_intake import fingerprints
from tests.deliveries import findings, numbers, read_all
from tests.importing import TODAY, nothing_shown
from tests.umfang import VOLL

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LIST_2021 = DATA / "destatis" / "GV100AD_301121.ASC"
LIST_2024 = DATA / "destatis" / "AuszugGV4QAktuell_2024.xlsx"
CHANGES = [
    DATA / "destatis" / f"gebietsaenderungen-{part}.xlsx" for part in ("2023", "2024", "2025-01-02")
]
ROWS_OF_CHANGES = [58, 82, 28]
OUTLINES = DATA / "bkg" / "vg5000_01-01.gk3.shape.ebenen.zip"
OZG = DATA / "ozg-katalog-2019" / "ozg-leistungen.csv"
LEIKA = DATA / "ozg-katalog-2019" / "leika-leistungen.csv"
CODE_LISTS = DATA / "xrepository"

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="Die echten Listen liegen nicht in ../shared/data."
)
heavy = pytest.mark.skipif(not VOLL, reason="nur mit KATALOG_TEST_VOLL=1")


@dataclass(slots=True)
class Catalogue:
    """A copy of the starting set, and what was imported into it."""

    engine: Engine
    folder: Path
    done: list[Ergebnis] = field(default_factory=list)

    def take(self, kind: Format, *paths: Path) -> Ergebnis:
        auftrag = Auftrag(kind, list(paths), TODAY, self.folder / "umrisse")
        ergebnis = import_files(self.engine, auftrag, nothing_shown)
        self.done.append(ergebnis)
        return ergebnis

    def count(self, *where: ColumnElement[bool]) -> int:
        with reading(self.engine) as session:
            statement = select(func.count()).select_from(Gebiet).where(*where)
            return int(session.execute(statement).scalar_one())


@pytest.fixture(scope="module")
def copied(
    seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Catalogue]]:
    opened: list[Engine] = []

    def copy() -> Catalogue:
        folder = tmp_path_factory.mktemp("katalog")
        shutil.copyfile(seeded_sqlite, folder / "katalog.db")
        opened.append(open_engine(f"sqlite:///{folder / 'katalog.db'}"))
        return Catalogue(opened[-1], folder)

    yield copy
    for engine in opened:
        engine.dispose()


def accounted_for(zahlen: Zahlen) -> int:
    """What a list's rows became: each is in exactly one of these."""
    return (
        zahlen.neu + zahlen.geaendert + zahlen.unveraendert + zahlen.abgelehnt + zahlen.doppelt
    )  # fmt: skip


def unchanged(ergebnis: Ergebnis) -> int:
    """How many rows came again; nothing else may have happened."""
    assert ergebnis.status is Laufstatus.FERTIG, ergebnis.meldung
    new, changed, same, dropped, refused = numbers(ergebnis)
    assert (new, changed, dropped, refused) == (0, 0, 0, 0)
    return same


def told(catalogue: Catalogue) -> dict[str, tuple[Any, ...]]:
    """Reading every row of the register takes longer than importing it."""
    runs = {"importlauf", "importsatz", "pruefergebnis"}
    found = fingerprints(catalogue.engine)
    return {name: values for name, values in found.items() if name not in runs}


# The services -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def services(copied: Callable[[], Catalogue]) -> Catalogue:
    catalogue = copied()
    catalogue.take(Format.OZG, OZG)
    catalogue.take(Format.LEIKA, LEIKA)
    return catalogue


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.mark.full_run
def test_every_row_of_both_lists_of_services_is_accounted_for(services: Catalogue) -> None:
    ozg, leika = services.done[:2]
    assert accounted_for(ozg.zahlen["OZG-Leistung"]) == len(read_csv(OZG)) == 557
    assert accounted_for(leika.zahlen["LeiKa-Leistung"]) == len(read_csv(LEIKA)) == 5_249
    for ergebnis in (ozg, leika):
        assert (ergebnis.total.abgelehnt, ergebnis.total.entfallen) == (0, 0)


def test_services_without_a_key_stay_without_and_are_all_there(services: Catalogue) -> None:
    with reading(services.engine) as session:
        there = select(func.count()).select_from(Leistung)
        without = there.where(col(Leistung.leistungsschluessel).is_(None))
        assert session.execute(there).scalar_one() == 5_249
        assert session.execute(without).scalar_one() == 436


def test_every_link_of_the_list_is_there_and_one_ozg_service_has_many(services: Catalogue) -> None:
    wanted = {
        (row["leika_schluessel"], row["ozg_id"])
        for row in read_csv(LEIKA)
        if row["ozg_id"] and row["leika_schluessel"].isdigit()
    }
    assert len(wanted) > 4_700
    with reading(services.engine) as session:
        statement = (
            select(col(Leistung.leistungsschluessel), col(OzgLeistung.ozg_id))
            .join(OzgZuordnung, col(OzgZuordnung.leistung_id) == col(Leistung.id))
            .join(OzgLeistung, col(OzgLeistung.id) == col(OzgZuordnung.ozg_leistung_id))
            .where(col(OzgZuordnung.entfallen_am).is_(None))
        )
        links = {(key, ozg_id) for key, ozg_id in session.execute(statement)}
    assert wanted - links == set()
    # The WBS and the pass for people of small means are two services of one.
    assert len([key for key, ozg_id in links if ozg_id == "10083" and key]) > 1


def test_no_service_waits_for_anything_once_both_lists_are_there(services: Catalogue) -> None:
    with reading(services.engine) as session:
        waiting = select(func.count()).select_from(Quellsatz).where(col(Quellsatz.hash) == "")
        assert session.execute(waiting).scalar_one() == 0


def test_both_lists_of_services_again_change_nothing(services: Catalogue) -> None:
    before = told(services)
    assert unchanged(services.take(Format.OZG, OZG)) == 557
    assert unchanged(services.take(Format.LEIKA, LEIKA)) == 5_249
    assert told(services) == before


# Changes and code lists ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def changed(copied: Callable[[], Catalogue]) -> Catalogue:
    """Without a list before them: the changes find the areas of 2016."""
    catalogue = copied()
    for path in CHANGES:
        catalogue.take(Format.GV_AENDERUNGEN, path)
    return catalogue


@pytest.mark.full_run
def test_every_row_of_the_changes_is_taken_over(changed: Catalogue) -> None:
    taken = [(e.status, numbers(e)) for e in changed.done[:3]]
    assert taken == [(Laufstatus.FERTIG, (rows, 0, 0, 0, 0)) for rows in ROWS_OF_CHANGES]


def test_eleven_towns_became_uder_and_their_keys_lead_there(changed: Catalogue) -> None:
    with reading(changed.engine) as session:
        uder = session.scalars(
            select(Gebiet).where(
                col(Gebiet.ags) == "16061119", col(Gebiet.ebene) == Gebietsebene.GEMEINDE
            )
        ).one()
        towns = select(col(Nachfolge.von_id)).where(col(Nachfolge.nach_id) == uder.id)
        came = session.scalars(towns).all()
        assert find_today(session, "16061097") == uder.ars == "160615051119"
    assert len(set(came)) == len(came) == 11
    assert changed.count(col(Gebiet.id).in_(came), col(Gebiet.gueltig_bis).is_(None)) == 0


def test_the_changes_again_change_nothing(changed: Catalogue) -> None:
    before = told(changed)
    again = [unchanged(changed.take(Format.GV_AENDERUNGEN, path)) for path in CHANGES]
    assert again == ROWS_OF_CHANGES
    assert told(changed) == before


@pytest.mark.full_run
def test_the_official_code_lists_are_kept_and_held_against_the_register(
    changed: Catalogue,
) -> None:
    kept = {
        path.name: numbers(changed.take(Format.GENERICODE, path))
        for path in sorted(CODE_LISTS.glob("*.xml"))
    }
    # The list itself and its entries.
    assert kept == {
        "Anschrifttyp_2.0.xml": (7, 0, 0, 0, 0),
        "Bezirk_2019-07-31.xml": (37, 0, 0, 0, 0),
        "Bundesland_2010-04-01.xml": (17, 0, 0, 0, 0),
        "Erreichbarkeit_3.xml": (10, 0, 0, 0, 0),
        "Kreis_2026-01-31.xml": (519, 0, 0, 0, 0),
    }
    said = findings(changed.engine, changed.done[-1], Befundart.WIDERSPRUCH)
    # It is newer than the register, where Hanau is still part of its Kreis.
    assert "06415" in {befund.wert for befund in said}
    districts = [befund for befund in said if befund.wert.startswith(("021", "022", "112"))]
    assert districts == []
    before = told(changed)
    for path in CODE_LISTS.glob("*.xml"):
        unchanged(changed.take(Format.GENERICODE, path))
    assert told(changed) == before


# Whole registers ----------------------------------------------------------------------------------

OPEN = col(Gebiet.gueltig_bis).is_(None)
MUNICIPALITY = (
    OPEN,
    col(Gebiet.ebene) == Gebietsebene.GEMEINDE,
    col(Gebiet.bezeichnung) != "Gemeindefreies Gebiet",
)
# A kreisfreie Stadt stands among the municipalities and counts on both levels.
KREIS = (OPEN, (col(Gebiet.ebene) == Gebietsebene.KREIS) | col(Gebiet.kreisfrei).is_(True))


@dataclass(slots=True)
class Stage:
    ergebnis: Ergebnis
    municipalities: int
    kreise: int
    vanished: int


@dataclass(slots=True)
class Register:
    catalogue: Catalogue
    refused: Ergebnis
    stages: dict[str, Stage]
    outlines: Ergebnis


@pytest.fixture(scope="module")
def register(copied: Callable[[], Catalogue]) -> Register:
    catalogue = copied()
    refused = catalogue.take(Format.VG250, OUTLINES)
    stages = {}
    for kind, path in (
        (Format.GV100, LIST_2021),
        (Format.GV, LIST_2024),
        *((Format.GV_AENDERUNGEN, path) for path in CHANGES),
    ):
        ergebnis = catalogue.take(kind, path)
        stages[path.name] = Stage(
            ergebnis,
            catalogue.count(*MUNICIPALITY),
            catalogue.count(*KREIS),
            catalogue.count(~OPEN),
        )
    outlines = catalogue.take(Format.VG250, OUTLINES)
    return Register(catalogue, refused, stages, outlines)


@heavy
def test_the_lists_give_as_many_municipalities_and_kreise_as_there_are(register: Register) -> None:
    counted = {name: (s.municipalities, s.kreise) for name, s in register.stages.items()}
    # 10,997 rows of 2021 less the 210 areas without a municipality.
    assert counted[LIST_2021.name] == (10_787, 400)
    assert counted[LIST_2024.name] == (10_752, 400)
    assert counted[CHANGES[-1].name] == (10_751, 400)


@heavy
def test_every_row_of_the_directories_is_accounted_for(register: Register) -> None:
    read = {}
    for path in (LIST_2021, LIST_2024):
        ergebnis = register.stages[path.name].ergebnis
        assert ergebnis.status is Laufstatus.FERTIG
        left = [
            int(befund.wert.split()[0])
            for befund in findings(register.catalogue.engine, ergebnis, Befundart.HINWEIS)
            if befund.stelle == "Satzart"
        ]
        read[path.name] = accounted_for(ergebnis.zahlen["Gebiet"]) + sum(left)
    assert read[LIST_2021.name] == 16_060
    for path, rows in zip(CHANGES, ROWS_OF_CHANGES, strict=True):
        assert numbers(register.stages[path.name].ergebnis) == (rows, 0, 0, 0, 0)


@heavy
def test_each_vanished_area_has_a_successor_or_is_named_as_open(register: Register) -> None:
    catalogue = register.catalogue
    with reading(catalogue.engine) as session:
        followed = set(session.scalars(select(col(Nachfolge.von_id))))
        vanished = session.scalars(select(Gebiet).where(~OPEN)).all()
        open_ones = {(g.ebene, g.ars) for g in areas.without_successor(session)}
    assert {(g.ebene.value, g.ars) for g in vanished if g.id not in followed} == open_ones
    assert len(vanished) == len(followed) + len(open_ones)
    assert len(followed) >= 40
    last = register.stages[CHANGES[-1].name].ergebnis
    said = findings(catalogue.engine, last, Befundart.HINWEIS)
    named = [befund for befund in said if "nicht mehr im Verzeichnis" in befund.ursache]
    assert len(named) == len(open_ones)


def dead_ends(catalogue: Catalogue) -> list[str]:
    """What a vanished area became is there today, or leads on itself."""
    leads_on = select(col(Nachfolge.von_id))
    statement = (
        select(Gebiet)
        .join(Nachfolge, col(Nachfolge.nach_id) == col(Gebiet.id))
        .where(~OPEN, col(Gebiet.id).not_in(leads_on))
    )
    with reading(catalogue.engine) as session:
        return sorted({f"{g.ebene} {g.name}" for g in session.scalars(statement)})


@heavy
def test_no_way_from_a_vanished_area_ends_at_one_that_never_was(register: Register) -> None:
    assert dead_ends(register.catalogue) == []


@heavy
def test_no_way_from_a_vanished_municipality_ends_before_one_of_today(register: Register) -> None:
    assert [end for end in dead_ends(register.catalogue) if end.startswith("gemeinde")] == []


@heavy
def test_outlines_are_refused_for_a_register_of_another_time(register: Register) -> None:
    assert register.refused.status is Laufstatus.ABGEBROCHEN
    assert "passen nicht zur Gebietsliste (erlaubt ist 1 %)" in register.refused.meldung
    assert "Importieren Sie zuerst die Gebietsliste" in register.refused.meldung


@heavy
def test_outlines_of_all_four_levels_are_written_and_the_difference_is_said(
    register: Register,
) -> None:
    assert register.outlines.status is Laufstatus.FERTIG, register.outlines.meldung
    said = findings(register.catalogue.engine, register.outlines, Befundart.HINWEIS)
    levels = {b.objekt: int(b.wert) for b in said if b.objekt.startswith("Ebene ")}
    assert levels == {
        "Ebene land": 16, "Ebene kreis": 401, "Ebene verband": 4_605, "Ebene gemeinde": 10_997,
    }  # fmt: skip
    assert register.outlines.total.neu == sum(levels.values())
    only = [b.objekt for b in said if b.ursache.startswith(("Hat einen Umriss", "Steht in der"))]
    (summary,) = (b.ursache for b in said if b.ursache.startswith("Umrisse und Gebietsliste"))
    assert "9 Gemeinden nur mit Umriss, 9 nur in der Liste" in summary
    assert len(only) == 18
    assert "Gemeinde 16061119" in only
    fassung = find_fassung(register.catalogue.folder / "umrisse")
    assert (fassung.schaden, set(fassung.ebenen)) == ("", set(Ebene))


@heavy
def test_the_whole_register_again_changes_nothing(register: Register) -> None:
    catalogue = register.catalogue
    before = read_all(catalogue.engine)
    again = [
        unchanged(catalogue.take(kind, path))
        for kind, path in (
            (Format.GV100, LIST_2021),
            (Format.GV, LIST_2024),
            *((Format.GV_AENDERUNGEN, path) for path in CHANGES),
        )
    ]
    assert again == [12_534, 12_491, *ROWS_OF_CHANGES]
    assert differing_tables(before, read_all(catalogue.engine)) == []
