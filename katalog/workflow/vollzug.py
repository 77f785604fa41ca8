"""A step carried out: the case, its event, what the step causes, its mails, the trail.

All of it belongs to one transaction. The domain has decided before anything is written, and if
anything fails on the way nothing has happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from katalog.db import Session
from katalog.domain.begriffe import Handlungsweise
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.nachnutzung import Ergebnis, advance
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Fall, Status
from katalog.journal import record
from katalog.models.fall import Dokument, Ereignis
from katalog.models.grundlage import moment_on
from katalog.queries import faelle_lesen, faelle_schreiben
from katalog.queries.faelle import Vorgang
from katalog.workflow.post import (
    Adressbuch,
    Anlass,
    Beteiligte,
    check_reach,
    link_to,
    send,
    write_briefe,
)
from katalog.workflow.werte import Akteur, Anhang, Ansprechstelle, Brief, Getan
from katalog.workflow.wirkungen import EFFEKTE, Schritt, Vollzug

LARGEST_ATTACHMENT = 10 * 1024 * 1024

# Facts of the case that are columns of its row; the others are rows of their own.
_COLUMNS = (
    "status",
    "status_seit",
    "bedingungen_offen",
    "wunschtermin",
    "interesse_am",
    "bestaetigt_am",
    "vertrag_am",
    "golive_gemeldet_zum",
    "produktiv_ab",
    "status_vor_kuendigung",
)
_CLOSING = frozenset({Status.ABGELEHNT, Status.ZURUECKGEZOGEN})


@dataclass(frozen=True, slots=True)
class Plan:
    """A step that the rules allow, and the mails it will send; nothing is written yet."""

    ergebnis: Ergebnis
    briefe: tuple[Brief, ...]


def plan(session: Session, akteur: Akteur, schritt: Schritt, fall: Fall | None = None) -> Plan:
    """`fall` only where it is not the stored one: a case that is just being recorded."""
    vorgang = schritt.vorgang
    before = fall or vorgang.fall
    ergebnis = advance(before, schritt.aktion, schritt.rolle, akteur.today, schritt.angaben)
    book = Adressbuch(session, describe(session, vorgang))
    check_reach(book, ergebnis.mails)
    anlass = Anlass(
        schritt.rolle,
        ergebnis.fall,
        schritt.angaben,
        vorgang.row.vorgangsnummer,
        link_to(ergebnis.mails, akteur.basis_url, vorgang.id),
    )
    return Plan(ergebnis, write_briefe(book, ergebnis.mails, anlass))


def perform(session: Session, akteur: Akteur, schritt: Schritt, fall: Fall | None = None) -> Getan:
    planned = plan(session, akteur, schritt, fall)
    ergebnis, vorgang = planned.ergebnis, schritt.vorgang
    vollzug = Vollzug(
        session, akteur, schritt, ergebnis, _file(session, akteur, vorgang.id, schritt.anhang)
    )
    hints = tuple(brief.hinweis for brief in planned.briefe if brief.hinweis)
    event = write_step(vollzug, hints)
    count = send(session, planned.briefe, vorgang.id, event)
    note(session, akteur, f"vorgang_{schritt.aktion}", vorgang, rolle=schritt.rolle.value)
    return Getan(
        id=vorgang.id,
        vorgangsnummer=vorgang.row.vorgangsnummer,
        version=vorgang.row.version,
        status=vorgang.row.status,
        mails=count,
        hinweise=hints,
    )


def write_step(vollzug: Vollzug, hints: tuple[str, ...] = ()) -> int:
    """The case, its event, and what the step causes besides; the number of the event."""
    _write_case(vollzug)
    event = faelle_schreiben.add_event(vollzug.session, _describe_event(vollzug, hints))
    for wirkung in vollzug.ergebnis.wirkungen:
        if wirkung in EFFEKTE:
            EFFEKTE[wirkung](vollzug)
    return event


def describe(session: Session, vorgang: Vorgang) -> Beteiligte:
    row = vorgang.row
    contact = faelle_lesen.find_contact(session, row.ansprechperson_id)
    terms = vorgang.geltend
    return Beteiligte(
        stelle_id=row.zustaendige_stelle_id,
        stelle=vorgang.stelle.name,
        gebiete=tuple(faelle_lesen.areas_of(session, vorgang.id)),
        dienst=vorgang.dienst.kurzname or vorgang.dienst.name,
        angebot_id=row.landesangebot_id,
        gegenueber_id=vorgang.gegenueber_id,
        gegenueber=vorgang.gegenueber,
        ansprechstelle=None if contact is None else Ansprechstelle(*contact),
        mik_rolle_id=None if terms is None else terms.empfaenger_rolle_id,
    )


def note(
    session: Session, akteur: Akteur, vorgang_art: str, vorgang: Vorgang, **angaben: Any
) -> None:
    said = {"stelle_id": vorgang.row.zustaendige_stelle_id} | angaben
    record(session, vorgang_art, "nachnutzung", vorgang.id, said, akteur.betrachter.konto_id)


def _write_case(vollzug: Vollzug) -> None:
    changed = vollzug.ergebnis.felder
    values = {name: changed[name] for name in _COLUMNS if name in changed}
    row = vollzug.vorgang.row
    # A case just being recorded has its state by the step alone.
    values["status"], values["status_seit"] = vollzug.fall.status, vollzug.fall.status_seit
    if vollzug.fall.status in _CLOSING:
        values["abgeschlossen_am"] = vollzug.akteur.today
        values["grund"] = vollzug.schritt.angaben.grund.strip()
    faelle_schreiben.change_case(vollzug.session, row, values)


def _describe_event(vollzug: Vollzug, hints: tuple[str, ...]) -> Ereignis:
    happened, angaben = vollzug.ergebnis.ereignis, vollzug.schritt.angaben
    said = [happened.notiz]
    if angaben.beleg.strip():
        said.append(f"Beleg: {angaben.beleg.strip()}")
    if angaben.nachfolger.strip():
        said.append(f"Nachfolger: {angaben.nachfolger.strip()}")
    row, by_proof = vollzug.vorgang.row, bool(angaben.beleg.strip())
    acting_for = row.handelt is Handlungsweise.IM_NAMEN or (
        vollzug.schritt.rolle is Rolle.KOORDINIERUNG and by_proof
    )
    return Ereignis(
        nachnutzung_id=vollzug.vorgang.id,
        am=moment_on(vollzug.akteur.today),
        aktion=happened.aktion,
        von_status=happened.von_status,
        nach_status=happened.nach_status,
        konto_id=vollzug.akteur.betrachter.konto_id,
        im_namen_von_id=row.zustaendige_stelle_id if acting_for else None,
        datum=happened.datum,
        notiz="\n".join(filter(None, (*said, *hints))),
    )


def _file(session: Session, akteur: Akteur, case: int, anhang: Anhang | None) -> int | None:
    if anhang is None:
        return None
    if len(anhang.inhalt) > LARGEST_ATTACHMENT or not anhang.inhalt:
        raise UngueltigeEingabe(
            "anhang",
            anhang.name,
            "Die Datei ist leer oder zu groß. Möglich sind 10 MB. Hängen Sie nur die Mail oder das "
            "Schreiben an.",
        )
    return store(session, akteur, case, anhang)


def store(session: Session, akteur: Akteur | None, case: int, anhang: Anhang) -> int:
    """`akteur` None: the portal itself, with a mail that came."""
    return faelle_schreiben.add_document(
        session,
        Dokument(
            nachnutzung_id=case,
            eingang_id=anhang.eingang_id,
            name=anhang.name[:300] or "ohne Namen",
            medientyp=anhang.medientyp[:100],
            groesse=len(anhang.inhalt),
            hash=anhang.hash,
            inhalt=anhang.inhalt,
            hochgeladen_von_id=None if akteur is None else akteur.betrachter.konto_id,
        ),
    )
