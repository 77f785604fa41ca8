"""Areas with their bodies, other bodies, and what hangs on bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from importers import records
from katalog.domain.begriffe import Gebietsebene, Stellenart
from katalog.domain.schluessel import Gemeindeschluessel, Regionalschluessel
from katalog.domain.sortierung import sort_key
from katalog.intake.directory import Directory, one_of
from katalog.models.register import Gebiet
from katalog.models.stellen import (
    Absichtserklaerung,
    Behoerdenart,
    Kontaktrolle,
    Netzwerk,
    Netzwerkpartner,
    Plattform,
    Stelle,
    Wirkungsgebiet,
)
from katalog.queries import keys
from katalog.queries.areas import point_to_themselves
from katalog.queries.upsert import Model, Row, fitted, replace_children, upsert

_FROM_LARGE_TO_SMALL = (
    Gebietsebene.LAND,
    Gebietsebene.REGIERUNGSBEZIRK,
    Gebietsebene.KREIS,
    Gebietsebene.VERBAND,
    Gebietsebene.GEMEINDE,
)
_STELLENART = {
    Gebietsebene.LAND: Stellenart.LAND,
    Gebietsebene.REGIERUNGSBEZIRK: Stellenart.SONSTIGE,
    Gebietsebene.KREIS: Stellenart.KOMMUNE,
    Gebietsebene.VERBAND: Stellenart.VERBAND,
    Gebietsebene.GEMEINDE: Stellenart.KOMMUNE,
}


def display_name(record: records.GebietRecord) -> str:
    """A Kreis shares its name with its town: "Kreis Warendorf", but just "Enzkreis"."""
    named_by_kind = record.ebene in {
        Gebietsebene.KREIS, Gebietsebene.VERBAND, Gebietsebene.REGIERUNGSBEZIRK,
    }  # fmt: skip
    if named_by_kind and record.bezeichnung and not record.bezeichnung_im_namen:
        return f"{record.bezeichnung} {record.name}"
    return record.name


def write_gebiete(to: Directory, incoming: list[records.GebietRecord]) -> None:
    """From large to small, so that each area finds what it lies in."""

    def check_level(record: records.GebietRecord) -> None:
        one_of(Gebietsebene, record.ebene)

    to.place(incoming, _name_of_gebiet, check_level)
    for ebene in _FROM_LARGE_TO_SMALL:
        level = [record for record in incoming if record.ebene == ebene]
        for kreisfrei in (False, True):
            group = [record for record in level if record.kreisfrei is kreisfrei]
            if group:
                _write_level(to, ebene, kreisfrei, group)
    to.forget("gebiet", "land", "stelle_ars")


def _name_of_gebiet(record: records.GebietRecord) -> str:
    return f"Gebiet {record.ars} {record.name}"


def _write_level(
    to: Directory, ebene: Gebietsebene, kreisfrei: bool, incoming: list[records.GebietRecord]
) -> None:
    inside = {level: keys.gebiete(to.session, level) for level in _FROM_LARGE_TO_SMALL}
    rows: list[Row] = []
    names: list[str] = []

    def build(record: records.GebietRecord) -> None:
        ars = str(Regionalschluessel.parse(record.ars))
        land = inside[Gebietsebene.LAND].get(ars[:2] + "0" * 10)
        bezirk = inside[Gebietsebene.REGIERUNGSBEZIRK].get(ars[:3] + "0" * 9)
        kreis = inside[Gebietsebene.KREIS].get(ars[:5] + "0" * 7)
        verband = inside[Gebietsebene.VERBAND].get(ars[:9] + "0" * 3)
        row: Row = {
            "ebene": ebene,
            "ars": ars,
            "ags": str(Gemeindeschluessel.parse(record.ags)) if record.ags else None,
            "name": record.name,
            "bezeichnung": record.bezeichnung,
            "sortier": sort_key(record.name),
            "kreisfrei": kreisfrei,
            "gueltig_ab": record.gueltig_ab,
            "gueltig_bis": None,
            "quelle_id": to.require("quelle", record.quelle),
        }
        # Fields a source does not know are left as another source gave them.
        row |= {
            name: getattr(record, name)
            for name in ("einwohner", "flaeche_km2", "plz", "lat", "lon")
            if getattr(record, name) not in (None, "")
        }
        if ebene is not Gebietsebene.LAND:
            row["land_id"] = land
        match ebene:
            case Gebietsebene.REGIERUNGSBEZIRK:
                row["parent_id"] = land
            case Gebietsebene.KREIS:
                row["parent_id"] = bezirk or land
            case Gebietsebene.VERBAND:
                row["parent_id"] = row["kreis_id"] = kreis
            case Gebietsebene.GEMEINDE if kreisfrei:
                row["parent_id"] = bezirk or land
            case Gebietsebene.GEMEINDE:
                row["parent_id"], row["kreis_id"] = verband or kreis, kreis
            case _:
                pass
        rows.append(fitted(Gebiet, row))
        names.append(display_name(record))

    to.place(incoming, _name_of_gebiet, build)
    ids, changes = upsert(to.session, Gebiet, rows, ("ars", "ebene", "gueltig_ab"))
    to.report.count("Gebiete", changes)
    point_to_themselves(to.session)
    stellen = [
        fitted(
            Stelle,
            {
                "gebiet_id": number,
                "art": _STELLENART[ebene],
                "name": name,
                "sortier": sort_key(name),
                "land_id": row.get("land_id", number),
                "quelle_id": row["quelle_id"],
            },
        )
        for number, name, row in zip(ids, names, rows, strict=True)
    ]
    _, changes = upsert(to.session, Stelle, stellen, ("gebiet_id",))
    to.report.count("Stellen", changes)


def write_stellen(to: Directory, incoming: list[records.StelleRecord]) -> None:
    rows: list[Row] = []
    areas: list[list[int]] = []

    def build(record: records.StelleRecord) -> None:
        row: Row = {
            "kennung": record.kennung,
            "art": one_of(Stellenart, record.art),
            "name": record.name,
            "kurzname": record.kurzname,
            "sortier": sort_key(record.name),
            "land_id": to.land(record.land),
            "website": record.website,
            "quelle_id": to.require("quelle", record.quelle),
        }
        gebiete = [to.require("gebiet", ars) for ars in record.wirkungsgebiet]
        rows.append(fitted(Stelle, row))
        areas.append(gebiete)

    to.place(incoming, lambda record: f"Stelle {record.kennung}", build)
    ids, changes = upsert(to.session, Stelle, rows, ("kennung",))
    to.report.count("Stellen", changes)
    wanted = {
        number: [
            {"gebiet_id": gebiet, "quelle_id": row["quelle_id"], "stand": None}
            for gebiet in gebiete
        ]
        for number, gebiete, row in zip(ids, areas, rows, strict=True)
    }
    replace_children(to.session, Wirkungsgebiet, "stelle_id", wanted)
    to.forget("stelle")


def _write_plain(
    to: Directory,
    kind: str,
    model: Model,
    incoming: list[Any],
    build: Callable[[Any], Row],
) -> list[int]:
    rows: list[Row] = []

    def take(record: Any) -> None:
        rows.append(fitted(model, build(record)))

    to.place(incoming, lambda record: f"{kind} {record.kennung}", take)
    ids, changes = upsert(to.session, model, rows, ("kennung",))
    to.report.count(kind, changes)
    to.forget(kind.lower())
    return ids


def write_kontaktrollen(to: Directory, incoming: list[records.KontaktrolleRecord]) -> None:
    def build(record: records.KontaktrolleRecord) -> Row:
        return {
            "kennung": record.kennung,
            "name": record.name,
            "beschreibung": record.beschreibung,
        }

    _write_plain(to, "Kontaktrolle", Kontaktrolle, incoming, build)


def write_behoerdenarten(to: Directory, incoming: list[records.BehoerdenartRecord]) -> None:
    def build(record: records.BehoerdenartRecord) -> Row:
        return {"kennung": record.kennung, "name": record.name}

    _write_plain(to, "Behoerdenart", Behoerdenart, incoming, build)


def write_plattformen(to: Directory, incoming: list[records.PlattformRecord]) -> None:
    def build(record: records.PlattformRecord) -> Row:
        return {
            "kennung": record.kennung,
            "name": record.name,
            "betreiber_id": to.stelle(record.betreiber),
            "url": record.url,
            "quelle_id": to.require("quelle", record.quelle),
        }

    _write_plain(to, "Plattform", Plattform, incoming, build)


def write_netzwerke(to: Directory, incoming: list[records.NetzwerkRecord]) -> None:
    rows: list[Row] = []
    partners: list[list[Row]] = []

    def build(record: records.NetzwerkRecord) -> None:
        found = [{"stelle_id": to.stelle(key)} for key in record.partner if key]
        row: Row = {
            "kennung": record.kennung,
            "name": record.name,
            "zweck": record.zweck,
            "url": record.url,
            "quelle_id": to.require("quelle", record.quelle),
        }
        rows.append(fitted(Netzwerk, row))
        partners.append(found)

    to.place(incoming, lambda record: f"Netzwerk {record.kennung}", build)
    ids, changes = upsert(to.session, Netzwerk, rows, ("kennung",))
    to.report.count("Netzwerk", changes)
    to.forget("netzwerk")
    wanted = dict(zip(ids, partners, strict=True))
    replace_children(to.session, Netzwerkpartner, "netzwerk_id", wanted)


def write_absichtserklaerungen(
    to: Directory, incoming: list[records.AbsichtserklaerungRecord]
) -> None:
    rows: list[Row] = []

    def build(record: records.AbsichtserklaerungRecord) -> None:
        rows.append(
            {
                "land_id": to.require("land", record.land),
                "plattform_id": to.require("plattform", record.plattform),
                "datum": record.datum,
                "quelle_id": to.require("quelle", record.quelle),
            }
        )

    to.place(incoming, lambda record: f"Absichtserklärung {record.land}", build)
    _, changes = upsert(to.session, Absichtserklaerung, rows, ("land_id", "plattform_id"))
    to.report.count("Absichtserklärungen", changes)
