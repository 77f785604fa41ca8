"""Sources and runs of import: where every other row's content comes from."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, text
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
    """One import, from reading to the last batch; what it found stays as `Pruefergebnis`.

    `gelesen_am` parts its two halves: before it nothing in the catalogue has changed, and an
    interrupted run is given up; after it everything to be done lies in `Importsatz`, and the next
    import brings it to its end.
    """

    id: int | None = Field(default=None, primary_key=True)
    quelle_id: int | None = Field(default=None, foreign_key="quelle.id", index=True)
    format: str = Field(max_length=40)
    dateien: list[str] = Field(default_factory=list, sa_type=JSON)
    vollstaendig: bool = Field(default=False)
    status: Laufstatus = Field(sa_type=stored(Laufstatus))
    begonnen_am: datetime = Field(default_factory=now, sa_type=moment(), index=True)
    gelesen_am: datetime | None = Field(default=None, sa_type=moment())
    beendet_am: datetime | None = Field(default=None, sa_type=moment())
    zahlen: dict[str, dict[str, int]] = Field(default_factory=dict, sa_type=JSON)
    meldung: str = Field(default="")


class Importsatz(SQLModel, table=True):
    """What a run still has to take over: new, changed and gone records, none that is as before.

    A row goes in the transaction that takes it over, so what is left is what is to be done.
    """

    __table_args__ = (
        UniqueConstraint("importlauf_id", "art", "fremdschluessel"),
        Index("ix_importsatz_reihenfolge", "importlauf_id", "reihe", "schluessel", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    importlauf_id: int = Field(foreign_key="importlauf.id")
    reihe: int = Field()
    art: str = Field(max_length=40)
    fremdschluessel: str = Field(max_length=200)
    schluessel: str = Field(max_length=200)
    nachrang: int = Field(default=0)
    stand: date | None = Field(default=None)
    hash: str = Field(default="", max_length=32)
    inhalt: str = Field(default="")
    zeile: int | None = Field(default=None)
    entfaellt: bool = Field(default=False)
    rohsatz: int | None = Field(default=None, sa_type=BigInteger)
    teile: int = Field(default=1)


class Quellsatz(SQLModel, table=True):
    """A record as its source gave it: what a field says "laut wem" is looked up here.

    `fremdschluessel` is what the source calls it, `schluessel` the public key of what it speaks
    about, which other sources share. An empty `hash` waits: something it names is not known yet
    (`grund` says what), so it is tried again with every import. `inhalt` counts only where
    `uebernommen` says that it went into the rows. `rohsatz` is the fingerprint of the element of
    the file that it was read from, together with as many others as `teile` says.
    """

    __table_args__ = (
        UniqueConstraint("quelle_id", "art", "fremdschluessel"),
        Index("ix_quellsatz_gegenstand", "art", "schluessel"),
        Index(
            "ix_quellsatz_wartet",
            "art",
            sqlite_where=text("hash = ''"),
            postgresql_where=text("hash = ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    quelle_id: int = Field(foreign_key="quelle.id")
    art: str = Field(max_length=40)
    fremdschluessel: str = Field(max_length=200)
    schluessel: str = Field(max_length=200)
    nachrang: int = Field(default=0)
    stand: date | None = Field(default=None)
    hash: str = Field(max_length=32)
    inhalt: str = Field()
    uebernommen: bool = Field(default=True)
    grund: str = Field(default="")
    entfallen_am: date | None = Field(default=None)
    rohsatz: int | None = Field(default=None, sa_type=BigInteger)
    teile: int = Field(default=1)


class Pruefergebnis(SQLModel, table=True):
    """One finding of an import: about which thing, where, what it was, why, and how to mend it.

    A change has one row per field, with the value before in `alt`.
    """

    __table_args__ = (Index("ix_pruefergebnis_befunde", "importlauf_id", "art", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    importlauf_id: int = Field(foreign_key="importlauf.id")
    art: Befundart = Field(sa_type=stored(Befundart))
    objekt: str = Field(default="", max_length=300)
    zeile: int | None = Field(default=None)
    stelle: str = Field(default="", max_length=300)
    wert: str = Field(default="", max_length=1000)
    alt: str = Field(default="", max_length=1000)
    ursache: str = Field(default="", max_length=1000)
    abhilfe: str = Field(default="", max_length=1000)
