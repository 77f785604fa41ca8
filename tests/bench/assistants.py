"""Assistants of the bench data: each OZG service has several, in turn, with paths and offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlmodel import SQLModel, col

from katalog.domain.begriffe import (
    Angebotsstatus,
    Dienstart,
    Dienststatus,
    Gebietsebene,
    Kostenmodell,
)
from katalog.domain.sortierung import sort_key
from katalog.models.angebot import Antragsstrecke, Landesangebot, Onlinedienst, OnlinedienstOzg
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Leistung, OzgLeistung, OzgZuordnung
from katalog.models.stellen import Plattform, Stelle
from tests.bench.register import ASKED, ASKED_OZG, QUELLE

MOST_USED = "bench-0001"
WRITTEN = datetime(2026, 11, 1, 12, tzinfo=UTC)
_EMPTY_TEXTS = (
    "kurzname", "bundesministerium", "vertrauensniveau", "nutzerkonto", "xstandard",
    "xstandard_version", "zustellort", "kosten_text", "lizenz", "quellcode_url", "demo_url",
    "marktplatz_id", "foerderung",
)  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ozg:
    id: int
    titel: str
    themenfeld_id: int | None
    leistungen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Land:
    id: int
    name: str
    stelle_id: int


def write_dienste(connection: Connection, number: int) -> None:
    services = _read_ozg(connection)
    laender = _read_laender(connection)
    plattformen = connection.execute(_ids(Plattform)).scalars().all()
    asked = connection.execute(
        _ids(Leistung).where(col(Leistung.leistungsschluessel) == ASKED)
    ).scalar_one()
    common: Row = {"quelle_id": find_source(connection)}
    dated: Row = common | {"geaendert_am": WRITTEN, "version": 1}
    dienste: list[Row] = []
    named: list[Row] = []
    paths: list[Row] = []
    offers: list[Row] = []
    for n in range(1, number + 1):
        ozg, land = services[(n - 1) % len(services)], laender[n % len(laender)]
        plattform = plattformen[n % len(plattformen)]
        dienste.append(dated | make_dienst(n, ozg, land) | {"plattform_id": plattform})
        named.append(common | {"onlinedienst_id": n, "ozg_leistung_id": ozg.id})
        # The first of all, and so the most used one, serves the service the start page asks about.
        served = dict.fromkeys([asked, *ozg.leistungen] if n == 1 else ozg.leistungen)
        paths += [
            common | {"onlinedienst_id": n, "leistung_id": leistung, "name": ""}
            for leistung in list(served)[: 1 + n % 3]
        ]
        if n % 6 == 1:
            offers.append(dated | make_offer(n, land))
    for model, rows in (
        (Onlinedienst, dienste),
        (OnlinedienstOzg, named),
        (Antragsstrecke, paths),
        (Landesangebot, offers),
    ):
        connection.execute(insert(table_of(model)), rows)


def make_dienst(number: int, ozg: Ozg, land: Land) -> Row:
    name = f"{ozg.titel} online ({land.name}, Dienst {number})"
    return dict.fromkeys(_EMPTY_TEXTS, "") | {
        "id": number,
        "kennung": f"bench-{number:04}",
        "name": name[:300],
        "sortier": sort_key(name)[:300],
        "kurzbeschreibung": f"Antrag und Bescheid zu „{ozg.titel}“ ohne Papier.",
        "art": _turn(Dienstart, number),
        "status": _turn(Dienststatus, number // 2),
        "themenfeld_id": ozg.themenfeld_id,
        "traeger_id": land.stelle_id,
        "betreibendes_land_id": land.id,
        "kosten_modell": _turn(Kostenmodell, number) if number % 3 else None,
        "entwurf": False,
    }


def make_offer(dienst: int, land: Land) -> Row:
    return {
        "onlinedienst_id": dienst,
        "koordinierung_id": land.stelle_id,
        "land_id": land.id,
        "status": Angebotsstatus.ANGEBOTEN,
        "kosten_modell": Kostenmodell.KOSTENNEUTRAL,
        "kosten_text": "",
        "fachressort": "",
        "zustaendige_stelle": "",
    }


def find_source(connection: Connection) -> int:
    return int(connection.execute(_ids(Quelle).where(col(Quelle.kennung) == QUELLE)).scalar_one())


def table_of(model: type[SQLModel]) -> Table:
    table = getattr(model, "__table__")  # noqa: B009 — declared on table models only
    assert isinstance(table, Table)
    return table


def _ids(model: type[SQLModel]) -> Any:
    column = table_of(model).c["id"]
    return select(column).order_by(column)


def _read_ozg(connection: Connection) -> list[Ozg]:
    """The asked one first, the others in the order of their keys."""
    inside: dict[int, list[int]] = {}
    for ozg_id, leistung_id in connection.execute(
        select(col(OzgZuordnung.ozg_leistung_id), col(OzgZuordnung.leistung_id)).order_by(
            col(OzgZuordnung.leistung_id)
        )
    ):
        inside.setdefault(ozg_id, []).append(leistung_id)
    statement: Any = select(
        col(OzgLeistung.id), col(OzgLeistung.titel), col(OzgLeistung.themenfeld_id)
    ).order_by(col(OzgLeistung.ozg_id) != ASKED_OZG, col(OzgLeistung.ozg_id))
    return [
        Ozg(number, titel, themenfeld, tuple(inside.get(number, ())))
        for number, titel, themenfeld in connection.execute(statement)
    ]


def _read_laender(connection: Connection) -> list[Land]:
    statement: Any = (
        select(col(Gebiet.id), col(Gebiet.name), col(Stelle.id))
        .join(Stelle, col(Stelle.gebiet_id) == col(Gebiet.id))
        .where(col(Gebiet.ebene) == Gebietsebene.LAND)
        .order_by(col(Gebiet.ars))
    )
    return [Land(*row) for row in connection.execute(statement)]


def _turn(vocabulary: Any, number: int) -> Any:
    members = list(vocabulary)
    return members[number % len(members)]
