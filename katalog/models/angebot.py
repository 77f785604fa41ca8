"""What is offered for reuse: online assistants and a Land's offer of them."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from katalog.domain.begriffe import (
    Angebotsstatus,
    Datumsgenauigkeit,
    Dienstart,
    Dienstmerkmalart,
    Dienststatus,
    Epayment,
    Kostenmodell,
    Pruefpunktgruppe,
    Verweisart,
)
from katalog.domain.pruefpunkte import Pruefpunktstufe
from katalog.models.grundlage import Fassung, Herkunft, exactly_one, stored

# A maturity level means nothing without its model: both or neither.
REIFEGRAD_PAIR = "(reifegrad_modell IS NULL) = (reifegrad_stufe IS NULL)"


class Onlinedienst(Herkunft, Fassung, table=True):
    __table_args__ = (
        CheckConstraint(REIFEGRAD_PAIR, name="reifegrad_mit_modell"),
        CheckConstraint(
            "(verfuegbar_ab IS NULL) = (verfuegbar_ab_genau IS NULL)", name="verfuegbar_ab_genau"
        ),
        CheckConstraint("nachfolger_id IS NULL OR nachfolger_id <> id", name="nicht_sich_selbst"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kennung: str = Field(unique=True, max_length=80)
    name: str = Field(max_length=300)
    kurzname: str = Field(default="", max_length=100)
    sortier: str = Field(max_length=300, index=True)
    kurzbeschreibung: str = Field(default="")
    art: Dienstart = Field(sa_type=stored(Dienstart), index=True)
    status: Dienststatus | None = Field(default=None, sa_type=stored(Dienststatus), index=True)
    verfuegbar_ab: date | None = Field(default=None)
    verfuegbar_ab_genau: Datumsgenauigkeit | None = Field(
        default=None, sa_type=stored(Datumsgenauigkeit)
    )
    eingestellt_zum: date | None = Field(default=None)
    nachfolger_id: int | None = Field(default=None, foreign_key="onlinedienst.id", index=True)
    themenfeld_id: int | None = Field(default=None, foreign_key="themenfeld.id", index=True)
    traeger_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    betreibendes_land_id: int | None = Field(default=None, foreign_key="gebiet.id", index=True)
    dienstleister_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    bundesministerium: str = Field(default="", max_length=300)
    plattform_id: int | None = Field(default=None, foreign_key="plattform.id", index=True)
    vertrauensniveau: str = Field(default="", max_length=100)
    nutzerkonto: str = Field(default="", max_length=200)
    epayment: Epayment | None = Field(default=None, sa_type=stored(Epayment))
    xstandard: str = Field(default="", max_length=100)
    xstandard_version: str = Field(default="", max_length=40)
    zustellort: str = Field(default="", max_length=300)
    kosten_modell: Kostenmodell | None = Field(default=None, sa_type=stored(Kostenmodell))
    kosten_text: str = Field(default="", max_length=500)
    lizenz: str = Field(default="", max_length=100)
    quellcode_url: str = Field(default="", max_length=1000)
    demo_url: str = Field(default="", max_length=1000)
    marktplatz_id: str = Field(default="", max_length=100)
    foerderung: str = Field(default="", max_length=300)
    reifegrad_modell: str | None = Field(default=None, max_length=10)
    reifegrad_stufe: int | None = Field(default=None)
    entwurf: bool = Field(default=False, index=True)
    entfallen_am: date | None = Field(default=None)


class OnlinedienstOzg(Herkunft, table=True):
    """Which OZG services an assistant serves; known more often than its LeiKa keys."""

    __tablename__ = "onlinedienst_ozg"

    onlinedienst_id: int = Field(foreign_key="onlinedienst.id", primary_key=True)
    ozg_leistung_id: int = Field(foreign_key="ozg_leistung.id", primary_key=True, index=True)


class Dienstmerkmal(SQLModel, table=True):
    """Facts that come in lists and are filtered by: login, transport, Fachverfahren."""

    __table_args__ = (Index("ix_dienstmerkmal_wert", "art", "wert"),)

    onlinedienst_id: int = Field(foreign_key="onlinedienst.id", primary_key=True)
    art: Dienstmerkmalart = Field(sa_type=stored(Dienstmerkmalart), primary_key=True)
    wert: str = Field(max_length=200, primary_key=True)


class Antragsstrecke(Herkunft, table=True):
    """One path of application within an assistant, for one service, with its own maturity."""

    __table_args__ = (
        UniqueConstraint("onlinedienst_id", "leistung_id", "name"),
        CheckConstraint(REIFEGRAD_PAIR, name="reifegrad_mit_modell"),
    )

    id: int | None = Field(default=None, primary_key=True)
    onlinedienst_id: int = Field(foreign_key="onlinedienst.id")
    leistung_id: int | None = Field(default=None, foreign_key="leistung.id", index=True)
    name: str = Field(default="", max_length=300)
    reifegrad_modell: str | None = Field(default=None, max_length=10)
    reifegrad_stufe: int | None = Field(default=None)


class Release(Herkunft, table=True):
    __table_args__ = (UniqueConstraint("onlinedienst_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    onlinedienst_id: int = Field(foreign_key="onlinedienst.id")
    version: str = Field(max_length=60)
    datum: date | None = Field(default=None)
    text: str = Field(default="")


class Landesangebot(Herkunft, Fassung, table=True):
    """A Land's offer of an assistant: the case and the information letter hang on it."""

    __table_args__ = (
        UniqueConstraint("onlinedienst_id", "koordinierung_id"),
        CheckConstraint(
            "(verfuegbar_ab IS NULL) = (verfuegbar_ab_genau IS NULL)", name="verfuegbar_ab_genau"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    onlinedienst_id: int = Field(foreign_key="onlinedienst.id")
    koordinierung_id: int = Field(foreign_key="stelle.id", index=True)
    land_id: int | None = Field(default=None, foreign_key="gebiet.id", index=True)
    status: Angebotsstatus = Field(sa_type=stored(Angebotsstatus))
    verfuegbar_ab: date | None = Field(default=None)
    verfuegbar_ab_genau: Datumsgenauigkeit | None = Field(
        default=None, sa_type=stored(Datumsgenauigkeit)
    )
    eingestellt_zum: date | None = Field(default=None)
    kosten_modell: Kostenmodell | None = Field(default=None, sa_type=stored(Kostenmodell))
    kosten_text: str = Field(default="", max_length=500)
    fachressort: str = Field(default="", max_length=500)
    behoerdenart_id: int | None = Field(default=None, foreign_key="behoerdenart.id", index=True)
    zustaendige_stelle: str = Field(default="", max_length=500)


class Pilotkommune(SQLModel, table=True):
    landesangebot_id: int = Field(foreign_key="landesangebot.id", primary_key=True)
    stelle_id: int = Field(foreign_key="stelle.id", primary_key=True, index=True)


class Verweis(Herkunft, table=True):
    """A link to a guide, portal or FAQ, of an assistant or of a Land's offer of it."""

    __table_args__ = (exactly_one("eines_von_beiden", "onlinedienst_id", "landesangebot_id"),)

    id: int | None = Field(default=None, primary_key=True)
    onlinedienst_id: int | None = Field(default=None, foreign_key="onlinedienst.id", index=True)
    landesangebot_id: int | None = Field(default=None, foreign_key="landesangebot.id", index=True)
    art: Verweisart = Field(sa_type=stored(Verweisart))
    titel: str = Field(max_length=300)
    url: str = Field(max_length=1000)


class Pruefpunktvorlage(SQLModel, table=True):
    """An item of the connection checklist; without a Landesangebot it is the default."""

    __table_args__ = (UniqueConstraint("landesangebot_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    landesangebot_id: int | None = Field(default=None, foreign_key="landesangebot.id")
    position: int = Field()
    titel: str = Field(max_length=300)
    gruppe: Pruefpunktgruppe = Field(sa_type=stored(Pruefpunktgruppe))
    stufe: Pruefpunktstufe = Field(sa_type=stored(Pruefpunktstufe))
    pflicht: bool = Field(default=True)
    hinweis: str = Field(default="")
