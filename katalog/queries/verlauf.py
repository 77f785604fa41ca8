"""The history of one statement: what was done with it, by whom, and which field it changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from katalog.models.betrieb import Protokoll
from katalog.models.konten import Konto
from katalog.models.nutzung import EinsatzAenderung

# Of these every changed field has a line of its own, which says more.
_TOLD_BY_FIELDS = ("einsatz_geaendert", "einsatz_umgezogen")


class Verlaufszeile(NamedTuple):
    """`als`: on which side somebody acted. Without a `vorgang` it is a field that changed."""

    am: datetime
    vorgang: str
    als: str
    konto_id: int | None
    person: str
    feld: str = ""
    alt: str = ""
    neu: str = ""
    grund: str = ""


def of_statement(session: Session, number: int) -> list[Verlaufszeile]:
    """The newest first."""
    done: Any = session.execute(
        select(
            col(Protokoll.am), col(Protokoll.vorgang), col(Protokoll.angaben),
            col(Protokoll.konto_id), col(Konto.name), col(Konto.email),
        )
        .outerjoin(Konto, col(Konto.id) == col(Protokoll.konto_id))
        .where(
            col(Protokoll.objekt) == "einsatz",
            col(Protokoll.objekt_id) == number,
            col(Protokoll.vorgang).not_in(_TOLD_BY_FIELDS),
        )
    )  # fmt: skip
    changed: Any = session.execute(
        select(EinsatzAenderung, col(Konto.name), col(Konto.email))
        .outerjoin(Konto, col(Konto.id) == col(EinsatzAenderung.konto_id))
        .where(col(EinsatzAenderung.einsatz_id) == number)
        .order_by(col(EinsatzAenderung.id))
    )
    lines = [
        Verlaufszeile(am, vorgang, str(angaben.get("als", "")), konto, name or email or "")
        for am, vorgang, angaben, konto, name, email in done
    ]
    lines += [
        Verlaufszeile(
            line.am, "", "", line.konto_id, name or email or "",
            line.feld, line.alt, line.neu, line.grund,
        )
        for line, name, email in changed
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.am, reverse=True)
