"""The two big questions: who uses this assistant, and what does this town use?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from katalog.db import Engine, Session, is_sqlite, open_engine, reading
from katalog.domain.rollen import GAST
from katalog.queries import einsaetze
from tests.bench import bulk
from tests.bench.measure import counted_queries, number, side_by_side, table
from tests.bench.size import Umfang

_MOST_TIMES = 3
_REPEATS = 21

_ORDER = (
    "CASE e.status WHEN 'produktiv' THEN 0 WHEN 'voruebergehend_nicht_verfuegbar' THEN 1 "
    "WHEN 'in_umsetzung' THEN 2 WHEN 'geplant' THEN 3 ELSE 4 END"
)
_COLUMNS = (
    "e.id, e.rolle, e.status, e.ab, e.bis, e.ausgesetzt_bis, e.url, e.fachverfahren, "
    "e.reifegrad_modell, e.reifegrad_stufe, e.beleg, e.bestaetigt_am, e.widersprochen_am, "
    "e.stand, e.pruefung_faellig, e.sichtbarkeit, e.bemerkung"
)
# What somebody would write who has only the tables and one question: the same rows in the same
# order, straight from the driver, nothing counted and nothing turned into values.
WHO_USES = (
    f"SELECT {_COLUMNS}, s.name, q.titel FROM einsatz e "  # noqa: S608 — only constants
    "JOIN stelle s ON s.id = e.stelle_id LEFT JOIN quelle q ON q.id = e.quelle_id "
    "WHERE e.onlinedienst_id = ? AND e.sichtbarkeit = 'oeffentlich' "
    f"ORDER BY {_ORDER}, s.sortier, e.id LIMIT 25"
)
WHAT_IS_USED = (
    f"SELECT {_COLUMNS}, o.kennung, o.name, t.name, q.titel FROM einsatz e "  # noqa: S608 — the same
    "JOIN onlinedienst o ON o.id = e.onlinedienst_id "
    "LEFT JOIN themenfeld t ON t.id = o.themenfeld_id "
    "LEFT JOIN quelle q ON q.id = e.quelle_id "
    "WHERE e.stelle_id = ? AND e.sichtbarkeit = 'oeffentlich' "
    f"ORDER BY t.sortier, {_ORDER}, o.sortier"
)


@dataclass(frozen=True, slots=True)
class Question:
    """`peer` is one SQL statement with `key` as its only parameter."""

    title: str
    ours: Callable[[Session], list[int]]
    peer: str
    key: int


def questions(session: Session) -> tuple[Question, ...]:
    town, _ = bulk.busiest_town(session.connection())
    return (
        Question(
            "Wer nutzt diesen Dienst? (erste Seite)",
            lambda session: [row.id for row in einsaetze.of_onlinedienst(session, 1, GAST).rows],
            WHO_USES,
            1,
        ),
        Question(
            "Was nutzt diese Kommune? (alle Angaben)",
            lambda session: [row.id for row in einsaetze.of_stelle(session, town, GAST)],
            WHAT_IS_USED,
            town,
        ),
    )


def run(addresses: dict[Umfang, str]) -> str:
    rows: list[list[str]] = []
    for umfang, address in addresses.items():
        engine = open_engine(address)
        try:
            with reading(engine) as session:
                asked = questions(session)
                measured = [_compare(engine, session, question) for question in asked]
        finally:
            engine.dispose()
        rows += [
            [question.title, umfang.titel, *cells]
            for question, cells in zip(asked, measured, strict=True)
        ]
    head = [
        "Frage", "Bestand", "Zeilen", "Anfragen", "Katalog ms", "SQL ms", "Verhältnis", "Ziel",
        "erreicht",
    ]  # fmt: skip
    return table(head, rows)


def _compare(engine: Engine, session: Session, question: Question) -> list[str]:
    bare = driver_query(engine, session, question.peer)
    with counted_queries(engine) as asked:
        ours = question.ours(session)
    theirs = [row[0] for row in bare(question.key)]
    assert ours == theirs, "Beide müssen dieselben Zeilen in derselben Reihenfolge liefern."
    mine, peer = side_by_side(lambda: question.ours(session), lambda: bare(question.key), _REPEATS)
    return [
        str(len(ours)),
        str(len(asked)),
        number(mine, 2),
        number(peer, 2),
        f"{number(mine / peer)} ×",
        f"≤ {_MOST_TIMES} ×",
        "ja" if mine / peer <= _MOST_TIMES else "**nein**",
    ]


def driver_query(engine: Engine, session: Session, sql: str) -> Callable[[int], list[Any]]:
    """Past SQLAlchemy, on the connection that the session has."""
    driver: Any = session.connection().connection.dbapi_connection
    statement = sql if is_sqlite(engine) else sql.replace("?", "%s")

    def query(key: int) -> list[Any]:
        cursor = driver.cursor()
        try:
            return list(cursor.execute(statement, (key,)).fetchall())
        finally:
            cursor.close()

    return query
