"""What the services of the case take and give: plain values, nothing of a page or a table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from katalog.domain.begriffe import Handlungsweise, Stellenart
from katalog.domain.fristen import Rechnung
from katalog.domain.rollen import Betrachter
from katalog.domain.schritt import Vorlage
from katalog.domain.vorgang import Aktion, Status, Weg, Zustimmung
from katalog.models.fall import Nachnutzungsbedingungen
from katalog.queries.bedingungen import rule_of


@dataclass(frozen=True, slots=True)
class Akteur:
    """Whoever acts or reads, on which day, and where the portal is that mails link to."""

    betrachter: Betrachter
    today: date
    basis_url: str


@dataclass(frozen=True, slots=True)
class Ansprechstelle:
    """Who looks after the connection on the side of the body; mails of the case go there."""

    name: str
    email: str
    telefon: str = ""


@dataclass(frozen=True, slots=True)
class Anhang:
    """The mail or letter that proves what is recorded for somebody else."""

    name: str
    medientyp: str
    inhalt: bytes
    # The mail in the list of those that came which it is or came with.
    eingang_id: int | None = None

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.inhalt).hexdigest()


@dataclass(frozen=True, slots=True)
class Interesse:
    """For one body, or for several at once: then each gets a case of its own.

    `gebiete` are the areas a case holds for; empty: all those its body acts for.
    """

    dienst_id: int
    stellen: tuple[int, ...]
    wunschtermin: date | None
    ansprechstelle: Ansprechstelle
    zustimmung: Zustimmung | None = None
    handelt: Handlungsweise = Handlungsweise.SELBST
    gebiete: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Begonnen:
    """`neu` is False if the same form had come before: the case was there already."""

    id: int
    vorgangsnummer: str
    stelle: str
    neu: bool
    hinweise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Getan:
    """What became of the case. `hinweise` says whom no mail could reach."""

    id: int
    vorgangsnummer: str
    version: int
    status: Status
    mails: int
    hinweise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """One mail as it will be sent; `hinweis` says who cannot be reached by it, and why."""

    vorlage: Vorlage
    an: tuple[str, ...]
    kopie: tuple[str, ...]
    betreff: str
    text: str
    antwort_an: str
    hinweis: str = ""


@dataclass(frozen=True, slots=True)
class Vorschau:
    """What a step would do."""

    aktion: Aktion
    status: Status
    briefe: tuple[Brief, ...]
    register: str
    wirksam_zum: date | None
    rechnung: Rechnung


@dataclass(frozen=True, slots=True)
class Ende:
    """A day on which a contract can end, and until when notice must be received for it."""

    wirksam_zum: date
    spaetester_zugang: date
    empfohlen: date | None
    rechnung: Rechnung


@dataclass(frozen=True, slots=True)
class Kuendigungsvorschau:
    """The end before anybody confirms it. `wunsch` belongs to an end that somebody asked for."""

    regel: str
    klausel: str
    form: str
    zugang: date
    wirksam_zum: date
    rechnung: Rechnung
    enden: tuple[Ende, ...]
    wunsch: Ende | None


@dataclass(frozen=True, slots=True)
class Fassung:
    """A version of the terms as people read it."""

    id: int
    fassung: str
    text: str
    text_hash: str
    gueltig_ab: date
    gueltig_bis: date | None
    annahmefrist: date | None
    kuendigung: str
    form: str
    klausel: str


@dataclass(frozen=True, slots=True)
class WegDerStelle:
    """What one body may begin for an assistant. `weg` None: it may only wish for it, and
    `hindernis` says why."""

    stelle_id: int
    name: str
    art: Stellenart
    weg: Weg | None
    hindernis: str
    koordinierung: str
    angebot_id: int | None
    bedingungen: Fassung | None
    offener_vorgang: int | None
    offene_nummer: str
    mitglieder: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Wege:
    dienst_id: int
    kennung: str
    name: str
    stellen: tuple[WegDerStelle, ...]
    # Bodies that have wished for it already.
    gewuenscht: frozenset[int]


def describe_fassung(terms: Nachnutzungsbedingungen) -> Fassung:
    assert terms.id is not None
    return Fassung(
        id=terms.id,
        fassung=terms.fassung,
        text=terms.text,
        text_hash=terms.text_hash,
        gueltig_ab=terms.gueltig_ab,
        gueltig_bis=terms.gueltig_bis,
        annahmefrist=terms.annahmefrist,
        kuendigung=rule_of(terms).satz,
        form=terms.kuendigung_form,
        klausel=terms.klausel,
    )
