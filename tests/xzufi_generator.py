"""Writes XZuFi messages of any size, piece by piece, the same bytes every time.

    python -m tests.xzufi_generator /tmp/gross.xml --megabyte 200

One content in three dialects: 2.1 answers with results and qualifies `code`, 2.2 writes and
deletes with unqualified codes, 2.3.1 names the key and the SDG fields anew. Names, keys and
addresses are made up; hosts end in `.invalid`.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from html import escape
from itertools import count, islice
from pathlib import Path

VERSIONS = ("2.1.0", "2.2.0", "2.3.1")
AGENCY = "L100999"

_SUBJECTS = (
    "Wohnberechtigungsschein", "Hundesteuer", "Personalausweis", "Baugenehmigung", "Führerschein",
    "Gewerbe", "Kindertagesbetreuung", "Straßensondernutzung", "Wohngeld", "Schülerbeförderung",
)  # fmt: skip
_ACTS = ("Ausstellung", "Bewilligung", "Anmeldung", "Änderung", "Genehmigung", "Verlängerung")
_PLACES = ("051170000000", "055700052052", "091620000000", "130000000000", "160615051119")
_TYPES = ("2/3", "3", "4a", "5", "2/3b")
_PARAGRAPH = (
    "<p>Wenn Sie {subject} benötigen, stellen Sie den Antrag <strong>vor</strong> dem Umzug. "
    "Zuständig ist die Gemeinde, in der Sie mit Hauptwohnung gemeldet sind; sie prüft die Angaben "
    "und fordert fehlende Nachweise einmal nach.</p><ul><li>Ausweis oder Pass</li><li>Nachweis "
    "über das Einkommen der letzten zwölf Monate</li></ul><p>Mehr dazu in der <a "
    'href="https://recht.invalid/{number}?a=1&amp;b=2">Satzung Nr. {number}</a>.</p>'
)


def generate(version: str = "2.2.0", records: int | None = None) -> Iterator[bytes]:
    """The pieces of one message: head, so many records (None: without end), foot."""
    yield _head(version).encode()
    # In 2.1 every object is an answer; it knows neither deletion nor these other kinds.
    make = _make_2_1 if version.startswith("2.1") else _make_2_2
    for number in count() if records is None else range(records):
        yield make(version, number).encode()
    yield _foot(version).encode()


def generate_short(records: int) -> Iterator[bytes]:
    """2.2.0 with as little in every Leistung as a record needs: for counting, not for timing."""
    yield _head("2.2.0").encode()
    filler = _module("2.2.0", "06", _PARAGRAPH[:270])
    for start in range(0, records, 100):
        yield "".join(
            f"<x:schreibe><x:leistung>{_id(str(number), 'Leistung')}"
            f"{_module('2.2.0', '02', f'Leistung {number}')}{filler}</x:leistung></x:schreibe>\n"
            for number in range(start, min(start + 100, records))
        ).encode()
    yield _foot("2.2.0").encode()


def write(path: Path, *, version: str = "2.2.0", records: int = 0, megabytes: float = 0) -> int:
    """So many records, or as many as reach the size; returns how many it wrote."""
    written = 0
    pieces = generate(version, None)
    with path.open("wb") as file:
        size = file.write(next(pieces))
        for piece in islice(pieces, records or None):
            size += file.write(piece)
            written += 1
            if megabytes and size >= megabytes * 1_000_000:
                break
        file.write(_foot(version).encode())
    return written


class Pieces(io.RawIOBase):
    """Pieces as a stream that makes them while it is read; `given` counts the bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._rest = self._rest or next(self._pieces, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        self.given += size
        return size


# Frame ------------------------------------------------------------------------------------------


def _head(version: str) -> str:
    namespace = "http://xoev.de/schemata/xzufi/" + version.replace(".", "_")
    root = "leistungsverzeichnis.antwort.leistungsbericht.030108"
    name = root if version.startswith("2.1") else "nachricht.transfer"
    opening = "<x:antwort>\n" if version.startswith("2.1") else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<x:{name} xmlns:x="{namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xzufiVersion="{version}" produktbezeichnung="Muster" produkthersteller="Muster">\n'
        "<x:nachrichtenkopf><x:nachrichtUUID>6f9d1f3e-0000-4000-8000-000000000001"
        "</x:nachrichtUUID><x:erstelltDatumZeit>2026-01-15T08:00:00Z</x:erstelltDatumZeit>"
        f"</x:nachrichtenkopf>\n{opening}"
    )


