"""All formats of `katalog import`: what their readers read and what becomes of it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from erzeuger.importe_felder import FELDER
from erzeuger.markdown import code, head, table

from importers.offene_quellen import QUELLEN
from importers.recognition import OURS, Format
from importers.tables import Column, Table
from katalog.intake.formats import LIEFERARTEN

_EXAMPLES = {
    Format.XZUFI: "katalog import xzufi lieferung/index.txt --quelle xzufi-nw",
    Format.FIM: "katalog import fim https://fimportal.de/api/v0 --seit 2026-11-01",
    Format.OZG: "katalog import ozg ozg-leistungen.csv",
    Format.LEIKA: "katalog import leika leika-leistungen.csv --dry-run",
    Format.EFA: "katalog import efa angebote.xlsx",
    Format.GV100: "katalog import gv100 GV100AD_301121.ASC",
    Format.GV: "katalog import gv AuszugGV4QAktuell.xlsx",
    Format.GV_AENDERUNGEN: "katalog import gv-aenderungen 2023.xlsx 2024.xlsx",
    Format.GENERICODE: "katalog import genericode Kreis.xml",
    Format.VG250: "katalog import vg250 vg250_01-01.utm32s.shape.ebenen.zip",
    Format.TEILNAHME: "katalog import teilnahme meldung.csv --dry-run",
    Format.VORGAENGE: "katalog import vorgaenge vorgaenge.xlsx --dry-run",
    Format.KDN: "katalog import kdn loesungen.csv",
    Format.DATAHUB: "katalog import datahub export.csv",
    Format.PUBLICCODE: "katalog import publiccode publiccode.yml",
}

_INTRODUCTION = """\
`katalog import FORMAT QUELLE…` liest Dateien, Ordner, ZIP- und GZ-Archive ein; bei XZuFi auch
eine Lieferung mit `index.txt`. `katalog laden` holt die offenen amtlichen Quellen selbst.

## So läuft ein Import

1. **Lesen.** Alle Dateien werden gelesen und mit dem verglichen, was dieselbe Quelle zuletzt
   sagte. Nur was neu, geändert oder entfallen ist, wird vorgemerkt. Bis hierher ändert sich am
   Bestand nichts: Eine unvollständige Datei bricht ab und hinterlässt nur einen Bericht.
2. **Übernehmen.** Die Vormerkungen gehen in kurzen Schritten in den Bestand. Wird der Import
   unterbrochen, führt der nächste ihn zu Ende. Währenddessen wird weiter gelesen und geschrieben.
   Es läuft immer nur ein Import.
3. **Nachholen.** Nennt ein Datensatz etwas, das noch niemand kennt, wartet er und wird mit einem
   späteren Import nachgeholt. Die Reihenfolge der Dateien ist deshalb selten wichtig.

Dieselbe Datei ein zweites Mal einzulesen ändert nichts.

**Entfallen.** Was in einer vollständigen Lieferung fehlt, bekommt den Tag, an dem es entfiel, und
bleibt. Fehlt mehr als ein Fünftel, bricht der Import ab; `--entfallene-zulassen` erlaubt es.
`--teilweise` und `--vollstaendig` ändern, was für das Format üblich ist.

**Wer gilt.** Sprechen mehrere Quellen über dasselbe, wird Feld für Feld entschieden: Eingabe im
Portal vor amtlicher Liste, vor Import, vor Grundbestand, vor Demo; unter Gleichen gilt die
neuere. Wer nichts sagt, nimmt nichts weg. Widerspricht ein Import einer Eingabe von Hand, gilt
die Eingabe, und der Bericht nennt den Widerspruch. Auf den Seiten steht unter „Woher die Angaben
stammen“, wessen Angabe gilt.

**Optionen.** `--dry-run` zeigt genau, was sich ändern würde (neu, alt → neu, entfallen, nicht
übernommen) und ändert nichts. `--quelle NAME` und `--titel TEXT` unterscheiden mehrere
Lieferanten eines Formats. `--seit JJJJ-MM-TT` holt vom FIM-Portal nur Geändertes. `--json` gibt
alles als ein JSON-Dokument aus.

