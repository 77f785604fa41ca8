"""Sources and runs of import: where every other row's content comes from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from katalog.domain.begriffe import Befundart, Laufstatus, Quellenart
from katalog.models.grundlage import moment, now, stored


class Quelle(SQLModel, table=True):
    """A source as it is named on pages. `stand_text` serves sources dated "2025"."""

    id: int | None = Field(default=None, primary_key=True)
    kennung: str = Field(unique=True, max_length=80)
    titel: str = Field(max_length=300)
    art: Quellenart = Field(sa_type=stored(Quellenart))
    herausgeber: str = Field(default="", max_length=300)
    url: str = Field(default="", max_length=1000)
    lizenz: str = Field(default="", max_length=300)
    stand: date | None = Field(default=None)
    stand_text: str = Field(default="", max_length=40)


class Importlauf(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    quelle_id: int = Field(foreign_key="quelle.id", index=True)
    format: str = Field(max_length=40)
    dateien: list[str] = Field(default_factory=list, sa_type=JSON)
    status: Laufstatus = Field(sa_type=stored(Laufstatus))
    begonnen_am: datetime = Field(default_factory=now, sa_type=moment(), index=True)
    beendet_am: datetime | None = Field(default=None, sa_type=moment())
    zahlen: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    meldung: str = Field(default="")


class Quellsatz(SQLModel, table=True):
    """A record as its source gave it: what a field says "laut wem" is looked up here."""

    __table_args__ = (UniqueConstraint("quelle_id", "art", "fremdschluessel"),)

    id: int | None = Field(default=None, primary_key=True)
    quelle_id: int = Field(foreign_key="quelle.id")
    art: str = Field(max_length=40)
    fremdschluessel: str = Field(max_length=200)
    hash: str = Field(max_length=64)
    inhalt: dict[str, Any] = Field(sa_type=JSON)
    objekt_id: int | None = Field(default=None, index=True)
    importlauf_id: int | None = Field(default=None, foreign_key="importlauf.id", index=True)
    gesehen_am: datetime = Field(default_factory=now, sa_type=moment())
    entfallen_am: date | None = Field(default=None)


class Pruefergebnis(SQLModel, table=True):
    """One finding about one row of an import: what it was, why, and how to mend it."""

    id: int | None = Field(default=None, primary_key=True)
    importlauf_id: int = Field(foreign_key="importlauf.id", index=True)
    art: Befundart = Field(sa_type=stored(Befundart))
    zeile: int | None = Field(default=None)
    stelle: str = Field(default="", max_length=300)
    wert: str = Field(default="", max_length=1000)
    ursache: str = Field(default="", max_length=1000)
    abhilfe: str = Field(default="", max_length=1000)
