"""Maturity of an online service: a level of a named model, never a number alone.

Level 3 says "Online-Leistung" in model 1.1 and something else in model 2.0, which replaced it
in July 2025, so levels of two models are neither equal nor ordered.
"""

from __future__ import annotations

from dataclasses import dataclass

from katalog.domain.begriffe import Begriff
from katalog.domain.errors import UngueltigeEingabe


class Reifegradmodell(Begriff):
    M1_1 = "1.1", "Modell 1.1 (Juni 2020)"
    M2_0 = "2.0", "Modell 2.0 (Juli 2025)"


# The published summary of model 2.0 gives no names for its levels.
_STUFEN: dict[Reifegradmodell, tuple[str, ...]] = {
    Reifegradmodell.M1_1: (
        "Offline",
        "Information",
        "Formular-Assistent",
        "Online-Leistung",
        "Online-Transaktion",
    ),
    Reifegradmodell.M2_0: ("",) * 8,
}


@dataclass(frozen=True, slots=True)
class Reifegrad:
    modell: Reifegradmodell
    stufe: int

    def __post_init__(self) -> None:
        highest = len(_STUFEN[self.modell]) - 1
        if not 0 <= self.stufe <= highest:
            raise UngueltigeEingabe(
                "reifegrad",
                str(self.stufe),
                f"Der Reifegrad im {self.modell.label} reicht von 0 bis {highest}. "
                "Prüfen Sie Stufe und Modell.",
            )

    @property
    def bezeichnung(self) -> str:
        return _STUFEN[self.modell][self.stufe]

    @property
    def value(self) -> str:
        """As one word, for a choice in a form."""
        return f"{self.modell}/{self.stufe}"

    @property
    def label(self) -> str:
        return str(self)

    def __str__(self) -> str:
        name = f" – {self.bezeichnung}" if self.bezeichnung else ""
        return f"Stufe {self.stufe}{name} ({self.modell.label})"

    # Written out, because `order=True` would rank model 1.1 below model 2.0. NotImplemented
    # makes Python refuse `<` between two models with a TypeError.
    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Reifegrad) or other.modell is not self.modell:
            return NotImplemented
        return self.stufe < other.stufe

    def __le__(self, other: object) -> bool:
        if not isinstance(other, Reifegrad) or other.modell is not self.modell:
            return NotImplemented
        return self.stufe <= other.stufe


def list_stufen(modell: Reifegradmodell) -> tuple[Reifegrad, ...]:
    return tuple(Reifegrad(modell, stufe) for stufe in range(len(_STUFEN[modell])))


def parse_reifegrad(modell: str, stufe: str) -> Reifegrad | None:
    """Read the two columns of a file or form; both empty means "not stated"."""
    written_modell, written_stufe = modell.strip(), stufe.strip()
    if not written_modell and not written_stufe:
        return None
    known = {m.value: m for m in Reifegradmodell}
    if written_modell not in known:
        raise UngueltigeEingabe(
            "reifegrad_modell",
            modell,
            "Ein Reifegrad gilt nur mit seinem Modell. Geben Sie 1.1 oder 2.0 an.",
        )
    if not (written_stufe.isascii() and written_stufe.isdigit() and len(written_stufe) <= 2):
        raise UngueltigeEingabe(
            "reifegrad", stufe, "Die Stufe ist eine Zahl. Geben Sie zum Beispiel 3 an."
        )
    return Reifegrad(known[written_modell], int(written_stufe))
