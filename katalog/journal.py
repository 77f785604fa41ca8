"""The audit trail: what happened to what, by which account, beside the change itself.

Rows are written plainly in the transaction of the change; the worker seals them in order.
"""

from __future__ import annotations

from typing import Any

from katalog.db import Session
from katalog.queries.protokoll import add_entry


def record(
    session: Session,
    vorgang: str,
    objekt: str,
    objekt_id: int | None,
    angaben: dict[str, Any] | None = None,
    konto_id: int | None = None,
) -> None:
    add_entry(session, vorgang, objekt, objekt_id, angaben or {}, konto_id)
