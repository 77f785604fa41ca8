"""Writing to the audit trail."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from katalog.models.betrieb import Protokoll


def add_entry(
    session: Session,
    vorgang: str,
    objekt: str,
    objekt_id: int | None,
    angaben: dict[str, Any],
    konto_id: int | None,
) -> None:
    session.add(
        Protokoll(
            vorgang=vorgang,
            objekt=objekt,
            objekt_id=objekt_id,
            angaben=angaben,
            konto_id=konto_id,
        )
    )
    session.flush()
