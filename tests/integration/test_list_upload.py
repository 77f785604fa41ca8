"""A town downloads its list, changes it, uploads it, looks through it and takes it over."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from katalog.db import open_engine, reading
from katalog.domain.rollen import Rolle
from katalog.models.betrieb import Protokoll
from tests.browsing import Reader, fields_of, form_of
from tests.portal import Answer, build_settings, running_portal
from tests.signing_in import COOKIE, make_session

TOWN, OTHER = "055700008008", "055700052052"
HERE = f"/kommunen/{TOWN}/angaben/liste"
HEAD = "ars;kennung;rolle;status;ab;bemerkung"
GOOD = f"{TOWN};wbs-sozialplattform;nutzt;produktiv;01.09.2025;"


@pytest.fixture(scope="module")
def database(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("liste") / "katalog.db"
    shutil.copyfile(seeded_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def portal(database: str) -> Iterator[str]:
    with running_portal(build_settings(database)) as url:
        yield url


@pytest.fixture(scope="module")
def reader(portal: str, database: str) -> Reader:
    return Reader(portal, {COOKIE: make_session(database, "a@x.example", Rolle.KOMMUNE, TOWN)})


def mark(reader: Reader) -> dict[str, str]:
    return {"formular": fields_of(form_of(reader.open(HERE), HERE))["formular"]}


def send(reader: Reader, *rows: str, name: str = "liste.csv") -> Answer:
    data = "\n".join([HEAD, *rows, ""]).encode()
    return reader.upload(HERE, mark(reader), name, data)


def trail(database: str) -> list[str]:
    engine = open_engine(database)
    with reading(engine) as session:
        found = [*session.scalars(select(col(Protokoll.vorgang)).order_by(col(Protokoll.id)))]
    engine.dispose()
    return [vorgang for vorgang in found if vorgang.startswith(("einsatz", "liste"))]


def test_three_faults_are_mended_and_then_all_is_taken_over(reader: Reader, database: str) -> None:
    there = reader.open(f"/kommunen/{TOWN}/angaben")
    assert there.link("Liste herunterladen oder hochladen") == HERE
    answer = send(
        reader,
        GOOD,
        f"{TOWN};gibt-es-nicht;nutzt;produktiv;;",
        f"{OTHER};wbs-sozialplattform;nutzt;produktiv;;",
        f"{TOWN};wbs-sozialplattform;plant;geplant;31.02.2027;=1+1",
    )
    assert answer.status == 200
    assert answer.seite.faults == ()
    assert "1 neu, 0 geändert, 0 unverändert, 3 abgelehnt" in answer.seite.text
    assert trail(database) == []

    form = fields_of(form_of(answer.seite, f"{HERE}/uebernahme"))
    refused = reader.post(f"{HERE}/fehler", form)
    assert refused.header("content-disposition") == 'attachment; filename="angaben-fehler.csv"'
    assert "Diesen Onlinedienst gibt es im Katalog nicht." in refused.text
    assert '"\'=1+1"' in refused.text

    done = reader.post(f"{HERE}/uebernahme", form)
    assert done.header("location").endswith("/angaben?ok=liste")
    assert "Die Liste ist übernommen" in reader.open(done.header("location")).text
    assert trail(database) == ["einsatz_angegeben", "liste_uebernommen"]
    assert "produktiv seit 09/2025" in Reader(reader.portal).open(f"/kommunen/{TOWN}").text

    # Sent once more, as by the button for going back: it is said, and nothing is doubled.
    again = reader.post(f"{HERE}/uebernahme", form)
    assert again.status == 409
    assert "Seit der Prüfung hat sich etwas geändert" in again.seite.text
    assert "0 neu, 0 geändert, 1 unverändert" in again.seite.text

    mended = refused.body.replace(b"gibt-es-nicht", b"hundesteuer-online-demo")
    answer = reader.upload(HERE, mark(reader), "fehler.csv", mended.replace(b"31.02.", b"01.02."))
    assert "2 neu, 0 geändert, 0 unverändert, 1 abgelehnt" in answer.seite.text


@pytest.mark.full_run
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_downloaded_list_comes_back_unchanged(reader: Reader, kind: str) -> None:
    # The second time it is there already.
    reader.post(
        f"/kommunen/{TOWN}/angaben/neu/drohnen-bw",
        mark(reader) | {"rolle": "nutzt", "status": "produktiv", "bemerkung": "- Pilot"},
    )
    file = reader.ask(f"{HERE}?format={kind}")
    assert file.status == 200
    assert file.header("cache-control") == "private, no-store"
    answer = reader.upload(HERE, mark(reader), f"liste.{kind}", file.body)
    assert "0 neu, 0 geändert" in answer.seite.text
    assert "0 unverändert" not in answer.seite.text
    assert "0 abgelehnt" in answer.seite.text


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 64 * 1024**2)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("leer.csv", b"", "ist leer"),
        ("kopf.csv", HEAD.encode() + b"\n", "keine Zeile darunter"),
        ("bild.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "keine Textdatei"),
        ("brief.csv", b"Sehr geehrte Damen;und Herren\n", "In der Kopfzeile fehlen"),
        ("alt.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "alt.xls"),
        ("bombe.xlsx", bomb(), "bombe.xlsx"),
        ("lang.csv", "\n".join([HEAD, *[GOOD] * 1001, ""]).encode(), "mehr als 1000 Zeilen"),
        ("gross.csv", HEAD.encode() + b"\n" + b"x" * 1024 * 1024, "größer als 1 MB"),
        ("", b"", "Wählen Sie zuerst eine Datei aus"),
    ],
)
def test_a_file_that_is_none_is_refused_and_says_why(
    reader: Reader, name: str, data: bytes, said: str
) -> None:
    answer = reader.upload(HERE, mark(reader), name, data)
    assert answer.status == 422
    assert said in answer.seite.text
    assert answer.seite.title.startswith("Fehler: ")


def test_what_is_no_form_of_the_portal_is_refused(reader: Reader) -> None:
    own = mark(reader)
    assert reader.upload(HERE, {}, "liste.csv", b"x").status == 403
    assert reader.upload(HERE, own, "liste.csv", b"x" * 3 * 1024**2).status == 413
    for packed in ("", "kein base64!", "eJw=", "eJwLSSxKSS0CAAXQAf4" * 50_000):
        fields = own | {"name": "x.csv", "datei": packed, "kennzeichen": "x"}
        for action in ("uebernahme", "fehler"):
            assert reader.post(f"{HERE}/{action}", fields).status in {413, 422}, packed[:10]


def test_nobody_uploads_for_another_town(reader: Reader) -> None:
    there, own = f"/kommunen/{OTHER}/angaben/liste", mark(reader)
    assert reader.ask(f"{there}?format=csv").status == 403
    assert reader.upload(there, own, "liste.csv", b"x").status == 403
    for action in ("uebernahme", "fehler"):
        assert reader.post(f"{there}/{action}", own | {"datei": "x"}).status == 403
