"""All kinds of things that leave the portal as data."""

from __future__ import annotations

from typing import Any

from katalog.ausgabe.einsaetze import EINSAETZE
from katalog.ausgabe.felder import Gegenstand
from katalog.ausgabe.festlegungen import FESTLEGUNGEN
from katalog.ausgabe.kommunen import KOMMUNEN
from katalog.ausgabe.leistungen import LEISTUNGEN, OZG_LEISTUNGEN
from katalog.ausgabe.onlinedienste import ONLINEDIENSTE

GEGENSTAENDE: tuple[Gegenstand[Any], ...] = (
    OZG_LEISTUNGEN,
    LEISTUNGEN,
    ONLINEDIENSTE,
    KOMMUNEN,
    EINSAETZE,
    FESTLEGUNGEN,
)
