"""Statements of use, local rules, volumes and council resolutions."""

from __future__ import annotations

from collections.abc import Sequence

from importers import records
from katalog.domain.begriffe import Beleg, Einsatzrolle, Einsatzstatus
from katalog.domain.einsatz import confirm_again
from katalog.domain.rollen import Sichtbarkeit
from katalog.intake.directory import (
    Directory,
    Unplaceable,
    one_of,
    ordered,
    parts,
    reifegrad,
)
from katalog.models.koordination import Berichtstermin, Beschluss, Beschlusspunkt
from katalog.models.nutzung import Einsatz, FestlegungOzg, OertlicheFestlegung, OertlicherWert
from katalog.models.stellen import Fallzahl
from katalog.queries.statements import end_statement, led_by_cases
from katalog.queries.upsert import Row, fitted, replace_children, upsert

# Of one source; a merger may have given one body two rows that agree in all but their origin.
_EINSATZ = (
    "stelle_id", "onlinedienst_id", "rolle", "quelle_id", "ab", "urspruengliche_stelle_id",
)  # fmt: skip


def write_einsaetze(to: Directory, incoming: list[records.EinsatzRecord]) -> None:
    rows: list[Row] = []
    led = led_by_cases(to.session)

    def build(record: records.EinsatzRecord) -> None:
        stelle = to.stelle(record.ars)
        if stelle is None:
            raise Unplaceable("Der Schlüssel der Kommune fehlt")
        dienst = to.require("onlinedienst", record.kennung)
        if record.rolle == Einsatzrolle.NUTZT and (stelle, dienst) in led:
            to.remark(
                record,
                "status",
                record.status,
                "Diese Nutzung steht im Verzeichnis, wie ihr Vorgang der Nachnutzung sie angibt, "
                "und wurde nicht überschrieben. Ändern Sie sie im Vorgang",
            )
            return
        beleg = one_of(Beleg, record.beleg)
        ordered(record.ab, record.bis)
        row: Row = {
            "stelle_id": stelle,
            # Named by the key of an area that went into another: the statement remembers it.
            "urspruengliche_stelle_id": to.map("stelle_vergangen").get(record.ars),
            "onlinedienst_id": dienst,
            "rolle": one_of(Einsatzrolle, record.rolle),
            "status": one_of(Einsatzstatus, record.status),
            "ab": record.ab,
            "bis": record.bis,
            "ausgesetzt_bis": record.ausgesetzt_bis,
            "url": record.url,
            "fachverfahren": record.fachverfahren,
            **reifegrad(record.reifegrad_modell, record.reifegrad),
            "gemeldet_von_id": stelle if beleg is Beleg.EIGENANGABE else None,
            "beleg": beleg,
            "bestaetigt_am": record.bestaetigt_am,
            "widersprochen_am": record.widersprochen_am,
            "pruefung_faellig": (
                confirm_again(record.bestaetigt_am) if record.bestaetigt_am else None
            ),
            "sichtbarkeit": one_of(Sichtbarkeit, record.sichtbarkeit),
            "bemerkung": record.bemerkung,
            "quelle_id": to.require("quelle", record.quelle),
            "stand": record.stand,
        }
        rows.append(fitted(Einsatz, row))

    to.place(incoming, build)
    upsert(to.session, Einsatz, rows, _EINSATZ)


def end_einsaetze(to: Directory, keys: Sequence[str]) -> None:
    """A complete list no longer has the statement: it ends, but stays."""
    for key in keys:
        record = to.before.get(key)
        stelle = to.stelle(record.ars) if record else None
        dienst = to.map("onlinedienst").get(record.kennung) if record else None
        if record is not None and stelle is not None and dienst is not None:
            end_statement(to.session, stelle, dienst, record.rolle, to.lieferant, to.today)


def write_festlegungen(to: Directory, incoming: list[records.FestlegungRecord]) -> None:
    rows: list[Row] = []
    values: list[list[Row]] = []
    services: list[list[Row]] = []

    def build(record: records.FestlegungRecord) -> None:
        row: Row = {
            "gebiet_id": to.gebiet(record.ars),
            "leistung_id": to.find("leistung", record.leistungsschluessel),
            "quelle_id": to.require("quelle", record.quelle),
        }
        row |= {
            name: getattr(record, name)
            for name in (
                "name", "einheit", "gueltig_ab", "gueltig_bis", "rueckwirkend", "rechtsgrundlage",
                "beschluss", "ersetzt", "naechste_pruefung", "bemerkung",
            )
        }  # fmt: skip
        ordered(record.gueltig_ab, record.gueltig_bis)
        found = parts(
            OertlicherWert,
            (
                {"position": position, "merkmal": feature, "wert": value}
                for position, (feature, value) in enumerate(record.werte, start=1)
            ),
        )
        ozg: list[Row] = [{"ozg_leistung_id": to.require("ozg", key)} for key in record.ozg_ids]
        rows.append(fitted(OertlicheFestlegung, row))
        values.append(found)
        services.append(ozg)

    to.place(incoming, build)
    ids, _ = upsert(to.session, OertlicheFestlegung, rows, ("gebiet_id", "name", "gueltig_ab"))
    for model, lists in ((OertlicherWert, values), (FestlegungOzg, services)):
        replace_children(to.session, model, "festlegung_id", dict(zip(ids, lists, strict=True)))


def write_fallzahlen(to: Directory, incoming: list[records.FallzahlRecord]) -> None:
    rows: list[Row] = []

    def build(record: records.FallzahlRecord) -> None:
        if record.anzahl < 0:
            raise Unplaceable(f"{record.anzahl} ist keine Anzahl")
        row: Row = {
            "gebiet_id": to.gebiet(record.ars),
            "leistung_id": to.require("leistung", record.leistungsschluessel),
            "jahr": record.jahr,
            "anzahl": record.anzahl,
            "quelle_id": to.require("quelle", record.quelle),
        }
        rows.append(fitted(Fallzahl, row))

    to.place(incoming, build)
    upsert(to.session, Fallzahl, rows, ("gebiet_id", "leistung_id", "jahr"))


def write_beschluesse(to: Directory, incoming: list[records.BeschlussRecord]) -> None:
    """Points and dates are added, never taken away: from then on the body itself writes them."""
    rows: list[Row] = []
    points: list[list[Row]] = []
    reports: list[list[Row]] = []

    def build(record: records.BeschlussRecord) -> None:
        row: Row = {"stelle_id": to.stelle(record.ars)}
        row |= {
            name: getattr(record, name)
            for name in (
                "vorlage", "titel", "sitzung", "gremium", "ersetzt", "bemerkung", "beschlossen_am",
            )
        }  # fmt: skip
        found = parts(
            Beschlusspunkt,
            (
                {"nummer": number, "auftrag": text}
                for number, text in enumerate(record.punkte, start=1)
            ),
        )
        rows.append(fitted(Beschluss, row))
        points.append(found)
        reports.append([{"datum": day} for day in record.berichtstermine])

    to.place(incoming, build)
    ids, _ = upsert(to.session, Beschluss, rows, ("stelle_id", "vorlage"))
    for model, lists, key in (
        (Beschlusspunkt, points, "nummer"),
        (Berichtstermin, reports, "datum"),
    ):
        found = [
            {"beschluss_id": number} | row
            for number, each in zip(ids, lists, strict=True)
            for row in each
        ]
        upsert(to.session, model, found, ("beschluss_id", key))
