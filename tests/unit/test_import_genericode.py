"""Code lists in all dialects of their annotations; the key column is told, never guessed."""

import io
from datetime import date
from pathlib import Path

import pytest

from importers import genericode
from importers.records import CodelisteneintragRecord, CodelisteRecord, Fault, Hinweis, Unlesbar

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "xrepository"
COLUMNS = (
    '<Column Id="SCHLUESSEL" Use="required"><ShortName>S</ShortName><Data Type="string"/></Column>'
    '<Column Id="Bezeichnung" Use="required"><ShortName>B</ShortName></Column>'
    '<Column Id="Hinweis" Use="optional"><ShortName>H</ShortName></Column>'
)
KEY = '<Key Id="k"><ColumnRef Ref="SCHLUESSEL"/></Key>'


def liste(
    *rows: str, columns: str = COLUMNS, keys: str = KEY, annotation: str = "", doctype: str = ""
) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
        '<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/"'
        ' xmlns:x="http://xoev.de/schemata/genericode/4">'
        f"<Annotation><Description>{annotation}</Description></Annotation>"
        "<Identification><ShortName>muster</ShortName><LongName>Musterliste</LongName>"
        "<Version>3</Version><CanonicalUri>urn:x:muster</CanonicalUri>"
        "<CanonicalVersionUri>urn:x:muster_3</CanonicalVersionUri>"
        "<Agency><LongName>Musteramt</LongName></Agency></Identification>"
        f"<ColumnSet>{columns}{keys}</ColumnSet>"
        f"<SimpleCodeList>{''.join(rows)}</SimpleCodeList></gc:CodeList>"
    ).encode()


def row(**values: str | None) -> str:
    cells = (
        f'<Value ColumnRef="{name}"/>'
        if value is None
        else f'<Value ColumnRef="{name}"><SimpleValue>{value}</SimpleValue></Value>'
        for name, value in values.items()
    )
    return f"<Row>{''.join(cells)}</Row>\n"


def read(content: bytes) -> list[genericode.Outcome]:
    return list(genericode.read("liste.xml", io.BytesIO(content)))[1:]


def head(content: bytes) -> CodelisteRecord:
    (record,) = (outcome for outcome in read(content) if isinstance(outcome, CodelisteRecord))
    return record


def entries(content: bytes) -> dict[str, CodelisteneintragRecord]:
    return {
        outcome.code: outcome
        for outcome in read(content)
        if isinstance(outcome, CodelisteneintragRecord)
    }


def refusal(content: bytes) -> str:
    with pytest.raises(Unlesbar) as refused:
        read(content)
    return str(refused.value)


def test_head_and_entries_are_read_and_an_empty_value_is_none() -> None:
    content = liste(
        row(SCHLUESSEL="01001", Bezeichnung="Flensburg, Stadt", Hinweis=None),
        row(SCHLUESSEL="01002", Bezeichnung="Kiel", Hinweis="<![CDATA[<b>neu</b>]]>"),
    )
    assert head(content) == CodelisteRecord(
        quelle="xrepository",
        kennung="urn:x:muster",
        fassung="3",
        fassung_kennung="urn:x:muster_3",
        name="Musterliste",
        spalten=("SCHLUESSEL", "Bezeichnung", "Hinweis"),
        schluesselspalte="SCHLUESSEL",
        namensspalte="Bezeichnung",
        kurzname="muster",
        herausgeber="Musteramt",
    )
    found = entries(content)
    assert found["01001"].name == "Flensburg, Stadt"
    assert found["01001"].werte[2] == ("Hinweis", None)
    assert found["01002"].werte[2] == ("Hinweis", "neu")


@pytest.mark.parametrize(
    ("short", "described", "valid", "namespace"),
    [
        ("shortName", "codelistDescription", "validFrom", "http://xoev.de/schemata/genericode/4"),
        ("nameKurz", "beschreibung-codeliste", "datumGueltigkeitAb", "http://xoev.de/schemata/x/3"),
    ],
)
def test_annotations_of_both_dialects_say_the_same(
    short: str, described: str, valid: str, namespace: str
) -> None:
    annotation = (
        f'<a:{short} xmlns:a="{namespace}">Kurz</a:{short}>'
        f'<a:{described} xmlns:a="{namespace}">Lange\n  Beschreibung</a:{described}>'
        f'<a:{valid} xmlns:a="{namespace}">2021-10-01</a:{valid}>'
    )
    record = head(liste(annotation=annotation))
    assert (record.kurzname, record.beschreibung) == ("Kurz", "Lange Beschreibung")
    assert record.gueltig_ab == date(2021, 10, 1)


def test_an_annotation_that_is_no_date_decides_nothing() -> None:
    assert head(liste(annotation="<x:validFrom>2021-13-45</x:validFrom>")).gueltig_ab is None


MARKED = "<Annotation><AppInfo><x:{}/></AppInfo></Annotation>"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (KEY, "SCHLUESSEL"),
        ('<Key Id="a"><ColumnRef Ref="Hinweis"/></Key>' + KEY, "Hinweis"),
        (
            '<Key Id="a"><ColumnRef Ref="Hinweis"/></Key>'
            f'<Key Id="b">{MARKED.format("recommendedKeyColumn")}'
            '<ColumnRef Ref="SCHLUESSEL"/></Key>',
            "SCHLUESSEL",
        ),
        (
            f'<Key Id="a">{MARKED.format("xoev-codename")}<ColumnRef Ref="Bezeichnung"/></Key>'
            f'<Key Id="b">{MARKED.format("xoev-code")}<ColumnRef Ref="SCHLUESSEL"/></Key>',
            "SCHLUESSEL",
        ),
        (
            '<Key Id="a"><ColumnRef Ref="Hinweis"/><ColumnRef Ref="SCHLUESSEL"/></Key>' + KEY,
            "SCHLUESSEL",
        ),
    ],
)
def test_the_code_column_is_the_recommended_key_else_the_first(keys: str, expected: str) -> None:
    assert head(liste(keys=keys)).schluesselspalte == expected