def _foot(version: str) -> str:
    if version.startswith("2.1"):
        return "</x:antwort>\n</x:leistungsverzeichnis.antwort.leistungsbericht.030108>\n"
    return "</x:nachricht.transfer>\n"


def _make_2_1(version: str, number: int) -> str:
    if number % 10 == 6:
        content = organisationseinheit(version, number)
        return f"<x:ergebnisOrganisationseinheit>{content}</x:ergebnisOrganisationseinheit>\n"
    return f"<x:ergebnisLeistung>{leistung(version, number)}</x:ergebnisLeistung>\n"


def _make_2_2(version: str, number: int) -> str:
    match number % 10:
        case 6:
            content = organisationseinheit(version, number)
            written = f"<x:organisationseinheit>{content}</x:organisationseinheit>"
        case 7:
            written = onlinedienst(number)
        case 8:
            written = zustaendigkeit(number)
        case 9:
            return f'<x:loesche klasse="Leistung">{_id(f"weg-{number}", "Leistung")}</x:loesche>\n'
        case _:
            written = f"<x:leistung>{leistung(version, number)}</x:leistung>"
    return f"<x:schreibe>{written}</x:schreibe>\n"


# Objects ----------------------------------------------------------------------------------------


def leistung(version: str, number: int) -> str:
    """What stands in a Leistung, without its own tags."""
    subject, act = _SUBJECTS[number % 10], _ACTS[number % 6]
    key = f"99{100 + number % 60:03}{number % 997:03}{1 + number % 6:03}000"
    text = _PARAGRAPH.format(subject=subject, number=number)
    if version.startswith("2.3"):
        reference = f"<x:referenzLeistungsschluessel>{key}</x:referenzLeistungsschluessel>"
        sdg = (
            "<x:informationsbereicheSDG><x:informationsbereichSDG1><code>1010300</code>"
            "</x:informationsbereichSDG1></x:informationsbereicheSDG>"
        )
    else:
        reference = f"<x:referenzLeiKa>{_code(version, key)}</x:referenzLeiKa>"
        sdg = f"<x:informationsbereichSDG>{_code(version, '1010300')}</x:informationsbereichSDG>"
    return (
        f"{_id(str(number), 'Leistung')}"
        '<x:struktur xsi:type="x:LeistungsstrukturObjektMitVerrichtung"/>'
        f"{reference}"
        f"{_module(version, '02', f'{subject} {act}', f'{subject} {act} (EN)')}"
        f"{_module(version, '03', f'{subject} beantragen')}"
        f"{_module(version, '05', f'{act}: {subject}, Fall {number}')}"
        f"{_module(version, '06', text * (1 + number % 3))}"
        f"{_module(version, '07', f'§ {1 + number % 40} Mustergesetz')}"
        "<x:modulBegriffImKontext><x:begriffImKontext>"
        f'<x:begriff languageCode="de">{subject[:4]}schein</x:begriff>'
        "</x:begriffImKontext></x:modulBegriffImKontext>"
        f"<x:typisierung>{_code(version, _TYPES[number % 5])}</x:typisierung>"
        f"<x:leistungsadressat>{_code(version, f'00{1 + number % 3}')}</x:leistungsadressat>"
        '<x:kategorie><x:id>k</x:id><x:bezeichnung languageCode="de">Wohnen</x:bezeichnung>'
        f"</x:kategorie>{sdg}"
        f"<x:gueltigkeitGebietID>{_PLACES[number % 5]}</x:gueltigkeitGebietID>"
        "<x:versionsinformation><x:geaendertDatumZeit>2026-01-10T09:00:00Z"
        "</x:geaendertDatumZeit></x:versionsinformation>"
        "<x:sprachversion><x:languageCode>de</x:languageCode></x:sprachversion>"
        "<x:gueltigkeit><x:beginn>2025-01-01</x:beginn></x:gueltigkeit>"
    )


