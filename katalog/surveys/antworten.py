"""A body answers with the link and the code of its mail, and changes its answer until the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from katalog.db import Session
from katalog.domain.geheimnis import hash_of
from katalog.domain.umfrage import Frage, parse_antwort
from katalog.journal import record
from katalog.queries import umfrageantworten
from katalog.queries.umfrageantworten import Einladung


def find(session: Session, token: str) -> Einladung | None:
    """Opening a link uses nothing up and shows nothing of an answer: scanners open every link."""
    return umfrageantworten.find_by_link(session, hash_of(token))


def answer(
    session: Session,
    einladung: Einladung,
    typed: Mapping[str, str],
    fragen: tuple[Frage, ...],
    now: datetime,
    today: date,
) -> None:
    antwort = einladung.antwort
    assert antwort.id is not None
    angaben = parse_antwort(typed, fragen, today)
    changes = antwort.beantwortet_am is not None
    umfrageantworten.answer(session, antwort.id, angaben, now)
    record(
        session,
        "umfrage_antwort_geaendert" if changes else "umfrage_beantwortet",
        "antwort",
        antwort.id,
        {"stelle_id": antwort.stelle_id, "teilnahme": angaben.teilnahme},
    )
