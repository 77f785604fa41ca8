"""Calls for statements of use: public claims with source and dates, and a body's own by token."""

from __future__ import annotations

from typing import Any

from katalog import participation
from katalog.api import keys
from katalog.api.calls import Ask, Call, Made, Many, One, call
from katalog.api.kinds import day, number, text, word
from katalog.api.listing import LISTING, load, page_of, part_of
from katalog.api.schema import form_of_kind, list_of
from katalog.api.stand import known_version
from katalog.api.zuordnung import ARS, KENNUNG, body_of, dienst_of
from katalog.ausgabe.einsaetze import EINSAETZE
from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import FELDER, LONGEST, Einsatzangaben, parse_einsatz
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.zugriff import Zugriff
from katalog.queries.listen import Einsatzfilter, find_einsatz, list_einsaetze

_FAMILY = "Nutzung"
EINSATZ = form_of_kind("Einsatz", EINSAETZE)
EINSATZ_LIST = list_of(EINSATZ)
_NUMMER = number("id", "Nummer der Angabe.", 1, 2**31 - 1, in_path=True)
SAID = (
    word("rolle", "Wie die Stelle zum Onlinedienst steht.", Einsatzrolle, required=True),
    word("status", "Wie weit der Einsatz ist.", Einsatzstatus, required=True),
    day("ab", "Seit wann, oder ab wann geplant."),
    day("bis", "Bis wann."),
    text("url", "Adresse, unter der er vor Ort steht.", LONGEST["url"]),
    text("fachverfahren", "Angebundenes Fachverfahren.", LONGEST["fachverfahren"]),
    text("bemerkung", "Was man dazu wissen sollte.", LONGEST["bemerkung"]),
    word("sichtbarkeit", "Wer die Angabe sieht; ohne Angabe nach dem Status.", Sichtbarkeit),
    text("reifegrad", "Modell und Stufe, zum Beispiel 2.0/4."),
)
_SEEN = "In If-Match steht der ETag der Angabe, die Sie gesehen haben."
STATED = (
    word("status", "Wie weit der Einsatz ist.", Einsatzstatus, many=True),
    word("rolle", "Wie die Stelle zum Onlinedienst steht.", Einsatzrolle, many=True),
)


@call(
    "/einsaetze",
    "Angaben zur Nutzung auflisten",
    _FAMILY,
    EINSATZ_LIST,
    keys.ars(many=True),
    keys.kennung(many=True),
    keys.leistungsschluessel(many=True),
    keys.ozg_id(many=True),
    *STATED,
    *LISTING,
    examples={"ozg_id": "10083", "status": "produktiv", "limit": "1"},
    needs=Zugriff.EINSAETZE_SCHREIBEN,
    open_too=True,
    notes="Ohne Zugriffstoken nur öffentliche Angaben. Auch beendete und solche, denen "
    "widersprochen wurde, sind dabei; nach dem Status lässt sich filtern.",
)
def list_statements(ask: Ask) -> Many:
    values = ask.values
    named = {name: values[name] for name in ("ars", "kennung", "leistungsschluessel", "ozg_id")}
    return page_of_statements(ask, **named)


def page_of_statements(ask: Ask, **narrowed: Any) -> Many:
    wanted = Einsatzfilter(status=ask.values["status"], rolle=ask.values["rolle"], **narrowed)
    found = list_einsaetze(ask.session, wanted, ask.viewer, part_of(ask), ask.today)
    return page_of(ask, EINSAETZE, found)


@call(
    "/einsaetze/{id}",
    "Eine Angabe zur Nutzung",
    _FAMILY,
    EINSATZ,
    _NUMMER,
    needs=Zugriff.EINSAETZE_SCHREIBEN,
    open_too=True,
    examples={"id": "1"},
)
def show_statement(ask: Ask) -> One:
    content, version = _show(ask, ask.values["id"])
    return One(content, version)


