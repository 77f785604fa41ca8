"""What every reader yields: frozen records in the words of the domain, keyed by public keys.

A record names other things by their public key (OZG-ID, LeiKa key, ARS, `kennung`), never by a
database id; `katalog.intake` turns records into rows. Dates known only to the month or year
travel as the text of the source ("2024-08") and are read there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Fault:
    """One row or element that cannot be taken: where, what, why, and how to mend it.

    A broken record is a value, so that it costs only itself; a broken file is an exception
    (`Unlesbar`), since nothing of it can be trusted.
    """

    zeile: int | None
    stelle: str
    wert: str
    ursache: str
    abhilfe: str


class Unlesbar(Exception):
    """The file as a whole cannot be read; the German message says why and what to do."""


@dataclass(frozen=True, slots=True)
class QuelleRecord:
    kennung: str
    titel: str
    art: str
    herausgeber: str = ""
    url: str = ""
    lizenz: str = ""
    stand: date | None = None
    stand_text: str = ""


@dataclass(frozen=True, slots=True)
class ThemenfeldRecord:
    quelle: str
    slug: str
    name: str
    name_alt: str = ""
    beschreibung: str = ""


@dataclass(frozen=True, slots=True)
class LageRecord:
    quelle: str
    name: str
    art: str
    themenfeld: str


@dataclass(frozen=True, slots=True)
class OzgLeistungRecord:
    quelle: str
    ozg_id: str
    titel: str
    themenfeld: str = ""
    lage: str = ""
    top100: str = ""
    prioritaet: str = ""
    federfuehrung: str = ""
    beschreibung: str = ""


@dataclass(frozen=True, slots=True)
class LeistungstextRecord:
    """A text by the code of its module (06 Volltext, 08 Unterlagen …)."""

    modul: str
    text: str


@dataclass(frozen=True, slots=True)
class LeistungRecord:
    """Without a key ("nicht im LeiKa") the `ersatzschluessel` tells it apart, see `leika_codes`."""

    quelle: str
    leistungsschluessel: str
    bezeichnung: str
    bezeichnung_buerger: str = ""
    typisierung: tuple[str, ...] = ()
    zielgruppe: tuple[str, ...] = ()
    ozg_ids: tuple[str, ...] = ()
    rechtsgrundlage: str = ""
    kurztext: str = ""
    ersatzschluessel: str = ""
    texte: tuple[LeistungstextRecord, ...] = ()
    begriffe: tuple[str, ...] = ()
    sdg: tuple[str, ...] = ()
    gueltig_ab: date | None = None
    gueltig_bis: date | None = None


@dataclass(frozen=True, slots=True)
class GebietRecord:
    quelle: str
    ebene: str
    ars: str
    ags: str
    name: str
    gueltig_ab: date
    bezeichnung: str = ""
    bezeichnung_im_namen: bool = False
    kreisfrei: bool = False
    einwohner: int | None = None
    flaeche_km2: float | None = None
    plz: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class StelleRecord:
    """A body without an area of its own; bodies of areas come with their area."""

    quelle: str
    kennung: str
    name: str
    art: str
    kurzname: str = ""
    land: str = ""
    website: str = ""
    wirkungsgebiet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KontaktrolleRecord:
    kennung: str
    name: str
    beschreibung: str = ""


@dataclass(frozen=True, slots=True)
class BehoerdenartRecord:
    kennung: str
    name: str


@dataclass(frozen=True, slots=True)
class PlattformRecord:
    quelle: str
    kennung: str
    name: str
    betreiber: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class NetzwerkRecord:
    quelle: str
    kennung: str
    name: str
    zweck: str = ""
    url: str = ""
    partner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AntragsstreckeRecord:
    name: str = ""
    leistungsschluessel: str = ""
    reifegrad_modell: str = ""
    reifegrad: int | None = None


@dataclass(frozen=True, slots=True)
class VerweisRecord:
    art: str
    titel: str
    url: str


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    version: str
    datum: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class KontaktRecord:
    rolle: str
    bezeichnung: str = ""
    ebene: str = ""
    funktionspostfach: str = ""
    telefon: str = ""


@dataclass(frozen=True, slots=True)
class PruefpunktRecord:
    titel: str
    gruppe: str
    stufe: str = "vor_test"
    pflicht: bool = True
    hinweis: str = ""


@dataclass(frozen=True, slots=True)
class OnlinedienstRecord:
    quelle: str
    kennung: str
    name: str
    art: str
    kurzname: str = ""
    kurzbeschreibung: str = ""
    status: str = ""
    verfuegbar_ab: str = ""
    eingestellt_zum: date | None = None
    nachfolger: str = ""
    traeger: str = ""
    betreibendes_land: str = ""
    dienstleister: str = ""
    bundesministerium: str = ""
    plattform: str = ""
    themenfeld: str = ""
    ozg_ids: tuple[str, ...] = ()
    authentifizierung: tuple[str, ...] = ()
    vertrauensniveau: str = ""
    nutzerkonto: str = ""
    epayment: str = ""
    xstandard: str = ""
    xstandard_version: str = ""
    transportwege: tuple[str, ...] = ()
    zustellort: str = ""
    fachverfahren: tuple[str, ...] = ()
    kosten_modell: str = ""
    kosten_text: str = ""
    lizenz: str = ""
    quellcode_url: str = ""
    demo_url: str = ""
    marktplatz_id: str = ""
    foerderung: str = ""
    stand: date | None = None
    antragsstrecken: tuple[AntragsstreckeRecord, ...] = ()
    verweise: tuple[VerweisRecord, ...] = ()
    releases: tuple[ReleaseRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class LandesangebotRecord:
    quelle: str
    onlinedienst: str
    koordinierung: str
    status: str
    land: str = ""
    verfuegbar_ab: str = ""
    kosten_modell: str = ""
    kosten_text: str = ""
    fachressort: str = ""
    behoerdenart: str = ""
    zustaendige_stelle: str = ""
    pilotkommunen: tuple[str, ...] = ()
    stand: date | None = None
    kontakte: tuple[KontaktRecord, ...] = ()
    verweise: tuple[VerweisRecord, ...] = ()
    pruefpunkte: tuple[PruefpunktRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class PruefpunktlisteRecord:
    """The default checklist that holds where a Landesangebot has none of its own."""

    punkte: tuple[PruefpunktRecord, ...]


@dataclass(frozen=True, slots=True)
class BedingungenRecord:
    quelle: str
    koordinierung: str
    fassung: str
    gueltig_ab: date
    text: str
    vertragsschluss: str
    kuendigung_n: int
    kuendigung_einheit: str
    kuendigung_anker: str
    kuendigung_form: str = ""
    empfaenger_rolle: str = ""
    klausel: str = ""


@dataclass(frozen=True, slots=True)
class EinsatzRecord:
    """A statement of use, by the area whose body makes it."""

    quelle: str
    ars: str
    kennung: str
    rolle: str
    status: str
    beleg: str
    ab: date | None = None
    bis: date | None = None
    ausgesetzt_bis: date | None = None
    url: str = ""
    fachverfahren: str = ""
    reifegrad_modell: str = ""
    reifegrad: int | None = None
    sichtbarkeit: str = "oeffentlich"
    bestaetigt_am: date | None = None
    widersprochen_am: date | None = None
    stand: date | None = None
    bemerkung: str = ""


@dataclass(frozen=True, slots=True)
class FestlegungRecord:
    quelle: str
    ars: str
    name: str
    gueltig_ab: date
    werte: tuple[tuple[str, str], ...]
    gueltig_bis: date | None = None
    leistungsschluessel: str = ""
    ozg_ids: tuple[str, ...] = ()
    einheit: str = ""
    rueckwirkend: bool = False
    rechtsgrundlage: str = ""
    beschluss: str = ""
    ersetzt: str = ""
    naechste_pruefung: date | None = None
    bemerkung: str = ""


@dataclass(frozen=True, slots=True)
class BeschlussRecord:
    ars: str
    vorlage: str
    titel: str
    sitzung: str = ""
    gremium: str = ""
    ersetzt: str = ""
    bemerkung: str = ""
    beschlossen_am: date | None = None
    punkte: tuple[str, ...] = ()
    berichtstermine: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class FallzahlRecord:
    quelle: str
    ars: str
    leistungsschluessel: str
    jahr: int
    anzahl: int


@dataclass(frozen=True, slots=True)
class AbsichtserklaerungRecord:
    quelle: str
    land: str
    plattform: str
    datum: date | None = None


Record = (
    QuelleRecord
    | ThemenfeldRecord
    | LageRecord
    | OzgLeistungRecord
    | LeistungRecord
    | GebietRecord
    | StelleRecord
    | KontaktrolleRecord
    | BehoerdenartRecord
    | PlattformRecord
    | NetzwerkRecord
    | OnlinedienstRecord
    | LandesangebotRecord
    | PruefpunktlisteRecord
    | BedingungenRecord
    | EinsatzRecord
    | FestlegungRecord
    | BeschlussRecord
    | FallzahlRecord
    | AbsichtserklaerungRecord
)


# Imports of tables and geometry -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hinweis:
    """Something worth knowing that costs no record: an unused column, a cleaned text, a count."""

    zeile: int | None
    stelle: str
    wert: str
    ursache: str
    abhilfe: str = ""


@dataclass(frozen=True, slots=True)
class Rohsatz:
    """What follows comes from one element of the file with this fingerprint.

    `unveraendert`: whoever asked for the records knows the element already, so nothing follows.
    """

    fingerabdruck: int
    unveraendert: bool


@dataclass(frozen=True, slots=True)
class OzgZuordnungRecord:
    """A LeiKa key that a list names beside an OZG-ID; the service itself comes from elsewhere."""

    quelle: str
    ozg_id: str
    leistungsschluessel: str


@dataclass(frozen=True, slots=True)
class GebietsaenderungRecord:
    """One row of a change of area; a merger is several rows with one `kennziffer`.

    Both keys stand here as the source gives them, even where one does not follow from the other.
    Names are the official ones with their addition ("Borna, Stadt"), since the addition may be
    all that changed. No new keys: the area was dissolved without a successor.
    """

    quelle: str
    kennziffer: str
    ebene: str
    arten: tuple[str, ...]
    ars_alt: str
    ags_alt: str
    name_alt: str
    ars_neu: str
    ags_neu: str
    name_neu: str
    wirksam_am: date
    statistisch_ab: date | None = None
    einwohner: int | None = None
    flaeche_km2: float | None = None


@dataclass(frozen=True, slots=True)
class FundstelleRecord:
    """What a directory says is online for a service in an area."""

    quelle: str
    leistungsschluessel: str
    ars: str
    url: str
    status: str
    bezeichnung: str = ""
    ozg_id: str = ""
    aktiv: bool | None = None
    flaechendeckung: str = ""
    begruendung: str = ""
    stand: date | None = None


@dataclass(frozen=True, slots=True)
class KommuneRecord:
    """Address and contact of a municipality or Kreis that the register knows already."""

    quelle: str
    ags: str
    name: str
    art: str = ""
    kreis: str = ""
    regierungsbezirk: str = ""
    plz: str = ""
    ort: str = ""
    strasse: str = ""
    website: str = ""
    funktionspostfach: str = ""


@dataclass(frozen=True, slots=True)
class TeilnahmeRecord:
    """One row of the profile `teilnahme`; who hands it in decides what evidence it is.

    `zeile` stays, because some faults show only against the register and still belong to a row.
    `nummer` is that of the statement in the portal, where the list was downloaded from there.
    """

    zeile: int
    ars: str
    ags: str
    kommune: str
    kennung: str
    rolle: str
    status: str
    ab: date | None = None
    bis: date | None = None
    url: str = ""
    fachverfahren: str = ""
    reifegrad_modell: str = ""
    reifegrad: int | None = None
    sichtbarkeit: str = ""
    bemerkung: str = ""
    nummer: int | None = None


@dataclass(frozen=True, slots=True)
class VorgangRecord:
    """One row of the profile `vorgaenge`: a running case of reuse from somebody's spreadsheet."""

    zeile: int
    zustaendige_stelle: str
    ars: str
    kennung: str
    status: str
    eingang: date | None = None
    gebiete: tuple[str, ...] = ()
    bestaetigt_am: date | None = None
    produktiv_ab: date | None = None
    gekuendigt_am: date | None = None
    wirksam_zum: date | None = None
    fassung: str = ""
    ansprechperson_rolle: str = ""
    funktionspostfach: str = ""
    aktenzeichen: str = ""
    notiz: str = ""


