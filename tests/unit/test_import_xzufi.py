"""XZuFi messages: three dialects, one content; a broken record costs itself, a broken file all."""

import io
from collections import Counter
from datetime import UTC, date, datetime
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import xzufi
from importers.records import Fault, Hinweis, QuelleRecord, Unlesbar, VerweisRecord
from importers.xzufi_records import (
    Identifikator,
    XzufiKopfRecord,
    XzufiLeistungRecord,
    XzufiLoeschungRecord,
    XzufiOnlinedienstRecord,
    XzufiOrganisationseinheitRecord,
    XzufiSpezialisierungRecord,
    XzufiZustaendigkeitRecord,
)
from tests.xzufi_generator import VERSIONS, generate

T = TypeVar("T")
ID = '<x:id schemeAgencyID="L1">4711</x:id>'
NAME = (
    "<x:modulText><x:inhalt>Wohnberechtigungsschein</x:inhalt>"
    "<x:leikaTextmodul><code>02</code></x:leikaTextmodul></x:modulText>"
)


def message(*parts: str, namespace: str = "http://xoev.de/schemata/xzufi/2_2_0") -> bytes:
    content = "\n".join(parts)
    return (
        f'<x:nachricht xmlns:x="{namespace}" xzufiVersion="2.2.0"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{content}\n</x:nachricht>"
    ).encode()


def leistung(*fields: str) -> str:
    return f"<x:schreibe><x:leistung>{''.join(fields)}</x:leistung></x:schreibe>"


def module(code: str, text: str, more: str = "") -> str:
    return (
        f'<x:modulText><x:inhalt languageCode="de">{text}</x:inhalt>{more}'
        f"<x:leikaTextmodul><code>{code}</code></x:leikaTextmodul></x:modulText>"
    )


def read(content: bytes) -> list[xzufi.Outcome]:
    return list(xzufi.read("probe.xml", io.BytesIO(content)))


def of(kind: type[T], content: bytes) -> list[T]:
    return [outcome for outcome in read(content) if isinstance(outcome, kind)]


def one_leistung(*fields: str) -> XzufiLeistungRecord:
    (record,) = of(XzufiLeistungRecord, message(leistung(ID, *fields)))
    return record


def fault(*fields: str) -> Fault:
    """The one fault of a Leistung that stands between two good ones."""
    other = leistung('<x:id schemeAgencyID="L1">davor</x:id>', NAME)
    content = message(other, leistung(*fields), other)
    assert len(of(XzufiLeistungRecord, content)) == 2
    (found,) = of(Fault, content)
    assert found.abhilfe
    return found


# The three versions -----------------------------------------------------------------------------


def test_the_three_versions_give_equal_records_for_equal_content() -> None:
    outcomes = {}
    for version in VERSIONS:
        records = read(b"".join(generate(version, 60)))
        assert not [outcome for outcome in records if isinstance(outcome, Fault | Hinweis)]
        heads = [record for record in records if isinstance(record, XzufiKopfRecord)]
        assert [head.version for head in heads] == [version]
        outcomes[version] = [
            record for record in records if not isinstance(record, XzufiKopfRecord)
        ]
    assert outcomes["2.2.0"] == outcomes["2.3.1"]
    # 2.1 knows no deletion and has other records at some places; what both have is the same.
    old, new = Counter(outcomes["2.1.0"]), Counter(outcomes["2.2.0"])
    assert Counter(type(record).__name__ for record in old & new) == {
        "QuelleRecord": 1,
        "XzufiLeistungRecord": 36,
        "XzufiOrganisationseinheitRecord": 6,
        "XzufiZustaendigkeitRecord": 6,
    }


def test_a_message_holds_all_kinds_in_their_order() -> None:
    kinds = [type(outcome) for outcome in read(b"".join(generate("2.2.0", 10)))]
    assert kinds == [
        *(QuelleRecord, XzufiKopfRecord, *[XzufiLeistungRecord] * 6),
        *(XzufiOrganisationseinheitRecord, XzufiZustaendigkeitRecord, XzufiOnlinedienstRecord),
        *(XzufiZustaendigkeitRecord, XzufiLoeschungRecord),
    ]


