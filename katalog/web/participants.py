"""What the pages for those who speak for a body share: whose page it is, and its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import FELDER
from katalog.domain.errors import NichtGefunden
from katalog.domain.reifegrad import Reifegradmodell, list_stufen
from katalog.domain.rollen import Recht, Rolle, Sichtbarkeit, require
from katalog.domain.schluessel import strip_separators
from katalog.queries import kommunen
from katalog.queries.kommunen import KommuneZeile
from katalog.web.page import View

PARTICIPANTS = frozenset({Rolle.KOMMUNE, Rolle.KOORDINIERUNG})
_LARGEST_ID = 2**31 - 1


def own_body(view: View) -> KommuneZeile:
    """The body of the address, if this account may speak for it."""
    typed = view.path["ars"]
    kommune = kommunen.find_kommune(view.session, strip_separators(typed))
    if kommune is None:
        raise NichtGefunden("Die Kommune", typed)
    require(view.viewer, Recht.EINSATZ_ANGEBEN, stelle=kommune.stelle_id)
    return kommune


def list_of(kommune: KommuneZeile) -> str:
    return f"/kommunen/{kommune.gebiet.ars}/angaben"


def number_of(typed: str) -> int:
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    if not 0 < number <= _LARGEST_ID:
        raise NichtGefunden("Die Angabe", typed, "Alle Angaben Ihrer Stelle stehen in der Liste.")
    return number


def typed_statement(view: View) -> dict[str, str]:
    return {name: view.form.last(name).strip() for name in FELDER}


def statement_form(values: Mapping[str, str], faults: Mapping[str, str]) -> dict[str, Any]:
    """What `teile/angabe_felder.html` shows."""
    return {
        "werte": {name: values.get(name, "") for name in FELDER},
        "fehler": faults,
        "rollen": list(Einsatzrolle),
        "alle_status": list(Einsatzstatus),
        "sichtbarkeiten": list(Sichtbarkeit),
        "reifegrade": [grad for modell in Reifegradmodell for grad in list_stufen(modell)],
    }
