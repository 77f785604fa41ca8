"""Letters of a case: issued by the side whose letter it is, and kept as they went out.

The PDF is kept whole. Its checksum and that of what it says are stored beside it: the content can
be compared, and the same content gives the same file again. A letter that would say the same as
the last one is the last one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from katalog.ausgabe.brief_pdf import write_pdf
from katalog.ausgabe.vorgangsschreiben import Vorgangsstoff, is_due, write_schreiben
from katalog.db import Session
from katalog.domain.begriffe import Schreibenart
from katalog.domain.errors import FalscherZustand
from katalog.domain.rollen import Rolle
from katalog.models.fall import Dokument, Schreiben
from katalog.queries import faelle_schreiben, schreiben
from katalog.workflow.akte import Akte, read_case
from katalog.workflow.handeln import find_case
from katalog.workflow.vollzug import note
from katalog.workflow.werte import Akteur

# Whose letter it is.
_VERFASSER = {
    Schreibenart.BESTAETIGUNG: Rolle.KOORDINIERUNG,
    Schreibenart.KUENDIGUNG: Rolle.KOMMUNE,
}


def list_letters(akte: Akte) -> tuple[Schreibenart, ...]:
    """Those that the reader may issue now."""
    return tuple(
        art for art, rolle in _VERFASSER.items() if rolle in akte.rollen and is_due(art, akte.fall)
    )


def issue_letter(
    session: Session, akteur: Akteur, case_id: int, art: Schreibenart, fonts: Path
) -> int:
    """The number of the document. The case is locked, so that two clicks are one letter."""
    vorgang = find_case(session, akteur, case_id, lock=True)
    akte = read_case(session, akteur, case_id)
    if art not in list_letters(akte):
        raise FalscherZustand(
            f"Das Schreiben „{art.label}“ lässt sich hier nicht erstellen: Entweder ist es dafür "
            "zu früh, oder es ist das Schreiben der anderen Seite."
        )
    brief = write_schreiben(art, _collect(akte, akteur))
    last = schreiben.last_of_case(session, case_id, art)
    if last is not None and last.hash == brief.pruefsumme:
        return last.dokument_id
    number = 1 if last is None else last.fassung + 1
    pdf = write_pdf(brief, fonts)
    document = faelle_schreiben.add_document(
        session,
        Dokument(
            nachnutzung_id=case_id,
            name=f"{brief.art} {akte.vorgangsnummer}, Fassung {number}.pdf",
            medientyp="application/pdf",
            groesse=len(pdf),
            hash=hashlib.sha256(pdf).hexdigest(),
            inhalt=pdf,
            hochgeladen_von_id=akteur.betrachter.konto_id,
        ),
    )
    session.add(
        Schreiben(
            art=art,
            nachnutzung_id=case_id,
            fassung=number,
            datum=akteur.today,
            hash=brief.pruefsumme,
            dokument_id=document,
        )
    )
    session.flush()
    note(session, akteur, "schreiben_erstellt", vorgang, art=art.value, fassung=number)
    return document


def _collect(akte: Akte, akteur: Akteur) -> Vorgangsstoff:
    contact = akte.ansprechstelle
    said = () if contact is None else (contact.name, contact.email, contact.telefon)
    return Vorgangsstoff(
        vorgangsnummer=akte.vorgangsnummer,
        aktenzeichen=akte.aktenzeichen,
        dienst=akte.dienst_name,
        stelle=akte.stelle_name,
        gebiete=akte.gebiete,
        gegenueber=akte.gegenueber,
        ansprechstelle=tuple(filter(None, said)),
        fall=akte.fall,
        kuendigung=akte.kuendigung,
        url=f"{akteur.basis_url}/nachnutzungen/{akte.id}",
    )
