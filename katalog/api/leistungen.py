"""Calls for OZG-Leistungen and the LeiKa-Leistungen they bundle."""

from __future__ import annotations

from katalog.api import keys
from katalog.api.calls import Ask, Call, Many, One, call
from katalog.api.listing import find_rows, listing_of, load, page_of
from katalog.api.schema import form_of_kind, list_of
from katalog.ausgabe.leistungen import LEISTUNGEN, OZG_LEISTUNGEN
from katalog.domain.begriffe import Objektart
from katalog.domain.errors import NichtGefunden
from katalog.queries import listen

_FAMILY = "Leistungen"
_OZG = form_of_kind("OzgLeistung", OZG_LEISTUNGEN)
_LEISTUNG = form_of_kind("Leistung", LEISTUNGEN)


@call(
    "/ozg-leistungen",
    "OZG-Leistungen auflisten",
    _FAMILY,
    list_of(_OZG),
    *listing_of(Objektart.OZG_LEISTUNG),
    examples={"themenfeld": "arbeit_ruhestand", "limit": "1"},
)
def list_ozg(ask: Ask) -> Many:
    return page_of(ask, OZG_LEISTUNGEN, find_rows(ask, Objektart.OZG_LEISTUNG))


@call(
    "/ozg-leistungen/{ozg_id}",
    "Eine OZG-Leistung lesen",
    _FAMILY,
    _OZG,
    keys.ozg_id(in_path=True, required=True),
    examples={"ozg_id": "10083"},
)
def show_ozg(ask: Ask) -> One:
    key = ask.values["ozg_id"]
    found = listen.find_ozg(ask.session, key)
    if found is None:
        raise NichtGefunden("Die OZG-Leistung", key)
    (row,) = load(ask, OZG_LEISTUNGEN, [found.id])
    return One(row, found.version, f"/ozg-leistungen/{key}")


@call(
    "/leistungen",
    "Leistungen (LeiKa) auflisten",
    _FAMILY,
    list_of(_LEISTUNG),
    keys.ozg_id(many=True),
    *listing_of(Objektart.LEISTUNG),
    examples={"ozg_id": "10083", "limit": "1"},
)
def list_leistungen(ask: Ask) -> Many:
    return page_of(ask, LEISTUNGEN, find_rows(ask, Objektart.LEISTUNG))


@call(
    "/leistungen/{schluessel}",
    "Eine Leistung lesen",
    _FAMILY,
    _LEISTUNG,
    keys.leistungsschluessel("schluessel", in_path=True, required=True),
    examples={"schluessel": "99107022012000"},
)
def show_leistung(ask: Ask) -> One:
    key = ask.values["schluessel"]
    found = listen.find_leistung(ask.session, key)
    if found is None:
        raise NichtGefunden("Die Leistung", key)
    (row,) = load(ask, LEISTUNGEN, [found.id])
    return One(row, found.version, f"/leistungen/{key}")


CALLS: tuple[Call, ...] = (list_ozg, show_ozg, list_leistungen, show_leistung)
