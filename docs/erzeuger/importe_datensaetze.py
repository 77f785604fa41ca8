"""Where each field of a record ends; `importe` shows it to whoever writes a reader.

Most fields bear the name of a column, or of one that ends in `_id`: those are found in the table.
Only the others are listed here. A field that is neither makes the check fail.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from erzeuger.markdown import code, table

from importers import records
from importers import xzufi_records as xzufi
from katalog.models.angebot import (
    Antragsstrecke,
    Landesangebot,
    Onlinedienst,
    Release,
    Verweis,
)
from katalog.models.fall import Nachnutzung
from katalog.models.nutzung import Einsatz, Fundstelle
from katalog.models.quellen import Quelle
from katalog.models.register import Gebiet, Leistung, Leistungstext, OzgLeistung, OzgZuordnung
from katalog.models.stellen import Plattform, Stelle, Zustaendigkeit

# In `Quellsatz`, as the source gave it, and in no column of its own.
AUFBEWAHRT = "aufbewahrt"
# Read, but lost on the way.
FEHLT = "nicht übernommen"
BERICHT = "im Bericht"
UMRISSE = "in den Dateien der Umrisse"
WORDS = (AUFBEWAHRT, FEHLT, BERICHT, UMRISSE)


class Satz(NamedTuple):
    """`tabelle`: where fields of the same name go. `sonst`: table, table.column or one of WORDS.

    `uebrige` is what becomes of all that neither says.
    """

    tabelle: Any = None
    sonst: Mapping[str, str] = {}
    uebrige: str = ""


DATENSAETZE: dict[type[Any], Satz] = {
    records.QuelleRecord: Satz(Quelle),
    records.OzgLeistungRecord: Satz(OzgLeistung),
    records.LeistungRecord: Satz(
        Leistung,
        {
            "typisierung": "leistungsmerkmal",
            "zielgruppe": "leistungsmerkmal",
            "ozg_ids": "ozg_zuordnung",
            "texte": "leistungstext",
            "begriffe": "leistungsbegriff",
            "sdg": "leistungsmerkmal",
        },
    ),
    records.LeistungstextRecord: Satz(Leistungstext),
    records.OzgZuordnungRecord: Satz(
        OzgZuordnung,
        {
            "ozg_id": "ozg_zuordnung.ozg_leistung_id",
            "leistungsschluessel": "ozg_zuordnung.leistung_id",
        },
    ),
    # Whether the kind is part of the name decides only what the body is called.
    records.GebietRecord: Satz(Gebiet, {"bezeichnung_im_namen": "stelle.name"}),
    records.GebietsaenderungRecord: Satz(
        None,
        {
            "quelle": "nachfolge.quelle_id",
            "kennziffer": "nachfolge.vorgang",
            "ebene": "gebiet.ebene",
            "arten": "nachfolge.vorgang",
            "ars_alt": "gebietsschluessel.wert",
            "ags_alt": "gebietsschluessel.wert",
            "name_alt": "gebietsname.name",
            "ars_neu": "gebiet.ars",
            "ags_neu": "gebiet.ags",
            "name_neu": "gebiet.name",
            "wirksam_am": "nachfolge.datum",
            "statistisch_ab": AUFBEWAHRT,
            "einwohner": AUFBEWAHRT,
            "flaeche_km2": AUFBEWAHRT,
        },
    ),
    records.StelleRecord: Satz(Stelle, {"wirkungsgebiet": "wirkungsgebiet"}),
    records.KommuneRecord: Satz(
        None,
        {
            "ags": "stelle.gebiet_id",
            "website": "stelle.website",
            "funktionspostfach": "kontakt.funktionspostfach",
            "quelle": AUFBEWAHRT,
            "name": AUFBEWAHRT,
            "art": AUFBEWAHRT,
            "kreis": AUFBEWAHRT,
            "regierungsbezirk": AUFBEWAHRT,
            "plz": AUFBEWAHRT,
            "ort": AUFBEWAHRT,
            "strasse": AUFBEWAHRT,
        },
    ),
    records.PlattformRecord: Satz(Plattform),
    records.OnlinedienstRecord: Satz(
        Onlinedienst,
        {
            "ozg_ids": "onlinedienst_ozg",
            "authentifizierung": "dienstmerkmal",
            "transportwege": "dienstmerkmal",
            "fachverfahren": "dienstmerkmal",
            "antragsstrecken": "antragsstrecke",
            "verweise": "verweis",
            "releases": "release",
        },
    ),
    records.AntragsstreckeRecord: Satz(
        Antragsstrecke,
        {
            "leistungsschluessel": "antragsstrecke.leistung_id",
            "reifegrad": "antragsstrecke.reifegrad_stufe",
        },
    ),
    records.VerweisRecord: Satz(Verweis),
    records.ReleaseRecord: Satz(Release),
    records.LandesangebotRecord: Satz(
        Landesangebot,
        {
            "pilotkommunen": "pilotkommune",
            "kontakte": "kontakt",
            "verweise": "verweis",
            "pruefpunkte": "pruefpunktvorlage",
        },
    ),
    records.TeilnahmeRecord: Satz(
        Einsatz,
        {
            "zeile": BERICHT,
            "ars": "einsatz.stelle_id",
            "ags": "einsatz.stelle_id",
            "kommune": FEHLT,
            "kennung": "einsatz.onlinedienst_id",
            "reifegrad": "einsatz.reifegrad_stufe",
            "nummer": FEHLT,
        },
    ),
    records.EinsatzRecord: Satz(
        Einsatz,
        {
            "ars": "einsatz.stelle_id",
            "kennung": "einsatz.onlinedienst_id",
            "reifegrad": "einsatz.reifegrad_stufe",
        },
    ),
    records.FundstelleRecord: Satz(
        Fundstelle,
        {
            "leistungsschluessel": "fundstelle.leistung_id",
            "ars": "fundstelle.gebiet_id",
            "bezeichnung": AUFBEWAHRT,
            "ozg_id": AUFBEWAHRT,
            "aktiv": AUFBEWAHRT,
            "flaechendeckung": AUFBEWAHRT,
            "begruendung": AUFBEWAHRT,
        },
    ),
    records.VorgangRecord: Satz(
        Nachnutzung,
        {
            "zeile": BERICHT,
            "ars": "nachnutzung.zustaendige_stelle_id",
            "kennung": "nachnutzung.onlinedienst_id",
            "eingang": "nachnutzung.interesse_am",
            "gebiete": "geltungsgebiet",
            "gekuendigt_am": "kuendigung.zugang",
            "wirksam_zum": "kuendigung.wirksam_zum",
            "fassung": "kuendigung.bedingungen_id",
            "ansprechperson_rolle": AUFBEWAHRT,
            "funktionspostfach": AUFBEWAHRT,
            "notiz": "ereignis.notiz",
        },
    ),
    records.UmrissRecord: Satz(
        None,
        {"quelle": "quelle", "ars": FEHLT, "name": FEHLT, "bezeichnung": FEHLT},
        uebrige=UMRISSE,
    ),
    records.CodelisteRecord: Satz(uebrige=AUFBEWAHRT),
    records.CodelisteneintragRecord: Satz(uebrige=AUFBEWAHRT),
    records.PubliccodeRecord: Satz(
        Onlinedienst,
        {
            "url": "onlinedienst.quellcode_url",
            "fassung": FEHLT,
            "beschreibung": "onlinedienst.kurzbeschreibung",
            "entwicklungsstand": "onlinedienst.status",
            "version": "release.version",
            "veroeffentlicht_am": "release.datum",
            "webseite": "verweis.url",
            "dokumentation_url": "verweis.url",
            "organisation": "onlinedienst.traeger_id",
            "rechteinhaber": "onlinedienst.traeger_id",
            "organisation_uri": "stelle.website",
            "dienstleister": BERICHT,
            "wartung": BERICHT,
            "kategorien": BERICHT,
            "abhaengigkeiten": BERICHT,
            "plattformen": BERICHT,
            "leika": "antragsstrecke",
        },
        uebrige=FEHLT,
    ),
    records.LeikaAngabeRecord: Satz(
        None,
        {
            "themenfeld": FEHLT,
            "lebenslage": FEHLT,
            "ozg_id": "onlinedienst_ozg.ozg_leistung_id",
            "leistungsschluessel": "antragsstrecke.leistung_id",
        },
    ),
    xzufi.XzufiKopfRecord: Satz(None, {"quelle": FEHLT, "nachricht_id": FEHLT}, uebrige=BERICHT),
    xzufi.XzufiLeistungRecord: Satz(
        Leistung,
        {
            "id": "quellsatz.fremdschluessel",
            "typisierung": "leistungsmerkmal",
            "zielgruppe": "leistungsmerkmal",
            "texte": "leistungstext.text",
            "begriffe": "leistungsbegriff",
            "sdg": "leistungsmerkmal",
            "gebiete": "quellsatz.nachrang",
            "geaendert": "quellsatz.stand",
        },
    ),
    xzufi.TextmodulRecord: Satz(
        None,
        {"code": "leistungstext.modul", "text": "leistungstext.text", "verweise": FEHLT},
    ),
    xzufi.XzufiOrganisationseinheitRecord: Satz(
        Stelle,
        {
            "id": "stelle.kennung",
            "anschriften": "stelle.land_id",
            "geaendert": "quellsatz.stand",
        },
    ),
    xzufi.XzufiAnschriftRecord: Satz(
        None, {"ags": "stelle.land_id", "ars": "stelle.land_id"}, uebrige=FEHLT
    ),
    xzufi.XzufiOnlinedienstRecord: Satz(
        None,
        {
            "id": "quellsatz.fremdschluessel",
            "verweise": "fundstelle.url",
            "geaendert": "quellsatz.stand",
        },
        uebrige=AUFBEWAHRT,
    ),
    xzufi.XzufiSpezialisierungRecord: Satz(
        None,
        {"id": "quellsatz.fremdschluessel", "geaendert": "quellsatz.stand"},
        uebrige=AUFBEWAHRT,
    ),
    xzufi.XzufiZustaendigkeitRecord: Satz(
        Zustaendigkeit,
        {
            "uebergeordnet": "zustaendigkeit.stelle_id",
            "leistung": "zustaendigkeit.leistung_id",
            "gebiete": "zustaendigkeit.gebiet_id",
            "id": "quellsatz.schluessel",
            "art": AUFBEWAHRT,
            "rolle": AUFBEWAHRT,
        },
    ),
    xzufi.XzufiLoeschungRecord: Satz(
        None,
        {"quelle": FEHLT, "klasse": "quellsatz.art", "id": "quellsatz.fremdschluessel"},
    ),
}

# No format brings these: they come from `seed` alone.
NUR_GRUNDBESTAND: frozenset[type[Any]] = frozenset(
    {
        records.ThemenfeldRecord,
        records.LageRecord,
        records.KontaktrolleRecord,
        records.BehoerdenartRecord,
        records.NetzwerkRecord,
        records.KontaktRecord,
        records.PruefpunktRecord,
        records.PruefpunktlisteRecord,
        records.BedingungenRecord,
        records.FestlegungRecord,
        records.BeschlussRecord,
        records.FallzahlRecord,
        records.AbsichtserklaerungRecord,
    }
)


def all_records() -> set[type[Any]]:
    """Everything a reader can yield or nest; faults, notes and marks are no data."""
    return {
        value
        for module in ("records", "xzufi_records")
        for name, value in vars(importlib.import_module(f"importers.{module}")).items()
        if inspect.isclass(value) and name.endswith("Record") and dataclasses.is_dataclass(value)
    }


def targets(record: type[Any]) -> dict[str, str]:
    """Each field of a record with the column, table or word that says where it ends."""
    satz = DATENSAETZE[record]
    columns = {} if satz.tabelle is None else satz.tabelle.__table__.columns
    found = {}
    for field in dataclasses.fields(record):
        name = field.name
        column = next((c for c in (name, f"{name}_id") if c in columns), "")
        if name in satz.sonst:
            found[name] = satz.sonst[name]
        elif column:
            found[name] = f"{satz.tabelle.__tablename__}.{column}"
        elif satz.uebrige:
            found[name] = satz.uebrige
        else:
            raise KeyError(
                f"{record.__name__}.{name}: in docs/erzeuger/importe_datensaetze.py sagen, was"
                " daraus wird"
            )
    return found


def section() -> Iterator[str]:
    yield "## Datensätze und Tabellen"
    yield ""
    yield "Für alle, die einen Leser schreiben oder ändern: Leser geben Datensätze aus"
    yield "`importers/records.py` und `importers/xzufi_records.py`, `katalog/intake` verteilt ihre"
    yield "Felder. Datensätze, die nur der Grundbestand liefert, fehlen hier."
    yield ""
    yield from table(("Datensatz", "wird zu", "sonst"), map(_row, DATENSAETZE))


def _row(record: type[Any]) -> tuple[str, str, str]:
    groups: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    for field, target in targets(record).items():
        if target in WORDS:
            words.setdefault(target, []).append(field)
        else:
            name, _, column = target.partition(".")
            renamed = column and column not in {field, f"{field}_id"}
            groups.setdefault(name, []).append(f"{field} → {column}" if renamed else field)
    return (
        code(record.__name__),
        "; ".join(f"{code(name)}: {', '.join(fields)}" for name, fields in groups.items()),
        "; ".join(f"{word}: {', '.join(fields)}" for word, fields in words.items()),
    )
