"""publiccode.yml: what we know of open software, readable by our own importer and by others."""

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from sqlalchemy import select, update
from sqlmodel import col

from importers import publiccode as importer
from importers.records import Hinweis, PubliccodeRecord
from katalog.ausgabe.kopf import Anlass
from katalog.ausgabe.publiccode import find_software, write_publiccode
from katalog.db import Engine, Session
from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.rollen import GAST
from katalog.models.angebot import Onlinedienst, Release
from katalog.queries import einsaetze
from tests.databases import State

OFFEN, WBS = "hundeanmeldung-offen-demo", "wbs-sozialplattform"
ANLASS = Anlass(
    "https://katalog.example",
    "Zweckverband Beispiel",
    datetime(2026, 11, 28, 9, 12, tzinfo=ZoneInfo("Europe/Berlin")),
)
HOSTILE = 'Böse: "Name" # kein Kommentar\n- !!python/object:os.system {a: *b}\x07'


@pytest.fixture
def session(kind: str, shared_engine: Callable[[str, State], Engine]) -> Iterator[Session]:
    """On the starting set; never committed, so that the next test finds it as it was."""
    with Session(shared_engine(kind, State.SEEDED)) as session:
        yield session


def change(session: Session, **values: Any) -> None:
    session.execute(update(Onlinedienst).where(col(Onlinedienst.kennung) == OFFEN).values(**values))


def write(session: Session) -> str:
    software = find_software(session, OFFEN)
    assert software is not None
    return write_publiccode(software, ANLASS)


def read_back(text: str) -> PubliccodeRecord:
    outcomes = list(importer.read("publiccode.yml", io.BytesIO(text.encode())))
    (record,) = [o for o in outcomes if isinstance(o, PubliccodeRecord)]
    assert [o for o in outcomes if isinstance(o, Hinweis)] == []
    return record


def test_our_importer_reads_what_was_written(session: Session) -> None:
    dienst = session.execute(
        select(Onlinedienst).where(col(Onlinedienst.kennung) == OFFEN)
    ).scalar_one()
    assert dienst.id is not None
    session.add(Release(onlinedienst_id=dienst.id, version="1.10", datum=date(2026, 6, 1)))
    record = read_back(write(session))
    assert record.url == dienst.quellcode_url
    assert record.name == dienst.name
    assert record.fassung == "0.4"
    assert record.kurzbeschreibung == dienst.kurzbeschreibung
    assert record.entwicklungsstand == "beta"
    assert record.lizenz == dienst.lizenz == "EUPL-1.2"
    assert (record.version, record.veroeffentlicht_am) == ("1.10", date(2026, 6, 1))
    assert record.plattformen == ("web",)
    assert [(entry.ozg_id, entry.leistungsschluessel) for entry in record.leika] == [
        ("10160", "99110009070000"),
        ("10160", "99110009104000"),
    ]
    assert {entry.themenfeld for entry in record.leika} == {"Engagement & Hobby"}


def test_bodies_that_use_it_productively_are_named_and_no_others(session: Session) -> None:
    number = session.execute(
        select(col(Onlinedienst.id)).where(col(Onlinedienst.kennung) == OFFEN)
    ).scalar_one()
    assert number is not None
    rows = einsaetze.of_onlinedienst(session, number, GAST, 1, 100).rows
    count = einsaetze.count_users(session, [number], GAST, ANLASS.heute).get(number, 0)
    others = {row.stelle_name for row in rows if row.status is not Einsatzstatus.PRODUKTIV}
    assert len(read_back(write(session)).benutzt_von) == count > 0
    assert others.isdisjoint(read_back(write(session)).benutzt_von)


def test_what_the_standard_demands_and_nobody_said_is_named(session: Session) -> None:
    change(session, lizenz="frei nutzbar", status=None, kurzbeschreibung="")
    text = write(session)
    missing = text.splitlines()[3].removeprefix("# Pflichtangaben, die der Katalog nicht kennt: ")
    assert missing.split(", ") == [
        "releaseDate",
        "developmentStatus",
        "description.de.shortDescription",
        "description.de.longDescription",
        "legal.license",
        "categories",
        "description.de.features",
        "maintenance",
        "localisation",
    ]
    data = yaml.safe_load(text)
    for name in ("releaseDate", "developmentStatus", "categories", "maintenance"):
        assert name not in data
    assert "license" not in data.get("legal", {})


def test_a_long_text_is_short_in_front_and_whole_behind(session: Session) -> None:
    text = "Hunde anmelden und abmelden. " * 10
    change(session, kurzbeschreibung=text)
    record = read_back(write(session))
    assert len(record.kurzbeschreibung) <= 150
    assert record.kurzbeschreibung.endswith("…")
    assert text.startswith(record.kurzbeschreibung[:-1])
    assert record.beschreibung.split() == text.split()


def test_no_text_breaks_out_of_its_field_or_of_the_comment(session: Session) -> None:
    change(session, name=HOSTILE, kurzbeschreibung=HOSTILE)
    text = write(session)
    comment = [line for line in text.splitlines() if line.startswith("#")]
    assert len(comment) == 4
    data = yaml.safe_load(text)
    assert data["name"] == HOSTILE
    assert data["description"]["de"]["shortDescription"] == HOSTILE
    assert next(iter(data)) == "publiccodeYmlVersion"


@pytest.mark.parametrize("kennung", [WBS, "gibt-es-nicht"])
def test_without_public_source_code_there_is_no_file(session: Session, kennung: str) -> None:
    assert find_software(session, kennung) is None


def test_a_draft_has_no_file(session: Session) -> None:
    change(session, entwurf=True)
    assert find_software(session, OFFEN) is None
