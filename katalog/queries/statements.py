"""Statements of use as an import changes them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlmodel import Session, col

from katalog.domain.begriffe import Einsatzstatus
from katalog.models.grundlage import now
from katalog.models.nutzung import Einsatz


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
