"""Keys that a law, standard or code list defines: parse or refuse, keep as text, never compute.

An instance is always valid, because its constructor checks what it is given. `parse` also takes
what people and spreadsheets write: blanks, dots and dashes between the groups. `erkennung`
guesses which of these keys somebody typed; `laender` holds the table of the Länder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from katalog.domain.begriffe import Begriff, Gebietsebene
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.laender import Landeskuerzel, find_land, parse_land

# All blanks (also the hard ones of word processors), dots, and every dash Unicode knows.
_SEPARATORS = re.compile(r"[\s.\u00ad\u2010-\u2015\u2212-]+")
_DIGITS = re.compile(r"[0-9]+")
_BUND = "00"
# A service that is not in the LeiKa has a key made of its name, to be found again and linked to.
ERSATZSCHLUESSEL = re.compile(r"ohne-[0-9a-f]{16}-[1-9][0-9]{0,5}")


def strip_separators(text: str) -> str:
    return _SEPARATORS.sub("", text)


def is_digits(text: str) -> bool:
    """ASCII only: `str.isdigit` also accepts ² and digits of other scripts."""
    return _DIGITS.fullmatch(text) is not None


class Leistungstyp(Begriff):
    LO = "lo", "Leistungsobjekt"
    LOV = "lov", "Leistungsobjekt mit Verrichtung"
    LOVD = "lovd", "Leistungsobjekt mit Verrichtung und Detail"


@dataclass(frozen=True, slots=True, order=True)
class Leistungsschluessel:
    """LeiKa key: Instanz 2, Leistungsgruppierung 3, -kennung 3, Verrichtung 3, Detail 3."""

    LAENGE: ClassVar[int] = 14
    wert: str

    def __post_init__(self) -> None:
        _check(
            "leistungsschluessel",
            "Ein Leistungsschlüssel",
            self.wert,
            (self.LAENGE,),
            "99107022012000",
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(strip_separators(text))

    @property
    def instanz(self) -> str:
        return self.wert[:2]

    @property
    def gruppierung(self) -> str:
        return self.wert[2:5]

    @property
    def kennung(self) -> str:
        return self.wert[5:8]

    @property
    def verrichtung(self) -> str:
        return self.wert[8:11]

    @property
    def detail(self) -> str:
        return self.wert[11:]

    @property
    def typ(self) -> Leistungstyp:
        if self.detail != "000":
            return Leistungstyp.LOVD
        return Leistungstyp.LO if self.verrichtung == "000" else Leistungstyp.LOV

    @property
    def uebergeordnete(self) -> tuple[Leistungsschluessel, ...]:
        """The LOV and the LO above, nearest first. Real lists do not always contain them."""
        above = (f"{self.wert[:11]}000", f"{self.wert[:8]}000000")
        return tuple(Leistungsschluessel(w) for w in dict.fromkeys(above) if w != self.wert)

    @property
    def anzeige(self) -> str:
        """99 107 022 012 000"""
        return " ".join(
            (self.instanz, self.gruppierung, self.kennung, self.verrichtung, self.detail)
        )

    def __str__(self) -> str:
        return self.wert


@dataclass(frozen=True, slots=True, order=True)
class OzgId:
    """Identifier of an OZG-Leistung; the list has gaps and grows."""

    LAENGE: ClassVar[int] = 5
    wert: str

    def __post_init__(self) -> None:
        _check("ozg_id", "Eine OZG-ID", self.wert, (self.LAENGE,), "10083")
        if not self.wert.startswith("1"):
            raise UngueltigeEingabe(
                "ozg_id",
                self.wert,
                "Eine OZG-ID beginnt mit 1, zum Beispiel 10083. Prüfen Sie die Ziffern.",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(strip_separators(text))

    def __str__(self) -> str:
        return self.wert


@dataclass(frozen=True, slots=True, order=True)
class Regionalschluessel:
    """ARS: Land 2, Regierungsbezirk 1, Kreis 2, Verband 4, Gemeinde 3. Twelve zeros: the Bund."""

    LAENGE: ClassVar[int] = 12
    # A key may be cut after each of its parts. Eight digits are an AGS, which is not a cut ARS.
    TEILLAENGEN: ClassVar[tuple[int, ...]] = (2, 3, 5, 9, 12)
    wert: str

    def __post_init__(self) -> None:
        _check("ars", "Ein Regionalschlüssel (ARS)", self.wert, (self.LAENGE,), "055700052052")
        _check_land("ars", self.wert, bund=True)

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(strip_separators(text))

    @classmethod
    def of_gekuerzt(cls, text: str) -> Self:
        """A key cut after Land, Regierungsbezirk, Kreis or Verband, filled up with zeros."""
        digits = strip_separators(text)
        _check("ars", "Ein gekürzter Regionalschlüssel", digits, cls.TEILLAENGEN, "05570")
        return cls(digits.ljust(cls.LAENGE, "0"))

    @property
    def land(self) -> str:
        return self.wert[:2]

    @property
    def regierungsbezirk(self) -> str:
        return self.wert[:3]

    @property
    def kreis(self) -> str:
        return self.wert[:5]

    @property
    def verband(self) -> str:
        return self.wert[:9]

    @property
    def gemeinde(self) -> str:
        return self.wert[9:]

    @property
    def landeskuerzel(self) -> Landeskuerzel | None:
        return find_land(self.wert)

    @property
    def ebene(self) -> Gebietsebene | None:
        """The highest level that the zeros allow; None is the Bund.

        A guess: a kreisfreie Stadt (051170000000) is Kreis and Gemeinde at once, Berlin and
        Hamburg are a Land as well. Only the register knows which levels a key stands on.
        """
        if self.land == _BUND:
            return None
        if int(self.wert[2:]) == 0:
            return Gebietsebene.LAND
        if int(self.wert[3:]) == 0:
            return Gebietsebene.REGIERUNGSBEZIRK
        if int(self.wert[5:]) == 0:
            return Gebietsebene.KREIS
        return Gebietsebene.VERBAND if self.gemeinde == "000" else Gebietsebene.GEMEINDE

    @property
    def ags_nach_regel(self) -> Gemeindeschluessel:
        """What the AGS should be. Official lists deviate (Uder), so this is for comparing only."""
        return Gemeindeschluessel(self.kreis + self.gemeinde)

    @property
    def anzeige(self) -> str:
        """05 5 70 0052 052"""
        return " ".join((self.land, self.wert[2], self.wert[3:5], self.wert[5:9], self.gemeinde))

    def __str__(self) -> str:
        return self.wert


@dataclass(frozen=True, slots=True, order=True)
class Gemeindeschluessel:
    """AGS: 8 digits for a Gemeinde; 5, 3 or 2 for its Kreis, Regierungsbezirk or Land."""

    LAENGEN: ClassVar[tuple[int, ...]] = (2, 3, 5, 8)
    wert: str

    def __post_init__(self) -> None:
        _check("ags", "Ein Gemeindeschlüssel (AGS)", self.wert, self.LAENGEN, "05570052")
        _check_land("ags", self.wert)

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(strip_separators(text))

    @property
    def land(self) -> str:
        return self.wert[:2]

    @property
    def kreis(self) -> str | None:
        return self.wert[:5] if len(self.wert) >= 5 else None

    @property
    def landeskuerzel(self) -> Landeskuerzel:
        return parse_land(self.land)

    @property
    def ebene(self) -> Gebietsebene:
        return _AGS_EBENEN[len(self.wert)]

    @property
    def anzeige(self) -> str:
        """05 5 70 052"""
        parts = (self.land, self.wert[2:3], self.wert[3:5], self.wert[5:])
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.wert


_AGS_EBENEN = {
    2: Gebietsebene.LAND,
    3: Gebietsebene.REGIERUNGSBEZIRK,
    5: Gebietsebene.KREIS,
    8: Gebietsebene.GEMEINDE,
}


def find_widerspruch(ars: Regionalschluessel, ags: Gemeindeschluessel) -> str | None:
    """Say that two keys of one Gemeinde disagree, as official lists do; both are kept."""
    expected = ars.ags_nach_regel
    if len(ags.wert) != 8 or expected == ags:
        return None
    return (
        f"Nach dem Regionalschlüssel {ars} wäre der Gemeindeschlüssel {expected}, "
        f"angegeben ist {ags}. Beide bleiben mit ihrer Quelle gespeichert."
    )


def _check(feld: str, name: str, digits: str, lengths: tuple[int, ...], example: str) -> None:
    if len(digits) in lengths and is_digits(digits):
        return
    wanted = " oder ".join(str(length) for length in lengths)
    wanted = wanted.replace(" oder ", ", ", len(lengths) - 2)
    rule = f"{name} hat {wanted} Ziffern, zum Beispiel {example}."
    if not digits:
        raise UngueltigeEingabe(feld, digits, f"Hier fehlt der Schlüssel. {rule}")
    if not is_digits(digits):
        raise UngueltigeEingabe(
            feld, digits, f"{rule} Die Angabe enthält andere Zeichen. Prüfen Sie die Schreibweise."
        )
    if len(digits) not in lengths:
        # Spreadsheets turn 05570052 into 5570052: the most frequent cause of a short key.
        lost_zero = len(digits) + 1 in lengths and feld in {"ars", "ags"} and digits[0] != "0"
        hint = f"Vielleicht fehlt die führende Null: 0{digits}." if lost_zero else ""
        raise UngueltigeEingabe(
            feld,
            digits,
            f"{rule} Die Angabe hat {len(digits)}. {hint or 'Prüfen Sie die Ziffern.'}",
        )


def _check_land(feld: str, digits: str, *, bund: bool = False) -> None:
    if find_land(digits) is None and not (bund and int(digits) == 0):
        raise UngueltigeEingabe(
            feld,
            digits,
            f"Ein Land mit dem Schlüssel {digits[:2]} gibt es nicht. Die ersten zwei Ziffern "
            "reichen von 01 bis 16.",
        )
