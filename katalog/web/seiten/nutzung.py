"""The tables of use as files of their own, and the publiccode.yml: what other pages link to."""

from __future__ import annotations

from http import HTTPStatus

from katalog.ausgabe.einsaetze import EINSAETZE
from katalog.ausgabe.export import Zusammenstellung
from katalog.ausgabe.publiccode import find_software, write_publiccode
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import GAST
from katalog.queries import dienste, einsaetze, importberichte, kommunen, register
from katalog.web.exports import download, occasion, wants_file
from katalog.web.page import Download, Page, Redirect, View, page


@page("/onlinedienste/{kennung:str}/nutzung")
def users_of_onlinedienst(view: View) -> Page | Redirect | Download:
    key = view.path["kennung"]
    zeile = dienste.find_dienst(view.session, key)
    if zeile is None or zeile.dienst.id is None:
        raise NichtGefunden("Der Onlinedienst", key)
    condition = einsaetze.uses(zeile.dienst.id)
    return _answer(view, f"Wer „{zeile.titel}“ nutzt", condition)


@page("/leistungen/{schluessel:str}/nutzung")
def users_of_leistung(view: View) -> Page | Redirect | Download:
    key = view.path["schluessel"]
    found = register.find_leistung(view.session, key)
    if found is None and (number := importberichte.leistung_without_key(view.session, key)):
        found = register.find_leistung_by_id(view.session, number)
    if found is None:
        raise NichtGefunden("Die Leistung", key)
    condition = einsaetze.serves(found.id)
    return _answer(view, f"Wer „{found.name}“ online anbietet", condition)


@page("/kommunen/{ars:str}/nutzung")
def uses_of_kommune(view: View) -> Page | Redirect | Download:
    key = view.path["ars"]
    kommune = kommunen.find_kommune(view.session, key)
    if kommune is None:
        raise NichtGefunden("Die Kommune", key)
    condition = einsaetze.said_of(kommune.stelle_id)
    return _answer(view, f"Was {kommune.name} nutzt", condition)


def _answer(view: View, titel: str, condition: einsaetze.Condition) -> Redirect | Download:
    """Without a format there is nothing to see here that the page of the thing does not show."""
    address = str(view.address.without("format"))
    if not wants_file(view.address):
        return Redirect(view.address.path.removesuffix("/nutzung"), status=HTTPStatus.FOUND)
    bestand = Zusammenstellung(
        EINSAETZE,
        titel,
        address,
        lambda session: einsaetze.all_ids(session, GAST, condition),
    )
    return download(view, bestand)


@page("/onlinedienste/{kennung:str}/publiccode.yml")
def show_publiccode(view: View) -> Download:
    key = view.path["kennung"]
    software = find_software(view.session, key)
    if software is None:
        raise NichtGefunden(
            "Die publiccode.yml",
            key,
            "Sie entsteht für Onlinedienste, zu denen ein offener Quelltext verzeichnet ist.",
        )
    text = write_publiccode(software, occasion(view.portal.settings))
    return Download("publiccode.yml", "application/yaml", iter([text.encode()]))


PAGES = [users_of_onlinedienst, users_of_leistung, uses_of_kommune, show_publiccode]
