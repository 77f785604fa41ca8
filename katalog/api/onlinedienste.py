"""Calls for online assistants and who uses one of them."""

from __future__ import annotations

from katalog.api import keys
from katalog.api.calls import Ask, Call, Many, One, call
from katalog.api.einsaetze import EINSATZ_LIST, STATED, page_of_statements
from katalog.api.listing import LISTING, find_rows, listing_of, load, page_of
from katalog.api.schema import form_of_kind, list_of
from katalog.ausgabe.onlinedienste import ONLINEDIENSTE
from katalog.domain.begriffe import Objektart
from katalog.domain.errors import NichtGefunden
from katalog.queries import listen

_FAMILY = "Onlinedienste"
_DIENST = form_of_kind("Onlinedienst", ONLINEDIENSTE)
_KENNUNG = keys.kennung(in_path=True, required=True)
_EXAMPLE = "wbs-sozialplattform"


@call(
    "/onlinedienste",
    "Onlinedienste auflisten",
    _FAMILY,
    list_of(_DIENST),
    keys.ozg_id(many=True),
    keys.leistungsschluessel(many=True),
    *listing_of(Objektart.ONLINEDIENST),
    examples={"leistungsschluessel": "99107022012000", "limit": "1"},
)
def list_onlinedienste(ask: Ask) -> Many:
    return page_of(ask, ONLINEDIENSTE, find_rows(ask, Objektart.ONLINEDIENST))


@call(
    "/onlinedienste/{kennung}",
    "Einen Onlinedienst lesen",
    _FAMILY,
    _DIENST,
    _KENNUNG,
    examples={"kennung": _EXAMPLE},
)
def show_onlinedienst(ask: Ask) -> One:
    found = _find(ask)
    (row,) = load(ask, ONLINEDIENSTE, [found.id])
    return One(row, found.version)


@call(
    "/onlinedienste/{kennung}/einsaetze",
    "Wer einen Onlinedienst nutzt",
    _FAMILY,
    EINSATZ_LIST,
    _KENNUNG,
    *STATED,
    *LISTING,
    examples={"kennung": _EXAMPLE, "limit": "1"},
)
def list_einsaetze_of_onlinedienst(ask: Ask) -> Many:
    _find(ask)
    return page_of_statements(ask, kennung=(ask.values["kennung"],))


def _find(ask: Ask) -> listen.Stand:
    key = ask.values["kennung"]
    found = listen.find_dienst(ask.session, key)
    if found is None:
        raise NichtGefunden("Der Onlinedienst", key)
    return found


CALLS: tuple[Call, ...] = (list_onlinedienste, show_onlinedienst, list_einsaetze_of_onlinedienst)
