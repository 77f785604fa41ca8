"""Calls for statements of use: public claims with source and dates."""

from __future__ import annotations

from typing import Any

from katalog.api import keys
from katalog.api.calls import Ask, Call, Many, call
from katalog.api.kinds import word
from katalog.api.listing import LISTING, page_of, part_of
from katalog.api.schema import form_of_kind, list_of
from katalog.ausgabe.einsaetze import EINSAETZE
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.queries.listen import Einsatzfilter, list_einsaetze

EINSATZ_LIST = list_of(form_of_kind("Einsatz", EINSAETZE))
STATED = (
    word("status", "Wie weit der Einsatz ist.", Einsatzstatus, many=True),
    word("rolle", "Wie die Stelle zum Onlinedienst steht.", Einsatzrolle, many=True),
)


@call(
    "/einsaetze",
    "Angaben zur Nutzung auflisten",
    "Nutzung",
    EINSATZ_LIST,
    keys.ars(many=True),
    keys.kennung(many=True),
    keys.leistungsschluessel(many=True),
    keys.ozg_id(many=True),
    *STATED,
    *LISTING,
    examples={"ozg_id": "10083", "status": "produktiv", "limit": "1"},
    notes="Nur öffentliche Angaben. Auch beendete und solche, denen widersprochen wurde, sind "
    "dabei; nach dem Status lässt sich filtern.",
)
def list_statements(ask: Ask) -> Many:
    values = ask.values
    named = {name: values[name] for name in ("ars", "kennung", "leistungsschluessel", "ozg_id")}
    return page_of_statements(ask, **named)


def page_of_statements(ask: Ask, **narrowed: Any) -> Many:
    wanted = Einsatzfilter(status=ask.values["status"], rolle=ask.values["rolle"], **narrowed)
    found = list_einsaetze(ask.session, wanted, ask.viewer, part_of(ask), ask.today)
    return page_of(ask, EINSAETZE, found)


CALLS: tuple[Call, ...] = (list_statements,)
