"""What a directory says is online where, and who is competent: Data Hub, Portalverbund.

An XZuFi Onlinedienst is one town's page for one service, so it becomes finds (`Fundstelle`), not
an assistant of the catalogue: shown as "online laut …". Once all is written it is matched to an
assistant by the host of its address, where that is sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from importers.records import FundstelleRecord
from importers.xzufi_records import (
    XzufiOnlinedienstRecord,
    XzufiSpezialisierungRecord,
    XzufiZustaendigkeitRecord,
)
from katalog.domain.begriffe import Fundstellenstatus, Gebietsebene
from katalog.domain.schluessel import Leistungsschluessel
from katalog.intake.directory import Directory, Unplaceable, one_of
from katalog.models.nutzung import Fundstelle
from katalog.models.stellen import Zustaendigkeit
from katalog.queries import online, quellsaetze
from katalog.queries.upsert import Row, fitted, upsert

STELLE, LEISTUNG, ONLINEDIENST = "stelle", "leistung", "xzufi-onlinedienst"
_BUND = "0" * 12
_NO_ADDRESS = "Der Onlinedienst nennt keine Adresse"


@lru_cache(maxsize=4_096)
def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _areas(to: Directory, ars: str) -> list[int]:
    """What holds for the whole country holds in each Land."""
    if ars == _BUND:
        return list(to.map(f"gebiet_{Gebietsebene.LAND}").values())
    return [to.gebiet(ars)]


def fundstelle_key(record: FundstelleRecord) -> str:
    return f"{record.leistungsschluessel}|{record.ars}|{record.url}"


def write_fundstellen(to: Directory, incoming: list[FundstelleRecord]) -> None:
    rows: list[Row] = []

    def build(record: FundstelleRecord) -> None:
        key = str(Leistungsschluessel.parse(record.leistungsschluessel))
        leistung = to.require("leistung", key)
        for gebiet in _areas(to, record.ars):
            row = _find_row(to, gebiet, leistung, record.url, record.stand)
            row["status"] = one_of(Fundstellenstatus, record.status)
            rows.append(fitted(Fundstelle, row))

    to.place(incoming, build)
    upsert(to.session, Fundstelle, rows, ("gebiet_id", "leistung_id", "url"))


def _find_row(to: Directory, gebiet: int, leistung: int, url: str, stand: Any) -> Row:
    return {
        "gebiet_id": gebiet,
        "leistung_id": leistung,
        "url": url,
        "host": host_of(url),
        "status": Fundstellenstatus.UNBEKANNT,
        "entfallen_am": None,
        "quelle_id": to.lieferant,
        "stand": stand,
    }


def drop_fundstellen(to: Directory, keys: Sequence[str]) -> None:
    still = _said_otherwise(to, keys)
    for key in keys:
        schluessel, ars, url = key.split("|", 2)
        leistung = to.map("leistung").get(schluessel)
        try:
            gebiete = _areas(to, ars)
        except Unplaceable:
            continue
        if leistung is not None:
            gone = [(g, leistung, url) for g in gebiete if (g, leistung, url) not in still]
            online.drop_finds(to.session, gone, to.today)


def _said_otherwise(to: Directory, keys: Sequence[str]) -> set[tuple[int, int, str]]:
    """Finds of a Land that one row names for it and another for the whole country."""
    laender = to.map(f"gebiet_{Gebietsebene.LAND}")
    asked: dict[str, tuple[str, str, str]] = {}
    for key in keys:
        schluessel, ars, url = key.split("|", 2)
        others = laender if ars == _BUND else (_BUND,) if ars in laender else ()
        for other in others:
            named = f"{schluessel}|{other}|{url}"
            asked[named] = (schluessel, ars if other == _BUND else other, url)
    stated = quellsaetze.about(to.session, "fundstelle", [key for key in asked if key not in keys])
    return {
        (laender[ars], leistung, url)
        for key, (schluessel, ars, url) in asked.items()
        if any(satz.gilt for satz in stated.get(key, ()))
        and (leistung := to.map("leistung").get(schluessel)) is not None
    }


# XZuFi --------------------------------------------------------------------------------------------


def write_xzufi_onlinedienste(to: Directory, incoming: list[XzufiOnlinedienstRecord]) -> None:
    """Kept for the Zustaendigkeiten that name them; a new address goes to what is there."""
    for record in incoming:
        before = to.before.get(str(record.id))
        old, new = _address(before.verweise if before else ()), _address(record.verweise)
        if old and new and old != new and to.lieferant is not None:
            online.move_finds(to.session, to.lieferant, old, new, host_of(new))


def _address(verweise: Sequence[Any]) -> str:
    return next((verweis.url for verweis in verweise), "")


def write_spezialisierungen(to: Directory, incoming: list[XzufiSpezialisierungRecord]) -> None:
    """Texts of one town for its own portal: kept as the source gave them, shown nowhere yet."""


def write_zustaendigkeiten(to: Directory, incoming: list[XzufiZustaendigkeitRecord]) -> None:
    """A body is competent for a service in areas, or a page serves them: the id decides."""
    assert to.lieferant is not None
    named = _Named(to, incoming)
    competent: list[Row] = []
    finds: list[Row] = []
    ending: list[tuple[int, int, int]] = []

    def build(record: XzufiZustaendigkeitRecord) -> None:
        leistung = named.leistung(to, record)
        gebiete = [number for ars in record.gebiete for number in _areas(to, ars)]
        if (stelle := named.stelle(to, record)) is not None:
            competent.extend(
                {
                    "leistung_id": leistung,
                    "stelle_id": stelle,
                    "gebiet_id": gebiet,
                    "gueltig_bis": None,
                    "quelle_id": to.lieferant,
                }
                for gebiet in gebiete
            )
            before = to.before.get(zustaendigkeit_key(record))
            left = set(before.gebiete) - set(record.gebiete) if before else set()
            ending.extend((leistung, stelle, g) for ars in left for g in _areas(to, ars))
            return
        url = named.url(record)
        finds.extend(
            fitted(Fundstelle, _find_row(to, gebiet, leistung, url, None)) for gebiet in gebiete
        )

    to.place(incoming, build)
    upsert(to.session, Zustaendigkeit, competent, ("leistung_id", "stelle_id", "gebiet_id"))
    upsert(to.session, Fundstelle, finds, ("gebiet_id", "leistung_id", "url"))
    online.end_competence(to.session, ending, to.today)


class _Named:
    """What the records of a batch name by the sender's own ids, looked up together."""

    def __init__(self, to: Directory, incoming: Sequence[XzufiZustaendigkeitRecord]) -> None:
        assert to.lieferant is not None
        above = sorted({str(record.uebergeordnet) for record in incoming})
        services = sorted({str(record.leistung) for record in incoming})
        session, source = to.session, to.lieferant
        self._services = quellsaetze.things(session, source, LEISTUNG, services)
        self._bodies = quellsaetze.things(session, source, STELLE, above)
        self._pages = quellsaetze.contents(session, source, ONLINEDIENST, above)

    def leistung(self, to: Directory, record: XzufiZustaendigkeitRecord) -> int:
        found = self._services.get(str(record.leistung))
        if found is None:
            raise Unplaceable(
                f"Die Leistung {record.leistung}, für die sie gilt, ist nicht bekannt",
                "Sie kommt vielleicht mit einer späteren Lieferung; dann wird sie nachgeholt.",
            )
        number = to.map("leistung").get(found) or to.map("leistung_ohne").get(found)
        if number is None:
            raise Unplaceable(f"Die Leistung {found} ist nicht bekannt")
        return number

    def stelle(self, to: Directory, record: XzufiZustaendigkeitRecord) -> int | None:
        found = self._bodies.get(str(record.uebergeordnet))
        return to.map("stelle").get(found) if found else None

    def url(self, record: XzufiZustaendigkeitRecord) -> str:
        found = self._pages.get(str(record.uebergeordnet))
        if found is None:
            raise Unplaceable(
                f"Was zuständig ist ({record.uebergeordnet}), ist nicht bekannt",
                "Es kommt vielleicht mit einer späteren Lieferung; dann wird es nachgeholt.",
            )
        for verweis in found["verweise"]:
            if verweis["url"]:
                return str(verweis["url"])
        raise Unplaceable(_NO_ADDRESS)


def zustaendigkeit_key(record: XzufiZustaendigkeitRecord) -> str:
    if record.id is not None:
        return str(record.id)
    return f"{record.uebergeordnet}|{record.leistung}|{record.rolle}"


def drop_zustaendigkeiten(to: Directory, keys: Sequence[str]) -> None:
    assert to.lieferant is not None
    gone = [to.before[key] for key in keys if key in to.before]
    named = _Named(to, gone)
    for record in gone:
        try:
            leistung = named.leistung(to, record)
            gebiete = [number for ars in record.gebiete for number in _areas(to, ars)]
            stelle = named.stelle(to, record)
            if stelle is not None:
                ending = [(leistung, stelle, gebiet) for gebiet in gebiete]
                online.end_competence(to.session, ending, to.today)
            else:
                url = named.url(record)
                online.drop_finds(to.session, [(g, leistung, url) for g in gebiete], to.today)
        except Unplaceable:
            # It never became a row.
            continue
