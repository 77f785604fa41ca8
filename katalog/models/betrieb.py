"""Operations: outbox of mails, queue of the search index, audit trail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from katalog.domain.begriffe import Nachrichtenstatus
from katalog.domain.linkpruefung import Linkbefund
from katalog.models.grundlage import Zeitpunkt, moment, now, stored


class Nachricht(SQLModel, table=True):
    """A mail to be sent. The Message-ID is fixed here, so a repeated sending is recognised."""

    __table_args__ = (
        UniqueConstraint("anlass", "vorlage", "empfaenger"),
        Index("ix_nachricht_faellig", "status", "naechster_versuch_am"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True, max_length=255)
    anlass: str = Field(max_length=100)
    vorlage: str = Field(max_length=60)
    empfaenger: str = Field(max_length=254)
    antwort_an: str = Field(default="", max_length=254)
    betreff: str = Field(max_length=300)
    text: str = Field()
    # Such a text is forgotten once it is sent: a link to sign in is nobody's but the recipient's.
    vertraulich: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    # Where its recipient ends all mails of this kind with one click (RFC 8058), if there is one.
    abbestellen: str = Field(default="", max_length=500, sa_column_kwargs={"server_default": ""})
    nachnutzung_id: int | None = Field(default=None, foreign_key="nachnutzung.id", index=True)
    status: Nachrichtenstatus = Field(sa_type=stored(Nachrichtenstatus))
    versuche: int = Field(default=0)
    erstellt_am: datetime = Field(default_factory=now, sa_type=moment())
    naechster_versuch_am: datetime = Field(default_factory=now, sa_type=moment())
    beansprucht_bis: datetime | None = Field(default=None, sa_type=moment())
    uebergeben_am: datetime | None = Field(default=None, sa_type=moment())
    letzter_fehler: str = Field(default="")


class Indexauftrag(SQLModel, table=True):
    """Something changed that the search index still has to take over.

    Rows come from triggers on the tables, so that they are written by the transaction of the
    change itself, whoever makes it. `gegenstand` is the table of what changed.
    """

    id: int | None = Field(default=None, primary_key=True)
    gegenstand: str = Field(max_length=40)
    gegenstand_id: int = Field()
    erstellt_am: datetime | None = Field(
        default=None,
        sa_column=Column(Zeitpunkt(), server_default=text("CURRENT_TIMESTAMP"), nullable=False),
    )


class Indexstand(SQLModel, table=True):
    """When an index was built from this database, and for which day: uses end by the calendar."""

    name: str = Field(primary_key=True, max_length=200)
    aufgebaut_am: datetime = Field(sa_type=moment())
    tag: date = Field()
    dokumente: int = Field()


class Protokoll(SQLModel, table=True):
    """Audit trail. Actors are ids, so erasing a person does not break the hash chain.

    Rows are written plainly and sealed by the worker: a chain computed at write time would make
    every writer wait for every other. `folge` is the place in the chain, which need not be that of
    the number: a transaction that takes long gives its number early and shows its row late.
    """

    id: int | None = Field(default=None, primary_key=True)
    am: datetime = Field(default_factory=now, sa_type=moment(), index=True)
    konto_id: int | None = Field(default=None, index=True)
    vorgang: str = Field(max_length=60)
    objekt: str = Field(default="", max_length=60)
    objekt_id: int | None = Field(default=None)
    angaben: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    folge: int | None = Field(default=None, index=True, unique=True)
    siegel: str | None = Field(default=None, max_length=64)


class Protokollanfang(SQLModel, table=True):
    """The last entry that retention cut off the trail: what the first one left was sealed with."""

    id: int | None = Field(default=None, primary_key=True)
    folge: int = Field()
    siegel: str = Field(max_length=64)
    gekuerzt_am: datetime = Field(default_factory=now, sa_type=moment())


class Linkpruefung(SQLModel, table=True):
    """An address that somebody stated, and whether it answers; one row however often it is stated.

    Statements know nothing of it: what was stated stays as it was, and pages look here.
    """

    __table_args__ = (Index("ix_linkpruefung_faellig", "naechste_am", "host"),)

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True, max_length=1000)
    host: str = Field(max_length=253, index=True)
    befund: Linkbefund = Field(default=Linkbefund.OFFEN, sa_type=stored(Linkbefund))
    meldung: str = Field(default="", max_length=300)
    geprueft_am: datetime | None = Field(default=None, sa_type=moment(), index=True)
    naechste_am: datetime = Field(sa_type=moment())
    fehlversuche: int = Field(default=0)
    seit: date | None = Field(default=None)
    nicht_erreichbar_am: date | None = Field(default=None)
    nachgefragt_am: date | None = Field(default=None)
