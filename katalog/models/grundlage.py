"""What every table shares: naming of constraints, enum and time columns, provenance, version.

SQLModel does not validate `table=True` classes, so what must hold is said to the database:
enums become CHECKed texts, and every other rule is a constraint with a readable name.
"""

import enum
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# Fixed names let migrations on SQLite and PostgreSQL address the same constraint.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

_LONGEST_VALUE = 40


def stored(vocabulary: type[enum.Enum], constraint: str = "") -> Any:
    """An enum as CHECKed text holding the member's value.

    `constraint` names the CHECK where a table has two columns of one vocabulary.

    Left to itself SQLModel stores the member's *name* and creates a native PostgreSQL type,
    which no migration on SQLite could follow.
    """
    return Enum(
        vocabulary,
        native_enum=False,
        create_constraint=True,
        length=_LONGEST_VALUE,
        name=constraint or vocabulary.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Zeitpunkt(TypeDecorator[datetime]):
    """An aware moment in UTC on both databases; SQLite would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Zeitpunkte werden nur mit Zeitzone gespeichert.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment() -> Any:
    return Zeitpunkt()


def now() -> datetime:
    return datetime.now(UTC)


def moment_on(day: date) -> datetime:
    """Now, on the day the portal is on, which for training may be another than the clock's."""
    return datetime.combine(day, datetime.now(ZoneInfo("Europe/Berlin")).timetz())


def ordered_dates(first: str, last: str) -> CheckConstraint:
    return CheckConstraint(
        f"{last} IS NULL OR {first} IS NULL OR {last} >= {first}", name=f"{last}_nach_{first}"
    )


def digits(column: str, *lengths: int) -> CheckConstraint:
    """Keys are texts of digits; GLOB and SIMILAR TO differ, so only the length is checked here."""
    sizes = ", ".join(str(length) for length in lengths)
    return CheckConstraint(
        f"{column} IS NULL OR length({column}) IN ({sizes})", name=f"{column}_laenge"
    )


def exactly_one(name: str, *columns: str) -> CheckConstraint:
    terms = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return CheckConstraint(f"{terms} = 1", name=name)


class Herkunft(SQLModel):
    """Where a row's content comes from; shown as "laut {titel}, Stand {stand}"."""

    quelle_id: int | None = Field(default=None, foreign_key="quelle.id", index=True)
    stand: date | None = Field(default=None)


class Fassung(SQLModel):
    """Version for ETags and lost-update checks, and the moment `updated_since` asks for."""

    version: int = Field(default=1)
    geaendert_am: datetime = Field(default_factory=now, sa_type=moment(), index=True)
