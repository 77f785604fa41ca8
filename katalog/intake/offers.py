"""Online assistants, the Länder's offers of them, checklists and terms of reuse."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from importers import records
from katalog.domain.begriffe import (
    Angebotsstatus,
    Dienstart,
    Dienstmerkmalart,
    Dienststatus,
    Epayment,
    Kontaktebene,
    Kostenmodell,
    Pruefpunktgruppe,
    Vertragsschluss,
    Verweisart,
)
from katalog.domain.fristregel import Anker, Einheit
from katalog.domain.pruefpunkte import Pruefpunktstufe
from katalog.domain.rollen import Sichtbarkeit
from katalog.domain.sortierung import sort_key
from katalog.intake.directory import (
    Directory,
    Unplaceable,
    one_of,
    partial_date,
    parts,
    perhaps,
    reifegrad,
)
from katalog.models.angebot import (
    Antragsstrecke,
    Dienstmerkmal,
    Landesangebot,
    Onlinedienst,
    OnlinedienstOzg,
    Pilotkommune,
    Pruefpunktvorlage,
    Release,
    Verweis,
)
from katalog.models.fall import Nachnutzungsbedingungen
from katalog.models.stellen import Kontakt
from katalog.queries.checklists import replace_default_checklist
from katalog.queries.dropping import end_offers
from katalog.queries.upsert import Model, Row, fitted, replace_children, upsert

_PARTS: dict[str, tuple[Model, tuple[str, ...]]] = {
    # Part of a record: its table, and what tells two of them apart.
    "ozg": (OnlinedienstOzg, ("ozg_leistung_id",)),
    "strecken": (Antragsstrecke, ("leistung_id", "name")),
    "releases": (Release, ("version",)),
    "merkmale": (Dienstmerkmal, ("art", "wert")),
    "verweise": (Verweis, ()),
}
_PLAIN = (
    "kennung", "name", "kurzname", "kurzbeschreibung", "eingestellt_zum", "bundesministerium",
    "vertrauensniveau", "nutzerkonto", "xstandard", "xstandard_version", "zustellort",
    "kosten_text", "lizenz", "quellcode_url", "demo_url", "marktplatz_id", "foerderung", "stand",
)  # fmt: skip


def write_onlinedienste(to: Directory, incoming: list[records.OnlinedienstRecord]) -> None:
    """Successors are set in a second pass, since a successor may come later in the file."""
    rows: list[Row] = []
    belonging: list[dict[str, list[Row]]] = []
    kept: list[records.OnlinedienstRecord] = []

    def build(record: records.OnlinedienstRecord) -> None:
        quelle = to.require("quelle", record.quelle)
        since, precision = partial_date(record.verfuegbar_ab)
        row: Row = {name: getattr(record, name) for name in _PLAIN}
        row |= {
            "sortier": sort_key(record.name),
            "art": one_of(Dienstart, record.art),
            "status": perhaps(Dienststatus, record.status),
            "verfuegbar_ab": since,
            "verfuegbar_ab_genau": precision,
            "themenfeld_id": to.find("themenfeld", record.themenfeld),
            "traeger_id": to.stelle(record.traeger),
            "betreibendes_land_id": to.land(record.betreibendes_land),
            "dienstleister_id": to.stelle(record.dienstleister),
            "plattform_id": to.find("plattform", record.plattform),
            "epayment": perhaps(Epayment, record.epayment),
            "kosten_modell": perhaps(Kostenmodell, record.kosten_modell),
            "quelle_id": quelle,
            "entfallen_am": None,
        }
        found = _parts_of(to, record, quelle)
        rows.append(fitted(Onlinedienst, row))
        belonging.append(found)
        kept.append(record)

    to.place(incoming, build)
    ids, _ = upsert(to.session, Onlinedienst, rows, ("kennung",))
    to.learn("onlinedienst", {row["kennung"]: n for n, row in zip(ids, rows, strict=True)})
    for part, (model, _) in _PARTS.items():
        wanted = {number: p[part] for number, p in zip(ids, belonging, strict=True)}
        replace_children(to.session, model, "onlinedienst_id", wanted)
    successors: list[Row] = []

    def follow(record: records.OnlinedienstRecord) -> None:
        if record.nachfolger == record.kennung:
            raise Unplaceable("ein Onlinedienst folgt nicht auf sich selbst")
        number = to.map("onlinedienst").get(record.nachfolger) if record.nachfolger else None
        if record.nachfolger and number is None:
            to.note(record, f"Der Nachfolger „{record.nachfolger}“ ist nicht bekannt")
        successors.append({"kennung": record.kennung, "nachfolger_id": number})

    to.place(kept, follow)
    upsert(to.session, Onlinedienst, successors, ("kennung",))


def _parts_of(
    to: Directory, record: records.OnlinedienstRecord, quelle: int
) -> dict[str, list[Row]]:
    from_source: Row = {"quelle_id": quelle, "stand": record.stand}
    lists = {
        Dienstmerkmalart.AUTHENTIFIZIERUNG: record.authentifizierung,
        Dienstmerkmalart.TRANSPORTWEG: record.transportwege,
        Dienstmerkmalart.FACHVERFAHREN: record.fachverfahren,
    }
    found: dict[str, list[Row]] = {
        "ozg": [{"ozg_leistung_id": to.require("ozg", o), **from_source} for o in record.ozg_ids],
        "strecken": [
            {
                "leistung_id": to.find("leistung", strecke.leistungsschluessel),
                "name": strecke.name,
                **reifegrad(strecke.reifegrad_modell, strecke.reifegrad),
                **from_source,
            }
            for strecke in record.antragsstrecken
        ],
        "releases": [
            {"version": r.version, "datum": r.datum, "text": r.text, **from_source}
            for r in record.releases
        ],
        "merkmale": [
            {"art": art, "wert": value} for art, values in lists.items() for value in values
        ],
        "verweise": _verweise(record.verweise, from_source),
    }
    return {name: parts(model, found[name], *unique) for name, (model, unique) in _PARTS.items()}


def _verweise(links: tuple[records.VerweisRecord, ...], from_source: Row) -> list[Row]:
    return [
        {"art": one_of(Verweisart, link.art), "titel": link.titel, "url": link.url, **from_source}
        for link in links
    ]


def write_landesangebote(to: Directory, incoming: list[records.LandesangebotRecord]) -> None:
    rows: list[Row] = []
    belonging: list[dict[str, list[Row]]] = []
    models: dict[str, Model] = {
        "pilot": Pilotkommune,
        "kontakte": Kontakt,
        "verweise": Verweis,
        "pruefpunkte": Pruefpunktvorlage,
    }

    def build(record: records.LandesangebotRecord) -> None:
        since, precision = partial_date(record.verfuegbar_ab)
        from_source: Row = {
            "quelle_id": to.require("quelle", record.quelle),
            "stand": record.stand,
        }
        row: Row = {
            "onlinedienst_id": to.require("onlinedienst", record.onlinedienst),
            "koordinierung_id": to.require("stelle", record.koordinierung),
            "land_id": to.land(record.land),
            "status": one_of(Angebotsstatus, record.status),
            "verfuegbar_ab": since,
            "verfuegbar_ab_genau": precision,
            "kosten_modell": perhaps(Kostenmodell, record.kosten_modell),
            "kosten_text": record.kosten_text,
            "fachressort": record.fachressort,
            "behoerdenart_id": to.find("behoerdenart", record.behoerdenart),
            "zustaendige_stelle": record.zustaendige_stelle,
            **from_source,
        }
        if landesangebot_key(record) not in to.before:
            # It is new, or it had ended and is there again.
            row["eingestellt_zum"] = None
        found: dict[str, list[Row]] = {
            "pilot": [{"stelle_id": to.stelle(ars)} for ars in record.pilotkommunen if ars],
            "kontakte": [_kontakt(to, kontakt, from_source) for kontakt in record.kontakte],
            "verweise": _verweise(record.verweise, from_source),
            "pruefpunkte": _checklist(record.pruefpunkte),
        }
        checked = {part: parts(model, found[part]) for part, model in models.items()}
        rows.append(fitted(Landesangebot, row))
        belonging.append(checked)

    to.place(incoming, build)
    ids, _ = upsert(to.session, Landesangebot, rows, ("onlinedienst_id", "koordinierung_id"))
    for part, model in models.items():
        wanted = {number: p[part] for number, p in zip(ids, belonging, strict=True)}
        replace_children(to.session, model, "landesangebot_id", wanted)


def landesangebot_key(record: records.LandesangebotRecord) -> str:
    return f"{record.onlinedienst}|{record.koordinierung}"


def end_landesangebote(to: Directory, keys: Sequence[str]) -> None:
    ended = []
    for key in keys:
        dienst, _, koordinierung = key.partition("|")
        numbers = to.map("onlinedienst").get(dienst), to.map("stelle").get(koordinierung)
        if numbers[0] is not None and numbers[1] is not None:
            ended.append((numbers[0], numbers[1]))
    end_offers(to.session, ended, to.today)


def _kontakt(to: Directory, kontakt: records.KontaktRecord, from_source: Row) -> Row:
    return {
        "rolle_id": to.require("kontaktrolle", kontakt.rolle),
        "ebene": perhaps(Kontaktebene, kontakt.ebene),
        "bezeichnung": kontakt.bezeichnung,
        "funktionspostfach": kontakt.funktionspostfach,
        "telefon": kontakt.telefon,
        "sichtbarkeit": Sichtbarkeit.OEFFENTLICH,
        **from_source,
    }


def _checklist(punkte: tuple[records.PruefpunktRecord, ...]) -> list[Row]:
    return [
        {
            "position": position,
            "titel": punkt.titel,
            "gruppe": one_of(Pruefpunktgruppe, punkt.gruppe),
            "stufe": one_of(Pruefpunktstufe, punkt.stufe),
            "pflicht": punkt.pflicht,
            "hinweis": punkt.hinweis,
        }
        for position, punkt in enumerate(punkte, start=1)
    ]


def write_pruefpunktlisten(to: Directory, incoming: list[records.PruefpunktlisteRecord]) -> None:
    def build(record: records.PruefpunktlisteRecord) -> None:
        replace_default_checklist(to.session, parts(Pruefpunktvorlage, _checklist(record.punkte)))

    to.place(incoming, build)


def write_bedingungen(to: Directory, incoming: list[records.BedingungenRecord]) -> None:
    rows: list[Row] = []

    def build(record: records.BedingungenRecord) -> None:
        if record.kuendigung_n < 1:
            raise Unplaceable(f"eine Frist von {record.kuendigung_n} ist keine")
        row: Row = {
            "koordinierung_id": to.require("stelle", record.koordinierung),
            "fassung": record.fassung,
            "text": record.text,
            "text_hash": hashlib.sha256(record.text.encode()).hexdigest(),
            "gueltig_ab": record.gueltig_ab,
            "vertragsschluss": one_of(Vertragsschluss, record.vertragsschluss),
            "kuendigung_n": record.kuendigung_n,
            "kuendigung_einheit": one_of(Einheit, record.kuendigung_einheit),
            "kuendigung_anker": one_of(Anker, record.kuendigung_anker),
            "kuendigung_form": record.kuendigung_form,
            "empfaenger_rolle_id": to.find("kontaktrolle", record.empfaenger_rolle),
            "klausel": record.klausel,
            "quelle_id": to.require("quelle", record.quelle),
        }
        rows.append(fitted(Nachnutzungsbedingungen, row))

    to.place(incoming, build)
    upsert(to.session, Nachnutzungsbedingungen, rows, ("koordinierung_id", "fassung"))
