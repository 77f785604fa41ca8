"""publiccode.yml of all versions: text stays text, and YAML builds neither bombs nor objects."""

import io
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import publiccode
from importers.records import Fault, Hinweis, LeikaAngabeRecord, PubliccodeRecord, Unlesbar

LEAST = """
name: Muster
url: https://code.invalid/muster.git
"""
OLD = """
publiccodeYmlVersion: 0.2
name: Muster
url: "https://code.invalid/muster.git"
softwareVersion: 1.10
releaseDate: 2024-04-15
developmentStatus: stable
softwareType: standalone/web
categories: [document-management]
description:
  en: {shortDescription: English, longDescription: Long}
  de:
    shortDescription: Kurz
    longDescription: "<p>Lang</p><p>Länger</p>"
    documentation: https://doku.invalid
legal: {license: EUPL-1.2, mainCopyrightOwner: Stadt Muster, repoOwner: Stadt Muster}
intendedAudience: {scope: [government]}
maintenance:
  type: contract
  contractors: [{name: Muster GmbH, until: 2030-01-01}]
  contacts: [{name: Erika Musterfrau, email: e@muster.invalid}]
localisation: {localisationReady: yes, availableLanguages: [de, en]}
dependsOn:
  open: [{name: PostgreSQL, version: 16}]
  proprietary: []
  hardware: [{name: Kartenleser}]
isBasedOn: https://code.invalid/vorlage.git
usedBy: [Stadt Muster, Gemeinde Beispiel]
de:
  countryExtensionVersion: 1.0
  leika:
    - {themenfeld: Bauen & Wohnen, lebenslage: Umzug, ozg-id: 10110, leika-id: 77000000000316}
    - {leika-id: 99 107 022 012 000}
"""
NEW = (
    OLD.replace("0.2", "0.7.0", 1)
    .replace(", repoOwner: Stadt Muster", "")
    .replace("\nde:\n", "\nDE:\n")
) + "organisation: {uri: 'urn:x:muster', name: Stadt Muster}\nsupports: [{id: 'alias:gdpr'}]\n"


def read(
    text: str | bytes, version: str = 'publiccodeYmlVersion: "0.4"'
) -> list[publiccode.Outcome]:
    content = text if isinstance(text, bytes) else f"{version}\n{text}".encode()
    return list(publiccode.read("publiccode.yml", io.BytesIO(content)))[1:]


def record(text: str, version: str = 'publiccodeYmlVersion: "0.4"') -> PubliccodeRecord:
    found = read(text, version)[0]
    assert isinstance(found, PubliccodeRecord)
    return found


def notes(text: str) -> dict[str, str]:
    return {note.stelle: note.wert for note in read(text) if isinstance(note, Hinweis)}


def refusal(text: str | bytes) -> str:
    with pytest.raises(Unlesbar) as refused:
        read(text)
    return str(refused.value)


def test_the_old_version_is_read_field_by_field() -> None:
    assert record(OLD, "") == PubliccodeRecord(
        quelle="publiccode",
        url="https://code.invalid/muster.git",
        name="Muster",
        fassung="0.2",
        kurzbeschreibung="Kurz",
        beschreibung="Lang\n\nLänger",
        entwicklungsstand="stable",
        softwareart="standalone/web",
        version="1.10",
        veroeffentlicht_am=date(2024, 4, 15),
        dokumentation_url="https://doku.invalid",
        lizenz="EUPL-1.2",
        rechteinhaber="Stadt Muster",
        organisation="Stadt Muster",
        wartung="contract",
        dienstleister=("Muster GmbH",),
        kategorien=("document-management",),
        bereiche=("government",),
        sprachen=("de", "en"),
        abhaengigkeiten=("PostgreSQL", "Kartenleser"),
        basiert_auf=("https://code.invalid/vorlage.git",),
        benutzt_von=("Stadt Muster", "Gemeinde Beispiel"),
        leika=(
            LeikaAngabeRecord("Bauen & Wohnen", "Umzug", "10110", "77000000000316"),
            LeikaAngabeRecord(leistungsschluessel="99107022012000"),
        ),
    )


def test_the_new_version_says_the_same_under_its_own_names() -> None:
    old, new = record(OLD, ""), record(NEW, "")
    assert (new.fassung, new.organisation_uri, new.unterstuetzt) == (
        "0.7.0",
        "urn:x:muster",
        ("alias:gdpr",),
    )
    assert (new.organisation, new.leika) == (old.organisation, old.leika)


def test_no_person_is_taken_over() -> None:
    assert "Musterfrau" not in repr(read(OLD, ""))
    assert "e@muster.invalid" not in repr(read(OLD, ""))


