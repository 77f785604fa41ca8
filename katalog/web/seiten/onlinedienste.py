"""Online assistants: the list with facets, and one of them with everything known about it."""

from __future__ import annotations

from pathlib import Path

from katalog import comparison
from katalog.domain.begriffe import Kostenmodell, Objektart, Pruefpunktgruppe
from katalog.domain.errors import NichtGefunden
from katalog.domain.fristen import wirksam_zum
from katalog.domain.merkmalswoerter import word_of
from katalog.domain.rollen import Recht, reach
from katalog.participation import anbieter
from katalog.queries import (
    bedingungen,
    dienste,
    einsaetze,
    landesangebote,
    quellsaetze,
    register,
    verbreitung,
)
from katalog.web.address import Address
from katalog.web.exports import wants_file
from katalog.web.list_files import download_list
from katalog.web.lists import check_page, demo_note, list_values, open_list
from katalog.web.page import Download, Page, View, page
from katalog.web.sketches import sketches_of_use
from map.fassungen import current

_USERS = 12
# Beside the assistant itself, as a first comparison.
_CLOSEST = 2


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


@page("/onlinedienste/{kennung:str}", keep=True)
def show_onlinedienst(view: View) -> Page:
    key = view.path["kennung"]
    zeile = dienste.find_dienst(view.session, key)
    if zeile is None or zeile.dienst.id is None:
        raise NichtGefunden("Der Onlinedienst", key)
    number = zeile.dienst.id
    offers = landesangebote.offers_of(view.session, number, view.viewer, view.today)
    outlines = current(Path(view.portal.settings.umrisse))
    naehe = comparison.look_around(view.session, view.address.text("ort"), outlines)
    users = einsaetze.of_onlinedienst(
        view.session, number, view.viewer, view.address.page(), _USERS
    )
    check_page(users)
    return Page(
        "seiten/onlinedienst.html",
        {
            "adresse": view.address,
            "darf_angeben": anbieter.speaks_for(view.viewer, zeile.dienst) is not None,
            "nutzung": users,
            "demo": demo_note([zeile, *offers, *users.rows]),
            "herkunft": quellsaetze.provenance_of(view.session, "onlinedienst", key),
            **_facts(view, zeile, number, offers),
            **_use(view, number, naehe),
            **_choice(view, zeile, offers, naehe),
        },
    )


def _facts(
    view: View, zeile: dienste.DienstZeile, number: int, offers: list[landesangebote.Angebot]
) -> dict[str, object]:
    merkmale = {
        art: [word_of(wert) for wert in werte]
        for art, werte in dienste.dienst_merkmale(view.session, number).items()
    }
    offer_ids = [offer.angebot.id for offer in offers if offer.angebot.id is not None]
    return {
        "zeile": zeile,
        "dienst": zeile.dienst,
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
    }


def _use(view: View, number: int, naehe: comparison.Naehe | None) -> dict[str, object]:
    count = einsaetze.count_users(view.session, [number], view.viewer, view.today)
    nearby = _near(view, number, naehe)
    return {
        "produktiv": count.get(number, 0),
        "karten": sketches_of_use(view, einsaetze.uses(number)),
        "mitwirkende": verbreitung.makers(view.session, number, view.viewer, view.today),
        "ort": view.address.text("ort"),
        "naehe": naehe,
        "nahe": nearby,
        "darf_anschreiben": bool(reach(view.viewer, Recht.NUTZER_ANSCHREIBEN).stellen),
        # As many as beside it are said to use it: plans are in the table and not in the figure.
        "in_der_naehe": len(
            {n.stelle_id for rows in nearby.values() for n in rows if einsaetze.is_use(n)}
        ),
    }


def _choice(
    view: View,
    zeile: dienste.DienstZeile,
    offers: list[landesangebote.Angebot],
    naehe: comparison.Naehe | None,
) -> dict[str, object]:
    similar = comparison.find_similar(view.session, zeile, view.viewer, view.today)
    closest = [zeile, *(other.zeile for other in similar[:_CLOSEST])]
    ort = view.address.text("ort")
    return {
        "schritt": comparison.next_step(zeile, offers, naehe.land_id if naehe else None),
        "aehnlich": similar,
        "vergleich": Address(
            "/onlinedienste/vergleich",
            (*(("id", row.dienst.kennung) for row in closest), *((("ort", ort),) if ort else ())),
        ),
    }


def _near(
    view: View, number: int, naehe: comparison.Naehe | None
) -> dict[str, list[einsaetze.Nutzung]]:
    """Statements of the own Kreis and of those around it, the nearer ones first."""
    if naehe is None or naehe.ort is None:
        return {}
    bodies = naehe.umkreis.alle
    found = verbreitung.near(view.session, number, bodies, view.viewer, view.today)
    own = [row for row in found if row.stelle_id in naehe.umkreis.kreis]
    around = [row for row in found if row.stelle_id not in naehe.umkreis.kreis]
    groups = {naehe.kreis: own, "Angrenzende Kreise": around}
    return {title: rows for title, rows in groups.items() if rows}


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
    rule = bedingungen.rule_of(terms)
    return {
        "angebot": offer,
        "regel": rule,
        "wirksam": wirksam_zum(rule, view.today),
        "bedingungen": terms,
    }


PAGES = [list_onlinedienste, show_onlinedienst]
