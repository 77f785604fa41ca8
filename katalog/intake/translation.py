"""What readers yield becomes what the catalogue keeps: entries with a key of their source.

Most records already speak the catalogue's words and go through as they are. Others are put into
its words here: a statement of a list of participation, an XZuFi service, a publiccode.yml.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from importers import records
from importers import xzufi_records as xzufi
from importers.cells import to_kennung
from importers.leika_codes import make_ersatzschluessel
from katalog.domain.begriffe import Beleg, Dienstart, Dienststatus, Einsatzstatus, Stellenart
from katalog.domain.laender import find_land
from katalog.domain.rollen import Sichtbarkeit
from katalog.intake.online import ONLINEDIENST

_LONGEST_KENNUNG = 80
# As its column; what is longer is no word that anybody looks for.
_LONGEST_WORD = 300
# Both names, Kurztext, Handlungsgrundlagen; the Teaser stands in for a missing Kurztext.
_MODULES_WITH_A_FIELD = frozenset({"02", "03", "05", "07", "24"})
_BROAD = "0" * 12
_DEVELOPMENT = {
    "concept": Dienststatus.GEPLANT,
    "development": Dienststatus.IN_ENTWICKLUNG,
    "beta": Dienststatus.PILOT,
    "stable": Dienststatus.VERFUEGBAR,
    "obsolete": Dienststatus.EINGESTELLT,
}
_PUBLIC = {Einsatzstatus.PRODUKTIV, Einsatzstatus.VORUEBERGEHEND, Einsatzstatus.BEENDET}
_KLASSEN = {
    "Leistung": "leistung",
    "Organisationseinheit": "stelle",
    "Onlinedienst": ONLINEDIENST,
    "LeistungSpezialisierung": "spezialisierung",
    "Zustaendigkeit": "zustaendigkeit",
}


class Entry(NamedTuple):
    """A record and how its source calls it; without that, its public key serves."""

    record: Any
    fremdschluessel: str = ""
    nachrang: int = 0
    stand: date | None = None
    zeile: int | None = None


class Removal(NamedTuple):
    """The source takes a record back."""

    art: str
    fremdschluessel: str


def translate(outcome: Any, quelle: str) -> Iterator[Entry | Removal | records.Hinweis]:
    match outcome:
        case xzufi.XzufiLeistungRecord():
            yield from _leistung(outcome)
        case xzufi.XzufiOrganisationseinheitRecord():
            yield Entry(_stelle(outcome), str(outcome.id), stand=_day(outcome.geaendert))
        case xzufi.XzufiOnlinedienstRecord():
            yield Entry(outcome, str(outcome.id), stand=_day(outcome.geaendert))
        case xzufi.XzufiSpezialisierungRecord():
            yield Entry(outcome, str(outcome.id), stand=_day(outcome.geaendert))
        case xzufi.XzufiLoeschungRecord():
            yield Removal(_KLASSEN[outcome.klasse], str(outcome.id))
        case records.TeilnahmeRecord():
            yield Entry(_einsatz(outcome, quelle), zeile=outcome.zeile)
        case records.VorgangRecord():
            yield Entry(outcome, zeile=outcome.zeile)
        case records.PubliccodeRecord():
            yield from _software(outcome)
        case records.GebietRecord():
            yield Entry(outcome, stand=outcome.gueltig_ab)
        case records.GebietsaenderungRecord():
            yield Entry(outcome, stand=outcome.wirksam_am)
        case _:
            yield Entry(outcome, stand=getattr(outcome, "stand", None))


# XZuFi --------------------------------------------------------------------------------------------


def _leistung(given: xzufi.XzufiLeistungRecord) -> Iterator[Entry]:
    """Texts of an editorial office for a service of the LeiKa, or a service of its own."""
    own = str(given.id)
    keys = given.leistungsschluessel or ("",)
    # The first one counts: from 2.3 on modules repeat for other channels.
    texts = {text.code: text.text for text in reversed(given.texte) if text.text}
    further = tuple(
        records.LeistungstextRecord(code, texts[code])
        for code in sorted(texts.keys() - _MODULES_WITH_A_FIELD)
    )
    for number, key in enumerate(keys, 1):
        record = records.LeistungRecord(
            quelle=given.quelle,
            leistungsschluessel=key,
            ersatzschluessel="" if key else make_ersatzschluessel(own),
            bezeichnung=given.bezeichnung or given.bezeichnung_buerger,
            bezeichnung_buerger=given.bezeichnung_buerger,
            typisierung=given.typisierung,
            zielgruppe=given.zielgruppe,
            rechtsgrundlage=texts.get("07", ""),
            kurztext=texts.get("05") or texts.get("24", ""),
            texte=further,
            begriffe=tuple(word for word in given.begriffe if len(word) <= _LONGEST_WORD),
            sdg=given.sdg,
            gueltig_ab=given.gueltig_ab,
            gueltig_bis=given.gueltig_bis,
        )
        yield Entry(
            record,
            own if number == 1 else f"{own}#{number}",
            _width(given.gebiete),
            _day(given.geaendert),
        )


def _width(gebiete: tuple[str, ...]) -> int:
    """What holds for a wide area comes first; a town's own words for a service last."""
    if not gebiete:
        return 0
    return min(_level(gebiet) for gebiet in gebiete)


