"""Two to four assistants side by side; whoever comes with fewer is led to a second one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from katalog import comparison, discovery
from katalog.domain.begriffe import Objektart
from katalog.domain.merkmalswoerter import word_of
from katalog.queries import dienste, vergleich
from katalog.queries.dienste import DienstZeile
from katalog.web.address import Address
from katalog.web.lists import demo_note
from katalog.web.page import Page, View, page
from map.fassungen import current

ONLY_DIFFERENCES = "unterschiede"
_LONGEST_SHOWN = 80
_MOST_TO_ADD = 8


@page("/onlinedienste/vergleich")
def compare_onlinedienste(view: View) -> Page:
    asked = list(dict.fromkeys(key for typed in view.address.all("id") if (key := typed.strip())))
    known = vergleich.by_kennung(view.session, asked)
    keys = [zeile.dienst.kennung for zeile in known]
    shown, too_many = known[: comparison.MOST], known[comparison.MOST :]
    dazu = view.address.text("dazu")
    outlines = current(Path(view.portal.settings.umrisse))
    naehe = comparison.look_around(view.session, view.address.text("ort"), outlines)
    values = {
        "adresse": view.address,
        "zeilen": shown,
        "unbekannt": [key[:_LONGEST_SHOWN] for key in asked if key not in keys],
        "zu_viele": too_many,
        "hoechstens": comparison.MOST,
        "naehe": naehe,
        "ort": view.address.text("ort"),
        "dazu": dazu,
        "treffer": _to_add(view, dazu, keys) if dazu else [],
        "mit": lambda kennung: _with_ids(view.address, [*keys[: comparison.MOST], kennung]),
        "ohne": lambda kennung: _with_ids(view.address, [key for key in keys if key != kennung]),
        "demo": demo_note(known),
    }
    if len(shown) < 2:
        return Page("seiten/vergleich_auswahl.html", values | {"aehnlich": _others(view, shown)})
    found = comparison.set_side_by_side(
        view.session, shown, naehe, view.viewer, view.today, word_of
    )
    only = view.address.text("nur") == ONLY_DIFFERENCES
    return Page(
        "seiten/vergleich.html",
        values | {"vergleich": found, "nur": only, "gruppen": found.groups(only_differences=only)},
    )


def _others(view: View, shown: list[DienstZeile]) -> list[comparison.Alternative]:
    return [
        other
        for zeile in shown
        for other in comparison.find_similar(view.session, zeile, view.viewer, view.today)
    ]


def _to_add(view: View, text: str, without: list[str]) -> list[DienstZeile]:
    """What the search finds for it, as everywhere: stems, synonyms, misspellings."""
    fund = discovery.find(
        view.session,
        view.portal.suche,
        discovery.Auswahl(Objektart.ONLINEDIENST, text),
        view.today,
        limit=_MOST_TO_ADD + len(without),
        facets=False,
    )
    rows = dienste.by_ids(view.session, fund.ids)
    return [row for row in rows if row.dienst.kennung not in without][:_MOST_TO_ADD]


def _with_ids(address: Address, ids: list[str]) -> Address:
    """The same question about other assistants; what was searched for to add one is done with."""
    kept = address.without("id", "dazu")
    return replace(kept, fields=(*(("id", key) for key in ids), *kept.fields))


PAGES = [compare_onlinedienste]
