"""Exports: exactly the chosen rows, of one moment, for guests, and nothing stays open."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from openpyxl import load_workbook
from sqlalchemy import event, func, select, update
from sqlalchemy.pool import QueuePool
from sqlmodel import col

from katalog.ausgabe.einsaetze import EINSAETZE
from katalog.ausgabe.export import Zusammenstellung, export, parse_format
from katalog.ausgabe.felder import Gegenstand
from katalog.ausgabe.kommunen import KOMMUNEN
from katalog.ausgabe.kopf import Anlass
from katalog.ausgabe.onlinedienste import ONLINEDIENSTE
from katalog.db import Engine, Session, reading, writing
from katalog.domain.begriffe import Ausgabeformat, Dienstart, Dienststatus, Gebietsebene
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.rollen import GAST, Sichtbarkeit
from katalog.models.angebot import Onlinedienst
from katalog.models.grundlage import now
from katalog.models.nutzung import Einsatz
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet
from katalog.queries import dienste
from tests.databases import State

ANLASS = Anlass(
    "https://katalog.example",
    "Zweckverband Beispiel",
    datetime(2026, 11, 28, 9, 12, tzinfo=ZoneInfo("Europe/Berlin")),
)
TODAY = ANLASS.heute
ATOM = {"a": "http://www.w3.org/2005/Atom"}
every_format = pytest.mark.parametrize("ausgabeformat", list(Ausgabeformat))


@pytest.fixture
def seeded(kind: str, shared_engine: Callable[[str, State], Engine]) -> Engine:
    return shared_engine(kind, State.SEEDED)


@pytest.fixture
def own(seeded_database: str, open_database: Callable[[str], Engine]) -> Engine:
    return open_database(seeded_database)


def choose(
    gegenstand: Gegenstand[Any], ids: Callable[[Session], Iterable[int]]
) -> Zusammenstellung[Any]:
    return Zusammenstellung(
        gegenstand, gegenstand.titel, f"/{gegenstand.datei}?art=efa", ids, ("Art: EfA",)
    )


def efa(session: Session) -> list[int]:
    statement = (
        select(col(Onlinedienst.id))
        .where(
            col(Onlinedienst.art) == Dienstart.EFA,
            col(Onlinedienst.status) == Dienststatus.VERFUEGBAR,
            dienste.public(),
        )
        .order_by(col(Onlinedienst.sortier))
    )
    return [number for number in session.execute(statement).scalars() if number is not None]


def all_towns(session: Session) -> Iterable[int]:
    statement = (
        select(col(Gebiet.id))
        .where(col(Gebiet.ebene) == Gebietsebene.GEMEINDE)
        .order_by(col(Gebiet.sortier), col(Gebiet.id))
    )
    return session.execute(statement).scalars()


def run(engine: Engine, auswahl: Zusammenstellung[Any], ausgabeformat: Ausgabeformat) -> bytes:
    return b"".join(export(engine, auswahl, ausgabeformat, ANLASS).pieces)


def names_in(body: bytes, ausgabeformat: Ausgabeformat, titel: str = "Name") -> list[str]:
    match ausgabeformat:
        case Ausgabeformat.CSV:
            text = io.StringIO(body.decode("utf-8-sig"), newline="")
            lines = list(csv.reader(text, delimiter=";"))[6:]
            place = lines[0].index(titel)
            return [line[place] for line in lines[1:]]
        case Ausgabeformat.XLSX:
            rows = load_workbook(io.BytesIO(body), read_only=True)["Daten"].iter_rows()
            cells = [[str(cell.value) for cell in row] for row in rows]
            place = cells[0].index(titel)
            return [row[place] for row in cells[1:]]
        case Ausgabeformat.JSON:
            return [row["name"] for row in json.loads(body)["daten"]]
        case Ausgabeformat.GEOJSON:
            return [each["properties"]["name"] for each in json.loads(body)["features"]]
        case Ausgabeformat.ATOM:
            feed = etree.fromstring(body)
            return [entry.findtext("a:title", "", ATOM) for entry in feed.findall("a:entry", ATOM)]


@every_format
def test_a_file_holds_exactly_the_rows_of_the_choice(
    seeded: Engine, ausgabeformat: Ausgabeformat
) -> None:
    with reading(seeded) as session:
        expected = [row.dienst.name for row in dienste.by_ids(session, efa(session))]
    found = names_in(run(seeded, choose(ONLINEDIENSTE, efa), ausgabeformat), ausgabeformat)
    assert 25 < len(expected) < 50
    if ausgabeformat is Ausgabeformat.ATOM:  # what changed last comes first
        assert sorted(found) == sorted(expected)
    else:
        assert found == expected


def test_the_name_says_what_and_when_and_the_type_is_the_format(seeded: Engine) -> None:
    files = {f: export(seeded, choose(ONLINEDIENSTE, efa), f, ANLASS) for f in Ausgabeformat}
    assert {f: (file.name, file.media_type) for f, file in files.items()} == {
        "csv": ("onlinedienste-2026-11-28.csv", "text/csv"),
        "xlsx": (
            "onlinedienste-2026-11-28.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "json": ("onlinedienste-2026-11-28.json", "application/json"),
        "geojson": ("onlinedienste-2026-11-28.geojson", "application/geo+json"),
        "atom": ("onlinedienste-2026-11-28.atom", "application/atom+xml"),
    }


def test_a_file_names_the_sources_of_its_rows_and_no_others(seeded: Engine) -> None:
    data = json.loads(run(seeded, choose(ONLINEDIENSTE, efa), Ausgabeformat.JSON))
    assert {q["titel"] for q in data["quellen"]} == {row["quelle"] for row in data["daten"]}
    with reading(seeded) as session:
        known = session.execute(select(col(Quelle.titel), col(Quelle.lizenz))).all()
    licences = {titel: lizenz or None for titel, lizenz in known}
    assert len(data["quellen"]) < len(licences)
    assert {q["titel"]: q["lizenz"] for q in data["quellen"]}.items() <= licences.items()
    assert data["adresse"] == "https://katalog.example/onlinedienste?art=efa"
    assert data["gesamt"] == len(data["daten"])


@every_format
def test_an_empty_choice_is_a_file_without_rows(
    seeded: Engine, ausgabeformat: Ausgabeformat
) -> None:
    body = run(seeded, choose(ONLINEDIENSTE, lambda _: []), ausgabeformat)
    assert names_in(body, ausgabeformat) == []


def test_a_feed_gives_the_fifty_that_changed_last(own: Engine) -> None:
    with writing(own) as session:
        ids = list(all_towns(session))[:600]
        session.execute(
            update(Gebiet).where(col(Gebiet.id).in_(ids[550:553])).values(geaendert_am=now())
        )
    auswahl = choose(KOMMUNEN, lambda _: ids)
    feed = etree.fromstring(run(own, auswahl, Ausgabeformat.ATOM))
    moments = [entry.findtext("a:updated", "", ATOM) for entry in feed.findall("a:entry", ATOM)]
    assert len(moments) == 50
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext("a:updated", "", ATOM) == moments[0]
    with reading(own) as session:
        rows = KOMMUNEN.load(session, ids[550:553], GAST, ANLASS.heute)
    first = {entry.findtext("a:title", "", ATOM) for entry in feed.findall("a:entry", ATOM)[:3]}
    assert first == {row.zeile.name for row in rows}


def test_all_rows_are_of_the_moment_in_which_the_export_began(own: Engine) -> None:
    """A session of its own for each batch would have shown the new postcodes."""
    auswahl = choose(KOMMUNEN, lambda session: islice(all_towns(session), 1_600))
    before = names_in(run(own, auswahl, Ausgabeformat.CSV), Ausgabeformat.CSV)
    pieces = export(own, auswahl, Ausgabeformat.CSV, ANLASS).pieces
    begun = [next(pieces), next(pieces), next(pieces)]
    with writing(own) as session:
        session.execute(update(Gebiet).values(plz="99999", sortier="neu"))
    body = b"".join([*begun, *pieces])
    assert names_in(body, Ausgabeformat.CSV) == before
    assert b"99999" not in body
    assert b"99999" in run(own, auswahl, Ausgabeformat.CSV)


@every_format
def test_a_download_that_breaks_off_leaves_nothing_open(
    seeded: Engine, ausgabeformat: Ausgabeformat
) -> None:
    assert isinstance(seeded.pool, QueuePool)
    bestand = choose(KOMMUNEN, lambda session: islice(all_towns(session), 1_600))
    pieces = export(seeded, bestand, ausgabeformat, ANLASS).pieces
    next(pieces)
    if ausgabeformat is not Ausgabeformat.ATOM:
        assert seeded.pool.checkedout() == 1
    del pieces
    assert seeded.pool.checkedout() == 0


def test_rows_are_loaded_as_they_are_sent(seeded: Engine) -> None:
    loads: list[str] = []
    event.listen(
        seeded,
        "before_cursor_execute",
        lambda *a: loads.append(a[2]) if "kreis_ars" in a[2] else None,
    )
    bestand = choose(KOMMUNEN, lambda session: islice(all_towns(session), 2_600))
    pieces = export(seeded, bestand, Ausgabeformat.CSV, ANLASS).pieces
    next(pieces)
    next(pieces)
    counts = []
    for piece in pieces:
        counts.append(len(loads))
        assert len(piece) < 500_000
    assert counts == [1, 2, 3, 4, 5, 6]


def test_no_draft_and_nothing_that_is_not_public_leaves_the_portal(own: Engine) -> None:
    with writing(own) as session:
        draft, hidden, plain = session.execute(
            select(func.min(col(Einsatz.id)))
            .where(col(Einsatz.sichtbarkeit) == Sichtbarkeit.OEFFENTLICH)
            .group_by(col(Einsatz.onlinedienst_id))
            .limit(3)
        ).scalars()
        of_draft = select(col(Einsatz.onlinedienst_id)).where(col(Einsatz.id) == draft)
        session.execute(
            update(Onlinedienst)
            .where(col(Onlinedienst.id) == of_draft.scalar_subquery())
            .values(entwurf=True)
        )
        session.execute(
            update(Einsatz)
            .where(col(Einsatz.id) == hidden)
            .values(sichtbarkeit=Sichtbarkeit.VERWALTUNG)
        )
    body = run(own, choose(EINSAETZE, lambda _: [draft, hidden, plain]), Ausgabeformat.JSON)
    assert [row["id"] for row in json.loads(body)["daten"]] == [plain]


def test_what_was_hidden_since_the_index_was_made_is_left_out(own: Engine) -> None:
    """The ids come from a search index, which learns of a change a moment later."""
    with reading(own) as session:
        draft, dropped, *rest = ids = efa(session)
    with writing(own) as session:
        for number, values in ((draft, {"entwurf": True}), (dropped, {"entfallen_am": TODAY})):
            session.execute(
                update(Onlinedienst).where(col(Onlinedienst.id) == number).values(**values)
            )
    data = json.loads(run(own, choose(ONLINEDIENSTE, lambda _: ids), Ausgabeformat.JSON))
    with reading(own) as session:
        expected = [row.dienst.name for row in dienste.by_ids(session, rest)]
    assert [row["name"] for row in data["daten"]] == expected
    assert data["gesamt"] == len(rest)


def test_a_list_too_long_for_a_workbook_is_refused_before_it_begins(seeded: Engine) -> None:
    auswahl = choose(KOMMUNEN, lambda _: range(1, 2_000_000))
    with pytest.raises(UngueltigeEingabe, match="Nehmen Sie CSV"):
        export(seeded, auswahl, Ausgabeformat.XLSX, ANLASS)


@pytest.mark.parametrize("text", ["pdf", "CSV", "", "csv ", "../csv"])
def test_an_unknown_format_is_answered_with_those_there_are(text: str) -> None:
    with pytest.raises(NichtGefunden, match="csv, xlsx, json, geojson, atom"):
        parse_format(text)
