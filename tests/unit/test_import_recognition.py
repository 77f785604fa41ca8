"""A file is called by its name, whatever it was taken for."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.recognition import (
    Format,
    Recognised,
    recognise,
    recognise_head,
    refuse_other_than,
    say_mismatch,
)
from importers.records import Unlesbar
from tests.xzufi_generator import VERSIONS, generate

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
GENERICODE = '<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">'
GV100 = "10" + "20211130" + "01" + " " * 10 + "Schleswig-Holstein" + " " * 180


def zipped(*members: tuple[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members:
            archive.writestr(name, text)
    return content.getvalue()


def workbook(sheet: str) -> bytes:
    text = f'<workbook><sheets><sheet name="{sheet}" sheetId="1"/></sheets></workbook>'
    return zipped(("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", text))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<?xml version="1.0"?><!-- x -->\n' + GENERICODE, Format.GENERICODE),
        ('{"items":[{"leistungsschluessel":"99008001012011"}]}', Format.FIM),
        ('[{"title":"x","leistungsbezeichnung":"y"}]', Format.FIM),
        ('{"a": 1}', Format.JSON),
        (GV100 + "\r\n" + GV100, Format.GV100),
        ('publiccodeYmlVersion: "0.2"\nname: x', Format.PUBLICCODE),
        ("---\n# Kommentar\nname: x\npubliccodeYmlVersion: 0.7\n", Format.PUBLICCODE),
        ("ozg_id;ozg_leistung;lage;themenfeld;anzahl_leika\n10000;x;y;z;1", Format.OZG),
        ("leika_schluessel;bezeichnung;leika_typ;ozg_id\n99;x;5;10110", Format.LEIKA),
        ("kennung;name;art;status;ozg_id;land\nx;y;EfA;a;1;NW", Format.EFA),
        ("\ufeffars,kommune,kennung,rolle,status\n1,2,3,4,5", Format.TEILNAHME),
        ("Kennung;Zuständige Stelle;Eingang;Status\n1;2;3;4", Format.VORGAENGE),
        ("id|name|fachverfahren|leika_id\n1|2|3|4", Format.KDN),
        ("Kommune/Kreis,Kategorie,PLZ,Ort,AGS,Reg-Bez\n1,2,3,4,5,6", Format.KDN),
        ("leika_key;ars;online_status;url\n99;05;ok;https://a.invalid", Format.DATAHUB),
        ("leikaKey,ars,artFlaechendeckung\n99,05,x", Format.DATAHUB),
        ("a;b\n1;2", Format.CSV),
        ("Sehr geehrte Damen und Herren,\nanbei die Datei.", Format.UNKNOWN),
        ("<!DOCTYPE html><html><body>Fehler 500", Format.HTML),
        ("<kml><Placemark/></kml>", Format.XML),
        ("%PDF-1.7", Format.PDF),
        ("", Format.EMPTY),
        (" \n\t", Format.EMPTY),
    ],
)
def test_each_format_is_recognised_from_its_first_bytes(content: str, expected: Format) -> None:
    assert recognise(io.BytesIO(content.encode())).format is expected


@pytest.mark.parametrize("version", VERSIONS)
def test_xzufi_is_recognised_with_its_version(version: str) -> None:
    head = next(generate(version))
    assert recognise_head(head) == Recognised(Format.XZUFI, version)
    assert recognise_head(head.decode().encode("utf-16")) == Recognised(Format.XZUFI, version)


def test_xzufi_without_a_known_namespace_is_recognised_by_its_attribute() -> None:
    head = b'<nachricht xmlns="urn:x" xzufiVersion="2.2.0" produktbezeichnung="x">'
    assert recognise_head(head) == Recognised(Format.XZUFI, "2.2")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (workbook("Onlineprodukt_Gemeinden31122024"), Format.GV),
        (workbook("Gebietsaenderungen"), Format.GV_AENDERUNGEN),
        (workbook("Tabelle1"), Format.XLSX),
        (zipped(("vg/VG5000_GEM.shp", "x"), ("vg/VG5000_GEM.dbf", "x")), Format.VG250),
        (zipped(("a.xml", "<a/>")), Format.ZIP),
        (zipped(("a.xml", "<a/>"))[:40], Format.ZIP),
        (gzip.compress(b"x"), Format.GZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format.OLD_EXCEL),
        (b"\0\1\2\3", Format.UNKNOWN),
    ],
    # Not the content, which holds the time: processes that share the tests must name them alike.
    ids=lambda value: value.name if isinstance(value, Format) else "",
)
def test_binary_files_are_told_apart_by_what_is_inside(content: bytes, expected: Format) -> None:
    stream = io.BytesIO(content)
    assert recognise(stream).format is expected
    assert stream.tell() == 0


@settings(deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_recognition_never_fails(content: bytes) -> None:
    stream = io.BytesIO(content)
    found = recognise(stream)
    assert say_mismatch(Format.XZUFI, found).endswith(".")
    assert stream.read() == content


@settings(deadline=None)
@given(
    st.sampled_from([b"PK\x03\x04", b"<", b"{", b"\xff\xfe", b"\x1f\x8b"]), st.binary(max_size=99)
)
def test_recognition_never_fails_behind_a_known_beginning(begin: bytes, rest: bytes) -> None:
    assert recognise(io.BytesIO(begin + rest)).label


def test_the_mismatch_says_what_it_is_and_with_which_command_it_is_read() -> None:
    found = recognise(io.BytesIO(GV100.encode()))
    assert say_mismatch(Format.XZUFI, found) == (
        "Das sieht nach GV100AD aus, nicht nach XZuFi. Bitte mit „katalog import gv100 …“ einlesen."
    )
    assert say_mismatch(Format.GENERICODE, Recognised(Format.XZUFI, "2.2.0")).startswith(
        "Das sieht nach XZuFi 2.2.0 aus, nicht nach einer Codeliste (Genericode)."
    )
    assert "nach einer Internetseite" in say_mismatch(Format.GV, Recognised(Format.HTML))
    assert "nicht nach dem Gemeindeverzeichnis" in say_mismatch(Format.GV, Recognised(Format.HTML))


def test_only_what_is_clearly_something_else_is_refused() -> None:
    refuse_other_than(Format.XZUFI, io.BytesIO(b"<unbekannt/>"))
    refuse_other_than(Format.EFA, io.BytesIO(b"a;b\n1;2"))
    with pytest.raises(Unlesbar, match="GV100AD"):
        refuse_other_than(Format.XZUFI, io.BytesIO(GV100.encode()))
    with pytest.raises(Unlesbar, match="leer"):
        refuse_other_than(Format.XZUFI, io.BytesIO(b""))


@pytest.mark.skipif(not REAL.exists(), reason="Die echten Dateien liegen nicht in ../shared/data.")
def test_the_real_files_are_recognised() -> None:
    found = {}
    for path in REAL.rglob("*"):
        if path.suffix.lower() in {".asc", ".xlsx", ".zip", ".csv", ".xml"}:
            with path.open("rb") as stream:
                found[path.name] = recognise(stream).format
    assert found.pop("relevanz.csv") is Format.CSV
    assert found.pop("verrichtungskennungen-abgeleitet.csv") is Format.CSV
    names = {
        kind: sorted(name for name in found if found[name] is kind) for kind in set(found.values())
    }
    assert names.pop(Format.GENERICODE) == sorted(
        path.name for path in (REAL / "xrepository").iterdir()
    )
    assert names.pop(Format.GV_AENDERUNGEN) == sorted(
        path.name for path in (REAL / "destatis").glob("gebietsaenderungen*")
    )
    assert names == {
        Format.GV: ["AuszugGV4QAktuell_2024.xlsx"],
        Format.GV100: ["GV100AD_301121.ASC"],
        Format.LEIKA: ["leika-leistungen.csv"],
        Format.OZG: ["ozg-leistungen.csv"],
        Format.VG250: ["vg5000_01-01.gk3.shape.ebenen.zip"],
    }
