"""Pages of the portal beside pages of Datasette that answer the same: both asked in one run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, text

from tests.bench import eintraege, nachbar
from tests.bench.bericht import Zeile, Ziel
from tests.bench.measure import FOLDER, Tempo, number, portal
from tests.bench.nachbar import Suchtabelle
from tests.bench.size import Umfang
from tests.bench.wettlauf import Fehlt, Server, race

_QUESTIONS = 6_000
_REPEATED = 40
_MANY = 200


@dataclass(frozen=True, slots=True)
class Paar:
    was: str
    ours: Sequence[str]
    peer: Sequence[str]
    ziel: Ziel
    media: str = "text/html"
    known: bool = False


@dataclass(frozen=True, slots=True)
class Bestand:
    """What there is to ask for: keys of the portal, and the numbers of the same rows."""

    database: str
    table: Suchtabelle
    titles: tuple[str, ...]
    fields: tuple[str, ...]
    keys: dict[str, tuple[tuple[int, str], ...]]


_KEYS = {
    "onlinedienst": "SELECT id, kennung FROM onlinedienst ORDER BY id",
    "ozg_leistung": "SELECT id, ozg_id FROM ozg_leistung ORDER BY id",
    "leistung": "SELECT id, leistungsschluessel FROM leistung "
    "WHERE leistungsschluessel IS NOT NULL ORDER BY id",
    "gebiet": "SELECT id, ars FROM gebiet WHERE ebene = 'gemeinde' ORDER BY id",
}


def run(addresses: dict[Umfang, str], peers: dict[Umfang, str], tempo: Tempo) -> list[Zeile]:
    rows: list[Zeile] = []
    for umfang, address in addresses.items():
        bestand = _look_up(peers[umfang], FOLDER / f"eintraege-{umfang.name}.db")
        with (
            portal(address) as ours,
            nachbar.datasette(peers[umfang], bestand.table.path) as peer,
        ):
            for paar in pairs(bestand):
                rows.append(_measure(umfang, ours, peer, paar, tempo))
                print(" ".join(rows[-1].cells()), file=sys.stderr, flush=True)
    return rows


def pairs(bestand: Bestand) -> list[Paar]:
    return [*_searches(bestand), *_details(bestand), *_lists(bestand)]


def _searches(bestand: Bestand) -> list[Paar]:
    """New questions were never asked before, by nobody: each list has its own."""

    def asked(seed: int, number_: int, path: Callable[[str, str], str]) -> list[str]:
        questions = eintraege.questions(bestand.titles, number_, seed)
        # Every second question is narrowed to one value of a facet, as people do next.
        fields = bestand.fields
        return [
            path(question, fields[n % len(fields)] if n % 2 else "")
            for n, question in enumerate(questions)
        ]

    def ours(question: str, chosen: str) -> str:
        return _with_field(f"/suche?q={eintraege.as_field(question)}", chosen)

    def ours_json(question: str, chosen: str) -> str:
        return _with_field(f"/api/v1/suche?q={eintraege.as_field(question)}", chosen)

    def peer(question: str, chosen: str) -> str:
        return bestand.table.search(question, chosen=chosen)

    def peer_json(question: str, chosen: str) -> str:
        return bestand.table.search(question, ending=".json", chosen=chosen)

    return [
        Paar(
            f"Suche mit Filtern, {what}, {which} Fragen",
            asked(seed, number_, path),
            asked(seed, number_, peer_path),
            Ziel(goal),
            media,
        )
        for what, path, peer_path, goal, media in (
            ("Seite", ours, peer, 30, "text/html"),
            ("JSON", ours_json, peer_json, 50, "application/json"),
        )
        for which, number_, seed in (
            ("neue", _QUESTIONS, goal),
            ("wiederholte", _REPEATED, goal + 1),
        )
    ]


def _with_field(path: str, chosen: str) -> str:
    return f"{path}&themenfeld={quote(chosen)}" if chosen else path


def _details(bestand: Bestand) -> list[Paar]:
    stem = Path(bestand.database.removeprefix("sqlite:///")).stem
    found = []
    for was, path, name in (
        ("Onlinedienst", "/onlinedienste/", "onlinedienst"),
        ("OZG-Leistung", "/ozg/", "ozg_leistung"),
        ("LeiKa-Leistung", "/leistungen/", "leistung"),
        ("Kommune", "/kommunen/", "gebiet"),
    ):
        keys = bestand.keys[name]
        # The most used ones come first in the bench data; these are of all kinds.
        some = keys[:: max(1, len(keys) // _MANY)]
        for when, known, asked in (
            ("zum ersten Mal", False, some),
            ("wieder", True, some[-_REPEATED:]),
        ):
            found.append(
                Paar(
                    f"Einzelseite {was}, {when}",
                    [path + key for _, key in asked],
                    [f"/{stem}/{name}/{number_}" for number_, _ in asked],
                    Ziel(3),
                    known=known,
                )
            )
    return found


def _lists(bestand: Bestand) -> list[Paar]:
    stem = Path(bestand.database.removeprefix("sqlite:///")).stem
    found = [
        Paar(
            f"Liste {was}",
            [f"{path}?seite={n}" for n in _pages(bestand, name)],
            [
                f"/{stem}/{name}?_size=25&{facets}&_next={25 * (n - 1)}"
                for n in _pages(bestand, name)
            ],
            Ziel(),
        )
        for was, path, name, facets in (
            ("Onlinedienste", "/onlinedienste", "onlinedienst", "_facet=art&_facet=status"),
            ("LeiKa-Leistungen", "/leistungen", "leistung", "_facet=rechtsgrundlage"),
            ("Kommunen", "/kommunen", "gebiet", "_facet=land_id&_facet=ebene"),
        )
    ]
    return [
        *found,
        Paar(
            "Alle Kommunen als CSV",
            ["/kommunen?format=csv"],
            [f"/{stem}/gebiet.csv?_stream=on&ebene=gemeinde"],
            Ziel(),
            "text/csv",
        ),
    ]


def _pages(bestand: Bestand, name: str) -> range:
    return range(1, 1 + min(10, max(1, len(bestand.keys[name]) // 25)))


def _measure(umfang: Umfang, ours: str, peer: str, paar: Paar, tempo: Tempo) -> Zeile:
    mine = Server(ours, paar.ours, paar.media, paar.known)
    theirs = Server(peer, paar.peer, known=paar.known)
    try:
        own_share = race([mine, theirs], rounds=tempo.rounds, seconds=tempo.seconds)
    except Fehlt as error:
        if not str(error).startswith(paar.ours[0].split("?")[0]):
            raise
        return Zeile(paar.was, umfang.titel, ziel=paar.ziel)
    if own_share > 0.7:
        print(f"{paar.was}: der Messende war selbst zu {own_share:.0%} beschäftigt.", flush=True)
    return Zeile(
        paar.was,
        umfang.titel,
        _figures(mine),
        _figures(theirs),
        mine.rate / theirs.rate,
        paar.ziel,
    )


def _figures(server: Server) -> str:
    return f"{number(server.rate)}/s ({number(server.median)}; {number(server.p95)} ms)"


def _look_up(database: str, table: Path) -> Bestand:
    engine = create_engine(database)
    with engine.connect() as connection:
        keys = {name: _pairs_of(connection, statement) for name, statement in _KEYS.items()}
    engine.dispose()
    documents = eintraege.read(database)
    fields = {value for each in documents for value in each.merkmale.get("themenfeld", ())}
    return Bestand(
        database,
        nachbar.make_search_table(documents, table),
        tuple(document.titel for document in documents),
        tuple(sorted(fields)),
        keys,
    )


def _pairs_of(connection: Connection, statement: str) -> tuple[tuple[int, str], ...]:
    return tuple((number_, key) for number_, key in connection.execute(text(statement)))
