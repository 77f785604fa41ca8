"""A step carried out: the case, its event, what the step causes, its mails, the trail.

All of it belongs to one transaction. The domain has decided before anything is written, and if
anything fails on the way nothing has happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from katalog.db import Session
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Erklaerungsform, Handlungsweise
from katalog.domain.einsatz import confirm_again
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.fristen import format_rechnung
from katalog.domain.nachnutzung import Ergebnis, advance
from katalog.domain.registerbild import show_in_register
from katalog.domain.rollen import Rolle
from katalog.domain.schritt import Wirkung
from katalog.domain.vorgang import Aktion, Fall, Status
from katalog.journal import record
from katalog.models.fall import Aussetzung, Dokument, Ereignis, Kuendigung, Zustimmung
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

LARGEST_ATTACHMENT = 5 * 1024 * 1024

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
class Schritt:
    """A step somebody takes in a case, with what comes along with it."""

    vorgang: Vorgang
    aktion: Aktion
    rolle: Rolle
    angaben: Angaben
    form: Erklaerungsform = Erklaerungsform.SCHRIFTLICH
    anhang: Anhang | None = None


@dataclass(frozen=True, slots=True)
class Vollzug:
    """What the effects of a step look at while they are written."""

    session: Session
    akteur: Akteur
    schritt: Schritt
    ergebnis: Ergebnis
    dokument_id: int | None

    @property
    def vorgang(self) -> Vorgang:
        return self.schritt.vorgang

    @property
    def fall(self) -> Fall:
        return self.ergebnis.fall


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
    _write_case(vollzug)
    event = faelle_schreiben.add_event(session, _describe_event(vollzug, hints))
    for wirkung in ergebnis.wirkungen:
        if wirkung in EFFEKTE:
            EFFEKTE[wirkung](vollzug)
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
            "Die Datei ist leer oder zu groß. Möglich sind 5 MB. Hängen Sie nur die Mail oder das "
            "Schreiben an.",
        )
    return faelle_schreiben.add_document(
        session,
        Dokument(
            nachnutzung_id=case,
            name=anhang.name[:300] or "ohne Namen",
            medientyp=anhang.medientyp[:100],
            groesse=len(anhang.inhalt),
            hash=hashlib.sha256(anhang.inhalt).hexdigest(),
            inhalt=anhang.inhalt,
            hochgeladen_von_id=akteur.betrachter.konto_id,
        ),
    )


# What a step writes besides ---------------------------------------------------------------------


def _record_zustimmung(vollzug: Vollzug) -> None:
    """The hash proves which text was accepted, even if somebody changed the version later."""
    given, terms = vollzug.schritt.angaben.zustimmung, vollzug.vorgang.anzunehmen
    if given is None or terms is None:
        return
    assert terms.id is not None
    vollzug.session.add(
        Zustimmung(
            nachnutzung_id=vollzug.vorgang.id,
            bedingungen_id=terms.id,
            text_hash=hashlib.sha256(terms.text.encode()).hexdigest(),
            name=given.name.strip(),
            funktion=given.funktion.strip(),
            vertretung=given.vertretung,
            nachweis_id=vollzug.dokument_id,
        )
    )
    vollzug.session.flush()


def _copy_checklist(vollzug: Vollzug) -> None:
    vorgang = vollzug.vorgang
    faelle_schreiben.copy_checklist(vollzug.session, vorgang.id, vorgang.row.landesangebot_id)


def _follow_in_register(vollzug: Vollzug) -> None:
    """Its own word: what the body does in the case, and going live, which it has announced."""
    today = vollzug.akteur.today
    faelle_schreiben.follow_in_register(
        vollzug.session,
        vollzug.vorgang.row,
        show_in_register(vollzug.fall, today),
        own_word=vollzug.schritt.rolle is Rolle.KOMMUNE
        or vollzug.fall.golive_gemeldet_zum is not None,
        konto_id=vollzug.akteur.betrachter.konto_id,
        today=today,
        due=confirm_again(today),
    )


def _open_suspension(vollzug: Vollzug) -> None:
    angaben = vollzug.schritt.angaben
    vollzug.session.add(
        Aussetzung(
            nachnutzung_id=vollzug.vorgang.id,
            ab=angaben.ab or vollzug.akteur.today,
            geplant_bis=angaben.geplant_bis,
            wiedervorlage=angaben.wiedervorlage,
            grund=angaben.grund.strip(),
            vorab_kontakt=angaben.vorab_kontakt_am is not None,
            hinweis_veroeffentlicht=angaben.hinweis_veroeffentlicht,
        )
    )
    vollzug.session.flush()


def _close_suspension(vollzug: Vollzug) -> None:
    faelle_schreiben.close_suspension(vollzug.session, vollzug.vorgang.id, vollzug.akteur.today)


def _record_notice(vollzug: Vollzug) -> None:
    """A correction is a new row; it keeps the rule, the form and the proof of the notice."""
    vorgang, fall, angaben = vollzug.vorgang, vollzug.fall, vollzug.schritt.angaben
    before, terms = vorgang.kuendigung, vorgang.geltend
    by_portal = vollzug.schritt.rolle is Rolle.KOMMUNE
    if before is not None:
        form, terms_id = before.form, before.bedingungen_id
    else:
        form = Erklaerungsform.PORTAL if by_portal else vollzug.schritt.form
        terms_id = terms.id if terms is not None and terms.id is not None else 0
    assert fall.zugang is not None
    assert fall.wirksam_zum is not None
    vollzug.session.add(
        Kuendigung(
            nachnutzung_id=vorgang.id,
            vorab_kontakt_am=angaben.vorab_kontakt_am
            or (before.vorab_kontakt_am if before else None),
            angekuendigt_am=before.angekuendigt_am if before else vollzug.akteur.today,
            zugang=fall.zugang,
            form=form,
            nachweis_id=vollzug.dokument_id or (before.nachweis_id if before else None),
            bedingungen_id=terms_id,
            wirksam_zum=fall.wirksam_zum,
            rechnung=format_rechnung(fall.rechnung),
            grund=angaben.grund.strip(),
        )
    )
    vollzug.session.flush()


def _order_decoupling(vollzug: Vollzug) -> None:
    faelle_schreiben.set_decoupling(vollzug.session, vollzug.vorgang.id)


def _record_decoupling(vollzug: Vollzug) -> None:
    fall, today = vollzug.fall, vollzug.akteur.today
    values: dict[str, Any] = {"erfolgt_am": fall.entkoppelt_am}
    if fall.entkopplung_vereinbart_fuer != vollzug.ergebnis.vorher.entkopplung_vereinbart_fuer:
        values |= {"vereinbart_fuer": fall.entkopplung_vereinbart_fuer, "vereinbart_am": today}
    faelle_schreiben.set_decoupling(vollzug.session, vollzug.vorgang.id, **values)


def _take_back_notice(vollzug: Vollzug) -> None:
    faelle_schreiben.take_back_notice(vollzug.session, vollzug.vorgang.id, vollzug.akteur.today)


# The offer that is discontinued is no part of a single case: `discontinue` writes it.
EFFEKTE: Mapping[Wirkung, Callable[[Vollzug], None]] = {
    Wirkung.ZUSTIMMUNG_FESTHALTEN: _record_zustimmung,
    Wirkung.CHECKLISTE_ANLEGEN: _copy_checklist,
    Wirkung.EINSATZ_ANGLEICHEN: _follow_in_register,
    Wirkung.AUSSETZUNG_OEFFNEN: _open_suspension,
    Wirkung.AUSSETZUNG_SCHLIESSEN: _close_suspension,
    Wirkung.KUENDIGUNG_FESTHALTEN: _record_notice,
    Wirkung.ENTKOPPLUNG_BEAUFTRAGEN: _order_decoupling,
    Wirkung.ENTKOPPLUNG_FESTHALTEN: _record_decoupling,
    Wirkung.KUENDIGUNG_AUFHEBEN: _take_back_notice,
}
