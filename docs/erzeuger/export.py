"""Exports: how the files are built, and the columns of every list from the fields themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from erzeuger.markdown import code, head, table

from katalog.ausgabe.atom_datei import MOST_ENTRIES
from katalog.ausgabe.felder import Feld
from katalog.ausgabe.gegenstaende import GEGENSTAENDE
from katalog.ausgabe.xlsx_datei import MAX_ROWS
from katalog.domain.begriffe import Begriff

_MAX_ROWS = f"{MAX_ROWS - 1:,}".replace(",", ".")
_INTRODUCTION = f"""\
Jede Liste lässt sich mitnehmen, genau so, wie sie gefiltert ist: über „Diese Auswahl mitnehmen“
unter der Liste, mit `?format=` und einem Format an ihrer Adresse oder mit einem Befehl:

    katalog export csv -f art=efa status=verfuegbar -o onlinedienste.csv

Was eine Kommune nutzt und wer einen Onlinedienst nutzt, steht ebenso zum Mitnehmen auf ihren
Seiten, zum Beispiel unter `/kommunen/055700052052/nutzung?format=csv`. Zu Onlinediensten mit
offenem Quelltext gibt es die Beschreibung der Software als `publiccode.yml` (Fassung 0.4).

- Eine Datei enthält nur, was alle sehen dürfen, auch wenn jemand Angemeldetes sie abruft: Eine
  Datei wandert weiter als eine Seite.
- Alle Zeilen einer Datei stammen vom selben Augenblick, auch wenn währenddessen jemand etwas
  ändert.
- Jede Zeile nennt Quelle, Stand und Lizenz. Maßgeblich ist die Lizenz der Quelle; wo keine steht,
  nennt die Quelle keine.
- Wo nichts bekannt ist, bleibt die Zelle leer; in JSON steht `null`.

## Formate

| Format | wofür | Kennzeichen |
| --- | --- | --- |
| `csv` | Tabellenprogramme, Auswertungen | Semikolon, UTF-8 mit BOM, Zeilenende CRLF |
| `xlsx` | Excel, LibreOffice | Blätter „Daten“ und „Quelle“; höchstens {_MAX_ROWS} Zeilen |
| `json` | Programme | ein Objekt, eine Zeile der Datei je Eintrag in `daten` |
| `geojson` | Karten | RFC 7946, WGS 84 |
| `atom` | Feedleser | die {MOST_ENTRIES} zuletzt geänderten Einträge, neueste zuerst |

**Wörter und Listen.** CSV und Excel sind für Menschen: Dort stehen Bezeichnungen
(„EfA-Leistung“), ja und nein, und mehrere Werte in einer Zelle, getrennt durch ` | `. JSON und
GeoJSON sind für Programme: Dort stehen die Werte (`efa`), Wahrheitswerte und Listen.

**Zahlen und Tage.** Tage stehen als 2026-11-28, in Excel als Datum. Zeitpunkte stehen in CSV und
Excel in deutscher Zeit, in JSON in UTC. Kommazahlen haben in CSV ein Komma.

**Schlüssel** sind Text aus Ziffern. Ein Tabellenprogramm, das eine CSV öffnet, macht daraus
Zahlen und verliert führende Nullen; wer mit Schlüsseln arbeitet, nimmt Excel oder stellt die
Spalte beim Einlesen auf Text.

### CSV

Die ersten sechs Zeilen beginnen mit `#` und stehen je in einer Zelle: Titel und Herausgeber,
Auswahl, Adresse der Liste, Zeitpunkt, Zahl der Zeilen, Quellen mit Stand und Lizenz. Es sind
immer sechs. Danach kommen die Spaltennamen. Jeder Text steht in Anführungszeichen, eine
Datenzeile beginnt also nie mit `#`. In Python genügt:

    pandas.read_csv("onlinedienste-2026-11-28.csv", sep=";", skiprows=6, decimal=",", dtype=str)

**Formeln.** Ein Text, der wie eine Formel beginnt (`=`, `+`, `-`, `@`, auch nach Leerzeichen und
Anführungszeichen, oder mit Tabulator oder Zeilenende), bekommt ein `'` davor, damit kein Programm
ihn ausführt; Zahlen bleiben Zahlen. Damit es umkehrbar ist, bekommt auch ein Text ein `'`, der
schon mit `'` und dann so weitergeht. Zurück also: Folgt auf ein `'` am Anfang ein Text, der so
ein `'` bekommt, gehört es nicht zum Text. In Excel-Dateien ist das nicht nötig: Dort ist jeder
Text als Text gespeichert.

### JSON und GeoJSON

Vor den Einträgen stehen `titel`, `typ`, `adresse`, `auswahl`, `erstellt`, `herausgeber`,
`quellen` und `gesamt`. GeoJSON hat dieselben Angaben neben `features`; jede Kommune und jede
Angabe zur Nutzung ist ein Punkt in der Mitte ihres Gebiets. Was keinen Ort hat, steht mit
`"geometry": null` in der Liste.

### Atom

Die Kennung eines Eintrags (`tag:…`) bleibt, auch wenn das Portal auf eine andere Adresse unter
demselben Namen zieht. `updated` ist der Zeitpunkt der letzten Änderung im Katalog.
"""


def render() -> str:
    lines = [*head("Exporte", "katalog/ausgabe"), *_INTRODUCTION.splitlines(), "", "## Spalten", ""]
    lines += [
        "*Name* ist das Feld in JSON und GeoJSON, *Spalte* die Überschrift in CSV und Excel.",
        "Hinter einem Wort stehen die Werte, die es haben kann, und wie sie heißen.",
    ]
    for gegenstand in GEGENSTAENDE:
        lines += ["", f"### {gegenstand.titel}", "", f"`typ`: `{gegenstand.name}`", ""]
        lines += table(
            ("Name", "Spalte", "Inhalt"),
            ((code(f.name), f.titel, "; ".join(_content(f))) for f in gegenstand.felder),
        )
    return "\n".join(lines) + "\n"


def _content(feld: Feld[Any]) -> Iterator[str]:
    yield feld.inhalt
    if feld.woerter is not None:
        yield ", ".join(f"{code(str(wort))} {wort.label}" for wort in _members(feld.woerter))


def _members(vocabulary: type[Begriff]) -> Iterator[Begriff]:
    yield from vocabulary
