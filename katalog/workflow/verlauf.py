"""How far a case has come, and every date there is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.domain.erinnerung import Terminart
from katalog.domain.vorgang import Fall, Status, Weg, effective_status, is_open
from katalog.queries.faelle import Vorgang
from katalog.queries.faelle_lesen import Ereigniszeile


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """One station of the way: done (with its day, if known), current, or still to come."""

    status: Status
    label: str
    zustand: str
    am: date | None


@dataclass(frozen=True, slots=True)
class Datum:
    """`offen`: something is still to happen on it; then a past day is overdue. `art` says what, if
    it is a day that people are reminded of or have in their calendar."""

    bezeichnung: str
    am: date
    offen: bool = False
    ueberfaellig: bool = False
    art: Terminart | None = None


_STATIONS = {
    Weg.LANDESANGEBOT: (
        Status.INTERESSE_BEKUNDET,
        Status.BESTAETIGT,
        Status.IN_ANBINDUNG,
        Status.IM_TEST,
        Status.PRODUKTIV,
    ),
    Weg.KOMMUNAL: (Status.ANGEFRAGT, Status.IN_UEBERGABE, Status.PRODUKTIV),
}


def show_progress(
    fall: Fall, ereignisse: tuple[Ereigniszeile, ...], today: date
) -> tuple[Abschnitt, ...]:
    """A case that was left or ended shows how far it had come."""
    stations = _STATIONS[fall.weg]
    reached = fall.status_vor_kuendigung or fall.status
    running = effective_status(fall, today) == reached
    if reached not in stations:
        known = [event.von_status for event in ereignisse if event.von_status in stations]
        reached = known[0] if known else None
    place = stations.index(reached) if reached in stations else -1
    entered = {event.nach_status: event.am.date() for event in ereignisse}
    days = entered | {
        Status.INTERESSE_BEKUNDET: fall.interesse_am,
        Status.ANGEFRAGT: fall.interesse_am,
        Status.BESTAETIGT: fall.bestaetigt_am,
        Status.PRODUKTIV: fall.produktiv_ab,
    }
    found = []
    for number, status in enumerate(stations):
        current = number == place and running and status is not Status.PRODUKTIV
        state = "aktuell" if current else "erledigt" if number <= place else "offen"
        found.append(
            Abschnitt(status, status.label, state, days.get(status) if number <= place else None)
        )
    return tuple(found)


def list_dates(vorgang: Vorgang, today: date) -> tuple[Datum, ...]:
    """Every date of the case, in order."""
    found = [
        Datum(name.label, day, offen, offen and day < today, name)
        if isinstance(name, Terminart)
        else Datum(name, day, offen, offen and day < today)
        for name, day, offen in _name_dates(vorgang, today)
        if day is not None
    ]
    return tuple(sorted(found, key=lambda datum: datum.am))


def find_next(vorgang: Vorgang, today: date, reminder: date | None = None) -> Datum | None:
    """The first date that something still has to be done for, overdue ones before all."""
    pending = [datum for datum in list_dates(vorgang, today) if datum.offen]
    if reminder is not None:
        pending.append(Datum("Wiedervorlage", reminder, True, reminder < today))
    return min(pending, key=lambda datum: datum.am, default=None)


def _name_dates(vorgang: Vorgang, today: date) -> list[tuple[str | Terminart, date | None, bool]]:
    """Name, day, and whether something is still to happen on it."""
    fall, row, pause, terms = vorgang.fall, vorgang.row, vorgang.aussetzung, vorgang.neu
    going = is_open(fall, today)
    coming = going and fall.produktiv_ab is None and fall.wirksam_zum is None
    apart = fall.entkoppelt_am is not None
    ends, stops = fall.wirksam_zum, fall.eingestellt_zum
    stopping = going and stops is not None and stops >= today
    return [
        ("Interesse bekundet", fall.interesse_am, False),
        (Terminart.WUNSCHTERMIN, fall.wunschtermin, coming),
        ("Bestätigt", fall.bestaetigt_am, False),
        ("Vertrag geschlossen", fall.vertrag_am, False),
        (Terminart.PRODUKTIVSETZUNG, fall.golive_gemeldet_zum, coming),
        ("Produktiv seit", fall.produktiv_ab, False),
        ("Vorübergehend abgemeldet seit", pause.ab if pause else None, False),
        (Terminart.WIEDERAUFNAHME, pause.geplant_bis if pause else None, going),
        (Terminart.ABMELDUNG, pause.wiedervorlage if pause else None, going),
        ("Kündigung zugegangen", fall.zugang, False),
        (Terminart.ENTKOPPLUNG, fall.entkopplung_vereinbart_fuer, not apart),
        ("Entkoppelt", fall.entkoppelt_am, False),
        (Terminart.ENDE, ends, ends is not None and ends >= today),
        (Terminart.EINSTELLUNG, stops, stopping),
        (Terminart.BEDINGUNGEN, terms.annahmefrist if terms else None, going),
        ("Neue Bedingungen gelten ab", terms.gueltig_ab if terms else None, False),
        ("Abgeschlossen", row.abgeschlossen_am, False),
    ]