def test_codes_are_found_qualified_unqualified_and_written_as_text() -> None:
    for code in ("<code>2/3</code><name>x</name>", "<x:name>x</x:name><x:code>2/3</x:code>", "2/3"):
        assert one_leistung(NAME, f"<x:typisierung>{code}</x:typisierung>").typisierung == ("2/3",)


def test_the_dump_of_the_leika_has_bare_services_at_any_depth() -> None:
    content = (
        '<leika xmlns="http://xoev.de/schemata/xzufi/2_1_0"><liste><leistung><id>1</id>'
        "<referenzLeiKa><code>99107022012000</code></referenzLeiKa></leistung></liste></leika>"
    )
    (record,) = of(XzufiLeistungRecord, content.encode())
    assert record.id == Identifikator("", "1")
    assert record.leistungsschluessel == ("99107022012000",)


def test_results_may_hold_a_service_or_be_one() -> None:
    direct = f"<x:antwort><x:ergebnisLeistung>{ID}{NAME}</x:ergebnisLeistung></x:antwort>"
    nested = direct.replace(ID, f"<x:leistung>{ID}").replace(
        "</x:ergebnisLeistung>", "</x:leistung></x:ergebnisLeistung>"
    )
    assert of(XzufiLeistungRecord, message(direct)) == of(XzufiLeistungRecord, message(nested))


def test_an_unknown_version_is_read_and_noted() -> None:
    content = message(leistung(ID, NAME), namespace="http://xoev.de/schemata/xzufi/2_4_0")
    assert len(of(XzufiLeistungRecord, content)) == 1
    assert [note.wert for note in of(Hinweis, content)] == ["2.4.0"]


def test_a_message_without_records_is_noted() -> None:
    (note,) = of(Hinweis, message("<x:nachrichtenkopf/>"))
    assert note.ursache == "Die Nachricht enthält keine Datensätze."


# Leistung ---------------------------------------------------------------------------------------


def test_the_title_is_the_name_for_citizens_else_the_official_one() -> None:
    both = one_leistung(module("02", "WBS Ausstellung"), module("03", "WBS beantragen"))
    assert (both.titel, both.bezeichnung) == ("WBS beantragen", "WBS Ausstellung")
    assert one_leistung(module("02", "WBS Ausstellung")).titel == "WBS Ausstellung"
    only = one_leistung(module("3", "WBS beantragen"))
    assert (only.titel, only.bezeichnung) == ("WBS beantragen", "WBS beantragen")


def test_german_is_preferred_and_easy_language_is_not_german_enough() -> None:
    wordings = {
        "en": "Housing",
        "de-x-ls": "Leicht",
        "de-DE": "Deutsch DE",
        "de": "Deutsch",
    }
    texts = [
        f'<x:inhalt languageCode="{code}">{text}</x:inhalt>' for code, text in wordings.items()
    ]
    end = "<x:leikaTextmodul><code>02</code></x:leikaTextmodul></x:modulText>"
    expected = ["Housing", "Housing", "Deutsch DE", "Deutsch"]
    for count, text in enumerate(expected, 1):
        titled = one_leistung("<x:modulText>" + "".join(texts[:count]) + end)
        assert titled.titel == text


def test_keys_are_read_with_blanks_and_missing_ones_are_missing() -> None:
    reference = "<x:referenzLeiKa><code>{}</code></x:referenzLeiKa>"
    keys = one_leistung(NAME, *map(reference.format, ("99 107 022 012 000", "99107022000000")))
    assert keys.leistungsschluessel == ("99107022012000", "99107022000000")
    for said in ("nicht im LeiKa", "keine Zuordnung", "-", ""):
        assert one_leistung(NAME, reference.format(said)).leistungsschluessel == ()