**Rückgabewert.** 0: alles übernommen. 2: übernommen, aber einzelne Datensätze nicht. 1: nichts.

**Bericht.** Jeder Import steht unter `/betrieb/importe` mit Zahlen, Befunden zum Filtern und den
nicht übernommenen Zeilen als CSV. Von neuen Datensätzen werden höchstens 1.000, von jeder anderen
Art 20.000 Befunde einzeln aufbewahrt; gezählt werden alle.

**Fremde Dateien** gelten als feindlich: DOCTYPE und Entities, zu tiefe oder zu große Elemente,
Archive, die beim Auspacken wachsen, und Pfade aus dem Archiv hinaus werden mit einer Meldung
abgelehnt. Formeln werden nicht ausgerechnet, HTML wird auf erlaubte Auszeichnung gekürzt,
Steuerzeichen werden entfernt und gemeldet. Eine Datei des falschen Formats wird beim Namen
genannt. Zeichenkodierungen werden erkannt und genannt.

**Für ein neues Portal**: `gv`, dann `gv-aenderungen`, `vg250`, `ozg` und `leika` oder `fim`,
danach die eigenen Listen.
"""

_FETCHING = """\
## Die offenen Quellen von `katalog laden`

`katalog laden [NAME…]` holt die Dateien in `var/abrufe` und liest sie in dieser Reihenfolge ein.
Unverändertes wird nicht noch einmal übertragen, Abgebrochenes fortgesetzt. Ohne Internet sagt der
Befehl das und ändert nichts. Die Adressen konnten bei der Entwicklung nicht ausprobiert werden;
was von Hand beschafft wird, liest `katalog import`. `--liste` nennt die Quellen.
"""


def render() -> str:
    lines = [
        *head("Importe", "importers/, katalog/intake/formats.py und docs/erzeuger/importe.py"),
        _INTRODUCTION,
        _FETCHING,
        *table(
            ("Name", "Was", "Herausgeber", "Rechner", "Bedingung"),
            (
                (
                    code(quelle.name),
                    quelle.titel,
                    quelle.herausgeber,
                    ", ".join(sorted(quelle.hosts)),
                    quelle.lizenz,
                )
                for quelle in QUELLEN
            ),
        ),
        "",
        "## Formate",
        "",
        *table(
            ("Format", "Was", "Lieferung", "Beispiel"),
            ((code(f), f.label, _delivery(f), code(_EXAMPLES[f])) for f in sorted(OURS)),
        ),
    ]
    for kind in sorted(OURS):
        lines += ["", *_section(kind)]
    return "\n".join(lines) + "\n"


def _delivery(kind: Format) -> str:
    if kind is Format.VG250:
        return "vollständig, als Ganzes getauscht"
    known = LIEFERARTEN[kind]
    size = "vollständig" if known.complete else "teilweise"
    return f"{size}; ganz oder gar nicht" if known.whole else size


def _section(kind: Format) -> Iterator[str]:
    yield f"### {kind}"
    yield ""
    module = importlib.import_module(f"importers.{_module(kind)}")
    tables = [t for n in ("TABLE", "SOLUTIONS", "COMMUNES") if (t := getattr(module, n, None))]
    if not tables:
        rows = ((field, target) for field, target in FELDER[kind].items())
        yield from table(("Feld", "wird zu"), rows)
        return
    for found in tables:
        yield from _columns(kind, found)
        yield ""
    yield "CSV (Trennzeichen erkannt, mit oder ohne BOM) oder XLSX; Spalten in beliebiger"
    yield "Reihenfolge, unbekannte werden gemeldet. Fett gedruckte sind Pflicht."


def _columns(kind: Format, found: Table) -> Iterator[str]:
    yield f"**{found.title}**"
    yield ""

    def name(column: Column) -> str:
        return f"**{column.name}**" if column.required else column.name

    yield from table(
        ("Spalte", "auch", "wird zu"),
        ((name(c), ", ".join(c.also), FELDER[kind][c.name]) for c in found.columns),
    )
    if found.unused:
        yield ""
        yield f"Bekannt, aber nicht gebraucht: {', '.join(found.unused)}."


def _module(kind: Format) -> str:
    return "vg250" if kind is Format.VG250 else LIEFERARTEN[kind].module
