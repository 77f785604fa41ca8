"""Every list as a file: exactly what its address chooses, on all pages, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from katalog import discovery
from katalog.ausgabe.export import Zusammenstellung
from katalog.ausgabe.felder import Gegenstand
from katalog.ausgabe.kommunen import KOMMUNEN
from katalog.ausgabe.leistungen import LEISTUNGEN, OZG_LEISTUNGEN
from katalog.ausgabe.onlinedienste import ONLINEDIENSTE
from katalog.db import Session
from katalog.discovery import Auswahl, Suche
from katalog.domain.begriffe import Objektart
from katalog.web.address import Address
from katalog.web.exports import download
from katalog.web.lists import active_chips, plain_choices, read_auswahl
from katalog.web.page import Download, View

GEGENSTAND: Mapping[Objektart, Gegenstand[Any]] = {
    Objektart.OZG_LEISTUNG: OZG_LEISTUNGEN,
    Objektart.LEISTUNG: LEISTUNGEN,
    Objektart.ONLINEDIENST: ONLINEDIENSTE,
    Objektart.KOMMUNE: KOMMUNEN,
}


def download_list(view: View, typ: Objektart) -> Download:
    auswahl = replace(read_auswahl(view.address, typ), typ=typ)
    return download(
        view, compose(view.session, view.portal.suche, view.address, auswahl, view.today)
    )


def compose(
    session: Session, search: Suche, address: Address, auswahl: Auswahl, today: date
) -> Zusammenstellung[Any]:
    assert auswahl.typ is not None
    gegenstand = GEGENSTAND[auswahl.typ]
    # Nothing but the words beside the list is asked for: the rows are the file's own question.
    fund = discovery.find(session, search, auswahl, today, limit=0)
    base = address.without("seite", "format")
    chips = active_chips(base, fund.facetten, plain_choices(auswahl))
    return Zusammenstellung(
        gegenstand,
        gegenstand.titel,
        str(base),
        partial(discovery.all_ids, search=search, auswahl=auswahl, today=today),
        tuple(chip.text for chip in chips),
    )
