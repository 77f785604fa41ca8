"""Whose turn it is in a case: one row per state, read beside the table of steps.

The steps say what may be done; this says what is expected next, and by whom. A test keeps both
together: whoever has the turn can take a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Fall, Status, effective_status


@dataclass(frozen=True, slots=True)
class Zug:
    rolle: Rolle
    satz: str


_ENTWURF = Zug(Rolle.KOMMUNE, "Entwurf vervollständigen und absenden")
_BEDINGUNGEN = Zug(Rolle.KOMMUNE, "Nachnutzungsbedingungen annehmen")
_BESTAETIGEN = Zug(Rolle.KOORDINIERUNG, "Interesse bestätigen oder ablehnen")
_ANBINDEN = Zug(Rolle.KOMMUNE, "Anbindung beginnen")
_CHECKLISTE = Zug(Rolle.KOMMUNE, "Pflichtpunkte der Checkliste erledigen")
_TEST = Zug(Rolle.KOMMUNE, "Test beginnen")
_GOLIVE = Zug(Rolle.KOMMUNE, "Test abschließen und Produktivsetzung melden")
_PRODUKTIV = Zug(Rolle.KOORDINIERUNG, "Produktiv setzen")
_NEUE_BEDINGUNGEN = Zug(Rolle.KOMMUNE, "Neue Fassung der Nachnutzungsbedingungen annehmen")
_ENTKOPPLUNG = Zug(Rolle.KOORDINIERUNG, "Tag der Entkopplung vereinbaren")
_ENTKOPPELN = Zug(Rolle.KOORDINIERUNG, "Entkopplung bestätigen")
_UEBERGEBEN = Zug(Rolle.ANBIETER, "Onlinedienst übergeben oder Anfrage ablehnen")
_MELDEN = Zug(Rolle.KOMMUNE, "Produktiven Einsatz melden")


def find_zug(fall: Fall, today: date) -> Zug | None:
    """None: nobody has to do anything; the case runs, or it is over."""
    match effective_status(fall, today):
        case Status.ENTWURF:
            return _ENTWURF
        case Status.INTERESSE_BEKUNDET:
            return _BEDINGUNGEN if fall.bedingungen_offen else _BESTAETIGEN
        case Status.BESTAETIGT:
            return _ANBINDEN
        case Status.IN_ANBINDUNG:
            return _CHECKLISTE if fall.pflichtpunkte_offen else _TEST
        case Status.IM_TEST:
            return _GOLIVE if fall.golive_gemeldet_zum is None else _PRODUKTIV
        case Status.PRODUKTIV if fall.neue_bedingungen is not None:
            return _NEUE_BEDINGUNGEN
        case Status.GEKUENDIGT if fall.entkoppelt_am is None:
            return _ENTKOPPLUNG if fall.entkopplung_vereinbart_fuer is None else _ENTKOPPELN
        case Status.ANGEFRAGT:
            return _UEBERGEBEN
        case Status.IN_UEBERGABE:
            return _MELDEN
        case _:
            return None
