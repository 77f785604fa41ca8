"""Which way leads from a body to an assistant: an offer of its coordination, or the assistant's
Traeger, or as yet none; then it can only wish for it."""

from __future__ import annotations

from collections.abc import Sequence

from katalog.db import Session
from katalog.domain.begriffe import Angebotsstatus, Dienstart, Dienststatus
from katalog.domain.errors import NichtGefunden
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Recht, may
from katalog.domain.vorgang import Status, Weg, is_open
from katalog.models.angebot import Landesangebot, Onlinedienst
from katalog.models.fall import Nachnutzung, Nachnutzungsbedingungen
from katalog.queries import faelle, faelle_schreiben, faelle_wege
from katalog.queries.faelle_wege import Koerperschaft
from katalog.workflow.werte import Akteur, WegDerStelle, Wege, describe_fassung

# What a municipality built is taken over from it; everything else needs somebody's offer.
_TAKEN_OVER = frozenset({Dienstart.KOMMUNAL, Dienstart.OPENSOURCE})


def find_way(
    dienst: Onlinedienst,
    body: Koerperschaft,
    offers: Sequence[Landesangebot],
    areas: dict[int, set[int]],
) -> tuple[Weg | None, Landesangebot | None, str]:
    """The way, the offer it leads to, and what stands in the way if nothing does."""
    offer = faelle_wege.choose_offer(body, offers, areas)
    if offer is not None:
        obstacle = _obstacle(offer)
        return (None, None, obstacle) if obstacle else (Weg.LANDESANGEBOT, offer, "")
    if dienst.art not in _TAKEN_OVER:
        return None, None, "Ihr Land bietet diesen Onlinedienst noch nicht zur Nachnutzung an."
    if dienst.traeger_id is None:
        return None, None, "Wem dieser Onlinedienst gehört, ist hier nicht verzeichnet."
    if dienst.traeger_id == body.stelle.id:
        return None, None, "Dieser Onlinedienst gehört Ihnen selbst."
    if dienst.status is Dienststatus.EINGESTELLT:
        return None, None, "Dieser Onlinedienst ist eingestellt."
    return Weg.KOMMUNAL, None, ""


def _obstacle(offer: Landesangebot) -> str:
    if offer.eingestellt_zum is not None:
        return f"Das Angebot wird zum {format_datum(offer.eingestellt_zum)} eingestellt."
    if offer.status is not Angebotsstatus.ANGEBOTEN:
        return f"Das Angebot Ihres Landes ist noch nicht offen: {offer.status.label}."
    return ""


def list_wege(
    session: Session, akteur: Akteur, dienst_id: int, stellen: Sequence[int] = ()
) -> Wege:
    """For each body the reader acts for, or for those asked about, what it may begin."""
    dienst = faelle_wege.find_dienst(session, dienst_id)
    if dienst is None or dienst.id is None:
        raise NichtGefunden("Der Onlinedienst", str(dienst_id))
    wanted = stellen or sorted(akteur.betrachter.eigene_stellen)
    numbers = [n for n in wanted if may(akteur.betrachter, Recht.VORGANG_BEGINNEN, stelle=n)]
    bodies = faelle_wege.find_bodies(session, numbers, akteur.today)
    offers, areas = faelle_wege.offers_by_area(session, dienst_id)
    owners = {offer.koordinierung_id for offer in offers}
    named = owners | ({dienst.traeger_id} if dienst.traeger_id is not None else set())
    names = faelle_wege.names_of(session, named)
    terms = {
        owner: faelle.in_force(faelle.versions_of(session, owner), akteur.today) for owner in owners
    }
    wishing = faelle_wege.wishing(session, dienst_id, numbers)
    known = _open_cases(session, akteur, dienst_id, numbers)
    return Wege(
        dienst.id,
        dienst.kennung,
        dienst.kurzname or dienst.name,
        tuple(
            _describe(dienst, body, find_way(dienst, body, offers, areas), names, terms, known)
            for body in bodies
        ),
        frozenset(wishing),
    )


def _open_cases(
    session: Session, akteur: Akteur, dienst: int, stellen: Sequence[int]
) -> dict[tuple[int, int | None], Nachnutzung]:
    """Without those whose contract the calendar has ended, and without drafts of others."""
    found = faelle_schreiben.find_open(session, dienst, stellen)
    cases = faelle.load(session, [row.id for row in found.values() if row.id], akteur.today)
    still = {case.id for case in cases if is_open(case.fall, akteur.today)}
    own = akteur.betrachter.eigene_stellen
    return {
        key: row
        for key, row in found.items()
        if row.id in still and (row.status is not Status.ENTWURF or key[0] in own)
    }


def _describe(
    dienst: Onlinedienst,
    body: Koerperschaft,
    way: tuple[Weg | None, Landesangebot | None, str],
    names: dict[int, str],
    terms: dict[int, Nachnutzungsbedingungen | None],
    known: dict[tuple[int, int | None], Nachnutzung],
) -> WegDerStelle:
    weg, offer, obstacle = way
    stelle = body.stelle
    assert stelle.id is not None
    case = known.get((stelle.id, None if offer is None else offer.id)) if weg is not None else None
    other = None if weg is None else offer.koordinierung_id if offer else dienst.traeger_id
    ruling = terms.get(offer.koordinierung_id) if offer else None
    return WegDerStelle(
        stelle_id=stelle.id,
        name=stelle.name,
        art=stelle.art,
        weg=weg,
        hindernis=obstacle,
        koordinierung=names.get(other or 0, ""),
        angebot_id=None if offer is None else offer.id,
        bedingungen=None if ruling is None else describe_fassung(ruling),
        offener_vorgang=None if case is None else case.id,
        offene_nummer="" if case is None else case.vorgangsnummer,
        mitglieder=body.mitglieder,
    )
