"""What the register shows of a case: the status of the Einsatz, who sees it, in which words.

Plans of a municipality are for administrations; only productive use is public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from katalog.domain.begriffe import Einsatzstatus
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.vorgang import Fall, Status, effective_status


@dataclass(frozen=True, slots=True)
class Bild:
    """One row. `satz` names a date of the case; `ohne_datum` is for cases that lack it."""

    einsatz: Einsatzstatus
    sichtbarkeit: Sichtbarkeit
    satz: str
    ohne_datum: str = ""
    zaehlt_als_verfuegbar: bool = False


_GEPLANT = Bild(Einsatzstatus.GEPLANT, Sichtbarkeit.VERWALTUNG, "geplant")
_IN_UMSETZUNG = Bild(Einsatzstatus.IN_UMSETZUNG, Sichtbarkeit.VERWALTUNG, "in Umsetzung")
_NUTZT = Bild(
    Einsatzstatus.PRODUKTIV,
    Sichtbarkeit.OEFFENTLICH,
    "nutzt seit {produktiv_ab}",
    "nutzt",
    zaehlt_als_verfuegbar=True,
)

# None: nothing is shown, to nobody.
BILDER: Mapping[Status, Bild | None] = {
    Status.ENTWURF: None,
    Status.INTERESSE_BEKUNDET: None,
    Status.BESTAETIGT: _GEPLANT,
    Status.IN_ANBINDUNG: _IN_UMSETZUNG,
    Status.IM_TEST: _IN_UMSETZUNG,
    Status.PRODUKTIV: _NUTZT,
    Status.GEKUENDIGT: Bild(
        Einsatzstatus.PRODUKTIV,
        Sichtbarkeit.OEFFENTLICH,
        "nutzt, endet zum {wirksam_zum}",
        zaehlt_als_verfuegbar=True,
    ),
    Status.ABGELEHNT: None,
    Status.ZURUECKGEZOGEN: None,
    Status.BEENDET: Bild(
        Einsatzstatus.BEENDET, Sichtbarkeit.OEFFENTLICH, "beendet zum {wirksam_zum}"
    ),
    Status.ANGEFRAGT: None,
    Status.IN_UEBERGABE: _IN_UMSETZUNG,
}

_NACH_PRODUKTIVSETZUNG = frozenset({Status.PRODUKTIV, Status.GEKUENDIGT, Status.BEENDET})

# Two facts that cut across the states: a pause in use, and a service disconnected before the
# contract ends.
AUSGESETZT = Bild(
    Einsatzstatus.VORUEBERGEHEND,
    Sichtbarkeit.OEFFENTLICH,
    "vorübergehend nicht verfügbar, voraussichtlich bis {ausgesetzt_bis}",
    "vorübergehend nicht verfügbar, Ende unbestimmt",
)
ENTKOPPELT = Bild(
    Einsatzstatus.BEENDET,
    Sichtbarkeit.OEFFENTLICH,
    "nicht mehr verfügbar seit {entkoppelt_am}",
)


@dataclass(frozen=True, slots=True)
class Registerbild:
    einsatz: Einsatzstatus
    sichtbarkeit: Sichtbarkeit
    satz: str
    zaehlt_als_verfuegbar: bool
    ab: date | None
    bis: date | None
    ausgesetzt_bis: date | None


def show_in_register(fall: Fall, today: date) -> Registerbild | None:
    bild = _choose_bild(fall, today)
    if bild is None:
        return None
    ended = [day for day in (fall.wirksam_zum, fall.entkoppelt_am) if day is not None]
    return Registerbild(
        einsatz=bild.einsatz,
        sichtbarkeit=bild.sichtbarkeit,
        satz=_fill(bild, fall),
        zaehlt_als_verfuegbar=bild.zaehlt_als_verfuegbar,
        ab=fall.produktiv_ab,
        bis=min(ended, default=None),
        ausgesetzt_bis=fall.ausgesetzt_bis if bild is AUSGESETZT else None,
    )


def _choose_bild(fall: Fall, today: date) -> Bild | None:
    status = effective_status(fall, today)
    if status is None or status not in _NACH_PRODUKTIVSETZUNG:
        return None if status is None else BILDER[status]
    before = fall.status_vor_kuendigung
    if status is not Status.PRODUKTIV and before is not None and before is not Status.PRODUKTIV:
        # Notice before going live: what nobody could use has no public end.
        return None if status is Status.BEENDET else BILDER[before]
    if fall.entkoppelt_am is not None and _is_early(fall.entkoppelt_am, fall.wirksam_zum):
        return ENTKOPPELT
    suspended = fall.ausgesetzt_ab is not None and fall.ausgesetzt_ab <= today
    return AUSGESETZT if suspended and status is not Status.BEENDET else BILDER[status]


def _is_early(entkoppelt_am: date, wirksam_zum: date | None) -> bool:
    return wirksam_zum is None or entkoppelt_am < wirksam_zum


def _fill(bild: Bild, fall: Fall) -> str:
    names = ("produktiv_ab", "ausgesetzt_bis", "entkoppelt_am", "wirksam_zum")
    known = {name: day for name in names if (day := getattr(fall, name)) is not None}
    try:
        return bild.satz.format_map({name: format_datum(day) for name, day in known.items()})
    except KeyError:
        return bild.ohne_datum
