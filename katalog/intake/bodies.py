"""Bodies without an area of their own, and what hangs on bodies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from importers import records
from katalog.domain.begriffe import Stellenart
from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.sortierung import sort_key
from katalog.intake.directory import Directory, Unplaceable, one_of
from katalog.models.stellen import (
    Absichtserklaerung,
    Behoerdenart,
    Kontakt,
    Kontaktrolle,
    Netzwerk,
    Netzwerkpartner,
    Plattform,
    Stelle,
    Wirkungsgebiet,
)
from katalog.queries.dropping import drop_mailbox
from katalog.queries.upsert import (
    Model,
    Row,
    fitted,
    replace_children,
    update_rows,
    upsert,
)

_POSTSTELLE = "poststelle"


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
            "entfallen_am": None,
        }
        gebiete = [to.gebiet(ars) for ars in record.wirkungsgebiet]
        rows.append(fitted(Stelle, row))
        areas.append(gebiete)

    to.place(incoming, build)
    ids, _ = upsert(to.session, Stelle, rows, ("kennung",))
    wanted = {
        number: [
            {"gebiet_id": gebiet, "quelle_id": row["quelle_id"], "stand": None}
            for gebiet in gebiete
        ]
        for number, gebiete, row in zip(ids, areas, rows, strict=True)
    }
    replace_children(to.session, Wirkungsgebiet, "stelle_id", wanted)
    to.learn("stelle", {row["kennung"]: number for number, row in zip(ids, rows, strict=True)})


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

    to.place(incoming, take)
    ids, _ = upsert(to.session, model, rows, ("kennung",))
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
            "entfallen_am": None,
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

    to.place(incoming, build)
    ids, _ = upsert(to.session, Netzwerk, rows, ("kennung",))
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

    to.place(incoming, build)
    upsert(to.session, Absichtserklaerung, rows, ("land_id", "plattform_id"))


def write_kommunen(to: Directory, incoming: list[records.KommuneRecord]) -> None:
    """Website and mailbox of municipalities that the register knows."""
    rows: list[Row] = []
    mailboxes: dict[int, list[Row]] = {}

    def build(record: records.KommuneRecord) -> None:
        number = to.stelle(record.ags)
        if number is None:
            raise Unplaceable("Der AGS fehlt")
        if record.website:
            rows.append(fitted(Stelle, {"id": number, "website": record.website}))
        if record.funktionspostfach:
            mailboxes[number] = [
                fitted(
                    Kontakt,
                    {
                        "bezeichnung": "Poststelle",
                        "funktionspostfach": record.funktionspostfach,
                        "sichtbarkeit": Sichtbarkeit.OEFFENTLICH,
                    },
                )
            ]

    to.place(incoming, build)
    update_rows(to.session, Stelle, [{"_id": row["id"], "website": row["website"]} for row in rows])
    if mailboxes:
        role: Row = {"kennung": _POSTSTELLE, "name": "Poststelle", "beschreibung": ""}
        (role_id,), _ = upsert(to.session, Kontaktrolle, [role], ("kennung",))
        only = {"rolle_id": role_id, "quelle_id": to.lieferant}
        replace_children(to.session, Kontakt, "stelle_id", mailboxes, only)


def drop_kommunen(to: Directory, keys: Sequence[str]) -> None:
    """A website or a mailbox that nobody states any more would lead people astray."""
    websites: list[Row] = []
    for key in keys:
        try:
            number = to.stelle(key)
        except Unplaceable:
            # It never became a row.
            continue
        before = to.before.get(key)
        if number is not None and before is not None:
            if before.website:
                websites.append({"_id": number, "website": ""})
            if before.funktionspostfach:
                drop_mailbox(to.session, number, _POSTSTELLE, before.funktionspostfach)
    update_rows(to.session, Stelle, websites)