def test_lists_of_types_are_split_and_unknown_ones_left_out_with_a_note() -> None:
    content = message(
        leistung(
            ID,
            NAME,
            "<x:typisierung><code>1, 2/3</code></x:typisierung>",
            "<x:typisierung><code>4B</code></x:typisierung>",
            "<x:typisierung><code>13</code></x:typisierung>",
            "<x:leistungsadressat><code>001</code></x:leistungsadressat>",
            "<x:leistungsadressat><code>9</code></x:leistungsadressat>",
        )
    )
    (record,) = of(XzufiLeistungRecord, content)
    assert record.typisierung == ("1", "2/3", "4b")
    assert record.zielgruppe == ("buerger",)
    assert [(note.zeile, note.stelle, note.wert) for note in of(Hinweis, content)] == [
        (2, "schreibe[1]/leistung/typisierung[3]", "13"),
        (2, "schreibe[1]/leistung/leistungsadressat[2]", "9"),
    ]


@pytest.mark.parametrize(
    ("written", "scheme", "expected"),
    [
        ("051170000000", "", "051170000000"),
        ("05", "", "050000000000"),
        ("05117", "", "051170000000"),
        ("05 5 70 0052 052", "", "055700052052"),
        ("05515000", "", "055150000000"),
        ("05570052", "", "05570052"),
        ("05570052", "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags", "05570052"),
        ("05570052", "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:rs", "055700520000"),
    ],
)
def test_areas_are_padded_to_twelve_digits_unless_they_are_an_ags(
    written: str, scheme: str, expected: str
) -> None:
    element = f'<x:gueltigkeitGebietID schemeID="{scheme}">{written}</x:gueltigkeitGebietID>'
    assert one_leistung(NAME, element, element).gebiete == (expected,)


def test_dates_with_zones_and_open_ends_are_understood() -> None:
    record = one_leistung(
        NAME,
        "<x:versionsinformation><x:geaendertDatumZeit>2026-01-10T09:00:00.1234567+01:00"
        "</x:geaendertDatumZeit></x:versionsinformation>",
        "<x:gueltigkeit><x:beginn>2025-01-01+01:00</x:beginn><x:ende>9999-12-31</x:ende>"
        "</x:gueltigkeit>",
    )
    assert record.geaendert == datetime(2026, 1, 10, 8, 0, 0, 123456, UTC)
    assert (record.gueltig_ab, record.gueltig_bis) == (date(2025, 1, 1), None)


def test_texts_links_terms_and_costs_are_read() -> None:
    link = (
        "<x:weiterfuehrenderLink><x:uri>https://a.invalid/x</x:uri><x:titel>Mehr</x:titel>"
        "</x:weiterfuehrenderLink>"
    )
    record = one_leistung(
        NAME,
        module("06", "Der Volltext bleibt beim Portal."),
        module("08", "&lt;p&gt;Eins&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;Zwei", link),
        "<x:modulKosten><x:beschreibung>10 Euro</x:beschreibung></x:modulKosten>",
        "<x:modulBegriffImKontext><x:begriffImKontext><x:begriff>WBS</x:begriff>"
        "</x:begriffImKontext></x:modulBegriffImKontext>",
        "<x:informationsbereichSDG><code>0000000</code></x:informationsbereichSDG>",
    )
    assert (record.text("08"), record.text("98")) == ("Eins\n\nZwei", "10 Euro")
    assert record.text("06") == ""
    assert record.texte[1].verweise == (
        VerweisRecord("weiterfuehrend", "Mehr", "https://a.invalid/x"),
    )
    assert (record.begriffe, record.sdg) == (("WBS",), ())


# Other kinds ------------------------------------------------------------------------------------


