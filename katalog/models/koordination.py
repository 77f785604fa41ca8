"""Coordination beside the single case: surveys, meetings, work split, council resolutions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from katalog.domain.austausch import Vorschlagsstand, Zusage
from katalog.domain.begriffe import (
    Arbeitsstatus,
    Gebietsebene,
    Nachweisumfang,
    Rundschreibenumfang,
)
from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.umfrage import Frageart, Teilnahme
from katalog.models.grundlage import exactly_one, moment, now, ordered_dates, stored


class Umfrage(SQLModel, table=True):
    """A question to all bodies of a kind, e.g. how they take part in the building permit.

    The kind is one of three: authorities, whoever is competent for a service, bodies of a level.
    Without `beginn` it is a draft: nobody has been asked yet.
    """

    id: int | None = Field(default=None, primary_key=True)
    koordinierung_id: int = Field(foreign_key="stelle.id", index=True)
    behoerdenart_id: int | None = Field(default=None, foreign_key="behoerdenart.id", index=True)
    leistung_id: int | None = Field(default=None, foreign_key="leistung.id", index=True)
    ebene: Gebietsebene | None = Field(default=None, sa_type=stored(Gebietsebene))
    titel: str = Field(max_length=300)
    worum: str = Field()
    beginn: date | None = Field(default=None)
    ende: date = Field()
    geschlossen_am: date | None = Field(default=None)

    __table_args__ = (
        ordered_dates("beginn", "ende"),
        exactly_one("gefragte", "behoerdenart_id", "leistung_id", "ebene"),
    )


class Umfragefrage(SQLModel, table=True):
    """Asked beside how a body takes part; `moeglichkeiten` with semicolons between them."""

    __table_args__ = (UniqueConstraint("umfrage_id", "nummer"),)

    id: int | None = Field(default=None, primary_key=True)
    umfrage_id: int = Field(foreign_key="umfrage.id")
    nummer: int = Field()
    text: str = Field(max_length=300)
    art: Frageart = Field(sa_type=stored(Frageart))
    moeglichkeiten: str = Field(default="")


class Antwort(SQLModel, table=True):
    """One row for each body that was asked, also while it has not answered.

    `einsatz_id` is the statement of use that was made of the answer, if any was: once only.
    """

    __table_args__ = (
        UniqueConstraint("umfrage_id", "stelle_id"),
        CheckConstraint(
            "(teilnahme IS NULL) = (beantwortet_am IS NULL)", name="beantwortet_mit_teilnahme"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    umfrage_id: int = Field(foreign_key="umfrage.id")
    stelle_id: int = Field(foreign_key="stelle.id", index=True)
    angeschrieben_am: date | None = Field(default=None)
    beantwortet_am: datetime | None = Field(default=None, sa_type=moment())
    teilnahme: Teilnahme | None = Field(default=None, sa_type=stored(Teilnahme))
    geplant_bis: date | None = Field(default=None)
    bemerkung: str = Field(default="")
    einsatz_id: int | None = Field(default=None, foreign_key="einsatz.id", index=True)


class Umfrageangabe(SQLModel, table=True):
    """What a body said to one further question."""

    antwort_id: int = Field(foreign_key="antwort.id", primary_key=True)
    frage_id: int = Field(foreign_key="umfragefrage.id", primary_key=True, index=True)
    wert: str = Field()


class Umfragelink(SQLModel, table=True):
    """A link and a code that a body got by mail; of both only hashes are kept.

    A reminder brings new ones beside the first, since nobody knows those any more.
    """

    id: int | None = Field(default=None, primary_key=True)
    antwort_id: int = Field(foreign_key="antwort.id", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    code_hash: str = Field(max_length=64)
    versuche: int = Field(default=0)
    versucht_am: datetime | None = Field(default=None, sa_type=moment())


class Austauschtermin(SQLModel, table=True):
    """A meeting of the bodies a coordinating body brings together.

    Without `angekuendigt_am` it is a draft that nobody was told of. Invited are all bodies in the
    area, those of one Kreis or those that use one assistant. `folge` grows with every change, so
    that a calendar knows the newer entry.
    """

    id: int | None = Field(default=None, primary_key=True)
    koordinierung_id: int = Field(foreign_key="stelle.id", index=True)
    themenfeld_id: int | None = Field(default=None, foreign_key="themenfeld.id", index=True)
    kreis_id: int | None = Field(default=None, foreign_key="gebiet.id", index=True)
    nutzer_von_id: int | None = Field(default=None, foreign_key="onlinedienst.id", index=True)
    titel: str = Field(max_length=150)
    beginn: datetime = Field(sa_type=moment())
    ende: datetime = Field(sa_type=moment())
    ort: str = Field(default="", max_length=300)
    videolink: str = Field(default="", max_length=1000)
    tagesordnung: str = Field(default="")
    sichtbarkeit: Sichtbarkeit = Field(
        default=Sichtbarkeit.VERWALTUNG, sa_type=stored(Sichtbarkeit)
    )
    angekuendigt_am: date | None = Field(default=None)
    abgesagt_am: date | None = Field(default=None)
    ergebnis: str = Field(default="")
    ergebnis_am: date | None = Field(default=None)
    folge: int = Field(default=0)

    __table_args__ = (
        ordered_dates("beginn", "ende"),
        CheckConstraint("kreis_id IS NULL OR nutzer_von_id IS NULL", name="eingeladene"),
    )


class Termineinladung(SQLModel, table=True):
    """A body that was invited, and whether it comes; of its link only a hash is kept."""

    __table_args__ = (
        UniqueConstraint("termin_id", "stelle_id"),
        CheckConstraint("(zusage IS NULL) = (geantwortet_am IS NULL)", name="geantwortet"),
    )

    id: int | None = Field(default=None, primary_key=True)
    termin_id: int = Field(foreign_key="austauschtermin.id")
    stelle_id: int = Field(foreign_key="stelle.id", index=True)
    token_hash: str | None = Field(default=None, unique=True, max_length=64)
    zusage: Zusage | None = Field(default=None, sa_type=stored(Zusage))
    geantwortet_am: datetime | None = Field(default=None, sa_type=moment())


class Themenvorschlag(SQLModel, table=True):
    """What an invited body would like to have on the agenda."""

    id: int | None = Field(default=None, primary_key=True)
    termin_id: int = Field(foreign_key="austauschtermin.id", index=True)
    stelle_id: int = Field(foreign_key="stelle.id", index=True)
    text: str = Field(max_length=300)
    stand: Vorschlagsstand = Field(default=Vorschlagsstand.OFFEN, sa_type=stored(Vorschlagsstand))
    vorgeschlagen_am: date = Field()


class Arbeitspaket(SQLModel, table=True):
    """Who builds what until when; warns where an EfA service is announced for the same."""

    id: int | None = Field(default=None, primary_key=True)
    koordinierung_id: int = Field(foreign_key="stelle.id", index=True)
    stelle_id: int = Field(foreign_key="stelle.id", index=True)
    titel: str = Field(max_length=150)
    bemerkung: str = Field(default="")
    bis: date | None = Field(default=None)
    status: Arbeitsstatus = Field(sa_type=stored(Arbeitsstatus))
    sichtbarkeit: Sichtbarkeit = Field(
        default=Sichtbarkeit.VERWALTUNG, sa_type=stored(Sichtbarkeit)
    )
    version: int = Field(default=1)


class ArbeitspaketBeteiligung(SQLModel, table=True):
    """A body that works on a package beside the one responsible for it."""

    __tablename__ = "arbeitspaket_beteiligung"

    arbeitspaket_id: int = Field(foreign_key="arbeitspaket.id", primary_key=True)
    stelle_id: int = Field(foreign_key="stelle.id", primary_key=True, index=True)


class Bezug(SQLModel, table=True):
    """What a meeting or a work package is about, or what came of it (`ergebnis`)."""

    __table_args__ = (
        exactly_one("woran", "austauschtermin_id", "arbeitspaket_id"),
        exactly_one("worauf", "ozg_leistung_id", "leistung_id", "onlinedienst_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    austauschtermin_id: int | None = Field(
        default=None, foreign_key="austauschtermin.id", index=True
    )
    arbeitspaket_id: int | None = Field(default=None, foreign_key="arbeitspaket.id", index=True)
    ergebnis: bool = Field(default=False)
    ozg_leistung_id: int | None = Field(default=None, foreign_key="ozg_leistung.id", index=True)
    leistung_id: int | None = Field(default=None, foreign_key="leistung.id", index=True)
    onlinedienst_id: int | None = Field(default=None, foreign_key="onlinedienst.id", index=True)


class Beschluss(SQLModel, table=True):
    """A council resolution that the portal helps to report on.

    Its `sichtbarkeit` is that of the reports handed in; what is still being written is the own
    body's and its coordination's.
    """

    __table_args__ = (UniqueConstraint("stelle_id", "vorlage"),)

    id: int | None = Field(default=None, primary_key=True)
    stelle_id: int = Field(foreign_key="stelle.id")
    vorlage: str = Field(max_length=60)
    sitzung: str = Field(default="", max_length=60)
    geschaeftszeichen: str = Field(default="", max_length=100)
    gremium: str = Field(default="", max_length=200)
    ersetzt: str = Field(default="", max_length=300)
    bemerkung: str = Field(default="")
    titel: str = Field(max_length=500)
    beschlossen_am: date | None = Field(default=None)
    sichtbarkeit: Sichtbarkeit = Field(
        default=Sichtbarkeit.EIGENE,
        sa_type=stored(Sichtbarkeit),
        sa_column_kwargs={"server_default": "eigene"},
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class Beschlusspunkt(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("beschluss_id", "nummer"),)

    id: int | None = Field(default=None, primary_key=True)
    beschluss_id: int = Field(foreign_key="beschluss.id")
    nummer: int = Field()
    auftrag: str = Field()
    faellig: date | None = Field(default=None)
    status: Arbeitsstatus = Field(default=Arbeitsstatus.OFFEN, sa_type=stored(Arbeitsstatus))
    begruendung: str = Field(default="")
    zeitplan: str = Field(default="")
    nachweis: Nachweisumfang = Field(
        default=Nachweisumfang.KEINER,
        sa_type=stored(Nachweisumfang),
        sa_column_kwargs={"server_default": "keiner"},
    )
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class BeschlusspunktOzg(SQLModel, table=True):
    """What a point is about; decides which statements of use are evidence for it."""

    __tablename__ = "beschlusspunkt_ozg"

    beschlusspunkt_id: int = Field(foreign_key="beschlusspunkt.id", primary_key=True)
    ozg_leistung_id: int = Field(foreign_key="ozg_leistung.id", primary_key=True, index=True)


class Berichtstermin(SQLModel, table=True):
    """`bericht` is the letter as it was handed in: what was said then is not changed afterwards."""

    __table_args__ = (UniqueConstraint("beschluss_id", "datum"),)

    id: int | None = Field(default=None, primary_key=True)
    beschluss_id: int = Field(foreign_key="beschluss.id")
    datum: date = Field()
    erledigt_am: date | None = Field(default=None)
    bericht: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Anschreiben(SQLModel, table=True):
    """What a body wrote to those who use an assistant; whom it reached stays with the mails."""

    __table_args__ = (
        Index("ix_anschreiben_stelle", "stelle_id", "gesendet_am"),
        Index("ix_anschreiben_konto", "konto_id", "gesendet_am"),
    )

    id: int | None = Field(default=None, primary_key=True)
    onlinedienst_id: int = Field(foreign_key="onlinedienst.id", index=True)
    stelle_id: int = Field(foreign_key="stelle.id")
    konto_id: int = Field(foreign_key="konto.id")
    betreff: str = Field(max_length=150)
    text: str = Field()
    empfaenger: int = Field()
    gesendet_am: datetime = Field(default_factory=now, sa_type=moment())


class Rundschreiben(SQLModel, table=True):
    """What a coordinating body wrote to the bodies of many of its cases, with places to fill in.

    `kennzeichen` is that of all mails of one day: the same cannot go out twice.
    """

    __table_args__ = (Index("ix_rundschreiben_koordinierung", "koordinierung_id", "gesendet_am"),)

    id: int | None = Field(default=None, primary_key=True)
    koordinierung_id: int = Field(foreign_key="stelle.id")
    konto_id: int = Field(foreign_key="konto.id", index=True)
    betreff: str = Field(max_length=150)
    text: str = Field()
    umfang: Rundschreibenumfang = Field(sa_type=stored(Rundschreibenumfang))
    auswahl: str = Field(default="", max_length=500)
    kennzeichen: str = Field(unique=True, max_length=64)
    gesendet_am: datetime = Field(default_factory=now, sa_type=moment())


class Rundschreibenempfaenger(SQLModel, table=True):
    """A case that a mailing was about. `anlass` is that of its mail, which several cases of a body
    may share; empty where the body has no address. Mails are forgotten one day, this stays."""

    rundschreiben_id: int = Field(foreign_key="rundschreiben.id", primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", primary_key=True, index=True)
    anlass: str = Field(default="", max_length=100, index=True)
    wiederholt_am: datetime | None = Field(default=None, sa_type=moment())
