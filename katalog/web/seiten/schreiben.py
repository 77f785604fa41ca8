"""The information letter on an assistant, as a page and as a PDF; among several offers a choice.

A letter goes to everybody, so it shows what guests see, whoever opens it.
"""

from __future__ import annotations

from http import HTTPStatus

from katalog.ausgabe.brief import Brief
from katalog.ausgabe.brief_pdf import write_pdf
from katalog.ausgabe.briefstoff import Stoff
from katalog.ausgabe.informationsschreiben import write_informationsschreiben
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import GAST
from katalog.queries import dienste, landesangebote, register
from katalog.queries.dienste import DienstZeile
from katalog.queries.landesangebote import Angebot
from katalog.web.address import Address
from katalog.web.assets import PRINT_FONTS
from katalog.web.lists import demo_note
from katalog.web.page import Download, Page, Redirect, View, page


@page("/onlinedienste/{kennung:str}/informationsschreiben", keep=True)
def show_informationsschreiben(view: View) -> Page:
    zeile, offers = _find(view)
    base = f"/onlinedienste/{zeile.dienst.kennung}/informationsschreiben"
    values = {"zeile": zeile, "demo": demo_note([zeile, *offers])}
    if len(offers) > 1:
        choices = [(o, Address(base).with_(stelle=o.koordinierung_id)) for o in offers]
        return Page("seiten/informationsschreiben_auswahl.html", values | {"auswahl": choices})
    (offer,) = offers
    pdf = Address(f"{base}.pdf").with_(stelle=offer.koordinierung_id)
    letter = _write(view, zeile, offer)
    shown = {"brief": letter, "pdf": pdf, "basis": _basis(view)}
    return Page("seiten/informationsschreiben.html", values | shown)


@page("/onlinedienste/{kennung:str}/informationsschreiben.pdf")
def download_informationsschreiben(view: View) -> Download | Redirect:
    zeile, offers = _find(view)
    if len(offers) > 1:
        return Redirect(view.address.path.removesuffix(".pdf"), status=HTTPStatus.FOUND)
    letter = _write(view, zeile, offers[0])
    name = f"informationsschreiben-{zeile.dienst.kennung}-{letter.stand}-{letter.fassung}.pdf"
    return Download(name, "application/pdf", iter([write_pdf(letter, PRINT_FONTS)]))


def _find(view: View) -> tuple[DienstZeile, list[Angebot]]:
    """The assistant and the offers meant: the one of the body in the address, or all of them."""
    key = view.path["kennung"]
    zeile = dienste.find_dienst(view.session, key)
    if zeile is None or zeile.dienst.id is None:
        raise NichtGefunden("Der Onlinedienst", key)
    offers = landesangebote.offers_of(view.session, zeile.dienst.id, GAST, view.today)
    asked = view.address.text("stelle")
    meant = [o for o in offers if not asked or str(o.koordinierung_id) == asked]
    if not meant:
        raise NichtGefunden(
            "Ein Informationsschreiben zu",
            zeile.titel,
            "Es entsteht, wo eine Koordinierende Stelle den Onlinedienst zur Nachnutzung anbietet. "
            "Sehen Sie auf der Seite des Onlinedienstes nach, wer das ist.",
        )
    return zeile, meant


def _write(view: View, zeile: DienstZeile, offer: Angebot) -> Brief:
    number, offer_id = zeile.dienst.id, offer.angebot.id
    assert number is not None
    assert offer_id is not None
    bundles = register.ozg_of_onlinedienst(view.session, number)
    return write_informationsschreiben(
        Stoff(
            zeile=zeile,
            angebot=offer,
            ozg=[(bundle.ozg_id, bundle.titel) for bundle in bundles],
            strecken=dienste.strecken(view.session, number),
            merkmale=dienste.dienst_merkmale(view.session, number),
            verweise=dienste.links(view.session, number, [offer_id]),
            releases=dienste.releases(view.session, number),
            basis_url=_basis(view),
        )
    )


def _basis(view: View) -> str:
    return view.portal.settings.basis_url.rstrip("/")


PAGES = [show_informationsschreiben, download_informationsschreiben]
