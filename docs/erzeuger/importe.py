"""All formats of `katalog import`: what their readers read and what becomes of it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from erzeuger import importe_datensaetze
from erzeuger.importe_felder import BESCHREIBUNG, FELDER
from erzeuger.markdown import code, head, table

from importers import gv, gv_aenderungen, vg250
from importers.metering import GIB, MIB, Limits
from importers.offene_quellen import QUELLEN, OffeneQuelle
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
`katalog import FORMAT QUELLE…` liest Dateien, Ordner, ZIP- und GZ-Archive ein. `katalog laden`
holt die offenen amtlichen Quellen selbst.

## So läuft ein Import

1. **Lesen.** Alle Dateien werden gelesen und mit dem verglichen, was dieselbe Quelle zuletzt
   sagte. Nur was neu, geändert oder entfallen ist, wird vorgemerkt. Bis hierher ändert sich am
   Bestand nichts: Eine unvollständige Datei bricht ab und hinterlässt nur einen Bericht.
2. **Übernehmen.** Die Vormerkungen gehen in kurzen Schritten in den Bestand. Währenddessen wird
   weiter gelesen und geschrieben. Es läuft immer nur ein Import.
3. **Nachholen.** Nennt ein Datensatz etwas, das noch niemand kennt, wartet er und wird nach einem
   späteren Import nachgeholt. Er zählt bis dahin als nicht übernommen.

Dieselbe Datei ein zweites Mal einzulesen ändert nichts.

**Unterbrochen.** Wurde ein Import beim Lesen unterbrochen, ist nichts geschehen: noch einmal
einlesen. Wurde er beim Übernehmen unterbrochen, führt der nächste Import ihn zuerst zu Ende,
gleich welches Format er hat.

**Entfallen.** Was in einer vollständigen Lieferung fehlt, bekommt den Tag, an dem es entfiel, und
bleibt; Angaben zur Nutzung gelten als beendet, Landesangebote als eingestellt, Website und Postfach
einer Kommune verschwinden. Ein Vorgang endet so nicht: Der Bericht nennt ihn, mehr geschieht nicht.
Vollständig ist eine Lieferung für die Arten von Datensätzen, die in ihr stehen oder früher zusammen
mit ihnen in demselben Format kamen. Fehlen, im Ganzen oder von einer Art, mehr als 50 Datensätze
und mehr als ein Fünftel, bricht der Import ab; `--entfallene-zulassen` erlaubt es. Mit
`--teilweise` bleibt, was fehlt; `--vollstaendig` sagt das Gegenteil. Was für ein Format üblich ist,
steht unten.

**Ganz oder gar nicht.** Melde- und Vorgangslisten werden in einem Schritt übernommen; eine
fehlerhafte Zeile lehnt alle ab. Bei den anderen Formaten kostet sie nur sich selbst.

**Wer gilt.** Sprechen mehrere Quellen über dasselbe, wird Feld für Feld entschieden: Eingabe im
Portal vor amtlicher Liste, vor Import, vor Grundbestand, vor Demo; unter Gleichen gilt die
neuere. Wer nichts sagt, nimmt nichts weg. Ein *Widerspruch* steht im Bericht, wenn ein Import einer
Eingabe von Hand widerspricht (die Eingabe gilt weiter) oder wenn zwei amtliche Listen desselben
Tages einem Gebiet verschiedene Schlüssel geben. Auf den Seiten steht unter „Woher die Angaben
stammen“, wessen Angabe gilt.

## Optionen und Ergebnis

- `--dry-run` ändert nichts und zeigt, was sich ändern würde: neu, alt → neu, entfallen, nicht
  übernommen, Widersprüche. Je Art stehen zehn Beispiele da, mit `--json` alle.
- `--quelle NAME`: Kennung der Quelle, wenn es mehrere Lieferanten eines Formats gibt. Was fehlt,
  entfällt dann nur bei dieser. `--titel TEXT` sagt dazu, wie sie nach „laut“ heißt.
- `--teilweise` und `--vollstaendig`: ob entfällt, was fehlt. `--entfallene-zulassen`: auch, wenn
  ungewöhnlich viel fehlt.
- `--seit JJJJ-MM-TT`: von der Adresse des FIM-Portals nur, was seither geändert wurde.
- `--json`: Ergebnis oder Fehler als ein JSON-Dokument.

**Rückgabewert.** 0: alles übernommen. 3: übernommen, aber einzelne Datensätze nicht. 1: nichts
übernommen, auch wenn zwei Angaben des Aufrufs sich nicht vertragen. 2: Der Aufruf ließ sich nicht
lesen. `katalog laden` gibt den schlechtesten seiner Importe zurück.

**Bericht.** Jeder Import steht unter `/betrieb/importe` mit Zahlen, Befunden zum Filtern und den
nicht übernommenen Zeilen als CSV. Von neuen Datensätzen werden höchstens 1.000, von jeder anderen
Art 20.000 Befunde einzeln aufbewahrt; gezählt werden alle.

## Fremde Dateien

- Gelesen wird höchstens {gigabytes} GB je Import, gepackt und ausgepackt zusammen, aus höchstens
  {members} Dateien. Archive, die auf mehr als das {ratio}-Fache wachsen, Pfade aus dem Archiv
  hinaus, verschlüsselte und fremd gepackte Archive werden abgelehnt.
- XML mit DOCTYPE oder Entities und zu tiefe oder zu große Elemente werden abgelehnt, ebenso YAML
  mit Verweisen. Formeln werden nicht ausgerechnet, HTML wird auf erlaubte Auszeichnung gekürzt,
  Steuerzeichen werden entfernt und gemeldet.
- Die Zeichenkodierung wird erkannt und genannt. Eine Datei des falschen Formats wird beim Namen
  genannt.

## Reihenfolge für ein neues Portal

1. `gv` (oder `gv100`), dann `gv-aenderungen` der Jahre seit dem mitgelieferten Gebietsstand (2016),
   dann `vg250`.
2. `ozg`, dann `leika` oder `fim`.
3. Angebote: `efa`, `kdn`, `publiccode`. Danach `teilnahme` und `vorgaenge`, die auf sie verweisen.
4. `xzufi` und `datahub`.

Schritt 1 und `fim` erledigt `katalog laden`. Eine andere Reihenfolge schadet nicht: Was noch fehlt,
wird nachgeholt. Welchem Onlinedienst eine Fundstelle gehört, wird nach jedem Import neu bestimmt.
"""

