"""One case with all that its page shows, and the list of those somebody may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from katalog.db import Session
from katalog.domain.am_zug import Zug, find_zug
from katalog.domain.begriffe import Handlungsweise
from katalog.domain.errors import NichtGefunden
from katalog.domain.nachnutzung import Aktion, list_aussichten
from katalog.domain.registerbild import show_in_register
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Fall, Status, Weg, effective_status, is_entkopplung_overdue
from katalog.models.fall import Aussetzung, Dokument, Entkopplung, Kuendigung
from katalog.queries import faelle_lesen, faelle_liste
from katalog.queries.faelle import Vorgang
from katalog.queries.faelle_lesen import (
    Dokumentzeile,
    Ereigniszeile,
    Kuendigungszeile,
    Nachrichtzeile,
    Notizzeile,
    Pruefpunktzeile,
    Wiedervorlagezeile,
    Zustimmungszeile,
)
from katalog.queries.faelle_liste import Filter
from katalog.queries.paging import Seite
from katalog.workflow.handeln import find_case, rollen_in
from katalog.workflow.werte import Akteur, Ansprechstelle, Fassung, describe_fassung


@dataclass(frozen=True, slots=True)
class Moeglich:
    """A button: the action, in which role, and what is missing before it works."""

    aktion: Aktion
    rolle: Rolle
    fehlt: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """One station of the way: done (with its day, if known), current, or still to come."""

    status: Status
    label: str
    zustand: str
    am: date | None


@dataclass(frozen=True, slots=True)
class Datum:
    bezeichnung: str
    am: date
    ueberfaellig: bool = False


@dataclass(frozen=True, slots=True)
class Akte:
    id: int
    vorgangsnummer: str
    version: int
    weg: Weg
    status: Status
    status_seit: date
    fall: Fall
    dienst_id: int
    dienst_kennung: str
    dienst_name: str
    stelle_id: int
    stelle_name: str
    stelle_ars: str | None
    gebiete: tuple[str, ...]
    gegenueber: str
    angebot_id: int | None
    koordinierung_id: int | None
    handelt: Handlungsweise
    ansprechstelle: Ansprechstelle | None
    aktenzeichen: str
    wartet_auf: str
    bearbeiter_id: int | None
    bearbeiter: str
    grund: str
    rollen: tuple[Rolle, ...]
    aussichten: tuple[Moeglich, ...]
    am_zug: Zug | None
    fortschritt: tuple[Abschnitt, ...]
    termine: tuple[Datum, ...]
    register: str
    ereignisse: tuple[Ereigniszeile, ...]
    aussetzung: Aussetzung | None
    kuendigung: Kuendigung | None
    kuendigungen: tuple[Kuendigungszeile, ...]
    entkopplung: Entkopplung | None
    entkopplung_ueberfaellig: bool
    pruefpunkte: tuple[Pruefpunktzeile, ...]
    nachrichten: tuple[Nachrichtzeile, ...]
    dokumente: tuple[Dokumentzeile, ...]
    notizen: tuple[Notizzeile, ...]
    wiedervorlagen: tuple[Wiedervorlagezeile, ...]
    bedingungen: Fassung | None
    neue_bedingungen: Fassung | None
    zustimmungen: tuple[Zustimmungszeile, ...]


@dataclass(frozen=True, slots=True)
class Vorgangszeile:
    id: int
    vorgangsnummer: str
    version: int
    status: Status
    status_seit: date
    tage: int
    dienst_kennung: str
    dienst_name: str
    stelle_id: int
    stelle_name: str
    gegenueber: str
    am_zug: Zug | None
    ausgesetzt: bool
    ausgesetzt_bis: date | None
    wirksam_zum: date | None
    neue_bedingungen: str
    wartet_auf: str
    aktenzeichen: str
    bearbeiter: str


def read_case(session: Session, akteur: Akteur, case_id: int) -> Akte:
    vorgang = find_case(session, akteur, case_id)
    row, fall, today = vorgang.row, vorgang.fall, akteur.today
    rollen = rollen_in(akteur, vorgang)
    contact = faelle_lesen.find_contact(session, row.ansprechperson_id)
    ereignisse = tuple(faelle_lesen.events(session, vorgang.id))
    bild = show_in_register(fall, today)
    return Akte(
        id=vorgang.id,
        vorgangsnummer=row.vorgangsnummer,
        version=row.version,
        weg=fall.weg,
        status=effective_status(fall, today) or row.status,
        status_seit=row.status_seit,
        fall=fall,
        dienst_id=row.onlinedienst_id or 0,
        dienst_kennung=vorgang.dienst.kennung,
        dienst_name=vorgang.dienst.kurzname or vorgang.dienst.name,
        stelle_id=row.zustaendige_stelle_id,
        stelle_name=vorgang.stelle.name,
        stelle_ars=vorgang.stelle_ars,
        gebiete=tuple(faelle_lesen.areas_of(session, vorgang.id)),
        gegenueber=vorgang.gegenueber,
        angebot_id=row.landesangebot_id,
        koordinierung_id=vorgang.koordinierung_id,
        handelt=row.handelt,
        ansprechstelle=None if contact is None else Ansprechstelle(*contact),
        aktenzeichen=row.aktenzeichen,
        wartet_auf=row.wartet_auf,
        bearbeiter_id=row.bearbeiter_id,
        bearbeiter=faelle_lesen.account_name(session, row.bearbeiter_id),
        grund=row.grund,
        rollen=rollen,
        aussichten=_offers(fall, rollen, today),
        am_zug=find_zug(fall, today),
        fortschritt=show_progress(fall, ereignisse, today),
        termine=_dates(vorgang, today),
        register="" if bild is None else bild.satz,
        ereignisse=ereignisse,
        aussetzung=vorgang.aussetzung,
        kuendigung=vorgang.kuendigung,
        kuendigungen=tuple(faelle_lesen.notices(session, vorgang.id)),
        entkopplung=vorgang.entkopplung,
        entkopplung_ueberfaellig=is_entkopplung_overdue(fall, today),
        pruefpunkte=tuple(faelle_lesen.checklist(session, vorgang.id)),
        nachrichten=tuple(faelle_lesen.mails(session, vorgang.id)),
        dokumente=tuple(faelle_lesen.documents(session, vorgang.id)),
        notizen=tuple(faelle_lesen.notes(session, vorgang.id, own_side(akteur, vorgang))),
        wiedervorlagen=tuple(faelle_lesen.reminders(session, vorgang.id)),
        bedingungen=None if vorgang.geltend is None else describe_fassung(vorgang.geltend),
        neue_bedingungen=None if vorgang.neu is None else describe_fassung(vorgang.neu),
        zustimmungen=tuple(faelle_lesen.acceptances(session, vorgang.id)),
    )


def read_document(session: Session, akteur: Akteur, case_id: int, dokument_id: int) -> Dokument:
    vorgang = find_case(session, akteur, case_id)
    found = faelle_lesen.document(session, vorgang.id, dokument_id)
    if found is None:
        raise NichtGefunden("Das Dokument", str(dokument_id), "Öffnen Sie den Vorgang neu.")
    return found


def list_cases(
    session: Session, akteur: Akteur, wanted: Filter, seite: int = 1
) -> Seite[Vorgangszeile]:
    found = faelle_liste.list_cases(session, akteur.betrachter, wanted, akteur.today, seite)
    assigned = [v.row.bearbeiter_id for v in found.rows if v.row.bearbeiter_id is not None]
    names = faelle_liste.editors(session, assigned) if assigned else {}
    rows = tuple(_line(vorgang, names, akteur.today) for vorgang in found.rows)
    return Seite(rows, found.total, found.number, found.size)


def count_by_status(session: Session, akteur: Akteur) -> dict[Status, int]:
    return faelle_liste.count_by_status(session, akteur.betrachter, akteur.today)


def own_side(akteur: Akteur, vorgang: Vorgang) -> tuple[int, ...]:
    """The bodies of a case that the reader belongs to; notes of the other side are not theirs."""
    sides = []
    for rolle in rollen_in(akteur, vorgang):
        if rolle is Rolle.KOMMUNE:
            sides.append(vorgang.row.zustaendige_stelle_id)
        elif vorgang.gegenueber_id is not None:
            sides.append(vorgang.gegenueber_id)
    return tuple(dict.fromkeys(sides))


def _line(vorgang: Vorgang, names: dict[int, str], today: date) -> Vorgangszeile:
    row, fall = vorgang.row, vorgang.fall
    return Vorgangszeile(
        id=vorgang.id,
        vorgangsnummer=row.vorgangsnummer,
        version=row.version,
        status=effective_status(fall, today) or row.status,
        status_seit=row.status_seit,
        tage=max(0, (today - row.status_seit).days),
        dienst_kennung=vorgang.dienst.kennung,
        dienst_name=vorgang.dienst.kurzname or vorgang.dienst.name,
        stelle_id=row.zustaendige_stelle_id,
        stelle_name=vorgang.stelle.name,
        gegenueber=vorgang.gegenueber,
        am_zug=find_zug(fall, today),
        ausgesetzt=fall.aussetzung_offen,
        ausgesetzt_bis=fall.ausgesetzt_bis,
        wirksam_zum=fall.wirksam_zum,
        neue_bedingungen="" if vorgang.neu is None else vorgang.neu.fassung,
        wartet_auf=row.wartet_auf,
        aktenzeichen=row.aktenzeichen,
        bearbeiter=names.get(row.bearbeiter_id or 0, ""),
    )


def _offers(fall: Fall, rollen: tuple[Rolle, ...], today: date) -> tuple[Moeglich, ...]:
    """Whoever is on both sides gets each action once, in the role whose it is first."""
    found: dict[Aktion, Moeglich] = {}
    for rolle in rollen:
        for aussicht in list_aussichten(fall, rolle, today):
            found.setdefault(aussicht.aktion, Moeglich(aussicht.aktion, rolle, aussicht.fehlt))
    return tuple(found.values())


# Progress and dates -----------------------------------------------------------------------------

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


def _dates(vorgang: Vorgang, today: date) -> tuple[Datum, ...]:
    """Every date of the case, in order; overdue is what should have happened by now."""
    fall, row = vorgang.fall, vorgang.row
    running = fall.produktiv_ab is None and effective_status(fall, today) is not Status.BEENDET
    open_case = row.abgeschlossen_am is None
    pause = vorgang.aussetzung
    named: list[tuple[str, date | None, bool]] = [
        ("Interesse bekundet", fall.interesse_am, False),
        ("Wunschtermin", fall.wunschtermin, running and open_case),
        ("Bestätigt", fall.bestaetigt_am, False),
        ("Vertrag geschlossen", fall.vertrag_am, False),
        ("Produktivsetzung gemeldet zum", fall.golive_gemeldet_zum, running and open_case),
        ("Produktiv seit", fall.produktiv_ab, False),
        ("Vorübergehend abgemeldet seit", pause.ab if pause else None, False),
        ("Wiederaufnahme geplant", pause.geplant_bis if pause else None, True),
        ("Wiedervorlage der Abmeldung", pause.wiedervorlage if pause else None, True),
        ("Kündigung zugegangen", fall.zugang, False),
        ("Entkopplung vereinbart für", fall.entkopplung_vereinbart_fuer, not fall.entkoppelt_am),
        ("Entkoppelt", fall.entkoppelt_am, False),
        ("Ende der Nutzung", fall.wirksam_zum, False),
        ("Onlinedienst wird eingestellt zum", fall.eingestellt_zum, False),
        ("Abgeschlossen", row.abgeschlossen_am, False),
    ]
    if vorgang.neu is not None:
        terms = vorgang.neu
        named.append(("Neue Bedingungen annehmen bis", terms.annahmefrist, open_case))
        named.append(("Neue Bedingungen gelten ab", terms.gueltig_ab, False))
    found = [Datum(name, day, due and day < today) for name, day, due in named if day is not None]
    return tuple(sorted(found, key=lambda datum: datum.am))