def test_a_body_comes_with_its_address_and_then_with_what_it_is_competent_for() -> None:
    content = message(
        "<x:schreibe><x:organisationseinheit>",
        ID,
        "<x:name><x:name languageCode='en'>Town</x:name>"
        "<x:name languageCode='de'>Amt</x:name></x:name>"
        "<x:anschrift><x:ort>Telgte</x:ort><x:verwaltungspolitischeKodierung>"
        "<x:gemeindeschluessel><code>05570044</code></x:gemeindeschluessel>"
        "<x:regionalschluessel><code>unbekannt</code></x:regionalschluessel>"
        "</x:verwaltungspolitischeKodierung></x:anschrift>"
        "<x:zustaendigkeit><x:leistungID schemeAgencyID='L1'>1</x:leistungID>"
        "<x:gebietID>05570</x:gebietID><x:rolle><code>01</code><name>zuständig</name></x:rolle>"
        "</x:zustaendigkeit><x:zustaendigkeit/></x:organisationseinheit></x:schreibe>",
    )
    (body,) = of(XzufiOrganisationseinheitRecord, content)
    assert (body.name, body.anschriften[0].ort) == ("Amt", "Telgte")
    assert (body.anschriften[0].ags, body.anschriften[0].ars) == ("05570044", "")
    (competence,) = of(XzufiZustaendigkeitRecord, content)
    assert competence.uebergeordnet == body.id
    assert (competence.leistung, competence.id) == (Identifikator("L1", "1"), None)
    assert (competence.gebiete, competence.rolle) == (("055700000000",), "zuständig")
    assert [note.wert for note in of(Hinweis, content)] == ["unbekannt", "L1:4711"]


def test_a_link_that_runs_code_never_becomes_a_link() -> None:
    content = message(
        f"<x:schreibe><x:onlinedienst>{ID}<x:link><x:typ><code>01</code></x:typ>"
        "<x:link>javascript:alert(1)</x:link></x:link><x:link><x:link>https://a.invalid</x:link>"
        "<x:titel>Antrag</x:titel></x:link></x:onlinedienst></x:schreibe>"
    )
    (service,) = of(XzufiOnlinedienstRecord, content)
    assert service.bezeichnung == "Antrag"
    assert service.verweise == (VerweisRecord("", "Antrag", "https://a.invalid"),)
    (note,) = of(Hinweis, content)
    assert note.stelle == "schreibe[1]/onlinedienst/link[1]/link"


def test_a_specialisation_names_its_service_and_area() -> None:
    (record,) = of(
        XzufiSpezialisierungRecord,
        message(
            f"<x:schreibe><x:spezialisierung>{ID}<x:leistungID schemeAgencyID='L2'>8</x:leistungID>"
            f"<x:gebietID>05</x:gebietID>{module('08', 'Ausweis')}</x:spezialisierung></x:schreibe>"
        ),
    )
    assert (record.leistung, record.gebiete) == (Identifikator("L2", "8"), ("050000000000",))
    assert record.texte[0].text == "Ausweis"


def test_a_deletion_names_class_and_id() -> None:
    content = message(f'<x:loesche klasse="Zustaendigkeit">{ID}</x:loesche>')
    assert of(XzufiLoeschungRecord, content) == [
        XzufiLoeschungRecord("xzufi", "Zustaendigkeit", Identifikator("L1", "4711"))
    ]
    for broken in (f"<x:loesche>{ID}</x:loesche>", '<x:loesche klasse="Leistung"/>'):
        assert len(of(Fault, message(broken))) == 1