_FETCHING = """\
## Die offenen Quellen von `katalog laden`

`katalog laden [NAME…]` holt zuerst alle Dateien in den Ordner `var/abrufe` und liest sie dann in
dieser Reihenfolge ein. `--liste` nennt die Quellen, `--dry-run` holt die Dateien und zeigt, was
sich ändern würde, `--json` gibt alles als ein Dokument aus. Unverändertes wird nicht noch einmal
übertragen, Abgebrochenes fortgesetzt. Ohne Internet sagt der Befehl das und ändert nichts.
"""

_FETCHING_MORE = """\
**Die Adressen konnten bei der Entwicklung nicht ausprobiert werden.** Sie stammen aus der
Beschreibung der Formate und aus öffentlichem Code, der sie benutzt. Lehnt ein Herausgeber den Abruf
ab (wir nennen uns `OZG-Katalog/<Version>`) oder zieht er um, beschaffen Sie die Datei von Hand und
lesen sie mit `katalog import` ein.

Gefragt werden nur die genannten Rechner, nur über HTTPS und nur unter Adressen, die ins Internet
führen; Weiterleitungen werden geprüft, Proxys und Zertifikate aus der Umgebung gelten nicht. Größe
und Dauer sind begrenzt. Antwortet ein Rechner mit „zu viele Anfragen“ oder einem eigenen Fehler,
wird mehrmals mit wachsender Pause gefragt. Neben jeder Datei liegt eine zweite mit
Änderungstag und Prüfsumme; eine unfertige heißt `….part`.
"""


def render() -> str:
    limits = Limits()
    introduction = _INTRODUCTION.format(
        gigabytes=limits.total_bytes // GIB,
        members=f"{limits.members:,}".replace(",", "."),
        ratio=limits.ratio,
    )
    lines = [
        *head("Importe", "importers/, katalog/intake/formats.py und docs/erzeuger/importe*.py"),
        introduction,
        _FETCHING,
        *table(
            ("Name", "Was", "Herausgeber", "Rechner", "höchstens", "Bedingung"),
            map(_row_of_source, QUELLEN),
        ),
        "",
        _FETCHING_MORE,
        "## Formate",
        "",
        "*Vollständig* heißt: Was in der Lieferung fehlt, entfällt. *Aufbewahrt* heißt: steht, wie",
        "die Quelle es gab, in `quellsatz.inhalt`, in keiner Spalte für sich.",
        "",
        *table(
            ("Format", "Was", "Dateien", "Lieferung"),
            ((f"[{f}](#{f})", f.label, ", ".join(suffixes(f)), _delivery(f)) for f in sorted(OURS)),
        ),
    ]
    for kind in sorted(OURS):
        lines += ["", *_section(kind)]
    lines += ["", *importe_datensaetze.section()]
    return "\n".join(lines) + "\n"


