"""Sources, Themenfelder, OZG and LeiKa services."""

from __future__ import annotations

from collections.abc import Iterator

from importers import records
from katalog.domain.begriffe import Lagenart, Leistungsmerkmalart, Quellenart, Top100, Zielgruppe
from katalog.domain.schluessel import Leistungsschluessel, OzgId
from katalog.domain.sortierung import sort_key
from katalog.intake.directory import Directory, one_of, parts, perhaps
from katalog.models.quellen import Quelle
from katalog.models.register import (
    Lage,
    Leistung,
    Leistungsmerkmal,
    OzgLeistung,
    OzgZuordnung,
    Themenfeld,
)
from katalog.queries.upsert import Row, fitted, replace_children, upsert


def write_quellen(to: Directory, incoming: list[records.QuelleRecord]) -> None:
    rows: list[Row] = []

    def build(record: records.QuelleRecord) -> None:
        rows.append(
            fitted(
                Quelle,
                {
                    "kennung": record.kennung,
                    "titel": record.titel,
                    "art": one_of(Quellenart, record.art),
                    "herausgeber": record.herausgeber,
                    "url": record.url,
                    "lizenz": record.lizenz,
                    "stand": record.stand,
                    "stand_text": record.stand_text,
                },
            )
        )

    to.place(incoming, lambda record: f"Quelle {record.kennung}", build)
    _, changes = upsert(to.session, Quelle, rows, ("kennung",))
    to.report.count("Quellen", changes)
    to.forget("quelle")


def write_themenfelder(to: Directory, incoming: list[records.ThemenfeldRecord]) -> None:
    rows: list[Row] = []

    def build(record: records.ThemenfeldRecord) -> None:
        rows.append(
            fitted(
                Themenfeld,
                {
                    "slug": record.slug,
                    "name": record.name,
                    "name_alt": record.name_alt,
                    "beschreibung": record.beschreibung,
                    "sortier": sort_key(record.name),
                    "quelle_id": to.require("quelle", record.quelle),
                },
            )
        )

    to.place(incoming, lambda record: f"Themenfeld {record.slug}", build)
    _, changes = upsert(to.session, Themenfeld, rows, ("slug",))
    to.report.count("Themenfelder", changes)
    to.forget("themenfeld")


def write_lagen(to: Directory, incoming: list[records.LageRecord]) -> None:
    rows: list[Row] = []

    def build(record: records.LageRecord) -> None:
        rows.append(
            fitted(
                Lage,
                {
                    "name": record.name,
                    "art": one_of(Lagenart, record.art),
                    "themenfeld_id": to.require("themenfeld", record.themenfeld),
                    "sortier": sort_key(record.name),
                    "quelle_id": to.require("quelle", record.quelle),
                },
            )
        )

    to.place(incoming, lambda record: f"Lage {record.name}", build)
    _, changes = upsert(to.session, Lage, rows, ("name", "themenfeld_id"))
    to.report.count("Lagen", changes)
    to.forget("lage")


def write_ozg_leistungen(to: Directory, incoming: list[records.OzgLeistungRecord]) -> None:
    rows: list[Row] = []

    def build(record: records.OzgLeistungRecord) -> None:
        rows.append(
            fitted(
                OzgLeistung,
                {
                    "ozg_id": str(OzgId.parse(record.ozg_id)),
                    "titel": record.titel,
                    "beschreibung": record.beschreibung,
                    "sortier": sort_key(record.titel),
                    "themenfeld_id": to.find("themenfeld", record.themenfeld),
                    "lage_id": to.find("lage", record.lage),
                    "top100": perhaps(Top100, record.top100),
                    "prioritaet": record.prioritaet,
                    "federfuehrung": record.federfuehrung,
                    "quelle_id": to.require("quelle", record.quelle),
                    "entfallen_am": None,
                },
            )
        )

    to.place(incoming, lambda record: f"OZG-Leistung {record.ozg_id}", build)
    _, changes = upsert(to.session, OzgLeistung, rows, ("ozg_id",))
    to.report.count("OZG-Leistungen", changes)
    to.forget("ozg")


def write_leistungen(to: Directory, incoming: list[records.LeistungRecord]) -> None:
    """Rows without a key are told apart by their name, for want of anything better."""
    placed: list[tuple[Row, list[Row], list[int]]] = []

    def build(record: records.LeistungRecord) -> None:
        key = record.leistungsschluessel
        row: Row = {
            "leistungsschluessel": str(Leistungsschluessel.parse(key)) if key else None,
            "bezeichnung": record.bezeichnung,
            "bezeichnung_buerger": record.bezeichnung_buerger,
            "kurztext": record.kurztext,
            "sortier": sort_key(record.bezeichnung_buerger or record.bezeichnung),
            "rechtsgrundlage": record.rechtsgrundlage,
            "quelle_id": to.require("quelle", record.quelle),
            "entfallen_am": None,
        }
        merkmale = parts(Leistungsmerkmal, _merkmale(record))
        ozg_ids = [to.require("ozg", ozg_id) for ozg_id in record.ozg_ids]
        placed.append((fitted(Leistung, row), merkmale, ozg_ids))

    to.place(
        incoming,
        lambda record: f"Leistung {record.leistungsschluessel or record.bezeichnung}",
        build,
    )
    # A service with a key may bear the same name; it is another one.
    identities = ((True, ("leistungsschluessel",)), (False, ("bezeichnung", "leistungsschluessel")))
    for has_key, identity in identities:
        group = [p for p in placed if (p[0]["leistungsschluessel"] is not None) is has_key]
        ids, changes = upsert(to.session, Leistung, [row for row, _, _ in group], identity)
        to.report.count("Leistungen", changes)
        merkmale = {number: found for number, (_, found, _) in zip(ids, group, strict=True)}
        replace_children(to.session, Leistungsmerkmal, "leistung_id", merkmale)
        wanted = {
            number: [
                {"ozg_leistung_id": ozg, "quelle_id": row["quelle_id"], "entfallen_am": None}
                for ozg in ozg_ids
            ]
            for number, (row, _, ozg_ids) in zip(ids, group, strict=True)
        }
        to.report.count(
            "Zuordnungen", replace_children(to.session, OzgZuordnung, "leistung_id", wanted)
        )
    to.forget("leistung")


def _merkmale(record: records.LeistungRecord) -> Iterator[Row]:
    for typ in record.typisierung:
        yield {"art": Leistungsmerkmalart.TYPISIERUNG, "wert": typ}
    for group in record.zielgruppe:
        yield {"art": Leistungsmerkmalart.ZIELGRUPPE, "wert": str(one_of(Zielgruppe, group))}
