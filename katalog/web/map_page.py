"""Everything a page with a map shows, for the portal's own page and for a frame elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from katalog.atlas import Asker, Kartenfrage, find_raum
from katalog.domain.begriffe import Gebietsebene
from katalog.domain.errors import UngueltigeEingabe
from katalog.domain.gebietsnetz import KARTENEBENEN, Flaeche, Gemeinden
from katalog.domain.kartenbild import Kartenbild, Wert
from katalog.queries import einsaetze, kartenaussagen, orte
from katalog.queries.einsaetze import Nutzung
from katalog.queries.register import themenfelder
from katalog.web.map_links import list_address
from katalog.web.map_table import build_table
from katalog.web.map_words import chips_of, name_subjects
from katalog.web.maps import SEEN, choose_ebene, read_ebene, read_frage, status_address
from katalog.web.page import Page, View
from katalog.web.security import content_security_policy
from map.ebenen import ausschnitt, quellen
from map.fassungen import Fassung, find_fassung
from map.geometrie import Ebene, load_topologie

_SCRIPTS = "js/karte/"
LEVELS = "/karte/ebenen"
NAMES = "/karte/namen"
_DEMO = "Angaben mit dem Zusatz „(Demo)“ sind Beispiele, keine Aussagen der Kommunen."
# Beside the map; all of them are on the page of the municipality.
_MOST_STATEMENTS = 12
_SINGLE = {Gebietsebene.GEMEINDE, Gebietsebene.VERBAND}


@dataclass(frozen=True, slots=True)
class Auskunft:
    """One area: what is said of it, or that nothing is."""

    flaeche: Flaeche
    ebene: Gebietsebene
    bild: Kartenbild
    wert: Wert | None
    nutzung: Sequence[Nutzung]
    weitere: int


@dataclass(frozen=True, slots=True)
class Karte:
    """What a request asks of a map, and the answer on the level that is shown."""

    frage: Kartenfrage
    asker: Asker
    ebene: Gebietsebene
    within: Gemeinden | None
    bild: Kartenbild
    fassung: Fassung


def open_map(view: View) -> Karte:
    frage = read_frage(view.address, view.today)
    asker = Asker(view.portal.suche, view.viewer, view.today)
    atlas = view.portal.atlas
    within = atlas.within(frage, asker)
    ebene = choose_ebene(view.address, None if within is None else len(within))
    fassung = find_fassung(Path(view.portal.settings.umrisse))
    return Karte(frage, asker, ebene, within, atlas.bild(frage, ebene, asker), fassung)


def map_page(view: View, template: str, *, ancestors: Sequence[str] = ("'none'",)) -> Page:
    from map.karte import render

    karte, settings = open_map(view), view.portal.settings
    # What was seen belongs to no link: the next page may be looked at from elsewhere.
    view = replace(view, address=view.address.without(SEEN))
    nonce = secrets.token_urlsafe(16)
    parts = render(_options(view, karte), settings.kacheln, settings.kacheln_nachweis)
    policy = content_security_policy(
        nonce=nonce,
        images=[settings.kachel_quelle] if settings.kacheln else [],
        ancestors=ancestors,
    )
    return Page(
        template,
        {
            "karte": parts,
            "nonce": nonce,
            "skripte": sorted(n for n in view.portal.assets.files if n.startswith(_SCRIPTS)),
            "vorab": [
                quellen(karte.fassung, LEVELS)[Ebene(karte.ebene)].url,
                str(status_address(view.address, karte.ebene)),
            ],
            **_words(view, karte),
            **_numbers(view, karte),
        },
        headers={"content-security-policy": policy},
    )


def _options(view: View, karte: Karte) -> Mapping[str, Any]:
    """See `static/js/karte/karte.js`."""
    settings = view.portal.settings
    shown = karte.within and ausschnitt(karte.ebene, _ids(view, karte), karte.fassung.ordner)
    return {
        "ebenen": {
            level: {"url": q.url, "objekt": q.objekt, "namen": f"{NAMES}/{level}.json"}
            for level, q in quellen(karte.fassung, LEVELS).items()
        },
        "ebene": read_ebene(view.address) or "automatisch",
        "ansicht": karte.frage.gezeigt,
        "ausschnitt": shown or None,
        "kacheln": {"url": settings.kacheln, "nachweis": settings.kacheln_nachweis}
        if settings.kacheln
        else None,
        "nachweis": karte.fassung.vermerk,
        "klein": False,
    }


def _ids(view: View, karte: Karte) -> list[str]:
    """The areas that lie in the part of Germany asked for."""
    areas = view.portal.atlas.netz().ebenen[karte.ebene].values()
    return [area.id for area in areas if area.gemeinden & (karte.within or area.gemeinden)]


def _words(view: View, karte: Karte) -> dict[str, Any]:
    subjects, netz = name_subjects(view, karte.frage), view.portal.atlas.netz()
    return {
        "adresse": view.address,
        "frage": karte.frage,
        "themen": [thema.name for thema in subjects],
        "chips": chips_of(view, karte.frage, subjects),
        "liste": list_address(view.address, karte.frage.typ),
        "status": str(status_address(view.address, karte.ebene)),
        "laender": sorted(netz.ebenen[Gebietsebene.LAND].values(), key=lambda a: a.name),
        "raeume": netz.raeume,
        "raumnamen": {key: find_raum(netz, key).name for key in karte.frage.raum},
        "themenfelder": themenfelder(view.session),
        "ort": view.address.text("ort"),
        "umrisse": karte.fassung,
        "kachelnachweis": view.portal.settings.kacheln_nachweis,
        "demo": _DEMO if kartenaussagen.has_demo(view.session) else "",
    }


def _numbers(view: View, karte: Karte) -> dict[str, Any]:
    bild = karte.bild
    # Of everything there is, six days would take as many times as long as one.
    look_back = karte.frage.narrowed
    known = load_topologie(karte.ebene, karte.fassung.ordner).flaechen
    return {
        "bild": bild,
        "zahlen": bild.count_klassen(),
        "ebene": karte.ebene,
        "ebenen": KARTENEBENEN,
        "gewaehlte_ebene": read_ebene(view.address),
        "tabelle": build_table(view.address, bild),
        "rueckblick": view.portal.atlas.rueckblick(karte.frage, karte.asker) if look_back else [],
        "ohne_umriss": [w.flaeche for w in bild.werte.values() if w.flaeche.id not in known],
        "auskunft": find_auskunft(view, karte),
    }


def find_auskunft(view: View, karte: Karte) -> Auskunft | None:
    """Of the area that was chosen by its key, or named: None if neither, or if nobody knows it."""
    found = _find_area(view, karte)
    if found is None:
        return None
    ebene, area = found
    atlas = view.portal.atlas
    bild = karte.bild if ebene is karte.ebene else atlas.bild(karte.frage, ebene, karte.asker)
    ids = (
        atlas.einsaetze(view.session, karte.frage, area.gemeinden, karte.asker)
        if ebene in _SINGLE and area.id in bild.werte
        else []
    )
    rows = einsaetze.by_ids(view.session, ids, view.viewer)
    rows.sort(key=lambda row: (row.dienst_name, row.id))
    return Auskunft(
        area, ebene, bild, bild.werte.get(area.id), rows[:_MOST_STATEMENTS],
        len(rows) - len(rows[:_MOST_STATEMENTS]),
    )  # fmt: skip


def _find_area(view: View, karte: Karte) -> tuple[Gebietsebene, Flaeche] | None:
    levels = view.portal.atlas.netz().ebenen
    key, ort = view.address.text("gebiet"), view.address.text("ort")
    if not key and ort:
        towns = (Gebietsebene.GEMEINDE, Gebietsebene.VERBAND, Gebietsebene.KREIS)
        place = orte.find_place(view.session, ort, towns)
        key = (place.gebiet.ags or place.gebiet.ars[:9]) if place else ""
    for ebene in (karte.ebene, *KARTENEBENEN):
        if key in levels[ebene]:
            return ebene, levels[ebene][key]
    if view.address.text("gebiet"):
        raise UngueltigeEingabe(
            "gebiet",
            key,
            "Dieses Gebiet steht nicht auf der Karte. Wählen Sie eines in der Tabelle.",
        )
    return None