def test_the_german_column_of_a_multilingual_list_holds_the_name() -> None:
    columns = "".join(
        f'<Column Id="{name}" Use="required"><Data Type="string"{lang}/></Column>'
        for name, lang in (
            ("code", ""),
            ("description-en-GB", ' Lang="en-GB"'),
            ("description-de-DE", ' Lang="de-DE"'),
        )
    )
    record = head(liste(columns=columns, keys='<Key Id="k"><ColumnRef Ref="code"/></Key>'))
    assert (record.schluesselspalte, record.namensspalte) == ("code", "description-de-DE")


def test_values_without_a_reference_follow_the_column_before() -> None:
    cells = "".join(f"<Value><SimpleValue>{text}</SimpleValue></Value>" for text in ("1", "Eins"))
    assert entries(liste(f"<Row>{cells}</Row>"))["1"].name == "Eins"


@pytest.mark.parametrize(
    ("broken", "value"),
    [
        (row(SCHLUESSEL=None, Bezeichnung="x"), ""),
        (row(Bezeichnung="x"), ""),
        (row(SCHLUESSEL="1", Bezeichnung="noch einmal"), "1"),
        (row(SCHLUESSEL="3", Fremd="x"), "Fremd"),
        (row(SCHLUESSEL="9" * 201), "9" * 200),
        (row(SCHLUESSEL="3", Hinweis="x" * 1_000_000), "x" * 200),
        ("<Row>" + "<Value/>" * 4 + "</Row>", "4"),
    ],
)
def test_a_broken_row_costs_only_itself(broken: str, value: str) -> None:
    good = row(SCHLUESSEL="1", Bezeichnung="eins"), row(SCHLUESSEL="2", Bezeichnung="zwei")
    content = liste(good[0], broken, good[1])
    (fault,) = (outcome for outcome in read(content) if isinstance(outcome, Fault))
    assert fault.zeile == 2
    assert fault.stelle.startswith("Row[2]")
    assert fault.wert == value
    assert [entry.name for entry in entries(content).values()] == ["eins", "zwei"]


def test_an_empty_required_value_and_removed_characters_are_noted() -> None:
    outcomes = read(liste(row(SCHLUESSEL="1", Bezeichnung=None, Hinweis="a\u202eb")))
    assert [note.stelle for note in outcomes if isinstance(note, Hinweis)] == [
        "Row[1]/Bezeichnung",
        "Row[1]/Hinweis",
    ]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (liste(keys=""), "keine Schlüsselspalte"),
        (liste(columns=COLUMNS + COLUMNS), "keine eigene Kennung"),
        (liste(doctype='<!DOCTYPE a [<!ENTITY a "b">]>'), "DOCTYPE"),
        (liste(row(SCHLUESSEL="1", Bezeichnung="eins"))[:-30], "bricht in Zeile"),
        (liste(row(SCHLUESSEL="1", Bezeichnung="<a>" * 300)), "tiefer als 256"),
        (liste().replace(b"genericode/1.0/", b"genericode/2.0/"), "keine Codeliste"),
        (liste().replace(b"gc:CodeList", b"gc:CodeListSet"), "keine Codeliste"),
        (liste().replace(b"ColumnSet>", b"Spalten>"), "ColumnSet"),
        (liste(row(SCHLUESSEL="1")).replace(b"ColumnSet>", b"Spalten>"), "ColumnSet"),
        (liste().replace(b"CanonicalUri>", b"Uri>"), "keine Kennung"),
        (b'<x:a xmlns:x="http://xoev.de/schemata/xzufi/2_2_0">', "sieht nach XZuFi 2.2.0 aus"),
    ],
)
def test_what_is_no_code_list_is_refused_by_name(content: bytes, part: str) -> None:
    assert part in refusal(content)


def test_an_empty_list_is_noted() -> None:
    assert isinstance(read(liste())[-1], Hinweis)


@pytest.mark.skipif(not REAL.exists(), reason="Die echten Listen liegen nicht in ../shared/data.")
@pytest.mark.parametrize(
    ("name", "count", "key", "names", "code", "entry"),
    [
        ("Anschrifttyp_2.0", 6, "code", "description-de-DE", "001", "Hausanschrift"),
        ("Bezirk_2019-07-31", 36, "SCHLUESSEL", "Bezeichnung", "021", "Bezirk Hamburg-Mitte"),
        ("Bundesland_2010-04-01", 16, "SCHLUESSEL", "Bezeichnung", "01", "Schleswig-Holstein"),
        ("Erreichbarkeit_3", 9, "code", "Beschreibung", "01", "E-Mail"),
        ("Kreis_2026-01-31", 518, "SCHLUESSEL", "Bezeichnung", "01002", "Kiel, Landeshauptstadt"),
    ],
)
def test_the_real_lists_are_read_without_a_fault(
    name: str, count: int, key: str, names: str, code: str, entry: str
) -> None:
    content = (REAL / f"{name}.xml").read_bytes()
    record = head(content)
    assert (record.schluesselspalte, record.namensspalte) == (key, names)
    assert record.fassung_kennung.startswith(record.kennung)
    assert record.gueltig_ab is not None
    found = entries(content)
    assert len(found) == count
    assert found[code].name == entry
    assert not [outcome for outcome in read(content) if isinstance(outcome, Fault | Hinweis)]
