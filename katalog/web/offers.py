"""The files in which a list can be taken along, as templates link to them."""

from __future__ import annotations

from dataclasses import dataclass

from katalog.ausgabe.export import MEDIA_TYPES
from katalog.domain.begriffe import Ausgabeformat
from katalog.web.address import Address


@dataclass(frozen=True, slots=True)
class Angebot:
    format: Ausgabeformat
    media_type: str
    url: str


def offer_files(address: Address | str, *, karte: bool) -> list[Angebot]:
    """A map of what lies nowhere would be empty: it can be had, but is not offered."""
    base = Address(address) if isinstance(address, str) else address.without("seite", "format")
    return [
        Angebot(each, MEDIA_TYPES[each], str(base.with_(format=each)))
        for each in Ausgabeformat
        if karte or each is not Ausgabeformat.GEOJSON
    ]
