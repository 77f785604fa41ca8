"""Who uses what: statements of use with their history, local rules, forms, what is online."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus, Fundstellenstatus
from katalog.domain.rollen import Sichtbarkeit
from katalog.models.angebot import REIFEGRAD_PAIR
from katalog.models.grundlage import Fassung, Herkunft, moment, now, ordered_dates, stored


class Einsatz(Herkunft, Fassung, table=True):
    """A body's statement of use. Several rows per pair over time are its history.

    The first two indexes answer the two big questions: "who uses this assistant" and "what does
    this town use". They hold all that counts, maps and the order of users look at, so that only
    the rows of the page shown are fetched from the table, where they lie far apart. The third
    one is for the latest changes.
    """

    __table_args__ = (
        CheckConstraint(REIFEGRAD_PAIR, name="reifegrad_mit_modell"),
        CheckConstraint(
            "(ziel_reifegrad_modell IS NULL) = (ziel_reifegrad_stufe IS NULL)",
            name="ziel_reifegrad_mit_modell",
        ),
        ordered_dates("ab", "bis"),
        Index(
            "ix_einsatz_wer_nutzt",
            "onlinedienst_id",
            "sichtbarkeit",
            "status",
            "widersprochen_am",
            "stelle_id",
            "rolle",
            "bis",
            "id",
        ),
        Index(
            "ix_einsatz_was_nutzt",
            "stelle_id",
            "sichtbarkeit",
            "status",
            "widersprochen_am",
            "onlinedienst_id",
            "rolle",
            "bis",
            "beleg",
        ),
        Index("ix_einsatz_neueste", "stand", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    stelle_id: int = Field(foreign_key="stelle.id")
    onlinedienst_id: int = Field(foreign_key="onlinedienst.id")
    rolle: Einsatzrolle = Field(sa_type=stored(Einsatzrolle))
    status: Einsatzstatus = Field(sa_type=stored(Einsatzstatus))
    ab: date | None = Field(default=None)
    bis: date | None = Field(default=None)
    ausgesetzt_bis: date | None = Field(default=None)
    url: str = Field(default="", max_length=1000)
    layout: str = Field(default="", max_length=200)
    fachverfahren: str = Field(default="", max_length=200)
    reifegrad_modell: str | None = Field(default=None, max_length=10)
    reifegrad_stufe: int | None = Field(default=None)
    ziel_reifegrad_modell: str | None = Field(default=None, max_length=10)
    ziel_reifegrad_stufe: int | None = Field(default=None)
    ziel_datum: date | None = Field(default=None)
    nachweise_online: bool | None = Field(default=None)
    bescheid_digital: bool | None = Field(default=None)
    vorbild_id: int | None = Field(default=None, foreign_key="einsatz.id", index=True)
    vertreten_durch_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    nachnutzung_id: int | None = Field(default=None, foreign_key="nachnutzung.id", index=True)
    gemeldet_von_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    beleg: Beleg = Field(sa_type=stored(Beleg))
    bestaetigt_am: date | None = Field(default=None)
    bestaetigt_von_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    widersprochen_am: date | None = Field(default=None)
    widersprochen_von_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    pruefung_faellig: date | None = Field(default=None, index=True)
    sichtbarkeit: Sichtbarkeit = Field(sa_type=stored(Sichtbarkeit))
    urspruengliche_stelle_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    bemerkung: str = Field(default="")


class EinsatzAntragsstrecke(SQLModel, table=True):
    """Which paths are in use ("1 von n Leistungen"); none listed means all of them."""

    __tablename__ = "einsatz_antragsstrecke"

    einsatz_id: int = Field(foreign_key="einsatz.id", primary_key=True)
    antragsstrecke_id: int = Field(foreign_key="antragsstrecke.id", primary_key=True, index=True)


class Abhaengigkeit(SQLModel, table=True):
    """What a planned use still waits for, and until when ("E-Akte, 2024")."""

    id: int | None = Field(default=None, primary_key=True)
    einsatz_id: int = Field(foreign_key="einsatz.id", index=True)
    was: str = Field(max_length=300)
    bis: date | None = Field(default=None)
    erledigt_am: date | None = Field(default=None)


class EinsatzAenderung(SQLModel, table=True):
    """History of a statement: which field changed from what to what, by whom and why."""

    __tablename__ = "einsatz_aenderung"

    id: int | None = Field(default=None, primary_key=True)
    einsatz_id: int = Field(foreign_key="einsatz.id", index=True)
    am: datetime = Field(default_factory=now, sa_type=moment(), index=True)
    konto_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    feld: str = Field(max_length=60)
    alt: str = Field(default="")
    neu: str = Field(default="")
    grund: str = Field(default="")


class Ausblendung(SQLModel, table=True):
    """An assistant that a body does not want to be advised to take over."""

    stelle_id: int = Field(foreign_key="stelle.id", primary_key=True)
    onlinedienst_id: int = Field(foreign_key="onlinedienst.id", primary_key=True, index=True)
    am: date = Field()


class Fundstelle(Herkunft, table=True):
    """What a directory says is online for a service in an area; never mixed with statements."""

    __table_args__ = (UniqueConstraint("gebiet_id", "leistung_id", "url"),)

    id: int | None = Field(default=None, primary_key=True)
    gebiet_id: int = Field(foreign_key="gebiet.id")
    leistung_id: int = Field(foreign_key="leistung.id", index=True)
    url: str = Field(max_length=1000)
    host: str = Field(default="", max_length=253, index=True)
    onlinedienst_id: int | None = Field(default=None, foreign_key="onlinedienst.id", index=True)
    status: Fundstellenstatus = Field(sa_type=stored(Fundstellenstatus))
    entfallen_am: date | None = Field(default=None)


class OertlicheFestlegung(Herkunft, Fassung, table=True):
    """Local values an assistant needs, with validity and resolution; may be retroactive."""

    __tablename__ = "oertliche_festlegung"
    __table_args__ = (
        UniqueConstraint("gebiet_id", "name", "gueltig_ab"),
        ordered_dates("gueltig_ab", "gueltig_bis"),
    )

    id: int | None = Field(default=None, primary_key=True)
    gebiet_id: int = Field(foreign_key="gebiet.id")
    leistung_id: int | None = Field(default=None, foreign_key="leistung.id", index=True)
    name: str = Field(max_length=300)
    einheit: str = Field(default="", max_length=60)
    gueltig_ab: date = Field()
    gueltig_bis: date | None = Field(default=None)
    rueckwirkend: bool = Field(default=False)
    rechtsgrundlage: str = Field(default="", max_length=500)
    beschluss: str = Field(default="", max_length=200)
    ersetzt: str = Field(default="", max_length=500)
    vorgaenger_id: int | None = Field(
        default=None, foreign_key="oertliche_festlegung.id", index=True
    )
    naechste_pruefung: date | None = Field(default=None)
    bemerkung: str = Field(default="")


class FestlegungOzg(SQLModel, table=True):
    """For which OZG services a local rule holds; one table of values often serves several."""

    __tablename__ = "festlegung_ozg"

    festlegung_id: int = Field(foreign_key="oertliche_festlegung.id", primary_key=True)
    ozg_leistung_id: int = Field(foreign_key="ozg_leistung.id", primary_key=True, index=True)


class OertlicherWert(SQLModel, table=True):
    """One row of the value table: "1 Person: 276"; an amount stays exact, hence text."""

    __tablename__ = "oertlicher_wert"
    __table_args__ = (UniqueConstraint("festlegung_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    festlegung_id: int = Field(foreign_key="oertliche_festlegung.id")
    position: int = Field()
    merkmal: str = Field(max_length=300)
    wert: str = Field(max_length=60)


class Formular(Herkunft, table=True):
    """A form of a body for a service on its way from PDF to assistant."""

    id: int | None = Field(default=None, primary_key=True)
    stelle_id: int = Field(foreign_key="stelle.id", index=True)
    leistung_id: int = Field(foreign_key="leistung.id", index=True)
    titel: str = Field(max_length=300)
    stufe: str = Field(default="pdf", max_length=20)
    url: str = Field(default="", max_length=1000)

    __table_args__ = (
        CheckConstraint("stufe IN ('pdf', 'onlineformular', 'assistent')", name="stufe"),
    )
