"""What an XZuFi message says, record by record; unlike `records`, keyed by the sender's own ids.

The three versions of the standard give equal records for equal content, so nothing here tells
which version it was but the head of the message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from importers.records import VerweisRecord


@dataclass(frozen=True, slots=True)
class Identifikator:
    """Unique only together with the agency (schemeAgencyID) that gave it; it may be missing."""

    agentur: str
    wert: str

    def __str__(self) -> str:
        return f"{self.agentur}:{self.wert}"


@dataclass(frozen=True, slots=True)
class XzufiKopfRecord:
    quelle: str
    version: str
    nachricht_id: str = ""
    erstellt: datetime | None = None
    produkt: str = ""
    hersteller: str = ""
    produktversion: str = ""


@dataclass(frozen=True, slots=True)
class TextmodulRecord:
    """A text by its code in the list of text modules (02 Leistungsbezeichnung, 06 Volltext …).

    95 Bearbeitungsdauer, 97 Frist and 98 Kosten have elements of their own in XZuFi and get the
    codes under which the Portalverbund shows them.
    """

    code: str
    text: str
    verweise: tuple[VerweisRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class XzufiLeistungRecord:
    """A service as an editorial office describes it, for the areas where that holds.

    An area is an ARS of 12 digits, or an AGS of 8 where the sender gave one.
    """

    quelle: str
    id: Identifikator
    leistungsschluessel: tuple[str, ...] = ()
    bezeichnung: str = ""
    bezeichnung_buerger: str = ""
    typisierung: tuple[str, ...] = ()
    zielgruppe: tuple[str, ...] = ()
    texte: tuple[TextmodulRecord, ...] = ()
    begriffe: tuple[str, ...] = ()
    sdg: tuple[str, ...] = ()
    gebiete: tuple[str, ...] = ()
    geaendert: datetime | None = None
    gueltig_ab: date | None = None
    gueltig_bis: date | None = None

    @property
    def titel(self) -> str:
        """The name for citizens (03), else the official one (02), as portals show it."""
        return self.bezeichnung_buerger or self.bezeichnung

    def text(self, code: str) -> str:
        return next((modul.text for modul in self.texte if modul.code == code), "")


@dataclass(frozen=True, slots=True)
class XzufiAnschriftRecord:
    strasse: str = ""
    plz: str = ""
    ort: str = ""
    land: str = ""
    ags: str = ""
    ars: str = ""


@dataclass(frozen=True, slots=True)
class XzufiOrganisationseinheitRecord:
    quelle: str
    id: Identifikator
    name: str
    anschriften: tuple[XzufiAnschriftRecord, ...] = ()
    geaendert: datetime | None = None


@dataclass(frozen=True, slots=True)
class XzufiOnlinedienstRecord:
    quelle: str
    id: Identifikator
    bezeichnung: str
    verweise: tuple[VerweisRecord, ...] = ()
    vertrauensniveau: str = ""
    sprachen: tuple[str, ...] = ()
    geaendert: datetime | None = None


@dataclass(frozen=True, slots=True)
class XzufiSpezialisierungRecord:
    """Texts by which a municipality replaces some of a service's for its own area."""

    quelle: str
    id: Identifikator
    leistung: Identifikator | None = None
    texte: tuple[TextmodulRecord, ...] = ()
    gebiete: tuple[str, ...] = ()
    geaendert: datetime | None = None


@dataclass(frozen=True, slots=True)
class XzufiZustaendigkeitRecord:
    """`uebergeordnet` (an Organisationseinheit or an Onlinedienst) serves `leistung` there.

    Inside an Organisationseinheit a Zustaendigkeit may come without an id of its own.
    """

    quelle: str
    uebergeordnet: Identifikator
    leistung: Identifikator
    gebiete: tuple[str, ...]
    id: Identifikator | None = None
    art: str = ""
    rolle: str = ""


@dataclass(frozen=True, slots=True)
class XzufiLoeschungRecord:
    quelle: str
    klasse: str
    id: Identifikator


XzufiRecord = (
    XzufiKopfRecord
    | XzufiLeistungRecord
    | XzufiOrganisationseinheitRecord
    | XzufiOnlinedienstRecord
    | XzufiSpezialisierungRecord
    | XzufiZustaendigkeitRecord
    | XzufiLoeschungRecord
)
