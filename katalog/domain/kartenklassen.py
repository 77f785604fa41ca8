"""By what maps colour areas: the questions, what is measured, and the classes of each legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from katalog.domain.begriffe import Begriff, Einsatzstatus


class Kartenansicht(Begriff):
    STAND = "stand", "Wer hat eine Lösung?"
    ANZAHL = "anzahl", "Wie viele Onlinedienste?"
    ANTEIL = "anteil", "Wie viel vom Zuständigen?"


class Messgroesse(Begriff):
    """By what an area gets its class; `anteil` is per cent."""

    STATUS = "status", "Status"
    ANZAHL = "anzahl", "Anzahl"
    ANTEIL = "anteil", "Anteil"


class Zeichen(Begriff):
    """How a class is drawn: colour and pattern together, so that nobody has to tell colours apart.

    The signs of states are those of every list; the steps are amounts.
    """

    LIVE = "live", "gefüllt"
    PAUSED = "paused", "gegenläufig schraffiert"
    DOING = "doing", "schraffiert"
    PLAN = "plan", "gepunktet"
    ENDED = "ended", "umrandet"
    NULL = "stufe-0", "Stufe 0"
    EINS = "stufe-1", "Stufe 1"
    ZWEI = "stufe-2", "Stufe 2"
    DREI = "stufe-3", "Stufe 3"
    VIER = "stufe-4", "Stufe 4"
    FUENF = "stufe-5", "Stufe 5"
    NONE = "none", "leer"


# The best statement stands for an area.
RANG = (
    Einsatzstatus.PRODUKTIV,
    Einsatzstatus.VORUEBERGEHEND,
    Einsatzstatus.IN_UMSETZUNG,
    Einsatzstatus.GEPLANT,
    Einsatzstatus.BEENDET,
)
KEINE_ANGABE = "keine"
_STUFEN = (
    Zeichen.NULL, Zeichen.EINS, Zeichen.ZWEI, Zeichen.DREI, Zeichen.VIER, Zeichen.FUENF,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Klasse:
    """One line of the legend. `ab` is the least value of a class of numbers."""

    schluessel: str
    wort: str
    muster: Zeichen
    ab: int | None = None


def _stufen(*steps: tuple[int, str]) -> tuple[Klasse, ...]:
    """From `ab` up to the next one; the first is known to have nothing."""
    return tuple(
        Klasse(f"ab-{ab}", wort, zeichen, ab)
        for (ab, wort), zeichen in zip(steps, _STUFEN, strict=False)
    )


def _status(status: Einsatzstatus, zeichen: Zeichen) -> Klasse:
    return Klasse(str(status), status.label, zeichen)


OHNE = Klasse(KEINE_ANGABE, "keine Angabe", Zeichen.NONE)
KLASSEN: Mapping[Messgroesse, tuple[Klasse, ...]] = {
    Messgroesse.STATUS: (
        _status(Einsatzstatus.PRODUKTIV, Zeichen.LIVE),
        _status(Einsatzstatus.VORUEBERGEHEND, Zeichen.PAUSED),
        _status(Einsatzstatus.IN_UMSETZUNG, Zeichen.DOING),
        _status(Einsatzstatus.GEPLANT, Zeichen.PLAN),
        _status(Einsatzstatus.BEENDET, Zeichen.ENDED),
        OHNE,
    ),
    # Half of all municipalities have fewer than 2,000 inhabitants and few services of their own.
    Messgroesse.ANZAHL: (
        *_stufen(
            (0, "keiner produktiv"), (1, "1 bis 4"), (5, "5 bis 9"), (10, "10 bis 24"),
            (25, "25 bis 49"), (50, "50 und mehr"),
        ),
        OHNE,
    ),
    Messgroesse.ANTEIL: (
        *_stufen(
            (0, "0 %"), (1, "unter 25 %"), (25, "25 bis unter 50 %"), (50, "50 bis unter 75 %"),
            (75, "75 bis unter 100 %"), (100, "alle"),
        ),
        OHNE,
    ),
}  # fmt: skip


def highest(klassen: Sequence[Klasse], number: float) -> Klasse:
    """A share above nothing is in the first class above it, however small."""
    value = max(number, 1) if number > 0 else 0
    return next(k for k in reversed(klassen) if k.ab is not None and value >= k.ab)