def _row_of_source(quelle: OffeneQuelle) -> tuple[str, ...]:
    return (
        code(quelle.name),
        f"[{quelle.titel}]({quelle.seite})",
        quelle.herausgeber,
        ", ".join(sorted(quelle.hosts)),
        f"{quelle.max_bytes // MIB} MB{' je Seite' if quelle.is_api else ''}",
        quelle.lizenz,
    )


def _delivery(kind: Format) -> str:
    if kind is Format.VG250:
        return "vollständig, als Ganzes getauscht"
    known = LIEFERARTEN[kind]
    size = "vollständig" if known.complete else "teilweise"
    return f"{size}; ganz oder gar nicht" if known.whole else size


def suffixes(kind: Format) -> tuple[str, ...]:
    return (".zip",) if kind is Format.VG250 else LIEFERARTEN[kind].suffixes


def _section(kind: Format) -> Iterator[str]:
    quelle = vg250.QUELLE if kind is Format.VG250 else LIEFERARTEN[kind].default_source()
    yield f"### {kind}"
    yield ""
    yield BESCHREIBUNG[kind]
    yield ""
    yield f"    {_EXAMPLES[kind]}"
    yield ""
    yield f"- Dateien: {', '.join(suffixes(kind))}"
    yield f"- Lieferung: {_delivery(kind)}"
    yield f"- Quelle: {code(quelle.kennung)}, „{quelle.titel}“, gilt als {_art(quelle.art)}"
    yield ""
    if tables := tables_of(kind):
        for found in tables:
            yield from _columns(kind, found)
            yield ""
        yield "Spalten in beliebiger Reihenfolge, Trennzeichen und Kodierung werden erkannt,"
        yield "unbekannte Spalten gemeldet. Fett gedruckte sind Pflicht."
    elif columns := fixed_columns(kind):
        rows = ((column.name, target(kind, column.name)) for column in columns)
        yield from table(("Spalte", "wird zu"), rows)
    else:
        yield from table(("Feld", "wird zu"), FELDER[kind].items())


def _art(art: str) -> str:
    return {"amtlich": "amtliche Liste", "import": "Import"}[art]


def tables_of(kind: Format) -> list[Table]:
    module = importlib.import_module(f"importers.{reader_of(kind)}")
    return [t for n in ("TABLE", "SOLUTIONS", "COMMUNES") if (t := getattr(module, n, None))]


def fixed_columns(kind: Format) -> list[Column]:
    """Lists of Destatis: their readers look for these columns at a certain place."""
    if kind is Format.GV:
        return [*gv._COLUMNS, *gv._MORE.values()]
    if kind is Format.GV_AENDERUNGEN:
        return [column for column, _, _ in gv_aenderungen._COLUMNS]
    return []


def _columns(kind: Format, found: Table) -> Iterator[str]:
    yield f"**{found.title}**"
    yield ""

    def name(column: Column) -> str:
        return f"**{column.name}**" if column.required else column.name

    yield from table(
        ("Spalte", "auch", "wird zu"),
        ((name(c), ", ".join(c.also), target(kind, c.name)) for c in found.columns),
    )
    yield from (f"\nMindestens eine davon: {', '.join(group)}." for group in found.one_of)
    if found.unused:
        yield ""
        yield f"Bekannt, aber nicht gebraucht: {', '.join(found.unused)}."


def target(kind: Format, column: str) -> str:
    try:
        return FELDER[kind][column]
    except KeyError:
        raise KeyError(
            f"{kind}, Spalte {column}: in docs/erzeuger/importe_felder.py sagen, was daraus wird"
        ) from None


def reader_of(kind: Format) -> str:
    return "vg250" if kind is Format.VG250 else LIEFERARTEN[kind].module