def organisationseinheit(version: str, number: int) -> str:
    place = _PLACES[number % 5]
    return (
        f"{_id(f'OE{number}', 'Organisationseinheit')}"
        f'<x:name><x:name languageCode="de">Bürgeramt {number}</x:name></x:name>'
        "<x:anschrift><x:strasse>Rathausplatz</x:strasse><x:hausnummer>1</x:hausnummer>"
        "<x:postleitzahl>12345</x:postleitzahl><x:ort>Musterstadt</x:ort>"
        "<x:verwaltungspolitischeKodierung>"
        f"<x:regionalschluessel>{_code(version, place)}</x:regionalschluessel>"
        "</x:verwaltungspolitischeKodierung></x:anschrift>"
        f"<x:zustaendigkeit>{_id(f'ZO{number}', 'ZustaendigkeitOrganisationseinheit')}"
        f'<x:leistungID schemeAgencyID="{AGENCY}">{number - 1}</x:leistungID>'
        f"<x:gebietID>{place}</x:gebietID></x:zustaendigkeit>"
    )


def onlinedienst(number: int) -> str:
    return (
        f'<x:onlinedienst xsi:type="x:OnlinedienstErweitert">{_id(f"OD{number}", "Onlinedienst")}'
        f'<x:bezeichnung languageCode="de">{_SUBJECTS[number % 10]} online</x:bezeichnung>'
        "<x:link><x:typ><code>01</code></x:typ>"
        f"<x:link>https://dienst-{number % 50}.invalid/antrag/{number}</x:link>"
        "<x:titel>Antrag</x:titel></x:link>"
        "<x:vertrauensniveau><code>30</code></x:vertrauensniveau></x:onlinedienst>"
    )


def zustaendigkeit(number: int) -> str:
    return (
        "<x:zustaendigkeitTransferObjekt>"
        f'<x:uebergeordnetesObjektID schemeAgencyID="{AGENCY}">OD{number - 1}'
        "</x:uebergeordnetesObjektID>"
        f"<x:zustaendigkeit>{_id(f'Z{number}', 'ZustaendigkeitOnlinedienst')}"
        f'<x:leistungID schemeAgencyID="{AGENCY}">{number - 8}</x:leistungID>'
        f"<x:gebietID>{_PLACES[number % 5].rstrip('0')}</x:gebietID></x:zustaendigkeit>"
        "</x:zustaendigkeitTransferObjekt>"
    )


def _id(value: str, scheme: str) -> str:
    return f'<x:id schemeAgencyID="{AGENCY}" schemeID="{scheme}">{value}</x:id>'


def _code(version: str, code: str) -> str:
    return f"<x:code>{code}</x:code>" if version.startswith("2.1") else f"<code>{code}</code>"


def _module(version: str, code: str, german: str, english: str = "") -> str:
    channel = (
        "<x:zugangskanal><code>01</code></x:zugangskanal>" if version.startswith("2.3") else ""
    )
    other = f'<x:inhalt languageCode="en">{escape(english)}</x:inhalt>' if english else ""
    return (
        f'<x:modulText>{other}<x:inhalt languageCode="de">{escape(german)}</x:inhalt>{channel}'
        f"<x:leikaTextmodul>{_code(version, code)}</x:leikaTextmodul></x:modulText>"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Schreibt eine XZuFi-Nachricht zum Messen.")
    parser.add_argument("ziel", type=Path)
    parser.add_argument("--fassung", choices=VERSIONS, default="2.2.0")
    parser.add_argument("--datensaetze", type=int, default=0)
    parser.add_argument("--megabyte", type=float, default=0)
    chosen = parser.parse_args()
    if not chosen.datensaetze and not chosen.megabyte:
        parser.error("--datensaetze oder --megabyte angeben")
    number_written = write(
        chosen.ziel,
        version=chosen.fassung,
        records=chosen.datensaetze,
        megabytes=chosen.megabyte,
    )
    print(f"{number_written} Datensätze in {chosen.ziel}")
