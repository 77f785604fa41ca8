"""Finds and competences: matched by host, ended when a source no longer names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Verweisart
from katalog.models.angebot import Onlinedienst, Verweis
from katalog.models.nutzung import Einsatz, Fundstelle
from katalog.models.stellen import Zustaendigkeit


def assistants_by_host(session: Session) -> dict[str, int]:
    """Hosts that lead to one assistant only; a state portal serves many and matches none."""
    used = select(col(Einsatz.url), col(Einsatz.onlinedienst_id)).where(col(Einsatz.url) != "")
    demo = select(col(Onlinedienst.demo_url), col(Onlinedienst.id)).where(
        col(Onlinedienst.demo_url) != ""
    )
    links = select(col(Verweis.url), col(Verweis.onlinedienst_id)).where(
        col(Verweis.art) == Verweisart.DEMO, col(Verweis.onlinedienst_id).is_not(None)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for statement in (used, demo, links):
        for url, number in session.execute(statement.distinct()):
            try:
                host = (urlsplit(url).hostname or "").lower()
            except ValueError:
                continue
            found[host].add(number)
    return {host: next(iter(ids)) for host, ids in found.items() if host and len(ids) == 1}


def match_finds(session: Session) -> None:
    """A find leads to the assistant that alone has its host, whichever of the two came first."""
    host, dienst = col(Fundstelle.host), col(Fundstelle.onlinedienst_id)
    stated = session.execute(select(host, dienst).where(host != "").distinct()).all()
    if not stated:
        return
    matching = assistants_by_host(session)
    for name in sorted({name for name, number in stated if number != matching.get(name)}):
        wanted = matching.get(name)
        session.connection().execute(
            update(Fundstelle)
            .where(host == name, dienst.is_distinct_from(wanted))
            .values(onlinedienst_id=wanted)
        )


def drop_finds(session: Session, finds: Sequence[tuple[int, int, str]], today: date) -> None:
    for gebiet, leistung, url in finds:
        session.connection().execute(
            update(Fundstelle)
            .where(
                col(Fundstelle.gebiet_id) == gebiet,
                col(Fundstelle.leistung_id) == leistung,
                col(Fundstelle.url) == url,
                col(Fundstelle.entfallen_am).is_(None),
            )
            .values(entfallen_am=today)
        )


def move_finds(session: Session, quelle_id: int, old: str, new: str, host: str) -> None:
    session.connection().execute(
        update(Fundstelle)
        .where(col(Fundstelle.quelle_id) == quelle_id, col(Fundstelle.url) == old)
        .values(url=new, host=host)
    )


def end_competence(session: Session, rows: Sequence[tuple[int, int, int]], today: date) -> None:
    for leistung, stelle, gebiet in rows:
        session.connection().execute(
            update(Zustaendigkeit)
            .where(
                col(Zustaendigkeit.leistung_id) == leistung,
                col(Zustaendigkeit.stelle_id) == stelle,
                col(Zustaendigkeit.gebiet_id) == gebiet,
                col(Zustaendigkeit.gueltig_bis).is_(None),
            )
            .values(gueltig_bis=today)
        )
