"""Bodies: who acts, for which areas, who is competent for what, and whom to write to."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from katalog.domain.begriffe import Kontaktebene, Stellenart
from katalog.domain.rollen import Sichtbarkeit
from katalog.models.grundlage import Fassung, Herkunft, exactly_one, ordered_dates, stored


class Stelle(Herkunft, Fassung, table=True):
    """An organisation. Every area has one; others have a `kennung` instead of an area."""

    id: int | None = Field(default=None, primary_key=True)
    kennung: str | None = Field(default=None, unique=True, max_length=80)
    art: Stellenart = Field(sa_type=stored(Stellenart), index=True)
    name: str = Field(max_length=300)
    kurzname: str = Field(default="", max_length=100)
    sortier: str = Field(max_length=300, index=True)
    gebiet_id: int | None = Field(default=None, foreign_key="gebiet.id", unique=True)
    land_id: int | None = Field(default=None, foreign_key="gebiet.id", index=True)
    website: str = Field(default="", max_length=1000)
    entfallen_am: date | None = Field(default=None)


class Mitglied(Herkunft, table=True):
    """Membership in a joint body (Amt, Verbandsgemeinde, Zweckverband)."""

    __table_args__ = (
        UniqueConstraint("verbund_id", "stelle_id", "ab"),
        CheckConstraint("verbund_id <> stelle_id", name="nicht_sich_selbst"),
        ordered_dates("ab", "bis"),
    )

    id: int | None = Field(default=None, primary_key=True)
    verbund_id: int = Field(foreign_key="stelle.id", index=True)
    stelle_id: int = Field(foreign_key="stelle.id", index=True)
    ab: date | None = Field(default=None)
    bis: date | None = Field(default=None)


class Wirkungsgebiet(Herkunft, table=True):
    """Areas a body works for: joint bodies and freely composed coordination areas alike."""

    __table_args__ = (UniqueConstraint("stelle_id", "gebiet_id"),)

    id: int | None = Field(default=None, primary_key=True)
    stelle_id: int = Field(foreign_key="stelle.id")
    gebiet_id: int = Field(foreign_key="gebiet.id", index=True)


class Kontaktrolle(SQLModel, table=True):
    """Role names (OZG-Ansprechperson, MiK, TFF …) are data: every Land has its own."""

    id: int | None = Field(default=None, primary_key=True)
    kennung: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=200)
    beschreibung: str = Field(default="")


class Kontakt(Herkunft, table=True):
    """A contact of a body, or of an offering; a function mailbox first, a person at most."""

    id: int | None = Field(default=None, primary_key=True)
    stelle_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    landesangebot_id: int | None = Field(default=None, foreign_key="landesangebot.id", index=True)
    rolle_id: int = Field(foreign_key="kontaktrolle.id", index=True)
    ebene: Kontaktebene | None = Field(default=None, sa_type=stored(Kontaktebene))
    bezeichnung: str = Field(default="", max_length=300)
    funktionspostfach: str = Field(default="", max_length=254)
    telefon: str = Field(default="", max_length=60)
    person: str = Field(default="", max_length=200)
    vertritt_id: int | None = Field(default=None, foreign_key="kontakt.id", index=True)
    sichtbarkeit: Sichtbarkeit = Field(sa_type=stored(Sichtbarkeit))


class Behoerdenart(SQLModel, table=True):
    """A kind of authority ("untere Bauaufsichtsbehörde") that law makes competent."""

    id: int | None = Field(default=None, primary_key=True)
    kennung: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=300)


class Behoerde(Herkunft, table=True):
    """Which body is an authority of that kind, e.g. the 212 lower building authorities."""

    __table_args__ = (UniqueConstraint("behoerdenart_id", "stelle_id"),)

    id: int | None = Field(default=None, primary_key=True)
    behoerdenart_id: int = Field(foreign_key="behoerdenart.id")
    stelle_id: int = Field(foreign_key="stelle.id", index=True)


class Zustaendigkeit(Herkunft, table=True):
    """Who is competent for a service where; it decides every quota, survey and colouring."""

    __table_args__ = (
        exactly_one("stelle_oder_behoerdenart", "stelle_id", "behoerdenart_id"),
        Index("ix_zustaendigkeit_frage", "leistung_id", "gebiet_id"),
        ordered_dates("gueltig_ab", "gueltig_bis"),
    )

    id: int | None = Field(default=None, primary_key=True)
    leistung_id: int = Field(foreign_key="leistung.id")
    stelle_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    behoerdenart_id: int | None = Field(default=None, foreign_key="behoerdenart.id", index=True)
    gebiet_id: int = Field(foreign_key="gebiet.id", index=True)
    ausnahme: bool = Field(default=False)
    gueltig_ab: date | None = Field(default=None)
    gueltig_bis: date | None = Field(default=None)


class Fallzahl(Herkunft, table=True):
    __table_args__ = (
        UniqueConstraint("gebiet_id", "leistung_id", "jahr"),
        CheckConstraint("anzahl >= 0", name="anzahl_nicht_negativ"),
    )

    id: int | None = Field(default=None, primary_key=True)
    gebiet_id: int = Field(foreign_key="gebiet.id")
    leistung_id: int = Field(foreign_key="leistung.id", index=True)
    jahr: int = Field()
    anzahl: int = Field()


class Plattform(Herkunft, table=True):
    id: int | None = Field(default=None, primary_key=True)
    kennung: str = Field(unique=True, max_length=80)
    name: str = Field(max_length=200)
    betreiber_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    url: str = Field(default="", max_length=1000)
    entfallen_am: date | None = Field(default=None)


class Absichtserklaerung(Herkunft, table=True):
    """Letter of intent of a Land for a platform."""

    __table_args__ = (UniqueConstraint("land_id", "plattform_id"),)

    id: int | None = Field(default=None, primary_key=True)
    land_id: int = Field(foreign_key="gebiet.id")
    plattform_id: int = Field(foreign_key="plattform.id", index=True)
    datum: date | None = Field(default=None)


class Netzwerk(Herkunft, table=True):
    id: int | None = Field(default=None, primary_key=True)
    kennung: str = Field(unique=True, max_length=80)
    name: str = Field(max_length=200)
    zweck: str = Field(default="")
    url: str = Field(default="", max_length=1000)


class Netzwerkpartner(SQLModel, table=True):
    netzwerk_id: int = Field(foreign_key="netzwerk.id", primary_key=True)
    stelle_id: int = Field(foreign_key="stelle.id", primary_key=True, index=True)
