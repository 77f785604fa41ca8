"""What a body could take over next as a file: each assistant with its points and its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from katalog.ausgabe.felder import Feld, Gegenstand, Pfad
from katalog.db import Session
from katalog.domain.begriffe import Dienstart, Dienststatus
from katalog.domain.empfehlung import Empfehlung, with_users
from katalog.domain.rollen import Betrachter
from katalog.queries import dienste, einsaetze
from katalog.queries.dienste import DienstZeile


@dataclass(frozen=True, slots=True)
class Empfehlungssatz:
    platz: int
    empfehlung: Empfehlung
    zeile: DienstZeile
    nutzende: int


def empfehlungen_fuer(
    titel: str, found: Mapping[int, tuple[int, Empfehlung]]
) -> Gegenstand[Empfehlungssatz]:
    """`found` says the place and the reasons of each assistant, by its number."""

    def load(
        session: Session, ids: Sequence[int], viewer: Betrachter, today: date
    ) -> list[Empfehlungssatz]:
        users = einsaetze.count_users(session, ids, viewer, today)
        return [
            Empfehlungssatz(
                place, with_users(each, users.get(number, 0)), zeile, users.get(number, 0)
            )
            for zeile in dienste.by_ids(session, ids)
            if (number := zeile.dienst.id) is not None
            for place, each in [found[number]]
        ]

    return Gegenstand(
        "empfehlung",
        titel,
        "empfehlungen",
        None,
        _FELDER,
        load,
        schluessel=lambda s: s.zeile.dienst.kennung,
        bezeichnung=lambda s: s.zeile.dienst.name,
        kurz=("punkte", "dafuer"),
    )


_FELDER: tuple[Feld[Empfehlungssatz], ...] = (
    Feld("platz", "Platz", "Zahl", lambda s: s.platz),
    Feld("kennung", "Kennung", "Text", lambda s: s.zeile.dienst.kennung),
    Feld("name", "Name", "Text", lambda s: s.zeile.dienst.name),
    Feld("art", "Art", "Wort", lambda s: s.zeile.dienst.art, Dienstart),
    Feld("status", "Status", "Wort", lambda s: s.zeile.dienst.status, Dienststatus),
    Feld("themenfeld", "Themenfeld", "Text", lambda s: s.zeile.themenfeld),
    Feld("punkte", "Punkte", "Zahl", lambda s: s.empfehlung.punkte),
    Feld(
        "dafuer",
        "Was dafür spricht",
        "Liste von Sätzen",
        lambda s: tuple(grund.satz for grund in s.empfehlung.dafuer),
    ),
    Feld(
        "dagegen",
        "Was zu bedenken ist",
        "Liste von Sätzen",
        lambda s: tuple(grund.satz for grund in s.empfehlung.dagegen),
    ),
    Feld("genutzt_von", "Genutzt von (Anzahl)", "Zahl", lambda s: s.nutzende),
    Feld(
        "url",
        "Seite im Katalog",
        "Adresse",
        lambda s: Pfad(f"/onlinedienste/{s.zeile.dienst.kennung}"),
    ),
)
