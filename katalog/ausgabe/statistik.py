"""The tables of the statistics as files: what the page shows, each with its own columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from katalog.ausgabe.export import Zusammenstellung
from katalog.ausgabe.felder import Feld, Gegenstand
from katalog.db import Session
from katalog.domain.abdeckung import Dienstabdeckung, Grundlage, Kreiszeile, Rueckgang
from katalog.domain.rollen import Betrachter
from katalog.domain.vorgang import Status
from katalog.domain.vorgangsstatistik import Bewegung, Dauer

T = TypeVar("T")

_BEWEGUNG: tuple[Feld[Bewegung], ...] = (
    Feld("zeitraum", "Zeitraum", "Text", lambda row: row.zeitraum.name),
    Feld("von", "Von", "Tag", lambda row: row.zeitraum.von),
    Feld("bis", "Bis", "Tag; im laufenden Zeitraum heute", lambda row: row.zeitraum.bis),
    Feld("begonnen", "Begonnen", "Zahl", lambda row: row.begonnen),
    Feld("produktiv", "Produktiv geworden", "Zahl", lambda row: row.produktiv),
    Feld("beendet", "Beendet", "Zahl", lambda row: row.beendet),
    Feld("genutzt", "In Nutzung am letzten Tag", "Zahl", lambda row: row.genutzt),
)
_DAUER: tuple[Feld[Dauer], ...] = (
    Feld("schritt", "Schritt", "Wort", lambda row: row.status, Status),
    Feld("jetzt", "Derzeit", "Zahl", lambda row: row.jetzt),
    Feld("anzahl", "Abgeschlossen", "Zahl", lambda row: row.anzahl),
    Feld("median", "Median in Tagen", "Zahl", lambda row: row.median),
    Feld("meiste", "90 % in höchstens Tagen", "Zahl", lambda row: row.meiste),
    Feld("laengste", "Längste in Tagen", "Zahl", lambda row: row.laengste),
)
_ABDECKUNG: tuple[Feld[Dienstabdeckung], ...] = (
    Feld("kennung", "Kennung", "Ende der Adresse", lambda row: row.kennung),
    Feld("onlinedienst", "Onlinedienst", "Text", lambda row: row.name),
    Feld("zustaendig", "Zuständige Stellen", "Zahl", lambda row: row.abdeckung.zustaendig),
    Feld("grundlage", "Wer als zuständig gilt", "Wort", lambda row: row.grundlage, Grundlage),
    Feld("nutzen", "Davon nutzen", "Zahl", lambda row: row.abdeckung.nutzen),
    Feld("einwohner", "Einwohner", "Zahl", lambda row: row.abdeckung.einwohner),
    Feld("einwohner_mit", "Davon erreicht", "Zahl", lambda row: row.abdeckung.einwohner_mit),
    Feld("weitere", "Weitere Nutzende", "Zahl", lambda row: row.abdeckung.weitere),
)
_KREIS: tuple[Feld[Kreiszeile], ...] = (
    Feld("kreis", "Kreis", "Text", lambda row: row.name),
    Feld("moeglich", "Mögliche Nutzungen", "Zahl", lambda row: row.moeglich),
    Feld("genutzt", "Davon genutzt", "Zahl", lambda row: row.genutzt),
)
_RUECKGANG: tuple[Feld[Rueckgang], ...] = (
    Feld("stelle", "Stelle", "Text", lambda row: row.stelle),
    Feld("onlinedienst", "Onlinedienst", "Text", lambda row: row.dienst),
    Feld("am", "Seit", "Tag", lambda row: row.tag),
    Feld("grund", "Grund", "Text", lambda row: row.grund),
)


def bewegungen(rows: Sequence[Bewegung], adresse: str) -> Zusammenstellung[Bewegung]:
    titel = "Vorgänge im Lauf der Zeit"
    return _table("verlauf", titel, _BEWEGUNG, rows, adresse, lambda row: row.zeitraum.name)


def dauern(rows: Sequence[Dauer], adresse: str) -> Zusammenstellung[Dauer]:
    return _table("schritte", "Tage je Schritt", _DAUER, rows, adresse, lambda row: row.status)


def abdeckung(rows: Sequence[Dienstabdeckung], adresse: str) -> Zusammenstellung[Dienstabdeckung]:
    titel = "Nutzung je Onlinedienst"
    return _table("onlinedienste", titel, _ABDECKUNG, rows, adresse, lambda row: row.kennung)


def kreise(rows: Sequence[Kreiszeile], adresse: str) -> Zusammenstellung[Kreiszeile]:
    return _table("kreise", "Nutzung je Kreis", _KREIS, rows, adresse, lambda row: row.name)


def rueckgaenge(rows: Sequence[Rueckgang], adresse: str) -> Zusammenstellung[Rueckgang]:
    titel = "Was weniger wurde"
    return _table(
        "rueckgaenge", titel, _RUECKGANG, rows, adresse, lambda row: f"{row.stelle}: {row.dienst}"
    )


def _table(
    name: str,
    titel: str,
    felder: tuple[Feld[T], ...],
    rows: Sequence[T],
    adresse: str,
    key: Callable[[T], str],
) -> Zusammenstellung[T]:
    """Rows that were reckoned, not read: their place among them is their number."""

    def load(_session: Session, ids: Sequence[int], _viewer: Betrachter, _today: date) -> list[T]:
        return [rows[number] for number in ids]

    gegenstand = Gegenstand(
        name, titel, f"statistik-{name}", None, felder, load,
        schluessel=key, bezeichnung=key, kurz=(),
    )  # fmt: skip
    return Zusammenstellung(gegenstand, titel, adresse, lambda _session: range(len(rows)))
