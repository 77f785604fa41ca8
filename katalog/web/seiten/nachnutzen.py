"""How a body begins to reuse an assistant: the form, the exact mail before it is sent, and the wish
where nobody offers it yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from katalog.domain.begriffe import Handlungsweise
from katalog.domain.errors import (
    NichtGefunden,
    SchonVorhanden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VoraussetzungFehlt,
)
from katalog.domain.kalender import format_datum
from katalog.domain.rollen import Rolle
from katalog.domain.vorgang import Status, Weg
from katalog.queries import dienste
from katalog.web.address import Address
from katalog.web.case_fields import ZUSTIMMUNG, Eingaben, read_zustimmung
from katalog.web.case_reader import akteur_of, read_number
from katalog.web.forms import action
from katalog.web.own_mail import mailto, write_eml
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.workflow import (
    Ansprechstelle,
    Interesse,
    WegDerStelle,
    Wege,
    count_wishes,
    express_wish,
    list_wege,
    preview_interest,
    read_case,
    save_draft,
    state_interest,
)

MUNICIPAL = frozenset({Rolle.KOMMUNE})
_PLAIN = ("wunschtermin", "name", "email", "telefon")
_FIELDS = (*_PLAIN, *(feld.name for feld in ZUSTIMMUNG), "fassung")
_NEXT = "Suchen Sie ihn unter „Onlinedienste“."


@dataclass(frozen=True, slots=True)
class Antrag:
    """The form of one body: its way, for whom else it may begin, and what was typed."""

    dienst: dienste.DienstZeile
    wege: Wege
    eigen: WegDerStelle
    moegliche: tuple[tuple[int, str], ...]
    stellen: tuple[int, ...]
    werte: Mapping[str, str]


@page("/onlinedienste/{kennung:str}/nachnutzen", private=True)
def show_form(view: View) -> Page | Redirect:
    dienst, wege = _dienst(view), None
    if view.viewer.has(*MUNICIPAL):
        assert dienst.dienst.id is not None
        wege = list_wege(view.session, akteur_of(view), dienst.dienst.id)
    eigen = None if wege is None else _chosen(wege, view.address)
    if wege is None or eigen is None:
        return _before(view, dienst, wege)
    if eigen.offener_vorgang is not None and not _is_draft(view, eigen):
        return Redirect(f"/nachnutzungen/{eigen.offener_vorgang}")
    if eigen.weg is None:
        return _offer_wish(view, dienst, wege, eigen)
    return _form(view, _antrag(view, dienst, wege, eigen, _drafted(view, eigen)))


@action("/onlinedienste/{kennung:str}/nachnutzen", access=MUNICIPAL)
def send_form(view: View) -> Page | Redirect | Download:
    dienst = _dienst(view)
    assert dienst.dienst.id is not None
    akteur = akteur_of(view)
    wege = list_wege(view.session, akteur, dienst.dienst.id)
    eigen = _chosen(wege, view.form)
    if eigen is None:
        raise NichtGefunden("Die Stelle", view.form.text("stelle"), "Wählen Sie sie neu aus.")
    antrag = _antrag(view, dienst, wege, eigen, _typed(view))
    phase = view.form.text("phase")
    if phase == "aendern":
        return _form(view, antrag)
    try:
        if phase == "entwurf":
            return _keep(view, antrag)
        interesse = _read(antrag)
        if phase == "senden":
            begun = state_interest(view.session, akteur, interesse)
            where = f"/{begun[0].id}?ok=begonnen" if len(begun) == 1 else "?ok=begonnen"
            return Redirect(f"/nachnutzungen{where}")
        if phase.startswith("eml-"):
            return _hand_out(view, interesse, phase.removeprefix("eml-"))
        return _show_mails(view, antrag, interesse)
    except (UngueltigeEingabe, UngueltigeEingaben) as faults:
        return _form(view, antrag, faults.by_field)
    except (SchonVorhanden, VoraussetzungFehlt) as conflict:
        return _form(view, antrag, {"stellen": conflict.meldung})


@action("/onlinedienste/{kennung:str}/wunsch", access=MUNICIPAL)
def wish(view: View) -> Redirect:
    dienst = _dienst(view)
    assert dienst.dienst.id is not None
    stelle = read_number(view.form.text("stelle"), "Die Stelle", "Wählen Sie sie neu aus.")
    notiz = " ".join(view.form.last("notiz").split())[:500]
    express_wish(view.session, akteur_of(view), dienst.dienst.id, stelle, notiz)
    return Redirect(f"{_own_address(dienst)}?stelle={stelle}&ok=gewuenscht")


def _dienst(view: View) -> dienste.DienstZeile:
    found = dienste.find_dienst(view.session, view.path["kennung"])
    if found is None or found.dienst.id is None:
        raise NichtGefunden("Der Onlinedienst", view.path["kennung"], _NEXT)
    return found


def _own_address(dienst: dienste.DienstZeile) -> str:
    return f"/onlinedienste/{dienst.dienst.kennung}/nachnutzen"


def _chosen(wege: Wege, sent: Address) -> WegDerStelle | None:
    """Whoever acts for one body only has nothing to choose."""
    if len(wege.stellen) == 1 and not sent.text("stelle"):
        return wege.stellen[0]
    wanted = sent.text("stelle")
    return next((each for each in wege.stellen if str(each.stelle_id) == wanted), None)


def _is_draft(view: View, eigen: WegDerStelle) -> bool:
    assert eigen.offener_vorgang is not None
    akte = read_case(view.session, akteur_of(view), eigen.offener_vorgang)
    return akte.status is Status.ENTWURF


# Reading the form -------------------------------------------------------------------------------


def _antrag(
    view: View,
    dienst: dienste.DienstZeile,
    wege: Wege,
    eigen: WegDerStelle,
    werte: Mapping[str, str],
) -> Antrag:
    """Others in the same step: members, and bodies one acts for whose offer is the same."""
    own = {each.stelle_id for each in wege.stellen}
    members = [(number, name) for number, name in eigen.mitglieder if number in own]
    same = [
        (each.stelle_id, each.name)
        for each in wege.stellen
        if eigen.weg is Weg.LANDESANGEBOT
        and each.angebot_id == eigen.angebot_id
        and each.stelle_id != eigen.stelle_id
        and each.offener_vorgang is None
    ]
    others = dict([*members, *same])
    moegliche = ((eigen.stelle_id, eigen.name), *others.items())
    known = {str(number): number for number, _ in moegliche}
    wanted = [known[typed] for typed in view.form.all("stellen") if typed in known]
    # A page that was only opened has chosen nothing yet; a form without a choice has unchosen all.
    stellen = tuple(wanted) if view.form.fields else (eigen.stelle_id,)
    return Antrag(dienst, wege, eigen, moegliche, stellen, werte)


def _typed(view: View) -> dict[str, str]:
    return {name: view.form.last(name).strip() for name in _FIELDS}


def _drafted(view: View, eigen: WegDerStelle) -> dict[str, str]:
    """What the draft holds, or what the account knows of its owner."""
    values = dict.fromkeys(_FIELDS, "")
    values["name"], values["email"] = view.signed_in.name, view.signed_in.email
    if eigen.offener_vorgang is not None:
        akte = read_case(view.session, akteur_of(view), eigen.offener_vorgang)
        if akte.fall.wunschtermin:
            values["wunschtermin"] = format_datum(akte.fall.wunschtermin)
        if akte.ansprechstelle:
            contact = akte.ansprechstelle
            values |= {
                "name": contact.name,
                "email": contact.email,
                "telefon": contact.telefon,
            }
    return values


def _read(antrag: Antrag, *, complete: bool = True) -> Interesse:
    """`complete` is asked of what is sent, not of a draft."""
    eingaben = Eingaben(antrag.werte)
    terms = antrag.eigen.weg is Weg.LANDESANGEBOT
    wunschtermin = eingaben.day("wunschtermin")
    zustimmung = read_zustimmung(eingaben) if terms and complete else None
    if complete:
        eingaben.text("name", missing="Nennen Sie eine Person oder Stelle, die erreichbar ist.")
        if not antrag.stellen:
            text = "Wählen Sie mindestens eine Stelle."
            eingaben.add(UngueltigeEingabe("stellen", "", text))
    eingaben.done()
    alone = antrag.stellen in {(), (antrag.eigen.stelle_id,)}
    assert antrag.dienst.dienst.id is not None
    return Interesse(
        dienst_id=antrag.dienst.dienst.id,
        stellen=antrag.stellen or (antrag.eigen.stelle_id,),
        wunschtermin=wunschtermin,
        ansprechstelle=Ansprechstelle(
            antrag.werte["name"], antrag.werte["email"], antrag.werte["telefon"]
        ),
        zustimmung=zustimmung,
        handelt=Handlungsweise.SELBST if alone else Handlungsweise.IM_NAMEN,
    )


# Answers ----------------------------------------------------------------------------------------


def _before(view: View, dienst: dienste.DienstZeile, wege: Wege | None) -> Page:
    """Nobody to begin for yet: sign in, ask to act for a body, or choose one of several."""
    return Page(
        "seiten/nachnutzen_vorher.html",
        {
            "dienst": dienst,
            "stellen": () if wege is None else wege.stellen,
            "ist_kommune": wege is not None,
            "ist_koordinierung": view.viewer.has(Rolle.KOORDINIERUNG),
            "anmelden": Address("/anmelden").with_(weiter=_own_address(dienst)),
            "ziel": _own_address(dienst),
        },
    )


def _offer_wish(view: View, dienst: dienste.DienstZeile, wege: Wege, eigen: WegDerStelle) -> Page:
    assert dienst.dienst.id is not None
    return Page(
        "seiten/nachnutzen_wunsch.html",
        {
            "dienst": dienst,
            "eigen": eigen,
            "gewuenscht": eigen.stelle_id in wege.gewuenscht,
            "anzahl": count_wishes(view.session, dienst.dienst.id),
            "ziel": f"/onlinedienste/{dienst.dienst.kennung}/wunsch",
            "meldung": "Ihr Wunsch ist gezählt." if view.address.text("ok") else "",
        },
    )


def _form(view: View, antrag: Antrag, faults: Mapping[str, str] | None = None) -> Page:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return Page("seiten/nachnutzen.html", _values(antrag) | {"fehler": faults or {}}, status)


def _values(antrag: Antrag) -> dict[str, Any]:
    return {
        "dienst": antrag.dienst,
        "eigen": antrag.eigen,
        "moegliche": antrag.moegliche,
        "stellen": antrag.stellen,
        "werte": antrag.werte,
        "zustimmungsfelder": ZUSTIMMUNG if antrag.eigen.weg is Weg.LANDESANGEBOT else (),
        "ziel": _own_address(antrag.dienst),
    }


def _show_mails(view: View, antrag: Antrag, interesse: Interesse) -> Page:
    akteur = akteur_of(view)
    own = preview_interest(view.session, akteur, interesse, selbst=True)
    values = {
        "briefe": preview_interest(view.session, akteur, interesse),
        "selbst": [(brief, mailto(brief)) for brief in own],
        "felder": [*antrag.werte.items(), *(("stellen", str(n)) for n in antrag.stellen)],
    }
    return Page("seiten/nachnutzen_ansehen.html", _values(antrag) | values)


def _hand_out(view: View, interesse: Interesse, number: str) -> Download:
    briefe = preview_interest(view.session, akteur_of(view), interesse, selbst=True)
    if not (number.isascii() and number.isdigit()) or int(number[:4]) >= len(briefe):
        raise NichtGefunden("Die Mail", number, "Öffnen Sie die Vorschau noch einmal.")
    body = write_eml(briefe[int(number[:4])])
    return Download("interesse.eml", "message/rfc822", iter([body]))


def _keep(view: View, antrag: Antrag) -> Redirect:
    [begun, *_] = save_draft(view.session, akteur_of(view), _read(antrag, complete=False))
    return Redirect(f"/nachnutzungen/{begun.id}?ok=entwurf")


PAGES = [show_form, send_form, wish]
