"""Calls for municipalities and what one of them uses."""

from __future__ import annotations

from katalog.api import keys
from katalog.api.calls import Ask, Call, Many, Moved, One, call
from katalog.api.einsaetze import EINSATZ_LIST, STATED, page_of_statements
from katalog.api.listing import LISTING, find_rows, listing_of, load, page_of
from katalog.api.schema import form_of_kind, list_of
from katalog.ausgabe.kommunen import KOMMUNEN
from katalog.domain.begriffe import Objektart
from katalog.domain.errors import NichtGefunden
from katalog.domain.kalender import format_datum
from katalog.queries import importberichte, kommunen

_FAMILY = "Kommunen"
_KOMMUNE = form_of_kind("Kommune", KOMMUNEN)
_ARS = keys.ars(in_path=True, required=True)
_EXAMPLE = "055700052052"
_MOVES = "Frühere Schlüssel und ein AGS führen mit 308 zur heutigen Adresse."


@call(
    "/kommunen",
    "Kommunen auflisten",
    _FAMILY,
    list_of(_KOMMUNE),
    *listing_of(Objektart.KOMMUNE),
    examples={"kreis": "055700000000", "limit": "1"},
)
def list_kommunen(ask: Ask) -> Many:
    return page_of(ask, KOMMUNEN, find_rows(ask, Objektart.KOMMUNE))


@call(
    "/kommunen/{ars}",
    "Eine Kommune lesen",
    _FAMILY,
    _KOMMUNE,
    _ARS,
    moves=True,
    notes=_MOVES,
    examples={"ars": _EXAMPLE},
)
def show_kommune(ask: Ask) -> One | Moved:
    found = _find(ask)
    if isinstance(found, str):
        return Moved(f"/kommunen/{found}")
    gebiet = found.gebiet
    assert gebiet.id is not None
    (row,) = load(ask, KOMMUNEN, [gebiet.id])
    return One(row, gebiet.version, f"/kommunen/{gebiet.ars}")


@call(
    "/kommunen/{ars}/einsaetze",
    "Was eine Kommune nutzt",
    _FAMILY,
    EINSATZ_LIST,
    _ARS,
    *STATED,
    *LISTING,
    moves=True,
    notes=_MOVES,
    examples={"ars": _EXAMPLE, "limit": "1"},
)
def list_einsaetze_of_kommune(ask: Ask) -> Many | Moved:
    found = _find(ask)
    if isinstance(found, str):
        return Moved(f"/kommunen/{found}/einsaetze")
    return page_of_statements(ask, stellen=(found.stelle_id,))


def _find(ask: Ask) -> kommunen.KommuneZeile | str:
    """The area behind a key, or the ARS under which it stands today."""
    key = ask.values["ars"]
    found = kommunen.find_kommune(ask.session, key)
    if found is not None:
        return found
    gone = importberichte.vanished_area(ask.session, key)
    if gone is not None:
        return _successor(gone)
    today = kommunen.find_today(ask.session, key)
    if today is None:
        raise NichtGefunden("Die Kommune", key)
    return today


def _successor(gone: importberichte.Verschwunden) -> str:
    """One area that took its place is what a program goes on with; among several it must choose."""
    if len(gone.nachfolger) == 1 and gone.nachfolger[0].besteht:
        return gone.nachfolger[0].ars
    names = ", ".join(f"{n.name} ({n.ars})" for n in gone.nachfolger) or "nicht bekannt"
    until = f" seit {format_datum(gone.gebiet.gueltig_bis)}" if gone.gebiet.gueltig_bis else ""
    raise NichtGefunden(
        "Die Kommune", gone.name, f"Sie besteht{until} nicht mehr. Nachfolger: {names}."
    )


CALLS: tuple[Call, ...] = (list_kommunen, show_kommune, list_einsaetze_of_kommune)
