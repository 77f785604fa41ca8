"""One case with all that its page shows."""

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
from katalog.queries import faelle_lesen
from katalog.queries.faelle import Vorgang
from katalog.queries.faelle_lesen import (
    Dokumentzeile,
    Eingangspost,
    Ereigniszeile,
    Kuendigungszeile,
    Nachrichtzeile,
    Notizzeile,
    Pruefpunktzeile,
    Wiedervorlagezeile,
    Zustimmungszeile,
)
from katalog.workflow.handeln import find_case, rollen_in
from katalog.workflow.verlauf import Abschnitt, Datum, list_dates, show_progress
from katalog.workflow.werte import Akteur, Ansprechstelle, Fassung, describe_fassung


@dataclass(frozen=True, slots=True)
class Moeglich:
    """A button: the action, in which role, and what is missing before it works."""

    aktion: Aktion
    rolle: Rolle
    fehlt: tuple[str, ...]


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
    # Whom the coordination may give the case to; nobody else is told their names.
    kollegium: tuple[tuple[int, str], ...]
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
    eingaenge: tuple[Eingangspost, ...]
    dokumente: tuple[Dokumentzeile, ...]
    notizen: tuple[Notizzeile, ...]
    wiedervorlagen: tuple[Wiedervorlagezeile, ...]
    bedingungen: Fassung | None
    neue_bedingungen: Fassung | None
    zustimmungen: tuple[Zustimmungszeile, ...]

    @property
    def schriftverkehr(self) -> list[Nachrichtzeile | Eingangspost]:
        """In both directions, newest first."""
        both: list[Nachrichtzeile | Eingangspost] = [*self.nachrichten, *self.eingaenge]
        return sorted(both, key=lambda mail: mail.tag, reverse=True)

    @property
    def aufgehobenes_ende(self) -> date | None:
        """Of a notice that was taken back: calendars have to forget this day."""
        if self.kuendigung is not None or not self.kuendigungen:
            return None
        return self.kuendigungen[-1].wirksam_zum


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
        kollegium=tuple(list_colleagues(session, vorgang, rollen)),
        grund=row.grund,
        rollen=rollen,
        aussichten=_offers(fall, rollen, today),
        am_zug=find_zug(fall, today),
        fortschritt=show_progress(fall, ereignisse, today),
        termine=list_dates(vorgang, today),
        register="" if bild is None else bild.satz,
        ereignisse=ereignisse,
        aussetzung=vorgang.aussetzung,
        kuendigung=vorgang.kuendigung,
        kuendigungen=tuple(faelle_lesen.notices(session, vorgang.id)),
        entkopplung=vorgang.entkopplung,
        entkopplung_ueberfaellig=is_entkopplung_overdue(fall, today),
        pruefpunkte=tuple(faelle_lesen.checklist(session, vorgang.id)),
        nachrichten=tuple(faelle_lesen.mails(session, vorgang.id)),
        eingaenge=tuple(faelle_lesen.incoming(session, vorgang.id)),
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


def list_colleagues(
    session: Session, vorgang: Vorgang, rollen: tuple[Rolle, ...]
) -> list[tuple[int, str]]:
    if Rolle.KOORDINIERUNG not in rollen or vorgang.koordinierung_id is None:
        return []
    return faelle_lesen.colleagues(session, vorgang.koordinierung_id, Rolle.KOORDINIERUNG)


def own_side(akteur: Akteur, vorgang: Vorgang) -> tuple[int, ...]:
    """The bodies of a case that the reader belongs to; notes of the other side are not theirs."""
    sides = []
    for rolle in rollen_in(akteur, vorgang):
        if rolle is Rolle.KOMMUNE:
            sides.append(vorgang.row.zustaendige_stelle_id)
        elif vorgang.gegenueber_id is not None:
            sides.append(vorgang.gegenueber_id)
    return tuple(dict.fromkeys(sides))


def _offers(fall: Fall, rollen: tuple[Rolle, ...], today: date) -> tuple[Moeglich, ...]:
    """Whoever is on both sides gets each action once, in the role whose it is first."""
    found: dict[Aktion, Moeglich] = {}
    for rolle in rollen:
        for aussicht in list_aussichten(fall, rolle, today):
            found.setdefault(aussicht.aktion, Moeglich(aussicht.aktion, rolle, aussicht.fehlt))
    return tuple(found.values())
