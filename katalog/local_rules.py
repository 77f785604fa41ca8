"""Local rules: which hold on a day, how places differ, and what a body lays down itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from katalog.db import Session
from katalog.domain.errors import (
    NichtErlaubt,
    NichtGefunden,
    UngueltigeEingabe,
    UngueltigeEingaben,
    VeralteterStand,
)
from katalog.domain.festlegung import Geltung, Stand, find_stand, parse_festlegung
from katalog.domain.rollen import Betrachter, Recht, require
from katalog.domain.vergleich import Abweichung, compare
from katalog.journal import record
from katalog.queries import festlegungen
from katalog.queries.festlegungen import Festlegung

_HINT = "Alle Festlegungen stehen in der Liste."


@dataclass(frozen=True, slots=True)
class Regel:
    """One rule of one place with all its versions, the latest first, and what holds on the day."""

    name: str
    stand: Stand[Festlegung]
    fassungen: tuple[Festlegung, ...]


@dataclass(frozen=True, slots=True)
class Merkmalszeile:
    """What each place lays down for one thing; empty where it says nothing."""

    merkmal: str
    werte: tuple[str, ...]
    abweichung: Abweichung


@dataclass(frozen=True, slots=True)
class Gegenueberstellung:
    """Rules of one name in one unit: their values can be set side by side."""

    name: str
    einheit: str
    orte: tuple[Stand[Festlegung], ...]
    zeilen: tuple[Merkmalszeile, ...]


def rules_of(session: Session, gebiet_id: int, am: date) -> list[Regel]:
    return [
        Regel(name, find_stand(versions, am), versions)
        for name, versions in _by_name(festlegungen.of_area(session, gebiet_id))
    ]


def _by_name(rows: Iterable[Festlegung]) -> Iterable[tuple[str, tuple[Festlegung, ...]]]:
    for name, versions in groupby(rows, key=lambda each: each.festlegung.name):
        yield name, tuple(versions)


def compare_places(session: Session, ozg_id: int, am: date) -> list[Gegenueberstellung]:
    """For one service, by name: places in the order of theirs, features in the order of the first
    place that has them. Only what holds on the day is compared."""
    groups: dict[tuple[str, str], list[Stand[Festlegung]]] = {}
    rows = festlegungen.of_ozg(session, ozg_id)
    for (_, name), versions in groupby(rows, key=lambda r: (r.ars, r.festlegung.name)):
        stand = find_stand(versions, am)
        groups.setdefault((name, stand.fassung.festlegung.einheit), []).append(stand)
    return [
        Gegenueberstellung(name, einheit, tuple(places), _lines(places))
        for (name, einheit), places in sorted(groups.items(), key=lambda item: item[0])
    ]


def in_force(session: Session, ozg_id: int, am: date) -> list[int]:
    """Numbers of the versions that hold on the day, for a file of exactly them."""
    found = compare_places(session, ozg_id, am)
    places = (place for each in found for place in each.orte if place.geltung is Geltung.GILT)
    return [place.fassung.festlegung.id or 0 for place in places]


def _lines(places: Sequence[Stand[Festlegung]]) -> tuple[Merkmalszeile, ...]:
    said = [dict(place.fassung.paare) if place.geltung is Geltung.GILT else {} for place in places]
    holding = [values for values in said if values]
    features = dict.fromkeys(feature for values in holding for feature in values)
    return tuple(
        Merkmalszeile(
            feature,
            tuple(values.get(feature, "") for values in said),
            compare([(values[feature],) if feature in values else () for values in holding]),
        )
        for feature in features
    )


def save(
    session: Session,
    betrachter: Betrachter,
    stelle: int,
    gebiet_id: int,
    number: int | None,
    version: int,
    fields: Mapping[str, str],
    today: date,
) -> int:
    """`version` is what the form showed: whoever changed it since is not overwritten."""
    require(betrachter, Recht.FESTLEGUNG_PFLEGEN, stelle=stelle)
    rule = find_own(session, gebiet_id, number).festlegung if number is not None else None
    if rule is not None and rule.version != version:
        raise VeralteterStand
    angaben = parse_festlegung(fields, festlegungen.known_ozg_ids(session))
    if festlegungen.has_version(session, gebiet_id, angaben.name, angaben.gueltig_ab, number):
        text = "Mit diesem Namen beginnt an diesem Tag schon eine Fassung. Ändern Sie jene."
        raise UngueltigeEingaben([UngueltigeEingabe("gueltig_ab", "", text)])
    written = festlegungen.write(session, gebiet_id, rule, angaben, today)
    vorgang = "festlegung_angelegt" if number is None else "festlegung_geaendert"
    record(session, vorgang, "festlegung", written, {"stelle_id": stelle}, betrachter.konto_id)
    return written


def find_own(session: Session, gebiet_id: int, number: int) -> Festlegung:
    """What another source says of the place is not changed in its name."""
    found = festlegungen.find(session, gebiet_id, number)
    if found is None:
        raise NichtGefunden("Die Festlegung", str(number), _HINT)
    if found.festlegung.quelle_id is not None:
        raise NichtErlaubt(
            "Diese Werte stammen aus einer anderen Quelle und werden nicht geändert. Tragen Sie "
            "eine neue Fassung ein; sie gilt von ihrem ersten Tag an."
        )
    return found
