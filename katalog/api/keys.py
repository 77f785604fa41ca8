"""Keys as people and lists write them: with blanks, with a word in front, in one official form."""

from __future__ import annotations

from katalog.api.kinds import key, text
from katalog.api.parameter import Parameter
from katalog.domain.erkennung import Kennungsart, recognise
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.schluessel import (
    ERSATZSCHLUESSEL,
    Leistungsschluessel,
    OzgId,
    Regionalschluessel,
    is_digits,
    strip_separators,
)


def read_leistungsschluessel(text: str) -> str:
    """A LeiKa key, or the one by which the portal addresses a service without."""
    if ERSATZSCHLUESSEL.fullmatch(text):
        return text
    return str(Leistungsschluessel.parse(_without_word(text, Kennungsart.LEISTUNGSSCHLUESSEL)))


def read_ozg_id(text: str) -> str:
    return str(OzgId.parse(_without_word(text, Kennungsart.OZG_ID)))


def read_gebietsschluessel(text: str) -> str:
    """An ARS or AGS; whether there is such an area, today or earlier, only the register knows."""
    digits = strip_separators(_without_word(_without_word(text, Kennungsart.ARS), Kennungsart.AGS))
    if is_digits(digits) and len(digits) in {5, 8, Regionalschluessel.LAENGE}:
        return digits
    raise UngueltigeEingabe(
        "",
        text,
        "Eine Kommune hat einen Regionalschlüssel (ARS) mit 12 Ziffern, zum Beispiel 055700052052, "
        "oder einen Gemeindeschlüssel (AGS) mit 8, ein Kreis mit 5. Prüfen Sie die Ziffern.",
    )


def _without_word(text: str, art: Kennungsart) -> str:
    """ "LeiKa-ID: 99107022012000" without what stands before the digits."""
    known = [e.ziffern for e in recognise(text) if e.art is art and e.vollstaendig]
    return known[0] if known else text


def ozg_id(name: str = "ozg_id", **more: bool) -> Parameter:
    return key(name, "OZG-ID, fünf Ziffern.", read_ozg_id, "1[0-9]{4}", "10083", **more)


def leistungsschluessel(name: str = "leistungsschluessel", **more: bool) -> Parameter:
    return key(
        name,
        "Leistungsschlüssel, 14 Ziffern, auch mit Leerzeichen oder dem Wort LeiKa davor.",
        read_leistungsschluessel,
        f"[0-9]{{14}}|{ERSATZSCHLUESSEL.pattern}",
        "99107022012000",
        **more,
    )


def ars(name: str = "ars", whose: str = "der Kommune", **more: bool) -> Parameter:
    return key(
        name,
        f"Regionalschlüssel {whose}, zwölf Ziffern; auch ein Gemeindeschlüssel (AGS).",
        read_gebietsschluessel,
        "[0-9]{12}|[0-9]{8}|[0-9]{5}",
        "055700052052",
        **more,
    )


def kennung(**more: bool) -> Parameter:
    return text("kennung", "Kennung des Onlinedienstes.", example="wbs-sozialplattform", **more)
