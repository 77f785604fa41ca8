"""Identity: accounts, what they may act for, and how they are signed in."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from katalog.domain.rollen import Rolle
from katalog.domain.suchabo import LONGEST_ADDRESS, LONGEST_NAME, Rhythmus
from katalog.models.grundlage import moment, now, stored


class Konto(SQLModel, table=True):
    """An account is an address; the name is optional and erased with the account."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(default="", max_length=200)
    demo: bool = Field(default=False)
    angelegt_am: datetime = Field(default_factory=now, sa_type=moment())
    gesperrt_am: datetime | None = Field(default=None, sa_type=moment())
    oidc_subjekt: str | None = Field(default=None, unique=True, max_length=255)


class Mitgliedschaft(SQLModel, table=True):
    """One account may act for several bodies; without a body only for the administration."""

    __table_args__ = (UniqueConstraint("konto_id", "stelle_id", "rolle"),)

    id: int | None = Field(default=None, primary_key=True)
    konto_id: int = Field(foreign_key="konto.id")
    stelle_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    rolle: Rolle = Field(sa_type=stored(Rolle))
    aufgabe: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    beantragt_am: datetime = Field(default_factory=now, sa_type=moment())
    freigegeben_am: datetime | None = Field(default=None, sa_type=moment())
    freigegeben_von_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    beendet_am: datetime | None = Field(default=None, sa_type=moment())


class Anmeldesitzung(SQLModel, table=True):
    """A session on the server; the cookie holds a token of which only the hash is kept."""

    id: int | None = Field(default=None, primary_key=True)
    konto_id: int = Field(foreign_key="konto.id", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    begonnen_am: datetime = Field(default_factory=now, sa_type=moment())
    zuletzt_am: datetime = Field(default_factory=now, sa_type=moment())
    laeuft_ab_am: datetime = Field(sa_type=moment(), index=True)
    beendet_am: datetime | None = Field(default=None, sa_type=moment())


class Anmeldelink(SQLModel, table=True):
    """A link and a code on their way to an address, whether or not it has an account yet.

    Three secrets, of each only a hash: `token` is in the link, `code` beside it in the mail, and
    `vorgang` in the browser that asked, without which the code is worth nothing. `herkunft` is
    whoever asked, in a form that tells two of them apart and names neither.
    """

    __table_args__ = (
        Index("ix_anmeldelink_adresse", "email", "erstellt_am"),
        Index("ix_anmeldelink_herkunft", "herkunft", "erstellt_am"),
    )

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254)
    token_hash: str = Field(unique=True, max_length=64)
    code_hash: str = Field(max_length=64)
    vorgang_hash: str = Field(unique=True, max_length=64)
    herkunft: str = Field(default="", max_length=64)
    weiter: str = Field(default="", max_length=2000)
    versuche: int = Field(default=0)
    erstellt_am: datetime = Field(default_factory=now, sa_type=moment())
    laeuft_ab_am: datetime = Field(sa_type=moment(), index=True)
    eingeloest_am: datetime | None = Field(default=None, sa_type=moment())


class Suchabo(SQLModel, table=True):
    """A search somebody wants to be told of; unsubscribed from, it stays in their list.

    `bekannt` is what it found when it was last looked at: numbers of things by their kind.
    """

    __table_args__ = (
        UniqueConstraint("konto_id", "adresse"),
        Index("ix_suchabo_faellig", "rhythmus", "gesehen_am"),
    )

    id: int | None = Field(default=None, primary_key=True)
    konto_id: int = Field(foreign_key="konto.id")
    name: str = Field(max_length=LONGEST_NAME)
    adresse: str = Field(max_length=LONGEST_ADDRESS)
    rhythmus: Rhythmus = Field(sa_type=stored(Rhythmus))
    bekannt: dict[str, list[int]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    angelegt_am: datetime = Field(default_factory=now, sa_type=moment())
    gesehen_am: date = Field()


class Kalenderabo(SQLModel, table=True):
    """The address of somebody's calendar; only its hash is kept, so nobody can read it here."""

    id: int | None = Field(default=None, primary_key=True)
    konto_id: int = Field(foreign_key="konto.id", unique=True)
    token_hash: str = Field(unique=True, max_length=64)
    erstellt_am: datetime = Field(default_factory=now, sa_type=moment())


class Zugriffstoken(SQLModel, table=True):
    """With which a program acts for one body in the name of an account, until it expires.

    Only the hash is kept, and the end of it by which people tell one from another. What it allows
    is one column each, named like the members of `Zugriff`. `fenster_ab` and `fenster_anzahl` count
    what was written of late.
    """

    id: int | None = Field(default=None, primary_key=True)
    konto_id: int = Field(foreign_key="konto.id", index=True)
    stelle_id: int = Field(foreign_key="stelle.id", index=True)
    name: str = Field(max_length=100)
    token_hash: str = Field(unique=True, max_length=64)
    endung: str = Field(max_length=4)
    einsaetze_schreiben: bool = Field()
    vorgaenge_lesen: bool = Field()
    vorgaenge_schreiben: bool = Field()
    erstellt_am: datetime = Field(default_factory=now, sa_type=moment())
    laeuft_ab_am: datetime = Field(sa_type=moment(), index=True)
    zuletzt_am: datetime | None = Field(default=None, sa_type=moment())
    fenster_ab: datetime | None = Field(default=None, sa_type=moment())
    fenster_anzahl: int = Field(default=0)
