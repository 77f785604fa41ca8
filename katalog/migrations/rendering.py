"""How new steps are written: plain SQLAlchemy types, frozen values, nothing of the models.

A step must still run when the models have moved on, so it names no class of ours.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum
from sqlmodel.sql.sqltypes import AutoString

from katalog.models.grundlage import Zeitpunkt


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    if kind != "type":
        return False
    match item:
        case Zeitpunkt():
            return "sa.DateTime(timezone=True)"
        case AutoString(length=None):
            return "sa.String()"
        case AutoString():
            return f"sa.String(length={item.length})"
        case Enum():
            values = ", ".join(repr(value) for value in item.enums)
            return (
                f"sa.Enum({values}, name={item.name!r}, native_enum=False, "
                f"create_constraint=True, length={item.length})"
            )
        case _:
            return False
