"""The reuse case: one row per case, everything that happens to it append-only beside it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from katalog.domain.begriffe import (
    Erklaerungsform,
    Handlungsweise,
    Pruefpunktgruppe,
    Schreibenart,
    Vertragsschluss,
    Vertretung,
)
from katalog.domain.eingang import Eingangsart, Eingangsstatus, Eingangsweg
from katalog.domain.fristregel import Anker, Einheit
from katalog.domain.pruefpunkte import Pruefpunktstufe
from katalog.domain.vorgang import Aktion, Status
from katalog.models.grundlage import Fassung, Herkunft, moment, now, ordered_dates, stored

# BEENDET is derived from the effective date, so a case is open until the calendar closes it;
# these two are the only states that end a case by themselves.
_OPEN = text("status NOT IN ('abgelehnt', 'zurueckgezogen') AND abgeschlossen_am IS NULL")


class Nachnutzungsbedingungen(Herkunft, table=True):
    """A version of the terms of a coordinating body; the notice rule is data of it."""

    __table_args__ = (
        UniqueConstraint("koordinierung_id", "fassung"),
        CheckConstraint("kuendigung_n > 0", name="kuendigung_n_positiv"),
        ordered_dates("gueltig_ab", "gueltig_bis"),
    )

    id: int | None = Field(default=None, primary_key=True)
    koordinierung_id: int = Field(foreign_key="stelle.id")
    fassung: str = Field(max_length=40)
    text: str = Field()
    text_hash: str = Field(max_length=64)
    gueltig_ab: date = Field()
    gueltig_bis: date | None = Field(default=None)
    annahmefrist: date | None = Field(default=None)
    vertragsschluss: Vertragsschluss = Field(sa_type=stored(Vertragsschluss))
    kuendigung_n: int = Field()
    kuendigung_einheit: Einheit = Field(sa_type=stored(Einheit))
    kuendigung_anker: Anker = Field(sa_type=stored(Anker))
    kuendigung_form: str = Field(default="", max_length=300)
    mindestlaufzeit_monate: int | None = Field(default=None)
    empfaenger_rolle_id: int | None = Field(default=None, foreign_key="kontaktrolle.id")
    klausel: str = Field(default="", max_length=500)


class Nachnutzung(Fassung, table=True):
    __table_args__ = (
        Index(
            "uq_nachnutzung_offen",
            "zustaendige_stelle_id",
            "landesangebot_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_nachnutzung_cockpit", "landesangebot_id", "status"),
        CheckConstraint(
            "landesangebot_id IS NOT NULL OR onlinedienst_id IS NOT NULL", name="gegenstand"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    vorgangsnummer: str = Field(unique=True, max_length=30)
    landesangebot_id: int | None = Field(default=None, foreign_key="landesangebot.id")
    onlinedienst_id: int | None = Field(default=None, foreign_key="onlinedienst.id", index=True)
    zustaendige_stelle_id: int = Field(foreign_key="stelle.id", index=True)
    handelt: Handlungsweise = Field(sa_type=stored(Handlungsweise))
    status: Status = Field(sa_type=stored(Status))
    status_seit: date = Field()
    status_vor_kuendigung: Status | None = Field(
        default=None, sa_type=stored(Status, "status_vor_kuendigung")
    )
    ansprechperson_id: int | None = Field(default=None, foreign_key="kontakt.id", index=True)
    wunschtermin: date | None = Field(default=None)
    interesse_am: date | None = Field(default=None)
    bestaetigt_am: date | None = Field(default=None)
    vertrag_am: date | None = Field(default=None)
    golive_gemeldet_zum: date | None = Field(default=None)
    produktiv_ab: date | None = Field(default=None)
    bedingungen_offen: bool = Field(default=True)
    aktenzeichen: str = Field(default="", max_length=100)
    wartet_auf: str = Field(default="", max_length=300)
    bearbeiter_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    abgeschlossen_am: date | None = Field(default=None)
    grund: str = Field(default="")


class Geltungsgebiet(SQLModel, table=True):
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", primary_key=True)
    gebiet_id: int = Field(foreign_key="gebiet.id", primary_key=True, index=True)


class Ereignis(SQLModel, table=True):
    """What happened to a case. Rows are only ever added; a trigger refuses the rest."""

    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", index=True)
    am: datetime = Field(default_factory=now, sa_type=moment())
    aktion: Aktion = Field(sa_type=stored(Aktion))
    von_status: Status | None = Field(default=None, sa_type=stored(Status, "von_status"))
    nach_status: Status = Field(sa_type=stored(Status, "nach_status"))
    konto_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    im_namen_von_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    datum: date | None = Field(default=None)
    notiz: str = Field(default="")


class Zustimmung(SQLModel, table=True):
    """Acceptance of one version of the terms, with the hash of the text that was shown."""

    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", index=True)
    bedingungen_id: int = Field(foreign_key="nachnutzungsbedingungen.id", index=True)
    text_hash: str = Field(max_length=64)
    name: str = Field(max_length=200)
    funktion: str = Field(default="", max_length=200)
    vertretung: Vertretung = Field(sa_type=stored(Vertretung))
    nachweis_id: int | None = Field(default=None, foreign_key="dokument.id", index=True)
    erklaert_am: datetime = Field(default_factory=now, sa_type=moment())


class Aussetzung(SQLModel, table=True):
    """Scenario B: unavailable for a time. Orthogonal to the state; the contract stands."""

    __table_args__ = (
        Index(
            "uq_aussetzung_offen",
            "nachnutzung_id",
            unique=True,
            sqlite_where=text("wiederaufgenommen_am IS NULL"),
            postgresql_where=text("wiederaufgenommen_am IS NULL"),
        ),
        CheckConstraint("geplant_bis IS NOT NULL OR wiedervorlage IS NOT NULL", name="ende"),
        ordered_dates("ab", "geplant_bis"),
        ordered_dates("ab", "wiederaufgenommen_am"),
    )

    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", index=True)
    ab: date = Field()
    geplant_bis: date | None = Field(default=None)
    wiedervorlage: date | None = Field(default=None)
    grund: str = Field()
    vorab_kontakt: bool = Field(default=False)
    hinweis_veroeffentlicht: bool = Field(default=False)
    wiederaufgenommen_am: date | None = Field(default=None)


class Kuendigung(SQLModel, table=True):
    """Scenario A. A correction of the receipt is a new row; the newest one rules."""

    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", index=True)
    vorab_kontakt_am: date | None = Field(default=None)
    angekuendigt_am: date | None = Field(default=None)
    zugang: date = Field()
    form: Erklaerungsform = Field(sa_type=stored(Erklaerungsform))
    nachweis_id: int | None = Field(default=None, foreign_key="dokument.id", index=True)
    bedingungen_id: int = Field(foreign_key="nachnutzungsbedingungen.id", index=True)
    wirksam_zum: date = Field()
    rechnung: str = Field(default="")
    grund: str = Field(default="")
    erfasst_am: datetime = Field(default_factory=now, sa_type=moment())
    zurueckgenommen_am: date | None = Field(default=None)

    __table_args__ = (ordered_dates("zugang", "wirksam_zum"),)


class Entkopplung(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", unique=True)
    vereinbart_fuer: date | None = Field(default=None)
    vereinbart_am: date | None = Field(default=None)
    erfolgt_am: date | None = Field(default=None)
    notiz: str = Field(default="")


class Pruefpunkt(SQLModel, table=True):
    """An item of a case's checklist, copied from the template when the connection begins."""

    __table_args__ = (UniqueConstraint("nachnutzung_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id")
    position: int = Field()
    titel: str = Field(max_length=300)
    gruppe: Pruefpunktgruppe = Field(sa_type=stored(Pruefpunktgruppe))
    stufe: Pruefpunktstufe = Field(sa_type=stored(Pruefpunktstufe))
    pflicht: bool = Field(default=True)
    erledigt_am: date | None = Field(default=None)
    erledigt_von_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    notiz: str = Field(default="")
    nachweis_id: int | None = Field(default=None, foreign_key="dokument.id", index=True)


class Dokument(SQLModel, table=True):
    """A file of a case or an offering; the content lies beside the hash in the database."""

    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int | None = Field(default=None, foreign_key="nachnutzung.id", index=True)
    landesangebot_id: int | None = Field(default=None, foreign_key="landesangebot.id", index=True)
    # The mail it came with, or that it is.
    eingang_id: int | None = Field(default=None, foreign_key="eingang.id", index=True)
    name: str = Field(max_length=300)
    medientyp: str = Field(max_length=100)
    groesse: int = Field()
    hash: str = Field(max_length=64, index=True)
    inhalt: bytes = Field()
    hochgeladen_am: datetime = Field(default_factory=now, sa_type=moment())
    hochgeladen_von_id: int | None = Field(default=None, foreign_key="konto.id", index=True)


class Eingang(SQLModel, table=True):
    """A mail that came, what it was taken for, and what became of it.

    `schluessel` tells it from every other: the same mail comes by hand and from the mailbox, in
    both formats of a file. The file lies here only as long as the mail belongs to no case.
    """

    __table_args__ = (
        UniqueConstraint("koordinierung_id", "schluessel"),
        Index("ix_eingang_liste", "koordinierung_id", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    koordinierung_id: int = Field(foreign_key="stelle.id")
    schluessel: str = Field(max_length=64)
    weg: Eingangsweg = Field(sa_type=stored(Eingangsweg))
    message_id: str = Field(default="", max_length=500)
    von: str = Field(default="", max_length=254)
    von_name: str = Field(default="", max_length=200)
    betreff: str = Field(default="", max_length=300)
    text: str = Field(default="")
    hinweise: str = Field(default="")
    eingegangen_am: date = Field()
    erhalten_am: datetime = Field(default_factory=now, sa_type=moment())
    art: Eingangsart = Field(sa_type=stored(Eingangsart))
    status: Eingangsstatus = Field(sa_type=stored(Eingangsstatus))
    stelle_id: int | None = Field(default=None, foreign_key="stelle.id", index=True)
    onlinedienst_id: int | None = Field(default=None, foreign_key="onlinedienst.id", index=True)
    wunschtermin: date | None = Field(default=None)
    nachnutzung_id: int | None = Field(default=None, foreign_key="nachnutzung.id", index=True)
    grund: str = Field(default="", max_length=500)
    erledigt_am: datetime | None = Field(default=None, sa_type=moment())
    erledigt_von_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    endung: str = Field(default="", max_length=4)
    inhalt: bytes | None = Field(default=None)


class Wiedervorlage(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", index=True)
    faellig: date = Field(index=True)
    anlass: str = Field(max_length=300)
    konto_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    erledigt_am: date | None = Field(default=None)


class Erinnerung(SQLModel, table=True):
    """That a day of a case was brought to mind, at which step; so that it never is twice.

    Whom it went to is in the mail alone: whoever acts for a body changes, the day stays told.
    """

    __table_args__ = (UniqueConstraint("nachnutzung_id", "schluessel", "am", "stufe"),)

    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id")
    schluessel: str = Field(max_length=60)
    am: date = Field()
    stufe: int = Field()
    erinnert_am: date = Field(index=True)


class Notiz(SQLModel, table=True):
    """A remark of one side of a case; the other side does not see it."""

    id: int | None = Field(default=None, primary_key=True)
    nachnutzung_id: int = Field(foreign_key="nachnutzung.id", index=True)
    stelle_id: int = Field(foreign_key="stelle.id", index=True)
    konto_id: int | None = Field(default=None, foreign_key="konto.id", index=True)
    am: datetime = Field(default_factory=now, sa_type=moment())
    text: str = Field()


class Schreiben(SQLModel, table=True):
    """A letter as it was issued: the hash proves which text went out."""

    id: int | None = Field(default=None, primary_key=True)
    art: Schreibenart = Field(sa_type=stored(Schreibenart))
    landesangebot_id: int | None = Field(default=None, foreign_key="landesangebot.id", index=True)
    nachnutzung_id: int | None = Field(default=None, foreign_key="nachnutzung.id", index=True)
    fassung: int = Field(default=1)
    datum: date = Field()
    hash: str = Field(max_length=64)
    dokument_id: int = Field(foreign_key="dokument.id", index=True)


class Wunsch(Herkunft, table=True):
    """Demand for an assistant that the Land does not offer yet; counted, not promised."""

    __table_args__ = (UniqueConstraint("stelle_id", "onlinedienst_id"),)

    id: int | None = Field(default=None, primary_key=True)
    stelle_id: int = Field(foreign_key="stelle.id")
    onlinedienst_id: int = Field(foreign_key="onlinedienst.id", index=True)
    geaeussert_am: date = Field()
    notiz: str = Field(default="")