@pytest.mark.parametrize("version", ["0", "0.2", "0.3", "0.4.0", "0.5", "0.6", "0.7"])
def test_every_known_version_is_read_without_a_note(version: str) -> None:
    assert len(read(LEAST, f"publiccodeYmlVersion: {version}")) == 1


def test_an_unknown_version_is_read_and_noted() -> None:
    found = read(LEAST, "publiccodeYmlVersion: '1.0'")
    assert isinstance(found[0], PubliccodeRecord)
    assert isinstance(found[1], Hinweis)


def test_english_stands_in_for_german_and_any_language_for_both() -> None:
    texts = "description:\n  it: {shortDescription: Italiano}\n"
    assert record(LEAST + texts).kurzbeschreibung == "Italiano"
    assert record(LEAST + texts + "  en: {shortDescription: E}\n").kurzbeschreibung == "E"


def test_odd_values_are_left_out_and_noted() -> None:
    odd = LEAST + (
        "landingURL: javascript:alert(1)\nreleaseDate: gestern\nsoftwareVersion: [1]\n"
        "legal: EUPL-1.2\nsupports: [text]\ndescription: text\n"
        "de: {leika: [{leika-id: nicht im LeiKa}, {leika-id: 123, ozg-id: 99094003140000}, x]}\n"
    )
    assert notes(odd) == {
        "landingURL": "javascript:alert(1)",
        "releaseDate": "gestern",
        "softwareVersion": "",
        "supports.id": "text",
        "de.leika[2].leika-id": "123",
        "de.leika[2].ozg-id": "99094003140000",
        "de.leika[3]": "x",
    }
    assert record(odd).leika == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("name: Muster", "url"),
        ("name: Muster\nurl: git@code.invalid:muster.git", "url"),
        ("url: https://code.invalid/x", "name"),
        (LEAST + "roadmap: x\nsoftwareVersion: " + "1" * 1_001, "softwareVersion"),
        (
            LEAST + "description: {de: {longDescription: " + "x" * 20_001 + "}}",
            "description.de.longDescription",
        ),
        (LEAST + "usedBy: [" + "a, " * 501 + "]", "usedBy"),
    ],
)
def test_a_file_without_what_matters_is_one_fault(text: str, place: str) -> None:
    (fault,) = read(text)
    assert isinstance(fault, Fault)
    assert fault.stelle == place


def test_markup_and_control_characters_in_names_are_gone() -> None:
    text = 'name: "<script>x</script>Mus\\u202Eter"\nurl: https://code.invalid/x\n'
    assert record(text).name == "Muster"
    assert notes(text) == {"name": "Muster"}


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (LEAST + BOMB, "verweist mit „*“"),
        (LEAST + "a: &a [*a]", "verweist mit „*“"),
        (LEAST + "a: " + "[" * 60_000, "tiefer als 30"),
        (LEAST + "a: " + "{b: " * 20_000, "tiefer als 30"),
        (LEAST + "a: !!python/object/apply:os.system ['true']", "kein gültiges YAML"),
        (LEAST + "a: !!int " + "9" * 5_000, "kein gültiges YAML"),
        (LEAST + "? [a, b]\n: c", "kein gültiges YAML"),
        (LEAST + "a: 'offen", "kein gültiges YAML"),
        (LEAST + "a: \x00", "Nullbytes|kein gültiges YAML|nicht nach einer publiccode"),
        (LEAST + "---\nb: c", "kein gültiges YAML"),
        (LEAST + "a: " + "x" * 132_000, "größer als 128 kB"),
        (b"publiccodeYmlVersion: 0.2\nname: K\xf6ln", "UTF-8"),
        (b"<html></html>", "nach einer Internetseite"),
        (b"", "leer"),
    ],
)
def test_what_could_harm_or_is_no_publiccode_is_refused(text: str | bytes, part: str) -> None:
    assert any(option in refusal(text) for option in part.split("|"))


def test_a_merge_key_merges_nothing() -> None:
    (fault,) = read("<<: {name: Muster, url: 'https://code.invalid/x'}")
    assert isinstance(fault, Fault)


@pytest.mark.full_run
def test_the_largest_file_is_read_in_seconds() -> None:
    started = time.process_time()
    read(LEAST + "a: {" + "b: c, " * 20_000 + "}")
    assert time.process_time() - started < 6


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    content = f"publiccodeYmlVersion: 0.4\n{text}".encode()
    try:
        found = read(content)
    except Unlesbar:
        return
    assert found
