"""The file of a case as PDF/A, for the records of the side that takes it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from katalog.ausgabe.brief_pdf import Anlage, write_record
from katalog.ausgabe.vorgangsakte import Aktenbedingungen, Aktenstoff, Aktentermin, write_akte
from katalog.db import Session
from katalog.domain.errors import NichtErlaubt
from katalog.domain.rollen import Rolle
from katalog.workflow.akte import Akte, read_case
from katalog.workflow.werte import Akteur


def write_file(
    session: Session, akteur: Akteur, case_id: int, moment: datetime, fonts: Path
) -> bytes:
    """`moment` in the time zone in which the file is read."""
    akte = read_case(session, akteur, case_id)
    if not akte.rollen:
        raise NichtErlaubt("Die Akte bekommen nur die Beteiligten des Vorgangs.")
    stoff = _collect(akte, akteur, moment)
    anlage = Anlage(
        f"vorgang-{akte.vorgangsnummer}.json",
        "application/json",
        "Die Angaben dieser Akte für Programme",
        stoff.encode(),
    )
    return write_record(write_akte(stoff), anlage, fonts)


def _collect(akte: Akte, akteur: Akteur, moment: datetime) -> Aktenstoff:
    """With notes and reminders, which `read_case` shows of the own side only."""
    contact, terms = akte.ansprechstelle, akte.bedingungen
    lines = () if contact is None else (contact.name, contact.email, contact.telefon)
    coordinating = Rolle.KOORDINIERUNG in akte.rollen or Rolle.ANBIETER in akte.rollen
    return Aktenstoff(
        vorgangsnummer=akte.vorgangsnummer,
        aktenzeichen=akte.aktenzeichen,
        erstellt=moment,
        seite=akte.gegenueber if coordinating else akte.stelle_name,
        url=f"{akteur.basis_url}/nachnutzungen/{akte.id}",
        weg=akte.weg,
        status=akte.status,
        status_seit=akte.status_seit,
        dienst=akte.dienst_name,
        dienst_kennung=akte.dienst_kennung,
        stelle=akte.stelle_name,
        stelle_ars=akte.stelle_ars,
        gebiete=akte.gebiete,
        gegenueber=akte.gegenueber,
        handelt=akte.handelt,
        ansprechstelle=tuple(filter(None, lines)),
        bearbeitung=akte.bearbeiter,
        wartet_auf=akte.wartet_auf,
        grund=akte.grund,
        register=akte.register,
        termine=tuple(
            Aktentermin(d.bezeichnung, d.am, d.offen, d.ueberfaellig) for d in akte.termine
        ),
        rechnung=akte.fall.rechnung,
        kuendigungen=akte.kuendigungen,
        ereignisse=akte.ereignisse,
        nachrichten=akte.nachrichten,
        pruefpunkte=akte.pruefpunkte,
        dokumente=akte.dokumente,
        bedingungen=None
        if terms is None
        else Aktenbedingungen(
            terms.fassung,
            terms.gueltig_ab,
            terms.kuendigung,
            terms.klausel,
            terms.text,
            terms.text_hash,
            not akte.fall.bedingungen_offen,
        ),
        zustimmungen=akte.zustimmungen,
        notizen=akte.notizen,
        wiedervorlagen=akte.wiedervorlagen,
    )