@call(
    "/einsaetze",
    "Eine Nutzung angeben",
    _FAMILY,
    EINSATZ,
    method="POST",
    needs=Zugriff.EINSAETZE_SCHREIBEN,
    fields=(
        KENNUNG,
        ARS,
        *SAID,
    ),
    examples={
        "kennung": "wbs-sozialplattform",
        "rolle": "nutzt",
        "status": "produktiv",
        "ab": "2026-11-02",
    },
    notes="Gilt sofort als eigene Angabe der Stelle und ist nach zwölf Monaten zu bestätigen. "
    "Gibt es zu Onlinedienst und Rolle schon eine laufende, ist die Antwort 409: Zweimal dasselbe "
    "zu senden legt nichts doppelt an.",
)
def state_use(ask: Ask) -> Made:
    stelle, dienst = body_of(ask, ask.sent), dienst_of(ask, ask.sent)
    made = participation.state_use(
        ask.session, ask.viewer, stelle, dienst, _angaben(ask), ask.today
    )
    return _made(ask, made)


@call(
    "/einsaetze/{id}/bestaetigungen",
    "Bestätigen, dass eine Angabe noch stimmt",
    _FAMILY,
    EINSATZ,
    _NUMMER,
    method="POST",
    needs=Zugriff.EINSAETZE_SCHREIBEN,
    conditional=True,
    examples={"id": "1"},
    notes=f"{_SEEN} Danach ist sie zwölf Monate lang nicht mehr fällig.",
)
def confirm_use(ask: Ask) -> Made:
    shown = ask.values["id"]
    participation.confirm_seen(ask.session, ask.viewer, shown, known_version(ask), ask.today)
    return _made(ask, shown)


@call(
    "/einsaetze/{id}/fassungen",
    "Eine eigene Angabe ändern oder beenden",
    _FAMILY,
    EINSATZ,
    _NUMMER,
    method="POST",
    needs=Zugriff.EINSAETZE_SCHREIBEN,
    conditional=True,
    fields=SAID,
    examples={"id": "1", "rolle": "nutzt", "status": "beendet", "bis": "2026-10-31"},
    notes=f"{_SEEN} Die neue Fassung gilt im Ganzen: Was darin fehlt, ist danach leer. Sie gilt "
    "zugleich als Bestätigung; was vorher galt, bleibt im Verlauf.",
)
def change_use(ask: Ask) -> Made:
    shown, known = ask.values["id"], known_version(ask)
    participation.change_seen(ask.session, ask.viewer, shown, known, _angaben(ask), ask.today)
    return _made(ask, shown)


@call(
    "/einsaetze/{id}/widersprueche",
    "Einer Angabe über die eigene Stelle widersprechen",
    _FAMILY,
    EINSATZ,
    _NUMMER,
    method="POST",
    needs=Zugriff.EINSAETZE_SCHREIBEN,
    conditional=True,
    examples={"id": "1"},
    notes=f"{_SEEN} Was ein Anbieter oder ein Import sagt, zählt danach nicht mehr.",
)
def contradict_use(ask: Ask) -> Made:
    shown = ask.values["id"]
    participation.contradict_seen(ask.session, ask.viewer, shown, known_version(ask), ask.today)
    return _made(ask, shown)


def _angaben(ask: Ask) -> Einsatzangaben:
    texts = {name: "" if ask.sent[name] is None else str(ask.sent[name]) for name in FELDER}
    return parse_einsatz(texts, ask.today)


def _made(ask: Ask, shown: int) -> Made:
    content, version = _show(ask, shown)
    return Made(content, f"/einsaetze/{shown}", version)


def _show(ask: Ask, shown: int) -> tuple[Any, int]:
    found = find_einsatz(ask.session, shown, ask.viewer)
    if found is None:
        raise NichtGefunden("Die Angabe", str(shown), "Alle stehen unter /einsaetze.")
    [content] = load(ask, EINSAETZE, [found.id])
    return content, found.version


CALLS: tuple[Call, ...] = (
    list_statements,
    show_statement,
    state_use,
    change_use,
    confirm_use,
    contradict_use,
)
