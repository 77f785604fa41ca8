"""Online assistants: the list with facets, and one of them with everything known about it."""

from __future__ import annotations

from katalog.domain.begriffe import Kostenmodell, Objektart, Pruefpunktgruppe
from katalog.domain.errors import NichtGefunden
from katalog.domain.fristen import wirksam_zum
from katalog.domain.fristregel import Kuendigungsregel
from katalog.domain.merkmalswoerter import word_of
from katalog.queries import dienste, einsaetze, landesangebote, quellsaetze, register
from katalog.web.exports import wants_file
from katalog.web.list_files import download_list
from katalog.web.lists import check_page, demo_note, list_values, open_list
from katalog.web.page import Download, Page, View, page
from katalog.web.sketches import sketches_of_use

_USERS = 12


@page("/onlinedienste")
def list_onlinedienste(view: View) -> Page | Download:
    if wants_file(view.address):
        return download_list(view, Objektart.ONLINEDIENST)
    liste = open_list(view, Objektart.ONLINEDIENST)
    rows = dienste.by_ids(view.session, liste.ids)
    users = einsaetze.count_users(view.session, liste.ids, view.viewer, view.today)
    return Page(
        "seiten/onlinedienste_liste.html",
        list_values(view, liste, rows)
        | {
            "nutzer": users,
            "naehe": einsaetze.users_in_kreis(
                view.session, liste.ids, liste.fund.kreis_id, view.viewer, view.today
            ),
            "demo": demo_note(rows),
        },
    )


@page("/onlinedienste/{kennung:str}")
def show_onlinedienst(view: View) -> Page:
    key = view.path["kennung"]
    zeile = dienste.find_dienst(view.session, key)
    if zeile is None or zeile.dienst.id is None:
        raise NichtGefunden("Der Onlinedienst", key)
    number = zeile.dienst.id
    offers = landesangebote.offers_of(view.session, number, view.viewer, view.today)
    users = einsaetze.of_onlinedienst(
        view.session, number, view.viewer, view.address.page(), _USERS
    )
    check_page(users)
    merkmale = {
        art: [word_of(wert) for wert in werte]
        for art, werte in dienste.dienst_merkmale(view.session, number).items()
    }
    offer_ids = [offer.angebot.id for offer in offers if offer.angebot.id is not None]
    return Page(
        "seiten/onlinedienst.html",
        {
            "zeile": zeile,
            "dienst": zeile.dienst,
            "adresse": view.address,
            "ozg": register.ozg_of_onlinedienst(view.session, number),
            "strecken": dienste.strecken(view.session, number),
            "merkmale": merkmale,
            "verweise": dienste.links(view.session, number, offer_ids),
            "releases": dienste.releases(view.session, number),
            "angebote": offers,
            "kosten": _cost_models(zeile, offers),
            "kosten_text": ", ".join(_cost_texts(zeile, offers)),
            "gruppen": list(Pruefpunktgruppe),
            "kuendigungen": [_notice(offer, view) for offer in offers if offer.bedingungen],
            "nutzung": users,
            "produktiv": einsaetze.count_users(view.session, [number], view.viewer, view.today).get(
                number, 0
            ),
            "demo": demo_note([zeile, *offers, *users.rows]),
            "karten": sketches_of_use(view, einsaetze.uses(number)),
            "herkunft": quellsaetze.provenance_of(view.session, "onlinedienst", key),
        },
    )


def _cost_models(
    zeile: dienste.DienstZeile, offers: list[landesangebote.Angebot]
) -> list[Kostenmodell]:
    models = [zeile.dienst.kosten_modell, *(offer.angebot.kosten_modell for offer in offers)]
    return list(dict.fromkeys(model for model in models if model))


def _cost_texts(zeile: dienste.DienstZeile, offers: list[landesangebote.Angebot]) -> list[str]:
    texts = [zeile.dienst.kosten_text, *(offer.angebot.kosten_text for offer in offers)]
    texts += [model.label for model in _cost_models(zeile, offers)] if not any(texts) else []
    return list(dict.fromkeys(text for text in texts if text))


def _notice(offer: landesangebote.Angebot, view: View) -> dict[str, object]:
    terms = offer.bedingungen
    assert terms is not None
    rule = Kuendigungsregel(terms.kuendigung_n, terms.kuendigung_einheit, terms.kuendigung_anker)
    return {
        "angebot": offer,
        "regel": rule,
        "wirksam": wirksam_zum(rule, view.today),
        "bedingungen": terms,
    }


PAGES = [list_onlinedienste, show_onlinedienst]