@dataclass(frozen=True, slots=True)
class UmrissRecord:
    """The simplified outline of one area in degrees (lon, lat), with a point inside for its label.

    Polygons are lists of rings that do not repeat their first point; the first ring, against the
    clock, is the outline, the others are holes. Neighbours share the very same points.
    """

    quelle: str
    ebene: str
    kennung: str
    ars: str
    name: str
    bezeichnung: str
    lon: float
    lat: float
    polygone: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]


# Imports of code lists and publiccode.yml -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodelisteRecord:
    """The head of a code list; `kennung` is its URN without, `fassung_kennung` with version."""

    quelle: str
    kennung: str
    fassung: str
    fassung_kennung: str
    name: str
    spalten: tuple[str, ...]
    schluesselspalte: str
    namensspalte: str = ""
    kurzname: str = ""
    beschreibung: str = ""
    herausgeber: str = ""
    gueltig_ab: date | None = None


@dataclass(frozen=True, slots=True)
class CodelisteneintragRecord:
    """One row of a code list; `werte` name their column, None where the cell is empty."""

    quelle: str
    codeliste: str
    code: str
    name: str
    werte: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class LeikaAngabeRecord:
    themenfeld: str = ""
    lebenslage: str = ""
    ozg_id: str = ""
    leistungsschluessel: str = ""


@dataclass(frozen=True, slots=True)
class PubliccodeRecord:
    """What a publiccode.yml says of its software; `benutzt_von` is a hint, never a fact.

    Persons named as contacts are left out: nobody asked them whether they want to stand here.
    """

    quelle: str
    url: str
    name: str
    fassung: str
    kurzbeschreibung: str = ""
    beschreibung: str = ""
    entwicklungsstand: str = ""
    softwareart: str = ""
    version: str = ""
    veroeffentlicht_am: date | None = None
    webseite: str = ""
    dokumentation_url: str = ""
    lizenz: str = ""
    rechteinhaber: str = ""
    organisation: str = ""
    organisation_uri: str = ""
    wartung: str = ""
    dienstleister: tuple[str, ...] = ()
    kategorien: tuple[str, ...] = ()
    bereiche: tuple[str, ...] = ()
    plattformen: tuple[str, ...] = ()
    sprachen: tuple[str, ...] = ()
    abhaengigkeiten: tuple[str, ...] = ()
    unterstuetzt: tuple[str, ...] = ()
    basiert_auf: tuple[str, ...] = ()
    benutzt_von: tuple[str, ...] = ()
    leika: tuple[LeikaAngabeRecord, ...] = ()
