"""Between a list and the map of the same choice, there and back."""

from __future__ import annotations

from katalog.domain.begriffe import Objektart
from katalog.web.address import Address

_LISTS = {
    Objektart.OZG_LEISTUNG: "/ozg",
    Objektart.LEISTUNG: "/leistungen",
    Objektart.ONLINEDIENST: "/onlinedienste",
    Objektart.KOMMUNE: "/kommunen",
}
# What only a list understands, and what only the map does.
_OF_LISTS = ("seite", "sortierung", "ort", "format")
_OF_MAPS = (
    "typ", "ansicht", "ebene", "zum", "raum", "gebiet", "nutzung", "rolle", "ozg_id",
    "leistungsschluessel", "kennung",
)  # fmt: skip


def map_address(address: Address, typ: Objektart | None) -> str:
    """Where nothing else is said, a map is about assistants."""
    here = address.without(*_OF_LISTS).under("/karte")
    return str(here.with_(typ=typ) if typ and typ is not Objektart.ONLINEDIENST else here)


def list_address(address: Address, typ: Objektart) -> str:
    return str(address.without(*_OF_LISTS, *_OF_MAPS).under(_LISTS[typ]))
