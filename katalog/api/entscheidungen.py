"""Calls for decisions in a case: what happened, what a step would do, and taking it.

The table of steps (`katalog.domain.nachnutzung`) says what is possible and what it asks for; here
its fields only get names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import msgspec

from katalog.api.calls import Ask, Call, Made, Many, One, call
from katalog.api.kinds import day, flag, number, one_of, text, word
from katalog.api.listing import PAGING
from katalog.api.schema import Form, form_of_type, list_of
from katalog.api.stand import known_version
from katalog.api.vorgaenge import (
    FAMILY,
    PROBE,
    ZUSTIMMUNG,
    Mailtext,
    describe_mail,
    zustimmung_in,
)
from katalog.api.vorgangsbild import ENTSCHEIDUNG, VORGANG, describe, describe_event, read
from katalog.api.zuordnung import akteur_of
from katalog.domain.angaben import Angaben
from katalog.domain.begriffe import Erklaerungsform
from katalog.domain.errors import NichtGefunden
from katalog.domain.fristen import format_rechnung
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Aktion, Status
from katalog.domain.zugriff import Zugriff
from katalog.workflow import Ende, Kuendigungsvorschau, preview, preview_notice, take

_VORGANG = number("id", "Nummer des Vorgangs.", 1, 2**31 - 1, in_path=True)
# A letter begins a case, and an offer is discontinued as a whole: no decisions in one.
STEPS = [a for a in Aktion if a not in {Aktion.INTERESSE_ERFASSEN, Aktion.DIENST_EINSTELLEN}]
SIDES = [Rolle.KOMMUNE, Rolle.KOORDINIERUNG, Rolle.ANBIETER]
_EXAMPLE = {"id": "1"}
_DAYS = {
    "datum": "Tag, an dem es geschah: seit wann produktiv, wann entkoppelt.",
    "termin": "Vereinbarter oder angekündigter Tag.",
    "ab": "Beginn der Aussetzung; ohne Angabe heute.",
    "geplant_bis": "Voraussichtliches Ende der Aussetzung.",
    "wiedervorlage": "Wann zu erinnern ist, wenn das Ende der Aussetzung unbestimmt ist.",
    "vorab_kontakt_am": "Wann vorab miteinander gesprochen wurde.",
    "zugang": "Tag, an dem eine Kündigung zuging; über die Schnittstelle der Kommune ist es heute.",
    "ende": "Ende, zu dem gekündigt wird. Die Probe nennt das früheste.",
}


class Kuendigungsende(msgspec.Struct, frozen=True):
    wirksam_zum: date
    spaetester_zugang: date
    empfohlen: date | None


class Schrittvorschau(msgspec.Struct, frozen=True):
    """What a step would do; `enden` are the days on which a contract can end."""

    aktion: Aktion
    status: Status
    wirksam_zum: date | None
    rechnung: str | None
    register: str | None
    enden: tuple[Kuendigungsende, ...]
    mails: tuple[Mailtext, ...]


def _done() -> Form:
    schema = {
        "type": "object",
        "properties": {
            "entscheidung": ENTSCHEIDUNG.ref,
            "vorgang": VORGANG.ref,
            "hinweise": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["entscheidung", "vorgang", "hinweise"],
        "additionalProperties": False,
    }
    needs = (ENTSCHEIDUNG, *ENTSCHEIDUNG.needs, VORGANG, *VORGANG.needs)
    return Form("GetroffeneEntscheidung", schema, needs)


@call(
    "/nachnutzungen/{id}/entscheidungen",
    "Was in einem Vorgang geschah",
    FAMILY,
    list_of(ENTSCHEIDUNG),
    _VORGANG,
    *PAGING,
    needs=Zugriff.VORGAENGE_LESEN,
    examples=_EXAMPLE,
)
def list_decisions(ask: Ask) -> Many:
    events = sorted(read(ask, ask.values["id"]).ereignisse, key=lambda event: event.id)
    start = ask.values["offset"]
    shown = events[start : start + ask.values["limit"]]
    return Many(len(events), [describe_event(event) for event in shown])


@call(
    "/nachnutzungen/{id}/entscheidungen/{nummer}",
    "Eine Entscheidung",
    FAMILY,
    ENTSCHEIDUNG,
    _VORGANG,
    number("nummer", "Nummer der Entscheidung.", 1, 2**31 - 1, in_path=True),
    needs=Zugriff.VORGAENGE_LESEN,
    examples=_EXAMPLE | {"nummer": "1"},
)
def show_decision(ask: Ask) -> One:
    events = read(ask, ask.values["id"]).ereignisse
    wanted = ask.values["nummer"]
    found = next((event for event in events if event.id == wanted), None)
    if found is None:
        raise NichtGefunden("Die Entscheidung", str(wanted), "Alle stehen beim Vorgang.")
    return One(describe_event(found))


@call(
    "/nachnutzungen/{id}/entscheidungen",
    "In einem Vorgang entscheiden",
    FAMILY,
    _done(),
    _VORGANG,
    PROBE,
    method="POST",
    needs=Zugriff.VORGAENGE_SCHREIBEN,
    conditional=True,
    fields=(
        one_of("aktion", "Der Schritt; möglich ist, was der Vorgang nennt.", STEPS, required=True),
        one_of("rolle", "Für welche Seite, wenn die Stelle auf beiden steht.", SIDES),
        text("grund", "Grund, in einem Satz.", 2_000, fallback=""),
        text("beleg", "Mail oder Schreiben, das den Schritt belegt.", fallback=""),
        *ZUSTIMMUNG,
        *(day(name, meaning) for name, meaning in _DAYS.items()),
        flag("hinweis_veroeffentlicht", "Auf der eigenen Seite steht, dass der Dienst ruht."),
        word(
            "form",
            "Wie eine Kündigung kam, die für jemand anderes erfasst wird.",
            Erklaerungsform,
            fallback=Erklaerungsform.SCHRIFTLICH,
        ),
    ),
    preview=form_of_type(Schrittvorschau),
    examples=_EXAMPLE | {"aktion": "kuendigen", "ende": "2027-02-28"},
    notes="In If-Match steht der ETag des Vorgangs, den Sie kennen; die Probe braucht ihn nicht. "
    "Was ein Schritt verlangt, steht beim Vorgang unter entscheidungen. Er wirkt wie auf der "
    "Seite: mit Mails und Eintrag im Verzeichnis, alles oder nichts.",
)
def decide(ask: Ask) -> Made | One:
    number_, aktion, angaben = ask.values["id"], ask.sent["aktion"], _angaben(ask)
    if ask.values["probe"]:
        return One(_try(ask, number_, aktion, angaben))
    version = known_version(ask)
    done = take(
        ask.session,
        akteur_of(ask),
        number_,
        version,
        aktion,
        angaben,
        rolle=ask.sent["rolle"],
        form=ask.sent["form"],
    )
    akte = read(ask, done.id)
    event = max(akte.ereignisse, key=lambda each: each.id)
    return Made(
        {
            "entscheidung": describe_event(event),
            "vorgang": describe(ask, akte),
            "hinweise": done.hinweise,
        },
        f"/nachnutzungen/{done.id}/entscheidungen/{event.id}",
    )


def _try(ask: Ask, number_: int, aktion: Aktion, angaben: Angaben) -> Schrittvorschau:
    """Whoever names no end of a contract is told the earliest, as on the page."""
    akteur, rolle = akteur_of(ask), ask.sent["rolle"]
    notice: Kuendigungsvorschau | None = None
    if aktion is Aktion.KUENDIGEN:
        notice = preview_notice(
            ask.session, akteur, number_, zugang=angaben.zugang, ende=angaben.ende, rolle=rolle
        )
        angaben = replace(angaben, ende=angaben.ende or notice.wirksam_zum)
    found = preview(ask.session, akteur, number_, aktion, angaben, rolle=rolle)
    return Schrittvorschau(
        aktion=found.aktion,
        status=found.status,
        wirksam_zum=found.wirksam_zum,
        rechnung=format_rechnung(found.rechnung) or None,
        register=found.register or None,
        enden=tuple(map(_describe_end, notice.enden)) if notice else (),
        mails=tuple(map(describe_mail, found.briefe)),
    )


def _describe_end(ende: Ende) -> Kuendigungsende:
    return Kuendigungsende(ende.wirksam_zum, ende.spaetester_zugang, ende.empfohlen)


def _angaben(ask: Ask) -> Angaben:
    sent = ask.sent
    return Angaben(
        grund=sent["grund"],
        beleg=sent["beleg"],
        zustimmung=zustimmung_in(ask),
        hinweis_veroeffentlicht=sent["hinweis_veroeffentlicht"],
        **{name: sent[name] for name in _DAYS},
    )


CALLS: tuple[Call, ...] = (list_decisions, show_decision, decide)
