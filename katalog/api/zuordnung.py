"""Which body and which assistant a program means, by the keys that everybody knows them by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from katalog.api import keys
from katalog.api.calls import Ask
from katalog.domain.errors import UngueltigeEingabe
from katalog.queries import dienste, kommunen
from katalog.workflow import Akteur

KENNUNG = keys.kennung(required=True)
ARS = keys.ars(whose="der Stelle; ohne ihn die, für die das Zugriffstoken gilt")


def body_of(ask: Ask, given: Mapping[str, Any]) -> int:
    """Whether the token may speak for it, the service says."""
    key = given.get("ars")
    if key is None:
        assert ask.program is not None
        return ask.program.stelle_id
    found = kommunen.find_kommune(ask.session, key)
    if found is None:
        today = kommunen.find_today(ask.session, key)
        found = kommunen.find_kommune(ask.session, today) if today else None
    if found is None:
        raise UngueltigeEingabe("ars", key, "Unter diesem Schlüssel steht hier keine Kommune.")
    return found.stelle_id


def dienst_of(ask: Ask, given: Mapping[str, Any]) -> int:
    found = dienste.find_dienst(ask.session, given["kennung"])
    if found is None or found.dienst.id is None:
        text = "Diesen Onlinedienst gibt es hier nicht. Alle stehen unter /onlinedienste."
        raise UngueltigeEingabe("kennung", given["kennung"], text)
    return found.dienst.id


def akteur_of(ask: Ask) -> Akteur:
    return Akteur(ask.viewer, ask.today, ask.basis_url)
