"""Sources, Themenfelder, OZG and LeiKa services."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from importers import records
from katalog.domain.begriffe import Lagenart, Leistungsmerkmalart, Quellenart, Top100, Zielgruppe
from katalog.domain.schluessel import Leistungsschluessel, OzgId
from katalog.domain.sortierung import sort_key
from katalog.intake.directory import Directory, one_of, ordered, parts, perhaps
from katalog.models.quellen import Quelle
from katalog.models.register import (
    Lage,
    Leistung,
    Leistungsbegriff,
    Leistungsmerkmal,
    Leistungstext,
    OzgLeistung,
    Themenfeld,
)
from katalog.queries.links import drop_links, upsert_links
from katalog.queries.upsert import Model, Row, fitted, replace_children, upsert


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

    to.place(incoming, build)
    upsert(to.session, Quelle, rows, ("kennung",))
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

    to.place(incoming, build)
    upsert(to.session, Themenfeld, rows, ("slug",))
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

    to.place(incoming, build)
    upsert(to.session, Lage, rows, ("name", "themenfeld_id"))
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
                    "lage_id": _lage(to, record),
                    "top100": perhaps(Top100, record.top100),
                    "prioritaet": record.prioritaet,
                    "federfuehrung": record.federfuehrung,
                    "quelle_id": to.require("quelle", record.quelle),
                    "entfallen_am": None,
                },
            )
        )

    to.place(incoming, build)
    ids, _ = upsert(to.session, OzgLeistung, rows, ("ozg_id",))
    to.learn("ozg", {row["ozg_id"]: number for number, row in zip(ids, rows, strict=True)})


def _lage(to: Directory, record: records.OzgLeistungRecord) -> int | None:
    found = to.map("lage").get(record.lage) if record.lage else None
    if record.lage and found is None:
        to.note(
            record,
            f"Die Lage „{record.lage}“ ist nicht bekannt; die OZG-Leistung steht ohne sie da",
            "Ist sie falsch geschrieben, berichtigen Sie die Liste; kommt sie noch, wird sie"
            " nachgeholt.",
        )
    return found


def leistung_key(record: records.LeistungRecord) -> str:
    return record.leistungsschluessel or record.ersatzschluessel


def write_leistungen(to: Directory, incoming: list[records.LeistungRecord]) -> None:
    placed: list[tuple[records.LeistungRecord, Row, dict[Model, list[Row]], list[int]]] = []

    def build(record: records.LeistungRecord) -> None:
        key = record.leistungsschluessel
        row: Row = {
            "leistungsschluessel": str(Leistungsschluessel.parse(key)) if key else None,
            "ersatzschluessel": None if key else record.ersatzschluessel,
            "bezeichnung": record.bezeichnung,
            "bezeichnung_buerger": record.bezeichnung_buerger,
            "kurztext": record.kurztext,
            "sortier": sort_key(record.bezeichnung_buerger or record.bezeichnung),
            "rechtsgrundlage": record.rechtsgrundlage,
            "gueltig_ab": record.gueltig_ab,
            "gueltig_bis": record.gueltig_bis,
            "quelle_id": to.require("quelle", record.quelle),
            "entfallen_am": None,
        }
        ordered(record.gueltig_ab, record.gueltig_bis)
        belonging = {model: parts(model, make(record)) for model, make in _BELONGING.items()}
        placed.append((record, fitted(Leistung, row), belonging, _ozg_ids(to, record)))

    to.place(incoming, build)
    for has_key, key, kind in (
        (True, "leistungsschluessel", "leistung"),
        (False, "ersatzschluessel", "leistung_ohne"),
    ):
        group = [p for p in placed if (p[1]["leistungsschluessel"] is not None) is has_key]
        ids, _ = upsert(to.session, Leistung, [row for _, row, _, _ in group], (key,))
        to.learn(kind, {p[1][key]: number for number, p in zip(ids, group, strict=True)})
        for model in _BELONGING:
            wanted = {number: p[2][model] for number, p in zip(ids, group, strict=True)}
            replace_children(to.session, model, "leistung_id", wanted)
        links = {
            number: (row["quelle_id"], ozg, _left(to, record))
            for number, (record, row, _, ozg) in zip(ids, group, strict=True)
        }
        _link(to, links)


def _ozg_ids(to: Directory, record: records.LeistungRecord) -> list[int]:
    """A list of services may be read before the list of OZG services: then the link waits."""
    found = []
    for ozg_id in record.ozg_ids:
        number = to.map("ozg").get(ozg_id)
        if number is None:
            to.note(
                record,
                f"Die OZG-ID {ozg_id} ist nicht bekannt; die Zuordnung fehlt",
                "Lesen Sie die Liste der OZG-Leistungen ein (katalog import ozg); dann wird sie"
                " nachgeholt.",
            )
        else:
            found.append(number)
    return found


def _left(to: Directory, record: records.LeistungRecord) -> list[int]:
    """OZG services that were stated for the service until now and no longer are."""
    before = to.before.get(leistung_key(record))
    gone = set(before.ozg_ids) - set(record.ozg_ids) if before else set[str]()
    return [number for ozg_id in gone if (number := to.map("ozg").get(ozg_id)) is not None]


def _link(to: Directory, links: dict[int, tuple[int, list[int], list[int]]]) -> None:
    """Stated links are there; one that is no longer stated stays, with the day of its end."""
    rows: list[Row] = [
        {
            "leistung_id": leistung,
            "ozg_leistung_id": ozg,
            "quelle_id": quelle,
            "entfallen_am": None,
        }
        for leistung, (quelle, stated, _) in links.items()
        for ozg in dict.fromkeys(stated)
    ]
    upsert_links(to.session, rows)
    drop_links(
        to.session,
        [(ozg, leistung) for leistung, (_, _, left) in links.items() for ozg in left],
        to.today,
    )


def zuordnung_key(record: records.OzgZuordnungRecord) -> str:
    return f"{record.ozg_id}|{record.leistungsschluessel}"


def write_zuordnungen(to: Directory, incoming: list[records.OzgZuordnungRecord]) -> None:
    rows: list[Row] = []

    def build(record: records.OzgZuordnungRecord) -> None:
        rows.append(
            {
                "leistung_id": to.require("leistung", record.leistungsschluessel),
                "ozg_leistung_id": to.require("ozg", record.ozg_id),
                "quelle_id": to.require("quelle", record.quelle),
                "entfallen_am": None,
            }
        )

    to.place(incoming, build)
    upsert_links(to.session, rows)


def drop_zuordnungen(to: Directory, keys: Sequence[str]) -> None:
    pairs = []
    for key in keys:
        ozg_id, _, schluessel = key.partition("|")
        ozg, leistung = to.map("ozg").get(ozg_id), to.map("leistung").get(schluessel)
        if ozg is not None and leistung is not None:
            pairs.append((ozg, leistung))
    drop_links(to.session, pairs, to.today)


def _merkmale(record: records.LeistungRecord) -> Iterator[Row]:
    for typ in record.typisierung:
        yield {"art": Leistungsmerkmalart.TYPISIERUNG, "wert": typ}
    for group in record.zielgruppe:
        yield {"art": Leistungsmerkmalart.ZIELGRUPPE, "wert": str(one_of(Zielgruppe, group))}
    for area in record.sdg:
        yield {"art": Leistungsmerkmalart.SDG, "wert": area}


def _texte(record: records.LeistungRecord) -> Iterator[Row]:
    return ({"modul": text.modul, "text": text.text} for text in record.texte)


def _begriffe(record: records.LeistungRecord) -> Iterator[Row]:
    return ({"begriff": word} for word in dict.fromkeys(record.begriffe))


_BELONGING: dict[Model, Callable[[records.LeistungRecord], Iterator[Row]]] = {
    Leistungsmerkmal: _merkmale,
    Leistungstext: _texte,
    Leistungsbegriff: _begriffe,
}
