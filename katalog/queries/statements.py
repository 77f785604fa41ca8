"""Statements of use as an import changes them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from katalog.domain.begriffe import Einsatzrolle, Einsatzstatus
from katalog.models.grundlage import now
from katalog.models.nutzung import Einsatz


def led_by_cases(session: Session) -> set[tuple[int, int]]:
    """Body and assistant of what a case says: no list knows it better."""
    statement: Any = select(col(Einsatz.stelle_id), col(Einsatz.onlinedienst_id)).where(
        col(Einsatz.nachnutzung_id).is_not(None), col(Einsatz.rolle) == Einsatzrolle.NUTZT
    )
    return {(stelle, dienst) for stelle, dienst in session.connection().execute(statement)}


def end_statement(
    session: Session, stelle: int, dienst: int, rolle: str, quelle: int | None, today: date
) -> None:
    session.connection().execute(
        update(Einsatz)
        .where(
            col(Einsatz.stelle_id) == stelle,
            col(Einsatz.onlinedienst_id) == dienst,
            col(Einsatz.rolle) == rolle,
            col(Einsatz.quelle_id) == quelle,
            col(Einsatz.status) != Einsatzstatus.BEENDET,
        )
        .values(
            status=Einsatzstatus.BEENDET,
            bis=today,
            version=col(Einsatz.version) + 1,
            geaendert_am=now(),
        )
    )