# Broken records ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "place", "value"),
    [
        ((NAME,), "schreibe[2]/leistung", ""),
        (("<x:id> </x:id>", NAME), "schreibe[2]/leistung/id", ""),
        ((f"<x:id>{'9' * 300}</x:id>", NAME), "schreibe[2]/leistung/id", "9" * 199 + "…"),
        ((ID,), "schreibe[2]/leistung", "L1:4711"),
        (
            (ID, NAME, "<x:gueltigkeitGebietID>Köln</x:gueltigkeitGebietID>"),
            "schreibe[2]/leistung/gueltigkeitGebietID",
            "Köln",
        ),
        (
            (ID, "<x:referenzLeiKa><code>9910702</code></x:referenzLeiKa>"),
            "schreibe[2]/leistung/referenzLeiKa",
            "9910702",
        ),
        (
            (ID, NAME, "<x:gueltigkeit><x:beginn>2025-02-30</x:beginn></x:gueltigkeit>"),
            "schreibe[2]/leistung/gueltigkeit/beginn",
            "2025-02-30",
        ),
        (
            (
                *(ID, NAME, "<x:versionsinformation><x:geaendertDatumZeit>gestern"),
                "</x:geaendertDatumZeit></x:versionsinformation>",
            ),
            "schreibe[2]/leistung/versionsinformation/geaendertDatumZeit",
            "gestern",
        ),
        (
            (ID, NAME, module("03", "x" * 1_001)),
            "schreibe[2]/leistung/modulText[2]/inhalt",
            "x" * 199 + "…",
        ),
        (
            (ID, NAME, module("05", "y" * 1_000_000)),
            "schreibe[2]/leistung/modulText[2]/inhalt",
            "y" * 199 + "…",
        ),
    ],
)
def test_a_broken_record_in_the_middle_costs_that_record_only(
    fields: tuple[str, ...], place: str, value: str
) -> None:
    found = fault(*fields)
    assert (found.zeile, found.stelle, found.wert) == (3, place, value)


def test_an_unknown_or_empty_record_is_a_fault() -> None:
    unknown = message("<x:schreibe><x:formular/></x:schreibe>", "<x:schreibe/>")
    assert [(found.zeile, found.stelle) for found in of(Fault, unknown)] == [
        (2, "schreibe[1]/formular"),
        (3, "schreibe[2]"),
    ]


def test_a_broken_part_costs_the_whole_body_and_leaves_no_notes() -> None:
    content = message(
        f"<x:schreibe><x:organisationseinheit>{ID}<x:name>Amt</x:name><x:zustaendigkeit/>"
        "<x:zustaendigkeit><x:leistungID>1</x:leistungID><x:gebietID>x</x:gebietID>"
        "</x:zustaendigkeit></x:organisationseinheit></x:schreibe>",
        leistung(ID, NAME),
    )
    kinds = [type(outcome) for outcome in read(content)]
    assert kinds == [QuelleRecord, Fault, XzufiLeistungRecord]


def test_removed_characters_are_noted_and_the_record_is_taken() -> None:
    content = message(leistung(ID, module("02", "Wohn\u202egeld")))
    assert of(XzufiLeistungRecord, content)[0].bezeichnung == "Wohngeld"
    assert "U+202E" in of(Hinweis, content)[0].ursache


# Broken files -----------------------------------------------------------------------------------


def refusal(content: bytes) -> str:
    with pytest.raises(Unlesbar) as refused:
        read(content)
    assert str(refused.value).startswith("„probe.xml“: ")
    return str(refused.value)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_truncated_file_raises_wherever_it_breaks_off(version: str) -> None:
    content = b"".join(generate(version, 30)).rstrip()
    for length in range(1, len(content), len(content) // 40):
        assert refusal(content[:length])


def test_an_entity_in_the_middle_refuses_the_file_and_does_not_lose_the_rest_silently() -> None:
    content = message(leistung(ID, NAME), leistung(ID, module("02", "&nbsp;")), leistung(ID, NAME))
    assert "Entität" in refusal(content)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (
            b"10202111300" + b"1" + b" " * 10 + b"Schleswig-Holstein" + b" " * 180,
            "nach GV100AD aus",
        ),
        (b'{"items":[{"leistungsschluessel":"x"}]}', "FIM-Portals"),
        (b"<kml><Placemark/></kml>", "kein XZuFi"),
        (b'<!DOCTYPE a [<!ENTITY a "b">]><a/>', "DOCTYPE"),
        (b"", "leer"),
        (b"kein XML", "kein XML"),
        (message("<x:schreibe>" * 300), "tiefer als 256"),
        (message(leistung(ID, "<x:y/>" * 1_000_000)), "4 MB"),
    ],
)
def test_what_is_no_readable_xzufi_is_refused_by_name(content: bytes, part: str) -> None:
    assert part in refusal(content)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_anywhere_never_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray(b"".join(generate("2.2.0", 10)))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        outcomes = read(bytes(content))
    except Unlesbar:
        return
    assert outcomes
