"""One's own account: for whom it acts, asking to act for a body, deciding about those who ask."""

from __future__ import annotations

from katalog.accounts import mitgliedschaft, personendaten, sitzungen
from katalog.accounts.konten import rename_konto
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Recht, Rolle, reach
from katalog.queries import anmeldung, entwuerfe, kalender, mitgliedschaften, suchabos
from katalog.web.cookies import session_cookie
from katalog.web.forms import action
from katalog.web.page import Download, Page, Redirect, View, page
from katalog.web.viewer import SIGNED_IN

_LARGEST_ID = 2**31 - 1

# What was just done, said on the page that comes after it.
_DONE = {
    "name": "Ihr Name ist gespeichert.",
    "beantragt": "Ihre Anfrage ist gestellt. Sie bekommen eine Mail, sobald entschieden ist.",
    "beendet": "Die Zuordnung ist beendet.",
    "freigegeben": "Freigegeben. Die Person bekommt eine Mail.",
    "kalender": "Die Kalenderadresse ist gelöscht. Wer sie abonniert hat, bekommt nichts mehr.",
    "abgelehnt": "Abgelehnt. Die Person bekommt eine Mail.",
}


@page("/konto", access=SIGNED_IN)
def show_account(view: View) -> Page:
    konto = view.signed_in
    own = mitgliedschaften.of_account(view.session, konto.konto_id)
    granted = [each for each in own if each.freigegeben_am is not None]
    stellen = {each.stelle_id for each in granted if each.stelle_id is not None}
    return Page(
        "seiten/konto.html",
        {
            "zuordnungen": granted,
            "anfragen": [each for each in own if each.freigegeben_am is None],
            "mitglieder": mitgliedschaften.colleagues(view.session, stellen),
            "zu_entscheiden": len(_to_decide(view)),
            "darf_entscheiden": may_decide(view),
            "entwuerfe": len(
                entwuerfe.within(view.session, reach(view.viewer, Recht.ENTWURF_ENTSCHEIDEN))
            ),
            "sitzungen": anmeldung.list_sessions(
                view.session, konto.konto_id, view.now, view.now - sitzungen.IDLE
            ),
            "suchen": suchabos.count(view.session, konto.konto_id),
            "kalender": kalender.find_address(view.session, konto.konto_id),
            "meldung": _done(view),
        },
    )


@action("/konto")
def save_name(view: View) -> Redirect:
    rename_konto(view.session, view.signed_in.konto_id, view.form.text("name"))
    return Redirect("/konto?ok=name")


@page("/konto/zugang", access=SIGNED_IN)
def choose_body(view: View) -> Page:
    q = view.address.text("q")
    found = mitgliedschaften.search_bodies(view.session, q) if q else []
    taken = {
        each.stelle_id: each
        for each in mitgliedschaften.of_account(view.session, view.signed_in.konto_id)
    }
    return Page("seiten/konto_zugang.html", {"q": q, "stellen": found, "schon": taken})


@page("/konto/zugang/{nummer:str}", access=SIGNED_IN)
def show_request(view: View) -> Page:
    number = _number(view, "Die Stelle")
    stelle = mitgliedschaften.find_body(view.session, number)
    if stelle is None:
        raise NichtGefunden("Die Stelle", str(number), "Suchen Sie sie unter /konto/zugang.")
    values = {"stelle": stelle, "rolle": mitgliedschaft.rolle_in(stelle)}
    return Page("seiten/konto_zugang_stelle.html", values)


@action("/konto/zugang/{nummer:str}")
def request_access(view: View) -> Redirect:
    mitgliedschaft.apply(
        view.session,
        view.signed_in,
        _number(view, "Die Stelle"),
        view.form.text("aufgabe"),
        view.portal.settings.basis_url.rstrip("/"),
        view.now,
    )
    return Redirect("/konto?ok=beantragt")


@page("/konto/anfragen", access=SIGNED_IN)
def list_requests(view: View) -> Page:
    values = {
        "anfragen": _to_decide(view),
        "darf_entscheiden": may_decide(view),
        "meldung": _done(view),
    }
    return Page("seiten/konto_anfragen.html", values)


@action("/konto/anfragen/{nummer:str}")
def decide_request(view: View) -> Redirect:
    grant = view.form.text("entscheidung") == "freigeben"
    mitgliedschaft.decide(
        view.session,
        view.signed_in,
        _number(view, "Die Anfrage"),
        view.portal.settings.basis_url.rstrip("/"),
        view.now,
        grant=grant,
    )
    return Redirect(f"/konto/anfragen?ok={'freigegeben' if grant else 'abgelehnt'}")


@page("/konto/zuordnungen/{nummer:str}/beenden", access=SIGNED_IN)
def confirm_end(view: View) -> Page:
    anfrage = mitgliedschaft.find_to_end(
        view.session, view.signed_in, _number(view, "Die Zuordnung")
    )
    return Page("seiten/konto_beenden.html", {"zuordnung": anfrage})


@action("/konto/zuordnungen/{nummer:str}/beenden")
def end_membership(view: View) -> Redirect:
    number = _number(view, "Die Zuordnung")
    mitgliedschaft.end(view.session, view.signed_in, number, view.now)
    return Redirect("/konto?ok=beendet")


@page("/konto/daten.json", access=SIGNED_IN)
def hand_out_data(view: View) -> Download:
    body = personendaten.hand_out(view.session, view.signed_in)
    return Download("ozg-katalog-konto.json", "application/json", iter([body]))


@page("/konto/loeschen", access=SIGNED_IN)
def confirm_erasing(view: View) -> Page:
    return Page("seiten/konto_loeschen.html")


@action("/konto/loeschen")
def erase_account(view: View) -> Redirect:
    personendaten.erase(view.session, view.signed_in, view.now)
    return Redirect("/", cookies=(session_cookie("", view.portal.settings),))


def may_decide(view: View) -> bool:
    bereich = reach(view.viewer, Recht.MITGLIED_FREIGEBEN)
    return bereich.alle or bool(bereich.stellen)


def _to_decide(view: View) -> list[mitgliedschaften.Anfrage]:
    return mitgliedschaften.to_decide(
        view.session,
        reach(view.viewer, Recht.MITGLIED_FREIGEBEN),
        view.signed_in.konto_id,
        alle=view.viewer.has(Rolle.ADMINISTRATION),
    )


def _done(view: View) -> str:
    return _DONE.get(view.address.text("ok"), "")


def _number(view: View, what: str) -> int:
    typed = view.path["nummer"]
    plain = typed.isascii() and typed.isdigit() and len(typed) < 11 and typed[0] != "0"
    number = int(typed) if plain else 0
    if not 0 < number <= _LARGEST_ID:
        raise NichtGefunden(what, typed, "Was Sie suchen, steht unter „Mein Konto“.")
    return number


PAGES = [
    show_account,
    save_name,
    choose_body,
    show_request,
    request_access,
    list_requests,
    decide_request,
    confirm_end,
    end_membership,
    hand_out_data,
    confirm_erasing,
    erase_account,
]
