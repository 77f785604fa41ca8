"""The sixteen Länder: official key, ISO 3166-2 short form, name."""

from __future__ import annotations

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe


class Landeskuerzel(Begriff):
    """In the order of the official keys 01 to 16, with which every ARS and AGS begins."""

    SH = "SH", "Schleswig-Holstein"
    HH = "HH", "Hamburg"
    NI = "NI", "Niedersachsen"
    HB = "HB", "Bremen"
    NW = "NW", "Nordrhein-Westfalen"
    HE = "HE", "Hessen"
    RP = "RP", "Rheinland-Pfalz"
    BW = "BW", "Baden-Württemberg"
    BY = "BY", "Bayern"
    SL = "SL", "Saarland"
    BE = "BE", "Berlin"
    BB = "BB", "Brandenburg"
    MV = "MV", "Mecklenburg-Vorpommern"
    SN = "SN", "Sachsen"
    ST = "ST", "Sachsen-Anhalt"
    TH = "TH", "Thüringen"

    @property
    def schluessel(self) -> str:
        return _SCHLUESSEL[self]


_SCHLUESSEL = {land: f"{number:02}" for number, land in enumerate(Landeskuerzel, start=1)}
_BY_SCHLUESSEL = {schluessel: land for land, schluessel in _SCHLUESSEL.items()}
_BY_TEXT = (
    {land.casefold(): land for land in Landeskuerzel}
    | {f"de-{land.casefold()}": land for land in Landeskuerzel}
    | {land.label.casefold(): land for land in Landeskuerzel}
    | _BY_SCHLUESSEL
)


def find_land(schluessel: str) -> Landeskuerzel | None:
    """The Land in which a longer key lies, or None for the Bund and unknown keys."""
    return _BY_SCHLUESSEL.get(schluessel[:2])


def parse_land(text: str, feld: str = "land") -> Landeskuerzel:
    """Read NW, DE-NW, 05 or Nordrhein-Westfalen."""
    land = _BY_TEXT.get(text.strip().casefold())
    if land is None:
        raise UngueltigeEingabe(
            feld,
            text,
            "Dieses Land gibt es nicht. Geben Sie ein Kürzel an, zum Beispiel NW, MV oder SN.",
        )
    return land
