"""What a coordinating body's cases come to: over time, by step, by service and Kreis; and the same
as the report of a key date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from katalog.ausgabe import statistik as tabellen
from katalog.ausgabe.export import MEDIA_TYPES, Zusammenstellung, parse_format
from katalog.coordination.statistik import Lage, read_lage
from katalog.domain.abdeckung import Dienstabdeckung, Kreiszeile, Rueckgang
from katalog.domain.begriffe import Ausgabeformat
from katalog.domain.errors import NichtGefunden
from katalog.domain.rollen import Rolle
from katalog.domain.vorgangsstatistik import (
    Bewegung,
    Dauer,
    Takt,
    count_by_status,
    count_movements,
    count_paused,
    list_zeitraeume,
    measure_steps,
)
from katalog.web.case_filter import chips_of, read_filter
from katalog.web.case_reader import akteur_of
from katalog.web.charts import Balkenbild, Saeulenbild, Zeile, draw_columns, draw_rows
from katalog.web.exports import download, wants_file
from katalog.web.page import Download, Page, View, page
from katalog.workflow import list_choices

COORDINATORS = frozenset({Rolle.KOORDINIERUNG})
_PERIODS = {Takt.MONAT: 12, Takt.QUARTAL: 8}
_FILES = (Ausgabeformat.CSV, Ausgabeformat.XLSX, Ausgabeformat.JSON)
_MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class _Zahlen:
    """The tables of the page, which are its files, too."""

    verlauf: list[Bewegung]
    schritte: list[Dauer]
    onlinedienste: list[Dienstabdeckung]
    kreise: list[Kreiszeile]
    rueckgaenge: list[Rueckgang]


_TABLES = tuple(field.name for field in fields(_Zahlen))


@page("/koordination/statistik", access=COORDINATORS)
def show_statistik(view: View) -> Page | Download:
    takt = Takt.QUARTAL if view.address.text("takt") == Takt.QUARTAL else Takt.MONAT
    lage = read_lage(
        view.session, view.viewer, read_filter(view.address), view.portal.atlas.netz(), view.today
    )
    zahlen = _reckon(view, lage, takt)
    if wants_file(view.address):
        return _file(view, zahlen)
    choices = list_choices(view.session, akteur_of(view))
    address = view.address.without("ok", "seite", "status", "umfang", "sortierung", "ansicht")
    counts = count_by_status(lage.verlaeufe, view.today)
    names = {("dienst", key): name for key, name in choices.dienste}
    names |= {("kreis", key): name for key, name in choices.kreise}
    return Page(
        "seiten/statistik.html",
        {
            "adresse": address,
            "gewaehlt": read_filter(view.address),
            "auswahl": choices,
            "chips": chips_of(address, names),
            "takt": takt,
            "takte": list(Takt),
            "zahlen": zahlen,
            "anzahl": counts,
            "heute": view.today,
            "vorgaenge": len(lage.verlaeufe),
            "ausgesetzt": count_paused(lage.verlaeufe, view.today),
            "saeulen": _columns(zahlen.verlauf),
            "dauern": _durations(zahlen.schritte),
            "anteile": _shares(zahlen.onlinedienste),
            "grundlagen": sorted({row.grundlage for row in zahlen.onlinedienste}),
            "quelle_einwohner": lage.quelle_einwohner,
            "seit": zahlen.verlauf[0].zeitraum.von,
            "meiste": _MOST_SHOWN,
            "dateien": _file_links(view),
        },
    )


def _reckon(view: View, lage: Lage, takt: Takt) -> _Zahlen:
    periods = list_zeitraeume(view.today, takt, _PERIODS[takt])
    covered = lage.cover(view.today)
    return _Zahlen(
        count_movements(lage.verlaeufe, periods),
        measure_steps(lage.verlaeufe, view.today),
        covered,
        lage.by_kreis(covered),
        lage.departures(periods[0].von - timedelta(days=1), view.today),
    )


# Files --------------------------------------------------------------------------------------------


def _file(view: View, zahlen: _Zahlen) -> Download:
    wanted, name = parse_format(view.address.text("format")), view.address.text("tabelle")
    if wanted not in _FILES:
        known = ", ".join(_FILES)
        raise NichtGefunden("Das Format", wanted, f"Die Statistik gibt es als {known}.")
    return download(view, _table(zahlen, name, str(view.address.without("format"))))


def _table(zahlen: _Zahlen, name: str, adresse: str) -> Zusammenstellung[Any]:
    match name:
        case "verlauf":
            return tabellen.bewegungen(zahlen.verlauf, adresse)
        case "schritte":
            return tabellen.dauern(zahlen.schritte, adresse)
        case "onlinedienste":
            return tabellen.abdeckung(zahlen.onlinedienste, adresse)
        case "kreise":
            return tabellen.kreise(zahlen.kreise, adresse)
        case "rueckgaenge":
            return tabellen.rueckgaenge(zahlen.rueckgaenge, adresse)
        case _:
            known = ", ".join(_TABLES)
            raise NichtGefunden("Die Tabelle", name, f"Möglich sind: {known}.")


def _file_links(view: View) -> dict[str, list[dict[str, object]]]:
    base = view.address.without("seite", "ok")
    return {
        name: [
            {"url": base.with_(tabelle=name, format=each), "format": each,
             "media_type": MEDIA_TYPES[each]}
            for each in _FILES
        ]
        for name in _TABLES
    }  # fmt: skip


# Charts -------------------------------------------------------------------------------------------


def _columns(rows: Sequence[Bewegung]) -> list[Saeulenbild]:
    """What came and went on one scale; how many there are is another kind of number."""

    def draw(titel: str, name: str, most: int) -> Saeulenbild:
        return draw_columns(
            titel,
            [
                (row.zeitraum.name, row.zeitraum.kurz, getattr(row, name), row.zeitraum.laeuft)
                for row in rows
            ],
            most,
        )

    moved = max(max(row.begonnen, row.produktiv, row.beendet) for row in rows)
    return [
        draw("Begonnen", "begonnen", moved),
        draw("Produktiv geworden", "produktiv", moved),
        draw("Beendet", "beendet", moved),
        draw("In Nutzung am letzten Tag", "genutzt", max(row.genutzt for row in rows)),
    ]


def _durations(rows: Sequence[Dauer]) -> Balkenbild | None:
    known = [row for row in rows if row.laengste is not None]
    most = max((row.laengste or 0 for row in known), default=0)
    if not known:
        return None
    lines = [
        Zeile(
            row.status.label,
            f"{row.median}, {row.meiste}, {row.laengste} Tage",
            (
                ("voll", 0, row.median or 0),
                ("schraffiert", row.median or 0, row.meiste or 0),
                ("linie", row.meiste or 0, row.laengste or 0),
            ),
        )
        for row in known
    ]
    return draw_rows("Tage je Schritt: Median, 90 % und längste", lines, max(most, 1))


def _shares(rows: Sequence[Dienstabdeckung]) -> Balkenbild | None:
    known = [row for row in rows if row.abdeckung.zustaendig]
    if not known:
        return None
    lines = [
        Zeile(
            row.name,
            f"{row.abdeckung.nutzen} von {row.abdeckung.zustaendig}",
            (("spur", 0, 100), ("voll", 0, row.abdeckung.anteil or 0)),
        )
        for row in known
    ]
    return draw_rows("Anteil der zuständigen Stellen, die den Onlinedienst nutzen", lines, 100)


PAGES = [show_statistik]
