"""Every kind of record: its name, its public key, who writes it, what becomes of one that is gone.

The order is that in which kinds name each other, so that each finds what it refers to, whatever
order a source delivers in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from importers import records
from importers import xzufi_records as xzufi
from katalog.intake import areas, bodies, cases, changes, codelists, offers, online, register, use
from katalog.intake.directory import Directory
from katalog.models.angebot import Onlinedienst
from katalog.models.register import Leistung, OzgLeistung
from katalog.models.stellen import Plattform, Stelle
from katalog.queries.dropping import mark_dropped

Writer: TypeAlias = Callable[[Directory, list[Any]], None]
Dropper: TypeAlias = Callable[[Directory, Sequence[str]], None]

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """Without `drop` the rows stay as they are when no source names the thing any more.

    `silent` fields may differ without anybody calling it a change; `keys` are fields in which
    two official sources must not differ unseen. Where a list `decides`, a thing that it does not
    have is gone, whoever else once named it.
    """

    art: str
    label: str
    record: type[Any]
    key: Callable[[Any], str]
    write: Writer
    drop: Dropper | None = None
    name: Callable[[Any], str] = lambda record: ""
    silent: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    decides: bool = False
    shown: Callable[[str], str] | None = None


def _field(*names: str) -> Callable[[Any], str]:
    def key(record: Any) -> str:
        return "|".join("" if (v := getattr(record, name)) is None else str(v) for name in names)

    return key


def _dropped(model: Any, *columns: str) -> Dropper:
    return lambda to, keys: mark_dropped(to.session, model, columns, keys, to.today)


def _only_kept(to: Directory, keys: Sequence[str]) -> None:
    """No row came of the record: that it is gone stands with the record itself."""


def _einsatz_key(record: records.EinsatzRecord) -> str:
    """Statements of two sources are two statements, never one to be merged."""
    return _field("quelle", "ars", "kennung", "rolle", "ab")(record)


_NAMED = _field("name")
_DATED = frozenset({"gueltig_ab"})

KINDS: tuple[Kind, ...] = (
    Kind(
        "themenfeld", "Themenfeld", records.ThemenfeldRecord, _field("slug"),
        register.write_themenfelder, name=_NAMED,
    ),
    Kind(
        "lage", "Lage", records.LageRecord, _field("name", "themenfeld"), register.write_lagen,
    ),
    Kind(
        "ozg", "OZG-Leistung", records.OzgLeistungRecord, _field("ozg_id"),
        register.write_ozg_leistungen, _dropped(OzgLeistung, "ozg_id"), _field("titel"),
    ),
    Kind(
        "leistung", "LeiKa-Leistung", records.LeistungRecord, register.leistung_key,
        register.write_leistungen, _dropped(Leistung, "leistungsschluessel", "ersatzschluessel"),
        _field("bezeichnung"),
    ),
    Kind(
        "zuordnung", "Zuordnung zur OZG-Leistung", records.OzgZuordnungRecord,
        register.zuordnung_key, register.write_zuordnungen, register.drop_zuordnungen,
    ),
    Kind(
        "gebiet", "Gebiet", records.GebietRecord, areas.key_of, areas.write_gebiete,
        areas.drop_gebiete, _NAMED, silent=_DATED, keys=frozenset({"ars", "ags"}), decides=True,
        shown=areas.show_key,
    ),
    Kind(
        "aenderung", "Gebietsänderung", records.GebietsaenderungRecord, changes.key_of,
        changes.write_aenderungen, name=changes.name_of,
    ),
    Kind(
        "stelle", "Stelle", records.StelleRecord, _field("kennung"), bodies.write_stellen,
        _dropped(Stelle, "kennung"), _NAMED,
    ),
    Kind(
        "kommune", "Anschrift einer Kommune", records.KommuneRecord, _field("ags"),
        bodies.write_kommunen, bodies.drop_kommunen, _NAMED,
    ),
    Kind(
        "kontaktrolle", "Kontaktrolle", records.KontaktrolleRecord, _field("kennung"),
        bodies.write_kontaktrollen, name=_NAMED,
    ),
    Kind(
        "behoerdenart", "Behördenart", records.BehoerdenartRecord, _field("kennung"),
        bodies.write_behoerdenarten, name=_NAMED,
    ),
    Kind(
        "plattform", "Plattform", records.PlattformRecord, _field("kennung"),
        bodies.write_plattformen, _dropped(Plattform, "kennung"), _NAMED,
    ),
    Kind(
        "netzwerk", "Netzwerk", records.NetzwerkRecord, _field("kennung"), bodies.write_netzwerke,
        name=_NAMED,
    ),
    Kind(
        "absichtserklaerung", "Absichtserklärung", records.AbsichtserklaerungRecord,
        _field("land", "plattform"), bodies.write_absichtserklaerungen,
    ),
    Kind(
        "fallzahl", "Fallzahl", records.FallzahlRecord,
        _field("ars", "leistungsschluessel", "jahr"), use.write_fallzahlen,
    ),
    Kind(
        "onlinedienst", "Onlinedienst", records.OnlinedienstRecord, _field("kennung"),
        offers.write_onlinedienste, _dropped(Onlinedienst, "kennung"), _NAMED,
    ),
    Kind(
        "landesangebot", "Landesangebot", records.LandesangebotRecord,
        offers.landesangebot_key, offers.write_landesangebote,
        offers.end_landesangebote,
    ),
    Kind(
        "pruefpunktliste", "Prüfpunktliste", records.PruefpunktlisteRecord, lambda _: "standard",
        offers.write_pruefpunktlisten,
    ),
    Kind(
        "bedingungen", "Nachnutzungsbedingungen", records.BedingungenRecord,
        _field("koordinierung", "fassung"), offers.write_bedingungen,
    ),
    Kind(
        "einsatz", "Angabe zur Nutzung", records.EinsatzRecord, _einsatz_key, use.write_einsaetze,
        use.end_einsaetze,
    ),
    Kind(
        "festlegung", "Örtliche Festlegung", records.FestlegungRecord,
        _field("ars", "name", "gueltig_ab"), use.write_festlegungen,
    ),
    Kind(
        "beschluss", "Beschluss", records.BeschlussRecord, _field("ars", "vorlage"),
        use.write_beschluesse,
    ),
    Kind(
        "fundstelle", "Fundstelle", records.FundstelleRecord, online.fundstelle_key,
        online.write_fundstellen, online.drop_fundstellen,
    ),
    Kind(
        online.ONLINEDIENST, "Onlinedienst einer Redaktion", xzufi.XzufiOnlinedienstRecord,
        _field("id"), online.write_xzufi_onlinedienste, _only_kept, _field("bezeichnung"),
    ),
    Kind(
        "spezialisierung", "Örtliche Textfassung", xzufi.XzufiSpezialisierungRecord, _field("id"),
        online.write_spezialisierungen, _only_kept,
    ),
    Kind(
        "zustaendigkeit", "Zuständigkeit", xzufi.XzufiZustaendigkeitRecord,
        online.zustaendigkeit_key, online.write_zustaendigkeiten, online.drop_zustaendigkeiten,
    ),
    Kind(
        "vorgang", "Vorgang", records.VorgangRecord, cases.key_of, cases.write_vorgaenge,
    ),
    Kind(
        "codeliste", "Codeliste", records.CodelisteRecord, _field("kennung"),
        codelists.write_codelisten, _only_kept, _NAMED,
    ),
    Kind(
        "code", "Eintrag einer Codeliste", records.CodelisteneintragRecord,
        _field("codeliste", "code"), codelists.write_eintraege, _only_kept, _NAMED,
    ),
)  # fmt: skip

BY_RECORD = {kind.record: kind for kind in KINDS}
BY_ART = {kind.art: kind for kind in KINDS}
ORDER = {kind.art: place for place, kind in enumerate(KINDS)}


def fit_key(key: str) -> str:
    """Keys that contain an address or a name may be too long; their end then is a checksum."""
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[: _LONGEST_KEY - 17]}~{hashlib.sha256(key.encode()).hexdigest()[:16]}"
