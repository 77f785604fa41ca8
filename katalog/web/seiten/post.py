"""Mails and audit trail for whoever runs the portal: what went out, what failed, who did what."""

from __future__ import annotations

from katalog.domain.begriffe import Nachrichtenstatus
from katalog.domain.errors import FalscherZustand, NichtGefunden
from katalog.journal import record
from katalog.queries import nachrichten, protokoll
from katalog.settings import MAIL_FOLDER
from katalog.web.forms import action
from katalog.web.lists import check_page
from katalog.web.page import Page, Redirect, View, page
from katalog.web.viewer import OPERATORS

_LARGEST_ID = 2**31 - 1


@page("/betrieb/post", access=OPERATORS)
def list_post(view: View) -> Page:
    wanted = view.address.text("status")
    status = Nachrichtenstatus(wanted) if wanted in set(Nachrichtenstatus) else None
    seite = nachrichten.list_post(view.session, view.address.page(), status)
    check_page(seite)
    server = view.portal.settings.mailserver
    return Page(
        "seiten/post.html",
        {
            "seite": seite,
            "adresse": view.address,
            "anzahl": nachrichten.count_by_status(view.session),
            "status": status,
            "alle_status": list(Nachrichtenstatus),
            "weg": f"{server.host}, Port {server.port}" if server else "",
            "ordner": str(MAIL_FOLDER),
            "meldung": "Die Mail wird noch einmal versucht." if view.address.text("ok") else "",
        },
    )


@action("/betrieb/post/{nummer:str}", access=OPERATORS)
def resend(view: View) -> Redirect:
    typed = view.path["nummer"]
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 11 else 0
    if not 0 < number <= _LARGEST_ID or not nachrichten.exists(view.session, number):
        raise NichtGefunden("Die Mail", typed, "Alle Mails stehen unter /betrieb/post.")
    if not nachrichten.resend(view.session, number, view.now):
        raise FalscherZustand(
            "Diese Mail lässt sich nicht noch einmal senden: Sie ist nicht gescheitert, oder ihr "
            "Text ist schon gelöscht. Links zur Anmeldung fordert die Person neu an."
        )
    record(view.session, "mail_wiederholt", "nachricht", number, konto_id=view.signed_in.konto_id)
    return Redirect("/betrieb/post?ok=1")


@page("/betrieb/protokoll", access=OPERATORS)
def list_trail(view: View) -> Page:
    seite = protokoll.list_entries(view.session, view.address.page())
    check_page(seite)
    return Page("seiten/protokoll.html", {"seite": seite, "adresse": view.address})


PAGES = [list_post, resend, list_trail]
