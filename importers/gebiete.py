"""What the two municipality lists of Destatis share: kinds of records, kinds of areas, names.

`gv100` and `gv` read the same directory from two file formats; here one record of it becomes a
`GebietRecord`, as the register wants it: a kreisfreie Stadt is one row among the Gemeinden, an
area of the level of associations is only what really is an association.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from importers.cleaning import clean_line
from importers.records import Fault, GebietRecord, Hinweis, QuelleRecord

HERAUSGEBER = "Statistisches Bundesamt (Destatis)"
_VERMERK = re.compile(re.escape(HERAUSGEBER) + r", (\d{4})")

_LAENGEN = {"10": (2,), "20": (2, 1), "30": (2, 1, 1), "40": (2, 1, 2), "50": (2, 1, 2, 4)}
_LAENGEN["60"] = (2, 1, 2, 4, 3)
_EBENEN = {"10": "land", "20": "regierungsbezirk", "40": "kreis", "50": "verband", "60": "gemeinde"}

# Textkennzeichen, as the list explains them; kreisangehörige Gemeinden are just Gemeinden here.
_ARTEN = {
    "41": "Kreisfreie Stadt",
    "42": "Stadtkreis",
    "43": "Kreis",
    "44": "Landkreis",
    "45": "Regionalverband",
    "51": "Amt",
    "52": "Samtgemeinde",
    "53": "Verbandsgemeinde",
    "54": "Verwaltungsgemeinschaft",
    "55": "Kirchspielslandgemeinde",
    "56": "Verwaltungsverband",
    "58": "Erfüllende Gemeinde",
    "60": "Markt",
    "61": "Kreisfreie Stadt",
    "62": "Stadtkreis",
    "63": "Stadt",
    "64": "Gemeinde",
    "65": "Gemeindefreies Gebiet",
    "66": "Gemeindefreies Gebiet",
    "67": "Große Kreisstadt",
}
_ART_DES_LANDES = {
    "02": "Freie und Hansestadt",
    "04": "Freie Hansestadt",
    "09": "Freistaat",
    "14": "Freistaat",
    "16": "Freistaat",
}
KREISFREI = {"41", "42", "61", "62"}
_VERBANDSFREI = "50"

_KEINE_BEZIRKE = ("Statistische Region", "früher:")
_VOLLER_KREISNAME = re.compile(r"kreis|^region |^städteregion|^regionalverband", re.IGNORECASE)
_VERBANDSNAME = re.compile(
    r"^(?:GVV|VVG der Stadt|VVG der Gemeinde|EG|Amt) (?P<nach>.+)$"
    r"|^(?P<vor>.+?)(?: \(VGem\)|, Stadt)$"
)
_KOMMA = re.compile(r"\s*,\s*")

KEINE_REGION = "Regionen in Baden-Württemberg sind keine Ebene der Verwaltung"
KEIN_BEZIRK = "statistische Regionen und frühere Bezirke sind keine Regierungsbezirke"
NUR_KREISFREI = "kreisfreie Städte stehen als Gemeinde im Register und zählen auf beiden Ebenen"
KEIN_VERBAND = "verbands- oder gemeindefreie Gebiete stehen als Gemeinde im Register"


@dataclass(frozen=True, slots=True)
class Satz:
    """One record of the directory; `schluessel` are the parts Land, RB, Kreis, Verband, Gemeinde.

    A Region (Satzart 30) has its own digit in third place.
    """

    zeile: int
    satzart: str
    textkennzeichen: str
    schluessel: tuple[str, ...]
    name: str
    flaeche_km2: float | None = None
    einwohner: int | None = None
    plz: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(slots=True)
class Verzeichnis:
    """Takes the records of one issue; remembers what it left out, and which keys it has seen."""

    quelle: QuelleRecord
    stand: date
    saetze: int = 0
    _ausgelassen: Counter[str] = field(default_factory=Counter)
    _gesehen: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, satz: Satz) -> Iterator[GebietRecord | Fault]:
        self.saetze += 1
        teile = satz.schluessel
        laengen = _LAENGEN.get(satz.satzart)
        if laengen is None:
            yield _fault(
                satz,
                "Satzart",
                satz.satzart,
                "Diese Satzart gibt es nicht.",
                "Möglich sind 10, 20, 30, 40, 50 und 60.",
            )
        elif [len(teil) for teil in teile] != list(laengen) or not _are_digits(teile):
            yield _fault(
                satz,
                "Schlüssel",
                " ".join(teile),
                f"Der Schlüssel passt nicht zur Satzart {satz.satzart}.",
                "Prüfen Sie, ob die Datei beim Speichern verändert wurde (führende Nullen).",
            )
        elif not satz.name:
            yield _fault(satz, "Name", "", "Der Name fehlt.", "Laden Sie die Liste noch einmal.")
        else:
            yield from self._take_valid(satz)

    def _take_valid(self, satz: Satz) -> Iterator[GebietRecord | Fault]:
        grund = _reason_to_leave(satz)
        if grund:
            self._ausgelassen[grund] += 1
            return
        record = self._build(satz)
        davor = self._gesehen.setdefault((record.ebene, record.ars), satz.zeile)
        if davor != satz.zeile:
            yield _fault(
                satz,
                "Schlüssel",
                record.ars,
                f"Dieser Schlüssel steht schon in Zeile {davor}.",
                "Es gilt die erste Zeile. Laden Sie die Liste neu, falls sie verändert wurde.",
            )
            return
        yield record

    def _build(self, satz: Satz) -> GebietRecord:
        teile, ebene = satz.schluessel, _EBENEN[satz.satzart]
        name, bezeichnung = split_name(ebene, satz.name), _ARTEN.get(satz.textkennzeichen, "")
        im_namen = False
        if ebene == "land":
            bezeichnung = _ART_DES_LANDES.get(teile[0], "Land")
        elif ebene == "regierungsbezirk":
            bezeichnung = "Regierungsbezirk"
        elif ebene == "kreis":
            im_namen = _VOLLER_KREISNAME.search(name) is not None
        # The Verband stands before the Gemeinde in the ARS; the AGS leaves it out.
        ags = "" if ebene == "verband" else "".join((*teile[:3], *teile[4:]))
        return GebietRecord(
            quelle=self.quelle.kennung,
            ebene=ebene,
            ars="".join(teile).ljust(12, "0"),
            ags=ags,
            name=name,
            gueltig_ab=self.stand,
            bezeichnung=bezeichnung,
            bezeichnung_im_namen=im_namen,
            kreisfrei=ebene == "gemeinde" and satz.textkennzeichen in KREISFREI,
            einwohner=satz.einwohner,
            flaeche_km2=satz.flaeche_km2,
            plz=satz.plz,
            lat=satz.lat,
            lon=satz.lon,
        )

    def summary(self) -> Iterator[Hinweis]:
        """What became of the records that are no area of the register, so that the sum adds up."""
        for grund, anzahl in self._ausgelassen.items():
            yield Hinweis(
                None, "Satzart", f"{anzahl} von {self.saetze} Sätzen", f"Nicht übernommen: {grund}."
            )


def find_year(cells: Iterable[object]) -> str:
    """The year of publication, which the source must be quoted with; cover sheets say it."""
    found = _VERMERK.search(" ".join(cell for cell in cells if isinstance(cell, str)))
    return found[1] if found else ""


def write_lizenz(year: str) -> str:
    vermerk = f"© {HERAUSGEBER}, {year}" if year else f"© {HERAUSGEBER}"
    return (
        f"{vermerk}; Vervielfältigung und Verbreitung, auch auszugsweise, mit Quellenangabe "
        "gestattet"
    )


def split_name(ebene: str, amtlich: str) -> str:
    """The name without its addition: "Kiel, Landeshauptstadt" is Kiel, "GVV Salem" is Salem."""
    name = clean_line(amtlich).text
    match ebene:
        case "gemeinde":
            kern, *zusatz = _KOMMA.split(name)
            # The town and the Kirchspiel of Garding are two municipalities.
            return f"{zusatz[0]} {kern}" if zusatz[:1] == ["Kirchspiel"] else kern
        case "verband":
            found = _VERBANDSNAME.match(name)
            return (found["nach"] or found["vor"]) if found else name
        case "regierungsbezirk":
            return name.removeprefix("Reg.-Bez. ")
        case "kreis":
            return name.removeprefix("Landkreis ")
        case _:
            return name


def _reason_to_leave(satz: Satz) -> str:
    match satz.satzart:
        case "20" if satz.name.startswith(_KEINE_BEZIRKE):
            return KEIN_BEZIRK
        case "30":
            return KEINE_REGION
        case "40" if satz.textkennzeichen in KREISFREI:
            return NUR_KREISFREI
        case "50" if satz.textkennzeichen == _VERBANDSFREI:
            return KEIN_VERBAND
        case _:
            return ""


def _are_digits(teile: tuple[str, ...]) -> bool:
    schluessel = "".join(teile)
    return schluessel.isascii() and schluessel.isdigit()


def _fault(satz: Satz, stelle: str, wert: str, ursache: str, abhilfe: str) -> Fault:
    return Fault(satz.zeile, stelle, wert[:200], ursache, abhilfe)
