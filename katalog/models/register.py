"""The register of areas and services: what exists, independent of any online assistant."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from katalog.domain.begriffe import (
    Gebietsebene,
    Lagenart,
    Leistungsmerkmalart,
    Schluesselart,
    Top100,
)
from katalog.models.grundlage import Fassung, Herkunft, digits, ordered_dates, stored


class Gebiet(Herkunft, Fassung, table=True):
    """An area with validity. A kreisfreie Stadt is one row that counts on both levels.

    `land_id` and `kreis_id` repeat what `parent_id` leads to, since every list, facet and quota
    groups by them. They point to the row itself where the row is that level.
    """

    __table_args__ = (
        UniqueConstraint("ebene", "ars", "gueltig_ab"),
        digits("ars", 12),
        digits("ags", 2, 3, 5, 8),
        ordered_dates("gueltig_ab", "gueltig_bis"),
        Index("ix_gebiet_liste", "ebene", "gueltig_bis", "sortier"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ebene: Gebietsebene = Field(sa_type=stored(Gebietsebene))
    ars: str = Field(max_length=12, index=True)
    ags: str | None = Field(default=None, max_length=8, index=True)
    name: str = Field(max_length=200)
    bezeichnung: str = Field(default="", max_length=100)
    sortier: str = Field(max_length=200)
    kreisfrei: bool = Field(default=False)
    parent_id: int | None = Field(default=None, foreign_key="gebiet.id", index=True)
    land_id: int | None = Field(default=None, foreign_key="gebiet.id", index=True)
    kreis_id: int | None = Field(default=None, foreign_key="gebiet.id", index=True)
    einwohner: int | None = Field(default=None)
    flaeche_km2: float | None = Field(default=None)
    plz: str | None = Field(default=None, max_length=5, index=True)
    lat: float | None = Field(default=None)
    lon: float | None = Field(default=None)
    gueltig_ab: date = Field()
    gueltig_bis: date | None = Field(default=None)


class Gebietsschluessel(Herkunft, table=True):
    """An older key of an area. Old links redirect; imports that name it are understood."""

    __table_args__ = (
        UniqueConstraint("art", "wert", "gebiet_id"),
        ordered_dates("gueltig_ab", "gueltig_bis"),
    )

    id: int | None = Field(default=None, primary_key=True)
    gebiet_id: int = Field(foreign_key="gebiet.id", index=True)
    art: Schluesselart = Field(sa_type=stored(Schluesselart))
    wert: str = Field(max_length=12)
    gueltig_ab: date | None = Field(default=None)
    gueltig_bis: date | None = Field(default=None)


class Gebietsname(Herkunft, table=True):
    """What an area was called before it was given another name."""

    __table_args__ = (UniqueConstraint("gebiet_id", "gueltig_bis"),)

    id: int | None = Field(default=None, primary_key=True)
    gebiet_id: int = Field(foreign_key="gebiet.id")
    name: str = Field(max_length=200)
    gueltig_bis: date = Field()


class Nachfolge(Herkunft, table=True):
    """Which area followed which; n:m, since areas split as well as merge."""

    __table_args__ = (UniqueConstraint("von_id", "nach_id", "datum"),)

    id: int | None = Field(default=None, primary_key=True)
    von_id: int = Field(foreign_key="gebiet.id", index=True)
    nach_id: int = Field(foreign_key="gebiet.id", index=True)
    datum: date = Field()
    vorgang: str = Field(default="", max_length=200)


class Themenfeld(Herkunft, table=True):
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=100)
    name_alt: str = Field(default="", max_length=100)
    beschreibung: str = Field(default="")
    sortier: str = Field(max_length=100)


class Lage(Herkunft, table=True):
    __table_args__ = (UniqueConstraint("name", "themenfeld_id"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    art: Lagenart = Field(sa_type=stored(Lagenart))
    themenfeld_id: int = Field(foreign_key="themenfeld.id", index=True)
    sortier: str = Field(max_length=200)


class OzgLeistung(Herkunft, Fassung, table=True):
    __tablename__ = "ozg_leistung"
    __table_args__ = (digits("ozg_id", 5),)

    id: int | None = Field(default=None, primary_key=True)
    ozg_id: str = Field(unique=True, max_length=5)
    titel: str = Field(max_length=500)
    beschreibung: str = Field(default="")
    sortier: str = Field(max_length=500, index=True)
    themenfeld_id: int | None = Field(default=None, foreign_key="themenfeld.id", index=True)
    lage_id: int | None = Field(default=None, foreign_key="lage.id", index=True)
    top100: Top100 | None = Field(default=None, sa_type=stored(Top100))
    prioritaet: str = Field(default="", max_length=40)
    federfuehrung: str = Field(default="", max_length=300)
    entfallen_am: date | None = Field(default=None)


class Leistung(Herkunft, Fassung, table=True):
    """A LeiKa service. The key may be missing ("nicht im LeiKa") and is never the identity.

    A service without one has an `ersatzschluessel` made of its name, so that the next import
    finds it again and links to it stay good.
    """

    __table_args__ = (
        digits("leistungsschluessel", 14),
        ordered_dates("gueltig_ab", "gueltig_bis"),
        Index("uq_leistung_ersatzschluessel", "ersatzschluessel", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    leistungsschluessel: str | None = Field(default=None, unique=True, max_length=14)
    ersatzschluessel: str | None = Field(default=None, max_length=60)
    bezeichnung: str = Field(max_length=1000)
    bezeichnung_buerger: str = Field(default="", max_length=1000)
    kurztext: str = Field(default="")
    sortier: str = Field(max_length=1000, index=True)
    rechtsgrundlage: str = Field(default="")
    gueltig_ab: date | None = Field(default=None)
    gueltig_bis: date | None = Field(default=None)
    entfallen_am: date | None = Field(default=None)


class Leistungsmerkmal(SQLModel, table=True):
    __table_args__ = (Index("ix_leistungsmerkmal_wert", "art", "wert"),)

    leistung_id: int = Field(foreign_key="leistung.id", primary_key=True)
    art: Leistungsmerkmalart = Field(sa_type=stored(Leistungsmerkmalart), primary_key=True)
    wert: str = Field(max_length=40, primary_key=True)


class Leistungstext(SQLModel, table=True):
    """What an editorial office says about a service, by text module; plain text, no markup."""

    leistung_id: int = Field(foreign_key="leistung.id", primary_key=True)
    modul: str = Field(max_length=20, primary_key=True)
    text: str = Field()


class Leistungsbegriff(SQLModel, table=True):
    """A word under which people look for the service, beside its names."""

    leistung_id: int = Field(foreign_key="leistung.id", primary_key=True)
    begriff: str = Field(max_length=300, primary_key=True)


class OzgZuordnung(Herkunft, table=True):
    """Which LeiKa services belong to which OZG service; n:m, dated when a list drops it."""

    __tablename__ = "ozg_zuordnung"

    ozg_leistung_id: int = Field(foreign_key="ozg_leistung.id", primary_key=True)
    leistung_id: int = Field(foreign_key="leistung.id", primary_key=True, index=True)
    entfallen_am: date | None = Field(default=None)
