"""How far the TOP 100 services have come, for everybody: shares, plans, and what to take over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from katalog.ausgabe.export import MEDIA_TYPES, parse_format
from katalog.ausgabe.fortschritt import fortschritt_von
from katalog.coordination.fortschritt import Frage, read_progress
from katalog.domain.begriffe import Ausgabeformat, Top100
from katalog.domain.errors import NichtGefunden, UngueltigeEingabe
from katalog.domain.fortschritt import Sortierung
from katalog.domain.kalender import format_datum, parse_datum
from katalog.domain.laender import Landeskuerzel, parse_land
from katalog.queries import register
from katalog.queries.abdeckung import source_of_population
from katalog.queries.fortschritt import Leistungsstand
from katalog.queries.kartenaussagen import has_demo
from katalog.web.exports import download, wants_file
from katalog.web.page import Download, Page, View, page

_FILES = (Ausgabeformat.CSV, Ausgabeformat.XLSX, Ausgabeformat.JSON)
_LAENDER = sorted(Landeskuerzel, key=lambda land: land.label)


@page("/top100", keep=True)
def show_progress(view: View) -> Page | Download:
    fields = dict(register.themenfelder(view.session))
    frage = _read(view, fields)
    rows = read_progress(view.session, view.portal.atlas.netz(), frage, view.today)
    address = view.address.without("format")
    if wants_file(view.address):
        wanted = parse_format(view.address.text("format"))
        if wanted not in _FILES:
            known = ", ".join(_FILES)
            raise NichtGefunden("Das Format", wanted, f"Diese Liste gibt es als {known}.")
        return download(view, fortschritt_von(rows, str(address), tuple(_words(frage, fields))))
    return Page(
        "seiten/top100.html",
        {
            "frage": frage,
            "adresse": address,
            "zeilen": rows,
            "summe": _sum_up(rows),
            "gefiltert": bool(frage.land or frage.themenfeld or frage.liste),
            "themenfelder": fields,
            "laender": _LAENDER,
            "listen": list(Top100),
            "sortierungen": [
                each for each in Sortierung if frage.seit or each is not Sortierung.VERAENDERUNG
            ],
            "grundlagen": sorted({row.grundlage for row in rows}),
            "demo": "Unter den gezählten Angaben sind Beispiele." if has_demo(view.session) else "",
            "einwohner": any(row.heute.anteil_einwohner is not None for row in rows),
            "quelle_einwohner": source_of_population(view.session),
            "dateien": [
                {"url": address.with_(format=each), "format": each,
                 "media_type": MEDIA_TYPES[each]}
                for each in _FILES
            ],
        },
    )  # fmt: skip


def _read(view: View, fields: Mapping[str, str]) -> Frage:
    address = view.address
    land, slug = address.text("land"), address.text("themenfeld")
    liste, order = address.text("top100"), address.text("sortierung")
    return Frage(
        land=parse_land(land) if land else None,
        themenfeld=slug if slug in fields else "",
        liste=Top100(liste) if liste in set(Top100) else None,
        seit=_day(address.text("seit"), view.today),
        sortierung=Sortierung(order) if order in set(Sortierung) else Sortierung.ANTEIL,
    )


def _day(text: str, today: date) -> date | None:
    if not text:
        return None
    day = parse_datum(text, "seit")
    if day > today:
        meldung = f"Der Stichtag liegt in der Zukunft. Möglich ist ein Tag bis {today:%d.%m.%Y}."
        raise UngueltigeEingabe("seit", text, meldung)
    return day


def _words(frage: Frage, fields: Mapping[str, str]) -> Iterator[str]:
    if frage.land:
        yield f"Land: {frage.land.label}"
    if frage.themenfeld:
        yield f"Themenfeld: {fields[frage.themenfeld]}"
    if frage.liste:
        yield frage.liste.label
    if frage.seit:
        yield f"Veränderung seit {format_datum(frage.seit)}"


def _sum_up(rows: Sequence[Leistungsstand]) -> dict[str, int | float | None]:
    possible = sum(row.heute.zustaendig for row in rows)
    having = sum(row.heute.produktiv for row in rows)
    return {
        "leistungen": len(rows),
        "moeglich": possible,
        "produktiv": having,
        "anteil": 100 * having / possible if possible else None,
        "nirgends": sum(not row.heute.produktiv for row in rows),
        "ohne_dienst": sum(not row.dienste for row in rows),
    }


PAGES = [show_progress]
