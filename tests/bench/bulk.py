"""Statements of use in bulk: the same rows every time, straight into the table."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlmodel import col

from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus, Gebietsebene
from katalog.domain.rollen import Sichtbarkeit
from katalog.models.angebot import Antragsstrecke
from katalog.models.nutzung import Einsatz, EinsatzAntragsstrecke
from katalog.models.register import Gebiet
from katalog.models.stellen import Stelle
from tests.bench.assistants import WRITTEN, Row, find_source, table_of, write_dienste
from tests.bench.size import Umfang

TODAY = date(2026, 11, 20)
_CHUNK = 20_000
_YEARS = 3 * 365
# Shares of statements, each with the limit up to which a number below 1 means it.
_STATUS = (
    (0.70, Einsatzstatus.PRODUKTIV),
    (0.80, Einsatzstatus.IN_UMSETZUNG),
    (0.92, Einsatzstatus.GEPLANT),
    (0.94, Einsatzstatus.VORUEBERGEHEND),
    (1.00, Einsatzstatus.BEENDET),
)
_BELEG = (
    (0.50, Beleg.EIGENANGABE),
    (0.70, Beleg.ANBIETER),
    (0.85, Beleg.IMPORT),
    (1.00, Beleg.PVOG),
)


def fill(connection: Connection, umfang: Umfang) -> None:
    write_dienste(connection, umfang.dienste)
    table = table_of(Einsatz)
    # An index that is built at the end is built at once, instead of a million times.
    for index in table.indexes:
        index.drop(connection)
    first_path = _first_paths(connection)
    rows = make_einsaetze(connection, umfang)
    while chunk := list(itertools.islice(rows, _CHUNK)):
        connection.execute(insert(table), chunk)
        # Most statements mean the whole assistant, some only one of its paths.
        connection.execute(
            insert(table_of(EinsatzAntragsstrecke)),
            [
                {"einsatz_id": row["id"], "antragsstrecke_id": first_path[row["onlinedienst_id"]]}
                for row in chunk[::20]
                if row["onlinedienst_id"] in first_path
            ],
        )
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        index.create(connection)


def busiest_town(connection: Connection) -> tuple[int, str]:
    """(Stelle, ARS) of the town with the most statements: the first one of the list."""
    number, ars = connection.execute(_towns().limit(1)).one()
    return number, ars


def make_einsaetze(connection: Connection, umfang: Umfang) -> Iterator[Row]:
    quelle = find_source(connection)
    busiest, *others = connection.execute(_towns()).scalars().all()
    dice = random.Random(2017)  # the year of the OZG; any number, as long as it stays
    dice.shuffle(others)
    # Every third town states twice as much as the rest, every ninth three times as much.
    circle = [*others, *others[::3], *others[::9]]
    dice.shuffle(circle)
    step = umfang.dienste / umfang.angaben
    with_busiest = {1 + int(n * step) for n in range(umfang.angaben)}
    pairs: list[tuple[int, int]] = []
    for dienst, number in enumerate(count_users(umfang), start=1):
        users = _next_distinct(circle, dice.randrange(len(circle)), number)
        if dienst in with_busiest:
            users[-1] = busiest
        pairs += ((town, dienst) for town in users)
    # Statements come in over the years: those of one assistant or town lie far apart.
    dice.shuffle(pairs)
    for number, (town, dienst) in enumerate(pairs, start=1):
        shown = dienst == 1 or town == busiest
        yield {"id": number} | make_einsatz(dice, town, dienst, quelle, shown=shown)


def count_users(umfang: Umfang) -> list[int]:
    """Users per assistant: one with many, then ever fewer, in all the wanted number."""
    others = umfang.dienste - 1
    rest = umfang.einsaetze - umfang.nutzer
    most = umfang.nutzer * 9 // 10
    low, high = 0.0, float(umfang.einsaetze)
    for _ in range(60):
        factor = (low + high) / 2
        total = sum(min(most, factor / (n + 1) ** 0.5) for n in range(others))
        low, high = (factor, high) if total < rest else (low, factor)
    counts = [max(1, int(min(most, low / (n + 1) ** 0.5))) for n in range(others)]
    for n in range(rest - sum(counts)):
        counts[-1 - n % others] += 1
    return [umfang.nutzer, *counts]


def make_einsatz(
    dice: random.Random, stelle: int, dienst: int, quelle: int, *, shown: bool = False
) -> Row:
    """A plausible statement; `shown` ones are public, and nobody contradicted them."""
    status = _pick(_STATUS, dice.random())
    beleg = _pick(_BELEG, dice.random())
    planned = status in {Einsatzstatus.GEPLANT, Einsatzstatus.IN_UMSETZUNG}
    day = TODAY - timedelta(days=1 + int(dice.random() * _YEARS))
    confirmed = day if dice.random() < 0.6 else None
    public = dice.random() < (0.5 if planned else 0.97)
    contradicted = dice.random() < 0.01
    return {
        "stelle_id": stelle,
        "onlinedienst_id": dienst,
        "rolle": Einsatzrolle.PLANT if planned else Einsatzrolle.NUTZT,
        "status": status,
        "ab": day,
        "bis": day + timedelta(days=90) if status is Einsatzstatus.BEENDET else None,
        "url": f"https://service.example/{stelle}/{dienst}",
        "layout": "",
        "fachverfahren": "",
        "gemeldet_von_id": stelle if beleg is Beleg.EIGENANGABE else None,
        "beleg": beleg,
        "bestaetigt_am": confirmed,
        "widersprochen_am": TODAY if contradicted and not shown else None,
        "pruefung_faellig": confirmed + timedelta(days=365) if confirmed else None,
        "sichtbarkeit": (Sichtbarkeit.OEFFENTLICH if public or shown else Sichtbarkeit.VERWALTUNG),
        "bemerkung": "",
        "stand": day,
        "geaendert_am": WRITTEN,
        "version": 1,
        "quelle_id": quelle,
    }


def _pick(shares: Sequence[tuple[float, Any]], chance: float) -> Any:
    return next(value for limit, value in shares if chance < limit)


def _towns() -> Any:
    """The busiest one lies in a Kreis, so that it has neighbours."""
    return (
        select(col(Stelle.id), col(Gebiet.ars))
        .join(Gebiet, col(Gebiet.id) == col(Stelle.gebiet_id))
        .where(col(Gebiet.ebene) == Gebietsebene.GEMEINDE)
        .order_by(col(Gebiet.kreisfrei), col(Gebiet.ars).not_like("05570%"), col(Gebiet.ars))
    )


def _first_paths(connection: Connection) -> dict[int, int]:
    statement: Any = select(
        col(Antragsstrecke.onlinedienst_id), func.min(col(Antragsstrecke.id))
    ).group_by(col(Antragsstrecke.onlinedienst_id))
    return {dienst: path for dienst, path in connection.execute(statement)}


def _next_distinct(circle: Sequence[int], start: int, number: int) -> list[int]:
    found: dict[int, None] = {}
    place = start
    while len(found) < number:
        found[circle[place % len(circle)]] = None
        place += 1
    return list(found)