def _level(ars: str) -> int:
    for level, length in enumerate((0, 2, 5, 9)):
        if ars.ljust(12, "0") == ars[:length].ljust(12, "0"):
            return level
    return 4


def _stelle(given: xzufi.XzufiOrganisationseinheitRecord) -> records.StelleRecord:
    """An office of an administration, not the administration: it gets a body of its own."""
    keys = [a.ars or a.ags for a in given.anschriften if a.ars or a.ags]
    land = find_land(keys[0][:2]) if keys else None
    return records.StelleRecord(
        quelle=given.quelle,
        kennung=short_kennung(f"xzufi-{given.id.agentur}-{given.id.wert}"),
        name=given.name,
        art=Stellenart.SONSTIGE,
        land=land.value if land else "",
    )


def short_kennung(text: str) -> str:
    """Readable where it fits; else its beginning and a checksum of the whole."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    # Two ids that differ in a sign that is not kept must not become one.
    if len(plain) <= _LONGEST_KENNUNG and plain == text.casefold():
        return plain
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{plain[: _LONGEST_KENNUNG - 13].rstrip('-')}-{digest}"


def _day(moment: Any) -> date | None:
    return moment.date() if moment is not None else None


# Our own profiles ---------------------------------------------------------------------------------


def _einsatz(given: records.TeilnahmeRecord, quelle: str) -> records.EinsatzRecord:
    visible = Sichtbarkeit.OEFFENTLICH if given.status in _PUBLIC else Sichtbarkeit.VERWALTUNG
    return records.EinsatzRecord(
        quelle=quelle,
        ars=given.ars or given.ags,
        kennung=given.kennung,
        rolle=given.rolle,
        status=given.status,
        beleg=Beleg.IMPORT,
        ab=given.ab,
        bis=given.bis,
        url=given.url,
        fachverfahren=given.fachverfahren,
        reifegrad_modell=given.reifegrad_modell,
        reifegrad=given.reifegrad,
        sichtbarkeit=given.sichtbarkeit or visible,
        bemerkung=given.bemerkung,
    )


def _kennung_of_software(given: records.PubliccodeRecord) -> str:
    """Names of software repeat; the address of its source does not."""
    digest = hashlib.sha256(given.url.encode()).hexdigest()[:6]
    return f"{to_kennung(given.name)[: _LONGEST_KENNUNG - 7]}-{digest}"


def _software(given: records.PubliccodeRecord) -> Iterator[Entry | records.Hinweis]:
    """The software, whose it is, and what is said of it that the catalogue has no place for."""
    owner = given.organisation or given.rechteinhaber
    body = to_kennung(owner)
    if body:
        yield Entry(
            records.StelleRecord(
                given.quelle, body, owner[:300], Stellenart.SONSTIGE, website=given.organisation_uri
            )
        )
    yield Entry(_open_source(given, body), fremdschluessel=given.url[:200])
    for place, said in (
        ("categories", given.kategorien),
        ("dependsOn", given.abhaengigkeiten),
        ("platforms", given.plattformen),
        ("maintenance", tuple(filter(None, (given.wartung, *given.dienstleister)))),
    ):
        if said:
            yield records.Hinweis(
                None, place, ", ".join(said)[:200],
                "Dafür hat der Katalog keinen Platz; es wurde nicht übernommen.",
            )  # fmt: skip


def _open_source(given: records.PubliccodeRecord, owner: str) -> records.OnlinedienstRecord:
    """Software that others may take; `usedBy` stays out, since it proves no use."""
    named = [(entry.leistungsschluessel, entry.ozg_id) for entry in given.leika]
    links = [
        records.VerweisRecord("infoseite", "Webseite", given.webseite),
        records.VerweisRecord("sonstiges", "Dokumentation", given.dokumentation_url),
    ]
    return records.OnlinedienstRecord(
        quelle=given.quelle,
        kennung=_kennung_of_software(given),
        name=given.name[:300],
        art=Dienstart.OPENSOURCE,
        status=_DEVELOPMENT.get(given.entwicklungsstand, ""),
        kurzbeschreibung=given.kurzbeschreibung or given.beschreibung[:500],
        lizenz=given.lizenz[:100],
        quellcode_url=given.url,
        traeger=owner,
        ozg_ids=tuple(dict.fromkeys(ozg for _, ozg in named if ozg)),
        antragsstrecken=tuple(
            records.AntragsstreckeRecord(leistungsschluessel=key)
            for key in dict.fromkeys(key for key, _ in named if key)
        ),
        verweise=tuple(link for link in links if link.url),
        releases=(
            (records.ReleaseRecord(given.version[:60], given.veroeffentlicht_am),)
            if given.version
            else ()
        ),
    )
