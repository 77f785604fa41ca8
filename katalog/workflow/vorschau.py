"""The mails of interest as they will be sent, before there is a case."""

from __future__ import annotations

from katalog.db import Session
from katalog.domain.nachnutzung import advance
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Fall, Status
from katalog.models.angebot import Onlinedienst
from katalog.queries import faelle, faelle_lesen, faelle_wege
from katalog.workflow.beginnen import (
    Vorhaben,
    check_contact,
    opening_of,
    plan_all,
    to_angaben,
)
from katalog.workflow.post import (
    Adressbuch,
    Anlass,
    Beteiligte,
    check_reach,
    link_to,
    write_briefe,
    write_own_briefe,
)
from katalog.workflow.werte import Akteur, Brief, Interesse


def preview_interest(
    session: Session, akteur: Akteur, interesse: Interesse, *, selbst: bool = False
) -> tuple[Brief, ...]:
    """The exact text of each mail; only the number is given when it is sent. `selbst`: the body
    sends it itself, and nothing in it is the portal's."""
    check_contact(interesse.ansprechstelle)
    dienst = faelle_wege.find_dienst(session, interesse.dienst_id)
    briefe: list[Brief] = []
    for vorhaben in plan_all(session, akteur, interesse, Rolle.KOMMUNE):
        assert dienst is not None
        opening, angaben = opening_of(vorhaben.weg), to_angaben(interesse)
        fall = _imagine(session, akteur, vorhaben)
        ergebnis = advance(fall, opening, Rolle.KOMMUNE, akteur.today, angaben)
        book = Adressbuch(session, _describe(session, interesse, vorhaben, dienst))
        anlass = Anlass(
            Rolle.KOMMUNE, ergebnis.fall, angaben, "",
            link_to(ergebnis.mails, akteur.basis_url, None),
        )  # fmt: skip
        if selbst:
            briefe += write_own_briefe(book, ergebnis.mails, anlass)
            continue
        check_reach(book, ergebnis.mails)
        briefe += write_briefe(book, ergebnis.mails, anlass)
    return tuple(briefe)


def _imagine(session: Session, akteur: Akteur, vorhaben: Vorhaben) -> Fall:
    """The case as it would be in the moment before it is sent."""
    offer = vorhaben.angebot
    versions = faelle.versions_of(session, offer.koordinierung_id) if offer else []
    terms = faelle.describe_terms(faelle.in_force(versions, akteur.today))
    return Fall(weg=vorhaben.weg, status=Status.ENTWURF, bedingungen=terms)


def _describe(
    session: Session, interesse: Interesse, vorhaben: Vorhaben, dienst: Onlinedienst
) -> Beteiligte:
    offer = vorhaben.angebot
    other = offer.koordinierung_id if offer is not None else dienst.traeger_id
    names = faelle_wege.names_of(session, [other] if other is not None else [])
    return Beteiligte(
        stelle_id=vorhaben.stelle_id,
        stelle=vorhaben.koerperschaft.stelle.name,
        gebiete=tuple(faelle_lesen.area_names(session, vorhaben.gebiete)),
        dienst=dienst.kurzname or dienst.name,
        angebot_id=None if offer is None else offer.id,
        gegenueber_id=other,
        gegenueber=names.get(other or 0, ""),
        ansprechstelle=interesse.ansprechstelle,
    )
