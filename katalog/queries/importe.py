"""Runs of import, what they still have to do, and what they found: the writing side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Insert, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from katalog.domain.begriffe import Laufstatus, Quellenart
from katalog.models.grundlage import now
from katalog.models.quellen import Importlauf, Importsatz, Pruefergebnis, Quelle
from katalog.queries.bulk import execute_many, insert_many
from katalog.queries.chunks import chunks

_SATZ = Importsatz.__table__  # type: ignore[attr-defined]
_LAUF = Importlauf.__table__  # type: ignore[attr-defined]
_BEFUND = Pruefergebnis.__table__  # type: ignore[attr-defined]


_CONTENT = (
    "fremdschluessel", "schluessel", "nachrang", "stand", "hash", "inhalt", "zeile", "entfaellt",
    "rohsatz", "teile",
)  # fmt: skip
_RESTATED = (
    "reihe", "schluessel", "nachrang", "stand", "hash", "inhalt", "zeile", "entfaellt",
    "rohsatz", "teile",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lauf:
    id: int
    quelle_id: int | None
    format: str
    dateien: list[str]
    gelesen_am: datetime | None
    zahlen: dict[str, dict[str, int]]
    meldung: str


def begin(session: Session, format_: str, files: Sequence[str], complete: bool) -> int:
    return int(
        session.execute(
            insert(_LAUF).returning(_LAUF.c.id),
            {
                "format": format_,
                "dateien": [file[:300] for file in files[:100]],
                "vollstaendig": complete,
                "status": Laufstatus.LAEUFT,
                "begonnen_am": now(),
                "zahlen": {},
                "meldung": "",
            },
        ).scalar_one()
    )


def unfinished(session: Session) -> list[Lauf]:
    statement = select(_LAUF).where(_LAUF.c.status == Laufstatus.LAEUFT).order_by(_LAUF.c.id)
    return [
        Lauf(r.id, r.quelle_id, r.format, r.dateien, r.gelesen_am, r.zahlen, r.meldung)
        for r in session.execute(statement)
    ]


def note(session: Session, lauf: int, **values: Any) -> None:
    session.connection().execute(update(_LAUF).where(_LAUF.c.id == lauf).values(**values))


def brought(session: Session, quelle_id: int, format_: str) -> list[set[str]]:
    """Of each earlier import of this format the kinds it took over, by their labels."""
    statement = select(_LAUF.c.zahlen).where(
        _LAUF.c.quelle_id == quelle_id,
        _LAUF.c.format == format_,
        _LAUF.c.status == Laufstatus.FERTIG,
    )
    return [
        {label for label, n in zahlen.items() if n["neu"] or n["geaendert"] or n["unveraendert"]}
        for (zahlen,) in session.execute(statement)
    ]


def end(session: Session, lauf: int, status: Laufstatus, message: str) -> None:
    session.connection().execute(delete(_SATZ).where(_SATZ.c.importlauf_id == lauf))
    note(session, lauf, status=status, meldung=message, beendet_am=now())


# Staging ------------------------------------------------------------------------------------------


def stage(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Of a record that a delivery has twice the later one counts."""
    on_postgresql = session.connection().dialect.name == "postgresql"

    def make() -> Insert:
        statement = (postgresql.insert if on_postgresql else sqlite.insert)(_SATZ)
        return statement.on_conflict_do_update(
            index_elements=["importlauf_id", "art", "fremdschluessel"],
            set_={name: statement.excluded[name] for name in _RESTATED},
        )

    execute_many(session, "stage", _SATZ, make, rows)


def unstage(session: Session, lauf: int, art: str, keys: Sequence[str]) -> None:
    for part in chunks(keys):
        session.connection().execute(
            delete(_SATZ).where(
                _SATZ.c.importlauf_id == lauf,
                _SATZ.c.art == art,
                _SATZ.c.fremdschluessel.in_(part),
            )
        )


def count_staged(session: Session, lauf: int) -> int:
    statement = select(func.count()).select_from(_SATZ).where(_SATZ.c.importlauf_id == lauf)
    return int(session.execute(statement).scalar_one())


def next_batch(session: Session, lauf: int, size: int) -> Sequence[Any]:
    """The next rows of one kind, things in order, so that all about one thing comes together.

    Id, place of the kind and kind, then what `Vorgemerkt` holds.
    """
    first = (
        select(_SATZ.c.reihe)
        .where(_SATZ.c.importlauf_id == lauf)
        .order_by(_SATZ.c.reihe)
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(
            *(_SATZ.c[name] for name in ("id", "reihe", "art")),
            *(_SATZ.c[name] for name in _CONTENT),
        )
        .where(_SATZ.c.importlauf_id == lauf, _SATZ.c.reihe == first)
        .order_by(_SATZ.c.schluessel, _SATZ.c.id)
        .limit(size)
    )
    return session.execute(statement).all()


def done(session: Session, lauf: int, reihe: int, last: tuple[str, int]) -> None:
    """Remove what was taken over: everything of the kind up to this thing and number."""
    schluessel, number = last
    session.connection().execute(
        delete(_SATZ).where(
            _SATZ.c.importlauf_id == lauf,
            _SATZ.c.reihe == reihe,
            (_SATZ.c.schluessel < schluessel)
            | ((_SATZ.c.schluessel == schluessel) & (_SATZ.c.id <= number)),
        )
    )


# Findings and sources -----------------------------------------------------------------------------


def add_findings(session: Session, lauf: int, rows: Sequence[dict[str, Any]]) -> None:
    insert_many(session, _BEFUND, [row | {"importlauf_id": lauf} for row in rows])


def find_quelle(session: Session, kennung: str) -> tuple[int, Quellenart, date | None] | None:
    statement = select(col(Quelle.id), col(Quelle.art), col(Quelle.stand)).where(
        col(Quelle.kennung) == kennung
    )
    row = session.execute(statement).first()
    return None if row is None else (row[0], row[1], row[2])


def forget_sources(session: Session, lauf: int, kennungen: Sequence[str]) -> None:
    """Sources that only came with a delivery of which nothing was taken over."""
    if kennungen:
        note(session, lauf, quelle_id=None)
        session.connection().execute(delete(Quelle).where(col(Quelle.kennung).in_(kennungen)))


def source_of(session: Session, number: int) -> tuple[str, Quellenart, date | None]:
    statement = select(col(Quelle.kennung), col(Quelle.art), col(Quelle.stand)).where(
        col(Quelle.id) == number
    )
    row = session.execute(statement).one()
    return row[0], row[1], row[2]


def arts_of_sources(session: Session) -> dict[str, Quellenart]:
    return {
        kennung: art
        for kennung, art in session.execute(select(col(Quelle.kennung), col(Quelle.art)))
    }
